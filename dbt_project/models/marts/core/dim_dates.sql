{% set start_date = "date '" ~ var('calendar_start_date') ~ "'" %}
{% set end_date = "date '" ~ var('calendar_end_date') ~ "'" %}

with holidays as (

    select * from {{ ref('int_us_federal_holidays') }}

),

days as (

    {{ date_spine_days(start_date, end_date) }}

),

-- Holidays beyond the calendar's ends are kept here, because the nearest one may be among them.
days_and_holidays as (

    select calendar_date from days
    union
    select holiday_date as calendar_date from holidays

),

neighbours as (

    select
        days_and_holidays.calendar_date,
        max(holidays.holiday_date) over (
            order by days_and_holidays.calendar_date
            rows between unbounded preceding and current row
        ) as previous_holiday_date,
        min(holidays.holiday_date) over (
            order by days_and_holidays.calendar_date desc
            rows between unbounded preceding and current row
        ) as next_holiday_date
    from days_and_holidays
    left join holidays on days_and_holidays.calendar_date = holidays.holiday_date

),

distances as (

    select
        calendar_date,
        previous_holiday_date,
        next_holiday_date,
        {{ days_between('previous_holiday_date', 'calendar_date') }}
            as days_since_previous_federal_holiday,
        {{ days_between('calendar_date', 'next_holiday_date') }}
            as days_until_next_federal_holiday
    from neighbours

),

nearest as (

    select
        calendar_date,
        days_since_previous_federal_holiday,
        days_until_next_federal_holiday,
        case
            when days_since_previous_federal_holiday < days_until_next_federal_holiday
                then previous_holiday_date
            else next_holiday_date
        end as nearest_holiday_date
    from distances

),

parts as (

    select
        calendar_date,
        cast(extract(year from calendar_date) as integer) as calendar_year,
        cast(extract(quarter from calendar_date) as integer) as calendar_quarter,
        cast(extract(month from calendar_date) as integer) as month_number,
        cast(extract(day from calendar_date) as integer) as day_of_month,
        cast(extract(doy from calendar_date) as integer) as day_of_year,
        {{ iso_year('calendar_date') }} as iso_year,
        {{ iso_week('calendar_date') }} as iso_week,
        {{ iso_weekday('calendar_date') }} as iso_weekday,
        cast(date_trunc('month', calendar_date) as date) as calendar_month
    from days

),

final as (

    select
        parts.calendar_date,
        {{ weekday_name('parts.iso_weekday') }} as weekday_name,
        {{ month_name('parts.month_number') }} as month_name,
        legal.federal_holiday_name,
        observed.federal_holiday_name as observed_federal_holiday_name,
        nearest_holidays.federal_holiday_name as nearest_federal_holiday_name,
        parts.calendar_year,
        parts.calendar_quarter,
        parts.month_number,
        parts.day_of_month,
        parts.day_of_year,
        parts.iso_year,
        parts.iso_week,
        parts.iso_weekday,
        nearest.days_since_previous_federal_holiday,
        nearest.days_until_next_federal_holiday,
        parts.iso_weekday in (6, 7) as is_weekend,
        legal.holiday_date is not null as is_federal_holiday,
        observed.observed_date is not null as is_federal_holiday_observed,
        least(
            nearest.days_since_previous_federal_holiday,
            nearest.days_until_next_federal_holiday
        ) <= {{ var('near_holiday_days') }} as is_near_federal_holiday,
        parts.calendar_month
    from parts
    inner join nearest on parts.calendar_date = nearest.calendar_date
    left join holidays as legal on parts.calendar_date = legal.holiday_date
    left join holidays as observed on parts.calendar_date = observed.observed_date
    inner join holidays as nearest_holidays
        on nearest.nearest_holiday_date = nearest_holidays.holiday_date

)

select
    calendar_date,
    weekday_name,
    month_name,
    federal_holiday_name,
    observed_federal_holiday_name,
    nearest_federal_holiday_name,
    calendar_year,
    calendar_quarter,
    month_number,
    day_of_month,
    day_of_year,
    iso_year,
    iso_week,
    iso_weekday,
    days_since_previous_federal_holiday,
    days_until_next_federal_holiday,
    is_weekend,
    is_federal_holiday,
    is_federal_holiday_observed,
    is_near_federal_holiday,
    calendar_month
from final
