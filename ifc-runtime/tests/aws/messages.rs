//! Operations of queues, topics and buses.

use std::collections::BTreeMap;
use std::time::Duration;

use ifc_runtime::context::{self, Context};
use ifc_runtime::{Bus, ErrorKind, Event, Fifo, Queue, Topic};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::inside::{Message, receive, variable};

static JOBS: Queue<Value> = Queue::new().__declared("JOBS");
static LEDGER: Queue<Value, Fifo> = Queue::new().__declared("LEDGER");
static ALERTS: Topic<Value> = Topic::new().__declared("ALERTS");
static STEPS: Topic<Value, Fifo> = Topic::new().__declared("STEPS");
static EVENTS: Bus<ShopEvent> = Bus::new().__declared("EVENTS");

const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum ShopEvent {
    Opened { day: u32 },
    Closed,
}

impl Event for ShopEvent {
    const SOURCE: &'static str = "shop";
    const DETAIL_TYPES: &'static [&'static str] = &["Opened", "Closed"];

    fn detail_type(&self) -> &'static str {
        match self {
            ShopEvent::Opened { .. } => "Opened",
            ShopEvent::Closed => "Closed",
        }
    }

    fn to_detail(&self) -> serde_json::Result<Value> {
        ifc_runtime::event::variant_to_detail(self)
    }

    fn from_detail(detail_type: &str, detail: Value) -> serde_json::Result<Self> {
        ifc_runtime::event::variant_from_detail(detail_type, detail)
    }
}

pub(crate) async fn in_context<F: Future>(future: F) -> F::Output {
    let context = Context {
        correlation_id: "c-17".to_owned(),
        trace_header: Some(TRACE.to_owned()),
        ..Context::default()
    };
    context::scope(context, future).await
}

pub(crate) async fn queue() {
    let id = in_context(JOBS.send(&json!({"job": 1}))).await.unwrap();
    let depth = JOBS.depth().await.unwrap();
    assert_eq!((depth.waiting, depth.in_flight), (1, 0));
    let message = receive(&variable("IFC_JOBS"), 1).await.remove(0);
    assert_eq!(message.id(), id);
    assert_eq!(message.body(), json!({"job": 1}));
    assert_eq!(
        message.attributes(),
        BTreeMap::from([("ifc-correlation-id", "c-17")])
    );
    assert_eq!(message.trace_header(), Some(TRACE));

    JOBS.send_after(&json!(2), Duration::from_millis(1500))
        .await
        .unwrap();
    assert_eq!(JOBS.depth().await.unwrap().delayed, 1);
    let message = receive(&variable("IFC_JOBS"), 1).await.remove(0);
    assert!(message.attributes().is_empty(), "there is no context here");
    let error = JOBS
        .send_after(&json!(3), Duration::from_secs(901))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
}

pub(crate) async fn queue_batches() {
    let payloads: Vec<Value> = (0..23).map(|job| json!({"job": job})).collect();
    let ids = in_context(JOBS.send_many(&payloads)).await.unwrap();
    assert_eq!(ids.len(), 23);
    let received = receive(&variable("IFC_JOBS"), 23).await;
    let by_id: BTreeMap<&str, Value> = received.iter().map(|m| (m.id(), m.body())).collect();
    for (id, payload) in ids.iter().zip(&payloads) {
        assert_eq!(&by_id[id.as_str()], payload);
    }
    assert!(
        received
            .iter()
            .all(|m| m.attributes()["ifc-correlation-id"] == "c-17")
    );

    // More than a request may hold, so that it takes several.
    let large: Vec<Value> = (0..3).map(|_| json!("x".repeat(500_000))).collect();
    assert_eq!(JOBS.send_many(&large).await.unwrap().len(), 3);
    receive(&variable("IFC_JOBS"), 3).await;
    assert!(JOBS.send_many(&[]).await.unwrap().is_empty());
}

pub(crate) async fn fifo_queue() {
    let first = LEDGER.send_in("a", &json!(1)).await.unwrap();
    let same_content = LEDGER.send_in("a", &json!(1)).await.unwrap();
    assert_ne!(first, same_content);
    LEDGER.send_in_once("a", "once", &json!(2)).await.unwrap();
    LEDGER.send_in_once("a", "once", &json!(2)).await.unwrap();
    let many: Vec<Value> = (3..15).map(Value::from).collect();
    assert_eq!(LEDGER.send_many_in("a", &many).await.unwrap().len(), 12);
    let received: Vec<Value> = receive(&variable("IFC_LEDGER"), 15)
        .await
        .iter()
        .map(Message::body)
        .collect();
    let expected: Vec<Value> = [1, 1].into_iter().chain(2..15).map(Value::from).collect();
    assert_eq!(received, expected);
}

pub(crate) async fn topic() {
    let inbox = variable("IFC_TEST_INBOX");
    in_context(ALERTS.publish(&json!({"alert": 1})))
        .await
        .unwrap();
    let message = receive(&inbox, 1).await.remove(0);
    assert_eq!(message.body(), json!({"alert": 1}));
    assert_eq!(
        message.attributes(),
        BTreeMap::from([("ifc-correlation-id", "c-17")])
    );

    in_context(ALERTS.publish_with(&json!(2), [("severity", "high")]))
        .await
        .unwrap();
    let message = receive(&inbox, 1).await.remove(0);
    assert_eq!(message.attributes()["severity"], "high");
    let error = ALERTS
        .publish_with(&json!(2), [("ifc-x", "y")])
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::Invalid, "publish_with")
    );

    let many: Vec<Value> = (0..12).map(Value::from).collect();
    assert_eq!(ALERTS.publish_many(&many).await.unwrap().len(), 12);
    let mut received: Vec<i64> = receive(&inbox, 12)
        .await
        .iter()
        .map(|m| m.body().as_i64().unwrap())
        .collect();
    received.sort_unstable();
    assert_eq!(received, (0..12).collect::<Vec<_>>());
}

pub(crate) async fn fifo_topic() {
    let inbox = variable("IFC_TEST_FIFO_INBOX");
    STEPS.publish_in("a", &json!(1)).await.unwrap();
    STEPS.publish_in("a", &json!(1)).await.unwrap();
    STEPS.publish_in_once("a", "once", &json!(2)).await.unwrap();
    STEPS.publish_in_once("a", "once", &json!(2)).await.unwrap();
    let received: Vec<Value> = receive(&inbox, 3).await.iter().map(Message::body).collect();
    assert_eq!(received, [json!(1), json!(1), json!(2)]);
}

pub(crate) async fn bus() {
    let inbox = variable("IFC_TEST_BUS_INBOX");
    let id = in_context(EVENTS.publish(&ShopEvent::Opened { day: 3 }))
        .await
        .unwrap();
    let mut event = receive(&inbox, 1).await[0].body();
    assert_eq!(event["id"], json!(id));
    assert_eq!(
        (&event["source"], &event["detail-type"]),
        (&json!("shop"), &json!("Opened"))
    );
    let detail = &mut event["detail"];
    assert_eq!(
        ifc_runtime::event::take_correlation_id(detail).as_deref(),
        Some("c-17")
    );
    let read = ShopEvent::from_detail("Opened", detail.take()).unwrap();
    assert_eq!(read, ShopEvent::Opened { day: 3 });

    let many: Vec<ShopEvent> = (0..11)
        .map(|day| ShopEvent::Opened { day })
        .chain([ShopEvent::Closed])
        .collect();
    assert_eq!(EVENTS.publish_many(&many).await.unwrap().len(), 12);
    let received = receive(&inbox, 12).await;
    let closed = received
        .iter()
        .filter(|m| m.body()["detail-type"] == "Closed")
        .count();
    assert_eq!(closed, 1);
}
