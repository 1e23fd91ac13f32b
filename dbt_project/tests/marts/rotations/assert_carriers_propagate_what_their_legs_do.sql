-- The months of the carriers add up to the legs: as many legs, minutes inherited and minutes late.
{% set months = in_untested_months('mart_aircraft_rotations') ~ " or "
    ~ in_untested_months('mart_carrier_month_delay_propagation') %}

with of_legs as (

    select
        count(*) as flown_legs,
        count(previous_flight_id) as legs_with_known_inbound,
        coalesce(sum(inherited_delay_minutes), 0) as inherited_delay_minutes,
        coalesce(sum(case when departure_delay_minutes > 0 then departure_delay_minutes end), 0)
            as total_departure_delay_minutes,
        coalesce(
            sum(
                case
                    when inherited_delay_minutes is null or departure_delay_minutes < 0 then 0
                    else self_made_delay_minutes
                end
            ),
            0
        ) as self_made_delay_minutes
    from {{ ref('mart_aircraft_rotations') }}
    where {{ months }}

),

of_carriers as (

    select
        coalesce(sum(flown_legs), 0) as flown_legs,
        coalesce(sum(legs_with_known_inbound), 0) as legs_with_known_inbound,
        coalesce(sum(inherited_delay_minutes), 0) as inherited_delay_minutes,
        coalesce(sum(total_departure_delay_minutes), 0) as total_departure_delay_minutes,
        coalesce(sum(self_made_delay_minutes), 0) as self_made_delay_minutes
    from {{ ref('mart_carrier_month_delay_propagation') }}
    where {{ months }}

)

select
    of_legs.flown_legs,
    of_carriers.flown_legs as flown_legs_of_carriers
from of_legs
cross join of_carriers
where
    of_legs.flown_legs <> of_carriers.flown_legs
    or of_legs.legs_with_known_inbound <> of_carriers.legs_with_known_inbound
    or of_legs.inherited_delay_minutes <> of_carriers.inherited_delay_minutes
    or of_legs.total_departure_delay_minutes <> of_carriers.total_departure_delay_minutes
    or of_legs.self_made_delay_minutes <> of_carriers.self_made_delay_minutes
