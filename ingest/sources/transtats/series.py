"""A monthly table of flights on TranStats: what distinguishes one from another."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.declarations import Table
from ingest.months import between


@dataclass(frozen=True)
class Series:
    """A table of flights that the BTS publishes as one archive a month.

    `stem` begins the names of the archives, `former_stems` those of earlier ones. `first` is the
    first month. `carrier` is the column with the carriers that report. `marks` are names in the
    header that the table's files have, at least one of them, and `foreign` those that they never
    have, in small letters. `form` is the address of the web form for the months that are not
    published as archives, `form_only` the first and the last of these, and `web_member` the name of
    the table in a file of the form.
    """

    source_name: str
    table: Table
    stem: str
    first: str
    carrier: str
    web_member: str
    flights_are: str = "flights"
    former_stems: tuple[str, ...] = ()
    marks: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()
    form: str = ""
    form_only: tuple[str, str] | None = None

    def is_in_form_only(self, month: str) -> bool:
        """Return whether a month is not published as an archive, only through the web form."""
        return self.form_only is not None and self.form_only[0] <= month <= self.form_only[1]

    def months_in_form_only(self) -> list[str]:
        """Return the months that are published only through the web form."""
        return list(between(*self.form_only)) if self.form_only else []
