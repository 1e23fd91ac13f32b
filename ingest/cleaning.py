"""Take passwords and tokens out of what earlier versions kept: sidecars, and receipts of downloads.

They kept the address of a publisher as it was set. What was overwritten in a database file may
still be read from its unused pages, so a password that was kept is to be changed all the same.
"""

from __future__ import annotations

from ingest import landing
from ingest.addresses import public, without_secrets
from ingest.receipts import OPERATIONS
from ingest.removing import transaction
from ingest.state import secret_addresses


def clean() -> int:
    """Clean what is kept; return how many addresses were not public."""
    sidecars = landing.clean()
    addresses = secret_addresses()
    if addresses:
        with transaction() as connection:
            for url in addresses:
                reasons = connection.execute(
                    f"select distinct reason from {OPERATIONS}.download_receipts "  # noqa: S608
                    "where url = ? and reason is not null",
                    [url],
                ).fetchall()
                for (reason,) in reasons:
                    connection.execute(
                        f"update {OPERATIONS}.download_receipts set reason = ? "  # noqa: S608
                        "where url = ? and reason = ?",
                        [without_secrets(reason, url), url, reason],
                    )
                connection.execute(
                    f"update {OPERATIONS}.download_receipts set url = ? where url = ?",  # noqa: S608
                    [public(url), url],
                )
    return sidecars + len(addresses)
