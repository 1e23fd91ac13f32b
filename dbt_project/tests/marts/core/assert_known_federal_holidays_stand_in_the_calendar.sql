-- Holidays as the Office of Personnel Management published them, and days that were none.
with known (calendar_date, federal_holiday_name, observed_federal_holiday_name) as (

    values
    (date '2013-01-21', 'Martin Luther King Jr. Day', 'Martin Luther King Jr. Day'),
    (date '2013-02-18', 'Washington''s Birthday', 'Washington''s Birthday'),
    (date '2010-05-31', 'Memorial Day', 'Memorial Day'),
    (date '2013-05-27', 'Memorial Day', 'Memorial Day'),
    (date '2021-06-18', null, 'Juneteenth'),
    (date '2021-06-19', 'Juneteenth', null),
    (date '2021-07-04', 'Independence Day', null),
    (date '2021-07-05', null, 'Independence Day'),
    (date '2013-09-02', 'Labor Day', 'Labor Day'),
    (date '2013-10-14', 'Columbus Day', 'Columbus Day'),
    (date '2012-11-11', 'Veterans Day', null),
    (date '2012-11-12', null, 'Veterans Day'),
    (date '2012-11-22', 'Thanksgiving Day', 'Thanksgiving Day'),
    (date '2013-11-28', 'Thanksgiving Day', 'Thanksgiving Day'),
    (date '2011-12-25', 'Christmas Day', null),
    (date '2011-12-26', null, 'Christmas Day'),
    (date '2021-12-31', null, 'New Year''s Day'),
    (date '2022-01-01', 'New Year''s Day', null),
    (date '1987-01-01', 'New Year''s Day', 'New Year''s Day'),
    -- The fifth Thursday of November, and 19 June before it was a holiday.
    (date '2012-11-29', null, null),
    (date '2020-06-19', null, null),
    -- Inauguration Day, left out on purpose.
    (date '2021-01-20', null, null)

)

select
    known.calendar_date,
    known.federal_holiday_name,
    dates.federal_holiday_name as found_federal_holiday_name,
    known.observed_federal_holiday_name,
    dates.observed_federal_holiday_name as found_observed_federal_holiday_name
from known
left join {{ ref('dim_dates') }} as dates on known.calendar_date = dates.calendar_date
where
    {{ not flags.EMPTY }}
    and (
        dates.calendar_date is null
        or dates.federal_holiday_name is distinct from known.federal_holiday_name
        or dates.observed_federal_holiday_name is distinct from known.observed_federal_holiday_name
    )
