-- The history of each tail number: one row per period without a relevant change, from the snapshot
-- that first shows it to the day before one that shows something else, or nothing; before that, one
-- row per aircraft that has given the number up.

-- A table, because its tests would work the whole history out again.
{{ config(materialized='table') }}

with snapshots as (
    select * from {{ ref('int_aircraft_snapshots') }}
),

former_registrations as (
    select * from {{ ref('int_former_registrations') }}
),

registry_dates as (
    select
        snapshot_date,
        max(case source_system when 'registry' then snapshot_date end) as registry_date
    from snapshots
    group by snapshot_date
),

-- the next snapshot that would show the tail number if it still existed: only the registry is whole
next_registry_dates as (
    select
        snapshot_date,
        min(registry_date) over (
            order by snapshot_date desc
            rows between unbounded preceding and 1 preceding
        ) as next_registry_date
    from registry_dates
),

dated as (
    select
        snapshots.*,
        next_registry_dates.next_registry_date
    from snapshots
    inner join next_registry_dates
        on snapshots.snapshot_date = next_registry_dates.snapshot_date
),

neighbours as (
    select
        dated.*,
        {% for attribute in aircraft_attributes() -%}
        lag({{ attribute }}) over tail_snapshots as previous_{{ attribute }},
        {% endfor -%}
        lag(snapshot_date) over tail_snapshots as previous_snapshot_date,
        lag(next_registry_date) over tail_snapshots as previous_next_registry_date,
        lead(snapshot_date) over tail_snapshots as next_snapshot_date
    from dated
    window tail_snapshots as (partition by tail_number order by snapshot_date)
),

marked as (
    select
        neighbours.*,
        previous_snapshot_date is null as is_earliest_known,
        (
            previous_snapshot_date is null
            or coalesce(previous_next_registry_date < snapshot_date, false)
            {%- for attribute in aircraft_attributes() %}
            or {{ attribute }} is distinct from previous_{{ attribute }}
            {%- endfor %}
        ) as is_beginning,
        case
            when
                next_snapshot_date is null or next_snapshot_date > next_registry_date
                then next_registry_date
        end as gone_date
    from neighbours
),

-- only the ends of a long history matter
ends as (
    select
        marked.*,
        coalesce(
            gone_date,
            lead(case when is_beginning then snapshot_date else gone_date end) over (
                partition by tail_number order by snapshot_date
            )
        ) as end_date
    from marked
    where is_beginning or gone_date is not null
),

given_up as (
    select
        tail_number,
        max(cancelled_date) as cancelled_date
    from former_registrations
    group by tail_number
)

select
    ends.tail_number,
    ends.source_system,
    {% for attribute in aircraft_attributes() -%}
    ends.{{ attribute }},
    {% endfor -%}
    ends.is_earliest_known and given_up.cancelled_date is null as is_earliest_known,
    ends.snapshot_date as valid_from_date,
    {{ add_days('ends.end_date', -1) }} as valid_to_date,
    -- the best information for the time before the first snapshot
    case
        when ends.is_earliest_known then coalesce(given_up.cancelled_date, date '0001-01-01')
        else ends.snapshot_date
    end as joined_from_date
from ends
left join given_up
    on ends.tail_number = given_up.tail_number
where ends.is_beginning

union all

select
    tail_number,
    source_system,
    {% for attribute in aircraft_attributes() -%}
    {{ attribute }},
    {% endfor -%}
    joined_from_date = date '0001-01-01' as is_earliest_known,
    valid_from_date,
    valid_to_date,
    joined_from_date
from former_registrations
