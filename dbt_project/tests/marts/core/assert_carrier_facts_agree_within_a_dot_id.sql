-- One operating certificate has one successor and one group, whatever its names and codes were.
select carrier_dot_id
from {{ ref('dim_carriers') }}
where is_in_reference
group by carrier_dot_id
having
    count(distinct coalesce(successor_carrier_code, '')) > 1
    or count(distinct current_group_code) > 1
    or count(distinct coalesce(cast(joint_reporting_from_month as {{ dbt.type_string() }}), '')) > 1
