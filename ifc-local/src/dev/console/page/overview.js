// The first view: the graph with what flows through it, the node that is chosen, and the last events.

import { batched, h, keyed, put } from "./dom.js";
import { count, duration, moment, plural, time } from "./format.js";
import { graph } from "./graph.js";
import { empty, facts, kind, place, traceLink } from "./parts.js";
import { store, watch } from "./store.js";

/** Events in the list. */
const MOST = 60;

export function overview(root) {
  const { app } = store;
  const details = h("section", { class: "panel details", "aria-labelledby": "details-title" });
  const feed = h("ol", { class: "feed" });
  const none = empty("Nothing has happened yet. ", h("a", { href: "#/send" }, "Send a first event"), ".");
  let selected = null;
  const picture = graph(app, (id) => {
    selected = selected === id ? null : id;
    picture.select(selected);
    describe();
  });

  let described = "";
  function describe() {
    const state = JSON.stringify([selected, ...figures(selected)]);
    if (state === described) return;
    described = state;
    put(details, ...about(selected));
  }
  const list = batched(() => {
    const events = store.events.slice(-MOST).reverse();
    none.hidden = events.length > 0;
    keyed(feed, events, (event) => event.number, line);
  });
  const renew = batched(() => {
    if (store.state) picture.state(store.state);
    describe();
  });

  put(
    root,
    h(
      "section",
      { class: "panel graph-panel", "aria-label": "Graph" },
      picture.element,
      h(
        "p",
        { class: "legend quiet" },
        h("span", { class: "line is-event" }),
        "events ",
        h("span", { class: "line is-data" }),
        "reads and writes ",
        h("span", { class: "pill-letters" }, "1"),
        "dead letters",
      ),
    ),
    h(
      "div",
      { class: "columns" },
      h(
        "section",
        { class: "panel", "aria-labelledby": "feed-title" },
        h("h2", { id: "feed-title" }, "Last events"),
        none,
        feed,
      ),
      details,
    ),
  );
  describe();
  list();
  renew();
  const end = watch((what, events) => {
    if (what === "events") {
      // What happened before the page was there has gone by.
      for (const event of events.filter((event) => event.number >= store.from).slice(-100)) {
        for (const [from, to] of event.flows) picture.flow(from, to, event.status);
        if (event.node && event.status !== "ok") picture.pulse(event.node, event.status);
      }
      list();
    }
    if (what === "state") renew();
  });
  return { end };
}

const MARKS = { ok: "", failed: "failed", denied: "denied" };

function line(event) {
  return h(
    "li",
    { "data-status": event.status, "data-what": event.what },
    h("time", {}, time(event.at, true)),
    h("span", { class: "what" }, event.what.replace("_", " ")),
    event.trace ? traceLink(event.trace, event.text) : h("span", {}, event.text),
    h("span", { class: "quiet took" }, event.duration === null ? "" : duration(event.duration)),
    h("span", { class: "marks" }, MARKS[event.status] && h("span", { class: `mark is-${event.status}` }, MARKS[event.status])),
  );
}

/** What changes of that. */
function figures(id) {
  const { state } = store;
  const { points: _, ...does } = state?.functions.find((of) => of.name === id) ?? {};
  return [does, state?.since === null, state?.queues.filter((queue) => queue.name === id || queue.letters_of === id)];
}

/** What there is to know of a node, or of the application. */
function about(id) {
  const { app, state } = store;
  const node = app.nodes.find((node) => node.id === id);
  const title = (name, of) => h("h2", { id: "details-title" }, name, of && " ", of);
  if (!node) {
    return [
      title(app.package),
      facts([
        ["HTTP API", app.addresses.http && h("code", {}, app.addresses.http)],
        ["Services", h("code", {}, app.addresses.services)],
        ["Functions", count(app.functions.length)],
        ["Resources", count(app.resources.length)],
        ["Records since", state?.since && moment(state.since)],
      ]),
      h("p", { class: "quiet" }, "Choose a node of the graph to see what it is and how it does."),
    ];
  }
  const near = app.edges.filter((edge) => edge.from === id || edge.to === id);
  const edges = h(
    "ul",
    { class: "edges-list" },
    near.map((edge) =>
      h("li", {}, h("span", { class: "quiet" }, edge.kind), ` ${edge.from === id ? "→" : "←"} `, edge.from === id ? edge.to : edge.from),
    ),
  );
  const links = h("p", { class: "links" });
  const add = (href, words) => links.append(h("a", { href, class: "button" }, words));
  const part = encodeURIComponent;
  const rest = [];
  const queueOf = (name) => state?.queues.find((queue) => queue.name === name);
  const letters = (of) => {
    const queue = state?.queues.find((queue) => queue.letters_of === of);
    if (queue) {
      const number = queue.waiting + queue.in_flight + queue.delayed;
      rest.push(["Dead letters", h("a", { href: `#/queues/${part(queue.name)}` }, plural(number, "letter"))]);
    }
  };
  add(`#/send/${part(id)}`, "Send an event");
  if (node.kind === "function") {
    const of = app.functions.find((of) => of.name === id);
    const does = state?.functions.find((of) => of.name === id);
    rest.push(["Handler", h("code", {}, of.handler)], ["Source", place(of.span)]);
    rest.push(["Memory", `${of.memory} MB`], ["Timeout", duration(of.timeout * 1000)]);
    if (does) {
      rest.push(["Invocations", `${count(does.invocations)}, ${plural(does.errors, "error")}`]);
      rest.push(["Running", does.running ? count(does.running) : null]);
      rest.push(["Median, 95 %", does.median === null ? null : `${duration(does.median)}, ${duration(does.p95)}`]);
    }
    letters(id);
    add(`#/functions/${part(id)}`, "Plots");
    add(`#/permissions/${part(id)}`, "Permissions");
  }
  const resource = app.resources.find((resource) => resource.name === id);
  if (resource) {
    rest.push(["Source", place(resource.span)], ["Payload", resource.payload && h("code", {}, resource.payload)]);
    rest.push(["Order", resource.fifo ? "first in, first out, by group" : null]);
    rest.push(["ARN", resource.arn && h("code", { class: "wrap" }, resource.arn)]);
    const queue = queueOf(id);
    if (queue) {
      rest.push(["Messages", `${count(queue.waiting)} waiting, ${count(queue.in_flight)} in flight, ${count(queue.delayed)} delayed`]);
      add(`#/queues/${part(id)}`, "Messages");
    }
    letters(id);
    if (resource.kind === "table") add(`#/tables/${part(id)}`, "Items");
    if (resource.kind === "bucket") add(`#/buckets/${part(id)}`, "Objects");
  }
  return [title(node.label, kind(node.kind)), links, facts(rest), h("h3", {}, "Edges"), edges];
}
