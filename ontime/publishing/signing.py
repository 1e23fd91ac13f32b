"""Sign what is published, and check signatures: Ed25519, with keys that the environment names.

    ONTIME_SIGNING_KEY   file with the private key that signs publications and releases
    ONTIME_VERIFY_KEY    file with the public key that signatures must be of; else that of the
                         private key is expected

A signature is a file beside the list of checksums that it signs, such as `publication.json.sig`: 64
bytes, which OpenSSL can check, too. The list holds the checksum of every other file. Without a key,
nothing is signed and nothing is checked.

Only what is written is ever signed. A publication that should be signed and is not is published
anew, from the warehouse: otherwise a signature would confirm what somebody else may have changed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

SIGNING_KEY = "ONTIME_SIGNING_KEY"
VERIFY_KEY = "ONTIME_VERIFY_KEY"
ENDING = ".sig"


class SigningError(Exception):
    """A key cannot be used; the message says which and why."""


def signature_of(signed: Path) -> Path:
    """Return the file with the signature of a file."""
    return signed.with_name(signed.name + ENDING)


def check_keys() -> None:
    """Check that the keys that are configured can be used.

    Raises:
        SigningError: one of them cannot, or they do not belong together.

    """
    private, public = _private_key(), _public_key()
    if private and public and _raw(private.public_key()) != _raw(public):
        raise SigningError(
            f"{VERIFY_KEY} is not the public key of {SIGNING_KEY}: what is signed here would be "
            "refused here. Set the one that belongs to it, or unset it."
        )


def is_configured() -> bool:
    """Return whether a key is configured, and signatures are therefore checked."""
    return bool(os.environ.get(SIGNING_KEY) or os.environ.get(VERIFY_KEY))


def sign(file: Path) -> Path | None:
    """Sign a file if a key is configured; return the file with the signature.

    Raises:
        SigningError: the key cannot be used.
        OSError: the signature cannot be written.

    """
    private = _private_key()
    if private is None:
        return None
    signature_of(file).write_bytes(private.sign(file.read_bytes()))
    return signature_of(file)


def objection(file: Path) -> str:
    """Say why the signature of a file is not the one that is wanted; "" if it is, or none is.

    Raises:
        SigningError: a key cannot be used.

    """
    public = _public_key()
    if public is None:
        return ""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - only with a key

    try:
        public.verify(signature_of(file).read_bytes(), file.read_bytes())
    except FileNotFoundError:
        return f"{file.name} is not signed"
    except OSError as error:
        return f"the signature of {file.name} cannot be read ({error.strerror})"
    except InvalidSignature:
        return f"{file.name} was changed after it was signed, or signed with another key"
    return ""


def in_words(file: Path) -> str:
    """Say whether a file without objections is signed, and whether that was checked."""
    if is_configured():
        return "signed with the expected key"
    if signature_of(file).exists():
        return f"signed, which was not checked, because {VERIFY_KEY} names no public key"
    return "not signed"


def _private_key() -> Ed25519PrivateKey | None:
    name = os.environ.get(SIGNING_KEY)
    if not name:
        return None
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - only with a key
        Ed25519PrivateKey,
    )
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - only with a key
        load_pem_private_key,
    )

    text = _read(SIGNING_KEY, name)
    try:
        key = load_pem_private_key(text, None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningError(
            f"{SIGNING_KEY}: {name} is not an Ed25519 private key in PEM without a password. "
            "Make one: openssl genpkey -algorithm ed25519 -out signing.pem"
        )
    return key


def _public_key() -> Ed25519PublicKey | None:
    name = os.environ.get(VERIFY_KEY)
    if not name:
        private = _private_key()
        return private.public_key() if private else None
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415 - only with a key
        Ed25519PublicKey,
    )
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - only with a key
        load_pem_public_key,
    )

    text = _read(VERIFY_KEY, name)
    try:
        key = load_pem_public_key(text)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise SigningError(
            f"{VERIFY_KEY}: {name} is not an Ed25519 public key in PEM. "
            "Take it from the private one: openssl pkey -in signing.pem -pubout -out verify.pem"
        )
    return key


def _read(setting: str, name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise SigningError(f"{setting}: {name} cannot be read ({error.strerror}).") from None


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes_raw()
