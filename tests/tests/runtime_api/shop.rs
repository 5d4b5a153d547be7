//! The fourteen functions of the shop, each by itself: what one sends, nobody else receives.

use anyhow::{Context, Result, ensure};
use ifc_tests::events;
use serde_json::{Value, json};

use crate::{Function, PATIENCE, Resources};

#[test]
fn the_shop_answers() -> Result<()> {
    Resources::with("orders", |shop| {
        let published = shop.taps_bus()?;
        prices_are_invoked(shop)?;
        let order = orders_are_placed(shop, &published)?;
        orders_are_read(shop, &order)?;
        charges_are_asked_for(shop, &order)?;
        charges_are_made(shop, &order, &published)?;
        parcels_are_asked_for(shop, &order)?;
        parcels_are_sent(shop, &order)?;
        changes_are_kept(shop, &order)?;
        alerts_are_logged(shop)?;
        files_are_imported(shop)?;
        reports_are_written(shop)?;
        orders_are_cancelled(shop, &published)
    })
}

/// A direct invocation; the caller's correlation id comes with it, in either way of sending it.
fn prices_are_invoked(shop: &Resources) -> Result<()> {
    let price = shop.function("price")?;
    let lines = json!({ "lines": [{ "article": "tea", "quantity": 2, "unit_cents": 500 }] });
    let answer = price.answer(&lines)?;
    ensure!(answer == json!({ "total_cents": 1_190 }), "{answer}");

    let garbage = json!({ "lines": 1 });
    price.refuses(&garbage, "cannot read the request: invalid type")?;
    // {"custom":{"ifc-correlation-id":"waiting"}}
    let context = "eyJjdXN0b20iOnsiaWZjLWNvcnJlbGF0aW9uLWlkIjoid2FpdGluZyJ9fQ==";
    let headers = json!({ "x-amz-client-context": context });
    price.emulator.invoke_with(&garbage, &headers)?;
    price.logs(r#""correlationId":"waiting""#)?;
    let sent = json!({ "lines": 1, "_ifc": { "correlation_id": "sent" } });
    price.refuses(&sent, "cannot read the request: invalid type")?;
    price.logs(r#""correlationId":"sent""#)?;

    ensure!(price.answer(&lines)? == answer);
    Ok(())
}

fn orders_are_placed(shop: &Resources, published: &str) -> Result<Value> {
    let place = shop.function("place")?;
    let none = json!({});
    let request = |body: &Value| events::http("POST", "/orders", &none, Some(body));
    let basket = basket("ada", 1_000);
    let (status, body) = place.respond(&request(&basket)?)?;
    ensure!(status == 201, "{status} {body}");
    let order: Value = serde_json::from_str(&body)?;
    ensure!(order["total_cents"] == 3_570, "{order}");
    let stored = shop.item("OrdersTable", &json!({ "id": { "S": order["id"] } }))?;
    ensure!(stored["status"] == json!({ "S": "placed" }), "{stored}");
    let event = shop.receive(published)?;
    let event = body_of(&event)?;
    ensure!(event["detail-type"] == "Placed", "{event}");
    ensure!(event["detail"]["id"] == order["id"], "{event}");

    let (status, body) = place.respond(&request(&json!({ "lines": 1 }))?)?;
    ensure!(status == 422, "{status} {body}");
    place.refuses(&events::sample("sqs-event")?, "cannot read the request")?;
    place.refuses(&Value::Null, "cannot read the request")?;
    let (status, body) = place.respond(&request(&json!({ "customer": "ada", "lines": [] }))?)?;
    ensure!(status == 400, "{status} {body}");
    Ok(order)
}

fn orders_are_read(shop: &Resources, order: &Value) -> Result<()> {
    let show = shop.function("show")?;
    let (status, body) = show.respond(&of_order("GET", id(order), "")?)?;
    ensure!(status == 200, "{status} {body}");
    ensure!(serde_json::from_str::<Value>(&body)? == *order, "{body}");
    let (status, body) = show.respond(&of_order("GET", "none", "")?)?;
    ensure!(status == 404, "{status} {body}");

    let list = shop.function("list")?;
    let customer = json!({ "customer": "ada" });
    let request = events::http("GET", "/customers/ada/orders", &customer, None)?;
    let (status, body) = list.respond(&request)?;
    ensure!(status == 200, "{status} {body}");
    ensure!(
        serde_json::from_str::<Value>(&body)? == json!([order]),
        "{body}"
    );
    Ok(())
}

/// An event of the bus. The message that it leads to has its correlation id.
fn charges_are_asked_for(shop: &Resources, order: &Value) -> Result<()> {
    let charge = shop.function("charge")?;
    let mut detail = order.clone();
    detail["_ifc"] = json!({ "correlation_id": "c-1" });
    charge.answer(&events::bus("shop.orders", "Placed", &detail)?)?;
    let message = shop.receive(shop.stack.physical("ChargesQueue")?)?;
    let asked = body_of(&message)?;
    ensure!(asked["order"] == order["id"], "{asked}");
    let correlation = &message["MessageAttributes"]["ifc-correlation-id"]["StringValue"];
    ensure!(correlation == "c-1", "{message}");

    let unknown = events::sample("eventbridge-event-obj")?;
    charge.refuses(&unknown, "the detail of the event")?;
    charge.answer(&events::bus("shop.orders", "Placed", order)?)?;
    Ok(())
}

/// Messages of a FIFO queue: those behind a failed one of the same customer fail with it.
fn charges_are_made(shop: &Resources, order: &Value, published: &str) -> Result<()> {
    let pay = shop.function("pay")?;
    let charge = |customer: &str, cents: u64| json!({ "order": order["id"], "customer": customer, "amount_cents": cents });
    let charges = [
        charge("ada", 3_570),
        charge("bob", 10_000_000),
        charge("bob", 1),
    ];
    let mut batch = events::queue(&charges)?;
    for (record, charge) in batch["Records"]
        .as_array_mut()
        .into_iter()
        .flatten()
        .zip(charges)
    {
        record["eventSourceARN"] = "arn:aws:sqs:us-east-1:000000000000:charges.fifo".into();
        record["attributes"]["MessageGroupId"] = charge["customer"].clone();
    }
    let failed = pay.failures(&batch)?;
    ensure!(failed == ["message-1", "message-2"], "{failed:?}");
    let stored = shop.item("OrdersTable", &json!({ "id": { "S": order["id"] } }))?;
    ensure!(stored["status"] == json!({ "S": "paid" }), "{stored}");
    let event = body_of(&shop.receive(published)?)?;
    ensure!(event["detail-type"] == "Paid", "{event}");
    ensure!(event["detail"]["amount_cents"] == 3_570, "{event}");
    pay.refuses(&json!({ "Records": 1 }), "the messages of the queue")
}

fn parcels_are_asked_for(shop: &Resources, order: &Value) -> Result<()> {
    let dispatch = shop.function("dispatch")?;
    let paid = json!({ "order": order["id"], "amount_cents": 3_570 });
    dispatch.answer(&events::bus("shop.orders", "Paid", &paid)?)?;
    let parcel = body_of(&shop.receive(shop.stack.physical("ShipmentsQueue")?)?)?;
    ensure!(parcel["articles"] == json!(["tea", "cup"]), "{parcel}");
    let nameless = events::bus("shop.orders", "Paid", &json!({ "amount_cents": 1 }))?;
    dispatch.refuses(&nameless, "missing field `order`")
}

/// A batch in which some messages are bad: exactly those are reported.
fn parcels_are_sent(shop: &Resources, order: &Value) -> Result<()> {
    let alerts = shop.queue("alerts")?;
    let subscription = json!({
        "TopicArn": shop.stack.physical("AlertsTopic")?,
        "Protocol": "sqs",
        "Endpoint": alerts.arn,
        "Attributes": { "RawMessageDelivery": "true" },
    });
    shop.call("sns", "Subscribe", subscription)?;
    let ship = shop.function("ship")?;
    let full = json!({ "order": order["id"], "articles": ["tea"] });
    let empty = json!({ "order": "by-hand", "articles": [] });
    let batch = events::queue(&[full.clone(), empty, full.clone()])?;
    let failed = ship.failures(&batch)?;
    ensure!(failed == ["message-1"], "{failed:?}");
    let stored = shop.item("OrdersTable", &json!({ "id": { "S": order["id"] } }))?;
    ensure!(stored["status"] == json!({ "S": "shipped" }), "{stored}");
    let alert = body_of(&shop.receive(&alerts.url)?)?;
    ensure!(
        alert["text"] == "shipment of order by-hand is empty",
        "{alert}"
    );

    let batch = events::queue(&[full.clone(), json!({ "order": 1 }), json!("no JSON")])?;
    let failed = ship.failures(&batch)?;
    ensure!(failed == ["message-1", "message-2"], "{failed:?}");
    ship.logs("the body is not the payload")?;
    let failed = ship.failures(&events::queue(&[full])?)?;
    ensure!(failed.is_empty(), "{failed:?}");
    Ok(())
}

/// The table's stream, and what is made of it.
fn changes_are_kept(shop: &Resources, order: &Value) -> Result<()> {
    let keys = json!({ "id": { "S": order["id"] } });
    let item = shop.item("OrdersTable", &keys)?;
    let audit = shop.function("audit")?;
    let inserted = events::insertion(&keys, &item)?;
    let failed = audit.failures(&inserted)?;
    ensure!(failed.is_empty(), "{failed:?}");
    let mut second = inserted["Records"][0].clone();
    second["dynamodb"]["SequenceNumber"] = "1405400000000002063282833".into();
    second["dynamodb"]["NewImage"]["total_cents"] = json!({ "S": "many" });
    let broken = json!({ "Records": [inserted["Records"][0], second] });
    let failed = audit.failures(&broken)?;
    ensure!(failed == ["1405400000000002063282833"], "{failed:?}");
    audit.refuses(&json!({ "Records": [1] }), "invalid type")?;

    let history = shop.function("history")?;
    let (status, body) = history.respond(&of_order("GET", id(order), "/history")?)?;
    ensure!(status == 200, "{status} {body}");
    let entries: Value = serde_json::from_str(&body)?;
    ensure!(
        entries.as_array().is_some_and(|entries| entries.len() == 1),
        "{body}"
    );
    ensure!(entries[0]["what"] == "placed", "{body}");
    ensure!(
        entries[0]["sequence"] == "1405400000000002063282832",
        "{body}"
    );
    Ok(())
}

fn alerts_are_logged(shop: &Resources) -> Result<()> {
    let warn = shop.function("warn")?;
    let alert = json!({ "severity": "urgent", "text": "the tea is gone" });
    warn.refuses(
        &events::topic(&json!("no alert"))?,
        "the body of the notification",
    )?;
    ensure!(warn.answer(&events::topic(&alert)?)?.is_null());
    warn.logs("the tea is gone")
}

fn files_are_imported(shop: &Resources) -> Result<()> {
    let baskets = json!([basket("bob", 100), basket("bob", 200)]);
    shop.put("FilesBucket", "partners/a büro.json", &baskets.to_string())?;
    let bucket = shop.stack.physical("FilesBucket")?;
    let import = shop.function("import")?;
    let created = events::object(bucket, "partners/a+b%C3%BCro.json")?;
    ensure!(import.answer(&created)?.is_null());
    let file = &created["Records"][0]["s3"]["object"]["eTag"];
    let file = file.as_str().context("the sample has a tag")?;
    for (at, cents) in ["357", "714"].into_iter().enumerate() {
        let key = json!({ "id": { "S": format!("{file}-{at}") } });
        let order = shop.item("OrdersTable", &key)?;
        ensure!(order["total_cents"] == json!({ "N": cents }), "{order}");
    }
    // What the handler cannot do is an error of this event alone.
    let missing = import
        .emulator
        .invoke(&events::object(bucket, "partners/none.json")?)?;
    ensure!(missing["errorType"] == "ifc::HandlerFailed", "{missing}");
    import.refuses(&json!({ "Records": [{ "s3": {} }] }), "missing field")
}

/// A schedule sends what the template says, and an event of its own without it.
fn reports_are_written(shop: &Resources) -> Result<()> {
    let nightly = shop.function("nightly")?;
    let resources = shop.example.application.template.resources();
    let schedule = resources
        .iter()
        .find(|resource| resource.kind == "AWS::Scheduler::Schedule");
    let input = &schedule.context("a schedule")?.properties["Target"]["Input"];
    let input = input.as_str().context("an input")?;
    let time = "<aws.scheduler.scheduled-time>";
    ensure!(input.contains(time), "{input}");
    let input = input.replace(time, "2026-01-02T02:30:00Z");
    nightly.answer(&serde_json::from_str(&input)?)?;
    nightly.answer(&events::schedule("2026-01-03T02:30:00Z")?)?;
    for day in ["2026-01-02", "2026-01-03"] {
        let csv = shop.object("FilesBucket", &format!("reports/{day}.csv"))?;
        ensure!(csv.contains("placed,2,1071\n"), "{csv}");
        ensure!(csv.contains("shipped,1,3570\n"), "{csv}");
    }
    let timeless = nightly.emulator.invoke(&json!({}))?;
    ensure!(
        timeless["errorMessage"] == "the schedule named no time",
        "{timeless}"
    );
    Ok(())
}

fn orders_are_cancelled(shop: &Resources, published: &str) -> Result<()> {
    let cancel = shop.function("cancel")?;
    let placed = body_of(&shop.receive(published)?)?;
    let id = placed["detail"]["id"].as_str().context("an order")?;
    let (status, body) = cancel.respond(&of_order("DELETE", id, "")?)?;
    ensure!(status == 204, "{status} {body}");
    let (status, body) = cancel.respond(&of_order("DELETE", id, "")?)?;
    ensure!(status == 409, "{status} {body}");
    Ok(())
}

fn id(order: &Value) -> &str {
    order["id"].as_str().unwrap_or_default()
}

fn of_order(method: &str, id: &str, rest: &str) -> Result<Value> {
    let path = format!("/orders/{id}{rest}");
    events::http(method, &path, &json!({ "id": id }), None)
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

fn body_of(message: &Value) -> Result<Value> {
    let body = message["Body"].as_str().context("a message has a body")?;
    Ok(serde_json::from_str(body)?)
}

/// A queue beside those of the stack.
struct Queue {
    url: String,
    arn: String,
}

impl Resources {
    fn queue(&self, name: &str) -> Result<Queue> {
        let made = self.call("sqs", "CreateQueue", json!({ "QueueName": name }))?;
        let url = made["QueueUrl"].as_str().context("a URL")?.to_owned();
        let asked = json!({ "QueueUrl": url, "AttributeNames": ["QueueArn"] });
        let attributes = self.call("sqs", "GetQueueAttributes", asked)?;
        let arn = attributes["Attributes"]["QueueArn"].as_str();
        let arn = arn.context("an ARN")?.to_owned();
        let policy = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "Service": ["sns.amazonaws.com", "events.amazonaws.com"] },
                "Action": "sqs:SendMessage",
                "Resource": arn,
            }],
        });
        let policy = json!({ "Policy": policy.to_string() });
        let allow = json!({ "QueueUrl": url, "Attributes": policy });
        self.call("sqs", "SetQueueAttributes", allow)?;
        Ok(Queue { url, arn })
    }

    /// The URL of a queue that gets everything that is published on the bus.
    fn taps_bus(&self) -> Result<String> {
        let queue = self.queue("published")?;
        let bus = self.stack.physical("EventsBus")?;
        let pattern = json!({ "source": ["shop.orders"] }).to_string();
        let rule = json!({ "Name": "tap", "EventBusName": bus, "EventPattern": pattern });
        self.call("events", "PutRule", rule)?;
        let targets = json!([{ "Id": "published", "Arn": queue.arn }]);
        let targets = json!({ "Rule": "tap", "EventBusName": bus, "Targets": targets });
        self.call("events", "PutTargets", targets)?;
        Ok(queue.url)
    }

    /// Waits for a message in a queue and takes it.
    fn receive(&self, queue: &str) -> Result<Value> {
        ifc_tests::wait(&format!("a message in {queue}"), PATIENCE, || {
            let receive = json!({ "QueueUrl": queue, "MessageAttributeNames": ["All"] });
            let received = self.call("sqs", "ReceiveMessage", receive)?;
            let message = &received["Messages"][0];
            if message.is_null() {
                return Ok(None);
            }
            let handle = &message["ReceiptHandle"];
            let delete = json!({ "QueueUrl": queue, "ReceiptHandle": handle });
            self.call("sqs", "DeleteMessage", delete)?;
            Ok(Some(message.clone()))
        })
    }

    fn item(&self, table: &str, key: &Value) -> Result<Value> {
        let table = self.stack.physical(table)?;
        let found = self.call(
            "dynamodb",
            "GetItem",
            json!({ "TableName": table, "Key": key }),
        )?;
        let item = found
            .get("Item")
            .with_context(|| format!("no item {key}"))?;
        Ok(item.clone())
    }
}

impl Function {
    /// Ids of the messages of a batch that have to be given again.
    fn failures(&self, batch: &Value) -> Result<Vec<String>> {
        let answer = self.answer(batch)?;
        let failures = answer["batchItemFailures"].as_array();
        let failures = failures.with_context(|| format!("no list of failures: {answer}"))?;
        let ids = failures.iter().map(|failure| &failure["itemIdentifier"]);
        ids.map(|id| Ok(id.as_str().context("an id is text")?.to_owned()))
            .collect()
    }

    fn logs(&self, text: &str) -> Result<()> {
        ifc_tests::wait(&format!("{text} in the log"), PATIENCE, || {
            Ok(self.emulator.log()?.contains(text).then_some(()))
        })
    }
}
