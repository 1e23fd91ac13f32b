"""The documentation is complete and self-contained, and its links work."""

from __future__ import annotations

import json
import re
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml  # type: ignore[import-untyped]

from ontime.catalog.manifest import columns_of
from tests.commands import ROOT, Project

WRITTEN_BY_TOOLS = r"\.git|\.venv.*|data|target|logs|\..*_cache"

# the columns whose names indicate that they refer to a row of another mart
LEADS_TO_ANOTHER_MART = r"(^|_)(airport_code|carrier_key|aircraft_key|weather_observation_id)$"


def files_of_the_project(*suffixes: str) -> list[Path]:
    """Return the project's own files with one of the suffixes."""
    tops = sorted(top for top in ROOT.iterdir() if not re.fullmatch(WRITTEN_BY_TOOLS, top.name))
    found = [path for top in tops for path in ([top] if top.is_file() else sorted(top.rglob("*")))]
    return [path for path in found if path.suffix in suffixes]


def manifest(project: Project) -> dict[str, Any]:
    """Return dbt's manifest of the documented project."""
    return dict(json.loads((project.folder / "target" / "manifest.json").read_bytes()))


def marts(project: Project) -> dict[str, dict[str, Any]]:
    """Return the manifest's nodes of the marts, by unique id."""
    return {
        unique_id: node
        for unique_id, node in manifest(project)["nodes"].items()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    }


class Loaded(HTMLParser):
    """Collects the addresses that a browser fetches when it opens a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record what an element makes a browser fetch."""
        values = dict(attrs)
        if tag in ("script", "img", "iframe", "embed", "source", "audio", "video"):
            self.addresses.append(values.get("src") or "")
        elif tag == "link" and values.get("rel") != "canonical":
            self.addresses.append(values.get("href") or "")


def test_the_dbt_docs_are_one_page_that_needs_no_network(documented: Project) -> None:
    page = (documented.folder / "target" / "static_index.html").read_text(encoding="utf-8")
    loaded = Loaded()
    loaded.feed(page)
    assert loaded.addresses
    assert not [address for address in loaded.addresses if urlsplit(address).netloc]
    assert not re.search(r"@import|url\(['\"]?(https?:)?//", page)
    assert manifest(documented)["metadata"]["send_anonymous_usage_stats"] is False
    assert "ontime: US flight punctuality" in page
    assert all(f"model.ontime.{node['name']}" in page for node in marts(documented).values())


def test_the_overview_of_the_dbt_docs_links_to_what_exists(documented: Project) -> None:
    everything = manifest(documented)
    text = everything["docs"]["doc.ontime.__overview__"]["block_contents"]
    targets = set(re.findall(r"#!/\w+/([\w.]+)", text))
    assert targets
    assert not targets - everything["nodes"].keys() - everything["macros"].keys()
    assert not marts(documented).keys() - targets, "a mart is missing from the overview"


def test_every_column_of_every_table_is_described(documented: Project, tmp_path: Path) -> None:
    report = tmp_path / "coverage.json"
    documented.run(
        Path(sys.executable).parent / "dbt-coverage",
        *("compute", "doc", "--run-artifacts-dir", documented.folder / "target"),
        *("--cov-report", report),
    )
    everything = manifest(documented)
    inherited = {
        f"{node['schema']}.{node['name']}".lower(): columns_of(everything, unique_id).keys()
        for unique_id, node in everything["nodes"].items()
        if node["config"].get("meta", {}).get("inherits")
    }
    assert len(inherited) > 5
    missing = {}
    for table in json.loads(report.read_bytes())["tables"]:
        lacking = {column["name"].lower() for column in table["columns"] if not column["covered"]}
        if lacking := lacking - inherited.get(table["name"].lower(), set()):
            missing[table["name"]] = lacking
    assert not missing


def test_a_view_inherits_the_columns_of_a_model_that_it_reads(documented: Project) -> None:
    everything = manifest(documented)
    for node in everything["nodes"].values():
        if parent := node["config"].get("meta", {}).get("inherits"):
            unique_id = f"model.ontime.{parent}"
            assert unique_id in node["depends_on"]["nodes"], node["name"]
            assert f"every column of `{parent}`" in " ".join(node["description"].split())
            repeated = {
                name
                for name, column in columns_of(everything, unique_id).items()
                if node["columns"].get(name, {}).get("description") == column["description"]
            }
            assert not repeated, node["name"]


def test_every_mart_declares_every_column_with_its_type(documented: Project) -> None:
    catalog = json.loads((documented.folder / "target" / "catalog.json").read_bytes())["nodes"]
    for unique_id, node in marts(documented).items():
        declared = {name: column["data_type"] for name, column in node["columns"].items()}
        existing = {
            name: column["type"].lower() for name, column in catalog[unique_id]["columns"].items()
        }
        assert declared == existing, node["name"]
        assert node["contract"]["enforced"], node["name"]
        assert node["description"].strip(), node["name"]


def test_no_model_lacks_a_test_a_description_a_contract_or_an_owner(documented: Project) -> None:
    everything = manifest(documented)
    models = [n for n in everything["nodes"].values() if n["resource_type"] == "model"]
    tested = {
        unique_id
        for test in [*everything["nodes"].values(), *everything["unit_tests"].values()]
        if test["resource_type"] in {"test", "unit_test"}
        for unique_id in test["depends_on"]["nodes"]
    }
    # a view that adds columns to another is tested with what reads it: a test of its own would
    # compute the whole chain before it once more
    views = {m["unique_id"]: m for m in models if "inherits" in m["config"].get("meta", {})}
    assert {view["config"]["materialized"] for view in views.values()} == {"view"}

    def is_tested(unique_id: str) -> bool:
        readers = everything["child_map"][unique_id]
        return unique_id in tested or (
            unique_id in views and any(is_tested(reader) for reader in readers)
        )

    public = [model for model in models if model["schema"] == "marts"]
    lacking = {
        "tests": [m["name"] for m in models if not is_tested(m["unique_id"])],
        "descriptions": [m["name"] for m in models if len(m["description"].strip()) < 25],
        "descriptions of columns": [
            f"{model['name']}.{name}"
            for model in models
            for name, column in model["columns"].items()
            if not column["description"].strip()
        ],
        "groups": [model["name"] for model in models if not model["group"]],
        "contracts": [m["name"] for m in public if not m["contract"]["enforced"]],
        "public access": [m["name"] for m in public if m["access"] != "public"],
        "exposures": sorted(
            {model["unique_id"] for model in public}
            - {
                unique_id
                for exposure in everything["exposures"].values()
                for unique_id in exposure["depends_on"]["nodes"]
            }
        ),
    }
    assert not {what: names for what, names in lacking.items() if names}
    assert len(models) > 60
    assert len(public) >= 18


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "dbt_project" / "models").rglob("*.yml")),
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_no_model_with_versions_declares_what_dbt_then_forgets(path: Path) -> None:
    models = yaml.safe_load(path.read_text(encoding="utf-8")).get("models") or []
    assert not [
        model["name"]
        for model in models
        if "versions" in model and {"semantic_model", "time_spine", "metrics"} & model.keys()
    ], "docs/decisions/0022-versions-of-public-models.md says what to do"


def test_every_key_is_tested(documented: Project) -> None:
    tested: dict[str, list[tuple[str, set[str]]]] = {name: [] for name in marts(documented)}
    for test in manifest(documented)["nodes"].values():
        if test["resource_type"] == "test" and test.get("attached_node") in tested:
            metadata = test["test_metadata"]
            columns = metadata["kwargs"].get("columns") or [test["column_name"]]
            tested[test["attached_node"]].append((metadata["name"], set(columns)))
    for unique_id, node in marts(documented).items():
        key, tests = primary_key(node), tested[unique_id]
        assert key, f"{node['name']} has no primary key"
        unique = "unique" if len(key) == 1 else "unique_combination_of_columns"
        assert (unique, key) in tests, f"{node['name']} is not tested to be unique in {key}"
        for name, column in node["columns"].items():
            if name in key:
                constraints = {constraint["type"] for constraint in column["constraints"]}
                assert "not_null" in constraints or ("not_null", {name}) in tests, name
            if re.search(LEADS_TO_ANOTHER_MART, name) and key != {name}:
                assert ("relationships", {name}) in tests, f"{node['name']}.{name}"


def primary_key(node: dict[str, Any]) -> set[str]:
    """Return the columns of a mart's primary key."""
    for constraint in node["constraints"]:
        if constraint["type"] == "primary_key":
            return set(constraint["columns"])
    return {
        name
        for name, column in node["columns"].items()
        if any(constraint["type"] == "primary_key" for constraint in column["constraints"])
    }


@pytest.mark.parametrize(
    "path",
    files_of_the_project(".yml", ".yaml"),
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_every_yml_parses(path: Path) -> None:
    assert yaml.safe_load(path.read_text(encoding="utf-8")) is not None


@pytest.mark.parametrize(
    "path", files_of_the_project(".md"), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_every_link_within_the_project_leads_somewhere(path: Path) -> None:
    assert not [target for target in links(path) if not leads_somewhere(target, path)]


def leads_somewhere(target: str, path: Path) -> bool:
    """Return whether a Markdown file's link leads out of the project, or to an existing target."""
    address = urlsplit(target)
    # pages of the dbt docs have their own addresses, which another test checks
    if address.scheme or address.fragment.startswith("!"):
        return True
    file = (path.parent / address.path).resolve() if address.path else path
    if not (file.is_relative_to(ROOT) and file.exists()):
        return False
    return not address.fragment or file.suffix != ".md" or address.fragment in anchors(file)


def links(path: Path) -> list[str]:
    """Return the targets of the links and images of a Markdown file, except in code."""
    prose = re.sub(r"`[^`\n]*`", "", without_code(path))
    return [
        *re.findall(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)", prose),
        *re.findall(r"^\[[^\]]+\]:\s+(\S+)", prose, re.MULTILINE),
        *re.findall(r"(?:href|src)=\"([^\"]+)\"", prose),
    ]


@cache
def anchors(path: Path) -> set[str]:
    """Return the anchors of a Markdown file: its ids, and its headings as code hosts spell them."""
    text = without_code(path)
    found = set(re.findall(r"(?:id|name)=\"([^\"]+)\"", text))
    for heading in re.findall(r"^#{1,6}\s+(.+?)\s*#*$", text, re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        number = 0
        while (anchor := f"{slug}-{number}" if number else slug) in found:
            number += 1
        found.add(anchor)
    return found


def without_code(path: Path) -> str:
    """Return the text of a Markdown file without its blocks of code."""
    return re.sub(
        r"^( *)(```|~~~).*?^\1\2",
        "",
        path.read_text(encoding="utf-8"),
        flags=re.DOTALL | re.MULTILINE,
    )
