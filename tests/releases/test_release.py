"""A release is complete, reproducible, and accepted by the tools of the standards it follows."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import mlcroissant  # type: ignore[import-untyped]
import pytest
import yaml  # type: ignore[import-untyped]
from frictionless import Package
from typer.testing import CliRunner, Result

from ontime.cli import app
from ontime.releases import release as releasing
from ontime.releases import sources
from ontime.releases.errors import ReleaseError
from ontime.releases.release import VARIABLE, Made, damaged, make_release
from ontime.storage.content_hash import content_hash
from tests.commands import ROOT, Project
from tests.releases.conftest import Publish
from tests.releases.publications import RECEIPTS, publish

FIRST, SECOND = "20130401T000000Z-00000001", "20130402T000000Z-00000002"
LATE = "update marts.fct_flights set delay_minutes = 300 where flight_id = '2013-02-2'"


def made(folder: Path, *changes: str, **publication: Any) -> Made:
    """Return a release of a made-up publication."""
    file = folder / f"{len(list(folder.glob('*.duckdb')))}.duckdb"
    publish(file, changes=changes, **publication)
    return make_release(file, folder / "releases")


def document(release: Made, name: str) -> Any:
    """Return a JSON file of a release."""
    return json.loads((release.folder / name).read_text())


def contents(folder: Path) -> dict[str, bytes]:
    """Return the content of every file of a release, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def release(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, ["release", *arguments])


pytestmark = pytest.mark.usefixtures("few_rows_are_many")


def test_a_release_holds_what_it_says(tmp_path: Path) -> None:
    folder = made(tmp_path).folder
    assert sorted(contents(folder)) == [
        "CHANGES.md",
        "CITATION.cff",
        "LICENSES/CC0-1.0.txt",
        "LICENSES/README.md",
        "LICENSES/airportsdata.txt",
        "LICENSES/ontime.txt",
        "README.md",
        "SHA256SUMS",
        "build.json",
        "changes.json",
        "croissant.json",
        "csv/dim_carriers.csv",
        "csv/mart_carrier_hours.csv",
        "csv/mart_empty.csv",
        "data-dictionary.md",
        "datacontract.odcs.yaml",
        "datapackage.json",
        "erd.md",
        "lineage.json",
        "ontime_marts.duckdb",
        "parquet/dim_carriers.parquet",
        "parquet/fct_flights/fct_flights_2013-01.parquet",
        "parquet/fct_flights/fct_flights_2013-02.parquet",
        "parquet/fct_flights/fct_flights_2013-03.parquet",
        "parquet/mart_carrier_hours.parquet",
        "parquet/mart_empty.parquet",
    ]
    listed = re.findall(r"^\| (`.*?) \|", (folder / "README.md").read_text(), re.MULTILINE)
    named = {name.rstrip("/") for cell in listed for name in re.findall(r"`([^`]+)`", cell)}
    assert named == {path.partition("/")[0] for path in contents(folder)} - {"README.md"}


def test_the_rows_are_those_that_were_published(tmp_path: Path) -> None:
    folder = made(tmp_path).folder
    with duckdb.connect(str(folder / "ontime_marts.duckdb"), read_only=True) as published:
        assert_parquet_holds(published, folder)
        for table in ("dim_carriers", "mart_carrier_hours", "mart_empty"):
            columns = published.execute(
                "select string_agg(format('''{}'': ''{}''', column_name, data_type), ', ' "
                "order by ordinal_position) "
                "from catalogue.columns where table_name = ?",
                [table],
            ).fetchall()[0][0]
            published.execute(
                "create or replace temp view read_back as select * from read_csv("
                f"'{folder}/csv/{table}.csv', columns = {{{columns}}}, header = true, "
                "auto_detect = false, quote = '\"', escape = '\"')"
            )
            assert content_hash(published, "read_back") == content_hash(
                published, f"marts.{table}"
            ), table


def test_csv_is_written_as_its_readers_expect(tmp_path: Path) -> None:
    text = (made(tmp_path).folder / "csv" / "dim_carriers.csv").read_text()
    assert text == (
        "carrier_code,carrier_name,rating,is_large,valid_from_date,seen_at_utc\n"
        'AA,"American, the ""first""",1.5,true,1934-05-01,2013-01-01T05:06:07\n'
        "B6,Jet;Blue,,,2000-02-11,2013-01-01T05:06:07.25\n"
        'UA,"United\nof two lines",0.1,false,,\n'
    )


def assert_parquet_holds(published: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Check that the Parquet of every table holds the published rows and content."""
    tables = published.execute(
        "select table_name, row_count, content_hash from catalogue.tables"
    ).fetchall()
    for table, rows, expected in tables:
        path = folder / "parquet" / table
        files = f"{path}/*.parquet" if path.is_dir() else f"{path}.parquet"
        published.execute(
            f"create or replace temp view read_back as select * from read_parquet('{files}')"
        )
        assert content_hash(published, "read_back") == (rows, expected), table


def test_rows_are_sorted_by_their_key_and_kept_by_month(tmp_path: Path) -> None:
    shuffled = (
        "create table marts.other as select * from marts.fct_flights order by flight_id desc",
        "delete from marts.fct_flights",
        "insert into marts.fct_flights select * from marts.other",
        "drop table marts.other",
    )
    folder = made(tmp_path, *shuffled).folder
    for month in ("2013-01", "2013-02", "2013-03"):
        file = folder / "parquet" / "fct_flights" / f"fct_flights_{month}.parquet"
        rows = duckdb.sql(f"select flight_id, flight_month from '{file}'").fetchall()
        assert [name for name, _ in rows] == [f"{month}-{number}" for number in range(1, 7)]
        assert {f"{date:%Y-%m}" for _, date in rows} == {month}
        compressed = duckdb.sql(f"select distinct compression from parquet_metadata('{file}')")
        assert compressed.fetchall() == [("ZSTD",)]


def test_frictionless_accepts_the_package_and_its_data(tmp_path: Path) -> None:
    folder = made(tmp_path).folder
    package = Package(str(folder / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["name", "message"])
    flights = package.get_resource("fct_flights").to_descriptor()["schema"]
    assert flights["primaryKey"] in ("flight_id", ["flight_id"])
    assert flights["fields"][2] == {
        "name": "delay_minutes",
        "type": "integer",
        "description": "How late it was.",
        "unit": "minutes",
    }
    assert flights["foreignKeys"] == [
        {
            "fields": ["carrier_code"],
            "reference": {"resource": "dim_carriers", "fields": ["carrier_code"]},
        }
    ]
    types = [field["type"] for field in flights["fields"]]
    assert types == ["string", "string", "integer", "date", "datetime"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("AA,0,", ",0,", "required"),
        ("AA,0,", "AA,x,", "Type error"),
        ("AA,0,", "XX,0,", "foreign"),
        ("AA,0,0", "AA,1,10", "primary"),
    ],
)
def test_frictionless_finds_what_contradicts_the_schema(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    folder = made(tmp_path).folder
    file = folder / "csv" / "mart_carrier_hours.csv"
    text = file.read_text()
    assert old in text
    file.chmod(0o644)
    file.write_text(text.replace(old, new, 1))
    report = Package(str(folder / "datapackage.json")).validate()
    messages = [message for (message,) in report.flatten(["message"])]
    assert any(words.lower() in message.lower() for message in messages), messages


def test_croissant_is_accepted_and_reads_the_rows(tmp_path: Path) -> None:
    folder = made(tmp_path).folder
    dataset = mlcroissant.Dataset(jsonld=folder / "croissant.json")
    issues = dataset.metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())
    counts = {
        name: len(list(dataset.records(name)))
        for name in ("dim_carriers", "fct_flights", "mart_carrier_hours", "mart_empty")
    }
    assert counts == {
        "dim_carriers": 3,
        "fct_flights": 18,
        "mart_carrier_hours": 9,
        "mart_empty": 0,
    }


def test_every_file_is_in_the_checksums_and_sha256sum_accepts_them(tmp_path: Path) -> None:
    folder = made(tmp_path).folder
    listed = [line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()]
    assert listed == sorted(contents(folder).keys() - {"SHA256SUMS"})
    command = shutil.which("sha256sum")
    if command is None:
        pytest.skip("there is no sha256sum here")
    check = [command, "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=folder, check=False).returncode == 0
    (folder / "README.md").chmod(0o644)
    (folder / "README.md").write_text("other")
    assert subprocess.run(check, cwd=folder, check=False, capture_output=True).returncode != 0
    assert damaged(folder) == ["README.md"]


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    again = (
        "create table marts.other as select * from marts.dim_carriers order by carrier_code desc",
        "delete from marts.dim_carriers",
        "insert into marts.dim_carriers select * from marts.other",
        "drop table marts.other",
    )
    one, other = tmp_path / "one", tmp_path / "a folder of another name"
    for folder, changes, name, time in (
        (one, (), FIRST, "2013-04-01 00:00:00"),
        (other, again, SECOND, "2013-04-02 12:34:56"),
    ):
        made(folder, *changes, name=name, loaded_at=time)
        made(folder, *changes, LATE, name=f"{name}-late", loaded_at=time)
    found = [contents(folder / "releases") for folder in (one, other)]
    assert found[0].keys() == found[1].keys()
    differing = {path for path, content in found[0].items() if content != found[1][path]}
    assert {path.partition("/")[2] for path in differing} == set(VARIABLE)
    # the database differs in its bytes, but not in the contents of its tables
    hashes = []
    for folder in (one, other):
        for file in sorted((folder / "releases").glob("*/ontime_marts.duckdb")):
            with duckdb.connect(str(file), read_only=True) as connection:
                hashes.append(content_hash(connection, "marts.dim_carriers"))
    assert len(set(hashes)) == 1


def test_only_the_build_says_when(tmp_path: Path) -> None:
    release = made(tmp_path)
    build = document(release, "build.json")
    assert build["publication"]["built_at_utc"] == "2013-04-01T00:00:00Z"
    assert build["loaded"][0]["loaded_at_utc"] == "2013-04-01T00:00:00Z"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", build["released_at_utc"])
    for path, content in contents(release.folder).items():
        if path not in VARIABLE:
            assert b"2013-04-01" not in content, path


def test_the_name_is_the_version_and_the_fingerprint(tmp_path: Path) -> None:
    release = made(tmp_path, fingerprint="0123456789abcdef" * 2)
    version = yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"]
    assert release.name == release.folder.name == f"ontime-{version}-0123456789ab"
    assert made(tmp_path, LATE).name != release.name


def test_lineage_names_every_source_file_with_its_checksum(tmp_path: Path) -> None:
    release = made(tmp_path)
    lineage = document(release, "lineage.json")
    named = {(file["file_name"], file["file_sha256"]) for file in lineage["source_files"]}
    assert named == {(receipt[3], receipt[5]) for receipt in RECEIPTS}
    assert {table["table_name"]: table["rows"] for table in lineage["tables"]} == {
        "dim_carriers": 3,
        "fct_flights": 18,
        "mart_carrier_hours": 9,
        "mart_empty": 0,
    }
    package = document(release, "datapackage.json")
    assert {source["hash"] for source in package["sources"]} == {
        f"sha256:{receipt[5]}" for receipt in RECEIPTS
    }


def test_a_release_says_what_changed_since_the_one_before(tmp_path: Path) -> None:
    first = made(tmp_path)
    assert "first release" in (first.folder / "CHANGES.md").read_text()
    assert document(first, "changes.json")["previous_release"] is None
    second = made(
        tmp_path,
        LATE,
        "delete from marts.fct_flights where flight_id = '2013-03-6'",
        "alter table marts.mart_empty add column gate varchar",
        "drop table marts.mart_carrier_hours",
    )
    assert second.previous == first.name
    changes = document(second, "changes.json")
    assert changes["previous_release"] == first.name
    tables = {table["name"]: table for table in changes["tables"]}
    assert tables["dim_carriers"]["status"] == "same"
    assert tables["mart_carrier_hours"]["status"] == "removed"
    flights = tables["fct_flights"]["rows"]
    assert (flights["added"], flights["removed"], flights["changed"]) == (0, 1, 1)
    assert flights["months"] == [
        {"month": "2013-02", "added": 0, "removed": 0, "changed": 1},
        {"month": "2013-03", "added": 0, "removed": 1, "changed": 0},
    ]
    text = (second.folder / "CHANGES.md").read_text()
    assert f"# Changes from {first.name} to {second.name}" in text
    assert "- `mart_empty`: column gate: added: varchar" in text
    assert "- **Breaking** `mart_carrier_hours`: table removed" in text
    assert "| 2013-02 | 0 | 0 | 1 |" in text
    assert "| `delay_minutes` | 1 | 2013-02-2: 0 → 300 |" in text


def test_the_release_to_compare_with_can_be_named(put: Publish, data: Path) -> None:
    put(FIRST)
    assert release().exit_code == 0
    (first,) = (data / "releases").glob("ontime-*")
    put(SECOND, LATE)
    assert f"with the changes since {first.name}" in release().stdout
    put("20130403T000000Z-00000003", LATE, LATE.replace("02-2", "02-3"))
    third = release("--since", first.name)
    assert f"with the changes since {first.name}" in third.stdout


def test_making_it_again_changes_nothing_and_says_so(put: Publish, data: Path) -> None:
    put(FIRST)
    assert release().stdout.startswith("released: ")
    (folder,) = (data / "releases").iterdir()
    before = contents(folder)
    again = release()
    assert again.exit_code == 0
    assert again.stdout == f"unchanged: {folder} already holds exactly this\n"
    assert contents(folder) == before
    assert list((data / "releases").iterdir()) == [folder]
    # a damaged release does not count as complete
    (folder / "README.md").chmod(0o644)
    (folder / "README.md").write_text("other")
    refusal = release()
    assert refusal.exit_code == 1
    assert "is there already and damaged, README.md among its files" in refusal.stderr


def test_what_cannot_be_released_is_refused_in_one_sentence(
    put: Publish, data: Path, tmp_path: Path
) -> None:
    nothing = release()
    assert nothing.exit_code == 1
    assert nothing.stderr == f"Nothing is published in {data / 'published'} yet: run `make run`.\n"
    put(FIRST)
    assert "There is no publication 1999" in release("--since", "1999").stderr
    for change, sentence in (
        ("delete from marts.fct_flights", "fct_flights is not what its catalogue says it is"),
        ("update catalogue.tables set content_hash = null", "is of an older layout and lacks"),
        ("update catalogue.publication set fingerprint = null", "lacks a fingerprint"),
        ("update catalogue.source_receipts set source_name = 'x'", "No licence is recorded for"),
    ):
        file = publish(tmp_path / f"{len(change)}.duckdb")
        with duckdb.connect(str(file)) as connection:
            connection.execute(change)
        with pytest.raises(ReleaseError, match=sentence):
            make_release(file, data / "releases")
        assert list((data / "releases").iterdir()) == []


def test_content_that_another_duckdb_hashed_can_be_released(tmp_path: Path) -> None:
    file = publish(tmp_path / "file.duckdb")
    with duckdb.connect(str(file)) as connection:
        connection.execute("update catalogue.publication set content_hash_method = 'of another'")
        connection.execute("update catalogue.tables set content_hash = md5(content_hash)")
    folder = make_release(file, tmp_path / "releases").folder
    lineage = json.loads((folder / "lineage.json").read_text())
    assert lineage["content_hash_method"] == "of another"


def test_a_release_that_fails_on_the_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for failure in (KeyboardInterrupt, OSError(28, "No space left on device")):

        def fail(folder: Path, failure: Any = failure) -> int:
            raise failure

        monkeypatch.setattr(releasing, "_seal", fail)
        with pytest.raises((KeyboardInterrupt, OSError)):
            made(tmp_path)
        assert list((tmp_path / "releases").iterdir()) == []


STOPPED = """
import sys, time
from pathlib import Path
from ontime.cli import app
from ontime.releases import release

def wait(folder):
    print("begun", flush=True)
    time.sleep(600)

release._seal = wait
app(["release"])
"""


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_release_that_is_stopped_leaves_nothing(
    put: Publish, data: Path, end: signal.Signals
) -> None:
    put(FIRST)
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPED],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(end)
        process.wait(300)
    assert process.returncode != 0
    if end == signal.SIGKILL:
        # clearing up is impossible then: it is not a release, and the next one removes it
        assert [path.name[0] for path in (data / "releases").iterdir()] == ["."]
    else:
        assert list((data / "releases").iterdir()) == []
    assert release().exit_code == 0
    assert len(list((data / "releases").iterdir())) == 1


def test_two_releases_are_not_made_at_once(tmp_path: Path) -> None:
    (tmp_path / "releases").mkdir()
    held = os.open(tmp_path / "releases", os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    with pytest.raises(ReleaseError, match="Another release is being made in"):
        made(tmp_path)
    os.close(held)
    assert made(tmp_path).is_new


def test_licences_are_those_that_the_sources_carry(tmp_path: Path) -> None:
    from importlib.metadata import distribution  # noqa: PLC0415

    from ingest.sources import SOURCES  # noqa: PLC0415

    assert sources.SOURCES.keys() == SOURCES.keys()
    every_text = sources.licence_files([*sources.SOURCES.values(), sources.OWN])
    assert all(len(text) > 500 for text in every_text.values())
    folder = made(tmp_path).folder / "LICENSES"
    installed = distribution("airportsdata").read_text("licenses/LICENSE")
    assert installed
    assert (folder / "airportsdata.txt").read_text().split() == installed.split()
    assert (folder / "ontime.txt").read_bytes() == (ROOT / "LICENSE").read_bytes()
    for name in re.findall(r"\]\((\S+\.txt)\)", (folder / "README.md").read_text()):
        assert (folder / name).exists()


@pytest.mark.parametrize("of_the_project", [True, False])
def test_the_citation_is_valid(tmp_path: Path, of_the_project: bool) -> None:
    """Validate it against what version 1.2.0 of the format requires and allows."""
    folder = ROOT if of_the_project else made(tmp_path).folder
    cited = yaml.safe_load((folder / "CITATION.cff").read_text())
    assert cited.keys() >= {"cff-version", "message", "title", "authors"}
    allowed = {
        "abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi",
        "identifiers", "keywords", "license", "license-url", "message", "preferred-citation",
        "references", "repository", "repository-artifact", "repository-code", "title", "type",
        "url", "version",
    }  # fmt: skip
    assert cited.keys() <= allowed
    assert cited["cff-version"] == "1.2.0"
    assert cited["type"] == ("software" if of_the_project else "dataset")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(cited["date-released"]))
    for author in cited["authors"]:
        assert author.keys() == {"name"}
    for identifier in cited.get("identifiers", []):
        assert identifier.keys() == {"type", "value", "description"}
        assert identifier["type"] in ("doi", "url", "swh", "other")
    for reference in cited.get("references", []):
        assert reference.keys() >= {"type", "title", "authors"}
    assert len(set(cited["keywords"])) == len(cited["keywords"])


def test_the_citation_is_of_this_version() -> None:
    import tomllib  # noqa: PLC0415

    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert cited["version"] == project["version"]
    assert cited["license"] == project["license"]


def test_the_embedded_data_can_be_released(
    built: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # the real limits
    done = built.run(
        sys.executable,
        "-m",
        "ontime",
        "release",
        env={"ONTIME_DATA_DIR": str(linked(built, tmp_path))},
    )
    assert done.stdout.startswith("released: ")
    (folder,) = (tmp_path / "data" / "releases").iterdir()
    assert damaged(folder) == []
    months = sorted(path.name for path in (folder / "parquet" / "fct_flights").iterdir())
    assert months == [f"fct_flights_2013-{month:02}.parquet" for month in range(1, 13)]
    with duckdb.connect(str(folder / "ontime_marts.duckdb"), read_only=True) as published:
        assert_parquet_holds(published, folder)
        counted = published.execute("select table_name, row_count from catalogue.tables")
        tables = dict(counted.fetchall())
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "message"])
    dataset = mlcroissant.Dataset(jsonld=folder / "croissant.json")
    assert (dataset.metadata.ctx.issues.errors, dataset.metadata.ctx.issues.warnings) == (
        set(),
        set(),
    )
    assert {record_set.name for record_set in dataset.metadata.record_sets} == tables.keys()
    assert len(list(dataset.records("dim_carriers"))) == tables["dim_carriers"]


def linked(built: Project, folder: Path) -> Path:
    """Return a data folder in which the built publication is in place."""
    (folder / "data" / "published").mkdir(parents=True)
    place = folder / "data" / "published" / built.published_file.name
    version = built.published_file.resolve()
    os.link(version, place)
    shutil.copytree(version.parent / "features", place.parent / "features", copy_function=os.link)
    return folder / "data"
