// Tables: their items, a page at a time, by key or index.

import { get, segment } from "./api.js";
import { batched, h, put, text } from "./dom.js";
import { count, plain, plural } from "./format.js";
import { code, empty, problem } from "./parts.js";
import { store, watch } from "./store.js";

/** Columns at most; all attributes are in the item itself. */
const COLUMNS = 8;

export function tables(root, [first]) {
  const names = store.app.resources.filter((resource) => resource.kind === "table").map((resource) => resource.name);
  if (!names.length) {
    put(root, empty("The application has no table."));
    return {};
  }
  let chosen = names.includes(first) ? first : names[0];
  let index = "";
  let partition = "";
  let items = [];
  let next = null;
  let keys = [];
  let request = 0;

  const pick = h("select", { id: "table", onchange: () => (location.hash = `#/tables/${segment(pick.value)}`) }, names.map((name) => h("option", { value: name }, name)));
  const by = h("select", {
    id: "index",
    onchange: () => {
      index = by.value;
      partition = search.value = "";
      look();
    },
  });
  const search = h("input", { type: "search", id: "partition" });
  const label = h("label", { for: "partition" }, "Partition key");
  const form = h(
    "form",
    {
      class: "bar",
      onsubmit: (event) => {
        event.preventDefault();
        partition = search.value;
        look();
      },
    },
    h("label", { for: "table" }, "Table"),
    pick,
    h("label", { for: "index" }, "Sorted by"),
    by,
    label,
    search,
    h("button", {}, "Query"),
    h("a", { class: "button", "data-send": true }, "Put an item"),
  );
  const total = h("p", { class: "quiet", role: "status" });
  const place = h("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Items" });
  const more = h("button", { type: "button", class: "more", hidden: true, onclick: () => look(true) }, "More");
  const detail = h("section", { class: "panel", "aria-label": "Item", hidden: true });
  put(root, h("section", { class: "panel", "aria-label": "Table" }, form, total, place, more), detail);

  function indexes() {
    const table = store.state?.tables.find((table) => table.name === chosen);
    const options = ["", ...(table?.indexes ?? [])];
    if (by.options.length !== options.length || by.dataset.of !== chosen) {
      by.dataset.of = chosen;
      put(by, options.map((name) => h("option", { value: name }, name || "the table's key")));
    }
    by.value = index;
    pick.value = chosen;
    form.querySelector("[data-send]").setAttribute("href", `#/send/${segment(chosen)}`);
    return table;
  }

  async function look(isMore = false) {
    const mine = ++request;
    const table = indexes();
    const query = new URLSearchParams();
    if (index) query.set("index", index);
    if (partition) query.set("partition", partition);
    if (isMore && next) query.set("start", JSON.stringify(next));
    try {
      const page = await get(`tables/${segment(chosen)}/items?${query}`);
      if (mine !== request) return;
      items = isMore ? [...items, ...page.items] : page.items;
      ({ keys, next } = page);
      text(label, `Partition key (${keys[0]})`);
      text(total, `${plural(items.length, "item")} of ${count(table?.items ?? items.length)}`);
      more.hidden = next === null;
      draw();
    } catch (error) {
      if (mine === request) put(place, problem(error));
    }
  }

  function draw() {
    if (!items.length) {
      put(place, empty(partition ? "No item has this key." : "The table is empty."));
      return;
    }
    const seen = new Set(keys);
    for (const item of items) Object.keys(item).forEach((name) => seen.add(name));
    const columns = [...seen].slice(0, COLUMNS);
    put(
      place,
      h(
        "table",
        { class: "grid is-items" },
        h("caption", { class: "visually-hidden" }, `Items of ${chosen}`),
        h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, name, keys.includes(name) && h("span", { class: "key", title: "part of the key" }, " key"))))),
        h(
          "tbody",
          {},
          items.map((item) =>
            h(
              "tr",
              {},
              columns.map((name, at) => {
                const words = cell(item[name]);
                return at === 0 ? h("th", { scope: "row" }, h("button", { type: "button", class: "link", onclick: () => open(item) }, words || "(empty)")) : h("td", {}, words);
              }),
            ),
          ),
        ),
      ),
    );
  }

  function open(item) {
    const shown = Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]));
    detail.hidden = false;
    put(
      detail,
      h("h2", {}, "Item"),
      code(JSON.stringify(shown), "Item as JSON"),
      h("details", {}, h("summary", {}, "As DynamoDB has it"), code(JSON.stringify(item), "Item in DynamoDB's JSON")),
    );
    detail.scrollIntoView({ block: "nearest" });
  }

  const changed = batched(() => {
    const table = store.state?.tables.find((table) => table.name === chosen);
    const state = `${chosen} ${table?.items}`;
    if (changed.state !== state) {
      changed.state = state;
      look();
    }
  });
  changed();
  const end = watch((what, events) => {
    if (what === "state") changed();
    // An item may change and the number of items stay.
    if (what === "events" && events.some((event) => event.node === chosen && event.what === "called")) look();
  });
  return {
    go([name]) {
      if (!names.includes(name)) return;
      chosen = name;
      index = partition = search.value = "";
      detail.hidden = true;
      changed();
    },
    end,
  };
}

function cell(attribute) {
  if (attribute === undefined) return "";
  const value = plain(attribute);
  const words = typeof value === "string" ? value : JSON.stringify(value);
  return words.length > 60 ? words.slice(0, 59) + "…" : words;
}
