"""Write zip archives whose bytes depend only on their content, and read other archives."""

from __future__ import annotations

import struct
import zipfile
import zlib

# what zipfile raises if a file is not an archive, or is damaged, encrypted or unsupported
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    RuntimeError,
    ValueError,
    EOFError,
    OSError,
)

NO_DATE = (1980, 1, 1, 0, 0, 0)
"""The date of every member: the earliest that an archive can tell, for that it tells none."""

_UNIX = 3
_PLAIN_FILE = 0o100644


def entry(name: str) -> zipfile.ZipInfo:
    """Return a compressed member whose metadata is the same on every machine and at any time."""
    member = zipfile.ZipInfo(name, NO_DATE)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system, member.external_attr = _UNIX, _PLAIN_FILE << 16
    return member
