"""Every source system that the warehouse knows, one module each."""

from ingest.declarations import Source
from ingest.sources import (
    airportsdata,
    bts,
    bts_marketing,
    dbt_artifacts,
    nycflights13,
    registry,
    weather,
)

SOURCES: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make a source known to every command, by its name."""
    SOURCES[source.name] = source


def declared() -> list[Source]:
    """Return the sources whose raw tables always exist.

    Builds write the last one; users never request it.
    """
    return [*SOURCES.values(), dbt_artifacts.SOURCE]


def live_sources() -> list[Source]:
    """Return the sources with a publisher; one that reads others' rows comes after them."""
    live = [source for source in SOURCES.values() if source.publisher]
    return sorted(live, key=lambda source: bool(source.publisher and source.publisher.reads))


for _source in (
    nycflights13.SOURCE,
    airportsdata.SOURCE,
    bts.SOURCE,
    bts_marketing.SOURCE,
    weather.SOURCE,
    registry.SOURCE,
):
    register(_source)
