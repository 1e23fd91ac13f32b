"""Check files with the reference implementation of their standard: `inside.py KIND FILE...`.

It runs in `.venv-standards`, and prints as JSON what is wrong with each: nothing if it is accepted.
"""

import importlib
import json
import pkgutil
import sys
import types
import typing
from enum import Enum
from pathlib import Path

import attr
import jsonschema
import yaml  # type: ignore[import-untyped]
from open_data_contract_standard.model import OpenDataContractStandard
from openlineage.client import generated
from openlineage.client.generated import base

Facets = dict[str, typing.Any]


def contract(path: Path) -> None:
    """Read a contract strictly, and check it against the JSON schema of the standard."""
    text = path.read_text(encoding="utf-8")
    OpenDataContractStandard.from_string(text)
    jsonschema.validate(yaml.safe_load(text), json.loads(OpenDataContractStandard.json_schema()))


def events(path: Path) -> None:
    """Make each event, with its facets, of the classes generated from the specification."""
    for module in pkgutil.iter_modules(generated.__path__):
        importlib.import_module(f"{generated.__name__}.{module.name}")
    facets: Facets = {found._get_schema(): found for found in _subclasses(base.BaseFacet)}
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines:
        raise ValueError("there are no events")
    for line in lines:
        _structured(base.RunEvent, json.loads(line), facets)


def _subclasses(of: typing.Any) -> typing.Iterator[typing.Any]:
    for found in of.__subclasses__():
        yield found
        yield from _subclasses(found)


def _structured(kind: typing.Any, value: typing.Any, facets: Facets) -> typing.Any:
    """Return a value of a class; unknown, missing and mistyped parts are errors."""
    origin, options = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        [kind] = [option for option in options if option is not type(None)]
        return None if value is None else _structured(kind, value, facets)
    if origin is list:
        return [_structured(options[0], each, facets) for each in value]
    if origin is dict:
        return {name: _structured(options[1], each, facets) for name, each in value.items()}
    if attr.has(kind):
        return _object(kind, value, facets)
    if isinstance(kind, type) and issubclass(kind, Enum):
        kind, value = base.EventType, kind(value)
    if kind is not typing.Any and not isinstance(value, kind):
        raise TypeError(f"{value!r} is not {kind}")
    return value


def _object(kind: typing.Any, value: dict[str, typing.Any], facets: Facets) -> typing.Any:
    """Return an object of a class, or of the facet that its address names."""
    value = dict(value)
    if issubclass(kind, base.BaseFacet):
        found = facets[value.pop("_schemaURL")]
        if not issubclass(found, kind):
            raise TypeError(f"{found.__name__} is not a {kind.__name__}")
        kind = found
    if issubclass(kind, base.BaseEvent) and value.pop("schemaURL") != kind._get_schema():
        raise ValueError("the address of the schema is another")
    hints = typing.get_type_hints(kind)
    return kind(
        **{
            name.removeprefix("_"): _structured(hints[name], each, facets)
            for name, each in value.items()
        }
    )


def main(kind: str, files: list[str]) -> None:
    """Print what is wrong with each file."""
    check = {"contract": contract, "events": events}[kind]
    found = []
    for file in files:
        try:
            check(Path(file))
            found.append("")
        except (ValueError, TypeError, KeyError, jsonschema.ValidationError) as error:
            found.append(f"{type(error).__name__}: {str(error).splitlines()[0]}")
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
