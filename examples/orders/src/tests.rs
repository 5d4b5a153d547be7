//! The shop as a whole: what becomes of orders, also when something goes wrong.

use ifc_runtime::prelude::*;
use ifc_runtime::testing::days;
use ifc_runtime::{TestApp, assert_denied};
use orders_core::model::{Alert, AuditEntry, Basket, Line, Order, OrderEvent, Shipment, Status};
use orders_core::resources::{ALERTS, AUDIT, CHARGES, EVENTS, FILES, ORDERS, SHIPMENTS};

fn basket(unit_cents: u64) -> Basket {
    let line = Line {
        article: "tea".into(),
        quantity: 2,
        unit_cents,
    };
    Basket {
        customer: "ada".into(),
        lines: vec![line],
    }
}

async fn place(app: &TestApp, unit_cents: u64) -> Order {
    let placed = app.post("/orders").json(&basket(unit_cents)).await;
    placed.assert_status(StatusCode::CREATED);
    placed.json()
}

async fn status(app: &TestApp, order: &Order) -> Status {
    let shown = app.get(&format!("/orders/{}", order.id)).await;
    shown.assert_status(StatusCode::OK);
    shown.json::<Order>().status
}

#[ifc_runtime::test]
async fn an_order_is_paid_and_shipped(app: TestApp) {
    let order = place(&app, 500).await;
    assert_eq!(order.total_cents, 1190, "with tax");
    assert_eq!(
        app.bus(&EVENTS).events(),
        [OrderEvent::Placed(order.clone())]
    );

    let settled = app.settle().await;
    assert_eq!(status(&app, &order).await, Status::Shipped);
    assert_eq!(settled.runs("ship"), 1);
    let paid = OrderEvent::Paid {
        order: order.id.clone(),
        amount_cents: 1190,
    };
    assert_eq!(app.bus(&EVENTS).events()[1], paid);
    let history = app.get(&format!("/orders/{}/history", order.id)).await;
    let history: Vec<String> = history
        .json::<Vec<AuditEntry>>()
        .into_iter()
        .map(|entry| entry.what)
        .collect();
    assert_eq!(
        history,
        ["placed", "Placed became Paid", "Paid became Shipped"]
    );
}

#[ifc_runtime::test]
async fn the_audit_trail_is_kept_for_ninety_days(app: TestApp) {
    place(&app, 500).await;
    app.settle().await;
    app.advance(days(89)).await;
    assert_eq!(app.table(&AUDIT).items().len(), 3);
    app.advance(days(4)).await;
    assert!(app.table(&AUDIT).items().is_empty());
}

#[ifc_runtime::test]
async fn a_cancelled_order_stays_cancelled(app: TestApp) {
    let order = place(&app, 500).await;
    let path = format!("/orders/{}", order.id);
    app.delete(&path)
        .await
        .assert_status(StatusCode::NO_CONTENT);
    // A second time it is too late.
    app.delete(&path).await.assert_status(StatusCode::CONFLICT);
    assert_eq!(status(&app, &order).await, Status::Cancelled);
}

#[ifc_runtime::test]
async fn a_refused_charge_waits_for_a_person(app: TestApp) {
    let order = place(&app, 900_000).await;
    let settled = app.settle().await;
    assert_eq!(status(&app, &order).await, Status::Placed);
    assert_eq!(settled.dead_letters().len(), 1);
    let charges = app.queue(&CHARGES).dead_letters();
    assert_eq!(charges.len(), 1);
    assert_eq!(charges[0].order, order.id);
}

#[ifc_runtime::test]
async fn an_empty_parcel_is_urgent(app: TestApp) -> Result<()> {
    let empty = Shipment {
        order: "17".into(),
        articles: Vec::new(),
    };
    SHIPMENTS.send(&empty).await?;
    let settled = app.settle().await;
    assert_eq!(settled.runs("ship"), 5, "as often as the queue says");
    assert_eq!(settled.runs("warn"), 5);
    let alerts: Vec<Alert> = app.topic(&ALERTS).published();
    assert!(alerts.iter().all(|alert| alert.text.contains("17")));
    assert_eq!(app.queue(&SHIPMENTS).dead_letters(), [empty]);
    Ok(())
}

#[ifc_runtime::test]
async fn the_report_is_written_at_night(app: TestApp) {
    place(&app, 500).await;
    app.settle().await;
    assert!(app.bucket(&FILES).objects().is_empty());
    let passed = app.advance(days(1)).await;
    assert_eq!(passed.runs("nightly"), 1);
    let files = app.bucket(&FILES).objects();
    let report = String::from_utf8_lossy(&files["reports/2026-01-01.csv"]).into_owned();
    assert!(report.contains("shipped,1,1190"), "{report}");
}

#[ifc_runtime::test]
async fn partners_send_orders_as_files(app: TestApp) -> Result<()> {
    let file = r#"[{"customer":"ada","lines":[]},{"customer":"bob","lines":[]}]"#;
    FILES.put("partners/monday.json", file).await?;
    app.settle().await.dead_letters();
    let mut customers: Vec<String> = app
        .table(&ORDERS)
        .items()
        .into_iter()
        .map(|order| order.customer)
        .collect();
    customers.sort();
    assert_eq!(customers, ["ada", "bob"]);
    Ok(())
}

#[ifc_runtime::test]
async fn showing_an_order_changes_nothing(app: TestApp) -> Result<()> {
    let order = place(&app, 500).await;
    app.as_function("show", async {
        assert!(ORDERS.get(&order.id).await.is_ok());
        assert_denied!(ORDERS.delete(&order.id).await, "dynamodb:DeleteItem");
        assert_denied!(ORDERS.put(&order).await, "dynamodb:PutItem");
    })
    .await;
    Ok(())
}

#[ifc_runtime::test]
async fn a_table_that_is_out_of_order_is_waited_for(app: TestApp) {
    let order = place(&app, 500).await;
    app.fail_next(&ORDERS, 2);
    app.settle().await;
    assert_eq!(status(&app, &order).await, Status::Shipped);
}

#[ifc_runtime::test]
async fn a_payment_that_dies_halfway_is_finished(app: TestApp) {
    let order = place(&app, 500).await;
    // Paid and told, but Lambda never hears that it is done.
    app.crash_after("pay", &EVENTS);
    let settled = app.settle().await;
    assert_eq!(settled.runs("pay"), 2);
    assert_eq!(status(&app, &order).await, Status::Shipped);
}

#[ifc_runtime::test]
async fn everything_may_come_twice_and_in_any_order(app: TestApp) {
    app.duplicate_deliveries();
    app.reorder_deliveries();
    let orders = [place(&app, 500).await, place(&app, 700).await];
    app.settle().await;
    for order in &orders {
        assert_eq!(status(&app, order).await, Status::Shipped);
    }
}
