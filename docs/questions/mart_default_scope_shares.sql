-- question: Which carrier is the most punctual, and how sure is that?
-- answer: Alaska: even the lower end of its interval, 81.9 %, is above the upper end of Virgin
-- America's and Delta's. At the bottom, Mesa and Frontier cannot be distinguished, because both
-- have fewer than 700 flights. Hawaiian (87.1 % of 342 flights) and SkyWest (32 flights) have too
-- few flights to be ranked.
-- chart: bars, label=carrier, value=percent_on_time, unit=percent of scheduled flights
select
    subject_name as carrier,
    counted_flights as scheduled_flights,
    round(100 * event_share, 1) as percent_on_time,
    round(100 * share_low, 1) as at_least,
    round(100 * share_high, 1) as at_most
from marts.mart_default_scope_shares
where subject_type = 'carrier' and share_name = 'arrived_on_time' and is_ranked
order by event_share desc, subject_code;
