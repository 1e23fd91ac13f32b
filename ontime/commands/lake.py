"""The commands that write to a lake and read from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from ontime.cluster import lake as lakes
from ontime.cluster.places import Place, PlaceError, usual_lake
from ontime.cluster.publishing import publish
from ontime.cluster.pulling import pull as pull_published
from ontime.commands.outcome import console, fail, stoppable
from ontime.publishing.placement import PublicationError
from ontime.storage.lock import WarehouseBusyError, hold_warehouse, opened, release_warehouse
from ontime.storage.paths import warehouse_file
from ontime.storage.runs import recorded
from ontime.transformation.dbt import target_folder

app = typer.Typer(add_completion=False)

_AS_BEFORE = "Readers see the lake as it was before, or as it is now."

Address = Annotated[
    str | None,
    typer.Argument(
        metavar="[LAKE]",
        help="A folder, or an address such as s3://bucket/lake; ONTIME_LAKE, or `lake` in the "
        "data folder, if none is given.",
    ),
]


@app.command()
def lake(
    address: Address = None,
    publish_from: Annotated[
        Path | None,
        typer.Option(
            "--publish",
            metavar="WAREHOUSE",
            help="Publish what a cluster has built in this folder, if it passed every "
            "test: its artifacts are in --artifacts.",
        ),
    ] = None,
    artifacts: Annotated[
        Path | None,
        typer.Option(
            help="The target folder of the build on the cluster; dbt's own if none is given."
        ),
    ] = None,
) -> None:
    """Write the raw tables to a lake of Parquet files, for a cluster: what has changed.

    A file for each partition, which is never changed. Readers see all of the tables as they were
    before, or as they are now.
    """
    place_name = address or usual_lake()
    if publish_from is None:
        if artifacts:
            fail("--artifacts is of a build to publish: name its folder of tables with --publish.")
        land(place_name)
        return
    with _sentences(place_name), stoppable(f"Stopped. {_AS_BEFORE}"):
        published = publish(publish_from, Place(place_name), artifacts or target_folder())
    console.print(f"Published in {place_name}: {len(published.marts)} marts.", markup=False)


def check() -> None:
    """End with a sentence if the lake that ONTIME_LAKE names can never be reached."""
    place_name = usual_lake()
    with _sentences(place_name):
        Place(place_name)


def land(address: str | None = None) -> None:
    """Make a lake hold what the raw tables hold, and say what has changed."""
    place_name = address or usual_lake()
    with _sentences(place_name), stoppable(f"Stopped. {_AS_BEFORE}"):
        place = Place(place_name)
        warehouse = warehouse_file()
        if not warehouse.exists():
            fail(f"There is no warehouse {warehouse}: run `make ingest` first.")
        taken = hold_warehouse(warehouse)
        try:
            with opened(warehouse, read_only=True) as connection:
                change = lakes.export(connection, place)
        finally:
            if taken:
                release_warehouse(warehouse)
    console.print(
        f"The lake {place_name} holds what is loaded: {len(change.written):,} files "
        f"written, {len(change.withdrawn):,} replaced or withdrawn.",
        markup=False,
    )


@app.command()
def pull(address: Address = None) -> None:
    """Publish here what a cluster has built, tested and published in a lake.

    The result is the usual file for readers. What was published here before can be put back with
    `ontime rollback`.
    """
    place_name = address or usual_lake()
    stopped = "Stopped. Readers see a whole publication."
    with recorded("pull") as run, _sentences(place_name), stoppable(stopped):
        try:
            pull_published(Place(place_name), lambda line: console.print(line, markup=False))
        except (PublicationError, WarehouseBusyError) as error:
            run.fail(str(error), is_transient=isinstance(error, WarehouseBusyError))
            raise


@contextmanager
def _sentences(address: str) -> Iterator[None]:
    """Turn what can go wrong with a lake into a sentence."""
    try:
        yield
    except (PlaceError, PublicationError, WarehouseBusyError) as error:
        fail(str(error))
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        fail(f"The lake {address} holds a file that this version cannot read: {error!r}.")
    except duckdb.Error as error:
        fail(str(error).splitlines()[0])
    except typer.Exit:
        raise
    except Exception as error:  # each driver of a store has its own
        fail(f"The lake {address} cannot be read or written: {error}.")
