"""Check the contracts of the public models, and report the readers of a broken contract.

`dbt_project/contracts/` holds a file for each version of each public model: its columns, their
types, which may be null, and its primary key. They are compared with dbt's manifest. A break is
reported in a sentence that names the readers of the model, or of the column as far as their text
shows. Additions break nothing; they only need to be accepted.

    ontime contracts            compare; part of `make lint`
    ontime contracts --accept   accept the current schemas; `make contracts`
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from ontime.catalog.manifest import Node, may_be_null, models, primary_key
from ontime.catalog.readers import readers

FOLDER = Path("dbt_project/contracts")
MANIFEST = Path("target/lint/manifest.json")


@dataclass(frozen=True)
class Promise:
    """What one version of a public model promises; `columns` holds type and may-be-null by name."""

    model: str
    version: str
    is_latest: bool
    primary_key: tuple[str, ...]
    columns: dict[str, tuple[str, bool]]

    @property
    def title(self) -> str:
        """The model and its version, as in `fct_flights v1`."""
        return f"{self.model} v{self.version}"

    @property
    def file_name(self) -> str:
        """The name of the file in which the promise is kept."""
        return f"{self.model}.v{self.version}.yml"


@dataclass(frozen=True)
class Break:
    """A broken promise: its model, what changed, and who reads it."""

    title: str
    what: str
    readers: tuple[str, ...]

    def __str__(self) -> str:
        """Say it in a sentence, and what to do about it."""
        who = "; ".join(self.readers) if self.readers else "nobody that the project knows of"
        return (
            f"{self.title}: {self.what}. Read by {who}. Readers of the published file may read it, "
            "too. Keep it and add a version beside it, or, if nobody needs the old one, run "
            "`make contracts` and commit with a `!`."
        )


def promised(manifest: Node) -> dict[str, Promise]:
    """Return what the public models of a manifest promise, by the name of the promise's file."""
    promises = (_promise(node) for node in models(manifest) if _is_public(node))
    return {promise.file_name: promise for promise in promises}


def kept(folder: Path = FOLDER) -> dict[str, Promise]:
    """Return the recorded promises, by the name of their file."""
    found = {}
    for path in sorted(folder.glob("*.yml")):
        text = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        found[path.name] = Promise(
            model=text["model"],
            version=str(text["version"]),
            is_latest=text["is_latest"],
            primary_key=tuple(text["primary_key"]),
            columns={
                name: (column["data_type"], column["nullable"])
                for name, column in text["columns"].items()
            },
        )
    return found


def write(promises: dict[str, Promise], folder: Path = FOLDER) -> None:
    """Write each promise to a file, replacing all files that are there."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.yml"):
        path.unlink()
    for name, promise in promises.items():
        lines = [
            "# Written by `make contracts`: what readers of this model may rely on.",
            f"model: {promise.model}",
            f'version: "{promise.version}"',
            f"is_latest: {str(promise.is_latest).lower()}",
            f"primary_key: [{', '.join(promise.primary_key)}]",
            "columns:",
            *(
                f'  {column}: {{data_type: "{data_type}", nullable: {str(nullable).lower()}}}'
                for column, (data_type, nullable) in promise.columns.items()
            ),
        ]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def breaks(before: dict[str, Promise], manifest: Node, root: Path = Path()) -> list[Break]:
    """Return the promises that a manifest no longer keeps, each with its readers."""
    now = promised(manifest)
    found = []
    for name, old in before.items():
        for what, column in _changes(old, now.get(name), manifest):
            who = tuple(_readers(manifest, old, column, root))
            found.append(Break(old.title, what, who))
    return found


def additions(before: dict[str, Promise], manifest: Node) -> list[str]:
    """Return, in words, what is promised beyond the recorded contracts; this breaks nothing."""
    said = []
    for name, new in promised(manifest).items():
        old = before.get(name)
        if old is None:
            said.append(f"{new.title} is new")
            continue
        said += [f"{new.title}: column `{c}` is new" for c in new.columns if c not in old.columns]
        said += [
            f"{new.title}: column `{column}` is never null any more"
            for column, (_, nullable) in new.columns.items()
            if not nullable and old.columns.get(column, ("", False))[1]
        ]
    return said


def ungoverned(manifest: Node) -> list[str]:
    """Return, in words, what each mart is missing to be a public model with an owner.

    dbt drops the time spine and the semantic model of a model that has versions. A model that
    declares either therefore cannot have versions; its contract file holds it to version 1.
    """
    declared_with = {
        (semantic["original_file_path"], unique_id)
        for semantic in manifest.get("semantic_models", {}).values()
        for unique_id in semantic["depends_on"]["nodes"]
    }
    said = []
    for node in models(manifest):
        if node["schema"] != "marts":
            continue
        lacks = {
            "a group": not node["group"],
            "public access": node["access"] != "public",
            "a version (latest_version: 1, versions: [{v: 1}])": (
                node["version"] is None
                and not node.get("time_spine")
                and (_patch_path(node), node["unique_id"]) not in declared_with
            ),
            "an enforced contract": not node["contract"]["enforced"],
            "a primary key": not primary_key(node),
        }
        said += [f"{node['name']} lacks {what}" for what, is_lacking in lacks.items() if is_lacking]
    return said


def _patch_path(node: Node) -> str:
    return str(node["patch_path"]).partition("://")[2]


def _is_public(node: Node) -> bool:
    return bool(node["access"] == "public" and node["contract"]["enforced"])


def _promise(node: Node) -> Promise:
    columns = {}
    for name, column in node["columns"].items():
        columns[name] = (column["data_type"].lower(), may_be_null(node, name))
    version = node["version"]
    return Promise(
        model=node["name"],
        version="1" if version is None else str(version),
        is_latest=version == node["latest_version"],
        primary_key=primary_key(node),
        columns=columns,
    )


def _changes(old: Promise, new: Promise | None, manifest: Node) -> Iterator[tuple[str, str | None]]:
    """Yield what no longer holds of a promise, in words, and the column that it is about."""
    if new is None:
        yield _why_gone(old, manifest), None
        return
    if old.is_latest and not new.is_latest:
        yield f"the table `{old.model}` now shows a later version", None
    for name in old.columns:
        for change in _column_changes(name, old, new):
            yield change, name
    if new.primary_key != old.primary_key:
        was, is_now = (", ".join(key) or "none" for key in (old.primary_key, new.primary_key))
        yield f"the primary key changed from ({was}) to ({is_now})", None


def _why_gone(old: Promise, manifest: Node) -> str:
    """Return why the project no longer makes a promise."""
    same = [node for node in models(manifest) if node["name"] == old.model]
    if not same:
        return "the model was removed or renamed"
    if any(str(node["version"] or "1") == old.version for node in same):
        return "the model is no longer public with an enforced contract"
    return "the version was removed"


def _column_changes(name: str, old: Promise, new: Promise) -> Iterator[str]:
    """Yield what no longer holds of one column."""
    data_type, nullable = old.columns[name]
    if name not in new.columns:
        added = [other for other in new.columns if other not in old.columns]
        like = [other for other in added if new.columns[other] == (data_type, nullable)]
        hint = f" (renamed to `{like[0]}`?)" if len(like) == 1 else ""
        yield f"column `{name}` was removed{hint}"
        return
    new_type, new_nullable = new.columns[name]
    if new_type != data_type:
        yield f"column `{name}` changed its type from {data_type} to {new_type}"
    if new_nullable and not nullable:
        yield f"column `{name}` can now be null"


def _readers(manifest: Node, promise: Promise, column: str | None, root: Path) -> Iterator[str]:
    """Yield, in words, the readers of a model, or of one of its columns, kind by kind."""
    for kind, names in readers(manifest, promise.model, column, root).items():
        word, _, how = kind.partition(" by way")
        if names:
            tail = f" by way{how}" if how else ""
            yield f"{word}{'s' if len(names) > 1 else ''} {', '.join(names)}{tail}"
