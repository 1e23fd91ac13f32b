-- question: Which brand is most punctual, with the partners that fly for it?
-- answer: The embedded data cannot answer this: they do not say who sold the seats. With months of
-- the table by marketing carrier loaded, this query ranks the brands of each month as DOT does, and
-- shows how much of a brand is flown by partners.
-- chart: none
select
    strftime(flight_month, '%Y-%m') as flight_month,
    marketing_carrier_code as brand,
    scheduled_flights,
    partner_operated_flights,
    round(100.0 * on_time_arrivals / nullif(scheduled_flights, 0), 1) as on_time_percent
from marts.mart_marketing_network_month_punctuality
order by
    flight_month desc,
    on_time_percent desc,
    brand
limit 15;
