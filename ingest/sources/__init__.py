"""Every source system that the warehouse knows, one module each."""

from ingest.sources import airportsdata, bts, nycflights13, registry, weather

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
