// The API of the server, and the stream of what happens.

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error ?? `the server answered with status ${response.status}`);
  return body;
}

/** Reads something below `/_ifc/api/`. */
export async function get(path) {
  return answer(await fetch(`api/${path}`, { headers: { accept: "application/json" } }));
}

/** Does something. */
export async function post(action, body) {
  return answer(
    await fetch(`api/${action}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
}

/** `a/b` of a path as one segment. */
export const segment = encodeURIComponent;

/**
 * Listens to what happens. `connected` is called with whether the server is there, `event` with each
 * record in short, `skipped` with how many were too many, `deployed` when the application is another.
 */
export function listen({ connected, event, skipped, deployed }) {
  const source = new EventSource("api/events?last=100");
  source.onopen = () => connected(true);
  source.onerror = () => {
    connected(false);
    // A server that refuses ends the stream for good; it may be back later.
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => listen({ connected, event, skipped, deployed }), 2000);
    }
  };
  source.onmessage = (message) => event(JSON.parse(message.data));
  source.addEventListener("skipped", (message) => skipped(Number(message.data)));
  source.addEventListener("deployed", deployed);
}
