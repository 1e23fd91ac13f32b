{# A speed in miles per hour, of one in knots: nautical miles of 1852 metres per hour, statute miles
   of 1609.344 metres.
   Arguments: knots. Null stays null. #}
{% macro knots_to_miles_per_hour(knots) -%}
    ({{ knots }} * 1852 / 1609.344)
{%- endmacro %}
