-- Every report as delivered, and which one is chosen for its airport and hour: the routine report,
-- made at the station's usual minute, because only it has the complete rain of the hour.

{{ config(
    materialized='monthly',
    month_column='observed_month',
    versions_from='int_weather_loads',
) }}

-- depends_on: {{ ref('int_weather_loads') }}

with staged as (
    select * from {{ ref('stg_weather__reports') }}
    -- the files of adjacent months overlap
    where {{ partitions_built('_source_partition', 1, 1) }}
),

airports as (
    select
        airport_code,
        icao_code
    from {{ ref('int_airports') }}
),

renamed as (
    select * from {{ ref('renamed_airports') }}
),

reports as (
    select
        staged.*,
        cast(date_trunc('month', observed_at_utc) as date) as observed_month
    from staged
),

-- any station of a renamed airport observes for the code that the airport has on the day
stations as (
    select
        codes.airport_code,
        renamed_stations.icao_code,
        codes.valid_from_date,
        coalesce(codes.valid_to_date, date '9999-12-31') as valid_to_date
    from renamed as codes
    inner join renamed as renamed_stations
        on codes.reference_airport_code = renamed_stations.reference_airport_code

    union all

    select
        airports.airport_code,
        airports.icao_code,
        date '0001-01-01' as valid_from_date,
        date '9999-12-31' as valid_to_date
    from airports
    left join renamed
        on airports.icao_code = renamed.icao_code
    where renamed.icao_code is null
),

located as (
    select
        reports.*,
        stations.airport_code,
        cast(extract(minute from reports.observed_at_utc) as integer) as observed_minute,
        date_trunc('hour', reports.observed_at_utc) as observed_hour_at_utc,
        -- the mark of five-minute reports, whose rain is not that of an hour
        coalesce(reports.metar_text like '%MADISHF%', false) as is_five_minute_report,
        -- each report is taken from its own month's file
        row_number() over (
            partition by reports.station_code, reports.observed_at_utc, reports.metar_text
            order by
                case
                    when
                        reports._source_partition
                        = substr(cast(reports.observed_at_utc as string), 1, 7)
                        then 1
                    else 2
                end,
                reports._source_file,
                reports._source_row_number
        ) as copy_rank
    from reports
    left join stations
        -- the service strips the K of the contiguous states
        on
            case
                when length(reports.station_code) = 3 then 'K' || reports.station_code
                else reports.station_code
            end = stations.icao_code
            and cast(reports.observed_at_utc as date) >= stations.valid_from_date
            and cast(reports.observed_at_utc as date) <= stations.valid_to_date
    where {{ months_built('reports.observed_month') }}
),

minutes as (
    select
        station_code,
        observed_month,
        observed_minute,
        count(*) as report_count
    from located
    where copy_rank = 1 and not is_five_minute_report
    group by station_code, observed_month, observed_minute
),

routine_minutes as (
    select
        station_code,
        observed_month,
        observed_minute as routine_minute
    from minutes
    qualify
        row_number() over (
            partition by station_code, observed_month
            order by report_count desc, observed_minute desc
        ) = 1
),

timed as (
    select
        located.*,
        routine_minutes.routine_minute,
        abs(located.observed_minute - routine_minutes.routine_minute)
            as minutes_from_routine_minute
    from located
    left join routine_minutes
        on
            located.station_code = routine_minutes.station_code
            and located.observed_month = routine_minutes.observed_month
),

judged as (
    select
        timed.*,
        coalesce(
            not is_five_minute_report
            and minutes_from_routine_minute <= {{ var('routine_report_tolerance_minutes') }},
            false
        ) as is_routine_report
    from timed
),

ranked as (
    select
        judged.*,
        row_number() over (
            partition by airport_code, observed_hour_at_utc, copy_rank, is_five_minute_report
            order by
                case when is_routine_report then minutes_from_routine_minute end asc nulls last,
                observed_at_utc desc,
                -- a corrected report has the same minute as the report that it corrects
                case when metar_text like '% COR %' then 1 else 2 end asc,
                metar_text desc nulls last,
                _source_file asc,
                _source_row_number asc
        ) as hour_rank
    from judged
)

select
    ranked.*,
    case
        when copy_rank > 1 then 'repeated_report'
        when airport_code is null then 'unknown_station'
        when is_five_minute_report then 'five_minute_report'
        when hour_rank > 1 then 'other_report_of_the_hour'
    end as set_aside_reason
from ranked
