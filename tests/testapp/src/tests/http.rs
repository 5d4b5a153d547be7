//! Requests and responses, and handlers that fail, hang or look at the clock.

use ifc_runtime::TestApp;
use ifc_runtime::prelude::*;
use serde_json::Value;

use super::{order, place};
use crate::resources::{ORDERS, Order};

#[ifc_runtime::test]
async fn a_handler_answers(app: TestApp) {
    place(&app, "1").await;
    let shown = app.get("/orders/1").await;
    shown.assert_status(200);
    assert_eq!(shown.json::<Order>(), order("1"));
    assert_eq!(shown.header("Content-Type"), Some("application/json"));

    app.get("/orders/2")
        .await
        .assert_status(StatusCode::NOT_FOUND);
    // The handler's own answer to an error of the table.
    let again = app.post("/orders").json(&order("1")).await;
    again.assert_status(StatusCode::CONFLICT);
    // API Gateway's answer to a route that there is not.
    let nowhere = app.get("/nowhere").await;
    nowhere.assert_status(404);
    assert_eq!(nowhere.json::<Value>()["message"], "Not Found");
}

#[ifc_runtime::test]
async fn a_body_that_is_none_is_refused_by_the_extractor(app: TestApp) {
    let response = app
        .post("/orders")
        .header("content-type", "application/json")
        .body("{")
        .await;
    response.assert_status(StatusCode::BAD_REQUEST);
}

#[ifc_runtime::test]
async fn a_panic_fails_one_request(app: TestApp) {
    app.post("/panic").await.assert_status(500);
    place(&app, "1").await;
}

#[ifc_runtime::test]
async fn a_handler_sees_time_pass_and_its_deadline(app: TestApp) {
    let before = app.now();
    let waited = app.post("/wait/4").await;
    assert_eq!(waited.text(), "waited 4, 6 left");
    let passed = app.now().duration_since(before).unwrap_or_default();
    assert_eq!(passed.as_secs(), 4);
}

#[ifc_runtime::test]
async fn a_handler_that_takes_too_long_is_ended(app: TestApp) {
    let before = app.now();
    app.post("/wait/11").await.assert_status(500);
    app.post("/hang").await.assert_status(500);
    let passed = app.now().duration_since(before).unwrap_or_default();
    assert_eq!(passed.as_secs(), 10 + 15);
}

#[ifc_runtime::test]
async fn a_function_invokes_another(app: TestApp) {
    let taxed = app.post("/tax").json(&200).await;
    assert_eq!(taxed.json::<u64>(), 38);
}

#[ifc_runtime::test]
async fn the_test_uses_the_handles_itself(app: TestApp) -> Result<()> {
    ORDERS.put(&order("7")).await?;
    assert_eq!(ORDERS.get("7").await?, Some(order("7")));
    assert_eq!(app.get("/orders/7").await.json::<Order>(), order("7"));
    let secret = app.get("/secret").await;
    assert_eq!(secret.text().len(), 32, "as long as is generated");
    Ok(())
}
