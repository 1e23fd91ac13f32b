-- No tail number has two aircraft on one day, and none has two periods in a row that say the same.
with periods as (

    select
        aircraft.*,
        {% for attribute in aircraft_attributes() -%}
        lead({{ attribute }}) over tail_periods as next_{{ attribute }},
        {% endfor -%}
        lead(aircraft_key) over tail_periods as next_aircraft_key,
        lead(valid_from_date) over tail_periods as next_valid_from_date
    from {{ ref('dim_aircraft') }} as aircraft
    window tail_periods as (partition by tail_number order by valid_from_date)

)

select
    aircraft_key,
    valid_to_date,
    next_aircraft_key
from periods
where
    next_aircraft_key is not null
    and (
        valid_to_date is null
        or valid_to_date >= next_valid_from_date
        or (
            {{ add_days('valid_to_date', 1) }} = next_valid_from_date
            {% for attribute in aircraft_attributes() %}
            and {{ attribute }} is not distinct from next_{{ attribute }}
            {% endfor %}
        )
    )
