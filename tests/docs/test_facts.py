"""The numbers in the documentation are right, and each of them has been checked."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import ROOT, Project
from tests.docs.facts import (
    FACT,
    HERE,
    QUESTION,
    VARIABLE,
    WORKED,
    FactError,
    Facts,
    blank,
    corrected,
    messages,
    pages,
    shown,
    variables,
)

PAGES = pytest.mark.parametrize("path", pages(), ids=lambda path: path.relative_to(ROOT).as_posix())

MONTHS = "(January|February|March|April|May|June|July|August|September|October|November|December)"

# a number followed by the name of its variable: 24 hours (var `non_departure_known_after_hours`)
OF_A_VARIABLE = r"(\d+)(?::00)?(?:\s+(?:UTC|days|hours|minutes))*\s+\(var\s+`(\w+)`"

# the severities of an irregular day, where a description lists them together
SHORT_NAMES = {
    "severe": "severe_day_disrupted_percent",
    "extreme": "extreme_day_disrupted_percent",
}

NAMES = "Python|DuckDB|dbt|dlt|MetricFlow|Java|Node\\.js|Debian|PostgreSQL|psqlODBC|unixODBC|ISO|B6"

NYCFLIGHTS13 = "staging/nycflights13/_nycflights13__"

# statements of the model descriptions about the embedded data; they have no markers, because
# tools that show descriptions would show the markers as well
DESCRIPTIONS = [
    (f"{NYCFLIGHTS13}sources.yml", "in 2013: {} rows", "flights"),
    (f"{NYCFLIGHTS13}sources.yml", "({} pairs)", "flight_numbers_with_two_flights"),
    (f"{NYCFLIGHTS13}sources.yml", "{} have an arrival delay", "flights_completed"),
    (f"{NYCFLIGHTS13}sources.yml", "{} have no departure", "flights_never_departed"),
    (f"{NYCFLIGHTS13}sources.yml", "{} have an arrival time without", "flights_diverted"),
    (f"{NYCFLIGHTS13}sources.yml", "{} departed and have no arrival", "flights_unresolved"),
    (f"{NYCFLIGHTS13}sources.yml", "and hour: {} rows", "weather_rows_of_nycflights13"),
    (f"{NYCFLIGHTS13}sources.yml", "per aircraft, {} rows", "planes_of_nycflights13"),
    (f"{NYCFLIGHTS13}sources.yml", "FAA code: {} rows", "airports_of_nycflights13"),
    (f"{NYCFLIGHTS13}docs.md", "registration. Null for {} ", "flights_without_tail_number"),
    (f"{NYCFLIGHTS13}docs.md", "impossible: {} at EWR", "impossible_wind_miles_per_hour"),
    (f"{NYCFLIGHTS13}docs.md", "{} Embraer 190s", "airliners_of_exactly_twenty_seats"),
    (f"{NYCFLIGHTS13}docs.md", "all but {} aircraft", "planes_with_a_speed"),
    (
        "staging/airportsdata/_airportsdata__sources.yml",
        "thousand rows. {} have an IATA code",
        "airports_with_an_iata_code",
    ),
    (
        "marts/disruption/_disruption__models.yml",
        "arrival without an arrival delay: {} ",
        "flights_diverted",
    ),
]

# numbers that are not about this project, or are checked elsewhere, in the order of removal
NO_STATEMENTS = [
    r"^( *)(```|~~~)(?s:.*?)^\1\2",  # code
    r"^## Five questions\n(?s:.*?)(?=^## )",  # their answers are checked with them
    rf"`({'|'.join(variables())})`\s+\([\w.-]+\)",  # a variable and its value
    r"`[^`]*`",
    r"\[\d{4}\]\([^)\s]*\)|\]\([^)\s]*\)",  # links and their targets
    r"<!-- measured: \d{4}-\d\d-\d\d -->\n\n(\|.*\n)+",
    r"[\w.,:-]*\w<!-- (fact: [\w.-]+|measured: \d{4}-\d\d-\d\d) -->",
    r"<!--(?s:.*?)-->",
    r"^\s*\d+\. |^# \d{4}: |[Dd]ecision\s+\d{4}",  # numbers of a list, of a decision
    rf"\b\d{{1,2}}((,| and) \d{{1,2}})* {MONTHS}( \d{{4}})?|{MONTHS} \d{{4}}",  # dates
    r"\b(19|20)\d\ds?(-\d\d)?(-\d\d)?(?![\d,.%]*\d)\b",
    r"\d+ CFR \d+(\.\d+)?",  # names of laws, of versions, of things
    r"\bv?\d+\.\d+\.\d+[\w.-]*|\b\d+\.\d+-\d+",
    rf"\b({NAMES}) \d+[.\d]*(\s+or\s+\d+\.\d+)?",
    r"\b[A-Za-z_][\w-]*\d[\w.-]*",
]


@pytest.fixture(scope="module")
def facts(built: Project) -> Iterator[Facts]:
    """Yield the facts of the built project."""
    found = Facts(built.published_file, built.warehouse_file)
    yield found
    found.connection.close()


def constants() -> list[tuple[str, str]]:
    """Return the reviewed numbers: the page that states each of them, and its words."""
    lines = (HERE / "constants.txt").read_text(encoding="utf-8").splitlines()
    found = [line.partition(": ") for line in lines if line and not line.startswith("#")]
    return [(page, words) for page, _, words in found]


def unmarked(text: str, reviewed: list[str]) -> Iterator[tuple[int, str]]:
    """Return the lines with an unreviewed number, and their places."""
    left = WORKED.sub(blank, QUESTION.sub(blank, text))
    for words in reviewed:
        left = re.sub(
            rf"\b{re.escape(words)}" if words[0].isalnum() else re.escape(words), blank, left
        )
    for pattern in NO_STATEMENTS:
        left = re.sub(pattern, blank, left, flags=re.MULTILINE)
    for number, line in enumerate(left.splitlines(), 1):
        if found := re.search(r"\S*\d\S*", line):
            yield number, found[0]


@PAGES
def test_a_page_states_the_facts(path: Path, facts: Facts) -> None:
    assert not messages(facts, path)


@PAGES
def test_every_number_of_a_page_is_marked_or_reviewed(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    reviewed = [words for page, words in constants() if page == name]
    found = [
        f"{name}:{line}: {number!r} has no `<!-- fact: ... -->` behind it (tests/docs/facts.py) "
        "and is not in tests/docs/constants.txt"
        for line, number in unmarked(path.read_text(encoding="utf-8"), reviewed)
    ]
    assert not found, "\n".join(found)


@PAGES
def test_markers_stand_where_they_are_invisible(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    marker = r"<!-- (?:fact|measured): [^>]*-->"
    # at the end of a line the site would join it to the next; at the start it would hide the line
    assert not re.findall(rf"^.*\w{marker}$", text, re.MULTILINE)
    assert not re.findall(rf"^\W*{marker}.+$", text, re.MULTILINE)
    assert len(re.findall("<!-- fact", text)) == len(FACT.findall(text))


def test_every_reviewed_number_is_still_there() -> None:
    gone = [
        (page, words)
        for page, words in constants()
        if words not in (ROOT / page).read_text(encoding="utf-8")
    ]
    assert not gone
    assert not [words for _, words in constants() if not re.search(r"\d", words)]


def test_every_query_is_stated_somewhere(facts: Facts) -> None:
    stated = {place["name"] for path in pages() for place in FACT.finditer(path.read_text("utf-8"))}
    described = {name for _, _, name in DESCRIPTIONS}
    assert {*facts.queries, *facts.functions} == described | {
        name for name in stated if not name.startswith(("var.", "lock."))
    }


def test_a_wrong_number_is_reported_and_corrected(facts: Facts, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Flights\n\n12<!-- fact: flights --> flights, fifteen minutes.\n")
    assert messages(facts, page) == [
        "page.md:3: states '12', but flights is '336,776': run `make run dictionary`, and read the "
        "sentence again"
    ]
    right = corrected(facts, page.read_text())
    assert right == "# Flights\n\n336,776<!-- fact: flights --> flights, fifteen minutes.\n"
    assert corrected(facts, right) == right


def test_a_marker_that_names_no_fact_is_reported(facts: Facts) -> None:
    for name in ("flihgts", "var.no_such_variable", "lock.no-such-package"):
        with pytest.raises(FactError, match=f"There is no fact {name}"):
            corrected(facts, f"12<!-- fact: {name} --> flights")


def test_numbers_of_live_data_do_not_enter_the_guides(facts: Facts) -> None:
    assert facts.is_of_the_embedded_data()


def test_without_a_publication_the_command_says_what_to_do(project: Project) -> None:
    done = project.run(sys.executable, "-m", "tests.docs.facts", check=False)
    assert (done.returncode, done.stderr) == (
        1,
        "Nothing is published yet: run `make run` first.\n",
    )


def test_a_value_that_the_variable_does_not_have_is_corrected(facts: Facts) -> None:
    text = "The turn, `minimum_turn_minutes` (45), is short."
    assert corrected(facts, text) == text.replace("45", "30")


def test_rows_that_the_sql_above_them_does_not_give_are_corrected(facts: Facts) -> None:
    sql = "```sql\nselect 7 as days\n```\n\n"
    text = f"{sql}| days |\n|---:|\n| 8 |\n"
    assert corrected(facts, text) == f"{sql}| days |\n|---:|\n| 7 |\n"


@pytest.mark.parametrize(
    ("value", "stated", "right"),
    [
        (1234.56, "1", "1,235"),
        (1234.56, "1.0", "1,234.6"),
        (9.0, "Ten", "Nine"),
        (0.0, "one", "no"),
        ("v1.0.0", "v1.1.0", "v1.0.0"),
    ],
)
def test_a_fact_is_written_as_it_is_stated(value: float | str, stated: str, right: str) -> None:
    assert shown(value, stated, "a_fact") == right


def test_a_size_may_differ_by_some_blocks_and_not_by_more() -> None:
    assert shown(271.9, "270", "file_megabytes") == "270"
    assert shown(271.9, "250", "file_megabytes") == "272"


@pytest.mark.parametrize(
    "line",
    [
        "41 tables",
        "| 3.5 s |",
        "at most 5 % of them",
        "see nycflights13, 12 of them",
        "`no_variable` (12)",
    ],
)
def test_a_number_that_nobody_looked_at_is_found(line: str) -> None:
    assert [number for number, _ in unmarked(f"# Page\n\n{line}\n", [])] == [3]


@pytest.mark.parametrize(
    "line",
    [
        "`41` tables of nycflights13",
        "1. In 2013, the 1990s, on 8 and 9 February 2013, DuckDB 1.1, [0012](12.md), 14 CFR 259.4",
        "41<!-- fact: flights --> tables, 3<!-- measured: 2026-11-27 --> s, 2,470 reviewed ones",
    ],
)
def test_names_dates_and_what_was_looked_at_are_left_alone(line: str) -> None:
    assert not list(unmarked(f"# Page\n\n{line}\n", ["2,470 reviewed"]))


def test_a_variable_of_dbt_is_a_fact() -> None:
    assert variables()["on_time_threshold_minutes"] == 15
    assert variables()["nycflights13_registry_date"] == "2013-01-01"


@pytest.mark.parametrize(("path", "words", "name"), DESCRIPTIONS)
def test_a_description_states_a_fact(path: str, words: str, name: str, facts: Facts) -> None:
    text = " ".join((ROOT / "dbt_project" / "models" / path).read_text("utf-8").split())
    before, _, after = words.partition("{}")
    stated = re.findall(rf"{re.escape(before)}([\d,]+){re.escape(after)}", text)
    assert [number.replace(",", "") for number in stated] == [f"{facts.value(name):.0f}"]


@pytest.mark.parametrize(
    "path",
    [
        *sorted((ROOT / "dbt_project").rglob("*.md")),
        *sorted((ROOT / "dbt_project" / "models").rglob("*.yml")),
    ],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_a_description_states_the_value_of_a_variable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for stated, name in re.findall(OF_A_VARIABLE, text):
        assert stated == shown(variables()[name], stated, name), name
    for place in VARIABLE.finditer(text):
        name, stated = SHORT_NAMES.get(place["name"], place["name"]), place["text"]
        assert name in variables(), f"{name} ({stated}) is not a variable of dbt_project.yml"
        assert stated == shown(variables()[name], stated, name), name
