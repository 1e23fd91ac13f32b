"""The questions that ClickHouse's documentation of the on-time data asks, about these rows.

The numbers and subjects are theirs; the years are those of the publication, because theirs begin
in 1987. Their shares are of all flights: a flight that never left is not late. Every engine runs
the same text, on `flights`, or on `placed_flights` where it needs the cities and states of both
airports.
"""

from __future__ import annotations

LATE = "departure_delay_minutes > 10"
YEARS = "flight_year between {first_year} and {last_year}"
LATE_SHARE = f"1e2 * sum(case when {LATE} then 1 else 0 end) / count(*)"
FAR_STATES = "('Alaska', 'Hawaii', 'Puerto Rico', 'U.S. Virgin Islands')"

QUESTIONS = {
    "Q0: flights in a month, on average": """
        select avg(flights) as answer
        from (select flight_month, count(*) as flights from flights group by flight_month) as months
    """,
    "Q1: flights by day of the week": f"""
        select iso_weekday, count(*) as counted from flights where {YEARS}
        group by iso_weekday order by counted desc, iso_weekday
    """,
    "Q2: departures more than 10 minutes late, by day of the week": f"""
        select iso_weekday, count(*) as counted from flights where {LATE} and {YEARS}
        group by iso_weekday order by counted desc, iso_weekday
    """,
    "Q3: the ten airports with most of them": f"""
        select origin_airport_code, count(*) as counted from flights where {LATE} and {YEARS}
        group by origin_airport_code order by counted desc, origin_airport_code limit 10
    """,
    "Q4: the same by carrier in the last year": f"""
        select carrier_code, count(*) as counted from flights
        where {LATE} and flight_year = {{last_year}}
        group by carrier_code order by counted desc, carrier_code
    """,
    "Q5: their share by carrier in the last year": f"""
        select carrier_code, {LATE_SHARE} as late_share from flights
        where flight_year = {{last_year}}
        group by carrier_code order by late_share desc, carrier_code
    """,
    "Q6: their share by carrier in all years": f"""
        select carrier_code, {LATE_SHARE} as late_share from flights
        where {YEARS} group by carrier_code order by late_share desc, carrier_code
    """,
    "Q7: their share by year": f"""
        select flight_year, {LATE_SHARE} as late_share from flights
        group by flight_year order by flight_year
    """,
    "Q8: the ten cities that most other cities have flights to": f"""
        select destination_city_name, count(distinct origin_city_name) as cities
        from placed_flights where {YEARS}
        group by destination_city_name order by cities desc, destination_city_name limit 10
    """,
    "Q9: flights by year": """
        select flight_year, count(*) as counted from flights group by flight_year
        order by flight_year
    """,
    "Q10: large carriers by arrivals over 30 minutes late, Monday to Friday, adjoining states": (
        f"""
        select
            min(flight_year) as first_year,
            max(flight_year) as last_year,
            carrier_code,
            count(*) as counted,
            sum(case when arrival_delay_minutes > 30 then 1 else 0 end) as late_flights,
            round(
                1e0 * sum(case when arrival_delay_minutes > 30 then 1 else 0 end) / count(*), 2
            ) as late_rate
        from placed_flights
        where
            iso_weekday not in (6, 7)
            and origin_state_name not in {FAR_STATES}
            and destination_state_name not in {FAR_STATES}
        group by carrier_code
        having count(*) > {{large_carrier_flights}}
        order by late_rate desc, carrier_code
    """
    ),
}
