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

# Raw tables of these sources always exist. Builds write the last one; users never request it.
DECLARED = (*SOURCES.values(), dbt_artifacts.SOURCE)
