/* What the pages can do beyond reading: search, and tips for marks by mouse and keyboard (the tools
   of charts and tables are in figures.js). Without script the pages miss only these. Nothing is
   loaded from elsewhere. */
"use strict";
(() => {
  const base = document.currentScript.src.replace(/assets\/site\.js.*$/, "");
  const make = (name, attributes = {}, text = "") => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };

  /* --- search: every word typed must begin a word of the entry --- */
  const plain = text => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const wordsOf = text => plain(text).split(/[^a-z0-9]+/).filter(Boolean);
  let entries = null;
  function load(then) {
    if (entries) return then();
    const script = make("script", { src: `${base}assets/search-index.js` });
    script.addEventListener("load", () => {
      entries = window.ontimeIndex.map(([title, kind, address, more = ""]) =>
        ({ title, kind, address, words: wordsOf(`${title} ${more}`), whole: plain(title) }));
      then();
    });
    document.head.append(script);
  }
  function find(typed) {
    const asked = wordsOf(typed);
    if (!asked.length) return [];
    const scored = [];
    entries.forEach((entry, place) => {
      let score = 0;
      for (const word of asked) {
        if (entry.words.includes(word)) score += 2;
        else if (entry.words.some(one => one.startsWith(word))) score += 1;
        else return;
      }
      if (entry.whole.startsWith(plain(typed).trim())) score += 1;
      scored.push([score / (1 + entry.words.length / 50), place]);
    });
    scored.sort((one, other) => other[0] - one[0] || one[1] - other[1]);
    return scored.slice(0, 12).map(([, place]) => entries[place]);
  }

  const brand = document.querySelector("header .brand");
  if (brand) {
    const form = make("form", { role: "search", class: "search" });
    const input = make("input", {
      type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-expanded": "false",
      "aria-controls": "found", "aria-autocomplete": "list", "aria-label": "Search airports, carriers, routes, columns, guides",
      placeholder: "Search airports, carriers, columns …" });
    const list = make("ul", { id: "found", role: "listbox", "aria-label": "Found", hidden: "" });
    const line = make("div", { class: "brandline" });
    brand.replaceWith(line);
    form.append(input, list);
    line.append(brand, form);
    let chosen = -1;
    const choose = place => {
      const items = [...list.children];
      chosen = items.length ? (place + items.length) % items.length : -1;
      items.forEach((item, one) => item.setAttribute("aria-selected", String(one === chosen)));
      if (chosen >= 0) {
        input.setAttribute("aria-activedescendant", items[chosen].id);
        items[chosen].scrollIntoView({ block: "nearest" });
      }
    };
    const close = () => {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const show = () => {
      const found = find(input.value);
      list.replaceChildren(...found.map((entry, place) => {
        const item = make("li", { role: "option", id: `found-${place}`, "data-to": entry.address }, entry.title);
        item.append(make("span", {}, entry.kind));
        return item;
      }));
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      choose(0);
    };
    const go = item => { if (item) location.href = base + item.dataset.to; };
    input.addEventListener("focus", () => load(() => {}));
    input.addEventListener("input", () => load(show));
    input.addEventListener("keydown", event => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Escape") close();
    });
    form.addEventListener("submit", event => { event.preventDefault(); go(list.children[chosen]); });
    list.addEventListener("mousedown", event => { event.preventDefault(); go(event.target.closest("li")); });
    input.addEventListener("blur", close);
  }

  /* --- tips: the titles of marks, shown at once, and reached with the arrow keys --- */
  const tip = make("div", { class: "tip", hidden: "" });
  const spoken = make("div", { class: "spoken", "aria-live": "polite" });
  document.body.append(tip, spoken);
  let lit = null;
  function light(mark, x, y) {
    if (lit) lit.classList.remove("lit");
    lit = mark;
    tip.hidden = !mark;
    if (!mark) return;
    mark.classList.add("lit");
    tip.textContent = mark.dataset.tip;
    const box = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(x + 12, innerWidth - box.width - 8))}px`;
    tip.style.top = `${y - box.height - 10 < 0 ? y + 16 : y - box.height - 10}px`;
  }
  /* point at a mark, or focus the chart and step through its marks */
  function follow(place, marks) {
    place.addEventListener("pointermove", event => light(event.target.closest("[data-tip]"), event.clientX, event.clientY));
    place.addEventListener("pointerleave", () => light(null));
    place.tabIndex = 0;
    let at = -1;
    place.addEventListener("keydown", event => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") light(null);
      if (event.key === "Enter" && at >= 0 && marks[at].closest("a")) location.href = marks[at].closest("a").href.baseVal;
      const end = { Home: 0, End: marks.length - 1 }[event.key];
      if (!step && end === undefined) return;
      event.preventDefault();
      // the first step to the left begins at the end
      if (at < 0 && step < 0) at = 0;
      at = step ? (at + step + marks.length) % marks.length : end;
      const box = marks[at].getBoundingClientRect();
      light(marks[at], box.x + box.width / 2, box.y);
      spoken.textContent = marks[at].dataset.tip;
    });
    place.addEventListener("blur", () => light(null));
  }
  for (const svg of document.querySelectorAll("figure svg")) {
    const marks = [];
    for (const title of svg.querySelectorAll("title")) {
      const mark = title.parentElement;
      if (mark === svg || !title.textContent) continue;
      mark.dataset.tip = title.textContent;
      // the browser's own tip would cover this one; a link keeps its name
      if (mark.closest("a")) mark.closest("a").setAttribute("aria-label", title.textContent);
      title.remove();
      marks.push(mark);
    }
    if (!marks.length) continue;
    follow(svg.parentElement, marks);
  }
  // for a chart that is drawn later, such as that of the explorer, and for the tools of tables
  window.ontimeTips = follow;
  window.ontimeWords = wordsOf;
})();
