"""What is published and released is signed if there is a key, and `ontime verify` checks it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from typer.testing import CliRunner, Result

from ontime.cli import app
from ontime.publishing.placement import PublicationError, faults, in_place, roll_back
from ontime.publishing.signing import SIGNING_KEY, VERIFY_KEY
from ontime.publishing.versions import Version
from ontime.releases.errors import ReleaseError
from ontime.releases.release import Made, make_release
from tests.publishing.made_up import publish, seen
from tests.releases.conftest import Publish, data, put

__all__ = ["data", "put"]  # fixtures of the tests of releases

Key = Callable[[str], tuple[Path, Path]]


def manifest() -> Path:
    """Return the signed file of the publication in place."""
    version = in_place()
    assert isinstance(version, Version)
    return version.folder / "publication.json"


def ontime(*words: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, list(words))


def sentences(result: Result) -> str:
    """Return what a command said, on one line."""
    return " ".join(result.output.split())


def write(file: Path, content: bytes) -> None:
    """Write a file whatever its permissions."""
    if file.exists():
        file.chmod(0o644)
    file.write_bytes(content)


@pytest.fixture
def published(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of publications, without keys."""
    monkeypatch.delenv(SIGNING_KEY, raising=False)
    monkeypatch.delenv(VERIFY_KEY, raising=False)
    return data / "published"


@pytest.fixture
def key(tmp_path: Path) -> Key:
    """Return a function that makes a pair of keys with a name, private and public."""

    def make(name: str) -> tuple[Path, Path]:
        private = Ed25519PrivateKey.generate()
        files = tmp_path / f"{name}.pem", tmp_path / f"{name}.pub.pem"
        files[0].write_bytes(
            private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        files[1].write_bytes(
            private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        )
        return files

    return make


@pytest.fixture
def signed(published: Path, key: Key, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of publications in an environment with a key that signs."""
    monkeypatch.setenv(SIGNING_KEY, str(key("mine")[0]))
    return published


def test_without_a_key_nothing_is_signed_and_verify_says_so(published: Path) -> None:
    publish("v1", 1)
    done = ontime("verify")
    assert done.exit_code == 0
    assert "tables their content; not signed." in sentences(done)
    assert not list(published.rglob("*.sig"))


def test_a_publication_is_signed_and_openssl_agrees(signed: Path, key: Key) -> None:
    publish("v1", 1)
    assert "signed with the expected key." in sentences(ontime("verify"))
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl")
    public = signed.parent.parent / "mine.pub.pem"
    command = [openssl, "pkeyutl", "-verify", "-pubin", "-inkey", str(public), "-rawin"]
    done = subprocess.run(
        [*command, "-in", str(manifest()), "-sigfile", f"{manifest()}.sig"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Signature Verified Successfully" in done.stdout, done.stderr


def test_readers_need_the_public_key_alone(
    signed: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("v1", 1)
    monkeypatch.delenv(SIGNING_KEY)
    assert "signed, which was not checked, because ONTIME_VERIFY_KEY" in sentences(ontime("verify"))
    monkeypatch.setenv(VERIFY_KEY, str(signed.parent.parent / "mine.pub.pem"))
    assert "signed with the expected key." in sentences(ontime("verify"))


def test_what_it_was_made_from_is_signed_with_it(signed: Path) -> None:
    publish("v1", 1)
    made_from = json.loads(manifest().read_text(encoding="utf-8"))["made_from"]
    assert made_from["git_revision"] == "unknown"
    assert made_from["source_files"] == [{"name": "flights.csv", "sha256": "abc"}]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda file: write(file, file.read_bytes().replace(b"made up", b"made UP")),
            "publication.json was changed after it was signed, or signed with another key",
        ),
        (
            lambda file: file.with_name(f"{file.name}.sig").unlink(),
            "publication.json is not signed",
        ),
        (
            lambda file: write(file.with_name(f"{file.name}.sig"), b"x" * 64),
            "publication.json was changed after it was signed, or signed with another key",
        ),
        (
            lambda file: write(file.with_name(f"{file.name}.sig"), b""),
            "publication.json was changed after it was signed, or signed with another key",
        ),
    ],
)
def test_what_is_wrong_with_a_signature_is_said_and_published_anew(
    signed: Path, change: Callable[[Path], object], said: str
) -> None:
    publish("v1", 1)
    publish("v2", 2)
    change(manifest())
    assert faults() == [said]
    done = ontime("verify")
    assert done.exit_code == 1
    assert f"Not as published: {said}." in sentences(done)
    assert "Run `make publish`" in done.output
    # the same content is not signed where it is, but written again
    assert publish("v3", 2).startswith("published")
    assert seen(signed) == ("v3", 2, "v3")
    assert faults() == []
    assert roll_back()[0].name == "v1"


def test_the_signature_of_another_key_is_refused(
    signed: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("v1", 1)
    monkeypatch.setenv(SIGNING_KEY, str(key("other")[0]))
    assert faults() == [
        "publication.json was changed after it was signed, or signed with another key"
    ]


def test_an_unsigned_publication_is_published_anew_and_never_restored(
    published: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("v1", 1)
    publish("v2", 2)
    monkeypatch.setenv(SIGNING_KEY, str(key("mine")[0]))
    assert faults() == ["publication.json is not signed"]
    assert publish("v3", 2).startswith("published")
    assert faults() == []
    with pytest.raises(PublicationError, match=r"v1: publication\.json is not signed"):
        roll_back()
    assert seen(published)[0] == "v3"


def no_file(folder: Path) -> str:
    return f"{folder / 'absent.pem'} cannot be read (No such file or directory)"


def no_key(folder: Path) -> str:
    (folder / "text.pem").write_text("no key", encoding="utf-8")
    return f"{folder / 'text.pem'} is not an Ed25519"


def other_kind(folder: Path) -> str:
    private = generate_private_key(SECP256R1())
    text = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "ec.pem").write_bytes(text)
    return f"{folder / 'ec.pem'} is not an Ed25519"


@pytest.mark.parametrize("setting", [SIGNING_KEY, VERIFY_KEY])
@pytest.mark.parametrize("make", [no_file, no_key, other_kind])
def test_a_key_that_cannot_be_used_is_named_before_anything_is_written(
    published: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Path], str],
    setting: str,
) -> None:
    publish("v1", 1)
    said = f"{setting}: {make(tmp_path)}"
    monkeypatch.setenv(setting, said.split()[1])
    with pytest.raises(PublicationError) as refused:
        publish("v2", 2)
    assert said in str(refused.value)
    assert seen(published)[0] == "v1"
    assert said in "".join(faults())
    checked = sentences(ontime("verify"))
    assert f"Nothing was checked. {said}" in checked
    assert "rollback" not in checked, "the publication is not at fault"
    assert ".." not in checked.replace(str(tmp_path), "")


def test_keys_that_do_not_belong_together_are_refused(
    signed: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VERIFY_KEY, str(key("other")[1]))
    with pytest.raises(PublicationError, match="is not the public key of ONTIME_SIGNING_KEY"):
        publish("v1", 1)


# Releases


@pytest.fixture
def release(signed: Path, put: Publish) -> Made:
    """Return a signed release of a signed publication."""
    return make_release(put("20130401T000000Z-00000001"), signed.parent / "releases")


def test_a_release_is_signed_and_verified(release: Made) -> None:
    assert (release.folder / "SHA256SUMS.sig").stat().st_mode & 0o222 == 0
    done = ontime("verify")
    assert done.exit_code == 0, done.output
    assert f"The release {release.name} is unchanged: " in sentences(done)
    assert done.output.count("signed with the expected key") == 2


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("csv/dim_carriers.csv", "csv/dim_carriers.csv is missing or was changed"),
        ("parquet/more.parquet", "parquet/more.parquet was added"),
        ("SHA256SUMS.sig", "SHA256SUMS was changed after it was signed, or signed with another"),
    ],
)
def test_a_changed_release_is_found(release: Made, path: str, said: str) -> None:
    write(release.folder / path, b"changed")
    done = ontime("verify")
    assert done.exit_code == 1
    assert f"Not as released: {release.name}: {said}" in sentences(done)
    assert "run `make release`" in sentences(done)


def test_whoever_corrects_the_checksums_is_found_by_the_signature(release: Made) -> None:
    sums = release.folder / "SHA256SUMS"
    write(release.folder / "README.md", b"other words")
    lines = sums.read_text(encoding="utf-8").splitlines(keepends=True)
    digest = "0b39ab5cbd42fcd5c4ea3eb7d1b8d5e4f38d7cd1a7d8a5eb9d92b2e8ab7e2a11"
    write(sums, "".join(lines[:-1]).encode() + f"{digest}  README.md\n".encode())
    assert "SHA256SUMS was changed after it was signed" in sentences(ontime("verify"))


def test_a_release_elsewhere_is_verified_without_a_publication(
    release: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = shutil.copytree(release.folder, tmp_path / "copied")
    monkeypatch.setenv("ONTIME_DATA_DIR", str(tmp_path / "nothing"))
    done = ontime("verify", str(copied))
    assert done.exit_code == 0, done.output
    assert "The release copied is unchanged" in done.output
    missing = ontime("verify", str(tmp_path / "absent"))
    assert missing.exit_code == 1
    assert "absent: SHA256SUMS cannot be read (No such file or directory)." in sentences(missing)


def test_a_damaged_publication_is_not_signed_as_a_release(signed: Path, put: Publish) -> None:
    file = put("20130401T000000Z-00000001")
    write(file, file.read_bytes()[:-1] + b"x")
    with pytest.raises(ReleaseError, match=r"the publication is not sound \(ontime_marts"):
        make_release(file, signed.parent / "releases")
    assert not (signed.parent / "releases").exists()


def test_an_unsigned_release_is_not_signed_where_it_is(
    published: Path, put: Publish, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_release(put("20130401T000000Z-00000001"), published.parent / "releases")
    monkeypatch.setenv(SIGNING_KEY, str(key("mine")[0]))
    again = put("20130402T000000Z-00000002")
    with pytest.raises(ReleaseError, match="SHA256SUMS is not signed: remove it and make it again"):
        make_release(again, published.parent / "releases")
    assert made.folder.exists()
