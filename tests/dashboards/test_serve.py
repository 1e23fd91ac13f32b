"""`make serve` shows only the files of its folder."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from ontime.site.serve import FolderOnly


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Yield the port of a server for a folder that has a secret next to it."""
    site = tmp_path / "site"
    (site / "charts").mkdir(parents=True)
    (site / "empty").mkdir()
    (site / "index.html").write_text("the start")
    (site / "charts" / "index.html").write_text("the charts")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "index.html").write_text("secret")
    (site / "link.txt").symlink_to(tmp_path / "secret.txt")
    (site / "linked").symlink_to(tmp_path / "secrets", target_is_directory=True)
    (site / "relative.txt").symlink_to("../secret.txt")
    (site / "inside.html").symlink_to("index.html")
    (site / "loop").symlink_to("loop")
    (site / "half").mkdir()
    (site / "half" / "index.html").symlink_to(tmp_path / "secret.txt")
    handler = partial(FolderOnly, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def ask(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    """Return the status and the text of an answer; the path is sent unchanged."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest(method, path, skip_host=False)
    connection.endheaders()
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/", "the start"),
        ("/index.html?a=b#c", "the start"),
        ("/charts/", "the charts"),
        ("/charts/index.html", "the charts"),
        ("/inside.html", "the start"),
        ("/charts/../index.html", "the start"),
    ],
)
def test_files_of_the_folder_are_shown(port: int, path: str, text: str) -> None:
    assert ask(port, path) == (200, text)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "path",
    [
        "/link.txt",
        "/relative.txt",
        "/linked/",
        "/linked",
        "/linked/index.html",
        "/half/",
        "/half/index.html",
        "/loop",
        "/empty/",
        "/../secret.txt",
        "/charts/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/charts/%2e%2e/%2e%2e/secret.txt",
        "//etc/hosts",
        "/etc/hosts",
        "/%2fetc/hosts",
        "/index.html/",
        "/nothing",
        "/a%00b",
    ],
)
def test_nothing_outside_the_folder_is_shown(port: int, path: str, method: str) -> None:
    status, text = ask(port, path, method)
    assert status == 404, text
    assert "secret\n" not in f"{text}\n"
    assert "localhost" not in text
