{# Runs before every build, and before anything is changed: refuses to build if the disk or the memory
   limit cannot suffice for the flights that are loaded. The numbers are in
   ontime/transformation/room.py. #}
{% macro refuse_without_room() %}
    {% set builds = execute and has_functions() and flags.WHICH in ['build', 'run', 'retry'] %}
    {% if builds and operations_has('loaded_partitions') %}
        {% set objection = query_now(
            "select ontime_lacks_room(" ~ sql_text(target.path) ~ ", " ~ var("build_batch_flights") ~ ")"
        ).columns[0].values()[0] %}
        {% if objection %}
            {{ exceptions.raise_compiler_error(objection) }}
        {% endif %}
    {% endif %}
{% endmacro %}
