// Functions: how often they ran, how often they failed, and how long that took.

import { segment } from "./api.js";
import { batched, h, keyed, put, text } from "./dom.js";
import { count, duration, plural } from "./format.js";
import { empty } from "./parts.js";
import { durations, invocations } from "./plot.js";
import { now, store, watch } from "./store.js";

export function functions(root, [first]) {
  const list = h("ul", { class: "cards" });
  const note = h("p", { class: "quiet" });
  put(root, note, list);
  let isFirst = Boolean(first);

  const draw = batched(() => {
    const { state } = store;
    if (!state) return;
    text(note, state.since ? `Of the records that are kept: the last ${duration(state.now - state.since)}.` : "No record yet.");
    const sorted = [...state.functions].sort((a, b) => (b.invocations > 0) - (a.invocations > 0) || (a.name < b.name ? -1 : 1));
    keyed(list, sorted, (of) => of.name, make, renew);
    if (isFirst) {
      isFirst = false;
      document.getElementById(`function-${first}`)?.scrollIntoView({ block: "start" });
    }
  });
  draw();
  const end = watch((what) => what === "state" && draw());
  return {
    go([name]) {
      document.getElementById(`function-${name}`)?.scrollIntoView({ block: "start" });
    },
    end,
  };
}

const FIGURES = ["Invocations", "Errors", "Running", "Median", "95 %", "Longest"];

function make(of) {
  return h(
    "li",
    { class: "panel card", id: `function-${of.name}` },
    h("h2", {}, of.name),
    h("dl", { class: "figures" }, FIGURES.map((name) => h("div", {}, h("dt", {}, name), h("dd")))),
    h("div", { class: "plots" }),
    h("p", { class: "links" }, h("a", { class: "button", href: `#/send/${segment(of.name)}` }, "Send an event")),
  );
}

function renew(card, of) {
  const values = [count(of.invocations), count(of.errors), count(of.running), duration(of.median), duration(of.p95), duration(of.longest)];
  card.querySelectorAll("dd").forEach((place, at) => text(place, values[at]));
  card.querySelector("dl").children[1].classList.toggle("is-bad", of.errors > 0);
  const plots = card.querySelector(".plots");
  const last = of.points.at(-1);
  const state = last ? `${last.at} ${of.invocations} ${Math.floor(now() / 5000)}` : "none";
  if (card.state === state) return;
  card.state = state;
  if (!last) {
    put(plots, empty("Not run yet."));
    return;
  }
  const isPart = of.points.length < of.invocations;
  put(
    plots,
    h("figure", {}, h("figcaption", {}, "Invocations"), invocations(of.points, now(), of.name)),
    h("figure", {}, h("figcaption", {}, "Durations"), durations(of.points, now(), of.name)),
    isPart && h("p", { class: "quiet" }, `The last ${plural(of.points.length, "invocation")}.`),
  );
}
