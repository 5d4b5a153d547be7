// A page in Chromium for scripts that click through it: collects what goes wrong, looks for barriers
// with axe, takes pictures.
// Usage of such a script: node SCRIPT NODE_MODULES CHROMIUM URL; SCREENSHOTS=FOLDER renews pictures.
import { createRequire } from "node:module";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [modules, executablePath] = process.argv.slice(2);
export const url = process.argv[4];
const require = createRequire(`${modules}/`);
const { chromium } = require("playwright-core");
const axe = require.resolve("axe-core/axe.min.js");
const FLAGS =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

const folder = mkdtempSync(join(tmpdir(), "ifc-page-"));
const browser = await chromium.launchPersistentContext(folder, {
  executablePath,
  args: FLAGS.split(" "),
  viewport: { width: 1440, height: 900 },
});
export const page = browser.pages()[0] ?? (await browser.newPage());
page.setDefaultTimeout(20_000);

const problems = [];
/** Whether the server is gone on purpose. */
export const state = { isAway: false };
page.on("pageerror", (error) => problems.push(`error in the page: ${error.stack}`));
page.on("console", (message) => {
  // A server that is gone, and a request that is refused on purpose, are told by the browser too.
  const isExpected = state.isAway || message.text().startsWith("Failed to load resource");
  if (message.type() === "error" && !isExpected) problems.push(`console: ${message.text()}`);
});
page.on("request", (request) => {
  if (!request.url().startsWith(new URL(url).origin)) problems.push(`a request to ${request.url()}`);
});

/** A picture for the documentation. */
export async function shot(name, options = {}) {
  const { SCREENSHOTS } = process.env;
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), animations: "disabled", ...options });
}

/** Barriers that axe finds, all of them mistakes. */
export async function barriers(where) {
  await page.evaluate(() => window.axe !== undefined).then((isThere) => isThere || page.evaluate(readFileSync(axe, "utf8")));
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const { id, help, impact, nodes } of violations) {
    for (const node of nodes.slice(0, 3)) problems.push(`${where}: ${impact} ${id}: ${help}: ${node.html.slice(0, 160)}`);
  }
}

export const heading = (name) => page.getByRole("heading", { level: 1, name }).waitFor();

/** Goes to a view, and waits until it is there. */
export async function nav(name) {
  await page.getByRole("navigation").getByRole("link", { name }).click();
  await heading(name);
}

/** Does one step after the other, and ends the process. */
export async function run(steps) {
  let code = 0;
  try {
    for (const [name, step] of Object.entries(steps)) {
      const start = Date.now();
      await step();
      console.log(`ok: ${name} (${Date.now() - start} ms)`);
    }
  } catch (error) {
    code = 1;
    console.log(error.stack);
    const path = join(tmpdir(), "ifc-page-failed.png");
    await page.screenshot({ path, fullPage: true }).catch(() => {});
    console.log(`what was seen last: ${path}`);
  }
  for (const problem of new Set(problems)) {
    code = 1;
    console.log(problem);
  }
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}
