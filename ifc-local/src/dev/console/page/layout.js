// Places for the nodes of the graph: in layers from left to right, as events go.
//
// Edges of events (trigger, send, invoke) make the layers. What is only read or written stands behind
// the first function that does so, and its edges are drawn without changing the order of events.

const EVENTS = new Set(["trigger", "send", "invoke"]);
const STORES = new Set(["table", "bucket", "secret", "parameter"]);

export const SIZE = { height: 40, gap: 14, layer: 54, margin: 16 };

/** Nodes with `x`, `y`, `width`, and edges with the points of their way. */
export function layout(nodes, edges, widthOf) {
  const byId = new Map(nodes.map((node) => [node.id, { ...node, width: widthOf(node) }]));
  const pairs = join(edges.filter((edge) => byId.has(edge.from) && byId.has(edge.to)));
  const layerOf = layers(byId, pairs);
  const { rows, chains } = order(byId, pairs, layerOf);
  place(rows, chains);
  const placed = [...byId.values()];
  return {
    nodes: placed,
    edges: pairs.map((edge, at) => ({ ...edge, points: way(edge, chains[at], byId, layerOf) })),
    width: Math.max(0, ...placed.map((node) => node.x + node.width)) + SIZE.margin,
    height: Math.max(0, ...placed.map((node) => node.y + SIZE.height)) + SIZE.margin,
  };
}

/** One edge for each pair of nodes. */
function join(edges) {
  const pairs = new Map();
  for (const { from, to, kind } of edges) {
    const key = JSON.stringify([from, to]);
    const pair = pairs.get(key) ?? { from, to, kinds: [] };
    pair.kinds.push(kind);
    pairs.set(key, pair);
  }
  return [...pairs.values()].map((pair) => ({ ...pair, isEvent: pair.kinds.some((kind) => EVENTS.has(kind)) }));
}

function layers(byId, pairs) {
  const isStore = (id) => STORES.has(byId.get(id).kind);
  const strong = pairs.filter((edge) => edge.isEvent);
  // First without what stores lead to, so that each store can be put behind its first writer.
  const first = longest(byId, strong.filter((edge) => !isStore(edge.from)));
  const anchors = [];
  for (const id of byId.keys()) {
    if (!isStore(id)) continue;
    const users = pairs.filter((edge) => edge.to === id && !edge.isEvent);
    const writers = users.filter((edge) => edge.kinds.includes("write"));
    const from = (writers.length ? writers : users).map((edge) => edge.from);
    if (from.length) {
      const nearest = from.reduce((best, id) => (first.get(id) < first.get(best) ? id : best));
      anchors.push({ from: nearest, to: id });
    }
  }
  return longest(byId, [...strong, ...anchors]);
}

/** The longest way to each node; edges that close a circle do not count. */
function longest(byId, edges) {
  const out = new Map([...byId.keys()].map((id) => [id, []]));
  const incoming = new Map([...byId.keys()].map((id) => [id, 0]));
  for (const edge of edges) {
    out.get(edge.from).push(edge.to);
    incoming.set(edge.to, incoming.get(edge.to) + 1);
  }
  const state = new Map();
  const sorted = [];
  const visit = (id) => {
    state.set(id, "open");
    for (const to of [...out.get(id)]) {
      if (state.get(to) === "open") {
        const list = out.get(id);
        list.splice(list.indexOf(to), 1);
      } else if (!state.has(to)) visit(to);
    }
    state.set(id, "done");
    sorted.unshift(id);
  };
  const starts = [...byId.keys()].sort((a, b) => incoming.get(a) - incoming.get(b) || (a < b ? -1 : 1));
  for (const id of starts) if (!state.has(id)) visit(id);
  const layer = new Map([...byId.keys()].map((id) => [id, 0]));
  for (const id of sorted) {
    for (const to of out.get(id)) layer.set(to, Math.max(layer.get(to), layer.get(id) + 1));
  }
  // A start stands right before what it leads to.
  for (const id of sorted) {
    if (incoming.get(id) === 0 && out.get(id).length) {
      layer.set(id, Math.min(...out.get(id).map((to) => layer.get(to))) - 1);
    }
  }
  const least = Math.min(0, ...layer.values());
  for (const [id, at] of layer) layer.set(id, at - least);
  return layer;
}

/** Who stands above whom: nodes go to the middle of their neighbours, a few times. */
function order(byId, pairs, layerOf) {
  const rows = [];
  const row = (at) => (rows[at] ??= []);
  for (const node of byId.values()) {
    node.near = [];
    row(layerOf.get(node.id)).push(node);
  }
  const chains = pairs.map((edge) => {
    const [from, to] = [byId.get(edge.from), byId.get(edge.to)];
    const [a, b] = [layerOf.get(edge.from), layerOf.get(edge.to)];
    const chain = [from];
    const step = Math.sign(b - a);
    // Long edges of events keep a place free in the layers that they cross.
    if (edge.isEvent && step !== 0) {
      for (let at = a + step; at !== b; at += step) {
        const dummy = { near: [], width: 0, isDummy: true };
        row(at).push(dummy);
        chain.push(dummy);
      }
    }
    chain.push(to);
    const weight = edge.isEvent ? 1 : 0.25;
    for (let at = 1; at < chain.length; at += 1) {
      chain[at - 1].near.push([chain[at], weight]);
      chain[at].near.push([chain[at - 1], weight]);
    }
    return chain;
  });
  for (let at = 0; at < rows.length; at += 1) {
    rows[at] ??= [];
    rows[at].forEach((node, index) => (node.rank = index));
    rows[at].forEach((node) => (node.layer = at));
  }
  for (let round = 0; round < 24; round += 1) {
    const isDown = round % 2 === 0;
    const sequence = isDown ? rows : [...rows].reverse();
    for (const nodes of sequence) {
      for (const node of nodes) {
        const side = node.near.filter(([other]) => (isDown ? other.layer < node.layer : other.layer > node.layer));
        const weight = side.reduce((sum, [, of]) => sum + of, 0);
        node.wish = weight ? side.reduce((sum, [other, of]) => sum + other.rank * of, 0) / weight : node.rank;
      }
      nodes.sort((a, b) => a.wish - b.wish || a.rank - b.rank);
      nodes.forEach((node, index) => (node.rank = index));
    }
  }
  return { rows, chains };
}

const tall = (node) => (node.isDummy ? 6 : SIZE.height);

function place(rows) {
  let x = SIZE.margin;
  for (const nodes of rows) {
    const width = Math.max(0, ...nodes.map((node) => node.width));
    let y = 0;
    for (const node of nodes) {
      node.x = x;
      node.y = y;
      if (node.isDummy) node.width = width;
      y += tall(node) + SIZE.gap;
    }
    x += width + SIZE.layer;
  }
  const middle = (node) => node.y + tall(node) / 2;
  for (let round = 0; round < 40; round += 1) {
    const sequence = round % 2 === 0 ? rows : [...rows].reverse();
    for (const nodes of sequence) {
      const wishes = nodes.map((node) => {
        const near = node.near.filter(([other]) => other.layer !== node.layer);
        const weight = near.reduce((sum, [, of]) => sum + of, 0);
        if (!weight) return node.y;
        return near.reduce((sum, [other, of]) => sum + middle(other) * of, 0) / weight - tall(node) / 2;
      });
      spread(nodes, wishes);
    }
  }
  const top = Math.min(0, ...rows.flat().map((node) => node.y));
  for (const node of rows.flat()) node.y += SIZE.margin - top;
}

/** Places near the wishes, in order and apart: blocks that touch go to the mean of their wishes. */
function spread(nodes, wishes) {
  const blocks = [];
  nodes.forEach((node, at) => {
    let block = { nodes: [node], sum: wishes[at], height: tall(node) + SIZE.gap };
    for (;;) {
      const above = blocks.at(-1);
      const y = block.sum / block.nodes.length;
      if (!above || above.sum / above.nodes.length + above.height <= y) break;
      blocks.pop();
      // A wish of the lower block is one for the top of both.
      block = {
        nodes: [...above.nodes, ...block.nodes],
        sum: above.sum + block.sum - above.height * block.nodes.length,
        height: above.height + block.height,
      };
    }
    blocks.push(block);
  });
  for (const block of blocks) {
    let y = block.sum / block.nodes.length;
    for (const node of block.nodes) {
      node.y = y;
      y += tall(node) + SIZE.gap;
    }
  }
}

/** The points of an edge's way; it leaves and enters on the side where the other node is. */
function way(edge, chain, byId, layerOf) {
  const [from, to] = [byId.get(edge.from), byId.get(edge.to)];
  const step = Math.sign(layerOf.get(edge.to) - layerOf.get(edge.from));
  const side = (node, isRight) => [node.x + (isRight ? node.width : 0), node.y + SIZE.height / 2];
  const points = [side(from, step >= 0)];
  for (const dummy of chain.slice(1, -1)) {
    const y = dummy.y + 3;
    const ends = [
      [dummy.x, y],
      [dummy.x + dummy.width, y],
    ];
    points.push(...(step > 0 ? ends : ends.reverse()));
  }
  points.push(step === 0 ? side(to, true) : side(to, step < 0));
  return points;
}

/** The path of an edge in SVG. */
export function path(points) {
  let d = `M${points[0].map(round).join(" ")}`;
  for (let at = 1; at < points.length; at += 1) {
    const [[x0, y0], [x1, y1]] = [points[at - 1], points[at]];
    const isLoop = Math.abs(x1 - x0) < 1 && points.length === 2;
    const bend = isLoop ? 36 : (x1 - x0) / 2;
    const end = isLoop ? x1 + bend : x1 - bend;
    d += `C${round(x0 + bend)} ${round(y0)} ${round(end)} ${round(y1)} ${round(x1)} ${round(y1)}`;
  }
  return d;
}

const round = (number) => Math.round(number * 10) / 10;
