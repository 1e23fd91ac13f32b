"""Write HTML: numbers, sentences, tables and pictures of charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt

from ontime.site.boards import Chart
from ontime.site.reader import Row
from ontime.site.values import MONTH, plain, shown

# the address of a page by the name that leads to it
Links = Mapping[str, str]

_MANY_ROWS = 30
_BESIDE_A_SHARE = ("share_low", "share_high", "counted_flights")
_WORDS = {
    "subject_name": "of",
    "event_share": "share",
    "share_low": "at least",
    "share_high": "at most",
    "counted_flights": "flights",
    "on_time_share": "on time",
    "late_share": "of arrivals",
    "not_on_time_share": "not on time",
    "disrupted_share": "disrupted",
    "delay_hours": "hours of delay",
    "check_words": "what was checked",
    "flight_month": "month",
    "weekday_name": "weekday",
}
_NOTHING = "No data: the source of these flights does not report this."


def markdown(text: str) -> str:
    """Return Markdown as HTML; HTML inside it is shown as text."""
    html: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return (
        html.replace("<table>", '<div class="table" tabindex="0"><table>')
        .replace("</table>", "</table></div>")
        .replace("<pre>", '<pre tabindex="0">')
    )


def answer(chart: Chart, rows: list[Row]) -> str:
    """Return the sentence that the query of a chart returned."""
    return "".join(
        f'<p class="answer">{escape(shown(row[chart.spec["value"]]))}</p>' for row in rows
    )


def scope(words: str, *notes: str) -> str:
    """Return the line beneath a chart that states what it covers, and how to read it."""
    return f'<p class="scope">{escape(" ".join([f"{words}.", *notes]))}</p>'


def number(chart: Chart, rows: list[Row]) -> str:
    """Return one number and its label."""
    if not rows:
        return nothing()
    form = chart.spec.get("style", {}).get("value", {}).get("format", "")
    value = escape(shown(rows[0][chart.spec["value"]], form))
    return (
        f'<div class="number"><dt>{escape(chart.title)}</dt>'
        f'<dd data-chart="{chart.name}">{value}</dd></div>'
    )


def table(chart: Chart, rows: list[Row], links: Links | None = None, *, caption: str = "") -> str:
    """Return rows as a table that readers can select, search and have read aloud."""
    if not rows:
        return nothing()
    styles = chart.spec.get("style", {}).get("columns", {})
    names = [name for name in rows[0] if styles.get(name, {}).get("visible", True)]
    labels = [styles.get(name, {}).get("label") or name.replace("_", " ") for name in names]
    forms = [styles.get(name, {}).get("format", "") for name in names]
    return plain_table(
        labels,
        [[row[name] for name in names] for row in rows],
        forms,
        caption or chart.title,
        chart.name,
        links=links,
        columns=names,
    )


def numbers_behind(
    chart: Chart, rows: list[Row], formats: dict[str, str], links: Links | None = None
) -> str:
    """Return the numbers of a chart as a collapsed table."""
    spec = chart.spec
    # the name of a line comes before its value; the colour of a place is a value
    is_line = chart.kind in {"line", "area"}
    parts = ("x", "color", "y") if is_line else ("x", "y", "color", "size")
    known = {
        spec.get("x"): spec.get("x_label"),
        spec.get("y"): spec.get("y_label"),
    }
    shown_first = [
        name for name in dict.fromkeys(spec.get(part) for part in parts) if name in rows[0]
    ]
    names = [*(["airport"] if "latitude" in spec else []), *shown_first]
    if chart.kind == "heatmap":
        names = [spec["y"], spec["x"], spec["color"]]
    names += [name for name in _BESIDE_A_SHARE if name in rows[0] and name not in names]
    labels = [known.get(name) or words_of(str(name)) for name in names]
    forms = [_form(str(name), formats) for name in names]
    values = [[row[name] for name in names] for row in rows]
    body = plain_table(
        labels, values, forms, chart.title, chart.name, links=links, columns=[str(n) for n in names]
    )
    return f"<details><summary>The numbers</summary>{body}</details>"


def words_of(column: str) -> str:
    """Return the heading that readers see for a column of a query."""
    return _WORDS.get(column) or column.removesuffix("_name").replace("_", " ")


def _form(name: str, formats: dict[str, str]) -> str:
    if name.endswith("_month"):
        return MONTH
    is_share = name.endswith("_share") or name in {"share_low", "share_high"}
    return "percent" if is_share else formats.get(name, "")


def plain_table(  # noqa: PLR0913 (a table has this many parts)
    labels: Sequence[str],
    rows: Sequence[Sequence[Any]],
    forms: Sequence[str] = (),
    caption: str = "",
    name: str = "",
    *,
    links: Links | None = None,
    columns: Sequence[str] = (),
) -> str:
    """Return a table; numbers are right-aligned, a name that has a page leads to it.

    With the names of its `columns`, readers can save it as CSV: cells then hold their exact values.
    """
    forms = forms or [""] * len(labels)
    is_number = [
        bool(rows)
        and all(isinstance(row[place], int | float) or row[place] is None for row in rows)
        for place in range(len(labels))
    ]
    kind = ['class="n"' if right else "" for right in is_number]
    named = [f' data-column="{escape(name, quote=True)}"' for name in columns] or [""] * len(labels)
    head = "".join(
        f'<th scope="col" {k}{column}>{escape(_capital(label))}</th>'
        for k, column, label in zip(kind, named, labels, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td {k}{_exact(value, form) if columns else ''}>"
            f"{_cell(value, form, links or {})}</td>"
            for k, value, form in zip(kind, row, forms, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    mark = f' data-chart="{name}"' if name else ""
    label = escape(caption or "table", quote=True)
    heading = f"<caption>{escape(caption)}</caption>" if caption else ""
    long = " long" if len(rows) > _MANY_ROWS else ""
    return (
        f'<div class="table{long}" tabindex="0" role="region" aria-label="{label}"><table{mark}>'
        f"{heading}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: Any, form: str, links: Links) -> str:
    text = escape(shown(value, form))
    address = links.get(value) if isinstance(value, str) else None
    return f'<a href="{address}">{text}</a>' if address else text


def _exact(value: Any, form: str) -> str:
    """Return the value of a cell for machines, if its text is another one."""
    exact, text = plain(value), shown(value, form)
    # the commas of a whole number are as easily removed
    is_same = exact == (text.replace(",", "") if isinstance(value, int) else text)
    return "" if is_same else f' data-v="{escape(exact, quote=True)}"'


def picture(
    chart: Chart, svgs: dict[str, str], beneath: str, numbers: str, *, finding: str = ""
) -> str:
    """Return a drawn chart: the picture for each width, its scope, its numbers.

    Readers who cannot see it get the finding first, then what the picture shows.
    """
    alternative = escape(f"{finding} {chart.alternative}".strip(), quote=True)
    drawn = "".join(
        f'<div class="{form}" role="{_role(svg)}" aria-label="{alternative}">{svg}</div>'
        for form, svg in svgs.items()
    )
    return figure(chart.name, chart.title, drawn, beneath, numbers, kind=chart.kind)


def figure(  # noqa: PLR0913 (a figure has this many parts)
    name: str, title: str, drawn: str, beneath: str, numbers: str, *, kind: str = ""
) -> str:
    """Return a chart with its title, its scope and its numbers, under an address of the page."""
    of_kind = f' data-kind="{kind}"' if kind else ""
    return (
        f'<figure data-chart="{name}" id="{name}"{of_kind}><figcaption>{escape(title)}</figcaption>'
        f'<div class="drawn">{drawn}</div>{beneath}{numbers}</figure>'
    )


def _role(svg: str) -> str:
    # an image hides what is inside it from screen readers, and links must not be hidden
    return "group" if "<a " in svg else "img"


def nothing() -> str:
    """Return the message that replaces an empty chart."""
    return f'<p class="nothing">{_NOTHING}</p>'


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
