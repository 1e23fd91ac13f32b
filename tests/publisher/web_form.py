"""The publisher's web form, as others describe it: each step needs the hidden fields of the last.

A download is answered only if the page before it was the one that came of posting back the box for
all variables, with its own hidden fields, the zip archive off, and a month as a number. Anything
else is answered with a page, as the publisher does. This is a local copy made from descriptions:
the publisher's form was not reached.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from tests.publisher.bts_files import WEB_NAMES
from tests.publisher.server import Published, Server

PATH = "/DL_SelectFields.aspx"
QUERY = "gnoyr_VQ=FGJ&QO_fu146_anzr=b0-gvzr"
VARIABLES = tuple(WEB_NAMES.values())
_DEFAULT = ("ORIGIN_AIRPORT_ID", "DEST_AIRPORT_ID")
ERROR_PAGE = b"<html><head><title>TranStats - Error</title></head><body>Error.</body></html>"
_TICKED = ' checked="checked"'
_OPTIONS = ("chkDocument", "chkTermDef", "chkMergeSub", "chkshowNull", "chkAllGroups")


@dataclass
class WebForm:
    """A form that offers some years; `build` makes the file of a month."""

    build: Callable[[str], bytes]
    years: tuple[int, ...] = tuple(range(1987, 2027))
    ticks_all: bool = True
    action: str = f".{PATH}?{QUERY.replace('&', '&amp;')}"
    posted: list[dict[str, str]] = field(default_factory=list)
    _pages: int = 0
    # the state that the last page had, and whether all variables were ticked on it
    _state: str = ""
    _all_ticked: bool = False

    def serve(self, server: Server) -> str:
        """Answer requests for the form on a server, and return its address."""
        server.dynamic(PATH, self._answer)
        return f"{server.url}{PATH}?{QUERY}"

    def _answer(self, method: str, entries: dict[str, str]) -> Published:
        if method != "POST":
            return self._page(all_ticked=False)
        self.posted.append(entries)
        state = (entries.get("__VIEWSTATE"), entries.get("__EVENTVALIDATION"))
        if state != (f"/wEPD+{self._state}=", f"/wEd&{self._state}") or "affiliate" not in entries:
            return _error()
        if entries.get("__EVENTTARGET") == "chkAllVars" and entries.get("chkAllVars") == "on":
            return self._page(all_ticked=self.ticks_all)
        month = f"{entries.get('cboYear')}-{entries.get('cboPeriod', '').zfill(2)}"
        return Published(self.build(month)) if self._is_complete(entries) else _error()

    def _is_complete(self, entries: dict[str, str]) -> bool:
        """Return whether the download is answered with a file."""
        return (
            self._all_ticked
            and entries.get("btnDownload") == "Download"
            and "chkDownloadZip" not in entries
            and {name for name in VARIABLES if entries.get(name) == "on"} == set(VARIABLES)
            and entries.get("cboYear") in set(map(str, self.years))
            and entries.get("cboPeriod") in set(map(str, range(1, 13)))
        )

    def _page(self, *, all_ticked: bool) -> Published:
        self._pages += 1
        self._state, self._all_ticked = f"state{self._pages}", all_ticked
        hidden = {
            "__EVENTTARGET": "", "__EVENTARGUMENT": "", "__LASTFOCUS": "",
            "__VIEWSTATE": f"/wEPD+{self._state}=", "__VIEWSTATEGENERATOR": "BB1D1E2F",
            "__EVENTVALIDATION": f"/wEd&{self._state}", "affiliate": "dot-bts",
        }  # fmt: skip
        inputs = "".join(
            f'<input type="hidden" name="{name}" id="{name}" value="{escape(value)}" />\n'
            for name, value in hidden.items()
        )
        boxes = "".join(
            f'<tr><td><input id="{name}" type="checkbox" name="{name}"'
            f"{_TICKED * (all_ticked or name in _DEFAULT)} /></td></tr>\n"
            for name in VARIABLES
        )
        options = "".join(
            f'<input id="{name}" type="checkbox" name="{name}" />' for name in _OPTIONS
        )
        ticked = _TICKED * all_ticked
        years = "".join(f'<option value="{year}">{year}</option>' for year in self.years)
        months = "".join(
            f'<option value="{number}">{name}</option>'
            for number, name in enumerate(("January", "February", "March", "April", "May", "June",
                                           "July", "August", "September", "October", "November",
                                           "December"), start=1)
        )  # fmt: skip
        page = f"""<!DOCTYPE html><html><head><title>OST_R | BTS | Transtats</title></head><body>
<form method="get" action="https://search.example.gov/search">
<input type="text" name="query" /><input type="hidden" name="affiliate" value="other" /></form>
<form method="post" action="{self.action}" id="form1">
{inputs}<input name="txtSearch" type="text" id="txtSearch" />
<select name="cboGeography" id="cboGeography"><option selected="selected" value="All">All</option>
<option value="Alabama">Alabama</option></select>
<select name="cboYear" id="cboYear">{years}</select>
<select name="cboPeriod" id="cboPeriod">{months}</select>
<input id="chkDownloadZip" type="checkbox" name="chkDownloadZip" checked="checked" />
<input id="chkAllVars" type="checkbox" name="chkAllVars"{ticked}
 onclick="javascript:setTimeout('__doPostBack(\\'chkAllVars\\',\\'\\')', 0)" />{options}
<input type="submit" name="btnDownload" value="Download" id="btnDownload" />
<table>{boxes}</table></form></body></html>"""
        return Published(page.encode(), content_type="text/html; charset=utf-8")


def _error() -> Published:
    return Published(ERROR_PAGE, content_type="text/html")
