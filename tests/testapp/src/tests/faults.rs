//! What goes wrong on purpose.

use ifc_runtime::TestApp;
use ifc_runtime::prelude::*;

use super::{order, place};
use crate::resources::{LEDGER, LINES, ORDERS, PARCELS, Parcel, Posting};

#[ifc_runtime::test]
async fn calls_fail_as_often_as_is_said(app: TestApp) -> Result<()> {
    app.fail_next(&ORDERS, 2);
    app.get("/orders/1").await.assert_status(500);
    app.get("/orders/1").await.assert_status(500);
    app.get("/orders/1").await.assert_status(404);
    // The test's own calls do not count.
    app.fail_next(&ORDERS, 1);
    assert_eq!(ORDERS.get("1").await?, None);
    app.get("/orders/1").await.assert_status(500);
    Ok(())
}

#[ifc_runtime::test]
async fn calls_fail_with_the_code_that_is_said(app: TestApp) {
    app.fail_next_with(&ORDERS, 1, "ConditionalCheckFailedException");
    let placed = app.post("/orders").json(&order("1")).await;
    placed.assert_status(StatusCode::CONFLICT);
}

#[ifc_runtime::test]
async fn failures_of_a_service_are_retried(app: TestApp) {
    place(&app, "1").await;
    app.fail_next_with(&ORDERS, 1, "ThrottlingException");
    let settled = app.settle().await;
    assert_eq!(settled.runs("ship"), 2);
    assert!(app.table(&ORDERS).items()[0].shipped);
}

#[ifc_runtime::test]
async fn invocations_fail_as_often_as_is_said(app: TestApp) {
    place(&app, "1").await;
    app.fail_function("ship", 2);
    let settled = app.settle().await;
    assert_eq!(settled.runs("ship"), 3);
    assert!(app.table(&ORDERS).items()[0].shipped);
}

#[ifc_runtime::test]
async fn a_crash_leaves_what_was_accepted(app: TestApp) {
    app.crash_after("place", &ORDERS);
    let placed = app.post("/orders").json(&order("1")).await;
    placed.assert_status(500);
    // The order is stored, and nobody sends it.
    assert_eq!(app.table(&ORDERS).items(), [order("1")]);
    assert!(app.queue(&PARCELS).is_empty());
    app.crash_after_call("place", 2);
    let placed = app.post("/orders").json(&order("2")).await;
    placed.assert_status(500);
    assert_eq!(app.queue(&PARCELS).len(), 1);
    place(&app, "3").await;
}

#[ifc_runtime::test]
async fn deliveries_come_twice(app: TestApp) -> Result<()> {
    let posting = Posting {
        account: "a".into(),
        number: 1,
    };
    app.duplicate_deliveries();
    LEDGER.send_in("a", &posting).await?;
    app.settle().await;
    let seen: Vec<u32> = app
        .table(&LINES)
        .items()
        .iter()
        .map(|line| line.seen)
        .collect();
    assert_eq!(seen, [2], "the handler is not idempotent");
    Ok(())
}

#[ifc_runtime::test(seed = 3)]
async fn a_seed_gives_an_order(app: TestApp) -> Result<()> {
    assert_eq!(app.seed(), 3);
    app.reorder_deliveries();
    for number in 0..5 {
        let id = number.to_string();
        ORDERS.put(&order(&id)).await?;
        PARCELS.send(&Parcel { order: id }).await?;
    }
    app.settle().await;
    assert!(app.table(&ORDERS).items().iter().all(|order| order.shipped));
    Ok(())
}

#[ifc_runtime::test]
#[should_panic(expected = "the test planned what did not happen: 1 failing calls of `ORDERS`")]
async fn what_is_planned_and_does_not_happen_fails_the_test(app: TestApp) {
    app.fail_next(&ORDERS, 1);
}
