-- question: What share of its departure delay does a carrier inherit from its own earlier flights?
-- answer: In the embedded data no aircraft can be followed, so there are no rows. With BTS months
-- loaded, this query shows for each carrier the share of its attributed delay minutes that came
-- with the aircraft, and the share of all delay minutes that can be attributed.
-- chart: none
select
    carrier_code,
    sum(flown_legs) as flown_legs,
    sum(inherited_delay_minutes) as inherited_minutes,
    round(
        100.0 * sum(inherited_delay_minutes) / nullif(sum(attributed_departure_delay_minutes), 0), 1
    ) as percent_inherited,
    round(
        100.0 * sum(attributed_departure_delay_minutes)
        / nullif(sum(total_departure_delay_minutes), 0), 1
    ) as percent_attributed
from marts.mart_carrier_month_delay_propagation
semi join marts.mart_source_coverage
    on flight_month between scope_first_month and scope_last_month
group by carrier_code
order by percent_inherited desc nulls last, carrier_code
limit 15;
