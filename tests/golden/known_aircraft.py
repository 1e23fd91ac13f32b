"""Which aircraft flew: tail numbers that match one, none, or one that cannot be an airliner."""

from tests.golden import independent as files
from tests.golden.record import Golden

RECORDS = [
    Golden(
        fact="281,193 flights find their aircraft, 2,977 find one that cannot have flown them",
        known=[
            ("implausible", 2942),
            ("implausible_for_carrier", 35),
            ("matched", 281193),
            ("no_tail_number", 2512),
            ("not_in_registry", 50094),
        ],
        sql="""
            select aircraft_match_quality, count(*)
            from marts.fct_flights
            group by all
            order by all
        """,
        independent=lambda: files.counted(map(files.aircraft_match, files.flights())),
    ),
    Golden(
        fact="tail numbers by what the registry makes of them: 43 are implausible",
        known=[
            ("implausible", 43),
            ("implausible_for_carrier", 2),
            ("matched", 3277),
            ("not_in_registry", 721),
        ],
        sql="""
            select aircraft_match_quality, count(distinct tail_number)
            from marts.fct_flights
            where tail_number is not null
            group by all
            order by all
        """,
        independent=lambda: files.counted(
            quality
            for quality, _ in {
                (files.aircraft_match(flight), flight.tail)
                for flight in files.flights()
                if flight.tail is not None
            }
        ),
    ),
    Golden(
        fact="only a matched flight names an aircraft, and it names the one that it reported",
        known=[(281193, 281193)],
        sql="""
            select
                count(fct_flights.aircraft_key),
                count_if(dim_aircraft.tail_number = fct_flights.tail_number)
            from marts.fct_flights
            left join marts.dim_aircraft on fct_flights.aircraft_key = dim_aircraft.aircraft_key
            where
                fct_flights.aircraft_match_quality = 'matched'
                or fct_flights.aircraft_key is not null
        """,
        independent=lambda: [
            (
                files.count(lambda flight: files.aircraft_match(flight) == "matched"),
                files.count(
                    lambda flight: (
                        flight.tail in files.planes()
                        and files.can_be_an_airliner(files.planes()[flight.tail])
                        and not files.is_alone_of_its_size(flight, files.planes()[flight.tail])
                    )
                ),
            )
        ],
    ),
    Golden(
        fact="AirTran's A340 and 777 are other aircraft: it flew only Boeings 717 and 737",
        known=[("FL", "N272AT", "777-200", 17), ("FL", "N281AT", "A340-313", 18)],
        sql="""
            select
                fct_flights.carrier_code,
                fct_flights.tail_number,
                dim_aircraft.model_name,
                count(*)
            from marts.fct_flights
            inner join marts.dim_aircraft on fct_flights.tail_number = dim_aircraft.tail_number
            where fct_flights.aircraft_match_quality = 'implausible_for_carrier'
            group by all
            order by all
        """,
        independent=lambda: [
            (carrier, tail, model, flights)
            for (carrier, tail, model), flights in files.counted(
                (flight.carrier, flight.tail, files.planes()[flight.tail].model)
                for flight in files.flights()
                if flight.tail is not None
                and files.aircraft_match(flight) == "implausible_for_carrier"
            )
        ],
    ),
    Golden(
        fact="N179JB, an Embraer 190 of JetBlue, has the seats of its type certificate",
        known=[("N179JB", "ERJ 190-100 IGW", 114, 20)],
        sql="""
            select tail_number, model_name, seat_count, registered_seat_count
            from marts.dim_aircraft
            where tail_number = 'N179JB' and seat_count_reason like '%114 (FAA A57NM)%'
        """,
        independent=lambda: [
            (plane.tail, plane.model, files.believed_seats(plane), plane.seats)
            for plane in [files.planes()["N179JB"]]
        ],
    ),
    Golden(
        fact="models whose registered seats are replaced by the certified ones",
        known=[
            ("A319-112", 100, 145, 14),
            ("A319-112", 179, 145, 54),
            ("A319-131", 179, 145, 55),
            ("A319-132", 179, 145, 25),
            ("A321-231", 379, 220, 51),
            ("ERJ 190-100 IGW", 20, 114, 80),
        ],
        sql="""
            select model_name, registered_seat_count, seat_count, count(*)
            from marts.dim_aircraft
            where seat_count_reason is not null
            group by all
            order by all
        """,
        independent=lambda: [
            (*key, aircraft)
            for key, aircraft in files.counted(
                (plane.model, plane.seats, files.believed_seats(plane))
                for plane in files.planes().values()
                if files.believed_seats(plane) != plane.seats
            )
        ],
    ),
    Golden(
        fact="of 3,322 registered aircraft 3,279 can be airliners, and 70 have no year",
        known=[(3322, 3279, 70)],
        sql="""
            select
                count(*),
                count_if(is_plausible_airliner),
                count_if(manufacture_year is null)
            from marts.dim_aircraft
            where aircraft_type is not null
        """,
        independent=lambda: [
            (
                len(files.planes()),
                sum(map(files.can_be_an_airliner, files.planes().values())),
                sum(plane.year is None for plane in files.planes().values()),
            )
        ],
    ),
    Golden(
        fact="2,421 flights on 40 tail numbers find an aircraft with fewer than 20 seats",
        known=[(40, 2421)],
        sql="""
            select count(distinct fct_flights.tail_number), count(*)
            from marts.fct_flights
            inner join marts.dim_aircraft on fct_flights.tail_number = dim_aircraft.tail_number
            where dim_aircraft.registered_seat_count < 20
        """,
        independent=lambda: [
            (
                len({plane.tail for plane in files.planes().values() if plane.seats < 20}),
                files.count(
                    lambda flight: (
                        flight.tail in files.planes() and files.planes()[flight.tail].seats < 20
                    )
                ),
            )
        ],
    ),
    Golden(
        fact="three aircraft with seats enough are still no airliners of 2013",
        known=[("N344AA", "G-IV", 22), ("N381AA", "DC-7BF", 102), ("N711MQ", "G1159B", 22)],
        sql="""
            select tail_number, model_name, seat_count
            from marts.dim_aircraft
            where not is_plausible_airliner and seat_count >= 20
            order by tail_number
        """,
        independent=lambda: [
            (plane.tail, plane.model, plane.seats)
            for _, plane in sorted(files.planes().items())
            if plane.seats >= 20 and not files.can_be_an_airliner(plane)
        ],
    ),
    Golden(
        fact="N14228, the year's first aircraft to leave, is a Boeing 737-824 of 1999",
        known=[("BOEING", "737-824", 1999, 149, 111)],
        sql="""
            select
                dim_aircraft.manufacturer_name,
                dim_aircraft.model_name,
                dim_aircraft.manufacture_year,
                dim_aircraft.seat_count,
                count(*)
            from marts.fct_flights
            inner join marts.dim_aircraft
                on fct_flights.aircraft_key = dim_aircraft.aircraft_key
            where fct_flights.tail_number = 'N14228'
            group by all
        """,
        independent=lambda: [
            (
                plane.manufacturer,
                plane.model,
                plane.year,
                plane.seats,
                files.count(lambda flight: flight.tail == "N14228"),
            )
            for plane in [files.planes()["N14228"]]
        ],
    ),
    Golden(
        fact="flights of American and Envoy, which report fleet numbers, by match",
        known=[
            ("AA", "implausible", 1106),
            ("AA", "matched", 9065),
            ("AA", "no_tail_number", 84),
            ("AA", "not_in_registry", 22474),
            ("MQ", "implausible", 1000),
            ("MQ", "no_tail_number", 2),
            ("MQ", "not_in_registry", 25395),
        ],
        sql="""
            select carrier_code, aircraft_match_quality, count(*)
            from marts.fct_flights
            where carrier_code in ('AA', 'MQ')
            group by all
            order by all
        """,
        independent=lambda: [
            (carrier, quality, flights)
            for (carrier, quality), flights in files.counted(
                (flight.carrier, files.aircraft_match(flight))
                for flight in files.flights()
                if flight.carrier in {"AA", "MQ"}
            )
        ],
    ),
    Golden(
        fact="the five makers whose aircraft made most of the matched flights",
        known=[
            ("BOEING", 82895),
            ("EMBRAER", 66068),
            ("AIRBUS", 47302),
            ("AIRBUS INDUSTRIE", 40873),
            ("BOMBARDIER INC", 28272),
        ],
        sql="""
            select dim_aircraft.manufacturer_name, count(*) as flights
            from marts.fct_flights
            inner join marts.dim_aircraft
                on fct_flights.aircraft_key = dim_aircraft.aircraft_key
            group by all
            order by flights desc, dim_aircraft.manufacturer_name
            limit 5
        """,
        independent=lambda: files.most_counted(
            (plane.manufacturer for plane in files.matched_planes()), 5
        ),
    ),
    Golden(
        fact="seats offered by matched flights, added up",
        known=40172375,
        sql="""
            select sum(dim_aircraft.seat_count)
            from marts.fct_flights
            inner join marts.dim_aircraft
                on fct_flights.aircraft_key = dim_aircraft.aircraft_key
        """,
        independent=lambda: sum(map(files.believed_seats, files.matched_planes())),
    ),
]
