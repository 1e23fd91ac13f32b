"""The vocabulary of Croissant 1.0, in which machine-learning tools read what files contain.

Reference: https://docs.mlcommons.org/croissant/docs/croissant-spec.html

Two descriptions are written in it: that of the published features and that of a release.
"""

from __future__ import annotations

from typing import Any

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
_PARQUET = "application/x-parquet"

_TYPES = {
    "boolean": "sc:Boolean",
    "double": "sc:Float",
    "float": "sc:Float",
    "date": "sc:Date",
}

# the context, exactly as the standard prescribes it
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
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


def file_object(path: str, size_bytes: int, sha256: str) -> dict[str, Any]:
    """Describe a Parquet file; its path is relative to the description."""
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "contentUrl": path,
        "contentSize": f"{size_bytes} B",
        "encodingFormat": _PARQUET,
        "sha256": sha256,
    }


def file_set(name: str, description: str, pattern: str) -> dict[str, Any]:
    """Describe the Parquet files of a pattern, which hold one table together."""
    return {
        "@type": "cr:FileSet",
        "@id": name,
        "name": name,
        "description": description,
        "encodingFormat": _PARQUET,
        "includes": pattern,
    }


def data_type(name: str) -> str:
    """Return Croissant's type of a DuckDB type, given in lower case."""
    if name.startswith("timestamp"):
        return "sc:DateTime"
    if name.startswith("decimal"):
        return "sc:Float"
    if name.endswith(("int", "integer")):
        return "sc:Integer"
    return _TYPES.get(name, "sc:Text")
