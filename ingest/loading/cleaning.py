"""Remove passwords and tokens that earlier versions stored in sidecars and download receipts.

Those versions stored the address of a publisher as it was configured. Overwritten values may remain
readable in unused pages of a database file, so change any password that was stored.
"""

from __future__ import annotations

from ingest.addresses import public, without_secrets
from ingest.landing import store
from ingest.loading.receipts import OPERATIONS
from ingest.loading.removing import transaction
from ingest.loading.state import secret_addresses


def clean() -> int:
    """Remove stored secrets; return how many addresses contained some."""
    sidecars = store.clean()
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
