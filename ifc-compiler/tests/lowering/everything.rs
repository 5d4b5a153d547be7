//! One application over every resource and trigger: the golden template.

use ifc_catalog::model::{Existing, Text};
use serde_json::json;

use crate::fixture::{App, app, option, seconds, text};

pub(crate) fn everything() -> App {
    app()
        .metadata(json!({
            "log_retention": 14,
            "alarm_topic": { "parameter": "AlarmTopicArn" },
            "tags": { "team": "orders" },
            "cors": { "origins": ["https://orders.example"], "methods": ["GET", "POST"], "max_age": "1h" },
            "stages": { "prod": { "memory": 512, "functions": { "ship": { "timeout": "60s" } } } },
        }))
        .resource("table", "ORDERS")
        .resource("queue", "SHIPMENTS")
        .resource("queue", "STEPS")
        .fifo()
        .with("deduplicate", ifc_catalog::model::Value::Flag)
        .with("high_throughput", ifc_catalog::model::Value::Flag)
        .resource("topic", "ALERTS")
        .resource("topic", "LEDGER")
        .fifo()
        .resource("bus", "EVENTS")
        .resource("bucket", "UPLOADS")
        .with("versioned", ifc_catalog::model::Value::Flag)
        .with("expire", seconds(30 * 86_400))
        .resource("bucket", "REPORTS")
        .resource("secret", "API_KEY")
        .with("generate", ifc_catalog::model::Value::Int(32))
        .resource("secret", "PARTNER_KEY")
        .resource("parameter", "RATE")
        .with("default", text("0.19"))
        .resource("parameter", "REGION_CODE")
        .resource("function", "PRICE")
        .resource("table", "CUSTOMERS")
        .existing(Existing::Arn(
            "arn:aws:dynamodb:eu-central-1:123456789012:table/customers".into(),
        ))
        .resource("queue", "INVOICES")
        .existing(Existing::StackParameter("InvoicesArn".into()))
        .resource("bucket", "ARCHIVE")
        .existing(Existing::SsmParameter("/shared/archive".into()))
        .function("place")
        .on("http POST /orders", vec![])
        .on("http GET /orders/{id}", vec![])
        .on("http ANY /files/{*path}", vec![])
        .uses("ORDERS.put")
        .uses_with("ORDERS.query_index", vec![(0, Text::Exact("by_customer".into()))])
        .uses("EVENTS.publish")
        .uses("PRICE.invoke")
        .uses("PRICE.send")
        .uses("API_KEY.get")
        .uses("PARTNER_KEY.get")
        .uses("RATE.get")
        .uses("REGION_CODE.set")
        .uses("LEDGER.publish_in")
        .uses("CUSTOMERS.get")
        .uses("INVOICES.send")
        .uses_with("ARCHIVE.put", vec![(0, Text::Prefix("orders/".into()))])
        .function("price")
        .on("PRICE", vec![])
        .function("route")
        .on("EVENTS", vec![option("pattern", text(r#"{"detail":{"total":[{"numeric":[">",100]}]}}"#))])
        .detail_type("Placed")
        .uses("SHIPMENTS.send")
        .uses("STEPS.send_in")
        .function("ship")
        .on("SHIPMENTS", vec![
            option("window", seconds(5)),
            option("max_concurrency", ifc_catalog::model::Value::Int(5)),
            option("filter", text(r#"{ "body": { "express": [true] } }"#)),
        ])
        .uses("ALERTS.publish")
        .function("step")
        .on("STEPS", vec![])
        .uses("REPORTS.list")
        .function("alert")
        .on("ALERTS", vec![
            option("filter", text(r#"{"kind":["late"]}"#)),
            option("filter_scope", text("body")),
        ])
        .function("audit")
        .on("ORDERS.changes", vec![option("batch", ifc_catalog::model::Value::Int(50))])
        .function("thumbnail")
        .on("UPLOADS.created", vec![option("prefix", text("in/")), option("suffix", text(".png"))])
        .on("UPLOADS.removed", vec![])
        .uses("UPLOADS.get")
        .uses_with("UPLOADS.put", vec![(0, Text::Prefix("thumbs/".into()))])
        .function("sweep")
        .on("schedule rate(1 day)", vec![
            option("flexible", seconds(900)),
            option("input", text(r#"{"depth": 3}"#)),
        ])
        .on("schedule cron(0 3 * * ? *)", vec![option("timezone", text("Europe/Berlin"))])
}

const GOLDEN: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/lowering/everything.json"
);

/// `UPDATE_GOLDEN=1 cargo test -p ifc-compiler --test lowering` writes the file; tests/ runs
/// cfn-lint over it.
#[test]
fn template() {
    let compiled = everything().compile();
    assert_eq!(compiled.said(), [""; 0]);
    #[expect(clippy::disallowed_methods, reason = "goldens are files")]
    let golden = {
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(GOLDEN, &compiled.text).expect("writable");
        }
        std::fs::read_to_string(GOLDEN).unwrap_or_default()
    };
    assert!(
        golden == compiled.text,
        "the template differs from {GOLDEN}; look at it with UPDATE_GOLDEN=1 and git diff"
    );
}

#[test]
fn same_input_gives_the_same_bytes() {
    assert_eq!(everything().compile().text, everything().compile().text);
}
