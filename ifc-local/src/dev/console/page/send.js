// Sends something into the application: a form for every trigger, filled with a sample.

import { post, segment } from "./api.js";
import { h, keyed, put, say } from "./dom.js";
import { code, empty, facts, kind, problem, traceLink } from "./parts.js";
import { field, forms } from "./forms.js";
import { store } from "./store.js";

export function send(root, [first]) {
  const targets = everything();
  let chosen = targets.find((target) => target.id === first) ?? targets[0] ?? null;
  const list = h("ul", { class: "targets" });
  const right = h("section", { class: "panel", "aria-labelledby": "send-title" });
  put(root, h("div", { class: "split" }, h("section", { class: "panel", "aria-label": "What can be sent to" }, list), right));
  if (!chosen) {
    put(right, empty("The application has nothing that an event can be sent to."));
    return {};
  }

  function draw() {
    keyed(
      list,
      targets,
      (target) => target.id,
      (target) => h("li", {}, h("a", { href: `#/send/${segment(target.id)}` }, kind(target.kind), " ", h("span", { class: "target-name" }, target.label))),
      (item, target) => {
        if (target === chosen) item.firstChild.setAttribute("aria-current", "true");
        else item.firstChild.removeAttribute("aria-current");
      },
    );
    const form = forms[chosen.kind](chosen, store);
    const result = h("div", { class: "result", "aria-live": "polite" });
    const button = h("button", { class: "primary" }, form.action);
    const to = store.app.edges.filter((edge) => edge.from === chosen.id && edge.kind === "trigger").map((edge) => edge.to);
    put(
      right,
      h("h2", { id: "send-title", class: "wrap" }, chosen.label, " ", kind(chosen.kind)),
      to.length > 0 && h("p", { class: "quiet" }, `Runs ${to.join(", ")}.`),
      h(
        "form",
        {
          class: "send-form",
          onsubmit: async (event) => {
            event.preventDefault();
            button.disabled = true;
            put(result, h("p", { class: "quiet" }, "Under way…"));
            try {
              const [action, body] = form.request();
              const answer = await post(action, body);
              put(result, ...outcome(action, answer));
              say("Done.");
            } catch (error) {
              put(result, problem(error));
            }
            button.disabled = false;
          },
        },
        form.fields.map(field),
        h("p", { class: "links" }, button),
      ),
      result,
    );
  }
  draw();
  return {
    go([id]) {
      const target = targets.find((target) => target.id === id);
      if (!target || target === chosen) return;
      chosen = target;
      draw();
      right.scrollIntoView({ block: "nearest" });
    },
  };
}

/** Triggers first, then what else takes something, then the functions themselves. */
function everything() {
  const order = ["http", "schedule", "bus", "topic", "queue", "bucket", "table", "secret", "parameter", "function"];
  const targets = store.app.nodes.filter((node) => forms[node.kind]);
  return targets.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.label < b.label ? -1 : 1));
}

function outcome(action, answer) {
  const isBad = answer.error !== undefined || answer.status >= 400;
  const parts = [];
  const head = answer.status ? `Answered with status ${answer.status}.` : answer.error !== undefined ? "The function failed." : action === "invoke" && answer.returned === undefined ? "The event is in line." : "Done.";
  parts.push(h("p", { class: isBad ? "problem" : "done" }, head, " ", answer.trace && traceLink(answer.trace, "Follow its trace")));
  if (answer.headers) parts.push(facts(answer.headers.filter(([name]) => name === "content-type" || name === "location")));
  if (answer.body) parts.push(code(answer.body, "Body of the response"));
  if (answer.returned !== undefined) parts.push(code(JSON.stringify(answer.returned), "What the function returned"));
  if (answer.error !== undefined) parts.push(code(JSON.stringify(answer.error), "Error of the function"));
  return parts;
}
