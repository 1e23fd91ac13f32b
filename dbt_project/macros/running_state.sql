{# The common table expressions that turn events into a state: `changes`, what each event adds;
   `instants`, all that changes at one instant; and `states`, the running totals, with a row for each
   instant at which something changed, valid until the next one. The totals are those of the days before,
   and of the day so far: what a window costs for a row grows with the rows of its partition.
   Arguments: events_cte, whose rows have the instants in columns; entities, the columns that say whose
   state it is; counts, the names of the running totals; known, the names of the instants for which
   the latest so far is kept; changes, a list of events: `at`, its instant (null if it does not
   happen), `adds`, what it adds to which count, and `known`, the instants that it makes known. #}
{% macro running_state_ctes(events_cte, entities, counts, known, changes) -%}
{%- set rows = [] -%}
{%- for change in changes -%}
    {%- set row = {'changed_at_utc': change.at, 'where': change.at ~ ' is not null'} -%}
    {%- for count in counts -%}
        {%- do row.update({count: change.adds.get(count, '0')}) -%}
    {%- endfor -%}
    {%- for instant in known -%}
        {%- do row.update({instant: (change.known or {}).get(instant, 'cast(null as timestamp)')}) -%}
    {%- endfor -%}
    {%- do rows.append(row) -%}
{%- endfor -%}
changes as (
    {{ rows_from_each(events_cte, kept=entities, rows=rows) }}
),

instants as (
    select
        {{ entities | join(', ') }},
        cast(changed_at_utc as date) as changed_date,
        changed_at_utc,
        {% for count in counts -%}
        cast(sum({{ count }}) as integer) as {{ count }},
        {% endfor -%}
        {% for instant in known -%}
        max({{ instant }}) as {{ instant }}{{ "," if not loop.last }}
        {% endfor %}
    from changes
    group by {{ entities | join(', ') }}, cast(changed_at_utc as date), changed_at_utc
),

days as (
    select
        {{ entities | join(', ') }},
        changed_date,
        {% for count in counts -%}
        sum({{ count }}) as {{ count }},
        {% endfor -%}
        {% for instant in known -%}
        max({{ instant }}) as {{ instant }}{{ "," if not loop.last }}
        {% endfor %}
    from instants
    group by {{ entities | join(', ') }}, changed_date
),

days_before as (
    select
        {{ entities | join(', ') }},
        changed_date,
        {% for count in counts -%}
        coalesce(sum({{ count }}) over earlier, 0) as {{ count }},
        {% endfor -%}
        {% for instant in known -%}
        max({{ instant }}) over earlier as {{ instant }}{{ "," if not loop.last }}
        {% endfor %}
    from days
    window
        earlier as (
            partition by {{ entities | join(', ') }}
            order by changed_date
            rows between unbounded preceding and 1 preceding
        )
),

days_so_far as (
    select
        {{ entities | join(', ') }},
        changed_date,
        changed_at_utc,
        {% for count in counts -%}
        sum({{ count }}) over so_far as {{ count }},
        {% endfor -%}
        {% for instant in known -%}
        max({{ instant }}) over so_far as {{ instant }}{{ "," if not loop.last }}
        {% endfor %}
    from instants
    window
        so_far as (
            partition by {{ entities | join(', ') }}, changed_date
            order by changed_at_utc
            rows between unbounded preceding and current row
        )
),

states as (
    select
        {% for entity in entities -%}
        days_so_far.{{ entity }},
        {% endfor -%}
        {% for count in counts -%}
        cast(days_before.{{ count }} + days_so_far.{{ count }} as integer) as {{ count }},
        {% endfor -%}
        days_so_far.changed_at_utc,
        {% for instant in known -%}
        greatest(days_before.{{ instant }}, days_so_far.{{ instant }}) as {{ instant }}
        {{- "," if not loop.last }}
        {% endfor %}
    from days_so_far
    inner join days_before
        on
            days_so_far.changed_date = days_before.changed_date
            {% for entity in entities -%}
            and days_so_far.{{ entity }} = days_before.{{ entity }}
            {% endfor %}
)
{%- endmacro %}
