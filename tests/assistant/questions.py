"""What the client asks: honest questions, mistakes, and attacks."""

from __future__ import annotations

from typing import Any

Call = tuple[str, dict[str, Any]]

# statements that must neither run nor leave anything behind
ATTACKS = {
    "delete": "delete from fct_flights",
    "update": "update fct_flights set carrier_code = 'XX'",
    "drop": "drop table marts.fct_flights",
    "create": "create table marts.stolen as select 1 as one",
    "create a temporary view": "create temp view v as select 1",
    "insert": "insert into dim_carriers select * from dim_carriers",
    "attach": "attach '/etc/passwd' as other",
    "attach in memory": "attach ':memory:' as other",
    "copy to": "copy (select 1) to 'stolen.csv'",
    "copy from": "copy marts.dim_carriers from 'stolen.csv'",
    "export": "export database 'stolen'",
    "read a csv": "select * from read_csv('/etc/passwd')",
    "read a text": "select * from read_text('/etc/passwd')",
    "read a blob": "select * from read_blob('/etc/passwd')",
    "read by name": "select * from '/etc/passwd'",
    "read through query()": "select * from query('select * from read_text(''/etc/passwd'')')",
    "list a folder": "select * from glob('/etc/*')",
    "install": "install httpfs",
    "load": "load httpfs",
    "set": "set enable_external_access = true",
    "unlock": "set lock_configuration = false",
    "memory": "set memory_limit = '1TB'",
    "pragma": "pragma enable_profiling",
    "pragma with a path": "pragma profiling_output = 'stolen.json'",
    "logging": "call enable_logging(storage = 'file', storage_path = 'stolen')",
    "profiling in a query": "select * from query('call enable_profiling()')",
    "secret": "create secret (type s3, key_id 'a', secret 'b')",
    "two statements": "select 1; drop table marts.fct_flights",
    "two queries": "select 1; select 2",
    "a comment hides it": "/* select 1 */ drop table marts.fct_flights",
    "explain hides it": "explain analyze insert into dim_carriers select * from dim_carriers",
    "explain copies": "explain analyze copy (select 1) to 'stolen.csv'",
    "explain unlocks": "explain analyze set memory_limit = '1TB'",
    "explain installs": "explain analyze install httpfs",
    "serialized": "select * from json_execute_serialized_sql('{}')",
    "prepare": "prepare p as select 1",
    "transaction": "begin transaction",
    "checkpoint": "force checkpoint",
    "nothing": "  -- nothing",
    "null byte": "select 1\0; drop table fct_flights",
}

CALLS: dict[str, Call] = {
    "rate": (
        "answer_metric",
        {
            "metrics": ["on_time_arrival_rate"],
            "by": ["carrier"],
            "where": "month = date '2013-03-01'",
            "order": ["-scheduled_flights"],
        },
    ),
    "everything": ("answer_metric", {"metrics": ["scheduled_flights"]}),
    "cut": ("answer_metric", {"metrics": ["scheduled_flights"], "by": ["day"], "rows": 3}),
    "saved": ("answer_metric", {"saved_query": "punctuality_by_month"}),
    "no metric": ("answer_metric", {}),
    "unknown metric": ("answer_metric", {"metrics": ["on_time_arival_rate"]}),
    "unknown dimension": ("answer_metric", {"metrics": ["scheduled_flights"], "by": ["carier"]}),
    "unknown saved query": ("answer_metric", {"saved_query": "punctuality_by_carier"}),
    "both": (
        "answer_metric",
        {"metrics": ["scheduled_flights"], "saved_query": "punctuality_by_month"},
    ),
    "no condition": ("answer_metric", {"metrics": ["scheduled_flights"], "where": "1; drop"}),
    "condition that attacks": (
        "answer_metric",
        {
            "metrics": ["scheduled_flights"],
            "where": "carrier in (select content from read_text('/etc/passwd'))",
        },
    ),
    "metrics": ("list_metrics", {}),
    "late metrics": ("list_metrics", {"search": "on_time_arrival_rate"}),
    "tables": ("list_tables", {}),
    "weather tables": ("list_tables", {"search": "weather"}),
    "table": ("describe_table", {"table": "marts.mart_table_month_quality"}),
    "unknown table": ("describe_table", {"table": "fct_flight"}),
    "explained": ("explain", {"column": "mart_table_month_quality.trust_grade"}),
    "unknown column": ("explain", {"column": "fct_flights.delay"}),
    "count": ("query", {"sql": "select count(*) as flights from fct_flights"}),
    "shown": ("query", {"sql": "from fct_flights order by flight_id", "rows": 5}),
    "too many rows": ("query", {"sql": "select 1", "rows": 1_000_000}),
    "many characters": (
        "query",
        {"sql": "select repeat('x', 1500) as text from range(1000)", "rows": 1000},
    ),
    "long value": ("query", {"sql": "select repeat('x', 100000) as text"}),
    "odd values": (
        "query",
        {
            "sql": "select 'nan'::double as nan, 'infinity'::double as endless, "
            "1.5::decimal(3, 1) as number, date '2013-01-01' as day, [1, 2] as list, "
            "sum(1::bigint) as total, null as nothing"
        },
    ),
    "hidden characters": (
        "query",
        {"sql": "select 'late' || chr(8238) || chr(27) || '[2J' as \"a\u202eb\", [chr(0)] as list"},
    ),
    "many long types": (
        "query",
        {
            "sql": "select "
            + ", ".join(f"s as s{place}" for place in range(20))
            + " from (select {"
            + ", ".join(f"'k{place}': 1" for place in range(700))
            + "} as s)"
        },
    ),
    "long name": ("answer_metric", {"metrics": ["x" * 100_000]}),
    "many names": ("answer_metric", {"metrics": ["scheduled_flights"] * 1_000}),
    "long condition": (
        "answer_metric",
        {"metrics": ["scheduled_flights"], "where": "carrier = 'UA' or " * 10_000},
    ),
    "long table": ("describe_table", {"table": "x" * 100_000}),
    "long column": ("explain", {"column": "x" * 100_000}),
    "long search": ("list_tables", {"search": "x" * 100_000}),
    "same name twice": ("query", {"sql": "select 1 as one, 2 as one"}),
    "mistake": ("query", {"sql": "select nonsense from fct_flights"}),
    **{f"attack: {name}": ("query", {"sql": sql}) for name, sql in ATTACKS.items()},
    "count afterwards": ("query", {"sql": "select count(*) as flights from fct_flights"}),
}
