-- The row that is valid on the day of a snapshot has every attribute that the snapshot shows; the
-- snapshot's seats are the registered ones.
select
    snapshots.tail_number,
    snapshots.snapshot_date,
    aircraft.aircraft_key
from {{ ref('int_aircraft_snapshots') }} as snapshots
inner join {{ ref('dim_aircraft') }} as aircraft
    on
        snapshots.tail_number = aircraft.tail_number
        and snapshots.snapshot_date >= aircraft.valid_from_date
        and snapshots.snapshot_date <= coalesce(aircraft.valid_to_date, date '9999-12-31')
where
    false
    {% for attribute in aircraft_attributes() %}
    or snapshots.{{ attribute }} is distinct from
    aircraft.{{ 'registered_seat_count' if attribute == 'seat_count' else attribute }}
    {% endfor %}
