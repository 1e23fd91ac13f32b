with carriers as (

    select * from {{ ref('int_carriers') }}

)

select
    carrier_key,
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
