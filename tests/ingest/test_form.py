"""The web form is driven step by step, against a local copy of it; faults are named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.download import fetching
from ingest.errors import PublisherError, RefusedFileError
from ingest.publishers import Scope, Wanted
from ingest.reading.forms import read_form
from ingest.sources.bts import SOURCE, request
from tests.publisher.bts_files import flights, month_zip, web_form_table
from tests.publisher.received import check, publisher
from tests.publisher.server import Server, html, serve, status
from tests.publisher.web_form import PATH, VARIABLES, WebForm

MONTH = "1995-06"
CONTENT = month_zip(MONTH, flights(MONTH, 3), "web")


@pytest.fixture(autouse=True)
def _impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ONTIME_BACKOFF_SECONDS", "0.001")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


def form_on(server: Server, monkeypatch: pytest.MonkeyPatch, **oddities: object) -> WebForm:
    """Let the form be on a server."""
    form = WebForm(build=lambda month: CONTENT if month == MONTH else b"")
    for name, value in oddities.items():
        setattr(form, name, value)
    monkeypatch.setenv("ONTIME_BTS_FORM_URL", form.serve(server))
    return form


def got(month: str = MONTH) -> bytes:
    with fetching.fetch(request(month), SOURCE, lambda *_: None) as came:
        return came.received.stream.read()


def ordered(*months: str) -> list[Wanted]:
    return list(publisher(SOURCE).ordered(Scope(months)))


def test_a_month_is_built_by_the_form(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    form = form_on(server, monkeypatch)
    assert got() == CONTENT
    check(SOURCE, CONTENT, MONTH)
    first, second = form.posted
    assert (first["__EVENTTARGET"], first["chkAllVars"]) == ("chkAllVars", "on")
    assert "btnDownload" not in first
    assert not set(VARIABLES) <= first.keys()
    assert {second[name] for name in VARIABLES} == {"on"}
    assert (second["cboYear"], second["cboPeriod"], second["cboGeography"]) == ("1995", "6", "All")
    assert not any("chkDownloadZip" in one for one in form.posted)
    # the hidden fields are those of the page before
    assert [one["__VIEWSTATE"] for one in form.posted] == ["/wEPD+state1=", "/wEPD+state2="]


def test_a_table_that_is_not_zipped_is_taken_too(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = web_form_table(flights(MONTH, 3))
    form_on(server, monkeypatch, build=lambda _month: table)
    assert got() == table
    check(SOURCE, table, MONTH)


def test_each_attempt_begins_with_a_new_page(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = form_on(server, monkeypatch)
    server.misbehave(PATH, status(200), status(503), method="POST")
    server.misbehave(PATH, status(503))
    with pytest.raises(PublisherError, match="what came is not the form"):
        got()
    assert got() == CONTENT
    # the pages before were lost on the way, or led nowhere
    states = [one["__VIEWSTATE"] for one in form.posted[-2:]]
    assert states == ["/wEPD+state6=", "/wEPD+state7="]


def test_an_error_page_instead_of_the_file_is_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    form_on(server, monkeypatch, build=lambda _month: b"<html><title>Busy</title></html>")
    with pytest.raises(RefusedFileError, match="a web page titled “Busy” came"):
        check(SOURCE, got(), MONTH)


@pytest.mark.parametrize(
    ("oddities", "what"),
    [
        ({"years": (2024,)}, "it does not offer 1995 in cboYear"),
        ({"ticks_all": False}, "it does not tick all variables"),
        ({"action": "https://elsewhere.example/x"}, "it leads to another address"),
    ],
)
def test_a_form_that_has_changed_is_named(
    server: Server, monkeypatch: pytest.MonkeyPatch, oddities: dict[str, object], what: str
) -> None:
    form_on(server, monkeypatch, **oddities)
    with pytest.raises(PublisherError, match=rf"is not as expected: {what}.*live-data\.md says"):
        got()


def test_a_page_without_the_form_fails_all_its_months_at_once(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONTIME_BTS_FORM_URL", f"{server.url}{PATH}")
    troubles = [wanted.trouble for wanted in ordered("1994-12", "1995-01", "1995-02")]
    assert len(server.requests) == 1
    assert all("what came is not the form" in str(trouble) for trouble in troubles)


def test_months_of_other_years_are_not_asked_for(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    form_on(server, monkeypatch, years=(1995,))
    offered, absent = ordered("1995-12", "1996-01")
    assert offered.offer
    assert absent.absent == ("1996-01 is not among the years that the publisher's web form offers.")


def test_a_password_of_the_address_goes_to_the_form_alone(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = form_on(server, monkeypatch)
    server.login = "user:secret"
    monkeypatch.setenv("ONTIME_BTS_FORM_URL", form.serve(server).replace("//", "//user:secret@"))
    assert got() == CONTENT
    assert "secret" not in repr(request(MONTH))


def test_a_browser_sends_the_first_choice_and_only_ticked_boxes() -> None:
    form = read_form(
        '<form action="a"><input type=hidden name=h value="1&amp;2"><input name=t>'
        "<select name=s><option value=x>X<option value=y>Y</select><input type=checkbox name=b>"
        "<input type=checkbox name=c checked><input type=radio name=r value=1>"
        "<input type=radio name=r value=2 checked><input type=submit name=go value=Go></form>",
        ["h"],
    )
    assert form
    assert form.entries() == {"h": "1&2", "t": "", "s": "x", "c": "on", "r": "2"}
    assert form.buttons == {"go": "Go"}
    assert read_form("<form><input name=q></form>", ["h"]) is None
    assert read_form("", ["h"]) is None


# The listing of the publisher's folder


_OTHER = "On_Time_Marketing_Carrier_On_Time_Performance_Beginning_January_2018_2024_2.zip"
LISTING = f"""<html><head><title>transtats - /PREZIP/</title></head><body><pre>
<A HREF="/PREZIP/{_OTHER}">x</A>
<A HREF="/PREZIP/On_Time_Reporting_Carrier_On_Time_Performance_1987_present_1988_12.zip">x</A>
<A HREF="/PREZIP/On_Time_Reporting_Carrier_On_Time_Performance_1987_present_2024_1.zip">x</A>
<A HREF="/PREZIP/On_Time_Reporting_Carrier_On_Time_Performance_1987_present_2999_1.zip">x</A>
<A HREF="/PREZIP/On_Time_On_Time_Performance_2012_1.zip">x</A></pre></body></html>"""


def test_the_listing_says_which_months_there_are(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONTIME_BTS_URL", f"{server.url}/PREZIP/")
    server.put("/PREZIP/", LISTING.encode(), content_type="text/html")
    offered = publisher(SOURCE).months_offered
    assert offered
    months = list(offered())
    assert (months[0], months[-1]) == ("1988-12", "2024-01")
    # and the 1990s, of the form
    assert len(months) == 2 + 120
    assert len(server.requests) == 1


@pytest.mark.parametrize("behaviour", [html(), status(403), status(404)])
def test_without_a_listing_the_newest_month_is_looked_for(
    server: Server, monkeypatch: pytest.MonkeyPatch, behaviour: object
) -> None:
    monkeypatch.setenv("ONTIME_BTS_URL", f"{server.url}/PREZIP/")
    monkeypatch.setattr(
        "ingest.sources.transtats.offers.newest_offered", lambda _today, _is_offered: "2024-02"
    )
    server.put("/PREZIP/", LISTING.encode())
    server.misbehave("/PREZIP/", behaviour)  # type: ignore[arg-type]
    offered = publisher(SOURCE).months_offered
    assert offered
    months = list(offered())
    assert (months[0], months[-1], len(months)) == ("1987-10", "2024-02", 437)
