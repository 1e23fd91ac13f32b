"""airportsdata: the airport reference, with coordinates and IANA time zones.

Published as the Python package `airportsdata` (MIT licence): one CSV file of about 28,000 airports,
with quoted text and `""` for a missing string. Flight records need only the 7,884 airports that
have an IATA code, but raw keeps all. The version is pinned because time zones and names change
between releases.
"""

from collections.abc import Iterator

from ingest.declarations import Kind, Source, SourceFile, Table, columns
from ingest.sources.packages import package_folder

AIRPORTS = Table(
    "airports",
    columns(
        "icao", "iata", "name", "city", "subd", "country", "elevation", "lat", "lon", "tz", "lid",
        kinds={"elevation": Kind.NUMBER, "lat": Kind.NUMBER, "lon": Kind.NUMBER},
    ),
    null_markers=("",),
)  # fmt: skip


def files() -> Iterator[SourceFile]:
    """Yield the one file of the installed package."""
    yield SourceFile(AIRPORTS, "all", package_folder("airportsdata") / "airports.csv")


SOURCE = Source(
    name="airportsdata",
    title="airport reference with time zones",
    licence="MIT",
    tables=(AIRPORTS,),
    files=files,
)
