-- Gives each scheduled flight its identity, and decides which row is kept where there are several.

with flight_rows as (
    select * from {{ ref('int_flights_unioned') }}
),

flights as (
    select
        flight_rows.*,
        concat_ws(
            '-',
            cast(flight_date as string),
            carrier_code,
            flight_number,
            origin_airport_code,
            destination_airport_code,
            lpad(
                cast(
                    cast(floor(scheduled_departure_clock_minutes / 60) * 100 as integer)
                    + scheduled_departure_clock_minutes % 60 as string
                ), 4, '0'
            )
        ) as flight_id,
        cast(departure_clock_minutes is not null as integer)
        + cast(wheels_off_clock_minutes is not null as integer)
        + cast(wheels_on_clock_minutes is not null as integer)
        + cast(arrival_clock_minutes is not null as integer) as known_time_count,
        flight_date is null
        or carrier_code is null
        or flight_number is null
        or origin_airport_code is null
        or destination_airport_code is null
        or scheduled_departure_clock_minutes is null as is_without_identity
    from flight_rows
),

ranked as (
    select
        flights.*,
        row_number() over flight_rows as row_rank,
        first_value(source_system) over flight_rows as kept_source_system
    from flights
    -- the month is part of the identity; including it, and its text, which is the partition of the
    -- raw table, lets a build of one month read only that month
    window flight_rows as (
        partition by source_month, flight_month, flight_id, is_without_identity
        order by
            case source_system when 'bts' then 1 else 2 end asc,
            case when is_reported_diverted then 1 else 2 end asc,
            case when is_reported_cancelled then 2 else 1 end asc,
            known_time_count desc,
            _source_file asc,
            _source_row_number asc
    )
)

select
    ranked.*,
    case
        when is_without_identity then 'no_identity'
        when row_rank = 1 then null
        when source_system <> kept_source_system then 'superseded_by_bts'
        else 'duplicate_key'
    end as set_aside_reason
from ranked
