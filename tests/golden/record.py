"""What a golden record is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Value = str | int | float | None
Answer = Value | Sequence[tuple[Value, ...]]


@dataclass(frozen=True)
class Golden:
    """One known answer, told three ways that must agree.

    `fact` is the answer as a sentence and `known` the answer itself: one value, or rows in order.
    `sql` asks the published marts, `independent` asks the source's own files.
    """

    fact: str
    known: Answer
    sql: str
    independent: Callable[[], Answer]
