"""The definition of a golden record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Value = str | int | float | None
Answer = Value | Sequence[tuple[Value, ...]]


@dataclass(frozen=True)
class Golden:
    """One known answer, in three forms that must agree.

    `fact` is the answer as a sentence and `known` the answer itself: one value, or rows in order.
    `sql` queries the published marts, `independent` computes it from the source's own files.
    """

    fact: str
    known: Answer
    sql: str
    independent: Callable[[], Answer]
