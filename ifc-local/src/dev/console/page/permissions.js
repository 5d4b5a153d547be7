// Permission decisions: what each function asked for, what its role said, and which lines say so.

import { get } from "./api.js";
import { batched, h, keyed, put, text } from "./dom.js";
import { count, time } from "./format.js";
import { choice, code, empty, place, traceLink } from "./parts.js";
import { follow } from "./store.js";

const PAUSE = 700;

export function permissions(root, [first]) {
  let all = [];
  let filter = "all";
  let words = first ?? "";
  const list = h("ul", { class: "decisions" });
  const none = empty("No call has been decided yet.");
  const summary = h("p", { class: "quiet", role: "status" });
  const search = h("input", {
    type: "search",
    placeholder: "Function, action or resource",
    "aria-label": "Search decisions",
    value: words,
    oninput: () => {
      words = search.value.toLowerCase();
      draw();
    },
  });
  put(
    root,
    h("p", { class: "lead" }, "Every call of a function is decided by the policies that the compiler wrote, as on AWS."),
    h(
      "section",
      { class: "panel", "aria-label": "Decisions" },
      h(
        "div",
        { class: "bar" },
        search,
        choice("Which decisions", [["all", "All"], ["denied", "Denied"], ["allowed", "Allowed"]], filter, (id) => {
          filter = id;
          draw();
        }),
      ),
      summary,
      none,
      list,
    ),
  );

  const fits = (decision) => {
    if (filter !== "all" && decision.allowed !== (filter === "allowed")) return false;
    return `${decision.principal} ${decision.action} ${decision.name}`.toLowerCase().includes(words.toLowerCase());
  };
  const draw = batched(() => {
    const shown = all.filter(fits);
    none.hidden = shown.length > 0;
    text(none, all.length ? "No decision is like that." : "No call has been decided yet.");
    const denied = all.filter((decision) => !decision.allowed).length;
    text(summary, all.length ? `${count(all.length - denied)} kinds of calls allowed, ${count(denied)} denied` : "");
    keyed(list, shown, key, make, renew);
  });
  async function look() {
    try {
      all = (await get("decisions")).decisions;
      draw();
    } catch {
      // The connection says so.
    }
  }
  const end = follow(look, PAUSE);
  return {
    go([name]) {
      search.value = words = name ?? "";
      draw();
    },
    end,
  };
}

const key = (decision) => [decision.principal, decision.action, decision.resource, decision.allowed].join(" ");

function make(decision) {
  const body = h("div", { class: "row-body", hidden: true });
  const button = h(
    "button",
    {
      type: "button",
      class: "decision",
      "aria-expanded": "false",
      onclick: () => {
        const isOpen = body.hidden;
        body.hidden = !isOpen;
        button.setAttribute("aria-expanded", String(isOpen));
        if (isOpen) {
          const latest = button.decision;
          put(
            body,
            ...decisionDetails(latest),
            h("p", {}, "Last at ", time(latest.at, true), latest.trace ? [", ", traceLink(latest.trace, "open its trace")] : "", "."),
          );
        }
      },
    },
    h("span", { class: `mark is-${decision.allowed ? "ok" : "denied"}` }, decision.allowed ? "allowed" : "denied"),
    h("span", { class: "decision-what" }, h("strong", {}, decision.principal), " ", h("code", {}, decision.action), " on ", h("strong", {}, decision.name)),
    h("span", { class: "quiet times" }),
  );
  return h("li", { "data-allowed": String(decision.allowed) }, button, body);
}

function renew(item, decision) {
  item.firstChild.decision = decision;
  text(item.firstChild.lastChild, `${count(decision.count)} ×`);
}

/** Why a call was allowed or denied. */
export function decisionDetails(decision) {
  const parts = [];
  if (decision.allowed) {
    const by = decision.by_resource ? "the policy of the resource" : `the role of ${decision.principal}`;
    parts.push(h("p", {}, h("code", {}, decision.action), " on ", h("code", { class: "wrap" }, decision.resource), ` is allowed by ${by}.`));
  } else {
    parts.push(
      h("p", { class: "denied-hint" }, h("strong", {}, "Denied. "), decision.hint ?? ""),
      h("p", { class: "quiet" }, h("code", {}, decision.action), " on ", h("code", { class: "wrap" }, decision.resource)),
    );
  }
  for (const permission of decision.permissions) {
    if (permission.because) parts.push(h("p", {}, permission.because));
    if (permission.why?.length) {
      parts.push(h("p", { class: "label" }, permission.why.length === 1 ? "The line that needs it" : "The lines that need it"));
      parts.push(h("ul", { class: "whys" }, permission.why.map((why) => h("li", {}, chain(why)))));
    }
    for (const note of permission.notes ?? []) parts.push(h("p", { class: "quiet" }, note));
  }
  if (decision.statement) {
    parts.push(h("p", { class: "label" }, "The statement of the role"), code(JSON.stringify(decision.statement), "The statement of the role"));
  }
  return parts;
}

/** The calls from the handler to the operation. */
function chain(why) {
  const steps = why.path?.length ? why.path : [why];
  return h(
    "ol",
    { class: "chain", "aria-label": "Call path" },
    steps.map((step) => h("li", {}, h("code", {}, step.function), " ", place(step.span))),
  );
}
