"""Check before a build that the disk and the memory suffice for the flights that are loaded.

The numbers are measured (docs/performance.md) and rounded up. They are a warning in time, not a
promise: other data of the same number of flights may need a little more.
"""

from __future__ import annotations

# what a build needs on the disk, whatever is loaded: seeds, calendar, one block for each column
FIXED_BYTES = 150_000_000
# of the warehouse, raw tables, weather and registry included
WAREHOUSE_BYTES_PER_FLIGHT = 2_100
# of one publication, features included, beside the earlier ones
PUBLISHED_BYTES_PER_FLIGHT = 600
# of what the largest steps work with, in memory or, beyond the memory limit, spilled to the disk:
# those that build a batch of months, and the tests that compare all keys of a table
WORKING_BYTES_PER_FLIGHT_OF_A_BATCH = 3_200
WORKING_BYTES_PER_FLIGHT = 250
# with this memory limit, no number of threads builds this many flights
FAILING_MEMORY_BYTES = 200_000_000
FLIGHTS_THAT_FAIL = 300_000

_MILLION, _MEGABYTE, _GIGABYTE = 1_000_000, 1_000_000, 1_000_000_000


def needed_bytes(
    flights: int, *, batch_flights: int, warehouse_bytes: int, memory_bytes: int
) -> int:
    """Return how much more disk a build of these flights needs than the warehouse takes already.

    Large tables are built in batches of months, with at most `batch_flights` flights.
    """
    warehouse = max(0, flights * WAREHOUSE_BYTES_PER_FLIGHT - warehouse_bytes)
    working = max(
        min(flights, batch_flights) * WORKING_BYTES_PER_FLIGHT_OF_A_BATCH,
        flights * WORKING_BYTES_PER_FLIGHT,
    )
    spilled = max(0, working - memory_bytes)
    return FIXED_BYTES + warehouse + spilled + flights * PUBLISHED_BYTES_PER_FLIGHT


def lacks_room(
    flights: int, needed: int, *, free_bytes: int, memory_bytes: int, folder: str
) -> str:
    """Return a sentence that says why a build of these flights cannot work, or an empty text.

    `needed` are the bytes of disk that it needs.
    """
    if free_bytes < needed:
        return (
            f"The build of {_flights(flights)} needs about {_size(needed)} of disk in {folder}, "
            f"and {_size(free_bytes)} are free: make room, or name another folder with "
            "ONTIME_DATA_DIR. Nothing was changed."
        )
    if memory_bytes <= FAILING_MEMORY_BYTES and flights >= FLIGHTS_THAT_FAIL:
        return (
            f"The build of {_flights(flights)} needs more memory than "
            f"{_size(FAILING_MEMORY_BYTES)}, and {_size(memory_bytes)} are allowed: raise "
            "ONTIME_MEMORY_LIMIT. Nothing was changed."
        )
    return ""


def _flights(count: int) -> str:
    return f"{count / _MILLION:,.1f} million flights" if count >= _MILLION else f"{count:,} flights"


def _size(count: int) -> str:
    if count >= _GIGABYTE:
        return f"{count / _GIGABYTE:,.1f} GB"
    return f"{count // _MEGABYTE:,} MB"
