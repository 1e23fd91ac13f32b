/* Asks the tables in SQL, with DuckDB in a worker of this page. Nothing is loaded before the first
   question. The file is opened read-only and sealed; the page's policy allows no other server. */
"use strict";
(() => {
  const form = document.getElementById("ask");
  if (location.protocol === "file:") {
    document.getElementById("from-disk").hidden = false;
    return;
  }
  const settings = JSON.parse(form.dataset.settings);
  const base = document.currentScript.src.replace(/assets\/sql\.js.*$/, "");
  const place = id => document.getElementById(id);
  const [query, run, stop, csv, state, problem, answer] =
    ["query", "run", "stop", "csv", "state", "problem", "answer"].map(place);
  const say = words => { state.textContent = words; };
  const count = number => number.toLocaleString("en-US");
  // what a question begins with; DuckDB itself could do more, though not to a file that is read-only
  const QUESTIONS = /^(select|from|with|values|table|describe|desc|show|summarize|pivot|unpivot|\()/i;

  let engine = null; // the promise of a connection
  let worker = null;
  let interrupt = null; // rejects what is running
  let last = null; // the answer that is shown

  async function loaded(name) {
    const found = await fetch(`${base}${settings.folder}/${name}`);
    if (!found.ok) throw new Error(`${name} cannot be loaded (${found.status} ${found.statusText}).`);
    return new Uint8Array(await found.arrayBuffer());
  }

  function script(name) {
    return new Promise((done, failed) => {
      const made = document.createElement("script");
      made.src = `${base}${settings.folder}/${name}`;
      made.addEventListener("load", done);
      made.addEventListener("error", () => failed(new Error(`${name} cannot be loaded.`)));
      document.head.append(made);
    });
  }

  async function start() {
    say("Loading DuckDB and the data …");
    if (!globalThis.Arrow) await script("arrow.js");
    const duckdb = await import(`${base}${settings.folder}/duckdb.mjs`);
    worker = new Worker(`${base}${settings.folder}/worker.js`);
    const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker);
    const [content] = await Promise.all([
      loaded(settings.file), database.instantiate(`${base}${settings.folder}/duckdb.wasm`)]);
    await database.registerFileBuffer(settings.file, content);
    await database.open({ path: settings.file, accessMode: duckdb.DuckDBAccessMode.READ_ONLY });
    const connection = await database.connect();
    for (const statement of settings.settings) await connection.query(statement);
    return connection;
  }

  /* ends the worker, and with it whatever it is doing; the next question starts another */
  function end() {
    if (worker) worker.terminate();
    worker = engine = null;
  }

  function cleaned(text) {
    const sql = text.replace(/^(\s|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/)+/, "").replace(/[;\s]+$/, "");
    if (!sql) throw new Error("There is no question yet: write one, or choose an example.");
    if (!QUESTIONS.test(sql))
      throw new Error("Only questions can be asked: begin with select, from, with, describe or summarize.");
    return sql;
  }

  const texts = table => Array.from({ length: table.numCols }, (_, column) => {
    const vector = table.getChildAt(column);
    return Array.from({ length: table.numRows }, (_, row) => vector.get(row));
  });

  async function ask(sql) {
    const connection = await engine;
    say("Asking …");
    const began = performance.now();
    // as text, so that every type is written as DuckDB writes it; one row more than is allowed
    const found = texts(await connection.query(
      `select columns(*)::varchar from (\n${sql}\n) limit ${settings.mostRows + 1}`));
    const seconds = (performance.now() - began) / 1000;
    const [names, types] = texts(await connection.query(`describe from (\n${sql}\n)`));
    const total = found.length ? found[0].length : 0;
    return {
      names, seconds, columns: found, total: Math.min(total, settings.mostRows), isCut: total > settings.mostRows,
      isNumber: types.map(type => /INT|DECIMAL|DOUBLE|FLOAT/.test(type) && !type.includes("[")),
    };
  }

  function show(found) {
    const cell = (name, text, isNumber) => {
      const made = document.createElement(name);
      if (text === null) made.className = "null";
      made.textContent = text === null ? "null" : text;
      if (isNumber) made.classList.add("n");
      if (name === "th") made.scope = "col";
      return made;
    };
    const row = cells => {
      const made = document.createElement("tr");
      made.append(...cells);
      return made;
    };
    const { names, columns, isNumber, total } = found;
    answer.querySelector("thead").replaceChildren(row(names.map((name, at) => cell("th", name, isNumber[at]))));
    answer.querySelector("tbody").replaceChildren(...Array.from(
      { length: Math.min(total, settings.shownRows) },
      (_, line) => row(columns.map((values, at) => cell("td", values[line], isNumber[at])))));
    answer.hidden = false;
    answer.scrollTop = 0;
    const more = total > settings.shownRows ? `; the first ${settings.shownRows} are shown` : "";
    const cut = found.isCut ? ` There are more: an answer ends at ${count(settings.mostRows)} rows.` : "";
    say(`${count(total)} ${total === 1 ? "row" : "rows"} in ${found.seconds.toFixed(2)} s${more}.${cut}`);
    csv.disabled = false;
  }

  /* DuckDB's message without the place in the query, which is not the one that was typed, and
     without its advice to install what cannot be installed here */
  function inWords(error) {
    const words = String(error.message || error).split(/\nLINE|\n\s*\nPlease try/)[0].replace(/\s+/g, " ").trim();
    return words.slice(0, 400) || "The question could not be answered.";
  }

  async function submit() {
    problem.textContent = "";
    let sql;
    try {
      sql = cleaned(query.value);
    } catch (error) {
      say("");
      problem.textContent = error.message;
      return;
    }
    history.replaceState(null, "", `#q=${encodeURIComponent(query.value)}`);
    run.disabled = true;
    stop.disabled = false;
    csv.disabled = true;
    last = null;
    answer.hidden = true;
    try {
      const isStopped = new Promise((_, failed) => { interrupt = failed; });
      if (!engine) engine = start();
      await Promise.race([engine, isStopped]);
      last = await Promise.race([ask(sql), isStopped]);
      show(last);
    } catch (error) {
      say("");
      problem.textContent = inWords(error);
      if (engine) engine.catch(end); // an engine that did not start is tried again
    } finally {
      run.disabled = false;
      stop.disabled = true;
    }
  }

  const quoted = text => text === null ? "" : /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

  function download() {
    const lines = [last.names.map(quoted).join(",")];
    for (let line = 0; line < last.total; line++) lines.push(last.columns.map(values => quoted(values[line])).join(","));
    const made = document.createElement("a");
    made.href = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/csv" }));
    made.download = "answer.csv";
    made.click();
    setTimeout(() => URL.revokeObjectURL(made.href), 1000);
    say(`${count(last.total)} ${last.total === 1 ? "row is" : "rows are"} saved as answer.csv.`);
  }

  const linked = () => { try { return decodeURIComponent(location.hash.replace(/^#q=/, "")); } catch { return ""; } };
  query.value = location.hash.startsWith("#q=") ? linked() : Object.values(settings.examples)[0];
  form.hidden = place("how").hidden = false;
  form.addEventListener("submit", event => { event.preventDefault(); if (!run.disabled) submit(); });
  form.elements.example.addEventListener("change", event => {
    if (event.target.value) query.value = settings.examples[event.target.value];
  });
  query.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
  });
  stop.addEventListener("click", () => {
    end();
    interrupt(new Error("Stopped. The next question loads DuckDB again."));
  });
  csv.addEventListener("click", download);
  place("copy").addEventListener("click", async () => {
    const address = `${location.href.split("#")[0]}#q=${encodeURIComponent(query.value)}`;
    try {
      await navigator.clipboard.writeText(address);
      say("The link is copied.");
    } catch {
      history.replaceState(null, "", address);
      say("Copy the link from the address bar.");
    }
  });
})();
