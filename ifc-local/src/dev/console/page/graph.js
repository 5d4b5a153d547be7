// The graph: nodes that can be chosen, edges along which events go.

import { h, isCalm, s, text } from "./dom.js";
import { count } from "./format.js";
import { layout, path, SIZE } from "./layout.js";

/** Dots on their way at a time. */
const MOST = 60;
/** Milliseconds of the way. */
const WAY = 700;
const LONGEST = 22;

/** Less than this and words in the graph can hardly be read; it scrolls instead. */
const SMALLEST = 0.72;

const pen = document.createElement("canvas").getContext("2d");

function measure(label) {
  pen.font = `600 12.5px ${getComputedStyle(document.body).fontFamily}`;
  return pen.measureText(label).width;
}

const shown = (label) => (label.length > LONGEST ? label.slice(0, LONGEST - 1) + "…" : label);

/** A graph of the application; `chosen` is called with the id of a node. */
export function graph(app, chosen) {
  const widthOf = (node) => Math.max(92, Math.ceil(measure(shown(node.label))) + 32);
  const { nodes, edges, width, height } = layout(app.nodes, app.edges, widthOf);
  const lines = s("g", { class: "edges", "aria-hidden": "true" });
  const dots = s("g", { class: "dots", "aria-hidden": "true" });
  const boxes = s("g", { class: "nodes", role: "group", "aria-label": "Nodes of the graph" });
  const drawing = s(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": `Graph of ${app.package}` },
    s("defs", {}, marker("arrow"), marker("arrow-hot")),
    lines,
    dots,
    boxes,
  );
  const paths = new Map();
  for (const edge of edges) {
    const line = s("path", {
      d: path(edge.points),
      class: edge.isEvent ? "edge" : "edge is-data",
      "data-from": edge.from,
      "data-to": edge.to,
      "marker-end": "url(#arrow)",
    });
    paths.set(JSON.stringify([edge.from, edge.to]), { line, last: 0 });
    lines.append(line);
  }
  const byId = new Map();
  for (const node of nodes) {
    const box = draw(node);
    byId.set(node.id, { node, box });
    boxes.append(box);
  }
  roving(boxes, nodes, byId, chosen);

  let selected = null;
  function select(id) {
    byId.get(selected)?.box.setAttribute("aria-pressed", "false");
    selected = id;
    byId.get(id)?.box.setAttribute("aria-pressed", "true");
    drawing.classList.toggle("has-selection", byId.has(id));
    for (const { line } of paths.values()) {
      const isNear = line.dataset.from === id || line.dataset.to === id;
      line.classList.toggle("is-near", isNear);
    }
  }

  let under = 0;
  function flow(from, to, status) {
    const key = JSON.stringify([from, to]);
    // What is read comes back along the edge of the call.
    const found = paths.get(key);
    if (!found) return;
    const now = performance.now();
    if (now - found.last < 90) return;
    found.last = now;
    glow(found.line, status);
    if (isCalm() || under >= MOST || document.hidden) return;
    under += 1;
    const dot = s("circle", { r: 4.5, class: `dot is-${status}` });
    dots.append(dot);
    const length = found.line.getTotalLength();
    const start = now;
    const step = (at) => {
      const part = Math.min(1, Math.max(0, (at - start) / WAY));
      const eased = part < 0.5 ? 2 * part * part : 1 - (2 - 2 * part) ** 2 / 2;
      const { x, y } = found.line.getPointAtLength(length * eased);
      dot.setAttribute("transform", `translate(${x} ${y})`);
      if (part < 1) requestAnimationFrame(step);
      else {
        dot.remove();
        under -= 1;
      }
    };
    requestAnimationFrame(step);
  }

  function pulse(id, status) {
    const box = byId.get(id)?.box;
    if (box) glow(box, status);
  }

  function state(state) {
    const depth = new Map();
    const dead = new Map();
    for (const queue of state.queues) {
      const all = queue.waiting + queue.in_flight + queue.delayed;
      (queue.letters_of ? dead : depth).set(queue.letters_of ?? queue.name, all);
    }
    for (const table of state.tables) depth.set(table.name, table.items);
    for (const bucket of state.buckets) depth.set(bucket.name, bucket.objects);
    for (const of of state.functions) depth.set(of.name, of.running);
    for (const [id, { box, node }] of byId) {
      const number = depth.get(id) ?? 0;
      const letters = dead.get(id) ?? 0;
      text(box.querySelector(".depth"), number ? count(number) : "");
      box.classList.toggle("has-letters", letters > 0);
      text(box.querySelector(".letters text"), letters ? count(letters) : "");
      const words = [node.name];
      if (number) words.push(`${count(number)} ${UNITS[node.kind] ?? "here"}`);
      if (letters) words.push(`${count(letters)} dead letters`);
      text(box.firstChild, words.join(", "));
    }
  }

  const scroller = h("div", { class: "graph", tabindex: "-1" }, drawing);
  const fit = new ResizeObserver(() => {
    const scale = Math.max(SMALLEST, Math.min(1, scroller.clientWidth / width));
    drawing.setAttribute("width", Math.floor(width * scale));
    drawing.setAttribute("height", Math.floor(height * scale));
  });
  fit.observe(scroller);
  return { element: scroller, flow, pulse, select, state };
}

const UNITS = { queue: "messages", table: "items", bucket: "objects", function: "running" };

function marker(id) {
  return s(
    "marker",
    { id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" },
    s("path", { d: "M0.5 1 7 4 0.5 7z" }),
  );
}

function glow(element, status) {
  const name = `is-hot-${status}`;
  element.classList.add(name);
  clearTimeout(element[name]);
  element[name] = setTimeout(() => element.classList.remove(name), 900);
}

function draw(node) {
  node.name = `${node.kind} ${node.label}`;
  return s(
    "g",
    {
      class: "node",
      "data-kind": node.kind,
      "data-id": node.id,
      transform: `translate(${node.x} ${node.y})`,
      role: "button",
      tabindex: "-1",
      "aria-pressed": "false",
    },
    s("title", {}, node.name),
    s("rect", { class: "box", width: node.width, height: SIZE.height, rx: 8 }),
    s("rect", { class: "stripe", width: 4, height: SIZE.height - 16, x: 8, y: 8, rx: 2 }),
    s("text", { class: "kind-name", x: 19, y: 15 }, node.kind),
    s("text", { class: "label", x: 19, y: 30 }, shown(node.label)),
    s("text", { class: "depth", x: node.width - 9, y: 15, "text-anchor": "end" }),
    s(
      "g",
      { class: "letters", transform: `translate(${node.width - 4} -2)` },
      s("rect", { x: -14, y: -7, width: 28, height: 16, rx: 8 }),
      s("text", { y: 5, "text-anchor": "middle" }),
    ),
  );
}

/** One stop of the Tab key; the arrows go to the nearest node in their direction. */
function roving(boxes, nodes, byId, chosen) {
  let at = nodes.reduce((first, node) => (node.x < first.x || (node.x === first.x && node.y < first.y) ? node : first), nodes[0]);
  if (!at) return;
  byId.get(at.id).box.setAttribute("tabindex", "0");
  const go = (node) => {
    byId.get(at.id).box.setAttribute("tabindex", "-1");
    at = node;
    const { box } = byId.get(node.id);
    box.setAttribute("tabindex", "0");
    box.focus();
    box.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  boxes.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      chosen(at.id);
      return;
    }
    const direction = directions[event.key];
    if (!direction) return;
    event.preventDefault();
    const [dx, dy] = direction;
    let best = null;
    for (const node of nodes) {
      const along = (node.x - at.x) * dx + (node.y - at.y) * dy;
      const across = Math.abs((node.x - at.x) * dy) + Math.abs((node.y - at.y) * dx);
      if (node === at || along <= 1) continue;
      const far = along + 2.5 * across;
      if (!best || far < best.far) best = { node, far };
    }
    if (best) go(best.node);
  });
  boxes.addEventListener("click", (event) => {
    const box = event.target.closest(".node");
    if (!box) return;
    go(byId.get(box.dataset.id).node);
    chosen(box.dataset.id);
  });
}
