// A time axis that leaves out when nothing ran, so that a retry a minute later does not make all else
// invisible.

/** Milliseconds without anything that are shown as a gap. */
const GAP = 2000;
/** Share of the width that a gap has. */
const GAP_WIDTH = 0.05;

/** From moments to shares of the width (0 to 1). `rows` have `started`, `ended`. */
export function timeline(rows, end) {
  const busy = rows
    .map((row) => [row.started, Math.max(row.ended ?? end, row.started)])
    .sort((a, b) => a[0] - b[0]);
  const spans = [];
  for (const [from, to] of busy) {
    const last = spans.at(-1);
    if (last && from - last[1] <= GAP) last[1] = Math.max(last[1], to);
    else spans.push([from, to]);
  }
  if (!spans.length) spans.push([end, end + 1]);
  const gaps = Math.min(spans.length - 1, 10);
  const total = spans.reduce((sum, [from, to]) => sum + to - from, 0) || 1;
  const gap = gaps ? Math.min(GAP_WIDTH, 0.4 / gaps) : 0;
  const free = 1 - gap * (spans.length - 1);
  // No span is so short that it cannot be seen.
  const least = Math.min(0.04, free / spans.length / 2);
  const wide = spans.map(([from, to]) => Math.max(least, ((to - from) / total) * free));
  const scale = free / wide.reduce((sum, width) => sum + width, 0);
  let x = 0;
  const pieces = spans.map(([from, to], at) => {
    const piece = { from, to, x, width: wide[at] * scale };
    x += piece.width + gap;
    return piece;
  });
  const place = (moment) => {
    for (let at = 0; at < pieces.length; at += 1) {
      const piece = pieces[at];
      if (moment < piece.from) {
        const before = pieces[at - 1];
        if (!before) return 0;
        const part = (moment - before.to) / (piece.from - before.to);
        return before.x + before.width + part * (piece.x - before.x - before.width);
      }
      if (moment <= piece.to) {
        const length = piece.to - piece.from;
        return piece.x + (length ? (moment - piece.from) / length : 0) * piece.width;
      }
    }
    return 1;
  };
  return { place, gaps: breaks(pieces), ticks: ticks(pieces) };
}

function breaks(pieces) {
  return pieces.slice(1).map((piece, at) => {
    const before = pieces[at];
    return { x: before.x + before.width, width: piece.x - before.x - before.width, skipped: piece.from - before.to };
  });
}

/** The beginning of each piece, and round distances in the first one, where there is room. */
function ticks(pieces) {
  const start = pieces[0].from;
  const marks = pieces.map((piece) => ({ x: piece.x, after: piece.from - start }));
  const [first] = pieces;
  const length = first.to - first.from;
  const step = nice(length / Math.max(1, Math.floor(first.width / 0.14)));
  for (let after = step; after <= length; after += step) {
    const x = first.x + (after / length) * first.width;
    if (marks.every((mark) => Math.abs(mark.x - x) > 0.09)) marks.push({ x, after });
  }
  // Labels of pieces that are too close to each other would hide each other.
  const kept = [];
  for (const mark of marks) {
    if (kept.every((other) => Math.abs(other.x - mark.x) > 0.11)) kept.push(mark);
  }
  return kept;
}

/** 1, 2 or 5 times a power of ten, at least `step`. */
export function nice(step) {
  const power = 10 ** Math.floor(Math.log10(Math.max(step, 1)));
  const found = [1, 2, 5, 10].find((factor) => factor * power >= step) ?? 10;
  return found * power;
}
