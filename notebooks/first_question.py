"""From a question to a chart: at which hour should I leave New York? Reads the published file."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="A first question")


@app.cell
def _():
    import marimo as mo

    from ontime.querying import vega
    from ontime.storage.reader import open_published

    return mo, open_published, vega


@app.cell
def _(mo):
    mo.md("""
    # At which hour should I leave?

    A question, as an analyst asks it: which tables answer it, what they cover, how sure the
    answer is. Everything here reads the published file, which no query can change.
    """)


@app.cell
def _(mo, open_published):
    marts = open_published()
    coverage = marts.sql(
        "select coverage_text, has_cancellations, has_delay_causes from mart_source_coverage"
    ).df()
    mo.vstack([mo.md("**What is loaded?** Every number below is about these flights."), coverage])
    return coverage, marts


@app.cell
def _(marts, mo):
    grades = marts.sql(
        """
        select trust_grade, count(*) as months, sum(published_rows)::bigint as flights
        from mart_table_month_quality
        where table_name = 'fct_flights'
        group by trust_grade
        order by trust_grade
        """
    ).df()
    mo.vstack(
        [
            mo.md("**How far can its months be trusted?** `docs/trust.md` explains the grades."),
            grades,
        ]
    )
    return (grades,)


@app.cell
def _(marts, mo):
    fitting = marts.sql(
        """
        select table_name, row_count, regexp_extract(description, '^[^.?]*[.?]') as holds
        from tables
        where description ilike '%hour%'
        order by table_name
        """
    ).df()
    mo.vstack(
        [mo.md("**Which tables know about hours?** The catalogue is inside the file."), fitting]
    )
    return (fitting,)


@app.cell
def _(marts, mo):
    hours = marts.sql(
        """
        select
            scheduled_departure_hour,
            sum(scheduled_flights)::bigint as scheduled_flights,
            sum(on_time_arrivals)::bigint as on_time_arrivals,
            100.0 * sum(on_time_arrivals) / sum(scheduled_flights) as percent_on_time
        from mart_hour_weekday_punctuality
        group by scheduled_departure_hour
        having sum(scheduled_flights) >= 30
        order by scheduled_departure_hour
        """
    ).df()
    # the interval of a share that a single flight more or less cannot upset
    share = hours.on_time_arrivals / hours.scheduled_flights
    error = 1.96 * (share * (1 - share) / hours.scheduled_flights) ** 0.5
    hours["percent_low"] = 100 * (share - error)
    hours["percent_high"] = 100 * (share + error)
    mo.vstack(
        [
            mo.md("**The counts are added up first, and divided last**: a mean of rates is wrong."),
            hours,
        ]
    )
    return (hours,)


@app.cell
def _(hours, mo, vega):
    best = hours.loc[hours.percent_on_time.idxmax()]
    worst = hours.loc[hours.percent_on_time.idxmin()]
    finding = (
        f"At {best.scheduled_departure_hour:.0f} o'clock {best.percent_on_time:.0f} % of "
        f"{best.scheduled_flights:,.0f} flights arrived on time, at "
        f"{worst.scheduled_departure_hour:.0f} o'clock {worst.percent_on_time:.0f} % of "
        f"{worst.scheduled_flights:,.0f}."
    )
    hour = {
        "field": "scheduled_departure_hour",
        "type": "quantitative",
        "title": "hour of the scheduled departure, at the airport",
    }
    percent = {
        "field": "percent_on_time",
        "type": "quantitative",
        "title": "% of scheduled flights on time",
        "scale": {"zero": False},
    }
    low, high = {"field": "percent_low", "type": "quantitative"}, {"field": "percent_high"}
    chart = vega.svg(
        {
            "width": 560,
            "height": 220,
            "data": {"values": hours.to_dict("records")},
            "encoding": {"x": hour},
            "layer": [
                {
                    "mark": {"type": "area", "opacity": 0.2, "color": vega.MARK},
                    "encoding": {"y": {**percent, **low}, "y2": high},
                },
                {
                    "mark": {"type": "line", "point": True, "color": vega.MARK},
                    "encoding": {"y": percent},
                },
            ],
        },
        finding,
    )
    mo.vstack([mo.md(f"**Answer.** {finding}"), mo.Html(chart)])
    return best, chart, finding, worst


@app.cell
def _(marts, mo):
    publication = marts.sql("select publication_name, fingerprint from publication").fetchone()
    mo.md(
        f"Cite it: publication `{publication[0]}`, fingerprint `{publication[1]}`. A flight "
        "that did not arrive was not on time: the denominator is what was scheduled."
    )
    return (publication,)


if __name__ == "__main__":
    app.run()
