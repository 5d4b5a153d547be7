// Clicks through the page of `cargo ifc dev`, on the application of `ifc-local/tests/console/shop.rs`.
// Lines `server: stop`, `server: start` and `server: deploy` on standard output ask for that; an answer is
// a line.
import { createInterface } from "node:readline";
import assert from "node:assert/strict";
import { barriers, heading, nav, page, run, shot, state, url } from "./browser.mjs";

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
async function server(what) {
  console.log(`server: ${what}`);
  await answers.next();
}

/** Orders something over the form of the route. */
async function order(id) {
  await nav("Send");
  await page.getByRole("link", { name: "http POST /orders" }).click();
  await page.getByLabel("Body", { exact: true }).fill(JSON.stringify({ id, customer: "Ada Lovelace", total_cents: 4999 }));
  await page.getByRole("button", { name: "Send the request" }).click();
}

const steps = {
  async "the graph shows the application"() {
    await page.goto(url);
    await page.getByRole("status").filter({ hasText: "live" }).waitFor();
    await page.getByRole("button", { name: "http POST /orders" }).waitFor();
    const boxes = await page.locator(".node .box").evaluateAll((boxes) => boxes.map((box) => box.getBoundingClientRect().toJSON()));
    assert.ok(boxes.length >= 20);
    for (const [at, a] of boxes.entries()) {
      for (const b of boxes.slice(at + 1)) {
        const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
        assert.ok(apart, "nodes of the graph lie over each other");
      }
    }
    await barriers("overview, empty");
  },

  async "an event that is sent arrives"() {
    await order("A-1001");
    await page.getByText("Answered with status 201.").waitFor();
    await barriers("send");
    await shot("send");
    await page.getByRole("link", { name: "Follow its trace" }).click();
    await heading("Traces");
    // Through functions, a queue, a topic and a bucket.
    for (const name of ["place", "route", "ship", "label", "warn", "audit"]) {
      await page.locator(".waterfall .row-title", { hasText: new RegExp(`^${name}$`) }).first().waitFor();
    }
    await page.locator(".trace-list .mark.is-running").waitFor({ state: "detached" });
    await page.locator(".waterfall .row", { hasText: "place" }).first().click();
    await page.getByText("INFO placing order A-1001").waitFor();
    await barriers("trace");
    await page.locator(".waterfall .row", { hasText: "place" }).first().click();
  },

  async "events flow along the edges"() {
    await nav("Overview");
    const hot = page.locator(".edge.is-hot-ok");
    const seen = hot.first().waitFor({ state: "attached" });
    const dots = page.locator(".dot").first().waitFor({ state: "attached" });
    for (const id of ["A-1002", "A-1003"]) {
      await page.evaluate(
        (id) =>
          fetch("api/http", {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ method: "POST", path: "/orders", body: { id, customer: "Grace Hopper", total_cents: 1250 } }),
          }),
        id,
      );
    }
    await Promise.all([seen, dots]);
    await page.locator(".feed").getByText("label ended").first().waitFor();
    await page.getByRole("button", { name: /^function ship/ }).click();
    await page.getByRole("heading", { name: "ship function" }).waitFor();
    await page.getByText("app::ship").waitFor();
  },

  async "what fails is given up, and goes back on a click"() {
    await order("bad-7");
    await page.getByText("Answered with status 201.").waitFor();
    await nav("Queues");
    await page.locator("tr", { hasText: "SHIPMENTS" }).first().waitFor();
    await page.getByRole("combobox", { name: "Move the clock on by" }).selectOption({ label: "5 minutes" });
    const letters = page.getByRole("button", { name: "Redrive SHIPMENTS" });
    for (let turn = 0; turn < 6 && !(await letters.isVisible()); turn += 1) {
      await page.getByRole("button", { name: "Advance" }).click();
      await page.getByText("The clock was moved on by 5 minutes.").waitFor();
      await page.waitForFunction(async () => (await (await fetch("api/state")).json()).functions.every((of) => of.running === 0));
      // What is seen follows the state by a moment.
      await letters.waitFor({ timeout: 1500 }).catch(() => {});
    }
    await page.getByRole("table", { name: "Dead letters" }).getByRole("link", { name: "SHIPMENTS" }).click();
    await page.getByRole("group", { name: "Body of the message" }).getByText("bad-7").waitFor();
    await page.getByRole("link", { name: "Queues 1 dead letters" }).waitFor();
    await barriers("queues");
    await shot("queues");
    await nav("Overview");
    await page.getByRole("button", { name: /queue SHIPMENTS.*1 dead letters/ }).waitFor();
    await page.getByRole("button", { name: /queue SHIPMENTS/ }).click();
    await barriers("overview");
    await nav("Queues");
    await letters.click();
    await page.getByText("No dead letters.").waitFor();
    await page.getByText("1 letter went back to SHIPMENTS.").waitFor({ state: "attached" });
  },

  async "a trace shows the retries"() {
    await nav("Traces");
    await page.getByRole("button", { name: "With errors" }).click();
    await page.locator(".trace-list a").first().click();
    await page.locator(".waterfall .mark", { hasText: "attempt 2" }).first().waitFor();
    await page.locator(".waterfall .row", { hasText: "given up: a letter in ShipmentsQueueDeadLetters" }).waitFor();
    await shot("trace");
    const ship = page.locator(".waterfall .row", { hasText: "ship" }).filter({ hasText: "failed" }).first();
    await ship.click();
    await page.getByText("ERROR no address for bad-7").first().waitFor();
    await barriers("trace with retries");
  },

  async "what happens while the page looks is seen too"() {
    await nav("Overview");
    let answer;
    const held = new Promise((resolve) => (answer = resolve));
    const isAsked = new Promise((resolve) => {
      page.route("**/api/traces", async (route) => {
        const response = await route.fetch();
        resolve();
        await held;
        await route.fulfill({ response });
      }, { times: 1 });
    });
    await nav("Traces");
    await isAsked;
    const root = await page.evaluate(async () => {
      const body = JSON.stringify({ topic: "ALERTS", message: { text: "late" } });
      const sent = await fetch("api/publish", { method: "POST", headers: { "content-type": "application/json" }, body });
      return (await sent.json()).trace;
    });
    // More than one turn that finds the page at its look.
    await page.waitForTimeout(1500);
    answer();
    await page.locator(`.trace-list a[href="#/traces/${root}"]`).waitFor();
  },

  async "a denied permission is explained"() {
    await order("spy-1");
    await page.getByText("Answered with status 500.").waitFor();
    await nav("Permissions");
    await page.getByRole("button", { name: "Denied", exact: true }).click();
    const denied = page.getByRole("button", { name: /denied place dynamodb:GetItem on ORDERS/ });
    await denied.click();
    await page.getByText("The compiler saw no line that `place` reaches and that does `dynamodb:GetItem` on `ORDERS`").waitFor();
    await barriers("permissions, denied");
    await page.getByRole("button", { name: "All", exact: true }).click();
    await page.getByRole("button", { name: /allowed place dynamodb:PutItem on ORDERS/ }).click();
    const chain = page.getByRole("list", { name: "Call path" }).first();
    await chain.getByText("store::save").waitFor();
    await barriers("permissions");
    await shot("permissions");
  },

  async "tables and buckets can be read"() {
    await nav("Tables");
    await page.getByLabel("Table", { exact: true }).last().selectOption("ORDERS");
    await page.getByRole("button", { name: "A-1001" }).click();
    await page.getByRole("group", { name: "Item as JSON" }).getByText('"total_cents": 4999').waitFor();
    await page.getByLabel("Sorted by").selectOption("by_customer");
    await page.getByLabel("Partition key (customer)").fill("Grace Hopper");
    await page.getByRole("button", { name: "Query" }).click();
    await page.getByText("2 items of").waitFor();
    await barriers("tables");
    await nav("Buckets");
    await page.getByRole("button", { name: "labels/A-1001.txt" }).click();
    await page.getByText("To: Ada Lovelace").waitFor();
    await barriers("buckets");
  },

  async "functions have their plots"() {
    await nav("Functions");
    await page.getByRole("img", { name: /Invocations of ship over time: \d+ in .*, 3 errors\./ }).waitFor();
    await page.getByRole("img", { name: /Durations of ship over time/ }).waitFor();
    await barriers("functions");
    await shot("functions");
  },

  async "a deployment is seen while the page is open, and takes nothing away"() {
    await nav("Send");
    await page.getByRole("link", { name: "http POST /orders" }).click();
    const body = page.getByLabel("Body", { exact: true });
    await body.fill('{"id": "half typed');
    await page.evaluate(() => {
      window.isTheSame = true;
    });
    await server("deploy");
    await page.getByRole("link", { name: "http GET /tally" }).waitFor();
    assert.equal(await body.inputValue(), '{"id": "half typed');
    assert.equal(await page.evaluate(() => document.activeElement.id), await body.getAttribute("id"));
    await nav("Overview");
    await page.getByRole("button", { name: /^function tally/ }).waitFor();
    await nav("Tables");
    await page.getByLabel("Table", { exact: true }).last().selectOption("ORDERS");
    await page.getByRole("button", { name: "A-1001" }).waitFor();
    assert.equal(await page.evaluate(() => window.isTheSame), true, "the page was not loaded again");
  },

  async "all of it works with the keyboard"() {
    await page.goto(`${url}#/overview`);
    await page.reload();
    await page.locator(".node").first().waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to content");
    await page.keyboard.press("Enter");
    // Into the graph, along an edge, and open what is there.
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.querySelector("title")?.textContent ?? document.activeElement?.textContent ?? "");
    for (let turn = 0; turn < 5 && !(await focused()).startsWith("http"); turn += 1) await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    assert.match(await focused(), /^function /);
    await page.keyboard.press("Enter");
    await page.locator('.node[aria-pressed="true"]').waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await barriers("shortcuts");
    await page.keyboard.press("Escape");
    await page.keyboard.press("s");
    await heading("Send");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    // From the list of targets to its form and the answer, with Tab and Enter alone.
    const until = async (name) => {
      for (let turn = 0; turn < 60; turn += 1) {
        if (name.test(await focused())) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`Tab never came to ${name}`);
    };
    await until(/^http POST \/orders$/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "POST /orders http" }).waitFor();
    await until(/^Send the request$/);
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, "solid", "the focus can be seen");
    await page.keyboard.press("Enter");
    await page.getByText("Answered with status 201.").waitFor();
    await until(/^Follow its trace$/);
    await page.keyboard.press("Enter");
    await heading("Traces");
    await page.keyboard.press("q");
    await heading("Queues");
    await page.keyboard.press("p");
    await heading("Permissions");
    await page.keyboard.press("/");
    assert.equal(await focused(), "Search decisions");
    await page.keyboard.type("t");
    assert.equal(await page.locator("h1").textContent(), "Permissions", "letters in fields are letters");
  },

  async "dark, narrow and calm windows work"() {
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    await page.goto(`${url}#/overview`);
    await page.locator(".node").first().waitFor();
    await barriers("overview, dark");
    await shot("overview-dark");
    await page.setViewportSize({ width: 360, height: 740 });
    for (const view of ["overview", "send", "traces", "queues", "tables", "buckets", "permissions", "functions"]) {
      await page.goto(`${url}#/${view}`);
      await heading(new RegExp(view, "i"));
      await page.waitForTimeout(150);
      const { scroll, client } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth }));
      assert.ok(scroll <= client, `${view} is wider (${scroll}) than the window (${client})`);
      await barriers(`${view}, dark and narrow`);
    }
    await page.goto(`${url}#/traces`);
    await page.locator(".trace-list a").first().click();
    await page.locator(".waterfall .row").first().waitFor();
    await page.locator(".trace-detail").scrollIntoViewIfNeeded();
    await barriers("trace, dark and narrow");
    await shot("trace-narrow");
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "no-preference" });
    await page.setViewportSize({ width: 1440, height: 900 });
  },

  async "a flood of events leaves the page quick"() {
    await page.goto(`${url}#/overview`);
    await page.locator(".node").first().waitFor();
    await page.evaluate(async () => {
      const body = JSON.stringify({ topic: "ALERTS", message: { text: "flood" } });
      const one = () => fetch("api/publish", { method: "POST", headers: { "content-type": "application/json" }, body });
      for (let turn = 0; turn < 60; turn += 1) await Promise.all(Array.from({ length: 5 }, one));
    });
    await page.locator(".feed").getByText("warn ended").first().waitFor();
    const { rows, dots } = await page.evaluate(() => ({ rows: document.querySelectorAll(".feed li").length, dots: document.querySelectorAll(".dot").length }));
    assert.ok(rows <= 60 && dots <= 60, `${rows} rows, ${dots} dots`);
    await nav("Traces");
    await page.locator(".trace-list a").nth(100).waitFor({ state: "attached" });
    assert.ok((await page.locator(".trace-list a").count()) <= 200);
  },

  async "the page says when the server is gone, and comes back"() {
    await page.goto(`${url}#/overview`);
    await page.getByRole("status").filter({ hasText: /^live$/ }).waitFor();
    state.isAway = true;
    await server("stop");
    await page.getByText("the server is gone; reconnecting").waitFor();
    await server("start");
    await page.getByRole("status").filter({ hasText: /^live$/ }).waitFor();
    state.isAway = false;
    await order("A-2001");
    await page.getByText("Answered with status 201.").waitFor();
  },
};

await run(steps);
