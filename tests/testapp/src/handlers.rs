//! What the application does.

use std::time::{Duration, UNIX_EPOCH};

use ifc_runtime::context;
use ifc_runtime::prelude::*;

use crate::resources::{
    Entry, FILES, HAPPENINGS, Happening, KEY, LEDGER, LINES, Line, NEWS, ORDERS, Order, PARCELS,
    Parcel, Posting, RATE, TAX, TRAIL,
};

#[on(http(POST, "/orders"))]
async fn place(Json(order): Json<Order>) -> Result<(StatusCode, Json<Order>), Problem> {
    tracing::info!(order.id, "placing");
    ORDERS.put_new(&order).await?;
    PARCELS
        .send(&Parcel {
            order: order.id.clone(),
        })
        .await?;
    Ok((StatusCode::CREATED, Json(order)))
}

#[on(http(GET, "/orders/{id}"))]
async fn show(Path(id): Path<String>) -> Result<Json<Order>, Problem> {
    let order = ORDERS.get(&id).await?;
    order.map(Json).ok_or(Problem(StatusCode::NOT_FOUND))
}

/// Reads in a task of its own, which is how some libraries work.
#[on(http(GET, "/tasks/{id}"))]
async fn in_a_task(Path(id): Path<String>) -> Result<Json<Option<Order>>, Problem> {
    let found = tokio::spawn(async move { ORDERS.get(&id).await });
    let found = found
        .await
        .map_err(|_| Problem(StatusCode::INTERNAL_SERVER_ERROR))?;
    Ok(Json(found?))
}

#[on(http(GET, "/secret"))]
async fn secret() -> Result<String, Problem> {
    Ok(KEY.get().await?)
}

#[on(http(POST, "/wait/{seconds}"))]
#[function(timeout = "10s")]
async fn wait(Path(seconds): Path<u64>) -> String {
    let began = context::now();
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let waited = context::now().duration_since(began);
    let left = context::current().and_then(|context| context.remaining());
    format!(
        "waited {}, {} left",
        waited.unwrap_or_default().as_secs(),
        left.unwrap_or_default().as_secs()
    )
}

#[on(http(POST, "/hang"))]
async fn hang() {
    std::future::pending::<()>().await;
}

#[on(http(POST, "/panic"))]
#[allow(clippy::panic, reason = "what happens then is tested")]
async fn panics() -> StatusCode {
    panic!("on purpose")
}

#[on(http(POST, "/tax"))]
async fn quote(Json(net): Json<u64>) -> Result<Json<u64>, Problem> {
    Ok(Json(TAX.invoke(&net).await?))
}

#[on(TAX)]
#[function(timeout = "5s")]
async fn tax(net: u64) -> Result<u64> {
    let rate = RATE.get().await?;
    if rate > 100 {
        return Err("nobody pays that".into());
    }
    Ok(net * rate / 100)
}

#[on(PARCELS, batch = 5, window = "1s")]
#[function(timeout = "10s")]
async fn ship(batch: Batch<Parcel>) -> BatchResult {
    let mut result = BatchResult::new();
    for message in &batch {
        if let Err(error) = send(&message.body).await {
            result.fail(message, error);
        }
    }
    result
}

async fn send(parcel: &Parcel) -> Result<()> {
    if parcel.order.starts_with("lost") {
        return Err("nobody knows this order".into());
    }
    let shipped = Update::new().set("shipped", true);
    ORDERS.update(&parcel.order, shipped).await?;
    Ok(())
}

#[on(LEDGER, batch = 1)]
#[allow_infra(subscriber_without_publisher, because = "the tests send")]
async fn post(posting: Posting) -> Result<()> {
    let before = LINES.get((&posting.account, posting.number)).await?;
    let line = Line {
        account: posting.account,
        number: posting.number,
        seen: before.map_or(0, |line| line.seen) + 1,
    };
    LINES.put(&line).await?;
    Ok(())
}

#[on(ORDERS.changes(), start = "trim_horizon")]
async fn trail(change: Message<Change<Order>>) -> Result<()> {
    let (order, what) = match &change.body {
        Change::Inserted(order) => (order, "placed"),
        Change::Modified { after, .. } => (after, "changed"),
        Change::Removed(order) => (order, "removed"),
    };
    let now = context::now().duration_since(UNIX_EPOCH)?.as_secs();
    TRAIL
        .put(&Entry {
            order: order.id.clone(),
            at: change.id.clone(),
            what: what.to_owned(),
            until: now + 24 * 60 * 60,
        })
        .await?;
    Ok(())
}

#[on(schedule("cron(0 6 * * ? *)"))]
async fn open(run: Scheduled) -> Result<()> {
    let day = run.time.get(..10).unwrap_or_default().to_owned();
    HAPPENINGS.publish(&Happening::Opened { day }).await?;
    Ok(())
}

#[on(HAPPENINGS, event = Happening::Opened)]
async fn announce(happening: Happening) -> Result<()> {
    if let Happening::Opened { day } = happening {
        NEWS.publish(&format!("open on {day}")).await?;
    }
    Ok(())
}

#[on(NEWS)]
async fn keep(news: String) -> Result<()> {
    FILES.put(&format!("news/{news}.txt"), news).await?;
    Ok(())
}

/// Where a client may put a file.
#[on(http(POST, "/uploads/{name}"))]
async fn upload(Path(name): Path<String>) -> Result<String, Problem> {
    let key = format!("news/{name}");
    Ok(FILES.presign_put(key, Duration::from_secs(300)).await?)
}

#[on(FILES.created(), prefix = "news/")]
async fn count(object: ObjectEvent) -> Result<()> {
    tracing::info!(object.key, "kept");
    Ok(())
}

struct Problem(StatusCode);

impl From<ifc_runtime::Error> for Problem {
    fn from(error: ifc_runtime::Error) -> Self {
        tracing::error!(%error, "request failed");
        Problem(match error.kind() {
            ErrorKind::ConditionFailed => StatusCode::CONFLICT,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        })
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}
