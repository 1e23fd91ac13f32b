"""Describe the Parquet files of a release in Croissant 1.0, which machine-learning tools read.

Reference: https://docs.mlcommons.org/croissant/docs/croissant-spec.html

No field refers to a table that has a file per month: the reference library joins the tables that
fields refer to, and cannot join such a table.
"""

from __future__ import annotations

from typing import Any

from ontime.catalog.published import Column
from ontime.releases.description import Release, as_json, one_line
from ontime.releases.files import DataFile, Written

_FORMAT = "application/x-parquet"

_TYPES = {
    "boolean": "sc:Boolean",
    "double": "sc:Float",
    "float": "sc:Float",
    "date": "sc:Date",
}

# the context, exactly as the standard prescribes it
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(release: Release) -> str:
    """Return the text of `croissant.json`."""
    licences = dict.fromkeys(source.licence_address for source in release.sources)
    joined = {written.table.name for written in release.tables if not written.is_partitioned}
    return as_json(
        {
            "@context": _CONTEXT,
            "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.0",
            "name": release.name,
            "description": release.summary,
            "version": release.version,
            "datePublished": release.date,
            "license": list(licences),
            "url": release.citation.get("repository-code", f"urn:ontime:{release.name}"),
            "keywords": release.citation["keywords"],
            "creator": [
                {"@type": "sc:Organization", "name": author["name"]}
                for author in release.citation["authors"]
            ],
            "citeAs": f"{release.citation['authors'][0]['name']}: {release.title}. {release.date}.",
            "isLiveDataset": False,
            "distribution": [part for written in release.tables for part in _distribution(written)],
            "recordSet": [_record_set(written, joined) for written in release.tables],
        }
    )


def _distribution(written: Written) -> list[dict[str, Any]]:
    files = [_file_object(file) for file in written.parquet]
    if not written.is_partitioned:
        return files
    file_set = {
        "@type": "cr:FileSet",
        "@id": _source(written),
        "name": _source(written),
        "description": f"The months of {written.table.name}, a file each.",
        "encodingFormat": _FORMAT,
        "includes": f"parquet/{written.table.name}/*.parquet",
    }
    return [*files, file_set]


def _file_object(file: DataFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.size} B",
        "encodingFormat": _FORMAT,
        "sha256": file.sha256,
    }


def _source(written: Written) -> str:
    """Return the identifier of the file or file set that contains the rows of a table."""
    return f"{written.table.name}_months" if written.is_partitioned else written.parquet[0].path


def _record_set(written: Written, joined: set[str]) -> dict[str, Any]:
    table = written.table
    record_set = {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": (table.description or table.name).strip(),
        "key": [{"@id": f"{table.name}/{column}"} for column in table.primary_key],
        "field": [_field(column, written, joined) for column in table.columns],
    }
    return {key: value for key, value in record_set.items() if value}


def _field(column: Column, written: Written, joined: set[str]) -> dict[str, Any]:
    table = written.table
    kind = "fileSet" if written.is_partitioned else "fileObject"
    unit = f" Unit: {column.unit}." if column.unit else ""
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": (one_line(column.description) or column.name) + unit,
        "dataType": _type(column.data_type),
        "source": {kind: {"@id": _source(written)}, "extract": {"column": column.name}},
    }
    if column.references and column.references.partition(".")[0] in joined:
        field["references"] = {"field": {"@id": column.references.replace(".", "/")}}
    return field


def _type(data_type: str) -> str:
    if data_type.startswith("timestamp"):
        return "sc:DateTime"
    if data_type.startswith("decimal"):
        return "sc:Float"
    if data_type.endswith("int") or data_type.endswith("integer"):
        return "sc:Integer"
    return _TYPES.get(data_type, "sc:Text")
