-- A merged carrier is in the group of its successor, and a group's name is its latest.
with carriers as (

    select
        carrier_code,
        carrier_name,
        carrier_dot_id,
        successor_carrier_code,
        current_group_code,
        current_group_name
    from {{ ref('dim_carriers') }}
    where is_in_reference

),

latest_names as (

    select
        carrier_code,
        carrier_name
    from {{ ref('dim_carriers') }}
    where is_in_reference
    qualify row_number() over (partition by carrier_code order by valid_from_date desc) = 1

)

select
    carriers.carrier_code,
    carriers.carrier_name,
    carriers.current_group_code,
    successors.current_group_code as successor_group_code,
    latest_names.carrier_name as group_name
from carriers
left join carriers as successors on carriers.successor_carrier_code = successors.carrier_code
left join latest_names on carriers.current_group_code = latest_names.carrier_code
where
    carriers.current_group_code <> coalesce(
        successors.current_group_code, carriers.current_group_code
    )
    or carriers.current_group_name <> coalesce(latest_names.carrier_name, '')
