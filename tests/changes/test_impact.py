"""The report on a change says what it does to the data: three prepared changes, and a failure."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

import pytest

from benchmarks.changes.prepared import PREPARED, Prepared
from ontime.changes.impact import Impact, impact
from ontime.changes.markdown import markdown
from ontime.changes.page import page
from ontime.site.markup import markdown as rendered
from tests.changes.worlds import BASE, State, made
from tests.commands import ROOT


def impact_of(folder: Path, state: State) -> Impact:
    """Return the impact of a state, compared with the base."""
    base, before = made(folder / "base", "revision abc", State(BASE, frozenset(BASE), seconds=3.0))
    change, after = made(folder / "change", "this change", state)
    return impact(base, change, (before, after), all_built=False)


def lateness(old: str, new: str) -> dict[str, str]:
    """Return the base with another text in the rule of lateness."""
    assert old in BASE["fct_lateness"]
    return {**BASE, "fct_lateness": BASE["fct_lateness"].replace(old, new)}


READ = frozenset({"fct_lateness", "mart_carriers"})


def test_a_refactor_changes_no_data(tmp_path: Path) -> None:
    # another name of a CTE, a comment, and the same condition written in another way
    sql = lateness("delay_minutes >= 15", "not (delay_minutes < 15) /* the rule */")
    sql["fct_lateness"] = sql["fct_lateness"].replace("with flights", "with read")
    sql["fct_lateness"] = sql["fct_lateness"].replace("from flights", "from read")
    found = impact_of(tmp_path, State(sql, READ))
    assert found.summary == "No data change: all 3 marts hold the same 18 rows."
    assert found.changed == ()
    assert [change.name for change in found.effect.columns] == ["fct_lateness.is_late"]
    text = markdown(found)
    assert "### Data" not in text
    assert "took 6.0 s before and 2.0 s now" in text


def test_a_changed_rule_is_followed_to_values_columns_and_readers(tmp_path: Path) -> None:
    found = impact_of(tmp_path, State(lateness(">= 15", ">= 25"), READ))
    assert found.summary == "2 of 3 marts change."
    changed = {
        table.name: {column.name: column.values_changed for column in table.rows.columns}
        for table in found.changed
    }
    # delays are 5, 10, ... 40 minutes: those of 15 and 20 are not late any more, one each
    assert changed == {"fct_lateness": {"is_late": 2}, "mart_carriers": {"late_flights": 2}}
    [column] = found.effect.columns
    assert (column.name, column.what) == ("fct_lateness.is_late", "computed in another way")
    assert column.reaches == ("mart_carriers.late_flights",)
    assert found.readers["exposures"] == ("board",)
    assert found.breaking == ()
    text = markdown(found)
    assert "| `fct_lateness` | 8 | 8 | 0 | 0 | 2 | `is_late` (2) |" in text
    assert "3: true → false" in text
    html = page(found)
    assert "<code>fct_lateness.is_late</code>" in html
    assert "<script" not in html


def test_a_dropped_column_is_breaking_and_names_its_readers(tmp_path: Path) -> None:
    sql = lateness("is_late, delay_minutes from", "is_late from")
    found = impact_of(tmp_path, State(sql, READ))
    assert found.summary == "1 of 3 marts change, and 1 change may break queries."
    assert found.breaking == ("fct_lateness: column delay_minutes: removed, which was: integer",)
    assert found.breaks[0].startswith("fct_lateness v1: column `delay_minutes` was removed.")
    assert [change.what for change in found.effect.columns] == ["removed"]
    assert "### Breaking" in markdown(found)


def test_another_filter_changes_rows_and_no_column(tmp_path: Path) -> None:
    sql = {**BASE, "fct_flights": f"{BASE['fct_flights']} where flight_id > 2"}
    found = impact_of(tmp_path, State(sql, frozenset(BASE)))
    assert found.effect.rows == ("fct_flights",)
    assert found.effect.marts == ("fct_flights", "fct_lateness", "mart_carriers")
    removed = {table.name: table.rows.removed for table in found.changed}
    assert removed == {"fct_flights": 2, "fct_lateness": 2}
    assert "Removed in fct_flights, for example: 1; 2." in markdown(found)


def test_a_model_that_fails_is_reported_and_not_taken_for_unchanged(tmp_path: Path) -> None:
    sql = lateness("is_late, delay_minutes", "is_tardy, delay_minutes")
    state = State(
        sql,
        frozenset({"fct_lateness"}),
        failed=frozenset({"mart_carriers"}),
        columns={"mart_carriers": ["carrier_code", "late_flights"]},
    )
    found = impact_of(tmp_path, state)
    assert found.summary.startswith("Not built: 1 node")
    assert found.failures == (("mart_carriers", "Binder Error: no column | is_late"),)
    assert found.compared.missing == ("mart_carriers",)
    text = markdown(found)
    assert r"no column \| is_late" in text
    assert "Not compared, because they were not built: `mart_carriers`." in text


def test_a_mart_that_was_not_built_again_is_not_read(tmp_path: Path) -> None:
    """What dbt left alone is a copy of the base: not even a planted difference is looked for.

    But if its SQL differs, the report does not say that nothing changes.
    """
    found = impact_of(tmp_path, State(lateness(">= 15", ">= 25"), frozenset()))
    assert found.changed == ()
    assert found.failures == (("fct_lateness", "its SQL differs, and it was not built"),)
    assert found.summary == "Not built: 1 node, so what they make is unknown."


@pytest.mark.parametrize("text", ["<img src=x>", "a|b", "[link](https://example.org)"])
def test_values_are_text_in_every_report(tmp_path: Path, text: str) -> None:
    sql = {
        **BASE,
        "fct_flights": BASE["fct_flights"].replace("carrier_code,", f"'{text}' as carrier_code,"),
    }
    found = impact_of(tmp_path, State(sql, frozenset({"fct_flights"})))
    for html in (rendered(markdown(found)), page(found)):
        assert escape(text, quote=False) in html
        assert not re.search(r"<img|href=.https", html)


@pytest.mark.parametrize("change", PREPARED, ids=lambda change: change.name)
def test_the_changes_of_impact_test_fit_the_project(change: Prepared, tmp_path: Path) -> None:
    files = {file for file, _, _ in change.replacements}
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes((ROOT / file).read_bytes())
    change.apply(tmp_path)
    assert all((tmp_path / file).read_bytes() != (ROOT / file).read_bytes() for file in files)
