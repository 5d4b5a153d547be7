//! Makes projects of any size as people write them by hand: a library with stores over SDK clients,
//! traits and helpers, and a binary for each area that serves it with `lambda_http`.

use std::fs;
use std::path::Path;

/// Lines of one area, about.
pub(crate) const AREA_LINES: usize = 287;

/// Writes a project of this many areas below `root`.
pub(crate) fn project(root: &Path, areas: usize) -> std::io::Result<()> {
    if root.exists() {
        fs::remove_dir_all(root)?;
    }
    put(root, "Cargo.toml", APP_MANIFEST)?;
    put(root, "store/Cargo.toml", STORE_MANIFEST)?;
    let modules: String = (0..areas)
        .map(|area| format!("pub mod area{area};\n"))
        .collect();
    put(root, "store/src/lib.rs", &(modules + STORE_ROOT))?;
    for area in 0..areas {
        let fill = |template: &str| template.replace("{A}", &area.to_string());
        let mut store = fill(STORE);
        for step in 0..12 {
            store += &fill(STEP).replace("{S}", &step.to_string());
        }
        put(root, &format!("store/src/area{area}.rs"), &store)?;
        put(root, &format!("src/bin/area{area}.rs"), &fill(BINARY))?;
    }
    Ok(())
}

fn put(root: &Path, path: &str, text: &str) -> std::io::Result<()> {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap_or(root))?;
    fs::write(path, text)
}

const APP_MANIFEST: &str = r#"[package]
name = "shop"
version = "0.1.0"
edition = "2024"

[dependencies]
store = { path = "store" }
aws-config = "1"
aws-sdk-dynamodb = "1"
aws-sdk-sqs = "1"
lambda_http = "1"
tokio = "1"

[workspace]
members = ["store"]
"#;

const STORE_MANIFEST: &str = r#"[package]
name = "store"
version = "0.1.0"
edition = "2024"

[dependencies]
aws-sdk-dynamodb = "1"
aws-sdk-sqs = "1"
"#;

const STORE_ROOT: &str = r#"
/// What stores have in common.
pub trait Named {
    fn table(&self) -> &str;
    fn describe(&self) -> String {
        format!("a store over {}", self.table())
    }
}

#[derive(Debug)]
pub enum StoreError {
    Missing(String),
    Service(String),
}
"#;

const STORE: &str = r#"use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{Named, StoreError};

/// Orders of the area, and the queue of what is to be shipped.
#[derive(Clone)]
pub struct Store {
    tables: Arc<aws_sdk_dynamodb::Client>,
    queues: aws_sdk_sqs::Client,
    table: String,
    queue: String,
}

#[derive(Clone, Debug, Default)]
pub struct Order {
    pub id: String,
    pub customer: String,
    pub lines: Vec<(String, u32)>,
    pub total: u64,
}

impl Named for Store {
    fn table(&self) -> &str {
        &self.table
    }
}

impl Store {
    pub fn new(config: &aws_config::SdkConfig) -> Self {
        Store {
            tables: Arc::new(aws_sdk_dynamodb::Client::new(config)),
            queues: aws_sdk_sqs::Client::new(config),
            table: std::env::var("TABLE_{A}").expect("it is set"),
            queue: std::env::var("QUEUE_{A}").expect("it is set"),
        }
    }

    pub async fn save(&self, order: &Order) -> Result<(), StoreError> {
        let request = self.tables.put_item().table_name(&self.table);
        let request = order
            .lines
            .iter()
            .fold(request, |request, (sku, count)| {
                request.item(sku, AttributeValue::N(count.to_string()))
            })
            .item("id", AttributeValue::S(order.id.clone()))
            .condition_expression("attribute_not_exists(id)");
        request
            .send()
            .await
            .map_err(|error| StoreError::Service(error.to_string()))?;
        self.announce(order).await
    }

    async fn announce(&self, order: &Order) -> Result<(), StoreError> {
        let sent = self
            .queues
            .send_message()
            .queue_url(&self.queue)
            .message_body(&order.id)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) => Err(StoreError::Service(error.to_string())),
        }
    }

    pub async fn load(&self, id: &str) -> Result<Order, StoreError> {
        let found = self
            .tables
            .get_item()
            .table_name(&self.table)
            .key("id", AttributeValue::S(id.to_owned()))
            .send()
            .await
            .map_err(|error| StoreError::Service(error.to_string()))?;
        let item = found.item.ok_or_else(|| StoreError::Missing(id.to_owned()))?;
        Ok(read(&item))
    }
}

fn read(item: &HashMap<String, AttributeValue>) -> Order {
    let text = |name: &str| {
        item.get(name)
            .and_then(|value| value.as_s().ok())
            .cloned()
            .unwrap_or_default()
    };
    let mut order = Order {
        id: text("id"),
        customer: text("customer"),
        ..Order::default()
    };
    for (sku, value) in item {
        if let AttributeValue::N(count) = value {
            if let Ok(count) = count.parse() {
                order.lines.push((sku.clone(), count));
            }
        }
    }
    order.total = total0(&order);
    order
}
"#;

const STEP: &str = r#"
pub fn total{S}(order: &Order) -> u64 {
    let mut total = 0;
    for (at, (sku, count)) in order.lines.iter().enumerate() {
        let price = match sku.len() {
            0 => continue,
            length if length > {S} => length as u64 * 3,
            length => length as u64,
        };
        total += price * u64::from(*count) + at as u64;
    }
    if order.customer.is_empty() { total } else { total - total / 10 }
}
"#;

const BINARY: &str = r#"use lambda_http::{Body, Error, Request, RequestExt, Response, run, service_fn};
use store::Named;
use store::area{A}::{Order, Store};

async fn handle(store: &Store, request: Request) -> Result<Response<Body>, Error> {
    let id = request.path_parameters().first("id").unwrap_or_default().to_owned();
    if request.method() == "GET" {
        return match store.load(&id).await {
            Ok(order) => Ok(Response::new(Body::from(format!("{order:?}")))),
            Err(error) => Ok(Response::new(Body::from(format!("{error:?} in {}", store.describe())))),
        };
    }
    let order = Order { id, ..Order::default() };
    store.save(&order).await.map_err(|error| format!("{error:?}"))?;
    Ok(Response::new(Body::Empty))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let config = aws_config::load_from_env().await;
    let store = Store::new(&config);
    run(service_fn(|request: Request| handle(&store, request))).await
}
"#;
