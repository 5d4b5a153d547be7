// Plots in SVG, with axes and a sentence that says what they show.

import { s } from "./dom.js";
import { count, duration, plural, time } from "./format.js";
import { nice } from "./timeline.js";

const WIDTH = 360;
const HEIGHT = 130;
const LEFT = 44;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 22;
const BARS = 30;

const inner = { width: WIDTH - LEFT - RIGHT, height: HEIGHT - TOP - BOTTOM };

function frame(label, top, unit, from, to, marks) {
  const y = (value) => TOP + inner.height * (1 - value / top);
  const lines = [0, 0.5, 1].map((share) => {
    const value = top * share;
    return [
      s("line", { class: share ? "grid-line" : "axis-line", x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
      s("text", { class: "tick", x: LEFT - 6, y: y(value) + 3.5, "text-anchor": "end" }, unit(value)),
    ];
  });
  const ends = [
    s("text", { class: "tick", x: LEFT, y: HEIGHT - 6 }, time(from)),
    s("text", { class: "tick", x: WIDTH - RIGHT, y: HEIGHT - 6, "text-anchor": "end" }, time(to)),
  ];
  return s("svg", { class: "plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label }, lines, marks(y), ends);
}

/** A range of time that is not empty. */
function range(points, now) {
  const from = points[0].at;
  return [from, Math.max(now, points.at(-1).at, from + 1000)];
}

/** How many invocations there were, and how many of them failed, over time. */
export function invocations(points, now, name) {
  const [from, to] = range(points, now);
  const step = (to - from) / BARS;
  const bars = Array.from({ length: BARS }, () => ({ ok: 0, failed: 0 }));
  for (const point of points) {
    const bar = bars[Math.min(BARS - 1, Math.floor((point.at - from) / step))];
    bar[point.ok ? "ok" : "failed"] += 1;
  }
  const highest = Math.max(...bars.map((bar) => bar.ok + bar.failed));
  // Half of it has a mark, too.
  const top = Math.ceil(Math.max(2, nice(highest)) / 2) * 2;
  const failed = points.filter((point) => !point.ok).length;
  const label = `Invocations of ${name} over time: ${count(points.length)} in ${duration(to - from)}, ${plural(failed, "error")}.`;
  const width = inner.width / BARS;
  return frame(label, top, (value) => count(Math.round(value)), from, to, (y) =>
    bars.map((bar, at) => {
      const x = LEFT + at * width + 1;
      const zero = y(0);
      return [
        bar.ok && s("rect", { class: "bar-ok", x, width: width - 2, y: y(bar.ok), height: zero - y(bar.ok), rx: 1 }),
        bar.failed && s("rect", { class: "bar-failed", x, width: width - 2, y: y(bar.ok + bar.failed), height: y(bar.ok) - y(bar.ok + bar.failed), rx: 1 }),
      ];
    }),
  );
}

/** How long invocations took, over time. */
export function durations(points, now, name) {
  const [from, to] = range(points, now);
  const longest = Math.max(...points.map((point) => point.duration));
  const top = Math.max(2, nice(longest));
  const label = `Durations of ${name} over time: ${plural(points.length, "invocation")}, the longest ${duration(longest)}.`;
  return frame(label, top, duration, from, to, (y) =>
    points.map((point) => {
      const x = LEFT + ((point.at - from) / (to - from)) * inner.width;
      if (point.ok) return s("circle", { class: "dot-ok", cx: x, cy: y(point.duration), r: 2.5 });
      // Errors have another shape too, not only another colour.
      const [cy, r] = [y(point.duration), 3.2];
      return s("path", { class: "dot-failed", d: `M${x - r} ${cy - r}L${x + r} ${cy + r}M${x - r} ${cy + r}L${x + r} ${cy - r}` });
    }),
  );
}
