//! The samples that the build writes are read by the types that they stand for.

use std::fs;
use std::path::Path;

use ifc_runtime::Event;
use orders_core::model::{Alert, AuditEntry, Basket, Charge, Order, OrderEvent, Shipment};
use orders_core::pricing::{Price, PriceRequest};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn samples() -> Value {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    let text = fs::read_to_string(target.join("ifc/orders/samples.json"));
    serde_json::from_str(&text.expect("the build wrote it")).expect("JSON")
}

fn reads<T: DeserializeOwned>(samples: &Value, at: &str) -> T {
    let value = samples.pointer(at).cloned();
    let value = value.unwrap_or_else(|| panic!("there is no sample {at}"));
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{at}: {error}: {value}"))
}

#[test]
fn every_payload_is_read() {
    let samples = samples();
    let order: Order = reads(&samples, "/resources/ORDERS/payload");
    assert_eq!(order.id, "1");
    reads::<AuditEntry>(&samples, "/resources/AUDIT/payload");
    reads::<Charge>(&samples, "/resources/CHARGES/payload");
    reads::<Shipment>(&samples, "/resources/SHIPMENTS/payload");
    reads::<Alert>(&samples, "/resources/ALERTS/payload");
    reads::<String>(&samples, "/resources/PAYMENT_KEY/payload");
    reads::<u64>(&samples, "/resources/TAX_RATE/payload");
    reads::<PriceRequest>(&samples, "/resources/PRICE/request");
    reads::<Price>(&samples, "/resources/PRICE/response");
    let resources = samples["resources"].as_object().map(serde_json::Map::len);
    assert_eq!(resources, Some(9), "a resource has no reader here");
    assert_eq!(samples["notes"], json!([]));
}

#[test]
fn every_event_is_read() {
    let samples = samples();
    let events = &samples["resources"]["EVENTS"]["events"];
    for detail_type in OrderEvent::DETAIL_TYPES {
        let detail = events[detail_type].clone();
        let event = OrderEvent::from_detail(detail_type, detail);
        let event = event.unwrap_or_else(|error| panic!("{detail_type}: {error}"));
        assert_eq!(event.detail_type(), *detail_type);
    }
}

#[test]
fn every_request_is_read() {
    let samples = samples();
    reads::<Basket>(&samples, "/routes/POST ~1orders/body");
    assert_eq!(
        samples["routes"]["GET /orders/{id}"]["path"],
        json!({ "id": "1" })
    );
    assert_eq!(
        samples["routes"].as_object().map(serde_json::Map::len),
        Some(5)
    );
}
