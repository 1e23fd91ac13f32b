"""The flights by marketing carrier go the whole way, from the publisher's listing to a re-issue."""

from __future__ import annotations

import re

from tests.live.live_project import JANUARY, LiveProject
from tests.publisher import marketing_files
from tests.publisher.marketing_files import made_up_month

PATH = f"/PREZIP/{marketing_files.month_name(JANUARY)}"


def publish(project: LiveProject, rows: list[dict[str, object]]) -> None:
    project.server.put(PATH, marketing_files.month_zip(JANUARY, rows))
    listing = f'<a href="{PATH}">{PATH}</a>'.encode()
    project.server.put("/PREZIP/", listing, content_type="text/html")


def test_a_month_by_marketing_carrier_is_fetched_by_its_name_and_followed(
    fresh: LiveProject,
) -> None:
    rows = made_up_month(JANUARY, 60).marketing
    stray = {**rows[0], "FlightDate": "2024-02-01", "Month": 2, "DayofMonth": 1}
    publish(fresh, [*rows, stray])
    # the newest month of its own table, and of no other
    done = fresh.load("bts_marketing", "--months", "latest", "--max-quarantined-percent", "5")
    assert re.search(rf"bts_marketing\.on_time {JANUARY} +60 rows +1 quarantined", done.stdout)
    assert fresh.downloads() == [("bts_marketing", JANUARY, "landed")]
    assert fresh.query(
        "select source_name, outcome, rows_in_file, rows_loaded, rows_quarantined "
        "from operations.load_receipts where source_name like 'bts%'"
    ) == [("bts_marketing", "loaded", 61, 60, 1)]
    assert fresh.query(
        "select column_name, reason from operations.quarantined_rows order by all"
    ) == [("flight_date", "belongs to 2024-02, not to 2024-01")]

    publish(fresh, rows[:50])
    said = fresh.command("status").stdout
    assert re.search(rf"{JANUARY} +60 +1 .* issued again", said)
    fresh.command("refresh")
    assert fresh.query("select count(*) from raw_bts_marketing.on_time") == [(50,)]


def test_nothing_fetches_it_unless_it_is_named(fresh: LiveProject) -> None:
    done = fresh.load("--months", JANUARY, "--dry-run")
    assert "bts_marketing" not in done.stdout
    assert not fresh.server.asked(PATH, "HEAD")
