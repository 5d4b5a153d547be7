//! Every event source with every form of payload and result.

use ifc_runtime::prelude::*;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Item)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    #[item(partition_key)]
    pub order_id: String,
    #[item(sort_key)]
    pub placed_at: u64,
    #[item(index = "by_customer")]
    pub customer: String,
    #[item(index = "by_customer", sort_key)]
    pub total_cents: u64,
    #[item(ttl)]
    pub expires: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Event)]
#[event(source = "shop.orders")]
pub enum OrderEvent {
    Placed(Order),
    #[event(name = "OrderCancelled")]
    Cancelled {
        id: String,
    },
    Closed,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<'a, T: Clone, const N: usize = 2>
where
    T: PartialEq,
{
    pub items: Vec<T>,
    pub cursor: std::borrow::Cow<'a, str>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value")]
pub enum Either<A, B = u64> {
    Left(A),
    Right { value: B },
}

#[derive(Serialize, Deserialize, Event)]
pub struct Ping {
    pub at: u64,
}

#[resource]
pub static ORDERS: Table<Order> = Table::new();
#[resource(visibility = "60s", max_receives = 3)]
pub static SHIPMENTS: Queue<Order> = Queue::new();
#[resource(deduplicate)]
pub static PAYMENTS: Queue<Order, Fifo> = Queue::new();
#[resource]
pub static ALERTS: Topic<String> = Topic::new();
#[resource(existing = "arn:aws:events:eu-central-1:123456789012:event-bus/shop")]
pub static EVENTS: Bus<OrderEvent> = Bus::new();
#[resource(versioned, destroy)]
#[allow_infra(unused_resource, because = "filled by hand")]
pub static UPLOADS: Bucket = Bucket::new();
#[resource]
pub static PRICE: Function<Order, u64> = Function::new();

#[on(http(POST, "/orders"))]
#[on(http(PUT, "/orders/{id}"), layer = limits)]
async fn place(Json(order): Json<Order>) -> Result<Json<Order>, StatusCode> {
    Ok(Json(order))
}

fn limits(router: ifc_runtime::axum::Router) -> ifc_runtime::axum::Router {
    router
}

#[on(http(ANY, "/{*rest}"))]
async fn anything(Path(rest): Path<String>, headers: HeaderMap) -> impl IntoResponse {
    format!("{rest} {}", headers.len())
}

#[on(http(GET, "/pages"))]
async fn page(Json(one): Json<Either<String>>) -> Json<Page<'static, u8>> {
    let cursor = match one {
        Either::Left(text) => text,
        Either::Right { value } => value.to_string(),
    };
    Json(Page { items: vec![1], cursor: cursor.into() })
}

#[on(http(GET, "/orders"))]
async fn list() -> Result<impl IntoResponse, (StatusCode, impl IntoResponse)> {
    match std::env::args().count() {
        0 => Err((StatusCode::NOT_FOUND, "none")),
        _ => Ok((StatusCode::OK, [("x-count", "1")], "one")),
    }
}

#[function(memory = 256, timeout = "60s", env(MODE = "fast"), name = "ship-it")]
#[on(SHIPMENTS, batch = 100, window = "5s", max_concurrency = 5, filter = r#"{"body": {"x": [1]}}"#)]
#[grant("textract:DetectDocumentText", on = "*", because = "reads invoices")]
async fn ship(batch: Batch<Order>) -> BatchResult {
    batch.each(|_| async { Ok::<(), BoxError>(()) }).await
}

#[on(SHIPMENTS)]
async fn ship_all(_batch: Batch<Order>) -> Result<()> {
    Ok(())
}

#[on(SHIPMENTS)]
#[on(PAYMENTS)]
async fn ship_one(_order: Order) -> Result<()> {
    Ok(())
}

#[on(PAYMENTS)]
async fn pay(message: Message<Order>) {
    assert!(!message.order_id.is_empty());
}

#[on(ALERTS, filter = r#"{"severity": ["high"]}"#)]
async fn alert(_text: String) -> std::result::Result<(), std::io::Error> {
    Ok(())
}

#[on(ALERTS)]
async fn notify(_text: Notification<String>) -> Result<()> {
    Ok(())
}

#[on(EVENTS, event = OrderEvent::Placed, retries = 3, max_age = "1h")]
async fn route(_event: OrderEvent) -> Result<()> {
    Ok(())
}

#[on(EVENTS, event = [OrderEvent::Placed, OrderEvent::Closed])]
async fn record(_event: Envelope<OrderEvent>) -> Result<()> {
    Ok(())
}

#[on(schedule("rate(1 day)"), flexible = "15m")]
async fn sweep() -> Result<()> {
    Ok(())
}

#[on(schedule("cron(0 8 ? * MON-FRI *)"), timezone = "Europe/Berlin", input = r#"{"a": 1}"#)]
async fn report(_run: Scheduled) -> Result<()> {
    Ok(())
}

#[on(ORDERS.changes(), start = "trim_horizon", parallel = 2, bisect = true)]
async fn audit(_change: Change<Order>) -> Result<()> {
    Ok(())
}

#[on(ORDERS.changes())]
async fn audit_all(_changes: Batch<Change<Order>>) -> Result<BatchResult> {
    Ok(BatchResult::new())
}

#[on(UPLOADS.created(), prefix = "in/", suffix = ".png")]
#[on(UPLOADS.removed(), prefix = "in/")]
async fn thumbnail(_object: ObjectEvent) -> Result<()> {
    Ok(())
}

#[on(PRICE)]
async fn price(order: Order) -> Result<u64> {
    Ok(order.total_cents)
}

mod private {
    use ifc_runtime::prelude::*;

    #[on(super::PRICE)]
    async fn price(order: super::Order) -> u64 {
        order.total_cents
    }
}

ifc_runtime::handlers!();

fn main() {
    use ifc_runtime::__private::{Handler, id};
    // Every handler can be made, and the schema is that of the attributes.
    let _ = <__IfcHandlers as Handler<{ id(module_path!(), "ship") }>>::function();
    let _ = <__IfcHandlers as Handler<{ id(module_path!(), "place") }>>::function();
    let schema = <Order as Item>::SCHEMA;
    assert_eq!(schema.partition.name, "orderId");
    assert_eq!(schema.sort.map(|key| key.name), Some("placedAt"));
    assert_eq!(schema.index("by_customer").and_then(|index| index.sort).map(|key| key.name), Some("totalCents"));
    assert_eq!(schema.ttl, Some("expires"));
    assert_eq!(OrderEvent::SOURCE, "shop.orders");
    assert_eq!(OrderEvent::DETAIL_TYPES, ["Placed", "OrderCancelled", "Closed"]);
    let cancelled = OrderEvent::Cancelled { id: "1".into() };
    let detail = cancelled.to_detail().unwrap();
    assert_eq!(OrderEvent::from_detail(cancelled.detail_type(), detail).unwrap(), cancelled);
    let page: Page<u8> = Page { items: vec![1, 2], cursor: "c".into() };
    let text = r#"{"items":[1,2],"cursor":"c"}"#;
    assert_eq!(serde_json::to_string(&page).unwrap(), text);
    assert_eq!(serde_json::from_str::<Page<u8>>(text).unwrap(), page);
    let right: Either<String> = serde_json::from_str(r#"{"kind":"Right","value":{"value":3}}"#).unwrap();
    assert_eq!(right, Either::Right { value: 3 });
    assert!(Ping::from_detail("Pong", Ping { at: 1 }.to_detail().unwrap()).is_err());
}
