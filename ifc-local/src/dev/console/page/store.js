// What the page knows: the application, its state, and the last events.

import { get, listen } from "./api.js";

/** Events that are kept. */
const MOST = 300;
/** Milliseconds between two looks at the state, at least. */
const PAUSE = 250;

const watchers = new Set();
let isDirty = false;
let timer = 0;
let lastLook = 0;

export const store = {
  app: null,
  state: null,
  samples: {},
  /** The newest last. */
  events: [],
  /** Number of the first event that happened while the page was there. */
  from: Infinity,
  isConnected: false,
};

/** Calls `watcher(what, detail)` with `app`, `state`, `events` or `connection`, until it is told to stop. */
export function watch(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/**
 * Calls `look` at once and after what happens, one call at a time and `pause` milliseconds apart, until it is
 * told to stop. What happens during a call is followed by another one.
 */
export function follow(look, pause) {
  let isStale = true;
  let isLooking = false;
  const turn = async () => {
    if (!isStale || isLooking || document.hidden) return;
    isStale = false;
    isLooking = true;
    try {
      await look();
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(turn, pause);
  const end = watch((what, events) => {
    if (what === "events" && events.length) isStale = true;
    if (what === "connection" && store.isConnected) isStale = true;
  });
  turn();
  return () => {
    clearInterval(timer);
    end();
  };
}

function tell(what, detail) {
  for (const watcher of [...watchers]) watcher(what, detail);
}

/** Looks at the state soon. */
export function touch() {
  isDirty = true;
  if (timer || document.hidden) return;
  const wait = Math.max(0, lastLook + PAUSE - Date.now());
  timer = setTimeout(look, wait);
}

async function look() {
  isDirty = false;
  lastLook = Date.now();
  try {
    const state = await get("state");
    state.seen = Date.now();
    // The application was deployed anew.
    if (store.state && state.revision !== store.state.revision) load();
    store.state = state;
    if (store.from === Infinity) store.from = state.next;
    tell("state");
  } catch {
    // The stream of events says when the server is gone.
  }
  timer = 0;
  if (isDirty) touch();
}

async function load() {
  try {
    const [app, samples] = await Promise.all([get("app"), get("samples").catch(() => ({}))]);
    const isOther = JSON.stringify(app) !== JSON.stringify(store.app);
    store.app = app;
    store.samples = samples;
    if (isOther) tell("app");
    touch();
  } catch {
    setTimeout(load, 1000);
  }
}

/** The time of the application now. */
export function now() {
  return store.state ? store.state.now + Date.now() - store.state.seen : Date.now();
}

let fresh = [];
let flushing = 0;

function flush() {
  flushing = 0;
  const events = fresh;
  fresh = [];
  store.events.push(...events);
  if (store.events.length > MOST) store.events.splice(0, store.events.length - MOST);
  tell("events", events);
  touch();
}

/** Begins to follow the application. */
export function begin() {
  load();
  listen({
    connected(isConnected) {
      // The program behind a new connection may be another one.
      if (isConnected && !store.isConnected) load();
      store.isConnected = isConnected;
      tell("connection");
    },
    event(event) {
      const last = (fresh.at(-1) ?? store.events.at(-1))?.number ?? -1;
      if (event.number <= last) {
        // Another process counts from the beginning.
        fresh = [];
        store.events = [];
        store.from = 0;
      }
      fresh.push(event);
      if (!flushing) flushing = setTimeout(flush, 50);
      // Of a flood only the end can be seen anyway.
      if (fresh.length > 2 * MOST) fresh.splice(0, MOST);
    },
    skipped() {
      touch();
    },
    deployed() {
      load();
    },
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) touch();
  });
  // Delays and visibility timeouts end without a record.
  setInterval(() => {
    if (store.isConnected && store.state?.queues.some((queue) => queue.delayed + queue.in_flight > 0)) touch();
  }, 1000);
}
