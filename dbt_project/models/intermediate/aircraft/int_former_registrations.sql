-- The aircraft that gave up a tail number before the first snapshot that shows the number, by the
-- newest list of cancelled registrations. Without them, flights of earlier years would find no
-- aircraft, or the one that has the number now.

-- A table, because the periods and its tests read it.
{{ config(materialized='table') }}

with cancelled as (
    select * from {{ ref('stg_registry__deregistered_aircraft') }}
    where tail_number is not null and cancelled_date is not null
),

models as (
    select * from {{ ref('int_aircraft_models') }}
),

snapshots as (
    select
        tail_number,
        source_system,
        snapshot_date
    from {{ ref('int_aircraft_snapshots') }}
),

newest as (
    select max(snapshot_date) as snapshot_date
    from cancelled
),

-- a number is given up once in a day; if the list has it twice, the one that changed last is kept
registrations as (
    select cancelled.*
    from cancelled
    inner join newest
        on cancelled.snapshot_date = newest.snapshot_date
    qualify
        row_number() over (
            partition by cancelled.tail_number, cancelled.cancelled_date
            order by
                cancelled.last_action_date desc nulls last,
                cancelled._source_file asc,
                cancelled._source_row_number asc
        ) = 1
),

first_snapshots as (
    select
        tail_number,
        min(snapshot_date) as snapshot_date
    from snapshots
    group by tail_number
),

registry_dates as (
    select distinct snapshot_date
    from snapshots
    where source_system = 'registry'
),

-- the last whole registry before the cancellation: it does not have the number yet, or this
-- aircraft would be in a snapshot
absences as (
    select
        registrations.tail_number,
        registrations.cancelled_date,
        max(registry_dates.snapshot_date) as absent_date
    from registrations
    inner join registry_dates
        on registrations.cancelled_date > registry_dates.snapshot_date
    group by
        registrations.tail_number,
        registrations.cancelled_date
),

bounded as (
    select
        registrations.*,
        first_snapshots.snapshot_date as first_snapshot_date,
        coalesce(
            {{ add_days('absences.absent_date', 1) }}, date '0001-01-01'
        ) as earliest_date,
        coalesce(
            lag(registrations.cancelled_date) over (
                partition by registrations.tail_number order by registrations.cancelled_date
            ),
            date '0001-01-01'
        ) as previous_cancelled_date
    from registrations
    left join absences
        on
            registrations.tail_number = absences.tail_number
            and registrations.cancelled_date = absences.cancelled_date
    left join first_snapshots
        on registrations.tail_number = first_snapshots.tail_number
),

begun as (
    select
        bounded.*,
        greatest(earliest_date, previous_cancelled_date) as joined_from_date,
        case
            when manufacture_year > 0
                then
                    cast(
                        concat(lpad(cast(manufacture_year as string), 4, '0'), '-01-01') as date
                    )
        end as manufactured_date
    from bounded
)

select
    begun.tail_number,
    'registry' as source_system,
    begun.serial_number,
    models.aircraft_type,
    models.manufacturer_name,
    models.model_name,
    models.engine_type,
    cast(null as string) as engine_manufacturer_name,
    cast(null as string) as engine_model_name,
    begun.manufacture_year,
    models.engine_count,
    models.seat_count,
    models.cruising_speed_miles_per_hour,
    -- the certificate is renewed with each owner, so the aircraft may have had the number before it
    case
        when
            begun.certificate_issue_date >= begun.joined_from_date
            and begun.certificate_issue_date < begun.cancelled_date
            then begun.certificate_issue_date
        when
            begun.manufactured_date >= begun.joined_from_date
            and begun.manufactured_date < begun.cancelled_date
            then begun.manufactured_date
        when begun.joined_from_date > date '0001-01-01' then begun.joined_from_date
        else {{ add_days('begun.cancelled_date', -1) }}
    end as valid_from_date,
    {{ add_days('begun.cancelled_date', -1) }} as valid_to_date,
    begun.joined_from_date,
    begun.cancelled_date
from begun
left join models
    on
        begun.aircraft_model_code = models.aircraft_model_code
        and begun.snapshot_date = models.snapshot_date
where
    begun.joined_from_date < begun.cancelled_date
    and (begun.first_snapshot_date is null or begun.cancelled_date <= begun.first_snapshot_date)
