"""Write a report card: the answers in words, the charts, the numbers beneath each."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ontime.site import markup
from ontime.site.cards import drawings
from ontime.site.values import MONTH, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ontime.site.cards.subjects import Key, Subject
    from ontime.site.reader import Row

_HEADINGS = {
    "destination_airport": "How punctual are the flights to {name}?",
    "origin_airport": "How punctual are the flights from {name}?",
    "carrier": "How punctual are the flights of {name}?",
    "route": "How punctual are the flights from {name}?",
}
_CAUSES = ("late_aircraft", "carrier", "national_air_system", "weather", "security")
_REASONS = ("carrier", "weather", "air_system", "security")
_INTERVALS = (
    "The thin lines and the band are 95% intervals (Wilson): where two overlap, chance alone may "
    "explain the difference."
)
_LATE = (30, 60, 120, 180)


class Card:
    """What one part of a report card is made of."""

    def __init__(self, key: Key, tables: Mapping[str, Mapping[Key, list[Row]]], scope: str) -> None:
        """Take the rows of a subject from those of all."""
        self.subject_type = key[0]
        self.summary = tables["summaries"][key][0]
        self.rows = {name: rows.get(key, []) for name, rows in tables.items()}
        self.scope = scope

    @property
    def verb(self) -> str:
        """Return what is on time: the arrival, or the departure of an origin."""
        return "left" if self.subject_type == "origin_airport" else "arrived"


def content(
    subject: Subject,
    tables: Mapping[str, Mapping[Key, list[Row]]],
    links: Mapping[str, str],
    scope: str,
) -> str:
    """Return the content of a card."""
    parts = []
    for part in subject.parts:
        card = Card((part, subject.code), tables, scope)
        heading = _HEADINGS[part].format(name=subject.name)
        parts.append(f"<section><h2>{escape(heading)}</h2>{_part(card, links)}</section>")
    return "\n".join(parts)


def _part(card: Card, links: Mapping[str, str]) -> str:
    row = card.summary
    numbers = [
        ("on_time", f"{card.verb.capitalize()} on time", shown(row["on_time_share"], "percent")),
        (
            "hour_late",
            "Of the flights that arrived, an hour late or more",
            shown(row["hour_late_share"], "percent"),
        ),
        ("never_flown", "Never flown", shown(row["never_flown_share"], "percent")),
        ("flights", "Flights scheduled", shown(row["scheduled_flights"])),
    ]
    # the last two may be words alone
    figures = [_trend(card), _hours(card), _tail(card), _weather(card)]
    figures += [_causes(card), _never_flown(card)]
    return (
        f'<p class="answer">{escape(row["answer"])}</p>'
        + f'<dl class="numbers">{"".join(_number(card, *each) for each in numbers)}</dl>'
        + markup.scope(card.scope)
        + f'<div class="cols">{"".join(figures)}</div>'
        + _chronic(card, links)
        + "".join(_related(card, kind, links) for kind in ("carrier", "route"))
    )


def _number(card: Card, name: str, label: str, value: str) -> str:
    return (
        f'<div class="number"><dt>{escape(label)}</dt>'
        f'<dd data-chart="{card.subject_type}_{name}">{value}</dd></div>'
    )


def _block(question: str, answer: str, inner: str) -> str:
    return (
        f'<div><h3>{escape(question)}</h3><p class="answer small">{escape(answer)}</p>{inner}</div>'
    )


def _figure(  # noqa: PLR0913 (a figure has this many parts)
    card: Card, name: str, *, title: str, answer: str, svg: str, numbers: str
) -> str:
    label = escape(f"{answer} ({title})", quote=True)
    notes = [_INTERVALS] if name in {"trend", "hours", "weather"} else []
    return markup.figure(
        f"{card.subject_type}_{name}",
        title,
        f'<div role="img" aria-label="{label}">{svg}</div>',
        markup.scope(card.scope, *notes),
        f"<details><summary>The numbers</summary>{numbers}</details>",
    )


def _numbers(  # noqa: PLR0913 (a table has this many parts)
    card: Card,
    name: str,
    title: str,
    columns: Mapping[str, tuple[str, str]],
    rows: Sequence[Mapping[str, Any]],
    *,
    links: Mapping[str, str] | None = None,
) -> str:
    return markup.plain_table(
        [label for label, _ in columns.values()],
        [[row[column] for column in columns] for row in rows],
        [form for _, form in columns.values()],
        title,
        f"{card.subject_type}_{name}",
        links=links,
        columns=list(columns),
    )


def _shares(first: str, label: str, form: str = "") -> dict[str, tuple[str, str]]:
    return {
        first: (label, form),
        "scheduled_flights": ("Flights scheduled", ""),
        "on_time_share": ("On time", "percent"),
        "share_low": ("At least", "percent"),
        "share_high": ("At most", "percent"),
    }


def _trend(card: Card) -> str:
    rows = card.rows["months"]
    title = f"Share of scheduled flights that {card.verb} on time, by month; dashed: all flights"
    answer = card.summary["trend_answer"]
    columns = {
        **_shares("flight_month", "Month", MONTH),
        "network_share": ("All flights", "percent"),
    }
    table = _numbers(card, "trend", title, columns, rows)
    svg = drawings.trend(rows, card.verb)
    return _block(
        "Which way is it going?",
        answer,
        _figure(card, "trend", title=title, answer=answer, svg=svg, numbers=table),
    )


def _hours(card: Card) -> str:
    rows = card.rows["hours"]
    title = f"Share of scheduled flights that {card.verb} on time, by scheduled departure hour"
    answer = card.summary["hour_answer"]
    table = _numbers(card, "hours", title, _shares("departure_hour", "Hour"), rows)
    figure = _figure(
        card,
        "hours",
        title=title,
        answer=answer,
        svg=drawings.hours(rows, card.verb),
        numbers=table,
    )
    return _block("Which hours are best and worst?", answer, figure)


def _tail(card: Card) -> str:
    row, title = card.summary, "Share of arrivals that were late by so many minutes or more"
    answer, of = row["tail_answer"], row["completed_flights"]
    if not of:
        return _block("How bad can it get?", answer, "")
    late = [
        {
            "minutes": f"{minutes} minutes or more",
            "flights": row[f"arrivals_{minutes}_minutes_late"],
            "late_share": row[f"arrivals_{minutes}_minutes_late"] / of,
        }
        for minutes in _LATE
    ]
    columns = {
        "minutes": ("Late by", ""),
        "flights": ("Arrivals", ""),
        "late_share": ("Of arrivals", "percent"),
    }
    svg = drawings.bars(
        [
            (str(one["minutes"]), float(one["late_share"]), shown(one["flights"]), None, None)
            for one in late
        ]
    )
    table = _numbers(card, "tail", title, columns, late)
    return _block(
        "How bad can it get?",
        answer,
        _figure(card, "tail", title=title, answer=answer, svg=svg, numbers=table),
    )


def _never_flown(card: Card) -> str:
    row = card.summary
    reasons = [
        {"reason": reason.replace("_", " "), "flights": row[f"cancelled_by_{reason}_flights"]}
        for reason in _REASONS
    ]
    inner = ""
    if any(reason["flights"] for reason in reasons):
        columns = {"reason": ("Reason of the cancellation", ""), "flights": ("Flights", "")}
        title = "Cancelled flights by reported reason"
        inner = _numbers(card, "reasons", title, columns, reasons) + markup.scope(card.scope)
    return _block("How many are never flown?", row["never_flown_answer"], inner)


def _causes(card: Card) -> str:
    row, title = card.summary, "Share of the minutes of delay with a reported cause"
    answer, total = row["cause_answer"], row["cause_minutes"]
    if not total:
        return _block("What are they late for?", answer, "")
    causes = [
        {
            "cause": cause.replace("_", " "),
            "minutes": row[f"{cause}_delay_minutes"],
            "share": row[f"{cause}_delay_minutes"] / total,
        }
        for cause in _CAUSES
    ]
    columns = {"cause": ("Cause", ""), "minutes": ("Minutes", ""), "share": ("Share", "percent")}
    svg = drawings.bars(
        [
            (str(one["cause"]), float(one["share"]), f"{shown(one['minutes'])} min", None, None)
            for one in causes
        ]
    )
    table = _numbers(card, "causes", title, columns, causes)
    figure = _figure(card, "causes", title=title, answer=answer, svg=svg, numbers=table)
    return _block("What are they late for?", answer, figure)


def _weather(card: Card) -> str:
    rows = card.rows["weather"]
    title = f"Share of flights that {card.verb} on time, by the weather in the hour of departure"
    question = "What does the weather cost?"
    answer = card.summary["weather_answer"]
    if not rows:
        return _block(question, answer, "")
    svg = drawings.bars(
        [
            (
                row["weather"],
                row["on_time_share"],
                f"of {shown(row['scheduled_flights'])}",
                row["share_low"],
                row["share_high"],
            )
            for row in rows
        ]
    )
    table = _numbers(card, "weather", title, _shares("weather", "Weather at the origin"), rows)
    return _block(
        question,
        answer,
        _figure(card, "weather", title=title, answer=answer, svg=svg, numbers=table),
    )


def _chronic(card: Card, links: Mapping[str, str]) -> str:
    rows = card.rows["chronic"]
    question = "<h3>Which flights are chronically late?</h3>"
    if not rows:
        return question + '<p class="answer small">0 flight numbers were chronically late.</p>'
    columns = {
        "flight": ("Flight", ""),
        "route_code": ("Route", ""),
        "chronic_months": ("Months", ""),
        "scheduled_flights": ("Flights in them", ""),
        "late_or_cancelled_flights": ("Late or cancelled", ""),
        "late_or_cancelled_share": ("Share", "percent"),
    }
    title = "Flight numbers that were chronically late, the most months first (ten at most)"
    first = rows[0]
    words = (
        f"{first['flight']} ({first['route_code']}) in {shown(first['chronic_months'])} "
        f"month{'' if first['chronic_months'] == 1 else 's'}: "
        f"{shown(first['late_or_cancelled_share'], 'percent')} of its flights in "
        f"{'it' if first['chronic_months'] == 1 else 'them'} were late or cancelled."
    )
    table = _numbers(card, "chronic", title, columns, rows, links=links)
    return f'{question}<p class="answer small">{escape(words)}</p>{table}{markup.scope(card.scope)}'


def _related(card: Card, kind: str, links: Mapping[str, str]) -> str:
    rows = [row for row in card.rows["related"] if row["related_type"] == kind]
    if not rows:
        return ""
    title = f"By {kind}, the most flights first (twenty at most)"
    columns = _shares("related_name", kind.capitalize())
    table = _numbers(card, f"by_{kind}", title, columns, rows, links=links)
    return f"<h3>By {kind}</h3>{table}{markup.scope(card.scope)}"
