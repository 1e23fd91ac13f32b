/* The tools of charts and tables: tabs for the chart and its numbers, a link to what is shown, a
   CSV file of the numbers, and a filter for long tables. Without script the numbers are beneath the
   chart, to be opened. The address holds what is shown: `#months=table`, `#table=&table.only=EWR`. */
"use strict";
(() => {
  const make = (name, attributes = {}, text = "") => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };
  const parts = new Map();
  const page = location.pathname.split("/").pop().replace(/\.html$/, "") || "index";

  /* --- CSV: the rows that are shown, with their exact values --- */
  const quoted = text => /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  const exact = cell => cell.dataset.v ?? (cell.classList.contains("n") ? cell.textContent.replace(/,/g, "") : cell.textContent);
  function csvOf(table) {
    const head = [...table.tHead.rows[0].cells].map(cell => cell.dataset.column || cell.textContent);
    const rows = [...table.tBodies[0].rows].filter(row => !row.hidden).map(row => [...row.cells].map(exact));
    return { count: rows.length, text: [head, ...rows].map(row => `${row.map(quoted).join(",")}\n`).join("") };
  }
  function save(name, text) {
    const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "text/csv" })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  /* --- the address: a part of it for each chart that is not shown as usual --- */
  const isUsual = part => part.view !== "table" && !part.only;
  const fields = part => [
    [part.name, part.view === "table" ? "table" : ""], ...(part.only ? [[`${part.name}.only`, part.only]] : [])];
  const written = fields => fields.map(pair =>
    pair.filter((text, place) => text || !place).map(encodeURIComponent).join("=")).join("&");
  /* the chart that is looked at comes first */
  const hashOf = first => written([...new Set([first, ...parts.values()])]
    .filter(part => part === first || !isUsual(part)).flatMap(fields));
  const views = window.ontimeViews = {
    owns: key => parts.has(key.replace(/\.only$/, "")),
    fields: () => [...parts.values()].filter(part => !isUsual(part)).flatMap(fields),
    // a page whose address holds more, such as the explorer, writes it itself
    write: first => history.replaceState(null, "", `#${hashOf(first)}`),
  };

  function tools(part, tabs = []) {
    const bar = make("div", { class: "tools" });
    const done = make("span", { role: "status" });
    const link = make("button", { type: "button" }, "Copy link");
    const csv = make("button", { type: "button" }, "CSV");
    csv.setAttribute("aria-label", `Save the numbers as CSV: ${part.title}`);
    link.setAttribute("aria-label", `Copy link: ${part.title}`);
    link.addEventListener("click", async () => {
      views.write(part);
      try {
        await navigator.clipboard.writeText(location.href);
        done.textContent = "The link is copied.";
      } catch {
        done.textContent = "Copy the link from the address bar.";
      }
    });
    csv.addEventListener("click", () => {
      const { count, text } = csvOf(part.table), name = `${page}-${part.name}.csv`;
      save(name, text);
      done.textContent = `${count.toLocaleString("en-US")} ${count === 1 ? "row is" : "rows are"} saved as ${name}.`;
    });
    bar.append(...tabs, link, csv, done);
    return bar;
  }

  /* --- a chart: tabs for the picture and its numbers --- */
  function tabbed(figure) {
    const drawn = figure.querySelector(".drawn"), details = figure.querySelector("details");
    const table = details && details.querySelector("table[data-chart]");
    if (!drawn || !table) return;
    const name = figure.dataset.chart, caption = figure.querySelector("figcaption");
    const title = caption ? caption.textContent : details.querySelector(".table").getAttribute("aria-label");
    const numbers = make("div", { class: "behind" });
    numbers.append(...[...details.children].filter(child => child.tagName !== "SUMMARY"));
    details.replaceWith(numbers);
    drawn.after(numbers);
    const part = { name, title, table, place: figure, view: "chart", only: "" };
    const list = make("div", { role: "tablist", "aria-label": title, class: "tabs" });
    const panels = { chart: drawn, table: numbers };
    const tabs = Object.entries({ chart: figure.dataset.kind === "bubble_map" ? "Map" : "Chart", table: "Table" })
      .map(([view, words]) => {
        const tab = make("button", { type: "button", role: "tab", id: `${name}-${view}-tab`, "aria-controls": `${name}-${view}` }, words);
        Object.entries({ id: `${name}-${view}`, role: "tabpanel", "aria-labelledby": tab.id })
          .forEach(([key, value]) => panels[view].setAttribute(key, value));
        tab.addEventListener("click", () => {
          part.show(view);
          views.write(part);
          // a chart that is drawn by script has the width of its place
          dispatchEvent(new Event("resize"));
        });
        tab.dataset.view = view;
        list.append(tab);
        return tab;
      });
    list.addEventListener("keydown", event => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
      next.focus();
      next.click();
    });
    part.show = view => {
      part.view = view;
      for (const tab of tabs) {
        const isShown = tab.dataset.view === view;
        tab.setAttribute("aria-selected", String(isShown));
        tab.tabIndex = isShown ? 0 : -1;
        panels[tab.dataset.view].hidden = !isShown;
      }
    };
    part.show("chart");
    drawn.before(tools(part, [list]));
    parts.set(name, part);
  }

  /* --- a table by itself: a filter if it is long --- */
  function alone(region) {
    const table = region.querySelector("table[data-chart]");
    const title = region.getAttribute("aria-label");
    const name = table ? table.dataset.chart : "";
    const part = { name, title, table, place: region, view: "", only: "", show() {} };
    const label = make("label", { class: "filter" }, "Show only rows with");
    const input = make("input", { type: "search", autocomplete: "off" });
    label.append(input);
    const filter = region.classList.contains("long") ? [label] : [];
    if (table) {
      region.before(tools(part, filter));
      parts.set(name, part);
    } else region.before(...filter);
    if (!filter.length) return;
    part.filter = text => {
      input.value = part.only = text;
      const wordsOf = window.ontimeWords, asked = wordsOf(text);
      for (const row of region.querySelectorAll("tbody tr")) {
        const words = [...row.cells].flatMap(cell => wordsOf(cell.textContent));
        row.hidden = !asked.every(word => words.some(one => one.startsWith(word)));
      }
    };
    input.addEventListener("input", () => {
      part.filter(input.value);
      if (table) views.write(part);
    });
  }

  document.querySelectorAll("figure[data-chart]").forEach(tabbed);
  for (const region of document.querySelectorAll(".table"))
    if (!region.closest("figure") && (region.classList.contains("long") || region.querySelector("table[data-chart]"))) alone(region);

  /* what a link names is shown, and the page begins there */
  function read() {
    const asked = [...new URLSearchParams(location.hash.slice(1))];
    let first = null;
    for (const [key, value] of asked) {
      const part = parts.get(key.replace(/\.only$/, ""));
      if (!part) continue;
      first = first || part;
      if (key !== part.name) { if (part.filter) part.filter(value); }
      else part.show(value === "table" ? "table" : "chart");
    }
    if (first) first.place.scrollIntoView();
  }
  read();
  addEventListener("hashchange", read);
})();
