"""Write the data dictionary: table, column, type, unit, meaning, source and tests."""

from __future__ import annotations

import re
from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from site_builder.reader import Reader, Row

_MOST_SOURCES = 4


def content(reader: Reader, lineage: Mapping[tuple[str, str], list[str]]) -> str:
    """Return the dictionary of the published file; `lineage` names the sources of columns."""
    tables = reader.rows("select * from catalogue.tables order by table_name")
    columns = defaultdict(list)
    for column in reader.rows("select * from catalogue.columns order by ordinal_position"):
        columns[column["table_name"]].append(column)
    tests = _tests(reader)
    contents = "".join(
        f'<li><a href="#{table["table_name"]}">{table["table_name"]}</a></li>' for table in tables
    )
    sections = "".join(
        _section(table, columns[table["table_name"]], tests, lineage) for table in tables
    )
    return f'<ul class="contents">{contents}</ul>{sections}'


def _tests(reader: Reader) -> dict[tuple[str, str], list[str]]:
    found = reader.rows(
        "select distinct table_name, coalesce(column_name, '') as column_name, test_name, test_kind"
        " from mart_table_tests order by all"
    )
    tests = defaultdict(list)
    for row in found:
        tests[row["table_name"], row["column_name"]].append(_test(row))
    return dict(tests)


def _test(row: Row) -> str:
    """Return what a test asserts, in words: its name without the table, the column and the key."""
    name = str(row["test_name"])
    if row["test_kind"] == "generic":
        kind = name.split(f"_{row['table_name']}_", maxsplit=1)[0]
        return kind.removesuffix(f"_{row['column_name']}").replace("_", " ")
    return name.removeprefix("assert_").replace("_", " ")


def _section(
    table: Row,
    columns: list[Row],
    tests: Mapping[tuple[str, str], list[str]],
    lineage: Mapping[tuple[str, str], list[str]],
) -> str:
    name = table["table_name"]
    paragraphs = "".join(
        f"<p>{_words(paragraph)}</p>" for paragraph in table["description"].split("\n\n")
    )
    body = "".join(
        f'<tr id="{name}.{column["column_name"]}"><td><code>{column["column_name"]}</code>'
        f"{_key(column)}</td><td>{column['data_type']}</td>"
        f"<td>{escape(column['unit'] or '')}</td><td>{_words(column['description'])}</td>"
        f"<td>{_sources(lineage.get((name, column['column_name']), []))}</td>"
        f"<td>{_listed(tests.get((name, column['column_name']), []))}</td></tr>"
        for column in columns
    )
    whole = _listed(tests.get((name, ""), []))
    tested = f"<p>Tests of the whole table: {whole}.</p>" if whole else ""
    return (
        f'<section><h2 id="{name}">{name}</h2>{paragraphs}'
        f"<p>{table['row_count']:,} rows, {table['column_count']} columns.</p>{tested}"
        f'<div class="table" tabindex="0" role="region" aria-label="Columns of {name}"><table>'
        '<thead><tr><th scope="col">Column</th><th scope="col">Type</th><th scope="col">Unit</th>'
        '<th scope="col">Meaning</th><th scope="col">Source</th><th scope="col">Tests</th></tr>'
        f"</thead><tbody>{body}</tbody></table></div></section>"
    )


def _listed(names: list[str]) -> str:
    return ", ".join(escape(name) for name in dict.fromkeys(names))


def _key(column: Row) -> str:
    marks = " (key)" if column["is_primary_key"] else ""
    if parent := column["references_column"]:
        table = parent.partition(".")[0]
        marks += f' → <a href="#{table}">{escape(parent)}</a>'
    return marks


def _sources(sources: list[str]) -> str:
    more = len(sources) - _MOST_SOURCES
    shown = "".join(
        f"<div><code>{escape(source)}</code></div>" for source in sources[:_MOST_SOURCES]
    )
    return shown + (f"<div>and {more} more</div>" if more > 0 else "")


def _words(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
