"""The publisher issues a month again: what changes, and what does not. Uses a folder of its own."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="A month is issued again")


@app.cell
def _():
    import csv
    import os
    import subprocess
    import sys
    import tempfile
    from pathlib import Path

    import duckdb
    import marimo as mo

    return Path, csv, duckdb, mo, os, subprocess, sys, tempfile


@app.cell
def _(mo):
    mo.md("""
    # A month is issued again

    The Bureau of Transportation Statistics corrects months after their first release. Loading
    replaces the month whole: same file, same rows; other file, other rows; never both. The three
    flights here are made up, and the data are in a folder that is deleted at the end.
    """)


@app.cell
def _(Path, csv, os, subprocess, sys, tempfile):
    kept = tempfile.TemporaryDirectory()
    data = Path(kept.name) / "data"
    project = Path(__file__).resolve().parents[1]

    def flight(day, departed, departure_delay, arrived, arrival_delay):
        """Return a flight of January 2024 under the names of the web form."""
        return {
            "FL_DATE": f"1/{day}/2024 12:00:00 AM",
            "YEAR": "2024",
            "MONTH": "1",
            "OP_UNIQUE_CARRIER": "UA",
            "OP_CARRIER_FL_NUM": "1",
            "ORIGIN": "EWR",
            "DEST": "ORD",
            "CRS_DEP_TIME": "0800",
            "DEP_TIME": departed,
            "DEP_DELAY": departure_delay,
            "CRS_ARR_TIME": "0930",
            "ARR_TIME": arrived,
            "ARR_DELAY": arrival_delay,
            "CANCELLED": "0",
            "DIVERTED": "0",
            "CRS_ELAPSED_TIME": "150",
            "AIR_TIME": "120",
            "DISTANCE": "719",
        }

    first_issue = [
        flight(1, "0800", "0", "0925", "-5"),
        flight(2, "0840", "40", "1010", "40"),
        flight(3, "0802", "2", "0931", "1"),
    ]

    def issue(name, rows):
        """Write an issue of the month into a folder of its own, as the web form would."""
        folder = Path(kept.name) / name
        folder.mkdir()
        with (folder / "T_ONTIME_REPORTING.csv").open("w", newline="") as file:
            table = csv.DictWriter(file, rows[0].keys())
            table.writeheader()
            table.writerows(rows)
        return folder

    def ontime(*words):
        """Run a command of the project on the notebook's own data."""
        done = subprocess.run(
            [sys.executable, "-m", "ontime", *words],
            cwd=project,
            env={**os.environ, "ONTIME_DATA_DIR": str(data)},
            capture_output=True,
            text=True,
            check=False,
        )
        return f"$ ontime {words[0]}\n{done.stdout}{done.stderr}".replace(kept.name, "...")

    return data, first_issue, flight, issue, kept, ontime


@app.cell
def _(data, duckdb):
    def flights():
        """Return the loaded rows of the month, in the publisher's own words."""
        with duckdb.connect(str(data / "ontime.duckdb"), read_only=True) as connection:
            return connection.sql(
                "select flight_date, dep_delay, arr_delay, _source_file, _source_row_number "
                "from raw_bts.on_time order by flight_date"
            ).df()

    return (flights,)


@app.cell
def _(first_issue, flights, issue, mo, ontime):
    first_said = ontime("load", "bts", "--offline-from", str(issue("first", first_issue)))
    first = flights()
    mo.vstack([mo.md("**The first issue.**"), mo.plain_text(first_said), first])
    return first, first_said


@app.cell
def _(first_issue, first, flights, issue, mo, ontime):
    _same = issue("same", first_issue)
    again_said = ontime("load", "bts", "--offline-from", str(_same)) if len(first) else ""
    again = flights()
    mo.vstack([mo.md("**The same file again** changes nothing."), mo.plain_text(again_said), again])
    return again, again_said


@app.cell
def _(again, first_issue, flight, flights, issue, mo, ontime):
    # the publisher corrects the delay of 2 January from 40 minutes to 4
    corrected = [first_issue[0], flight(2, "0804", "4", "0934", "4"), first_issue[2]]
    _second = issue("second", corrected)
    second_said = ontime("load", "bts", "--offline-from", str(_second)) if len(again) else ""
    second = flights()
    mo.vstack(
        [
            mo.md("**The second issue replaces the month whole.**"),
            mo.plain_text(second_said),
            second,
        ]
    )
    return second, second_said


@app.cell
def _(flights, mo, ontime, second):
    # as after the loss of the warehouse: the landed files alone make the same rows
    replay_said = ontime("replay") if len(second) else ""
    replayed = flights()
    mo.vstack(
        [
            mo.md("**Replay**: the raw tables from `data/landing` alone. The same rows come back."),
            mo.plain_text(replay_said),
            replayed,
        ]
    )
    return replay_said, replayed


@app.cell
def _(kept, mo, replayed):
    is_the_second_issue = list(replayed.arr_delay) == ["-5", "4", "1"]
    kept.cleanup()
    mo.md(
        "What follows in the project is `make build`: it builds and tests the months whose files "
        "changed, and publishes if all tests pass. `make diff` then shows what changed for readers."
    )
    return (is_the_second_issue,)


if __name__ == "__main__":
    app.run()
