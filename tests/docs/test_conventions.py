"""Each convention catches its offence: a pattern that matches nothing would fail silently."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.commands import DBT, ROOT
from tests.lint import conventions

# a model, its text, and the check that must reject it
OFFENCES = {
    "staging/bts/stg_bts__reads_a_model": (
        "select flight_date from {{ ref('stg_bts__flights') }}",
        "check_lineage_permitted_upstream_models",
    ),
    "staging/bts/flights_without_a_prefix": (
        "select flight_date from {{ source('bts', 'on_time') }}",
        "check_model_names",
    ),
    "intermediate/int_reads_a_source": (
        "select flight_date from {{ source('bts', 'on_time') }}",
        "check_lineage_source_cannot_be_used",
    ),
    "intermediate/int_reads_a_mart": (
        "select flight_id from {{ ref('fct_flights') }}",
        "check_lineage_permitted_upstream_models",
    ),
    "intermediate/int_names_a_table_by_hand": (
        "select flight_id from marts.fct_flights",
        "check_model_hard_coded_references",
    ),
    "intermediate/int_looks_at_the_clock": (
        "select flight_id, current_date as seen_date from {{ ref('int_flights_timed') }}",
        "check_model_code_does_not_contain_regexp_pattern",
    ),
    "marts/core/dim_reads_a_seed": (
        "select flight_state from {{ ref('flight_states') }}",
        "check_lineage_seed_cannot_be_used",
    ),
    "marts/punctuality/mart_undescribed": (
        "select flight_id from {{ ref('fct_flights') }}",
        "check_model_documented_in_same_directory",
    ),
    "marts/punctuality/mart_unread": (
        "select flight_id from {{ ref('fct_flights') }}",
        "check_model_has_exposure",
    ),
    "marts/punctuality/mart_without_a_test_of_its_grain": (
        "select flight_id from {{ ref('fct_flights') }}",
        "check_model_has_unique_test",
    ),
}


# the files of a folder that say something about what is in it, by kind
KINDS = "analyses|docs|macros|models|seeds|sources|tests|unit_tests"
# what is said about a whole layer, or about all of them
OF_A_LAYER = {
    "models/_groups.yml",
    "models/marts/_exposures.yml",
    "models/marts/_metrics.yml",
    "models/marts/_semantic_models.yml",
}


# how a model takes what it reads: rows and columns as they are, possibly under other names
IMPORT = re.compile(
    r"\s*select\s+(\*|\w+( as \w+)?(,\s+\w+( as \w+)?)*)"
    r"\s+from \{\{ (ref|source)\([^)]*\) \}\}"
    r"(\s+(where\b|\{% if)(?!.*\b(qualify|group by|union|join)\b).*)?\s*",
    re.DOTALL,
)


def copy_project(folder: Path) -> None:
    """Copy the files that dbt and the checks of the conventions read."""
    for name in (".env", "dbt_project.yml", "dbt-bouncer.yml"):
        shutil.copy(ROOT / name, folder)
    for name in ("dbt_project", "profiles"):
        shutil.copytree(ROOT / name, folder / name)


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Return which checks failed for which models in a copy of the project with the offences."""
    folder = tmp_path_factory.mktemp("offences")
    copy_project(folder)
    for model, (sql, _) in OFFENCES.items():
        (folder / "dbt_project" / "models" / f"{model}.sql").write_text(sql)
    parse = (DBT, "--quiet", "parse", "--target", "lint", "--target-path", "target/lint")
    subprocess.run(parse, cwd=folder, capture_output=True, check=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        lines = conventions.found()
    found = (re.fullmatch(r"(dbt_project/\S+): .+ \((\w+)\)", line) for line in lines)
    return {(Path(each[1]).stem, each[2]) for each in found if each}


@pytest.mark.whole
@pytest.mark.parametrize(
    ("model", "check"), [(name, check) for name, (_, check) in OFFENCES.items()]
)
def test_an_offence_against_a_convention_fails_its_check(
    failed: set[tuple[str, str]], model: str, check: str
) -> None:
    assert (Path(model).name, check) in failed


@pytest.mark.whole
def test_dbt_itself_refuses_a_mart_that_reads_staging(tmp_path: Path) -> None:
    copy_project(tmp_path)
    model = tmp_path / "dbt_project" / "models" / "marts" / "causes" / "mart_reads_staging.sql"
    model.write_text("select flight_date from {{ ref('stg_bts__flights') }}")
    done = subprocess.run(
        (DBT, "parse", "--target", "lint", "--target-path", "target/lint"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "stg_bts__flights, which is not allowed because the referenced node is private" in (
        " ".join(done.stdout.split())
    )


def test_a_folder_has_one_file_of_each_kind_which_is_named_after_it() -> None:
    project = ROOT / "dbt_project"
    wrong = []
    for path in sorted([*project.rglob("*.yml"), *project.rglob("*.md")]):
        place = path.relative_to(project)
        if place.parts[0] in {"contracts", "docs"} or place.as_posix() in OF_A_LAYER:
            continue
        # seeds/_seeds.yml, but models/marts/core/_core__models.yml
        folder, at_the_top = path.parent.name, len(place.parts) == 2
        name = rf"_{folder}\.yml" if at_the_top else rf"_{folder}__({KINDS})\.(yml|md)"
        if not re.fullmatch(name, path.name):
            wrong.append(place.as_posix())
    assert not wrong


def test_a_model_of_any_layer_is_in_the_folder_of_its_subject() -> None:
    models = ROOT / "dbt_project" / "models"
    assert not [
        path.name for path in models.rglob("*.sql") if len(path.relative_to(models).parts) != 3
    ]


def test_unit_tests_are_in_their_own_file() -> None:
    for path in (ROOT / "dbt_project" / "models").rglob("_*__models.yml"):
        assert "\nunit_tests:" not in path.read_text(encoding="utf-8"), path.name


def reads_outside_imports(sql: str) -> list[str]:
    """Return the common table expressions that read another model and are no import at the top."""
    statement = re.sub(r"\{#.*?#\}|--[^\n]*", "", sql, flags=re.DOTALL)
    statement = re.sub(r"\{\{\s*config\(.*?\)\s*\}\}", "", statement, count=1, flags=re.DOTALL)
    # the months of an incremental model are read before its statement runs
    statement = re.sub(r"missing_months\(ref\([^)]*\)\)", "", statement)
    rest, *parts = re.split(r"^(?:with )?(\w+) as \($", statement, flags=re.MULTILINE)
    found, is_top = [], True
    for name, text in zip(parts[::2], parts[1::2], strict=True):
        body, _, after = text.partition("\n)")
        rest += after
        is_import = bool(IMPORT.fullmatch(body))
        if re.search(r"\b(ref|source)\(", body) and not (is_import and is_top):
            found.append(name)
        is_top = is_top and is_import
    return [*found, *(["the statement"] if re.search(r"\b(ref|source)\(", rest) else [])]


def test_a_model_reads_other_models_only_in_imports_at_the_top() -> None:
    models = sorted((ROOT / "dbt_project" / "models").rglob("*.sql"))
    found = {path.stem: reads_outside_imports(path.read_text(encoding="utf-8")) for path in models}
    assert not {name: reads for name, reads in found.items() if reads}


@pytest.mark.parametrize(
    "sql",
    [
        "select flight_id from {{ ref('int_flights_timed') }}\n",
        "with flights as (\n    select count(*) from {{ ref('fct_flights') }}\n)\n\nselect 1\n",
        "with flights as (\n    select * from {{ ref('fct_flights') }}\n)\n\n"
        "select 1 from flights\ninner join {{ ref('dim_dates') }} as dates on true\n",
        "with one as (\n    select 1 as number\n),\n\n"
        "flights as (\n    select * from {{ ref('fct_flights') }}\n)\n\nselect 1 from flights\n",
    ],
)
def test_a_read_outside_the_imports_is_found(sql: str) -> None:
    assert reads_outside_imports(sql)


# Spark adds up a frame that ends with its partition anew for each row, so that the time of a window
# grows with the square of its rows: such a frame is written from the other end, in reverse order.
TO_THE_END = re.compile(r"between(?!\s+unbounded\s+preceding)[^()]*\band\s+unbounded\s+following")


def test_no_window_reads_the_rest_of_its_partition_for_each_row() -> None:
    statements = sorted((ROOT / "dbt_project").rglob("*.sql"))
    assert not [path.stem for path in statements if TO_THE_END.search(path.read_text("utf-8"))]


@pytest.mark.parametrize(
    ("frame", "is_refused"),
    [
        ("rows between current row and unbounded following", True),
        ("rows between 1 following\n    and unbounded following", True),
        ("rows between unbounded preceding and unbounded following", False),
        ("rows between current row and 3 following", False),
    ],
)
def test_such_a_window_is_found(frame: str, is_refused: bool) -> None:
    assert bool(TO_THE_END.search(f"sum(x) over (order by y {frame})")) == is_refused
