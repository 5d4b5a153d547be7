// The frame of the page: views by address, navigation, clock, connection and shortcuts.

import { post } from "./api.js";
import { h, keyed, put, say, text } from "./dom.js";
import { count, moment } from "./format.js";
import { begin, now, store, touch, watch } from "./store.js";
import { overview } from "./overview.js";
import { traces } from "./traces.js";
import { queues } from "./queues.js";
import { tables } from "./tables.js";
import { buckets } from "./buckets.js";
import { permissions } from "./permissions.js";
import { functions } from "./functions.js";
import { send } from "./send.js";

const letters = () => (store.state?.queues ?? []).filter((q) => q.letters_of);
const sum = (list, of) => list.reduce((total, item) => total + of(item), 0);

/** Address, shortcut, name, what makes the view, and a number that wants to be seen. */
const VIEWS = [
  ["overview", "o", "Overview", overview],
  ["send", "s", "Send", send],
  ["traces", "t", "Traces", traces],
  ["queues", "q", "Queues", queues, () => sum(letters(), (q) => q.waiting + q.in_flight + q.delayed)],
  ["tables", "d", "Tables", tables],
  ["buckets", "b", "Buckets", buckets],
  ["permissions", "p", "Permissions", permissions],
  ["functions", "f", "Functions", functions, () => sum(store.state?.functions ?? [], (f) => f.errors)],
];
const ALARMS = { queues: "dead letters", functions: "errors" };

const find = (id) => document.getElementById(id);
let current = null;

function address() {
  const parts = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return [parts[0] || "overview", parts.slice(1)];
}

function show() {
  const [name, rest] = address();
  const view = VIEWS.find(([id]) => id === name) ?? VIEWS[0];
  const [id, , label, make] = view;
  document.title = `${label} · ${store.app?.package ?? "ifc dev"}`;
  for (const link of find("nav").querySelectorAll("a")) {
    if (link.dataset.view === id) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (!store.app) return;
  if (current?.id === id && current.view.go) {
    current.view.go(rest);
    return;
  }
  const isMove = current !== null;
  current?.view.end?.();
  text(find("title"), label);
  const place = find("view");
  put(place);
  current = { id, view: make(place, rest) };
  if (isMove) {
    scrollTo(0, 0);
    find("main").focus({ preventScroll: true });
  }
}

function navigation() {
  keyed(
    find("nav"),
    VIEWS,
    ([id]) => id,
    ([id, key, label]) =>
      h(
        "li",
        {},
        h("a", { href: `#/${id}`, "data-view": id, "aria-keyshortcuts": key }, h("span", {}, label), h("span", { class: "badge", hidden: true })),
      ),
    (item, [id, , , , alarm]) => {
      const badge = item.querySelector(".badge");
      const number = alarm?.() ?? 0;
      badge.hidden = number === 0;
      put(badge, count(number), h("span", { class: "visually-hidden" }, ` ${ALARMS[id]}`));
    },
  );
}

function shortcuts() {
  const dialog = find("shortcuts");
  const rows = [
    ...VIEWS.map(([, key, label]) => [key, label]),
    ["← → ↑ ↓", "Move in the graph, once a node has the focus"],
    ["Enter", "Open what has the focus"],
    ["/", "Search in the view"],
    ["Esc", "Close"],
    ["?", "This list"],
  ];
  put(
    find("shortcuts-list"),
    rows.map(([key, what]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, what))),
  );
  find("help").addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    const target = event.target;
    if (target instanceof Element && target.closest("input, textarea, select, [contenteditable]")) {
      if (event.key === "Escape") target.blur();
      return;
    }
    const view = VIEWS.find(([, key]) => key === event.key);
    if (view) location.hash = `#/${view[0]}`;
    else if (event.key === "?") dialog.showModal();
    else if (event.key === "/") {
      const search = document.querySelector("#view input[type=search]");
      if (!search) return;
      search.focus();
    } else return;
    event.preventDefault();
  });
}

function clock() {
  const place = find("clock");
  const tick = () => {
    if (store.state && !document.hidden) text(place, moment(now()));
  };
  setInterval(tick, 1000);
  watch((what) => what === "state" && tick());
  find("advance").addEventListener("submit", async (event) => {
    event.preventDefault();
    const select = find("advance-by");
    const button = event.target.querySelector("button");
    button.disabled = true;
    try {
      await post("advance", { milliseconds: Number(select.value) });
      say(`The clock was moved on by ${select.selectedOptions[0].textContent}.`);
    } catch (error) {
      say(error.message);
    }
    button.disabled = false;
    touch();
  });
}

function connection() {
  const place = find("connection");
  const isThere = store.isConnected;
  const state = isThere ? "live" : store.app ? "away" : "connecting";
  if (place.dataset.state === state) return;
  place.dataset.state = state;
  const words = {
    live: "live",
    away: "the server is gone; reconnecting",
    connecting: "connecting",
  };
  text(place, words[state]);
  document.body.classList.toggle("is-away", state === "away");
}

const fields = () => [...find("view").querySelectorAll("input, textarea, select")].filter((field) => field.id);

/** What stands in the fields of the view, and which has the focus. */
function typed() {
  return { values: new Map(fields().map((field) => [field.id, field.value])), focus: document.activeElement?.id };
}

/** Puts it into a view that was made anew, so that a deployment takes nobody's words away. */
function typeAgain({ values, focus }) {
  for (const field of fields()) {
    if (values.has(field.id)) field.value = values.get(field.id);
    if (field.id === focus) field.focus({ preventScroll: true });
  }
}

watch((what) => {
  if (what === "app") {
    text(find("package"), store.app.package);
    current?.view.end?.();
    current = null;
    const before = typed();
    show();
    typeAgain(before);
  }
  if (what === "state") navigation();
  if (what === "connection") connection();
});
addEventListener("hashchange", show);
navigation();
shortcuts();
clock();
begin();
show();
