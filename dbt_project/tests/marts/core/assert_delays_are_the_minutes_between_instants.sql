-- A flight's delays are the minutes from its scheduled to its actual instants, and its block times
-- those from departure to arrival, with its taxi times at either end. The arrival delays of BTS are
-- left out: there the arrival follows from the elapsed minutes, which the publisher may contradict.
select
    flight_id,
    scheduled_departure_at_utc,
    departure_at_utc,
    departure_delay_minutes,
    scheduled_arrival_at_utc,
    arrival_at_utc,
    arrival_delay_minutes,
    scheduled_block_minutes,
    actual_block_minutes,
    wheels_off_at_utc,
    taxi_out_minutes,
    wheels_on_at_utc,
    taxi_in_minutes
from {{ ref('fct_flights') }}
where
    {{ in_untested_months('fct_flights') }}
    and (
        {{ minutes_between('scheduled_departure_at_utc', 'departure_at_utc') }}
        <> departure_delay_minutes
        or (
            source_system = 'nycflights13'
            and {{ minutes_between('scheduled_arrival_at_utc', 'arrival_at_utc') }}
            <> arrival_delay_minutes
        )
        or scheduled_block_minutes
        is distinct from
        {{ minutes_between('scheduled_departure_at_utc', 'scheduled_arrival_at_utc') }}
        or actual_block_minutes
        is distinct from {{ minutes_between('departure_at_utc', 'arrival_at_utc') }}
        or {{ minutes_between('departure_at_utc', 'wheels_off_at_utc') }} <> taxi_out_minutes
        or {{ minutes_between('wheels_on_at_utc', 'arrival_at_utc') }} <> taxi_in_minutes
    )
