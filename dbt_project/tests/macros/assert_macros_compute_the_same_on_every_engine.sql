-- Every macro that an engine has its own text for computes what is written here, on every engine.
-- Fingerprints are compared with fingerprints of the same engine.

-- depends_on: {{ ref('int_us_federal_holidays') }}
-- depends_on: {{ ref('us_federal_holiday_rules') }}

{% set night = "timestamp '2013-11-03 01:30:00'" %}
{% set jump = "timestamp '2013-03-10 02:30:00'" %}
{% set noon = "timestamp '2013-07-01 12:00:00'" %}
{% set things = "(values {}) as things (number, word)" %}
{% set fingerprint = "(select " ~ rows_fingerprint("things") ~ " from " ~ things ~ ")" %}
{% set one_and_two = fingerprint.format("(1, 'a'), (2, 'b')") %}
{% set view = graph.nodes[model_id('int_us_federal_holidays')] if execute else {} %}
{% set seed_id = 'seed.' ~ project_name ~ '.us_federal_holiday_rules' %}
{% set seed = graph.nodes[seed_id] if execute else {} %}
{% set of_view = texts_of_views([view, seed]) if execute else {} %}
{% set cases = [
    ['rows_fingerprint of rows in another order',
        one_and_two ~ " = " ~ fingerprint.format("(2, 'b'), (1, 'a')"), "true"],
    ['rows_fingerprint of other rows',
        one_and_two ~ " = " ~ fingerprint.format("(1, 'a'), (2, 'c')"), "false"],
    ['rows_fingerprint of a row twice',
        one_and_two ~ " = " ~ fingerprint.format("(1, 'a'), (2, 'b'), (2, 'b')"), "false"],
    ['rows_fingerprint of values in other columns', fingerprint.format("('a', 'b')") ~ " = "
        ~ fingerprint.format("('b', 'a')"), "false"],
    ['content_of_table', content_of_table(seed) ~ " = " ~ content_of_table(seed), "true"],
    ['texts_of_views', (of_view.values() | list or ["''"])[0] ~ " <> '" ~ local_md5('') ~ "'", "true"],
    ['texts_of_views has no text of a table', "'" ~ of_view | length ~ "'", "'1'"],
    ['from_rows with an apostrophe, a number as text and a null', "(select concat_ws('|', max(word), max("
        ~ "number), count(*) - count(word)) " ~ from_rows(
            [{'Word': "o'clock", 'number': 7}, {'number': '12', 'word': none}], ['number', 'word'],
            {'number': 'integer', 'word': 'string'}, {'number': 'number', 'word': 'word'}
        ) ~ ")", "concat('o', chr(39), 'clock|12|1')"],
    ['from_rows without a column', "(select count(*) " ~ from_rows([{}, {}], [], {}, {}) ~ ")", "2"],
    ['from_rows without a row', "(select count(*) " ~ from_rows([], [], {}, {}) ~ ")", "0"],
    ['iso_weekday', iso_weekday("date '2013-01-06'"), "7"],
    ['iso_weekday', iso_weekday("date '2013-01-07'"), "1"],
    ['iso_week', iso_week("date '2012-12-31'"), "1"],
    ['iso_year', iso_year("date '2012-12-31'"), "2013"],
    ['iso_year', iso_year("date '2010-01-03'"), "2009"],
    ['add_days', add_days("date '2012-02-28'", 2), "date '2012-03-01'"],
    ['add_days', add_days("date '2013-01-01'", -1), "date '2012-12-31'"],
    ['days_between', days_between("date '2012-02-28'", "date '2012-03-01'"), "2"],
    ['days_between', days_between("date '2013-01-01'", "date '2012-12-31'"), "-1"],
    ['date_spine_days', "(select concat_ws(' ', min(calendar_date), max(calendar_date), count(*)) from ("
        ~ date_spine_days("date '2012-02-28'", "date '2012-03-01'") ~ ") as days)",
        "'2012-02-28 2012-03-01 3'"],
    ['add_minutes', add_minutes("timestamp '2012-12-31 23:50:00'", 20), "timestamp '2013-01-01 00:10:00'"],
    ['add_minutes', add_minutes("timestamp '2013-01-01 00:10:00'", -20), "timestamp '2012-12-31 23:50:00'"],
    ['add_minutes', add_minutes("timestamp '2013-01-01 00:10:00'", "cast(null as integer)"), "null"],
    ['minutes_between', minutes_between(noon, "timestamp '2013-07-01 12:01:59'"), "1"],
    ['minutes_between', minutes_between("timestamp '2013-07-01 12:01:59'", noon), "-1"],
    ['minutes_between', minutes_between("timestamp '2013-07-01 12:00:30'", noon), "0"],
    ['local_to_utc', local_to_utc(noon, "'America/New_York'"), "timestamp '2013-07-01 16:00:00'"],
    ['local_to_utc of a clock reading that occurs twice', local_to_utc(night, "'America/New_York'"),
        "timestamp '2013-11-03 05:30:00'"],
    ['local_to_utc of a clock reading that does not exist', local_to_utc(jump, "'America/New_York'"),
        "timestamp '2013-03-10 07:30:00'"],
    ['local_to_utc', local_to_utc(noon, "'Pacific/Guam'"), "timestamp '2013-07-01 02:00:00'"],
    ['local_to_utc', local_to_utc(noon, "cast(null as string)"), "null"],
    ['utc_to_local', utc_to_local(noon, "'America/Phoenix'"), "timestamp '2013-07-01 05:00:00'"],
    ['utc_to_local', utc_to_local("timestamp '2013-11-03 06:30:00'", "'America/New_York'"), night],
    ['text_to_date', text_to_date("'2013-01-31'"), "date '2013-01-31'"],
    ['text_to_date', text_to_date("'1/31/2013'"), "date '2013-01-31'"],
    ['text_to_date', text_to_date("'12/1/2013 12:00:00 AM'"), "date '2013-12-01'"],
    ['date_in_words', date_in_words("date '2013-02-01'", '%B %Y'), "'February 2013'"],
    ['date_in_words', date_in_words("date '2013-02-01'", '%B'), "'February'"],
    ['count_in_words', count_in_words("cast(1234567 as bigint)"), "'1,234,567'"],
    ['count_in_words', count_in_words("cast(999 as bigint)"), "'999'"],
    ['text_to_integer', text_to_integer("'61.00'"), "61"],
    ['clock_minutes', clock_minutes("'2359'"), "1439"],
    ['compact_text_to_date', compact_text_to_date("'20130131'"), "date '2013-01-31'"],
    ['compact_text_to_date', compact_text_to_date("' '"), "null"],
    ['median_deviation', "(select " ~ median_deviation("number") ~ " from (values (1), (2), (4), (9)) as "
        ~ "numbers (number))", "1.5"],
    ['median_deviation', "(select " ~ median_deviation("number") ~ " from (values (1), (1), (7)) as "
        ~ "numbers (number))", "cast(0 as double)"],
    ['exact_percentile', "(select " ~ exact_percentile(10, "number") ~ " from (values (1), (2), (4), (9)) as "
        ~ "numbers (number))", "1.3"],
    ['interpolated_percentile', "(select " ~ interpolated_percentile(0.8, "number")
        ~ " from (values (-9), (131), (cast(null as integer))) as numbers (number))", "cast(103.00000000000001 as double)"],
    ['joined_text', "(select " ~ joined_text("word", ", ", "place") ~ " from (values ('b', 1), ('a', 2), "
        ~ "(null, 3)) as words (word, place))", "'b, a'"],
    ['joined_text', "(select " ~ joined_text("distinct word", "/", "word")
        ~ " from (values ('b'), ('a'), ('b')) as words (word))", "'a/b'"],
    ['joined_text', "(select " ~ joined_text("word", "/", "word") ~ " filter (where word <> 'c') "
        ~ "from (values ('b'), ('a'), ('c')) as words (word))", "'a/b'"],
    ['rows_of_list', "(select concat_ws(' ', min(word), max(word), count(*)) from (select "
        ~ rows_of_list("list", ", ") ~ " as word from (values ('a, b'), (null)) as lists (list)) as words)",
        "'a b 2'"],
] %}

with departures as (
    select
        departure.airport,
        departure.left_at,
        departure.flight
    from (
        values
        ('A', timestamp '2013-01-01 10:00:00', 1),
        ('A', timestamp '2013-01-01 09:59:00', 2),
        ('B', timestamp '2013-01-01 10:00:00', 3),
        (cast(null as string), timestamp '2013-01-01 10:00:00', 4),
        ('A', cast(null as timestamp), 5),
        ('A', timestamp '2013-01-01 12:00:00', 6)
    ) as departure (airport, left_at, flight)
),

reports as (
    select
        reported.airport,
        reported.known_at,
        reported.report
    from (
        values
        ('A', timestamp '2013-01-01 10:00:00', 'ten'),
        ('A', timestamp '2013-01-01 11:00:00', 'eleven'),
        ('A', timestamp '2013-01-01 13:00:00', 'later'),
        (cast(null as string), timestamp '2013-01-01 09:00:00', 'nowhere')
    ) as reported (airport, known_at, report)
),

joined as (
    {{ as_of_join(
        left_cte='departures',
        right_cte='reports',
        entities=['airport'],
        left_time='left_at',
        right_time='known_at',
        left_columns=['*'],
        right_columns=['report'],
    ) }}
),

joined_flights as (
    select {{ joined_text("concat_ws(':', flight, report)", ' ', 'flight') }} as found
    from joined
),

made_rows as (
    {{ rows_from_each('reports', kept=['airport'], rows=[
        {'kind': "'text'", 'length': 'length(report)'},
        {'kind': 'report', 'length': 'cast(null as integer)', 'where': "report <> 'eleven'"},
    ]) }}
),

made as (
    select
        {{ joined_text(
            "concat_ws(':', airport, kind, length)", ' ', 'airport, kind, length'
        ) }} as found
    from made_rows
    where airport is not null
),

computed as (
    {% for name, expression, expected in cases %}
    select
        '{{ name }}' as macro_name,
        cast({{ expression }} as string) as found,
        cast({{ expected }} as string) as expected
    union all
    {% endfor %}
    select
        'as_of_join' as macro_name,
        found,
        '1:ten 2 3 4 5 6:eleven' as expected
    from joined_flights
    union all
    select
        'rows_from_each' as macro_name,
        found,
        'A:later A:ten A:text:3 A:text:5 A:text:6' as expected
    from made
)

select *
from computed
where found is distinct from expected
