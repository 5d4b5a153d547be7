// Queues: how deep they are, what is in them, and dead letters that can go back.

import { get, post, segment } from "./api.js";
import { batched, h, keyed, put, say, text } from "./dom.js";
import { count, duration, moment, plural } from "./format.js";
import { code, empty, facts, problem, traceLink } from "./parts.js";
import { now, store, touch, watch } from "./store.js";

const all = (queue) => queue.waiting + queue.in_flight + queue.delayed;

export function queues(root, [first]) {
  let chosen = first ?? null;
  const own = h("tbody");
  const dead = h("tbody");
  const noDead = empty("No dead letters. What is given up shows up here.");
  const right = h("section", { class: "panel messages", "aria-label": "Messages" });
  const table = (caption, body) =>
    h(
      "table",
      { class: "grid" },
      h("caption", {}, caption),
      h(
        "thead",
        {},
        h("tr", {}, ["Queue", "Waiting", "In flight", "Delayed"].map((name) => h("th", { scope: "col" }, name)), h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, "Actions"))),
      ),
      body,
    );
  const deadTable = table("Dead letters", dead);
  put(
    root,
    h(
      "div",
      { class: "split is-even" },
      h("section", { class: "panel", "aria-label": "Depths" }, h("div", { class: "wide" }, table("Queues", own)), h("div", { class: "wide" }, deadTable), noDead),
      right,
    ),
  );

  const row = (queue) => {
    const cells = [0, 1, 2].map(() => h("td", { class: "number" }));
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, h("a", { href: `#/queues/${segment(queue.name)}` }, queue.letters_of ?? queue.name), queue.fifo && h("span", { class: "mark" }, "FIFO")),
      cells,
      h("td", {}, queue.letters_of && h("button", { type: "button", class: "small", onclick: (event) => redrive(queue, event.target) }, "Redrive", h("span", { class: "visually-hidden" }, ` ${queue.letters_of}`))),
    );
  };
  const renew = (element, queue) => {
    const [name, waiting, flying, delayed, last] = element.children;
    const link = name.firstChild;
    if (queue.name === chosen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    text(waiting, count(queue.waiting));
    text(flying, count(queue.in_flight));
    text(delayed, count(queue.delayed));
    element.classList.toggle("is-empty", all(queue) === 0);
    if (last.firstChild) last.firstChild.disabled = all(queue) === 0;
  };

  async function redrive(queue, button) {
    button.disabled = true;
    try {
      const { moved, left } = (await post("redrive", { queue: queue.name })).answer;
      const stays = left ? `; ${plural(left, "letter stays", "letters stay")}, since they do not hold the event` : "";
      say(`${plural(moved, "letter")} went back to ${queue.letters_of}${stays}.`);
    } catch (error) {
      say(error.message);
      right.prepend(problem(error));
    }
    touch();
    look();
  }

  let shown = [];
  let next = null;
  const list = h("ul", { class: "message-list" });
  async function look(after = null) {
    const queue = store.state?.queues.find((queue) => queue.name === chosen);
    if (!chosen) {
      put(right, empty("Choose a queue to see its messages."));
      return;
    }
    const name = chosen;
    try {
      const page = await get(`queues/${segment(name)}/messages${after === null ? "" : `?after=${after}`}`);
      if (name !== chosen) return;
      shown = after === null ? page.messages : [...shown, ...page.messages];
      next = page.next;
      head(queue, page.total);
      keyed(list, shown, (message) => `${message.id} ${message.receives} ${message.state}`, message);
    } catch (error) {
      put(right, problem(error));
    }
  }

  function head(queue, total) {
    const title = queue?.letters_of ? `Dead letters of ${queue.letters_of}` : chosen;
    const isOpen = right.firstChild?.dataset?.queue === chosen;
    if (isOpen) {
      text(right.querySelector(".total"), plural(total, "message"));
      right.querySelector(".redrive")?.toggleAttribute("disabled", total === 0);
      right.querySelector(".more").hidden = next === null;
      return;
    }
    list.keyed?.clear();
    put(list);
    put(
      right,
      h(
        "div",
        { "data-queue": chosen },
        h("h2", { class: "wrap" }, title),
        h("p", { class: "quiet total" }, plural(total, "message")),
        queue?.letters_of &&
          h("p", { class: "links" }, h("button", { type: "button", class: "primary redrive", disabled: total === 0, onclick: (event) => redrive(queue, event.target) }, `Redrive all to ${queue.letters_of}`)),
        !queue?.letters_of && h("p", { class: "links" }, h("a", { class: "button", href: `#/send/${segment(chosen)}` }, "Send a message")),
        list,
        h("button", { type: "button", class: "more", hidden: next === null, onclick: () => look(next) }, "More"),
      ),
    );
  }

  function message(message) {
    const words = { waiting: "waiting", in_flight: "in flight", delayed: "delayed" };
    const later = message.visible_at - now();
    return h(
      "li",
      {},
      h(
        "p",
        { class: "message-head" },
        h("span", { class: `mark is-${message.state}` }, words[message.state]),
        h("span", { class: "quiet" }, moment(message.sent)),
        message.trace && traceLink(message.trace, "trace"),
      ),
      code(message.body, "Body of the message"),
      facts([
        ["Received", message.receives ? plural(message.receives, "time") : null],
        ["Visible in", message.state !== "waiting" && later > 0 ? duration(later) : null],
        ["Group", message.group],
        ["Given up in", message.dead_from],
        ["Attributes", Object.entries(message.attributes).map(([name, value]) => `${name} = ${value.StringValue ?? "(binary)"}`).join(", ")],
        ["Id", h("code", { class: "wrap" }, message.id)],
      ]),
    );
  }

  let before = "";
  const draw = batched(() => {
    const queues = store.state?.queues ?? [];
    keyed(own, queues.filter((queue) => !queue.letters_of), (queue) => queue.name, row, renew);
    const letters = queues.filter((queue) => queue.letters_of && (all(queue) > 0 || queue.name === chosen));
    keyed(dead, letters, (queue) => queue.name, row, renew);
    deadTable.hidden = letters.length === 0;
    noDead.hidden = letters.length > 0;
    const queue = queues.find((queue) => queue.name === chosen);
    const state = JSON.stringify(queue ?? null);
    if (state !== before) look();
    before = state;
  });
  draw();
  look();
  const end = watch((what) => what === "state" && draw());
  return {
    go([name]) {
      chosen = name ?? null;
      draw();
      look();
      right.scrollIntoView({ block: "nearest" });
    },
    end,
  };
}
