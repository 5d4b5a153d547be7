// Traces: the list, and one of them.

import { get, segment } from "./api.js";
import { batched, h, keyed, put, text } from "./dom.js";
import { duration, plural, time } from "./format.js";
import { choice, empty } from "./parts.js";
import { follow } from "./store.js";
import { waterfall } from "./waterfall.js";

const PAUSE = 500;

export function traces(root, [first]) {
  let all = [];
  let filter = "all";
  let words = "";
  let chosen = first ?? null;
  let detail = null;

  const list = h("ul", { class: "trace-list" });
  const none = empty("No trace yet. ", h("a", { href: "#/send" }, "Send an event"), " to make one.");
  const right = h("section", { class: "panel trace-detail", "aria-label": "Trace" });
  const search = h("input", {
    type: "search",
    placeholder: "Search",
    "aria-label": "Search traces",
    oninput: () => {
      words = search.value.toLowerCase();
      draw();
    },
  });
  put(
    root,
    h(
      "div",
      { class: "split" },
      h(
        "section",
        { class: "panel", "aria-label": "Traces" },
        h(
          "div",
          { class: "bar" },
          search,
          choice("Which traces", [["all", "All"], ["bad", "With errors"], ["denied", "Denied"]], filter, (id) => {
            filter = id;
            draw();
          }),
        ),
        none,
        list,
      ),
      right,
    ),
  );

  const fits = (trace) => {
    if (filter === "bad" && !(trace.errors + trace.dead_letters)) return false;
    if (filter === "denied" && !trace.denied) return false;
    const all = `${trace.title} ${trace.root} ${trace.functions.join(" ")}`.toLowerCase();
    return all.includes(words);
  };
  const draw = batched(() => {
    const shown = all.filter(fits);
    none.hidden = shown.length > 0;
    text(none.firstChild, all.length ? "No trace is like that. " : "No trace yet. ");
    keyed(list, shown, (trace) => trace.root, row, renew);
  });

  function row(trace) {
    return h(
      "li",
      {},
      h(
        "a",
        { href: `#/traces/${segment(trace.root)}` },
        h("span", { class: "trace-title" }),
        h("span", { class: "trace-facts quiet" }),
        h("span", { class: "marks" }),
      ),
    );
  }

  function renew(element, trace) {
    const link = element.firstChild;
    if (trace.root === chosen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    if (element.last === `${trace.last} ${trace.running}`) return;
    element.last = `${trace.last} ${trace.running}`;
    const [title, facts, marks] = link.children;
    text(title, trace.title);
    const took = trace.ended - trace.started;
    text(facts, `${time(trace.started)} · ${duration(took)} · ${plural(trace.invocations, "invocation")}`);
    put(
      marks,
      trace.running > 0 && h("span", { class: "mark is-running" }, "running"),
      trace.errors > 0 && h("span", { class: "mark is-failed" }, plural(trace.errors, "error")),
      trace.denied > 0 && h("span", { class: "mark is-denied" }, `${trace.denied} denied`),
      trace.dead_letters > 0 && h("span", { class: "mark is-failed" }, plural(trace.dead_letters, "dead letter")),
    );
  }

  // Answers may come in another order than their questions.
  let asked = 0;
  async function open() {
    asked += 1;
    const turn = asked;
    if (!chosen) {
      detail = null;
      put(right, empty("Choose a trace to see what led to what."));
      return;
    }
    const root = chosen;
    try {
      const trace = await get(`traces/${segment(root)}`);
      if (turn !== asked) return;
      if (detail?.root === root) detail.update(trace);
      else {
        detail = waterfall(trace);
        put(right, detail.element);
      }
    } catch (error) {
      if (turn === asked && detail?.root !== root) put(right, empty(error.message));
    }
  }

  async function listAll() {
    try {
      all = (await get("traces")).traces;
      draw();
    } catch {
      // The connection says so.
    }
  }

  put(right, empty("Choose a trace to see what led to what."));
  const end = follow(() => Promise.all([listAll(), chosen && open()]), PAUSE);
  return {
    go([root]) {
      chosen = root ?? null;
      draw();
      open();
      if (chosen) right.scrollIntoView({ block: "nearest" });
    },
    end,
  };
}
