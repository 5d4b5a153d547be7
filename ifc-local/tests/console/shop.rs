//! A shop whose functions are played by this program: the page's tests drive it, here and in a browser.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ifc_compiler::catalog::manifest::Manifest;
use ifc_compiler::diagnostics::Severity;
use ifc_compiler::testing::Fixture;
use ifc_local::dev::{Application, Runner, State};
use ifc_local::engine::{Function, Invocation, Outcome, Settings};
use ifc_local::server::Later;
use ifc_local::{ApiError, Call, Caller};
use serde_json::{Value, json};

const SOURCES: &str = r#"
use ifc_runtime::prelude::*;

#[derive(Clone, Serialize, Deserialize, Item)]
pub struct Order {
    #[item(partition_key)] pub id: String,
    #[item(index = "by_customer")] pub customer: String,
    pub total_cents: u64,
}

#[derive(Clone, Serialize, Deserialize, Item)]
pub struct Entry { #[item(partition_key)] pub id: String, pub what: String }

#[derive(Clone, Serialize, Deserialize, Event)]
#[event(source = "shop.orders")]
pub enum OrderEvent { Placed(Order), Paid { id: String } }

#[derive(Clone, Serialize, Deserialize)]
pub struct Alert { pub text: String }

#[resource] pub static ORDERS: Table<Order> = Table::new();
#[resource] pub static AUDIT: Table<Entry> = Table::new();
#[resource] pub static EVENTS: Bus<OrderEvent> = Bus::new();
#[resource(max_receives = 2)] pub static SHIPMENTS: Queue<Order> = Queue::new();
#[resource] pub static LABELS: Queue<Order, Fifo> = Queue::new();
#[resource] pub static ALERTS: Topic<Alert> = Topic::new();
#[resource] pub static FILES: Bucket = Bucket::new();
#[resource(generate = 32)] pub static API_KEY: Secret<String> = Secret::new();
#[resource] pub static PRICE: Function<Order, u64> = Function::new();

mod store {
    use super::*;
    pub async fn save(order: &Order) -> Result<()> {
        ORDERS.put(order).await?;
        EVENTS.publish(&OrderEvent::Placed(order.clone())).await?;
        Ok(())
    }
}

#[on(http(POST, "/orders"))]
async fn place(Json(order): Json<Order>) -> Result<Json<Order>> {
    PRICE.invoke(&order).await?;
    store::save(&order).await?;
    Ok(Json(order))
}

#[on(http(GET, "/orders/{id}"))]
async fn show(Path(id): Path<String>) -> Result<Json<Option<Order>>> { Ok(Json(ORDERS.get(&id).await?)) }

#[on(PRICE)]
#[function(timeout = "2s")]
async fn price(order: Order) -> Result<u64> { Ok(order.total_cents) }

#[on(EVENTS, event = OrderEvent::Placed)]
async fn route(event: OrderEvent) -> Result<()> {
    if let OrderEvent::Placed(order) = event { SHIPMENTS.send(&order).await?; }
    Ok(())
}

#[on(EVENTS, event = OrderEvent::Paid)]
async fn settle(event: OrderEvent) -> Result<()> { API_KEY.get().await?; Ok(()) }

#[on(SHIPMENTS, batch = 5)]
async fn ship(batch: Batch<Order>) -> BatchResult {
    batch.each(async |order: Order| {
        LABELS.send_in(&order.customer, &order).await?;
        ALERTS.publish(&Alert { text: order.id }).await
    }).await
}

#[on(LABELS)]
async fn label(order: Order) -> Result<()> { FILES.put(&order.id, "label").await?; Ok(()) }

#[on(ORDERS.changes())]
async fn audit(change: Change<Order>) -> Result<()> { AUDIT.put(&Entry { id: String::new(), what: String::new() }).await?; Ok(()) }

#[on(ALERTS)]
async fn warn(alert: Alert) -> Result<()> { Ok(()) }

#[on(FILES.created(), prefix = "in/")]
async fn import(object: ObjectEvent) -> Result<()> { FILES.get(&object.key).await?; Ok(()) }

#[on(schedule("rate(1 day)"))]
async fn sweep() -> Result<()> { ORDERS.scan().await?; Ok(()) }

ifc_runtime::main!();
"#;

fn compiled(sources: &str) -> Manifest {
    let compiled = ifc_compiler::compile(&Fixture::parse(sources).world());
    let messages: Vec<String> = compiled
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(|diagnostic| diagnostic.message.clone())
        .collect();
    assert_eq!(messages, Vec::<String>::new());
    compiled.manifest
}

/// Deploys the application with this before its end.
pub(crate) async fn deploy_with(application: &Application, more: &str) {
    let end = "ifc_runtime::main!();";
    let sources = SOURCES.replace(end, &format!("{more}\n{end}"));
    let deployed = application.deploy(compiled(&sources), Default::default());
    deployed.await.unwrap().unwrap();
}

/// The application, which this starts.
pub(crate) async fn start(pace: Duration) -> Application {
    let settings = Settings {
        endpoint: "http://127.0.0.1:4566".into(),
        seed: 7,
        concurrency: 10,
    };
    let handlers = Handlers {
        application: Arc::default(),
        pace,
    };
    let itself = Arc::clone(&handlers.application);
    let application = Application::start(&settings, State::Memory, Arc::new(handlers)).unwrap();
    itself.set(application.clone()).ok().unwrap();
    let deployed = application.deploy(compiled(SOURCES), Default::default());
    deployed.await.unwrap().unwrap();
    application
}

/// Waits until nothing runs and nothing is due. What waits for a later time stays.
pub(crate) async fn settle(application: &Application) {
    loop {
        let changed = application.changed();
        let now = application.now();
        let is_quiet = application.read(|engine| {
            let runs = engine
                .functions()
                .keys()
                .any(|name| engine.running(name) > 0);
            !runs && engine.due(now).is_none_or(|due| due > now)
        });
        if is_quiet {
            return;
        }
        changed.await;
    }
}

struct Handlers {
    application: Arc<OnceLock<Application>>,
    pace: Duration,
}

impl Runner for Handlers {
    fn run(&self, function: Function, invocation: Invocation) -> Later<'static, Outcome> {
        let handler = Handler {
            application: self.application.get().unwrap().clone(),
            function,
            invocation,
        };
        let pace = self.pace;
        Box::pin(async move {
            tokio::time::sleep(pace).await;
            let outcome = handler.run().await;
            tokio::time::sleep(pace).await;
            outcome.unwrap_or_else(|error| Outcome::Failed {
                error_type: error.code,
                message: error.message,
            })
        })
    }
}

struct Handler {
    application: Application,
    function: Function,
    invocation: Invocation,
}

impl Handler {
    fn log(&self, line: &str) {
        let id = Some(self.invocation.id.as_str());
        self.application.log(&self.function.name, id, line);
    }

    async fn call(
        &self,
        service: &str,
        operation: &str,
        input: Value,
        body: &str,
    ) -> Result<Value, ApiError> {
        let caller = Caller::Function {
            name: self.function.name.clone(),
            invocation: Some(self.invocation.id.clone()),
        };
        let call = Call::new(service, operation, input).with_body(body);
        Ok(self.application.call(caller, call).await?.output)
    }

    fn variable(&self, name: &str) -> &str {
        &self.function.environment[name]
    }

    /// Plays the handler. Orders whose id begins with `bad` cannot be shipped while alerts are not
    /// allowed, which they never are for `spy`.
    async fn run(&self) -> Result<Outcome, ApiError> {
        let event: Value = serde_json::from_str(&self.invocation.payload).unwrap();
        let mut answer = json!(null);
        match self.function.name.as_str() {
            "place" => {
                let body = event["body"].as_str().unwrap_or_default();
                let order: Value = serde_json::from_str(body).unwrap_or_default();
                let id = order["id"].as_str().unwrap_or("none").to_owned();
                self.log(&format!("INFO placing order {id}"));
                let price = json!({ "FunctionName": self.variable("IFC_PRICE") });
                self.call("lambda", "Invoke", price, &order.to_string())
                    .await?;
                if id.starts_with("spy") {
                    let read = json!({ "TableName": self.variable("IFC_ORDERS"), "Key": { "id": { "S": id } } });
                    self.call("dynamodb", "GetItem", read, "").await?;
                }
                let item = json!({
                    "id": { "S": id },
                    "customer": { "S": order["customer"] },
                    "total_cents": { "N": order["total_cents"].to_string() },
                });
                let put = json!({ "TableName": self.variable("IFC_ORDERS"), "Item": item });
                self.call("dynamodb", "PutItem", put, "").await?;
                let entry = json!({
                    "EventBusName": self.variable("IFC_EVENTS"),
                    "Source": "shop.orders",
                    "DetailType": "Placed",
                    "Detail": order.to_string(),
                });
                self.call("events", "PutEvents", json!({ "Entries": [entry] }), "")
                    .await?;
                answer = json!({ "statusCode": 201, "headers": { "content-type": "application/json" }, "body": order.to_string() });
            }
            "route" => {
                let send = json!({ "QueueUrl": self.variable("IFC_SHIPMENTS"), "MessageBody": event["detail"].to_string() });
                self.call("sqs", "SendMessage", send, "").await?;
            }
            "ship" => answer = self.ship(&event).await?,
            "label" => {
                for record in event["Records"].as_array().into_iter().flatten() {
                    let order: Value =
                        serde_json::from_str(record["body"].as_str().unwrap()).unwrap();
                    let key = format!("labels/{}.txt", order["id"].as_str().unwrap_or_default());
                    let put = json!({ "Bucket": self.variable("IFC_FILES"), "Key": key, "ContentType": "text/plain" });
                    self.call("s3", "PutObject", put, "To: Ada Lovelace")
                        .await?;
                }
            }
            "audit" => {
                for record in event["Records"].as_array().into_iter().flatten() {
                    let item = json!({ "id": { "S": record["eventID"] }, "what": { "S": record["eventName"] } });
                    let put = json!({ "TableName": self.variable("IFC_AUDIT"), "Item": item });
                    self.call("dynamodb", "PutItem", put, "").await?;
                }
                answer = json!({ "batchItemFailures": [] });
            }
            "price" => answer = json!(4999),
            "show" => answer = json!({ "statusCode": 200, "body": "null" }),
            _ => {}
        }
        Ok(Outcome::Returned(answer.to_string()))
    }

    async fn ship(&self, event: &Value) -> Result<Value, ApiError> {
        let mut failed = Vec::new();
        for record in event["Records"].as_array().into_iter().flatten() {
            let body = record["body"].as_str().unwrap();
            let order: Value = serde_json::from_str(body).unwrap_or_default();
            let id = order["id"].as_str().unwrap_or_default();
            if id.starts_with("bad") {
                self.log(&format!("ERROR no address for {id}"));
                failed.push(json!({ "itemIdentifier": record["messageId"] }));
                continue;
            }
            self.log(&format!("INFO shipping {id}"));
            let send = json!({
                "QueueUrl": self.variable("IFC_LABELS"),
                "MessageBody": body,
                "MessageGroupId": "ada",
                "MessageDeduplicationId": record["messageId"],
            });
            self.call("sqs", "SendMessage", send, "").await?;
            let alert = json!({ "TopicArn": self.variable("IFC_ALERTS"), "Message": format!("{id} shipped") });
            self.call("sns", "Publish", alert, "").await?;
        }
        Ok(json!({ "batchItemFailures": failed }))
    }
}
