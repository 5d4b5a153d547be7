// Elements without markup: all text goes in as text.

const SVG = "http://www.w3.org/2000/svg";

/** An element with properties (`class`, `on…`, attributes) and children (elements, texts, lists). */
export function h(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** The same of SVG. */
export function s(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") Object.entries(value).forEach(([key, text]) => element.style.setProperty(key, text));
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** Puts children in place of those that are there. */
export function put(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** Sets a text, if it is another. */
export function text(element, value) {
  const wanted = String(value);
  if (element.textContent !== wanted) element.textContent = wanted;
}

/**
 * Makes the children of `parent` stand for `items`, in their order. Elements of the same key stay, with
 * their focus and what is open in them.
 */
export function keyed(parent, items, keyOf, make, update) {
  const known = parent.keyed ?? (parent.keyed = new Map());
  const active = parent.contains(document.activeElement) ? document.activeElement : null;
  const wanted = new Set();
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    wanted.add(key);
    let element = known.get(key);
    if (!element) {
      element = make(item);
      known.set(key, element);
    }
    update?.(element, item);
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const [key, element] of known) {
    if (!wanted.has(key)) {
      element.remove();
      known.delete(key);
    }
  }
  // What is moved loses the focus.
  if (active?.isConnected && active !== document.activeElement) active.focus({ preventScroll: true });
}

/** Calls a function at most once in a frame. */
export function batched(work) {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      work();
    });
  };
}

/** Says something to those who do not see the page. */
export function say(sentence) {
  const place = document.getElementById("say");
  place.textContent = "";
  requestAnimationFrame(() => (place.textContent = sentence));
}

export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
