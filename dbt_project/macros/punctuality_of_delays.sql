{# The measures of `punctuality_measures` for groups over all time, from counts by month. Delays are
   whole minutes, so the number of flights with each delay says all that a quantile needs, and such
   numbers can be added up. #}

{# The common table expression `month_delays` of a monthly model: for each group and month the number of
   flights of each kind, and for departures and arrivals the number with each delay. In a row of a kind
   without a delay, `delay_minutes` is 0.
   Arguments: flights_cte, rows with the columns of fct_flights; group, the columns that name one. #}
{% macro month_delays_cte(flights_cte, group) -%}
{%- set keys = group | join(', ') -%}
{%- set kinds, events = [], [] -%}
{%- for name in flight_kinds() -%}
    {%- do kinds.append(
        {'flight_kind': "'" ~ name ~ "'", 'delay_minutes': '0', 'flights': name, 'where': name ~ ' > 0'}
    ) -%}
{%- endfor -%}
{%- for event, is_counted in {'departure': 'has_departed', 'arrival': 'is_completed'}.items() -%}
    {%- set delay = event ~ '_delay_minutes' -%}
    {%- do events.append({
        'flight_kind': "'" ~ event ~ "'",
        'delay_minutes': delay,
        'where': is_counted ~ ' and ' ~ delay ~ ' is not null',
    }) -%}
{%- endfor -%}
counted as (
    select
        {{ keys }},
        flight_month,
        {% for name, condition in flight_kinds().items() -%}
        count(*) filter (where {{ condition }}) as {{ name }}{{ "," if not loop.last }}
        {% endfor %}
    from {{ flights_cte }}
    group by {{ keys }}, flight_month
),

kinds as (
    {{ rows_from_each('counted', kept=group + ['flight_month'], rows=kinds) }}
),

delays as (
    {{ rows_from_each(flights_cte, kept=group + ['flight_month'], rows=events) }}
),

month_delays as (
    select
        {{ keys }},
        flight_kind,
        delay_minutes,
        flights,
        flight_month
    from kinds
    union all
    select
        {{ keys }},
        flight_kind,
        delay_minutes,
        count(*) as flights,
        flight_month
    from delays
    group by {{ keys }}, flight_month, flight_kind, delay_minutes
)
{%- endmacro %}

{# The kinds of flights that `punctuality_measures` counts, each with its condition. #}
{% macro flight_kinds() %}
    {{ return({
        'scheduled_flights': 'true',
        'departed_flights': 'has_departed',
        'completed_flights': 'is_completed',
        'cancelled_flights': 'is_cancelled',
        'diverted_flights': 'is_diverted',
        'never_departed_flights': 'is_never_departed',
        'unresolved_flights': 'is_unresolved',
        'on_time_departures': 'is_on_time_departure',
        'on_time_arrivals': 'is_on_time_arrival',
    }) }}
{% endmacro %}

{# The common table expressions that add up the months of the CTE `months_of_delays` (rows of
   `month_delays_cte`), and say of each delay how many flights have at most that one.
   Arguments: group, the columns that name one. #}
{% macro added_delays_ctes(group) -%}
{%- set keys = group | join(', ') -%}
added_delays as (
    select
        {{ keys }},
        flight_kind,
        delay_minutes,
        sum(flights) as flights
    from months_of_delays
    group by {{ keys }}, flight_kind, delay_minutes
),

ranked_delays as (
    select
        added_delays.*,
        sum(flights) over (
            partition by {{ keys }}, flight_kind
            order by delay_minutes
            rows between unbounded preceding and current row
        ) as flights_up_to_here,
        sum(flights) over (partition by {{ keys }}, flight_kind) as flights_of_the_kind
    from added_delays
)
{%- endmacro %}

{# The measures of `punctuality_measures`, in the same order and of the same types, from the CTE
   `ranked_delays`. #}
{% macro punctuality_measures_of_delays() %}
    {% for name in flight_kinds() -%}
    cast(coalesce(sum(flights) filter (where flight_kind = '{{ name }}'), 0) as integer) as {{ name }},
    {% endfor %}
    {% for event in ['departure', 'arrival'] -%}
    {% for minutes in late_thresholds() -%}
    cast(
        coalesce(
            sum(flights) filter (
                where flight_kind = '{{ event }}' and {{ is_late('delay_minutes', minutes) }}
            ), 0
        ) as integer
    ) as {{ event }}s_{{ minutes }}_minutes_late_or_more,
    {% endfor %}
    {% endfor %}
    {% for event in ['departure', 'arrival'] -%}
    {%- set of_event = "filter (where flight_kind = '" ~ event ~ "')" -%}
    cast(coalesce(sum(greatest(delay_minutes, 0) * flights) {{ of_event }}, 0) as bigint)
        as total_{{ event }}_delay_minutes,
    cast(coalesce(sum(delay_minutes * flights) {{ of_event }}, 0) as bigint)
        as net_{{ event }}_delay_minutes,
    {% for percent in [50, 80, 95] -%}
    {{ percentile_of_delays(event, percent) }} as {{ event }}_delay_minutes_p{{ percent }}
    {{- "," if not (loop.last and event == 'arrival') }}
    {% endfor %}
    {% endfor %}
{%- endmacro %}

{# The percentile that `interpolated_percentile` gives, from the CTE `ranked_delays`: between the delays
   at the places below and above it. Arguments: event, percent. #}
{% macro percentile_of_delays(event, percent) -%}
    {%- set place = "(flights_of_the_kind - 1) * cast(" ~ percent / 100 ~ " as double)" -%}
    {%- set of_event = "flight_kind = '" ~ event ~ "'" -%}
    {%- set below -%}
        min(delay_minutes) filter (where {{ of_event }} and flights_up_to_here > floor({{ place }}))
    {%- endset -%}
    {%- set above -%}
        min(delay_minutes) filter (where {{ of_event }} and flights_up_to_here > ceil({{ place }}))
    {%- endset -%}
    {%- set part -%}
        max({{ place }} - floor({{ place }})) filter (where {{ of_event }})
    {%- endset -%}
    {# as DuckDB adds them up, to the last digit #}
    {{ below }} * (1 - {{ part }}) + {{ above }} * {{ part }}
{%- endmacro %}
