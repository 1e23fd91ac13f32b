-- question: Which partner makes a brand late?
-- answer: The embedded data cannot answer this: they do not say who sold the seats. With months of
-- the table by marketing carrier loaded, this query compares each operator with the brand that it
-- flies for; positive points mean that it is more punctual than the brand as a whole.
-- chart: none
select
    brands.marketing_carrier_code as brand,
    operators.operating_carrier_code as operator,
    sum(operators.scheduled_flights) as scheduled,
    round(
        100.0 * sum(operators.on_time_arrivals) / nullif(sum(operators.scheduled_flights), 0)
        - 100.0 * sum(brands.on_time_arrivals) / nullif(sum(brands.scheduled_flights), 0), 1
    ) as points_above_brand
from marts.mart_marketing_network_operator_month_punctuality as operators
inner join marts.mart_marketing_network_month_punctuality as brands
    on
        operators.marketing_carrier_code = brands.marketing_carrier_code
        and operators.flight_month = brands.flight_month
group by all
order by
    points_above_brand,
    brand,
    operator
limit 15;
