-- Carriers on known days: renames, mergers in a chain, a code reused. A table that was built empty
-- on purpose (--empty) has none.
with known (carrier_code, known_date, carrier_name, current_group_code) as (

    values
    ('9E', date '2013-07-31', 'Pinnacle Airlines Inc.', '9E'),
    ('9E', date '2013-08-01', 'Endeavor Air Inc.', '9E'),
    ('MQ', date '2013-12-31', 'American Eagle Airlines Inc.', 'MQ'),
    ('MQ', date '2014-04-01', 'Envoy Air', 'MQ'),
    ('HP', date '2005-12-31', 'America West Airlines Inc.', 'AA'),
    ('US', date '2013-06-15', 'US Airways Inc.', 'AA'),
    ('NW', date '2009-12-31', 'Northwest Airlines Inc.', 'DL'),
    ('CO', date '2011-12-31', 'Continental Air Lines Inc.', 'UA'),
    ('EV', date '2011-12-31', 'Atlantic Southeast Airlines', 'EV'),
    ('EV', date '2012-01-01', 'ExpressJet Airlines Inc.', 'EV'),
    ('FL', date '2014-12-31', 'AirTran Airways Corporation', 'WN'),
    ('VX', date '2018-03-31', 'Virgin America', 'AS'),
    ('OH', date '2010-01-01', 'Comair Inc.', 'OH (1)'),
    ('OH', date '2018-01-01', 'PSA Airlines Inc.', 'OH')

)

select
    known.carrier_code,
    known.known_date,
    known.carrier_name,
    carriers.carrier_name as found_carrier_name,
    carriers.current_group_code as found_group_code
from known
left join {{ ref('dim_carriers') }} as carriers
    on
        known.carrier_code = carriers.carrier_code
        and known.known_date >= carriers.valid_from_date
        and (carriers.valid_to_date is null or known.known_date <= carriers.valid_to_date)
where
    {{ not flags.EMPTY }}
    and (
        coalesce(carriers.carrier_name, '') <> known.carrier_name
        or coalesce(carriers.current_group_code, '') <> known.current_group_code
    )
