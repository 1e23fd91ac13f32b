-- One year beyond each end of the calendar, so that its first and last days have both neighbours.
{% set first_year = (var('calendar_start_date') | string)[:4] | int - 1 %}
{% set last_year = (var('calendar_end_date') | string)[:4] | int + 1 %}

with rules as (

    select * from {{ ref('us_federal_holiday_rules') }}

),

days as (

    {{ date_spine_days(
        "date '" ~ first_year ~ "-01-01'",
        "date '" ~ last_year ~ "-12-31'"
    ) }}

),

years as (

    select distinct cast(extract(year from calendar_date) as integer) as holiday_year
    from days

),

rules_in_force as (

    select
        rules.federal_holiday_name,
        rules.rule_kind,
        rules.month_number,
        rules.day_of_month,
        rules.iso_weekday,
        rules.occurrence,
        years.holiday_year,
        make_date(years.holiday_year, rules.month_number, 1) as month_start_date,
        last_day(make_date(years.holiday_year, rules.month_number, 1)) as month_end_date
    from rules
    inner join years
        on
            rules.first_year <= years.holiday_year
            and (rules.last_year is null or rules.last_year >= years.holiday_year)

),

dated as (

    select
        federal_holiday_name,
        holiday_year,
        case rule_kind
            when 'fixed_date' then make_date(holiday_year, month_number, day_of_month)
            when 'nth_weekday'
                then {{ add_days(
                    'month_start_date',
                    '(iso_weekday - ' ~ iso_weekday('month_start_date') ~ ' + 7) % 7'
                    ~ ' + 7 * (occurrence - 1)'
                ) }}
            when 'last_weekday'
                then {{ add_days(
                    'month_end_date',
                    '-((' ~ iso_weekday('month_end_date') ~ ' - iso_weekday + 7) % 7)'
                ) }}
        end as holiday_date
    from rules_in_force

),

observed as (

    select
        federal_holiday_name,
        holiday_year,
        holiday_date,
        case {{ iso_weekday('holiday_date') }}
            when 6 then {{ add_days('holiday_date', -1) }}
            when 7 then {{ add_days('holiday_date', 1) }}
            else holiday_date
        end as observed_date
    from dated

)

select
    federal_holiday_name,
    holiday_year,
    holiday_date,
    observed_date
from observed
