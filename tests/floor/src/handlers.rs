//! The handlers.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::types::AttributeValue as A;
use lambda_runtime::Error;
use serde::Serialize;
use serde_json::{Value, json};

use crate::clients;
use crate::model::{AuditEntry, Basket, Charge, Order, Price, PriceRequest, Shipment};

type Reply = Result<Value, Error>;

fn env(name: &str) -> Result<String, Error> {
    Ok(std::env::var(name)?)
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

fn http(status: u16, body: &impl Serialize) -> Reply {
    Ok(json!({
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": serde_json::to_string(body)?,
        "isBase64Encoded": false,
    }))
}

fn path<'a>(event: &'a Value, name: &str) -> &'a str {
    event["pathParameters"][name].as_str().unwrap_or_default()
}

async fn publish(kind: &str, detail: &impl Serialize) -> Result<(), Error> {
    let entry = aws_sdk_eventbridge::types::PutEventsRequestEntry::builder()
        .event_bus_name(env("IFC_EVENTS")?)
        .source("shop.orders")
        .detail_type(kind)
        .detail(serde_json::to_string(detail)?)
        .build();
    let out = clients::events()
        .await
        .put_events()
        .entries(entry)
        .send()
        .await?;
    if out.failed_entry_count() > 0 {
        Err("the event was refused".into())
    } else {
        Ok(())
    }
}

async fn store(id: String, basket: Basket) -> Result<Order, Error> {
    let request = serde_json::to_vec(&PriceRequest {
        lines: basket.lines.clone(),
    })?;
    let out = clients::lambda()
        .await
        .invoke()
        .function_name(env("IFC_PRICE")?)
        .payload(request.into())
        .send()
        .await?;
    let price: Price = serde_json::from_slice(out.payload().ok_or("no price")?.as_ref())?;
    let order = Order {
        id,
        customer: basket.customer,
        placed_at: now(),
        lines: basket.lines,
        total_cents: price.total_cents,
        status: "placed".into(),
    };
    clients::dynamodb()
        .await
        .put_item()
        .table_name(env("IFC_ORDERS")?)
        .set_item(Some(serde_dynamo::to_item(&order)?))
        .condition_expression("attribute_not_exists(#k)")
        .expression_attribute_names("#k", "id")
        .send()
        .await?;
    publish("Placed", &order).await?;
    Ok(order)
}

async fn find(id: &str) -> Result<Option<Order>, Error> {
    let out = clients::dynamodb()
        .await
        .get_item()
        .table_name(env("IFC_ORDERS")?)
        .key("id", A::S(id.into()))
        .send()
        .await?;
    Ok(out.item.map(serde_dynamo::from_item).transpose()?)
}

/// Changes the status of an order that exists, as the shop does.
async fn advance(id: &str, status: &str, only_if: Option<&str>) -> Result<(), Error> {
    let update = clients::dynamodb()
        .await
        .update_item()
        .table_name(env("IFC_ORDERS")?)
        .key("id", A::S(id.into()))
        .update_expression("SET #s = :s")
        .expression_attribute_names("#s", "status")
        .expression_attribute_names("#k", "id")
        .expression_attribute_values(":s", A::S(status.into()));
    let update = match only_if {
        Some(old) => update
            .condition_expression("attribute_exists(#k) AND #s = :o")
            .expression_attribute_values(":o", A::S(old.into())),
        None => update.condition_expression("attribute_exists(#k)"),
    };
    update.send().await?;
    Ok(())
}

pub(crate) async fn place(event: Value) -> Reply {
    let basket: Basket = serde_json::from_str(event["body"].as_str().unwrap_or_default())?;
    let id = event["requestContext"]["requestId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    http(201, &store(id, basket).await?)
}

pub(crate) async fn show(event: Value) -> Reply {
    match find(path(&event, "id")).await? {
        Some(order) => http(200, &order),
        None => http(404, &json!({"error": "no such order"})),
    }
}

pub(crate) async fn list(event: Value) -> Reply {
    let mut pages = clients::dynamodb()
        .await
        .query()
        .table_name(env("IFC_ORDERS")?)
        .index_name("by_customer")
        .key_condition_expression("#c = :c")
        .expression_attribute_names("#c", "customer")
        .expression_attribute_values(":c", A::S(path(&event, "customer").into()))
        .scan_index_forward(false)
        .into_paginator()
        .items()
        .send();
    let mut orders: Vec<Order> = Vec::new();
    while let Some(item) = pages.next().await {
        orders.push(serde_dynamo::from_item(item?)?);
    }
    http(200, &orders)
}

pub(crate) async fn cancel(event: Value) -> Reply {
    let id = path(&event, "id");
    advance(id, "cancelled", Some("placed")).await?;
    publish("Cancelled", &json!({"order": id})).await?;
    Ok(json!({"statusCode": 204}))
}

pub(crate) async fn history(event: Value) -> Reply {
    let mut pages = clients::dynamodb()
        .await
        .query()
        .table_name(env("IFC_AUDIT")?)
        .key_condition_expression("#o = :o")
        .expression_attribute_names("#o", "order")
        .expression_attribute_values(":o", A::S(path(&event, "id").into()))
        .into_paginator()
        .items()
        .send();
    let mut entries: Vec<AuditEntry> = Vec::new();
    while let Some(item) = pages.next().await {
        entries.push(serde_dynamo::from_item(item?)?);
    }
    http(200, &entries)
}

pub(crate) async fn charge(event: Value) -> Reply {
    let order: Order = serde_json::from_value(event["detail"].clone())?;
    let charge = Charge {
        order: order.id.clone(),
        customer: order.customer.clone(),
        amount_cents: order.total_cents,
    };
    clients::sqs()
        .await
        .send_message()
        .queue_url(env("IFC_CHARGES")?)
        .message_group_id(order.customer)
        .message_body(serde_json::to_string(&charge)?)
        .send()
        .await?;
    Ok(Value::Null)
}

pub(crate) async fn dispatch(event: Value) -> Reply {
    let id = event["detail"]["order"].as_str().unwrap_or_default();
    if let Some(order) = find(id).await? {
        let articles = order
            .lines
            .iter()
            .map(|line| line.article.clone())
            .collect();
        clients::sqs()
            .await
            .send_message()
            .queue_url(env("IFC_SHIPMENTS")?)
            .message_body(serde_json::to_string(&Shipment {
                order: order.id,
                articles,
            })?)
            .send()
            .await?;
    }
    Ok(Value::Null)
}

pub(crate) async fn audit(event: Value) -> Reply {
    for record in event["Records"].as_array().into_iter().flatten() {
        let change = &record["dynamodb"];
        let entry = AuditEntry {
            order: change["Keys"]["id"]["S"]
                .as_str()
                .unwrap_or_default()
                .into(),
            sequence: change["SequenceNumber"].as_str().unwrap_or_default().into(),
            what: record["eventName"].as_str().unwrap_or_default().into(),
            expires_at: now() + 90 * 24 * 60 * 60,
        };
        clients::dynamodb()
            .await
            .put_item()
            .table_name(env("IFC_AUDIT")?)
            .set_item(Some(serde_dynamo::to_item(entry)?))
            .send()
            .await?;
    }
    Ok(json!({"batchItemFailures": []}))
}

pub(crate) async fn pay(event: Value) -> Reply {
    for record in event["Records"].as_array().into_iter().flatten() {
        let charge: Charge = serde_json::from_str(record["body"].as_str().unwrap_or_default())?;
        let secret = clients::secrets()
            .await
            .get_secret_value()
            .secret_id(env("IFC_PAYMENT_KEY")?)
            .send()
            .await?;
        if secret.secret_string().is_none_or(str::is_empty) || charge.amount_cents > 1_000_000 {
            return Err("the charge was refused".into());
        }
        advance(&charge.order, "paid", None).await?;
        publish(
            "Paid",
            &json!({"order": charge.order, "amount_cents": charge.amount_cents}),
        )
        .await?;
    }
    Ok(json!({"batchItemFailures": []}))
}

pub(crate) async fn price(event: Value) -> Reply {
    let request: PriceRequest = serde_json::from_value(event)?;
    let out = clients::ssm()
        .await
        .get_parameter()
        .name(env("IFC_TAX_RATE")?)
        .send()
        .await?;
    let rate = out
        .parameter
        .and_then(|p| p.value)
        .ok_or("no tax rate")?
        .parse::<u64>()?;
    let net: u64 = request
        .lines
        .iter()
        .map(|l| u64::from(l.quantity) * l.unit_cents)
        .sum();
    Ok(serde_json::to_value(Price {
        total_cents: net + net * rate / 1000,
    })?)
}

pub(crate) async fn ship(event: Value) -> Reply {
    let mut failures = Vec::new();
    for record in event["Records"].as_array().into_iter().flatten() {
        let shipment: Shipment = serde_json::from_str(record["body"].as_str().unwrap_or_default())?;
        if shipment.articles.is_empty() {
            let text = format!("shipment of order {} is empty", shipment.order);
            clients::sns()
                .await
                .publish()
                .topic_arn(env("IFC_ALERTS")?)
                .message(json!({"severity": "urgent", "text": text}).to_string())
                .send()
                .await?;
            failures.push(json!({"itemIdentifier": record["messageId"]}));
        } else {
            advance(&shipment.order, "shipped", None).await?;
        }
    }
    Ok(json!({ "batchItemFailures": failures }))
}

pub(crate) async fn import(event: Value) -> Reply {
    for record in event["Records"].as_array().into_iter().flatten() {
        let key = record["s3"]["object"]["key"].as_str().unwrap_or_default();
        let etag = record["s3"]["object"]["eTag"].as_str().unwrap_or_default();
        let object = clients::s3()
            .await
            .get_object()
            .bucket(env("IFC_FILES")?)
            .key(key)
            .send()
            .await?;
        let baskets: Vec<Basket> =
            serde_json::from_slice(&object.body.collect().await?.into_bytes())?;
        for (at, basket) in baskets.into_iter().enumerate() {
            store(format!("{etag}-{at}"), basket).await?;
        }
    }
    Ok(Value::Null)
}

pub(crate) async fn nightly(event: Value) -> Reply {
    let day = event["time"]
        .as_str()
        .and_then(|time| time.get(..10))
        .unwrap_or("today");
    let mut pages = clients::dynamodb()
        .await
        .scan()
        .table_name(env("IFC_ORDERS")?)
        .into_paginator()
        .items()
        .send();
    let (mut count, mut cents) = (0, 0);
    while let Some(item) = pages.next().await {
        let order: Order = serde_dynamo::from_item(item?)?;
        count += 1;
        cents += order.total_cents;
    }
    clients::s3()
        .await
        .put_object()
        .bucket(env("IFC_FILES")?)
        .key(format!("reports/{day}.csv"))
        .body(
            format!("orders,cents\n{count},{cents}\n")
                .into_bytes()
                .into(),
        )
        .send()
        .await?;
    Ok(Value::Null)
}
