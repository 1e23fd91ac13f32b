/* The explorer: adds up the cube of counts for a choice of flights, and shows the result.
   It reads assets/cube.js and draws with Vega from assets/vega.js. Nothing leaves the page. */
"use strict";
(() => {
  const cube = window.ontimeCube;
  const { months, carriers, airports, metrics, deviations } = cube;
  const WIDTH = cube.columns.length;
  const at = Object.fromEntries(cube.columns.map((name, place) => [name, place]));
  const form = document.getElementById("choice");
  const field = name => form.elements[name];
  const show = (id, text) => { document.getElementById(id).textContent = text; };
  const codeOf = list => Object.fromEntries(list.map(([code], place) => [code, place]));
  const airportAt = codeOf(airports), carrierAt = codeOf(carriers);
  const withCard = new Set(cube.cards);
  const count = value => Math.round(value).toLocaleString("en-US");
  const percent = share => `${(100 * share).toFixed(1)}%`;
  const written = (metric, value) =>
    value === null ? "not known" : metric.unit ? `${value.toFixed(1)} ${metric.unit}` : percent(value);

  function monthName(month) {
    const [year, number] = month.split("-").map(Number);
    return new Date(Date.UTC(year, number - 1)).toLocaleString(
      "en-US", { month: "long", year: "numeric", timeZone: "UTC" });
  }

  /* Wilson's 95 % interval, as in the published marts */
  function interval(events, total) {
    const share = events / total, z2 = deviations * deviations;
    const middle = (share + z2 / (2 * total)) / (1 + z2 / total);
    const reach = deviations * Math.sqrt(share * (1 - share) / total + z2 / (4 * total * total))
      / (1 + z2 / total);
    return [Math.max(0, middle - reach), Math.min(1, middle + reach)];
  }

  function option(list, value, text) {
    const made = document.createElement("option");
    made.value = value;
    made.textContent = text;
    list.append(made);
  }

  function fill() {
    for (const [name, role] of [["o", "origin"], ["t", "destination"]]) {
      const used = new Set();
      for (let i = 0; i < cube.rows.length; i += WIDTH) used.add(cube.rows[i + at[role]]);
      airports.forEach(([code, label], place) => {
        if (used.has(place)) option(field(name), code, label);
      });
    }
    carriers.forEach(([code, label]) => option(field("c"), code, `${label} (${code})`));
    for (const month of months) {
      option(field("from"), month, monthName(month));
      option(field("to"), month, monthName(month));
    }
    metrics.forEach(metric => option(field("m"), metric.key, metric.label));
    field("to").value = months[months.length - 1];
  }

  /* a link may name anything: what is not in the lists is ignored, and reported */
  function readLink() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const unknown = [];
    for (const [name, value] of asked) {
      const list = field(name);
      if (list && [...list.options].some(one => one.value === value)) list.value = value;
      else unknown.push(`${name}=${value}`);
    }
    return unknown;
  }

  function chosen() {
    const choice = Object.fromEntries(["o", "t", "c", "from", "to", "m"].map(n => [n, field(n).value]));
    if (choice.from > choice.to) [choice.from, choice.to] = [choice.to, choice.from];
    return choice;
  }

  function linkOf(choice) {
    const usual = { o: "", t: "", c: "", from: months[0], to: months[months.length - 1], m: metrics[0].key };
    const parts = Object.entries(choice).filter(([name, value]) => value !== usual[name]);
    return new URLSearchParams(parts).toString();
  }

  const emptySums = () => new Float64Array(WIDTH);
  function add(sums, i) {
    for (let place = at.scheduled; place < WIDTH; place++) sums[place] += cube.rows[i + place];
  }

  function counted(choice) {
    const first = months.indexOf(choice.from), last = months.indexOf(choice.to);
    const result = { own: emptySums(), all: emptySums(), months: new Map(), routes: new Map(), lines: [] };
    for (let month = first; month <= last; month++)
      result.months.set(month, { own: emptySums(), all: emptySums() });
    const origin = choice.o ? airportAt[choice.o] : -1, target = choice.t ? airportAt[choice.t] : -1;
    const carrier = choice.c ? carrierAt[choice.c] : -1;
    for (let i = 0; i < cube.rows.length; i += WIDTH) {
      const month = cube.rows[i + at.month];
      if (month < first || month > last) continue;
      const sums = result.months.get(month);
      add(result.all, i); add(sums.all, i);
      const from = cube.rows[i + at.origin], to = cube.rows[i + at.destination];
      if ((origin >= 0 && from !== origin) || (target >= 0 && to !== target)) continue;
      if (carrier >= 0 && cube.rows[i + at.carrier] !== carrier) continue;
      add(result.own, i); add(sums.own, i);
      const route = `${airports[from][0]}-${airports[to][0]}`;
      if (!result.routes.has(route)) result.routes.set(route, emptySums());
      add(result.routes.get(route), i);
      result.lines.push(i);
    }
    return result;
  }

  function valueOf(metric, sums) {
    const total = sums[at[metric.total]];
    return total ? sums[at[metric.events]] / total : null;
  }

  function inWords(choice, metric, result) {
    const flights = result.own[at.scheduled];
    const parts = [
      choice.c && `of ${carriers[carrierAt[choice.c]][1]}`,
      choice.o && `from ${airports[airportAt[choice.o]][1]}`,
      choice.t && `to ${airports[airportAt[choice.t]][1]}`,
    ].filter(Boolean).join(" ");
    const period = choice.from === choice.to
      ? monthName(choice.from) : `the months ${monthName(choice.from)} to ${monthName(choice.to)}`;
    if (!flights) return `0 flights ${parts} were scheduled in ${period}.`;
    const own = valueOf(metric, result.own), all = valueOf(metric, result.all);
    const start = `Of ${count(flights)} flights scheduled ${parts ? `${parts} ` : ""}in ${period},`;
    if (own === null) return `${start} none arrived: ${metric.label.toLowerCase()} is not known.`;
    const difference = metric.unit
      ? `${Math.abs(own - all).toFixed(1)} ${metric.unit}` : `${(100 * Math.abs(own - all)).toFixed(1)} percentage points`;
    const compared = parts
      ? `, ${difference} ${own >= all ? "more" : "less"} than of all flights (${written(metric, all)})` : "";
    return `${start} ${metric.words.replace("{}", written(metric, own))}${compared}.`;
  }

  function numbers(result) {
    for (const metric of metrics.slice(0, 3))
      show(`number-${metric.key}`, written(metric, valueOf(metric, result.own)));
    show("number-flights", count(result.own[at.scheduled]));
  }

  function trendRows(metric, result) {
    return [...result.months].map(([month, sums]) => {
      const value = valueOf(metric, sums.own), all = valueOf(metric, sums.all);
      const bounds = value === null || metric.unit
        ? [null, null] : interval(sums.own[at[metric.events]], sums.own[at[metric.total]]);
      return { month: months[month], flights: sums.own[at.scheduled], value, all, low: bounds[0], high: bounds[1] };
    });
  }

  function fillTable(id, rows) {
    const body = document.querySelector(`#${id} tbody`);
    body.replaceChildren(...rows.map(cells => {
      const row = document.createElement("tr");
      for (const cell of cells) {
        const made = document.createElement("td");
        if (cell.href) {
          const link = document.createElement("a");
          link.href = cell.href;
          link.textContent = cell.text;
          made.append(link);
        } else made.textContent = cell.text;
        if (cell.isNumber) made.className = "n";
        row.append(made);
      }
      return row;
    }));
  }

  const text = words => ({ text: words });
  const number = words => ({ text: words, isNumber: true });

  function tables(metric, result, trend) {
    fillTable("months", trend.map(row => [
      text(monthName(row.month)), number(count(row.flights)), number(written(metric, row.value)),
      number(row.low === null ? "" : percent(row.low)), number(row.high === null ? "" : percent(row.high)),
      number(written(metric, row.all)),
    ]));
    const routes = [...result.routes].sort((one, other) =>
      other[1][at.scheduled] - one[1][at.scheduled] || (one[0] < other[0] ? -1 : 1));
    fillTable("routes", routes.slice(0, cube.shownRoutes).map(([route, sums]) => {
      const [from, to] = route.split("-").map(code => airports[airportAt[code]][1]);
      const value = valueOf(metric, sums), total = sums[at[metric.total]];
      const bounds = value === null || metric.unit ? null : interval(sums[at[metric.events]], total);
      return [
        { text: `${from} to ${to}`, href: withCard.has(route) ? `route/${route}.html` : "" },
        number(count(sums[at.scheduled])), number(written(metric, value)),
        number(bounds ? percent(bounds[0]) : ""), number(bounds ? percent(bounds[1]) : ""),
      ];
    }));
    show("routes-words", `${count(routes.length)} ${routes.length === 1 ? "route" : "routes"}` + (routes.length > cube.shownRoutes
      ? `; the ${count(cube.shownRoutes)} with most flights are shown, all are in the CSV file.` : "."));
    document.querySelectorAll("[data-metric]").forEach(cell => { cell.textContent = metric.label; });
  }

  function chart(metric, trend) {
    const place = document.getElementById("chart");
    if (!window.vegaEmbed || trend.every(row => row.value === null)) { place.replaceChildren(); return; }
    const style = getComputedStyle(document.documentElement);
    const colour = name => style.getPropertyValue(name).trim();
    const format = metric.unit ? ".0f" : ".0%";
    const values = trend.map(row => ({
      ...row, month: `${row.month}-01`, name: monthName(row.month), shown: written(metric, row.value),
      count: count(row.flights), others: written(metric, row.all),
    }));
    const x = { field: "month", type: "temporal", title: null, axis: { format: "%b %Y", grid: false, labelOverlap: true, tickCount: Math.min(values.length, 8) } };
    const y = field => ({ field, type: "quantitative", title: null, scale: { zero: false }, axis: { format } });
    const tooltip = [
      { field: "name", title: "Month" }, { field: "shown", title: metric.label },
      { field: "count", title: "Flights" }, { field: "others", title: "All flights" }];
    const layer = [
      { mark: { type: "line", color: colour("--muted"), strokeDash: [5, 4] }, encoding: { x, y: y("all") } },
      { mark: { type: "line", color: colour("--mark"), strokeWidth: 2.5 }, encoding: { x, y: y("value") } },
      { mark: { type: "point", filled: true, opacity: 1, size: 70, color: colour("--mark") }, encoding: { x, y: y("value"), tooltip } }];
    if (!metric.unit)
      layer.unshift({ mark: { type: "area", color: colour("--band") }, encoding: { x, y: y("low"), y2: { field: "high" } } });
    window.vegaEmbed(place, {
      $schema: "https://vega.github.io/schema/vega-lite/v6.json", width: "container", height: 280,
      background: null, data: { values }, layer,
      config: { font: "'Inter Variable', Inter, system-ui, sans-serif", view: { stroke: null },
        axis: { labelColor: colour("--muted"), gridColor: colour("--line"), domainColor: colour("--line"), tickColor: colour("--line"), labelFontSize: 12.5 } },
    }, { actions: false, renderer: "svg" }).catch(() => place.replaceChildren());
  }

  /* one line for each month, carrier and route: codes and counts only */
  function csv(result) {
    const names = ["flight_month", "carrier_code", "origin_airport_code", "destination_airport_code", ...cube.columnNames];
    const lines = result.lines.map(i => [
      months[cube.rows[i]], carriers[cube.rows[i + at.carrier]][0], airports[cube.rows[i + at.origin]][0],
      airports[cube.rows[i + at.destination]][0],
      ...cube.rows.slice(i + at.scheduled, i + WIDTH)].join(","));
    return `${names.join(",")}\n${lines.join("\n")}${lines.length ? "\n" : ""}`;
  }

  let current = null;
  function update(unknown = []) {
    const choice = chosen();
    const metric = metrics.find(one => one.key === choice.m);
    const result = counted(choice), trend = trendRows(metric, result);
    current = { choice, result };
    show("sentence", inWords(choice, metric, result));
    show("warning", unknown.length ? `The link names something that is not in these data: ${unknown.join(", ")}.` : "");
    show("metric-words", metric.description);
    numbers(result);
    tables(metric, result, trend);
    chart(metric, trend);
    const link = linkOf(choice);
    history.replaceState(null, "", link ? `#${link}` : location.pathname + location.search);
  }

  fill();
  update(readLink());
  form.hidden = false;
  document.getElementById("result").hidden = false;
  form.addEventListener("change", () => update());
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => {
    field("to").value = months[months.length - 1];
    update();
  }));
  addEventListener("hashchange", () => {
    form.reset();
    setTimeout(() => update(readLink()));
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => update());
  document.getElementById("copy").addEventListener("click", async () => {
    const link = linkOf(current.choice);
    const address = `${location.href.split("#")[0]}${link ? `#${link}` : ""}`;
    try {
      await navigator.clipboard.writeText(address);
      show("done", "The link is copied.");
    } catch {
      show("done", "Copy the link from the address bar.");
    }
  });
  document.getElementById("csv").addEventListener("click", () => {
    const made = document.createElement("a");
    made.href = URL.createObjectURL(new Blob([csv(current.result)], { type: "text/csv" }));
    made.download = "flights.csv";
    made.click();
    setTimeout(() => URL.revokeObjectURL(made.href), 1000);
    show("done", `${count(current.result.lines.length)} rows are saved as flights.csv.`);
  });
})();
