// Clicks through the page of the example `orders`, whose functions are processes of its binary.
import assert from "node:assert/strict";
import { barriers, heading, nav, page, run, shot, url } from "./browser.mjs";

const result = page.locator(".result");

/** Sends what the form of a target has in it. */
async function send(target) {
  await nav("Send");
  await page.getByRole("link", { name: target }).first().click();
  await page.locator(".send-form .primary").click();
  await result.locator(".done, .problem").waitFor();
  return (await result.innerText()).trim();
}

await page.goto(url);
await run({
  async "a sample order is placed, paid and shipped"() {
    assert.match(await send("http POST /orders"), /^Answered with status 201\./);
    await page.getByRole("link", { name: "Follow its trace" }).click();
    await heading("Traces");
    for (const name of ["place", "price", "audit", "charge", "pay", "dispatch", "ship"]) {
      await page.locator(".waterfall .row-title", { hasText: new RegExp(`^${name}$`) }).first().waitFor();
    }
    await page.locator(".trace-list .mark.is-running").waitFor({ state: "detached" });
    await barriers("trace of an order");
    await nav("Overview");
    await page.getByRole("button", { name: /^table ORDERS, 1 items/ }).waitFor();
    await barriers("overview of the shop");
    await shot("orders");
  },

  async "every form is filled with a sample that its function reads"() {
    for (const target of [/^schedule /, "bus EVENTS", "topic ALERTS", "queue SHIPMENTS", "queue CHARGES", "table AUDIT", "parameter TAX_RATE"]) {
      assert.match(await send(target), /^(Done|The event is in line)\./, String(target));
    }
    assert.match(await send("function price"), /total_cents/);
    await page.waitForFunction(async () => (await (await fetch("api/state")).json()).functions.every((of) => of.running === 0));
  },

  async "permissions name the lines of two crates"() {
    await nav("Permissions");
    await page.getByRole("button", { name: /allowed place dynamodb:PutItem on ORDERS/ }).click();
    const chain = page.getByRole("list", { name: "Call path" }).first();
    await chain.getByText("orders_core::store::place").waitFor();
    await chain.getByText("src/http.rs", { exact: false }).first().waitFor();
    assert.equal(await page.locator('.decisions [data-allowed="false"]').count(), 0, "nothing that the shop does is denied");
    await barriers("permissions of the shop");
  },
});
