"""Compare the structure of a table: its columns, and what its contract promises about them."""

from __future__ import annotations

from dataclasses import dataclass

from ontime.catalog.published import Column, Table


@dataclass(frozen=True)
class StructureChange:
    """One change to a table or to one of its columns; `column` is None for the table itself.

    The change is breaking if it may make an existing query fail or change its meaning.
    """

    what: str
    column: str | None
    before: str | None
    after: str | None
    is_breaking: bool

    def in_words(self) -> str:
        """Return the change as one sentence."""
        place = f"column {self.column}: " if self.column else ""
        match self.before, self.after:
            case None, None:
                change = self.what
            case None, after:
                change = f"{self.what}: {after}"
            case before, None:
                change = f"{self.what}, which was: {before}"
            case before, after:
                change = f"{self.what}, from {before} to {after}"
        return f"{place}{change}"


def compare_structure(before: Table | None, after: Table | None) -> tuple[StructureChange, ...]:
    """Return what changed in the structure of a table; None means that the table is missing."""
    if before is None or after is None:
        if before is None:
            return (StructureChange("table added", None, None, None, False),)
        return (StructureChange("table removed", None, None, None, True),)
    changes = [
        *_of_the_table(before, after),
        *(
            StructureChange("removed", column.name, column.data_type, None, True)
            for column in before.columns
            if after.column(column.name) is None
        ),
    ]
    for column in after.columns:
        earlier = before.column(column.name)
        if earlier is None:
            changes.append(StructureChange("added", column.name, None, column.data_type, False))
        else:
            changes += _of_a_column(earlier, column)
    return tuple(changes)


def _of_the_table(before: Table, after: Table) -> list[StructureChange]:
    changes = []
    if before.primary_key != after.primary_key:
        old, new = (", ".join(key) or "none" for key in (before.primary_key, after.primary_key))
        changes.append(StructureChange("primary key changed", None, old, new, True))
    if _differ(before.description, after.description):
        changes.append(StructureChange("description reworded", None, None, None, False))
    shared = [column.name for column in after.columns if before.column(column.name)]
    if shared != [column.name for column in before.columns if after.column(column.name)]:
        changes.append(StructureChange("order of columns changed", None, None, None, False))
    return changes


def _of_a_column(before: Column, after: Column) -> list[StructureChange]:
    name, changes = after.name, []
    if before.data_type != after.data_type:
        changes.append(StructureChange("type", name, before.data_type, after.data_type, True))
    if before.is_nullable != after.is_nullable:
        old, new = ("may be null" if side.is_nullable else "never null" for side in (before, after))
        changes.append(StructureChange("null", name, old, new, after.is_nullable))
    if before.references != after.references:
        old, new = (side.references or "nothing" for side in (before, after))
        changes.append(StructureChange("refers", name, old, new, False))
    if before.unit != after.unit:
        old, new = (side.unit or "none" for side in (before, after))
        changes.append(StructureChange("unit", name, old, new, True))
    if _differ(before.description, after.description):
        changes.append(StructureChange("description reworded", name, None, None, False))
    return changes


def _differ(before: str | None, after: str | None) -> bool:
    """Return whether two descriptions differ; a missing description does not count."""
    return before is not None and after is not None and before != after
