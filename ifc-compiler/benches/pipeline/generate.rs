//! Makes applications of any number of handlers, shaped like real ones: three packages, modules of
//! twenty handlers, helpers, a trait with two implementations, payload types.

use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Handlers in one module.
const PER_MODULE: usize = 20;

/// Writes an application with this many handlers below `root`.
pub(crate) fn application(root: &Path, handlers: usize) -> std::io::Result<()> {
    let modules = handlers.div_ceil(PER_MODULE);
    put(root, "Cargo.toml", APP_MANIFEST)?;
    put(root, "model/Cargo.toml", MODEL_MANIFEST)?;
    put(root, "store/Cargo.toml", STORE_MANIFEST)?;
    put(
        root,
        "src/main.rs",
        &list(modules, "ifc_runtime::main!();\n"),
    )?;
    put(root, "model/src/lib.rs", &list(modules, ""))?;
    put(root, "store/src/lib.rs", &list(modules, STORE_ROOT))?;
    for module in 0..modules {
        let first = module * PER_MODULE;
        let range = first..handlers.min(first + PER_MODULE);
        put(root, &format!("src/area{module}.rs"), &area(module, range))?;
        put(
            root,
            &format!("model/src/area{module}.rs"),
            &fill(MODEL, module, 0),
        )?;
        put(
            root,
            &format!("store/src/area{module}.rs"),
            &fill(STORE, module, 0),
        )?;
    }
    Ok(())
}

fn put(root: &Path, path: &str, text: &str) -> std::io::Result<()> {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap_or(root))?;
    fs::write(path, text)
}

fn list(modules: usize, rest: &str) -> String {
    let mut text = String::new();
    for module in 0..modules {
        // Writing into a `String` cannot fail.
        let _ = writeln!(text, "pub mod area{module};");
    }
    text + "\n" + rest
}

fn area(module: usize, handlers: std::ops::Range<usize>) -> String {
    let mut text = fill(AREA, module, 0);
    for handler in handlers {
        text += &fill(
            match handler % 4 {
                0 => HTTP_WRITE,
                1 => HTTP_READ,
                2 => QUEUE,
                _ => SCHEDULE,
            },
            module,
            handler,
        );
    }
    text
}

fn fill(template: &str, module: usize, handler: usize) -> String {
    template
        .replace("{M}", &module.to_string())
        .replace("{H}", &handler.to_string())
}

const APP_MANIFEST: &str = r#"[workspace]
members = ["model", "store"]

[package]
name = "generated"
version = "0.1.0"
edition = "2024"

[dependencies]
generated-model = { path = "model" }
generated-store = { path = "store" }
ifc-runtime = "0.1"
"#;

const MODEL_MANIFEST: &str = r#"[package]
name = "generated-model"
version = "0.1.0"
edition = "2024"

[dependencies]
ifc-runtime = "0.1"
"#;

const STORE_MANIFEST: &str = r#"[package]
name = "generated-store"
version = "0.1.0"
edition = "2024"

[dependencies]
generated-model = { path = "../model" }
ifc-runtime = "0.1"
"#;

const STORE_ROOT: &str = r#"
use ifc_runtime::prelude::*;

/// Where records are kept.
pub trait Repository<T> {
    async fn load(&self, id: &str) -> Result<Option<T>>;
    async fn save(&self, value: &T) -> Result<()>;
}

/// Words of an order's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Draft,
    Placed,
    Shipped,
}

pub(crate) fn stage_of(age_in_hours: u64) -> Stage {
    match age_in_hours {
        0 => Stage::Draft,
        1..=24 => Stage::Placed,
        _ => Stage::Shipped,
    }
}
"#;

const MODEL: &str = r#"//! Records and events of area {M}.

use ifc_runtime::prelude::*;

/// What the table holds.
#[derive(Clone, Debug, Serialize, Deserialize, Item)]
pub(crate) struct Record{M} {
    #[item(partition_key)]
    pub(crate) id: String,
    #[item(index = "by_owner")]
    pub(crate) owner: String,
    pub(crate) quantity: u32,
    pub(crate) lines: Vec<Line{M}>,
}

/// A line of a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Line{M} {
    pub(crate) article: String,
    pub(crate) count: u32,
    pub(crate) cents: u64,
}

impl Record{M} {
    pub(crate) fn total(&self) -> u64 {
        self.lines
            .iter()
            .map(|line| line.cents * u64::from(line.count))
            .sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty() || self.quantity == 0
    }
}

/// What happened.
#[derive(Clone, Debug, Serialize, Deserialize, Event)]
pub(crate) enum Happened{M} {
    Stored(Record{M}),
    Removed { id: String },
}
"#;

const STORE: &str = r#"//! Resources of area {M} and what is done with them.

use generated_model::area{M}::{Happened{M}, Record{M}};
use ifc_runtime::prelude::*;

use crate::Repository;

#[resource]
pub static RECORDS_{M}: Table<Record{M}> = Table::new();

#[resource]
pub static WORK_{M}: Queue<Record{M}> = Queue::new();

#[resource]
pub static EVENTS_{M}: Bus<Happened{M}> = Bus::new();

pub(crate) struct Durable{M};

impl Repository<Record{M}> for Durable{M} {
    async fn load(&self, id: &str) -> Result<Option<Record{M}>> {
        RECORDS_{M}.get(id).await
    }

    async fn save(&self, value: &Record{M}) -> Result<()> {
        if value.is_empty() {
            return Ok(());
        }
        RECORDS_{M}.put(value).await?;
        announce(value).await
    }
}

async fn announce(value: &Record{M}) -> Result<()> {
    EVENTS_{M}.publish(&Happened{M}::Stored(value.clone())).await
}

pub async fn enqueue(value: &Record{M}) -> Result<()> {
    let copies: Vec<_> = (0..value.quantity.min(3)).map(|_| value.clone()).collect();
    for copy in &copies {
        WORK_{M}.send(copy).await?;
    }
    Ok(())
}

pub async fn of_owner(owner: &str) -> Result<Vec<Record{M}>> {
    RECORDS_{M}.query_index("by_owner", owner).limit(25).all().await
}
"#;

const AREA: &str = r#"//! Handlers of area {M}.

use generated_model::area{M}::Record{M};
use generated_store::Repository;
use generated_store::area{M}::{self as store, Durable{M}, EVENTS_{M}, RECORDS_{M}, WORK_{M}};
use ifc_runtime::prelude::*;

struct Service<R> {
    repository: R,
    attempts: u32,
}

impl<R: Repository<Record{M}>> Service<R> {
    fn new(repository: R) -> Self {
        Service {
            repository,
            attempts: 3,
        }
    }

    async fn accept(&self, record: Record{M}) -> Result<u64> {
        let total = record.total();
        for _ in 0..self.attempts {
            if self.repository.save(&record).await.is_ok() {
                break;
            }
        }
        Ok(total)
    }

    async fn find(&self, id: &str) -> Result<Option<Record{M}>> {
        let found = self.repository.load(id).await?;
        Ok(found.filter(|record| !record.is_empty()))
    }
}

fn service() -> Service<Durable{M}> {
    Service::new(Durable{M})
}

#[on(EVENTS_{M})]
async fn announced_{M}(event: generated_model::area{M}::Happened{M}) -> Result<()> {
    if let generated_model::area{M}::Happened{M}::Removed { id } = event {
        RECORDS_{M}.delete(&id).await?;
    }
    Ok(())
}

#[on(WORK_{M}, batch = 10)]
async fn worked_{M}(record: Record{M}) -> Result<()> {
    service().accept(record).await?;
    Ok(())
}
"#;

const HTTP_WRITE: &str = r#"
/// Takes a record and keeps it.
#[on(http(POST, "/area{M}/records{H}"))]
#[function(memory = 256, timeout = "10s")]
async fn create_{H}(Json(record): Json<Record{M}>) -> Result<Json<u64>> {
    let service = service();
    let record = Record{M} {
        quantity: record.quantity.max(1),
        ..record
    };
    let total = service.accept(record.clone()).await?;
    if total > 10_000 {
        store::enqueue(&record).await?;
    }
    let note = format!("record {} of {} costs {total}", record.id, record.owner);
    tracing::info!(note, "stored");
    Ok(Json(total))
}
"#;

const HTTP_READ: &str = r#"
/// Finds a record, or all of an owner.
#[on(http(GET, "/area{M}/records{H}/{id}"))]
async fn read_{H}(Path(id): Path<String>) -> Result<Json<Vec<Record{M}>>> {
    let found = match service().find(&id).await? {
        Some(record) => vec![record],
        None => store::of_owner(&id).await?,
    };
    let mut sorted = found;
    sorted.sort_by_key(|record| std::cmp::Reverse(record.total()));
    Ok(Json(sorted))
}
"#;

const QUEUE: &str = r#"
/// Asks for work, one record at a time.
#[on(http(PUT, "/area{M}/records{H}/{id}"))]
async fn redo_{H}(Path(id): Path<String>) -> Result<()> {
    let Some(record) = RECORDS_{M}.get(&id).await? else {
        return Ok(());
    };
    let (first, second) = tokio::join!(WORK_{M}.send(&record), async {
        let again = Record{M} {
            quantity: record.quantity + 1,
            ..record.clone()
        };
        RECORDS_{M}.put(&again).await
    });
    first?;
    second?;
    Ok(())
}
"#;

const SCHEDULE: &str = r#"
/// Looks after old records.
#[on(schedule("rate(1 hour)"))]
async fn sweep_{H}() -> Result<()> {
    let mut count = 0_u32;
    for record in RECORDS_{M}.scan().limit(100).all().await? {
        let is_old = record.lines.iter().all(|line| line.count == 0);
        if is_old {
            RECORDS_{M}.delete(&record.id).await?;
            count += 1;
        }
    }
    tracing::info!(count, "swept");
    Ok(())
}
"#;
