// One trace as a waterfall: each row behind the one that led to it, with its time and what is in it.

import { h, keyed, put, text } from "./dom.js";
import { count, duration, moment, plural, time } from "./format.js";
import { decisionDetails } from "./permissions.js";
import { code, facts, kind, logLine } from "./parts.js";
import { timeline } from "./timeline.js";

/** Rows that are drawn; a trace of thousands can be looked at in parts. */
const MOST = 400;

export function waterfall(first) {
  const heading = h("h2", { class: "wrap" });
  const summary = h("p", { class: "quiet" });
  const axis = h("div", { class: "axis", "aria-hidden": "true" });
  const list = h("ol", { class: "waterfall" });
  const more = h("p", { class: "quiet" });
  const element = h("div", {}, heading, summary, axis, list, more);

  function update(trace) {
    const rows = trace.rows.slice(0, MOST);
    const end = Math.max(trace.ended, trace.started + 1);
    const line = timeline(rows, end);
    const head = trace.rows[0];
    text(heading, head.source ?? head.title);
    const runs = trace.rows.filter((row) => row.kind === "invocation");
    text(
      summary,
      `${moment(trace.started)} · ${duration(trace.ended - trace.started)} · ${plural(runs.length, "invocation")} · ${trace.root}`,
    );
    put(
      axis,
      line.gaps.map(({ x, width, skipped }) =>
        h("span", { class: "gap", title: `${duration(skipped)} left out`, style: { left: percent(x), width: percent(width) } }),
      ),
      line.ticks.map(({ x, after }) => h("span", { class: `tick${x > 0.92 ? " is-last" : ""}`, style: { left: percent(x) } }, after ? `+${duration(after)}` : "0")),
    );
    keyed(
      list,
      rows,
      (row) => row.number,
      (row) => make(row),
      (item, row) => renew(item, row, line, end),
    );
    const left = trace.rows.length - rows.length;
    more.hidden = left === 0;
    text(more, `${count(left)} more rows are not drawn.`);
  }
  update(first);
  return { root: first.root, element, update };
}

const percent = (share) => `${(share * 100).toFixed(3)}%`;

const NAMES = { dead_letter: "dead letter" };

function make(row) {
  const body = h("div", { class: "row-body", hidden: true });
  const button = h(
    "button",
    {
      type: "button",
      class: "row",
      "aria-expanded": "false",
      onclick: () => {
        const isOpen = body.hidden;
        body.hidden = !isOpen;
        button.setAttribute("aria-expanded", String(isOpen));
        if (isOpen) put(body, ...inside(button.row));
      },
    },
    h(
      "span",
      { class: "row-name", style: { "--depth": Math.min(row.depth, 12) } },
      kind(row.kind === "invocation" ? "function" : NAMES[row.kind] ?? row.kind),
      h("span", { class: "row-title" }),
      h("span", { class: "marks" }),
    ),
    h("span", { class: "row-lane", "aria-hidden": "true" }, h("span", { class: "wait" }), h("span", { class: "run" })),
    h("span", { class: "row-took" }),
  );
  return h("li", {}, button, body);
}

function renew(item, row, line, end) {
  const [button, body] = item.children;
  const [name, lane, took] = button.children;
  button.row = row;
  text(name.children[1], row.title);
  const isRunning = row.kind === "invocation" && row.ended === null;
  const status = row.denied ? "denied" : row.error || row.failed.length ? "failed" : isRunning ? "running" : "ok";
  if (item.dataset.status !== status || item.attempt !== row.attempt) {
    item.dataset.status = status;
    item.attempt = row.attempt;
    put(
      name.children[2],
      row.attempt > 1 && h("span", { class: "mark" }, `attempt ${row.attempt}`),
      // That it was given up says it already.
      status !== "ok" && row.kind !== "dead_letter" && row.kind !== "lost" && h("span", { class: `mark is-${status}` }, status),
    );
  }
  const [from, to] = [line.place(row.started), line.place(row.ended ?? end)];
  const [wait, run] = lane.children;
  run.classList.toggle("is-moment", row.kind !== "invocation");
  run.style.left = percent(from);
  run.style.width = percent(Math.max(0, to - from));
  wait.hidden = row.since === null || row.since >= row.started;
  if (!wait.hidden) {
    const since = line.place(row.since);
    wait.style.left = percent(since);
    wait.style.width = percent(Math.max(0, from - since));
  }
  text(took, row.kind === "invocation" ? (isRunning ? "…" : duration(row.ended - row.started)) : "");
  const state = `${status} ${row.logs.length} ${row.ended}`;
  if (!body.hidden && item.state !== state && !body.contains(document.activeElement)) put(body, ...inside(row));
  item.state = state;
}

function inside(row) {
  const waited = row.since === null ? null : row.started - row.since;
  const parts = [
    facts([
      ["Began", time(row.started, true)],
      ["Waited", waited ? duration(waited) : null],
      ["Took", row.kind === "invocation" && row.ended !== null ? duration(row.ended - row.started) : null],
      ["Because of", row.source],
      ["Attempt", row.attempt],
      ["Request id", row.invocation && h("code", {}, row.invocation)],
      ["Error", row.error && h("strong", { class: "bad wrap" }, row.error)],
      ["Not handled", row.failed.length ? row.failed.join(", ") : null],
    ]),
  ];
  for (const decision of row.decisions) {
    if (!decision.allowed || row.decisions.length === 1) parts.push(h("h3", {}, "Permission"), ...decisionDetails(decision));
  }
  if (row.logs.length) {
    parts.push(
      h("h3", {}, "Log"),
      h(
        "ol",
        { class: "log", tabindex: "0", "aria-label": "Log" },
        row.logs.map((log) => h("li", {}, h("time", {}, time(log.at, true)), " ", ...logLine(log.line))),
      ),
    );
  }
  if (row.payload) {
    const label = row.kind === "invocation" ? "Event" : row.kind === "call" ? "Request" : "Payload";
    parts.push(h("h3", {}, label), code(row.payload, label));
  }
  if (row.returned) parts.push(h("h3", {}, "Returned"), code(row.returned, "Returned"));
  return parts;
}
