"""The project's metrics: list them, and turn a question into SQL with MetricFlow.

Metrics are defined once, in the dbt project. This module does not know any metric by name: it reads
everything from the semantic manifest that dbt writes when it parses the project. It uses only
MetricFlow's engine, not its command line, which queries a package index for newer versions of
itself. This module does not open any network connection.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

# without a name, MetricFlow identifies the user in its log by a hash of the machine's address
os.environ.setdefault("METRICFLOW_CLIENT_EMAIL", "nobody")

import sqlglot
from metricflow.engine.metricflow_engine import (
    MetricFlowEngine,
    MetricFlowQueryRequest,
    OutputColumnOrderMode,
)
from metricflow.protocols.sql_client import SqlClient, SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantic_interfaces.implementations.elements.measure import PydanticMeasure
from metricflow_semantic_interfaces.implementations.metric import PydanticMetric
from metricflow_semantic_interfaces.implementations.saved_query import PydanticSavedQuery
from metricflow_semantic_interfaces.implementations.semantic_manifest import (
    PydanticSemanticManifest,
)
from metricflow_semantic_interfaces.implementations.semantic_model import PydanticSemanticModel
from metricflow_semantic_interfaces.transformations.semantic_manifest_transformer import (
    PydanticSemanticManifestTransformer,
)
from metricflow_semantic_interfaces.type_enums.aggregation_type import AggregationType
from metricflow_semantic_interfaces.type_enums.dimension_type import DimensionType
from metricflow_semantic_interfaces.type_enums.entity_type import EntityType
from metricflow_semantic_interfaces.type_enums.time_granularity import TimeGranularity
from metricflow_semantics.errors.error_classes import InformativeUserError, InvalidQueryException
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup
from sqlglot import exp

from ontime.transformation.semantic_manifest import ManifestError, semantic_manifest

# suffixes for the kind of text in a column; users leave them out
_ENDINGS = ("_code", "_name", "_key")

_NAMED_IN_SUGGESTIONS = 3


class MetricError(Exception):
    """A question that cannot be answered; the message is written for the user."""


@dataclass(frozen=True)
class GroupBy:
    """Something that a metric can be grouped and filtered by.

    `name` is what users type, `qualified` is MetricFlow's name, `template` is its name in
    MetricFlow's filters, and `table` is its mart. `facts` are the marts whose rows it groups.
    `names` is a query that returns the name of each code (columns `code`, `name`), or empty.
    """

    name: str
    qualified: str
    template: str
    table: str
    description: str
    facts: frozenset[str]
    is_time: bool = False
    names: str = ""
    also: tuple[str, ...] = ()


class Metrics:
    """The metrics, group-bys and saved queries of a semantic manifest."""

    def __init__(self, manifest: PydanticSemanticManifest) -> None:
        self._manifest = PydanticSemanticManifestTransformer.transform(manifest)
        # dbt's own order depends on which files it has re-read
        self.by_name: dict[str, PydanticMetric] = dict(
            sorted((each.name, each) for each in manifest.metrics)
        )
        self.saved: dict[str, PydanticSavedQuery] = dict(
            sorted((each.name, each) for each in manifest.saved_queries)
        )
        # the measure of each simple metric, and its mart
        self.measures: dict[str, tuple[PydanticMeasure, str]] = {
            measure.name: (measure, _table(model))
            for model in manifest.semantic_models
            for measure in model.measures
        }
        self.group_bys: dict[str, GroupBy] = {each.name: each for each in _group_bys(manifest)}
        self._group_by_of = {
            spelling: each
            for each in self.group_bys.values()
            for spelling in (*each.also, each.qualified)
        } | self.group_bys

    @cached_property
    def _engine(self) -> MetricFlowEngine:
        return MetricFlowEngine(
            SemanticManifestLookup(self._manifest), cast("SqlClient", _Dialect())
        )

    def undescribed(self) -> list[str]:
        """Return the semantic models, entities and dimensions that have no description."""
        return [
            f"{model.name}: {element.name}"
            for model in self._manifest.semantic_models
            for element in (model, *model.entities, *model.dimensions)
            if not (element.description or "").strip()
        ]

    def tables_of(self, name: str) -> frozenset[str]:
        """Return the marts whose rows a metric is made of."""
        params = self.by_name[name].type_params
        if params.measure:
            return frozenset({self.measures[params.measure.name][1]})
        parts = (params.numerator, params.denominator, *(params.metrics or ()))
        return frozenset().union(*(self.tables_of(part.name) for part in parts if part))

    def of_table(self, table: str) -> list[str]:
        """Return the metrics that are made of the rows of one mart alone."""
        return [name for name in self.by_name if self.tables_of(name) == {table}]

    def row_count_of(self, table: str) -> str:
        """Return the metric that counts the rows of a mart."""
        counts = {
            name
            for name, (measure, mart) in self.measures.items()
            if mart == table and measure.agg is AggregationType.COUNT
        }
        return next(name for name in self.of_table(table) if name in counts)

    def group_by(self, word: str) -> GroupBy:
        """Return the group-by that a user's word names.

        Raises:
            MetricError: there is no such group-by.

        """
        found = self._group_by_of.get(word.strip().lower())
        if found is None:
            code = word.removeprefix("name_of_")
            if code != word and f"{code}_name" in self.group_bys:
                raise MetricError(f"{word} is only shown: group and filter by {code}_name.")
            if word in self.by_name:
                raise MetricError(
                    f"{word} is a metric: it can be asked for (METRIC) and sorted by (ORDER), but "
                    "only dimensions group (BY) and filter (WHERE)."
                )
            raise _unknown("dimension", word, self.group_bys)
        return found

    def sql(
        self, metrics: Sequence[str], by: Sequence[str] = (), where: str = "", saved: str = ""
    ) -> str:
        """Return MetricFlow's SQL for metrics, or for a saved query, over the published marts.

        Its columns have MetricFlow's names, and its rows are in no particular order.

        Raises:
            MetricError: a name is unknown, or the names cannot be combined.

        """
        for metric in metrics:
            if metric not in self.by_name:
                raise _unknown("metric", metric, self.by_name)
        for word in by:
            self._refuse_foreign(metrics, self.group_by(word))
        if saved and saved not in self.saved:
            raise _unknown("saved query", saved, self.saved)
        request = MetricFlowQueryRequest.create(
            saved_query_name=saved or None,
            metric_names=None if saved else list(dict.fromkeys(metrics)),
            group_by_names=None
            if saved
            else list(dict.fromkeys(self.group_by(word).qualified for word in by)),
            where_constraints=[self._filter(where, metrics)] if where.strip() else None,
            output_column_order_mode=OutputColumnOrderMode.INPUT_ORDER,
        )
        try:
            return self._engine.explain(request).sql_statement.sql
        except (InvalidQueryException, InformativeUserError) as error:
            raise MetricError(f"MetricFlow cannot answer this: {_first_line(error)}") from None

    def question(  # noqa: PLR0913 - the parts of a question
        self,
        metrics: Sequence[str],
        *,
        by: Sequence[str] = (),
        where: str = "",
        saved: str = "",
        order: Sequence[str] = (),
        limit: int | None = None,
        with_names: bool = False,
    ) -> str:
        """Return the SQL of a question: columns have users' names, rows are in a fixed order.

        With names, a column next to each code shows the name for that code.

        Rows are sorted by the group-bys, unless `order` lists columns of the question. In `order`,
        a leading `-` or a trailing ` desc` sorts a column in descending order.

        Raises:
            MetricError: a name is unknown, or the names cannot be combined.

        """
        inner = self.sql(metrics, by, where, saved)
        if saved:
            asked = self.saved[saved].query_params
            columns = self.saved_group_bys(saved)
            metrics = asked.metrics
            order = order or [_order_word(item) for item in asked.order_by]
            limit = asked.limit if limit is None else limit
        else:
            columns = [self.group_by(word) for word in dict.fromkeys(by)]
        columns = list(dict.fromkeys(columns))
        named = [each for each in columns if with_names and each.names]
        selected = [
            term for each in columns for term in _selected(each, with_name=each in named)
        ] + list(dict.fromkeys(metrics))
        known = {each.name for each in columns} | set(metrics)
        known |= {f"name_of_{each.name}" for each in named}
        terms = list(self._order_terms(order, known))
        sorted_by = [term.partition(" ")[0] for term in terms]
        terms += [each.name for each in columns if each.name not in sorted_by]
        listed = ",\n    ".join(selected)
        lines = ["select", f"    {listed}", "from (", inner.strip(), ") as answer"]
        lines += [
            f"left join ({each.names}) as {each.name}_names\n"
            f"    on answer.{each.qualified} = {each.name}_names.code"
            for each in named
        ]
        if terms:
            lines.append(f"order by {', '.join(dict.fromkeys(terms))}")
        if limit is not None:
            lines.append(f"limit {limit}")
        return "\n".join(lines)

    def saved_group_bys(self, saved: str) -> list[GroupBy]:
        """Return what a saved query groups by."""
        return [
            self._group_by_of[_qualified(item)] for item in self.saved[saved].query_params.group_by
        ]

    def _order_terms(self, order: Sequence[str], known: Iterable[str]) -> Iterator[str]:
        for words in order:
            word = words.strip().removesuffix(" asc").strip()
            descending = word.startswith("-") or word.lower().endswith(" desc")
            word = re.sub(r"(?i)^-|\s+desc$", "", word).strip()
            if not word:
                raise MetricError("ORDER names no column after the `-`.")
            if word in self._group_by_of:
                word = self._group_by_of[word].name
            if word not in known:
                columns = ", ".join(sorted(known))
                raise MetricError(f"The answer has no column {word} to sort by: it has {columns}.")
            yield f"{word} desc nulls last" if descending else word

    def _refuse_foreign(self, metrics: Sequence[str], group: GroupBy) -> None:
        """Refuse a dimension by which the rows of a metric's mart cannot be grouped."""
        for metric in metrics:
            for table in sorted(self.tables_of(metric) - group.facts):
                raise MetricError(
                    f"{metric} is made of the rows of {table}, which have no {group.name}: "
                    f"that is a dimension of {' and '.join(sorted(group.facts))}."
                )

    def _filter(self, where: str, metrics: Sequence[str]) -> str:
        """Return a condition with each name replaced by MetricFlow's name for it."""
        try:
            condition = sqlglot.parse_one(where, dialect="duckdb")
        except sqlglot.errors.SqlglotError:
            condition = None
        if not isinstance(condition, exp.Condition | exp.Not | exp.Paren) or "{" in where:
            raise MetricError(
                f"WHERE is not a condition: {where}. Write one such as WHERE=\"carrier = 'UA'\"."
            )
        templates: list[str] = []

        def replaced(node: exp.Expression) -> exp.Expression:
            if isinstance(node, exp.Column):
                group = self.group_by(node.name)
                self._refuse_foreign(metrics, group)
                templates.append(group.template)
                return exp.column(f"name_{len(templates) - 1}_of_where")
            return node

        text = condition.transform(replaced).sql(dialect="duckdb")
        for number, template in enumerate(templates):
            text = text.replace(f"name_{number}_of_where", f"{{{{ {template} }}}}")
        return text


def load() -> Metrics:
    """Return the metrics of the project in the working folder.

    If a project file has changed since the last call, dbt parses the project, which takes a few
    seconds. It does not open the warehouse.

    Raises:
        MetricError: dbt cannot parse the project.

    """
    try:
        found = semantic_manifest()
    except ManifestError as error:
        raise MetricError(str(error)) from None
    return Metrics(_of_the_published_file(found))


def nearest(word: str, names: Iterable[str]) -> list[str]:
    """Return the names most similar to a word; names that contain it come first."""
    word, names = word.lower(), sorted(names)
    holding = [name for name in names if word in name or word.removesuffix("s") in name]
    alike = difflib.get_close_matches(word, names, _NAMED_IN_SUGGESTIONS, cutoff=0.5)
    return list(dict.fromkeys([*holding, *alike]))[:_NAMED_IN_SUGGESTIONS]


def _of_the_published_file(text: str) -> PydanticSemanticManifest:
    """Return a semantic manifest whose tables have no database, so they refer to the open file."""
    manifest: PydanticSemanticManifest = PydanticSemanticManifest.parse_raw(text)
    spines = manifest.project_configuration.time_spines
    for element in (*manifest.semantic_models, *spines):
        relation = element.node_relation
        assert relation is not None  # noqa: S101 - dbt always writes it
        relation.database = None
        relation.relation_name = f"{relation.schema_name}.{relation.alias}"
    return manifest


# the names that a group-by could have, the best first, and the rest of its parts
_Candidate = tuple[Sequence[str], dict[str, Any]]


def _group_bys(manifest: PydanticSemanticManifest) -> list[GroupBy]:
    """Return everything that the metrics can be grouped by, under names that are easy to guess.

    Time grains keep their own names. A dimension has the name of its column, and an entity its own
    name, without a suffix such as `_code` or `_name` unless the short name is already taken. Names
    are assigned first to grains, then to columns of the facts, entities, and joined columns. The
    columns of tables that are joined more than once, such as airports, are prefixed with the
    entity: `origin_airport_state`.
    """
    found: dict[str, GroupBy] = {}
    models = sorted(manifest.semantic_models, key=lambda model: model.name)
    facts = [model for model in models if model.measures]
    candidates = [(fact, one) for fact in facts for one in _of_fact(fact)]
    candidates += [(fact, one) for fact, one in _joined(facts, models)]
    # a grain, and what several facts refer to, is one thing
    grouped: dict[str, set[str]] = {}
    for fact, (_, parts) in candidates:
        grouped.setdefault(parts["qualified"], set()).add(_table(fact))
    for _, (spellings, parts) in candidates:
        if facts_of := grouped.pop(parts["qualified"], None):
            name = next(spelling for spelling in spellings if spelling not in found)
            also = tuple(spelling for spelling in spellings if spelling != name)
            found[name] = GroupBy(name=name, also=also, facts=frozenset(facts_of), **parts)
    return list(found.values())


def _of_fact(fact: PydanticSemanticModel) -> Iterator[_Candidate]:
    """Yield the time grains of a fact, its columns, and what it refers to."""
    for grain in _grains(fact):
        yield (
            [grain],
            {
                "qualified": f"metric_time__{grain}",
                "template": f"TimeDimension('metric_time', '{grain}')",
                "table": _table(fact),
                "description": _grain_description(fact, grain),
                "is_time": True,
            },
        )
    for dimension in fact.dimensions:
        if dimension.type is DimensionType.CATEGORICAL:
            qualified = f"{_own_entity(fact)}__{dimension.name}"
            yield (
                _spellings(dimension.name),
                {
                    "qualified": qualified,
                    "template": f"Dimension('{qualified}')",
                    "table": _table(fact),
                    "description": dimension.description or "",
                    "names": _names(dimension),
                },
            )
    for entity in _foreign_entities(fact):
        yield (
            _spellings(entity.name),
            {
                "qualified": entity.name,
                "template": f"Entity('{entity.name}')",
                "table": _table(fact),
                "description": entity.description or "",
                "names": _names(entity),
            },
        )


def _joined(
    facts: list[PydanticSemanticModel], models: list[PydanticSemanticModel]
) -> Iterator[tuple[PydanticSemanticModel, _Candidate]]:
    """Yield the facts, each with the columns of a table that it refers to."""
    joined = [
        (fact, entity.name, dimension.name, model, dimension.description or "")
        for fact in facts
        for entity in fact.entities
        if entity.type is EntityType.FOREIGN
        for model in models
        if model not in facts and any(each.name == entity.name for each in model.entities)
        for dimension in model.dimensions
    ]
    entities: dict[str, set[str]] = {}
    for _, entity, column, _, _ in joined:
        entities.setdefault(column, set()).add(entity)
    for fact, entity, column, model, description in joined:
        name = column if len(entities[column]) == 1 else _joined_name(entity, column)
        parts = {
            "qualified": f"{entity}__{column}",
            "template": f"Dimension('{entity}__{column}')",
            "table": _table(model),
            "description": description,
        }
        yield fact, (_spellings(name), parts)


def _selected(each: GroupBy, *, with_name: bool) -> Iterator[str]:
    """Yield the columns that show a group-by."""
    yield f"{f'cast({each.qualified} as date)' if each.is_time else each.qualified} as {each.name}"
    if with_name:
        yield f"{each.name}_names.name as name_of_{each.name}"


def _names(element: Any) -> str:
    """Return the query that an element's `meta` has for the names of its codes, on one line."""
    meta = element.config.meta if element.config else {}
    return " ".join(str(meta.get("names", "")).split())


def _foreign_entities(fact: PydanticSemanticModel) -> Iterator[Any]:
    """Yield the foreign entities of the facts, except the day, which is already a time grain."""
    times = {
        dimension.name for dimension in fact.dimensions if dimension.type is DimensionType.TIME
    }
    for entity in fact.entities:
        if entity.type is EntityType.FOREIGN and entity.expr not in times:
            yield entity


def _grains(fact: PydanticSemanticModel) -> list[str]:
    """Return the time grains that are not finer than the facts' own grain."""
    finest = _time(fact).type_params.time_granularity
    return [grain.value for grain in TimeGranularity if grain.to_int() >= finest.to_int()]


def _grain_description(fact: PydanticSemanticModel, grain: str) -> str:
    description = " ".join((_time(fact).description or "").split())
    if grain == _grains(fact)[0]:
        return description
    return f"First day of the {grain} of `{_time(fact).name}`."


def _time(fact: PydanticSemanticModel) -> Any:
    assert fact.defaults is not None  # noqa: S101 - dbt demands it of what is measured
    return next(each for each in fact.dimensions if each.name == fact.defaults.agg_time_dimension)


def _own_entity(model: PydanticSemanticModel) -> str:
    return next(each.name for each in model.entities if each.type is EntityType.PRIMARY)


def _table(model: PydanticSemanticModel) -> str:
    return str(model.node_relation.alias)


def _spellings(name: str) -> list[str]:
    """Return a name without its ending, and in full."""
    shorter = next((name.removesuffix(each) for each in _ENDINGS if name.endswith(each)), name)
    return list(dict.fromkeys([shorter, name]))


def _joined_name(entity: str, column: str) -> str:
    """Join an entity and a column into one name; a shared word appears only once."""
    last_word = entity.rpartition("_")[2]
    return f"{entity}_{column.removeprefix(f'{last_word}_')}"


def _qualified(item: str) -> str:
    """Return MetricFlow's name of an item such as TimeDimension('metric_time', 'month')."""
    return "__".join(re.findall(r"'(\w+)'", item)) or item


def _order_word(item: str) -> str:
    """Return a saved query's order, such as -Metric('x'), in the words of a question."""
    return f"{'-' if item.startswith('-') or 'descending(True)' in item else ''}" + _qualified(item)


def _unknown(kind: str, word: str, names: Iterable[str]) -> MetricError:
    meant = nearest(word, names)
    question = f" Did you mean {' or '.join(meant)}?" if meant else ""
    return MetricError(f"There is no {kind} {word}.{question} `make metrics` lists what there is.")


def _first_line(error: Exception) -> str:
    return next(line for line in str(error).splitlines() if line.strip()).strip()


class _Dialect:
    """What MetricFlow's engine needs to know about the database to write SQL, not a connection."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()
