"""Findings are reported once, to each place, and in feeds."""

from __future__ import annotations

import email
import json
import sys
import threading
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ontime.alerts import channels, feeds, findings, memory
from ontime.alerts.findings import Finding
from ontime.commands.alerts import app
from ontime.storage.runs import Run
from tests.alerts.receivers import Mail, Webhook, running
from tests.commands import Project

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty data folder, which the command uses, and configure no channel."""
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path))
    monkeypatch.delenv(channels.COMMAND_SETTING, raising=False)
    monkeypatch.delenv(channels.URLS_SETTING, raising=False)
    return tmp_path


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """Return the findings that there are; a test adds to them."""
    there = [Finding("run/1", "error", "load: failed", "The file <x> & y is damaged.")]
    monkeypatch.setattr(findings, "collected", lambda: there)
    return there


def report() -> Result:
    """Run the command."""
    return CliRunner().invoke(app, [])


def run(number: int, outcome: str, reason: str | None, command: str = "load") -> Run:
    """Return a run of the log."""
    began = f"2026-11-{number:02d}T05:00:00.000000Z"
    return Run(f"run{number}", command, [], began, "abc", outcome=outcome, reason=reason)


def test_runs_that_fail_in_a_row_for_the_same_reason_are_one_finding() -> None:
    busy, damaged = "The publisher is busy.", "The file is damaged."
    runs = [
        run(1, "failed", busy),
        run(2, "failed", busy),
        run(2, "succeeded", None, command="build"),
        run(3, "failed", damaged),
        run(4, "succeeded", None),
        run(5, "failed", busy),
        run(6, "stopped", None),
        run(7, "killed", None),
    ]
    identities = [one.finding_id for one in findings.of_runs(runs)]
    assert identities == ["run/run1", "run/run3", "run/run5", "run/run7"]


def test_a_webhook_gets_each_finding_once(
    found: list[Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(Webhook()) as webhook:
        monkeypatch.setenv(channels.URLS_SETTING, f"json://127.0.0.1:{webhook.server_port}/hook")
        assert report().exit_code == 0
        assert report().exit_code == 0
        found.append(Finding("quality/2", "warning", "data quality of x", "On 2013-05-26 ..."))
        assert report().exit_code == 0
    first, second = (json.loads(body) for body in webhook.bodies)
    assert first["title"] == "ontime: 1 new finding"
    assert "The file <x> & y is damaged." in first["message"]
    assert "On 2013-05-26" in second["message"]
    assert "damaged" not in second["message"]


def test_what_could_not_be_sent_is_sent_by_the_next_run_and_elsewhere_not_again(
    found: list[Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(Webhook()) as good, running(Webhook()) as bad:
        bad.status = 500
        urls = [f"json://u:secret@127.0.0.1:{hook.server_port}/" for hook in (bad, good)]
        monkeypatch.setenv(channels.URLS_SETTING, " ".join(urls))
        done = report()
        assert done.exit_code == 1
        assert "address 1 of ONTIME_ALERT_URLS (json) did not take the message" in done.output
        assert "secret" not in done.output
        bad.status = 200
        assert report().exit_code == 0
    assert (len(bad.bodies), len(good.bodies)) == (2, 1)
    kept = (memory.alerts_folder() / "reported.json").read_text(encoding="utf-8")
    assert "secret" not in kept


def test_what_a_killed_run_may_have_sent_is_sent_again_and_says_so(
    found: list[Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(Webhook()) as webhook, running(Webhook()) as other:
        urls = [f"json://127.0.0.1:{hook.server_port}/" for hook in (other, webhook)]
        monkeypatch.setenv(channels.URLS_SETTING, " ".join(urls))
        send = channels.Channel.send

        def dies_at_the_second(self: channels.Channel, *words: Any, **more: Any) -> None:
            send(self, *words, **more)
            if str(webhook.server_port) in self.target:
                raise KeyboardInterrupt  # the message has left, and nothing was noted yet

        with monkeypatch.context() as patched:
            patched.setattr(channels.Channel, "send", dies_at_the_second)
            assert report().exit_code != 0
        assert report().exit_code == 0
        assert report().exit_code == 0
    titles = [json.loads(body)["title"] for body in webhook.bodies]
    assert titles == ["ontime: 1 new finding", "ontime: 1 finding, perhaps sent before"]
    assert len(other.bodies) == 1


def test_two_runs_at_once_send_a_finding_once(
    found: list[Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(Webhook()) as webhook:
        monkeypatch.setenv(channels.URLS_SETTING, f"json://127.0.0.1:{webhook.server_port}/")
        with memory.one_at_a_time():
            started = threading.Thread(target=report)
            started.start()
            # what the other run has sent meanwhile
            known = memory.with_new({}, found)
            [channel] = channels.configured()
            with memory.sending(known, list(known.values()), channel.channel_id):
                channel.send(found)
        started.join()
    assert len(webhook.bodies) == 1


def test_a_receiver_that_never_ends_its_answer_holds_up_nothing(
    found: list[Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "_MESSAGE_SECONDS", 0.5)
    with running(Webhook()) as webhook:
        webhook.drips = True
        monkeypatch.setenv(channels.URLS_SETTING, f"json://127.0.0.1:{webhook.server_port}/")
        done = report()
    assert done.exit_code == 1
    assert "did not take the message; the next run tries again" in done.output


def test_a_command_that_leaves_something_running_holds_up_nothing(
    found: list[Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "_COMMAND_SECONDS", 20)
    monkeypatch.setenv(channels.COMMAND_SETTING, "sh -c 'sleep 30 & exit 0'")
    assert report().exit_code == 0


def test_a_mail_server_gets_a_mail(found: list[Finding], monkeypatch: pytest.MonkeyPatch) -> None:
    with running(Mail()) as mail:
        port = mail.server_address[1]
        monkeypatch.setenv(
            channels.URLS_SETTING,
            f"mailto://127.0.0.1:{port}/?from=ontime@example.org&to=you@example.org&mode=insecure"
            "&format=text",
        )
        assert report().exit_code == 0
    [text] = mail.mails
    sent = email.message_from_string(text)
    assert sent["To"] == "you@example.org"
    bodies = [part.get_payload(decode=True) for part in sent.walk() if not part.is_multipart()]
    assert any("is damaged" in str(body) for body in bodies)


def test_each_finding_is_a_line_of_a_mail(
    found: list[Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    found.append(Finding("quality/2", "warning", "data quality of x", "On 2013-05-26 ..."))
    with running(Mail()) as mail:
        port = mail.server_address[1]
        address = f"mailto://127.0.0.1:{port}/?from=a@example.org&to=b@example.org&mode=insecure"
        monkeypatch.setenv(channels.URLS_SETTING, address)
        assert report().exit_code == 0
    payload = email.message_from_string(mail.mails[0]).get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert [line[:20] for line in payload.decode().splitlines()] == [
        "error: load: failed.",
        "warning: data qualit",
    ]


def test_a_message_begins_with_errors_and_ends_with_what_is_oldest() -> None:
    found = [
        Finding("run/1", "warning", "load: killed", ""),
        Finding("quality/2012", "warning", "old", ""),
        Finding("quality/2013", "warning", "new", ""),
        Finding("quality/2011", "error", "wrong", ""),
    ]
    _, text = channels.message(found)
    order = [line.partition(": ")[2].rstrip(". ") for line in text.splitlines()]
    assert order == ["wrong", "load: killed", "new", "old"]


def test_a_command_gets_the_findings_as_json(
    data: Path, found: list[Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read() + '\\n')"
    monkeypatch.setenv(
        channels.COMMAND_SETTING, f'{sys.executable} -c "{program}" "{data}/a $(file)"'
    )
    assert report().exit_code == 0
    assert report().exit_code == 0
    [line] = (data / "a $(file)").read_text(encoding="utf-8").splitlines()
    assert [one["finding_id"] for one in json.loads(line)] == ["run/1"]


@pytest.mark.parametrize(
    ("command", "says"),
    [("/nowhere/at-all", "cannot be run"), ("false", "ended with code 1"), ("'", "cannot be run")],
)
def test_a_command_that_fails_is_named(
    found: list[Finding], monkeypatch: pytest.MonkeyPatch, command: str, says: str
) -> None:
    monkeypatch.setenv(channels.COMMAND_SETTING, command)
    done = report()
    assert done.exit_code == 1
    assert says in done.output
    assert "Traceback" not in done.output


def test_an_address_that_is_none_is_named_without_its_password(
    found: list[Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(channels.URLS_SETTING, "nosuch://u:secret@example.org")
    done = report()
    assert done.exit_code == 1
    assert "is not an address that apprise knows" in done.output
    assert "secret" not in done.output


def test_the_feeds_hold_what_was_seen_with_the_time_at_which_it_was_seen_first(
    data: Path, found: list[Finding]
) -> None:
    report()
    before = ET.parse(data / "alerts" / "feed.atom").getroot()  # noqa: S314 - our own
    found.append(Finding("irregular/EWR/2013-02-08", "extreme", "irregular day", "On ..."))
    report()
    feed = ET.parse(data / "alerts" / "feed.atom").getroot()  # noqa: S314 - our own
    identities = [entry.text for entry in feed.findall("a:entry/a:id", ATOM)]
    assert identities == ["urn:ontime:alerts:irregular/EWR/2013-02-08", "urn:ontime:alerts:run/1"]
    assert feed.findtext("a:entry[2]/a:content", "", ATOM) == "The file <x> & y is damaged."
    assert feed.findtext("a:entry[2]/a:updated", "", ATOM) == before.findtext(
        "a:entry/a:updated", "no", ATOM
    )
    for needed in ("id", "title", "updated", "author/a:name"):  # RFC 4287
        assert feed.findtext(f"a:{needed}", "", ATOM)
    other = json.loads((data / "alerts" / "feed.json").read_text(encoding="utf-8"))
    assert other["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["id"] for item in other["items"]] == identities


def test_a_feed_holds_the_newest_findings_only() -> None:
    seen = [
        memory.Seen(Finding(str(number), "error", "t", "x\x07"), "2026-11-28T05:00:00Z")
        for number in range(feeds.ENTRIES + 10)
    ]
    feeds.write(seen)
    items = json.loads((memory.alerts_folder() / "feed.json").read_text(encoding="utf-8"))["items"]
    assert len(items) == feeds.ENTRIES
    assert items[0]["id"].endswith(f":{feeds.ENTRIES + 9}")
    assert items[0]["content_text"] == "x\\x07"


def test_a_damaged_memory_is_named(data: Path, found: list[Finding]) -> None:
    report()
    (data / "alerts" / "reported.json").write_text("[{", encoding="utf-8")
    done = report()
    assert done.exit_code == 1
    assert "reported.json is damaged: remove it" in done.output


def test_a_publication_reports_its_findings_and_irregular_days(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONTIME_DATA_DIR", str(small.folder / "data"))
    known = findings.collected()
    assert {one.finding_id.partition("/")[0] for one in known} >= {"quality"}
    assert len({one.finding_id for one in known}) == len(known)
    assert {one.severity for one in known if one.finding_id.startswith("quality/")} <= {
        "warning",
        "error",
    }
