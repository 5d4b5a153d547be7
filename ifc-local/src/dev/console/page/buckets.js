// Buckets: objects by prefix, and what is in one.

import { get, segment } from "./api.js";
import { batched, h, put, text } from "./dom.js";
import { bytes, count } from "./format.js";
import { code, empty, problem } from "./parts.js";
import { store, watch } from "./store.js";

/** Bytes of an object that are shown. */
const MOST = 256 * 1024;

export function buckets(root, [first]) {
  const names = store.app.resources.filter((resource) => resource.kind === "bucket").map((resource) => resource.name);
  if (!names.length) {
    put(root, empty("The application has no bucket."));
    return {};
  }
  let chosen = names.includes(first) ? first : names[0];
  let objects = [];
  let next = null;
  let request = 0;

  const pick = h("select", { id: "bucket", onchange: () => (location.hash = `#/buckets/${segment(pick.value)}`) }, names.map((name) => h("option", { value: name }, name)));
  const prefix = h("input", { type: "search", id: "prefix", oninput: () => look() });
  const total = h("p", { class: "quiet", role: "status" });
  const place = h("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Objects" });
  const more = h("button", { type: "button", class: "more", hidden: true, onclick: () => look(true) }, "More");
  const send = h("a", { class: "button" }, "Put an object");
  const detail = h("section", { class: "panel", "aria-label": "Object", hidden: true });
  put(
    root,
    h(
      "section",
      { class: "panel", "aria-label": "Bucket" },
      h("div", { class: "bar" }, h("label", { for: "bucket" }, "Bucket"), pick, h("label", { for: "prefix" }, "Keys that begin with"), prefix, send),
      total,
      place,
      more,
    ),
    detail,
  );

  async function look(isMore = false) {
    const mine = ++request;
    pick.value = chosen;
    send.setAttribute("href", `#/send/${segment(chosen)}`);
    const query = new URLSearchParams({ prefix: prefix.value, after: isMore ? (next ?? "") : "" });
    try {
      const page = await get(`buckets/${segment(chosen)}/objects?${query}`);
      if (mine !== request) return;
      objects = isMore ? [...objects, ...page.objects] : page.objects;
      next = page.next;
      more.hidden = next === null;
      const of = store.state?.buckets.find((bucket) => bucket.name === chosen);
      text(total, of ? `${count(of.objects)} objects, ${bytes(of.bytes)}` : "");
      draw();
    } catch (error) {
      if (mine === request) put(place, problem(error));
    }
  }

  function draw() {
    if (!objects.length) {
      put(place, empty(prefix.value ? "No key begins like that." : "The bucket is empty."));
      return;
    }
    put(
      place,
      h(
        "table",
        { class: "grid" },
        h("caption", { class: "visually-hidden" }, `Objects of ${chosen}`),
        h("thead", {}, h("tr", {}, ["Key", "Size", "Changed"].map((name) => h("th", { scope: "col" }, name)))),
        h(
          "tbody",
          {},
          objects.map((object) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, h("button", { type: "button", class: "link", onclick: () => open(object) }, object.key)),
              h("td", { class: "number" }, bytes(object.size)),
              h("td", {}, object.modified.replace("T", " ").slice(0, 19)),
            ),
          ),
        ),
      ),
    );
  }

  async function open(object) {
    const address = `api/buckets/${segment(chosen)}/content?key=${segment(object.key)}`;
    detail.hidden = false;
    const body = h("div", {}, h("p", { class: "quiet" }, "Loading…"));
    put(detail, h("h2", { class: "wrap" }, object.key), h("p", { class: "links" }, h("a", { class: "button", href: address, download: object.key.split("/").at(-1) }, "Download")), body);
    detail.scrollIntoView({ block: "nearest" });
    try {
      const response = await fetch(address);
      const kind = response.headers.get("content-type") ?? "";
      if (kind.startsWith("image/")) {
        put(body, h("img", { src: address, alt: `Content of ${object.key}`, class: "picture" }));
        return;
      }
      const content = (await response.arrayBuffer()).slice(0, MOST);
      let words;
      try {
        words = new TextDecoder("utf-8", { fatal: true }).decode(content);
      } catch {
        put(body, empty(`This is no text (${kind || "of no type"}).`));
        return;
      }
      put(body, code({ text: words, bytes: object.size }, "Content of the object"));
    } catch (error) {
      put(body, problem(error));
    }
  }

  const changed = batched(() => {
    const of = store.state?.buckets.find((bucket) => bucket.name === chosen);
    const state = `${chosen} ${of?.objects} ${of?.bytes}`;
    if (changed.state !== state) {
      changed.state = state;
      look();
    }
  });
  changed();
  const end = watch((what) => what === "state" && changed());
  return {
    go([name]) {
      if (!names.includes(name)) return;
      chosen = name;
      prefix.value = "";
      detail.hidden = true;
      changed();
    },
    end,
  };
}
