// Numbers, times and JSON for people.

/** 1234 as `1 234`. */
export function count(number) {
  return String(number).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}

export function plural(number, one, many = one + "s") {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** Milliseconds as `12 ms`, `1.5 s`, `3 min`, `2 h`, `5 d`. */
export function duration(milliseconds) {
  if (milliseconds === null || milliseconds === undefined) return "–";
  const parts = [
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
    [1000, "s"],
  ];
  for (const [size, unit] of parts) {
    if (milliseconds >= size) {
      const value = milliseconds / size;
      return `${value >= 10 ? Math.round(value) : Math.round(value * 10) / 10} ${unit}`;
    }
  }
  return `${Math.round(milliseconds)} ms`;
}

/** `14:03:07.120`. */
export function time(milliseconds, precise = false) {
  const date = new Date(milliseconds);
  const two = (number) => String(number).padStart(2, "0");
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return precise ? `${clock}.${String(date.getMilliseconds()).padStart(3, "0")}` : clock;
}

/** `2026-11-27 14:03:07`. */
export function moment(milliseconds) {
  const date = new Date(milliseconds);
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time(milliseconds)}`;
}

export function bytes(number) {
  const units = ["B", "kB", "MB", "GB"];
  let at = 0;
  while (number >= 1000 && at < units.length - 1) {
    number /= 1000;
    at += 1;
  }
  return `${at === 0 ? number : number.toFixed(1)} ${units[at]}`;
}

/** Text that is JSON, laid out; any other as it is. JSON in the strings of Lambda's events too. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** A value of DynamoDB's JSON as plain JSON; sets and bytes as lists and texts. */
export function plain(attribute) {
  const [kind, value] = Object.entries(attribute ?? {})[0] ?? [];
  switch (kind) {
    case "N":
      return Number.isSafeInteger(Number(value)) || String(Number(value)) === value ? Number(value) : value;
    case "NS":
      return value.map((number) => plain({ N: number }));
    case "NULL":
      return null;
    case "L":
      return value.map(plain);
    case "M":
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
    default:
      return value;
  }
}

/** The last part of a trace's root, which tells it from others. */
export const short = (root) => root.slice(-8);
