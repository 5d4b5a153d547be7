//! What customers call.

use ifc_runtime::prelude::*;
use orders_core::model::{AuditEntry, Basket, Order};
use orders_core::notify::Trail;
use orders_core::store;

use crate::events::now;

#[on(http(POST, "/orders"))]
async fn place(Json(basket): Json<Basket>) -> Result<(StatusCode, Json<Order>), Problem> {
    if basket.lines.is_empty() {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "an order needs at least one line",
        ));
    }
    let order = store::place(new_id(), now(), basket).await?;
    Ok((StatusCode::CREATED, Json(order)))
}

#[on(http(GET, "/orders/{id}"))]
async fn show(Path(id): Path<String>) -> Result<Json<Order>, Problem> {
    let order = store::find(&id).await?;
    order
        .map(Json)
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "no such order"))
}

#[on(http(GET, "/customers/{customer}/orders"))]
async fn list(Path(customer): Path<String>) -> Result<Json<Vec<Order>>, Problem> {
    Ok(Json(store::of_customer(&customer).await?))
}

#[on(http(DELETE, "/orders/{id}"))]
async fn cancel(Path(id): Path<String>) -> Result<StatusCode, Problem> {
    store::cancel(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[on(http(GET, "/orders/{id}/history"))]
async fn history(Path(id): Path<String>) -> Result<Json<Vec<AuditEntry>>, Problem> {
    Ok(Json(Trail::new().of_order(&id).await?))
}

fn new_id() -> String {
    ifc_runtime::context::new_id()
}

/// What a customer gets when something is wrong.
struct Problem {
    status: StatusCode,
    text: String,
}

impl Problem {
    fn new(status: StatusCode, text: &str) -> Self {
        Problem {
            status,
            text: text.to_owned(),
        }
    }
}

impl From<BoxError> for Problem {
    fn from(error: BoxError) -> Self {
        match error
            .downcast_ref::<ifc_runtime::Error>()
            .map(ifc_runtime::Error::kind)
        {
            Some(ErrorKind::ConditionFailed) => {
                Problem::new(StatusCode::CONFLICT, "the order is already under way")
            }
            _ => {
                tracing::error!(%error, "request failed");
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "try again later")
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, self.text).into_response()
    }
}
