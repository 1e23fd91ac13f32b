-- What is missing in the loaded data of each source, in a sentence.

with lags as (
    select * from {{ ref('int_source_lags') }}
),

column_gaps as (
    select * from {{ ref('int_source_column_gaps') }}
),

unknown_stations as (
    select * from {{ ref('int_unknown_stations') }}
),

airports_without_weather as (
    select * from {{ ref('int_airports_without_weather') }}
)

select
    check_name,
    source_name,
    table_name,
    'warning' as severity,
    case check_name
        when 'months_missing'
            then
                concat(
                    'From ', substr(cast(finding_month as string), 1, 7), ', ', months_behind,
                    ' months of ', source_name, ' are not loaded, though later ones are.'
                )
        when 'source_behind'
            then
                concat(
                    'The last of raw_', source_name, '.', table_name, ' that is loaded is ',
                    months_behind, ' months older than ',
                    substr(cast(finding_month as string), 1, 7), ', which others reach.'
                )
        else
            concat(
                'There are flights of ', substr(cast(finding_month as string), 1, 7),
                ' and no weather of any airport.'
            )
    end as finding_text,
    months_behind as missing_count,
    finding_month
from lags

union all

select
    'columns_missing' as check_name,
    source_name,
    table_name,
    'notice' as severity,
    concat(
        'The file of ', substr(cast(finding_month as string), 1, 7), ' has no value in ',
        missing_column_count, ' of the columns that carriers report. Unknown: ',
        coalesce(unknown_words, ''), '.'
    ) as finding_text,
    missing_column_count as missing_count,
    finding_month
from column_gaps

union all

select
    'stations_unknown' as check_name,
    'weather' as source_name,
    'reports' as table_name,
    'warning' as severity,
    concat(
        'In ', substr(cast(finding_month as string), 1, 7), ', ',
        report_count,
        ' weather reports are of stations that are no known airport''s: ', station_words, '.'
    ) as finding_text,
    station_count as missing_count,
    finding_month
from unknown_stations

union all

select
    'airports_without_weather' as check_name,
    'weather' as source_name,
    'reports' as table_name,
    'warning' as severity,
    concat(
        'In ', substr(cast(finding_month as string), 1, 7), ', ', airport_count,
        ' airports with ', departure_count, ' departures have no weather, though others do: ',
        airport_words, '.'
    ) as finding_text,
    airport_count as missing_count,
    finding_month
from airports_without_weather
