// Parts that several views have.

import { h, say } from "./dom.js";
import { bytes, pretty } from "./format.js";

/** A text or JSON with a button that copies it. */
export function code(content, label) {
  const { text, bytes: size } = typeof content === "string" ? { text: content, bytes: content.length } : content;
  const shown = pretty(text);
  const isCut = size > new TextEncoder().encode(text).length;
  return h(
    "div",
    { class: "code" },
    h("pre", { tabindex: "0", role: "group", "aria-label": label }, shown),
    h(
      "button",
      {
        type: "button",
        class: "copy",
        "aria-label": `Copy: ${label}`,
        onclick: async (event) => {
          try {
            await navigator.clipboard.writeText(shown);
            event.target.textContent = "Copied";
            say("Copied.");
          } catch {
            say("The browser does not let this page copy.");
          }
          setTimeout(() => (event.target.textContent = "Copy"), 1200);
        },
      },
      "Copy",
    ),
    isCut && h("p", { class: "quiet" }, `The beginning of ${bytes(size)}.`),
  );
}

/** Names with values. */
export function facts(rows) {
  return h(
    "dl",
    { class: "facts" },
    rows
      .filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false)
      .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );
}

/** What is shown where there is nothing. */
export const empty = (sentence, ...more) => h("p", { class: "empty" }, sentence, ...more);

/** A kind of node, in its colour. */
export const kind = (name) => h("span", { class: "kind", "data-kind": name }, name);

/** A link to a trace. */
export const traceLink = (root, label) => h("a", { href: `#/traces/${encodeURIComponent(root)}` }, label);

/** A place in the source. */
export const place = (span) => h("code", { class: "place" }, span);

/** An error that an action ended with. */
export const problem = (error) => h("p", { class: "problem", role: "alert" }, error.message);

/** A line of a log: level, message and fields where it is JSON of the runtime, and else as it is. */
export function logLine(line) {
  let parts;
  try {
    parts = JSON.parse(line);
  } catch {
    return [line];
  }
  if (typeof parts?.message !== "string") return [line];
  const fields = Object.entries(parts.fields ?? {}).map(([name, value]) => ` ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const isBad = parts.level === "ERROR" || parts.level === "WARN";
  return [h("span", { class: isBad ? "bad" : "quiet" }, parts.level ?? ""), " ", parts.message, h("span", { class: "quiet" }, fields)];
}

/** Buttons of which one is pressed. */
export function choice(label, options, value, chosen) {
  const group = h("div", { class: "choice", role: "group", "aria-label": label });
  const buttons = options.map(([id, name]) =>
    h(
      "button",
      {
        type: "button",
        "aria-pressed": id === value ? "true" : "false",
        onclick: () => {
          buttons.forEach((button, at) => button.setAttribute("aria-pressed", options[at][0] === id ? "true" : "false"));
          chosen(id);
        },
      },
      name,
    ),
  );
  group.append(...buttons);
  return group;
}
