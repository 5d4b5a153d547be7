//! The shop: from an order over HTTP to the parcel, and everything beside that way.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{PATIENCE, Running};

#[test]
fn the_shop_sells() -> Result<()> {
    Running::with("orders", |shop| {
        let report = shop.hasten_report()?;
        shop.hasten_retries("ShipmentsQueue")?;
        shop.hasten_retries("ChargesQueue")?;

        orders_are_paid_and_shipped(shop)?;
        refused_charges_can_be_cancelled(shop)?;
        empty_parcels_alert_somebody(shop)?;
        partners_send_files(shop)?;
        let csv = ifc_tests::wait("the report", PATIENCE, || {
            shop.object("FilesBucket", &report)
        })?;
        ensure!(csv.starts_with("status,orders,cents\n"), "{csv}");

        shop.update()?;
        let orders = shop.orders_of("ada")?;
        ensure!(orders.len() == 1, "{orders:?}");
        Ok(())
    })
}

/// The order goes through the table, the bus, the FIFO queue, the bus again and the queue; the
/// trail of its changes comes from the table's stream.
fn orders_are_paid_and_shipped(shop: &Running) -> Result<()> {
    let basket = basket("ada", 1_000);
    let placed = shop.request("POST", "/orders", Some(&basket))?;
    ensure!(placed.status == 201, "{placed:?}");
    let placed: Value = serde_json::from_str(&placed.body)?;
    ensure!(placed["status"] == "placed", "{placed}");
    // Two of ten and one of ten, with 19 percent of tax.
    ensure!(placed["total_cents"] == 3_570, "{placed}");
    let id = placed["id"].as_str().context("an id")?;

    let shipped = shop.becomes(id, "shipped")?;
    ensure!(shipped["lines"] == basket["lines"], "{shipped}");
    let listed = shop.orders_of("ada")?;
    ensure!(listed == [shipped], "{listed:?}");

    let history = ifc_tests::wait("the trail", PATIENCE, || {
        let entries = shop.get(&format!("/orders/{id}/history"))?;
        let entries = entries.as_array().context("a list")?.clone();
        Ok((entries.len() >= 3).then_some(entries))
    })?;
    let what: Vec<_> = history.iter().map(|entry| &entry["what"]).collect();
    ensure!(
        what == ["placed", "Placed became Paid", "Paid became Shipped"],
        "{what:?}"
    );

    let cancelled = shop.request("DELETE", &format!("/orders/{id}"), None)?;
    ensure!(cancelled.status == 409, "{cancelled:?}");
    let missing = shop.request("GET", "/orders/none", None)?;
    ensure!(missing.status == 404, "{missing:?}");
    let empty = json!({ "customer": "ada", "lines": [] });
    let refused = shop.request("POST", "/orders", Some(&empty))?;
    ensure!(refused.status == 400, "{refused:?}");
    let garbage = shop.request("POST", "/orders", Some(&json!({ "lines": 1 })))?;
    ensure!(garbage.status == 422, "{garbage:?}");
    Ok(())
}

fn refused_charges_can_be_cancelled(shop: &Running) -> Result<()> {
    let basket = basket("carl", 10_000_000);
    let placed = shop.request("POST", "/orders", Some(&basket))?;
    let placed: Value = serde_json::from_str(&placed.body)?;
    let id = placed["id"].as_str().context("an id")?;
    let letter = shop.message(shop.stack.physical("ChargesQueueDeadLetters")?)?;
    ensure!(letter["order"] == id, "{letter}");
    shop.becomes(id, "placed")?;
    let cancelled = shop.request("DELETE", &format!("/orders/{id}"), None)?;
    ensure!(cancelled.status == 204, "{cancelled:?}");
    shop.becomes(id, "cancelled")?;
    Ok(())
}

/// The parcel beside the empty one is sent all the same.
fn empty_parcels_alert_somebody(shop: &Running) -> Result<()> {
    let orders = shop.stack.physical("OrdersTable")?;
    let item = json!({
        "id": { "S": "by-hand" }, "customer": { "S": "dora" }, "placed_at": { "N": "1" },
        "lines": { "L": [] }, "total_cents": { "N": "1" }, "status": { "S": "paid" },
    });
    let put = json!({ "TableName": orders, "Item": item });
    shop.call("dynamodb", "PutItem", put)?;
    let empty = json!({ "order": "by-hand-too", "articles": [] });
    let full = json!({ "order": "by-hand", "articles": ["tea"] });
    let batch = json!({
        "QueueUrl": shop.stack.physical("ShipmentsQueue")?,
        "Entries": [
            { "Id": "empty", "MessageBody": empty.to_string() },
            { "Id": "full", "MessageBody": full.to_string() },
        ],
    });
    shop.call("sqs", "SendMessageBatch", batch)?;
    shop.becomes("by-hand", "shipped")?;
    let letter = shop.message(shop.stack.physical("ShipmentsQueueDeadLetters")?)?;
    ensure!(letter == empty, "{letter}");
    // The topic tells the function that warns.
    ifc_tests::wait("the warning in the log", PATIENCE, || {
        let group = shop.stack.physical("WarnLogs")?;
        let found = shop.call(
            "logs",
            "FilterLogEvents",
            json!({ "logGroupName": group, "filterPattern": "" }),
        )?;
        let mut events = found["events"].as_array().into_iter().flatten();
        let warning = events.find(|event| event.to_string().contains("by-hand-too is empty"));
        Ok(warning.cloned())
    })?;
    Ok(())
}

fn partners_send_files(shop: &Running) -> Result<()> {
    let baskets = json!([basket("bob", 100), basket("bob", 200)]);
    shop.put("FilesBucket", "partners/bob.json", &baskets.to_string())?;
    ifc_tests::wait("the partner's orders", PATIENCE, || {
        let orders = shop.orders_of("bob")?;
        let shipped = orders.iter().filter(|order| order["status"] == "shipped");
        Ok((shipped.count() == 2).then_some(()))
    })
}

fn basket(customer: &str, unit_cents: u64) -> Value {
    json!({
        "customer": customer,
        "lines": [
            { "article": "tea", "quantity": 2, "unit_cents": unit_cents },
            { "article": "cup", "quantity": 1, "unit_cents": unit_cents },
        ],
    })
}

impl Running {
    fn get(&self, path: &str) -> Result<Value> {
        let response = self.request("GET", path, None)?;
        ensure!(response.status == 200, "{path}: {response:?}");
        Ok(serde_json::from_str(&response.body)?)
    }

    fn orders_of(&self, customer: &str) -> Result<Vec<Value>> {
        let orders = self.get(&format!("/customers/{customer}/orders"))?;
        Ok(orders.as_array().context("a list")?.clone())
    }

    fn becomes(&self, order: &str, status: &str) -> Result<Value> {
        ifc_tests::wait(&format!("order {order} {status}"), PATIENCE, || {
            let order = self.get(&format!("/orders/{order}"))?;
            Ok((order["status"] == status).then_some(order))
        })
    }

    /// The nightly report every minute, with a time in place of the placeholders that Scheduler
    /// fills in and the emulator does not. Yields the report's key.
    fn hasten_report(&self) -> Result<String> {
        let day = "2026-01-02";
        let schedules = self.call("scheduler", "ListSchedules", json!({}))?;
        let found = &schedules["Schedules"][0];
        let id = json!({ "Name": found["Name"], "GroupName": found["GroupName"] });
        let mut schedule = self.call("scheduler", "GetSchedule", id)?;
        let input = schedule["Target"]["Input"].as_str().context("an input")?;
        let placeholder = "<aws.scheduler.scheduled-time>";
        ensure!(input.contains(placeholder), "{input}");
        let input = input.replace(placeholder, &format!("{day}T02:30:00Z"));
        schedule["Target"]["Input"] = input.into();
        schedule["ScheduleExpression"] = "rate(1 minutes)".into();
        let members = schedule.as_object_mut().context("a schedule")?;
        for member in ["Arn", "CreationDate", "LastModificationDate"] {
            members.remove(member);
        }
        members.retain(|_, value| !value.is_null());
        self.call("scheduler", "UpdateSchedule", schedule)?;
        Ok(format!("reports/{day}.csv"))
    }

    /// A message that failed is there again after a second.
    fn hasten_retries(&self, queue: &str) -> Result<()> {
        let soon = json!({
            "QueueUrl": self.stack.physical(queue)?,
            "Attributes": { "VisibilityTimeout": "1" },
        });
        self.call("sqs", "SetQueueAttributes", soon)?;
        Ok(())
    }
}
