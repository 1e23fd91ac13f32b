/* The explorer: adds up counts of flights for a choice of them, and shows the result.
   It reads assets/cube.js, and for a choice one script of assets/cube/ (ontime/site/counts.py says
   what they hold); assets/vega.js draws. Nothing is asked of another server. */
"use strict";
(() => {
  const cube = window.ontimeCube;
  const { months, carriers, airports, metrics, deviations } = cube;
  const columns = ["month", "carrier", "origin", "destination", ...cube.counts];
  const WIDTH = columns.length;
  const at = Object.fromEntries(columns.map((name, place) => [name, place]));
  const form = document.getElementById("choice");
  const field = name => form.elements[name];
  const show = (id, text) => { document.getElementById(id).textContent = text; };
  const codeOf = list => Object.fromEntries(list.map(([code], place) => [code, place]));
  const airportAt = codeOf(airports), carrierAt = codeOf(carriers);
  const withCard = new Set(cube.cards);
  const views = window.ontimeViews;
  const count = value => Math.round(value).toLocaleString("en-US");
  const percent = share => `${(100 * share).toFixed(1)}%`;
  const written = (metric, value) =>
    value === null ? "not known" : metric.unit ? `${value.toFixed(1)} ${metric.unit}` : percent(value);

  /* --- the counts --- */
  const DIGITS = new Map([..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"]
    .map((letter, value) => [letter.charCodeAt(0), value]));

  /* rows of WIDTH numbers; products instead of shifts, because places are larger than 32 bits */
  function decoded(text) {
    const rows = [];
    let value = 0, scale = 1, column = 0, place = 0, row = [];
    for (let i = 0; i < text.length; i++) {
      const digit = DIGITS.get(text.charCodeAt(i));
      value += (digit & 31) * scale;
      if (digit & 32) { scale *= 32; continue; }
      const number = value % 2 ? -(value + 1) / 2 : value / 2;
      value = 0; scale = 1;
      if (column === 0) {
        place += number;
        const n = airports.length, route = Math.floor(place / months.length);
        row = [place % months.length, Math.floor(route / n / n), Math.floor(route / n) % n, route % n];
      } else {
        const less = cube.lessThan[column - 1];
        row.push(less < 0 ? number : row[at.scheduled + less] - number);
      }
      if (column === cube.counts.length) { rows.push(...row); column = 0; } else column++;
    }
    return rows;
  }

  const all = decoded(cube.all), largest = decoded(cube.largest);
  const parts = new Map(), waiting = new Map();
  window.ontimePart = (name, stamp, text) => {
    const { found, failed } = waiting.get(name);
    if (stamp === cube.stamp) found(decoded(text));
    else failed(new Error("The site was published anew meanwhile: load this page again."));
  };
  function load(name) {
    if (!parts.has(name)) {
      const asked = new Promise((found, failed) => {
        waiting.set(name, { found, failed });
        const script = document.createElement("script");
        script.src = `assets/cube/${name}.js?${cube.stamp}`;
        script.addEventListener("error", () => failed(new Error(
          `The counts of these flights could not be loaded (assets/cube/${name}.js): try again.`)));
        document.head.append(script);
      });
      parts.set(name, asked);
      // what failed is asked for again with the next choice
      asked.catch(() => parts.delete(name));
    }
    return parts.get(name);
  }
  const partOf = (kind, code) => `${kind}-${code.replace(/[^A-Za-z0-9-]/g, "_")}`;
  /* the name of the script that holds the flights of a choice; none if all flights are chosen */
  const neededBy = choice =>
    choice.o ? partOf("from", choice.o) : choice.t ? partOf("to", choice.t) : choice.c ? partOf("by", choice.c) : "";

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
    for (const [name, role] of [["o", "from"], ["t", "to"]]) {
      const used = new Set(cube[role]);
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
      // a chart that is shown as a table, and the words of a filter, are read by figures.js
      if (views.owns(name)) continue;
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

  views.write = () => {
    const link = linkOf(chosen());
    history.replaceState(null, "", link ? `#${link}` : location.pathname + location.search);
  };

  function linkOf(choice) {
    const usual = { o: "", t: "", c: "", from: months[0], to: months[months.length - 1], m: metrics[0].key };
    const parts = Object.entries(choice).filter(([name, value]) => value !== usual[name]);
    return new URLSearchParams([...parts, ...views.fields()]).toString();
  }

  const emptySums = () => new Float64Array(WIDTH);
  function add(sums, rows, i) {
    for (let place = at.scheduled; place < WIDTH; place++) sums[place] += rows[i + place];
  }

  /* the flights of a choice; rows are those of its script, or of the largest routes without one */
  function counted(choice, rows) {
    const first = months.indexOf(choice.from), last = months.indexOf(choice.to);
    const result = { own: emptySums(), all: emptySums(), months: new Map(), routes: new Map(), lines: [] };
    for (let month = first; month <= last; month++)
      result.months.set(month, { own: emptySums(), all: emptySums() });
    const isWithin = month => month >= first && month <= last;
    for (let i = 0; i < all.length; i += WIDTH) {
      if (!isWithin(all[i])) continue;
      const sums = result.months.get(all[i]);
      add(result.all, all, i); add(sums.all, all, i);
      if (!rows) { add(result.own, all, i); add(sums.own, all, i); }
    }
    const origin = choice.o ? airportAt[choice.o] : -1, target = choice.t ? airportAt[choice.t] : -1;
    const carrier = choice.c ? carrierAt[choice.c] : -1;
    const counts = rows || largest;
    for (let i = 0; i < counts.length; i += WIDTH) {
      if (!isWithin(counts[i])) continue;
      const from = counts[i + at.origin], to = counts[i + at.destination];
      if ((origin >= 0 && from !== origin) || (target >= 0 && to !== target)) continue;
      if (carrier >= 0 && counts[i + at.carrier] !== carrier) continue;
      const route = `${airports[from][0]}-${airports[to][0]}`;
      if (!result.routes.has(route)) result.routes.set(route, emptySums());
      add(result.routes.get(route), counts, i);
      if (!rows) continue;
      add(result.own, counts, i); add(result.months.get(counts[i]).own, counts, i);
      result.lines.push(counts.slice(i, i + WIDTH));
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

  /* the last three months against the three before, if all six are chosen and have flights */
  function direction(metric, trend) {
    const sums = [trend.slice(-3), trend.slice(-6, -3)].map(three => three.length === 3 && three.reduce(
      (sum, row) => sum.map((value, place) => value + row.sums[place]), emptySums()));
    if (trend.length < 6) return "Choose six months or more: the last three are compared with the three before.";
    const [late, early] = sums.map(three => valueOf(metric, three));
    if (late === null || early === null) return "";
    const month = monthName(trend[trend.length - 1].month);
    const change = metric.unit
      ? `${Math.abs(late - early).toFixed(1)} ${metric.unit}` : `${(100 * Math.abs(late - early)).toFixed(1)} percentage points`;
    return `In the three months to ${month}, ${metric.words.replace("{}", written(metric, late))}, `
      + `${change} ${late >= early ? "more" : "less"} than in the three months before (${written(metric, early)}).`;
  }

  function trendRows(metric, result) {
    return [...result.months].map(([month, sums]) => {
      const value = valueOf(metric, sums.own), all = valueOf(metric, sums.all);
      const bounds = value === null || metric.unit
        ? [null, null] : interval(sums.own[at[metric.events]], sums.own[at[metric.total]]);
      return { month: months[month], sums: sums.own, flights: sums.own[at.scheduled], value, all, low: bounds[0], high: bounds[1] };
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
        if (cell.exact !== undefined) made.dataset.v = cell.exact === null ? "" : cell.exact;
        row.append(made);
      }
      return row;
    }));
  }

  const text = (words, exact) => ({ text: words, exact });
  const number = (words, value) => ({ text: words, isNumber: true, exact: value === null ? null : +value.toFixed(6) });

  function routesInWords(found, isWhole) {
    const shown = count(cube.shownRoutes);
    if (isWhole && cube.routes > cube.shownRoutes)
      return `${count(cube.routes)} routes; the ${shown} with most flights are shown, all are in the CSV file. `
        + "Choose an airport or a carrier for the others.";
    return `${count(found)} ${found === 1 ? "route" : "routes"}` + (found > cube.shownRoutes
      ? `; the ${shown} with most flights are shown, all are in the CSV file.` : ".");
  }

  function tables(metric, result, trend, isWhole) {
    fillTable("months", trend.map(row => [
      text(monthName(row.month), row.month), number(count(row.flights), row.flights), number(written(metric, row.value), row.value),
      number(row.low === null ? "" : percent(row.low), row.low), number(row.high === null ? "" : percent(row.high), row.high),
      number(written(metric, row.all), row.all),
    ]));
    const routes = [...result.routes].sort((one, other) =>
      other[1][at.scheduled] - one[1][at.scheduled] || (one[0] < other[0] ? -1 : 1));
    fillTable("routes", routes.slice(0, cube.shownRoutes).map(([route, sums]) => {
      const [from, to] = route.split("-").map(code => airports[airportAt[code]][1]);
      const value = valueOf(metric, sums), total = sums[at[metric.total]];
      const bounds = value === null || metric.unit ? null : interval(sums[at[metric.events]], total);
      return [
        { text: `${from} to ${to}`, href: withCard.has(route) ? `route/${route}.html` : "", exact: route },
        number(count(sums[at.scheduled]), sums[at.scheduled]), number(written(metric, value), value),
        number(bounds ? percent(bounds[0]) : "", bounds ? bounds[0] : null),
        number(bounds ? percent(bounds[1]) : "", bounds ? bounds[1] : null),
      ];
    }));
    show("routes-words", routesInWords(routes.length, isWhole));
    document.querySelectorAll("[data-metric]").forEach(cell => {
      cell.textContent = metric.label;
      if (cell.tagName === "TH") cell.dataset.column = metric.unit ? `${metric.key}_${metric.unit}` : `${metric.key}_share`;
    });
  }

  /* Vega is large: it is loaded when the numbers are on the page */
  let vega = null;
  const drawer = () => vega || (vega = new Promise((found, failed) => {
    const script = document.createElement("script");
    script.src = "assets/vega.js";
    script.addEventListener("load", () => found(window.vegaEmbed));
    script.addEventListener("error", failed);
    document.head.append(script);
  }));

  async function chart(metric, trend, isWanted) {
    const place = document.getElementById("chart");
    const known = trend.filter(row => row.value !== null);
    if (!known.length) { place.replaceChildren(); return; }
    const style = getComputedStyle(document.documentElement);
    const colour = name => style.getPropertyValue(name).trim();
    const format = metric.unit ? ".0f" : ".0%";
    const values = trend.map(row => ({ month: `${row.month}-01`, value: row.value, all: row.all, low: row.low, high: row.high }));
    const x = { field: "month", type: "temporal", title: null, axis: { format: "%b %Y", grid: false, labelOverlap: true, tickCount: Math.min(values.length, 8) } };
    const y = field => ({ field, type: "quantitative", title: null, scale: { zero: false }, axis: { format } });
    const layer = [
      { mark: { type: "line", color: colour("--muted"), strokeDash: [5, 4] }, encoding: { x, y: y("all") } },
      { mark: { type: "line", color: colour("--mark"), strokeWidth: 2.5 }, encoding: { x, y: y("value") } },
      { mark: { type: "point", filled: true, opacity: 1, size: 70, color: colour("--mark") }, encoding: { x, y: y("value") } }];
    if (!metric.unit)
      layer.unshift({ mark: { type: "area", color: colour("--band") }, encoding: { x, y: y("low"), y2: { field: "high" } } });
    // a place of its own for each drawing, so that no tip of an earlier one stays
    const drawn = document.createElement("div");
    try {
      const embed = await drawer();
      if (!isWanted()) return;
      place.replaceChildren(drawn);
      await embed(drawn, {
        $schema: "https://vega.github.io/schema/vega-lite/v6.json", width: "container", height: 280,
        background: null, data: { values }, layer,
        config: { font: "'Inter Variable', Inter, system-ui, sans-serif", view: { stroke: null },
          axis: { labelColor: colour("--muted"), gridColor: colour("--line"), domainColor: colour("--line"), tickColor: colour("--line"), labelFontSize: 12.5 } },
      }, { actions: false, renderer: "svg", tooltip: false });
    } catch {
      drawn.replaceChildren();
      return;
    }
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", `${document.getElementById("direction").textContent} A point for each month, `
      + "a band for its interval, a dashed line for all flights.");
    const points = [...drawn.querySelectorAll(".mark-symbol path")];
    if (points.length !== known.length) return;
    known.forEach((row, place) => {
      points[place].dataset.tip = `${monthName(row.month)}: ${written(metric, row.value)}; `
        + `${count(row.flights)} flights scheduled; all flights ${written(metric, row.all)}`;
    });
    window.ontimeTips(drawn, points);
  }

  /* one line for each month, carrier and route: codes and counts only */
  function csv(lines) {
    const names = ["flight_month", "carrier_code", "origin_airport_code", "destination_airport_code", ...cube.countColumns];
    const ordered = [...lines].sort((one, other) =>
      one[0] - other[0] || one[1] - other[1] || one[2] - other[2] || one[3] - other[3]);
    const written = ordered.map(line => [
      months[line[0]], carriers[line[at.carrier]][0], airports[line[at.origin]][0],
      airports[line[at.destination]][0], ...line.slice(at.scheduled)].join(","));
    return `${names.join(",")}\n${written.join("\n")}${written.length ? "\n" : ""}`;
  }

  /* the lines of a result; those of all flights are in the scripts of the carriers */
  async function linesOf({ choice, result }) {
    if (neededBy(choice)) return result.lines;
    const each = await Promise.all(carriers.map(([code]) => load(partOf("by", code))));
    return each.flatMap(rows => counted(choice, rows).lines);
  }

  let current = null, asked = 0, latest = null;
  const update = unknown => (latest = updated(unknown));
  async function updated(unknown = []) {
    const choice = chosen(), turn = ++asked, isWanted = () => turn === asked;
    const metric = metrics.find(one => one.key === choice.m), name = neededBy(choice);
    views.write();
    const part = document.getElementById("result"), loading = document.getElementById("loading");
    let rows = null;
    if (name) {
      part.setAttribute("aria-busy", "true");
      const late = setTimeout(() => { loading.hidden = !isWanted(); }, 300);
      try {
        rows = await load(name);
      } catch (error) {
        if (!isWanted()) return;
        // numbers of an earlier choice must not stand beside this one
        current = null;
        part.hidden = true;
        loading.hidden = false;
        loading.textContent = error.message;
        return;
      } finally {
        clearTimeout(late);
      }
      if (!isWanted()) return;
    }
    const result = counted(choice, rows), trend = trendRows(metric, result);
    current = { choice, result };
    show("sentence", inWords(choice, metric, result));
    show("warning", unknown.length ? `The link names something that is not in these data: ${unknown.join(", ")}.` : "");
    show("direction", direction(metric, trend));
    show("metric-words", metric.description);
    numbers(result);
    tables(metric, result, trend, !name);
    loading.hidden = true;
    part.hidden = false;
    part.removeAttribute("aria-busy");
    chart(metric, trend, isWanted);
  }

  if (!months.length) {
    show("loading", "No flights are loaded.");
    document.getElementById("loading").hidden = false;
    return;
  }
  fill();
  form.hidden = false;
  update(readLink());
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
    const link = linkOf(chosen());
    const address = `${location.href.split("#")[0]}${link ? `#${link}` : ""}`;
    try {
      await navigator.clipboard.writeText(address);
      show("done", "The link is copied.");
    } catch {
      show("done", "Copy the link from the address bar.");
    }
  });
  document.getElementById("csv").addEventListener("click", async () => {
    // the file holds what is chosen now, also if its counts are still being loaded
    await latest;
    if (!current) return;
    let lines;
    try {
      lines = await linesOf(current);
    } catch (error) {
      show("done", error.message);
      return;
    }
    const made = document.createElement("a");
    made.href = URL.createObjectURL(new Blob([csv(lines)], { type: "text/csv" }));
    made.download = "flights.csv";
    made.click();
    setTimeout(() => URL.revokeObjectURL(made.href), 1000);
    show("done", `${count(lines.length)} rows are saved as flights.csv.`);
  });
})();
