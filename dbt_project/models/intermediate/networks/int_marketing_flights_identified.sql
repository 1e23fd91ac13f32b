-- Gives each flight under a brand its identity, and decides which row is kept of several.

with staged as (
    select * from {{ ref('stg_bts_marketing__flights') }}
),

flights as (
    select
        staged.*,
        concat_ws(
            '-',
            cast(flight_date as string),
            marketing_carrier_code,
            marketing_flight_number,
            origin_airport_code,
            destination_airport_code
        ) as marketing_flight_id,
        is_cancelled as is_reported_cancelled,
        is_diverted as is_reported_diverted,
        cast(date_trunc('month', flight_date) as date) as flight_month,
        coalesce(duplicate_flag <> 'N', false) as has_duplicate_flag,
        flight_date is null
        or marketing_carrier_code is null
        or marketing_flight_number is null
        or origin_airport_code is null
        or destination_airport_code is null
        or scheduled_departure_clock_minutes is null as is_without_identity
    from staged
),

ranked as (
    select
        flights.*,
        row_number() over (
            -- the month and its partition let a build of one month read only that month
            partition by _source_partition, flight_month, marketing_flight_id, is_without_identity
            order by
                case when has_duplicate_flag then 2 else 1 end asc,
                case when is_reported_diverted then 1 else 2 end asc,
                case when is_reported_cancelled then 2 else 1 end asc,
                scheduled_departure_clock_minutes asc,
                _source_file asc,
                _source_row_number asc
        ) as row_rank
    from flights
)

select
    ranked.*,
    case
        when is_without_identity then 'no_identity'
        when row_rank > 1 then 'duplicate_key'
    end as set_aside_reason
from ranked
