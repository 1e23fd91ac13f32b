-- Each taxi, gate return and diversion landing of two hours or more is one row of the list, and the
-- list holds nothing else.
{% set least = var('tarmac_delay_min_minutes') %}

with waits as (
    select 'taxi_out' as event_kind, flight_id, taxi_out_minutes as ground_minutes
    from {{ ref('fct_flights') }}
    where taxi_out_minutes >= {{ least }}
    union all
    select 'taxi_in' as event_kind, flight_id, taxi_in_minutes as ground_minutes
    from {{ ref('fct_flights') }}
    where taxi_in_minutes >= {{ least }}
    union all
    select 'gate_return' as event_kind, flight_id, gate_return_longest_ground_minutes as ground_minutes
    from {{ ref('fct_flights') }}
    where gate_return_longest_ground_minutes >= {{ least }}
    union all
    select 'diversion_landing' as event_kind, flight_id, longest_ground_minutes as ground_minutes
    from {{ ref('fct_diversion_landings') }}
    where longest_ground_minutes >= {{ least }}
),

listed as (
    select
        event_kind,
        flight_id,
        ground_minutes
    from {{ ref('mart_tarmac_delays') }}
)

select * from (select * from waits except all select * from listed) as missing
union all
select * from (select * from listed except all select * from waits) as invented
