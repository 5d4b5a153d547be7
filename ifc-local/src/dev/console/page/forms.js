// The forms of what can be sent, by the kind of node: fields with samples, and the request they make.

import { h } from "./dom.js";

/** A field with its label. */
export function field({ label, input, note }) {
  const id = `field-${(label.match(/[a-z]+/gi) ?? []).join("-").toLowerCase()}`;
  input.id = id;
  return h("p", { class: "field" }, h("label", { for: id }, label), input, note && h("span", { class: "quiet" }, note));
}

const json = (value) => JSON.stringify(value ?? {}, null, 2);
const line = (value = "", more = {}) => h("input", { type: "text", value, autocomplete: "off", spellcheck: "false", ...more });
const area = (value) => {
  const input = h("textarea", { rows: Math.min(18, Math.max(5, value.split("\n").length + 1)), spellcheck: "false" });
  input.value = value;
  return input;
};
const select = (options) => h("select", {}, options.map((name) => h("option", { value: name }, name)));

/** What a text field stands for, as JSON; says which field is not JSON. */
function parse(input, label) {
  try {
    return JSON.parse(input.value);
  } catch (error) {
    input.focus();
    throw new Error(`${label} is no JSON: ${error.message}`);
  }
}

const sampleOf = (store, name) => store.samples.resources?.[name] ?? {};
const resourceOf = (store, name) => store.app.resources.find((resource) => resource.name === name);
const optional = (input) => input.value.trim() || undefined;

export const forms = {
  http(target, store) {
    const [method, path] = target.label.split(" ");
    const sample = store.samples.routes?.[target.label] ?? {};
    const filled = (path ?? "/").replace(/\{([^}+]+)\+?\}/g, (_, name) => encodeURIComponent(String(sample.path?.[name] ?? "1")));
    const query = new URLSearchParams(Object.entries(sample.query ?? {}).map(([name, value]) => [name, String(value)])).toString();
    const isAny = method === "ANY" || method === "$default";
    const verb = isAny ? select(["GET", "POST", "PUT", "PATCH", "DELETE"]) : line(method, { readonly: true });
    const where = line(query ? `${filled}?${query}` : filled);
    const isForm = Object.keys(sample.form ?? {}).length > 0;
    const hasBody = !["GET", "HEAD", "DELETE"].includes(method) || sample.body !== undefined || isForm;
    const form = new URLSearchParams(Object.entries(sample.form ?? {}).map(([name, value]) => [name, String(value)])).toString();
    const body = area(isForm ? form : hasBody ? json(sample.body) : "");
    const headers = area(isForm ? json({ "content-type": "application/x-www-form-urlencoded" }) : "{}");
    headers.rows = 3;
    return {
      action: "Send the request",
      fields: [
        { label: "Method", input: verb },
        { label: "Path", input: where },
        ...(hasBody || isAny ? [{ label: "Body", input: body }] : []),
        { label: "Headers (JSON)", input: headers },
      ],
      request() {
        let content = body.value === "" ? undefined : body.value;
        try {
          content = content && JSON.parse(content);
        } catch {
          // A body that is no JSON goes as it is.
        }
        return ["http", { method: verb.value, path: where.value, headers: parse(headers, "Headers"), body: content }];
      },
    };
  },

  queue(target, store) {
    const isFifo = resourceOf(store, target.id)?.fifo;
    const body = area(json(sampleOf(store, target.id).payload));
    const group = line("console");
    const delay = line("", { inputmode: "numeric", pattern: "[0-9]*" });
    return {
      action: "Send the message",
      fields: [
        { label: "Body", input: body },
        isFifo ? { label: "Message group", input: group } : { label: "Delay in seconds", input: delay, note: "0 to 900; the queue's own if empty" },
      ],
      request() {
        const more = isFifo ? { group: group.value, deduplication: isFifo ? crypto.randomUUID() : undefined } : { delay: optional(delay) && Number(delay.value) };
        return ["send", { queue: target.id, body: body.value, ...more }];
      },
    };
  },

  topic(target, store) {
    const isFifo = resourceOf(store, target.id)?.fifo;
    const message = area(json(sampleOf(store, target.id).payload));
    const attributes = area("{}");
    attributes.rows = 3;
    const group = line("console");
    return {
      action: "Publish",
      fields: [
        { label: "Message", input: message },
        { label: "Attributes (JSON)", input: attributes, note: "filters may look at them" },
        ...(isFifo ? [{ label: "Message group", input: group }] : []),
      ],
      request: () => [
        "publish",
        {
          topic: target.id,
          message: message.value,
          attributes: parse(attributes, "Attributes"),
          ...(isFifo ? { group: group.value, deduplication: crypto.randomUUID() } : {}),
        },
      ],
    };
  },

  bus(target, store) {
    const events = sampleOf(store, target.id).events ?? {};
    const known = resourceOf(store, target.id)?.details?.detail_types ?? [];
    const names = [...new Set([...known, ...Object.keys(events)])];
    const detail = area(json(events[names[0]]));
    const type = names.length ? select(names) : line("Event");
    type.addEventListener("change", () => {
      if (events[type.value] !== undefined) detail.value = json(events[type.value]);
    });
    return {
      action: "Publish the event",
      fields: [
        { label: "Detail type", input: type },
        { label: "Detail", input: detail },
      ],
      request: () => ["publish", { bus: target.id, detail_type: type.value, detail: parse(detail, "Detail") }],
    };
  },

  bucket(target, store) {
    const trigger = store.app.triggers.find((trigger) => trigger.node === target.id);
    const key = line(`${trigger?.prefix ?? ""}sample${trigger?.suffix ?? ".json"}`);
    const body = area("{}");
    return {
      action: "Put the object",
      fields: [
        { label: "Key", input: key },
        { label: "Content", input: body },
      ],
      request: () => ["put", { bucket: target.id, key: key.value, body: body.value, content_type: key.value.endsWith(".json") ? "application/json" : "text/plain" }],
    };
  },

  table(target, store) {
    const { key } = resourceOf(store, target.id)?.details ?? {};
    const parts = [key?.partition, key?.sort].filter(Boolean);
    const made = Object.fromEntries(parts.map((part) => [part.name, part.type === "N" ? 1 : "1"]));
    const item = area(json(sampleOf(store, target.id).payload ?? made));
    return {
      action: "Put the item",
      fields: [{ label: "Item", input: item, note: "replaces the item with the same key" }],
      request: () => ["put", { table: target.id, item: parse(item, "Item") }],
    };
  },

  secret(target, store) {
    const value = line(text(sampleOf(store, target.id).payload));
    return {
      action: "Put the value",
      fields: [{ label: "Value", input: value }],
      request: () => ["put", { secret: target.id, value: value.value }],
    };
  },

  parameter(target, store) {
    const value = line(text(sampleOf(store, target.id).payload));
    return {
      action: "Put the value",
      fields: [{ label: "Value", input: value }],
      request: () => ["put", { parameter: target.id, value: value.value }],
    };
  },

  schedule(target, store) {
    const trigger = store.app.triggers.find((trigger) => trigger.node === target.id);
    return invoke(trigger.function, scheduled(trigger.input), true);
  },

  function(target, store) {
    const stand = store.app.resources.find((resource) => resource.kind === "function" && store.app.triggers.some((trigger) => trigger.resource === resource.name && trigger.function === target.id));
    return invoke(target.id, stand ? sampleOf(store, stand.name).request : {}, false);
  },
};

const text = (value) => (typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value));

/** What a schedule sends, with the words that Scheduler fills in. */
function scheduled(input) {
  const words = {
    "<aws.scheduler.scheduled-time>": new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    "<aws.scheduler.schedule-arn>": "arn:aws:scheduler:us-east-1:000000000000:schedule/console/send",
    "<aws.scheduler.execution-id>": crypto.randomUUID(),
    "<aws.scheduler.attempt-number>": "1",
  };
  const filled = Object.entries(words).reduce((text, [word, value]) => text.replaceAll(word, value), input ?? "{}");
  return JSON.parse(filled);
}

function invoke(name, event, isEvent) {
  const payload = area(json(event));
  const how = h("select", {}, h("option", { value: "wait" }, "wait for what it returns"), h("option", { value: "event" }, "as an event, which is tried again where it fails"));
  how.value = isEvent ? "event" : "wait";
  return {
    action: "Invoke",
    fields: [
      { label: "Event", input: payload },
      { label: "How", input: how },
    ],
    request: () => ["invoke", { function: name, event: parse(payload, "Event"), asynchronous: how.value === "event" }],
  };
}
