//! Permissions are those that would be deployed.

use ifc_runtime::prelude::*;
use ifc_runtime::{TestApp, assert_denied};

use super::{order, place};
use crate::resources::{ORDERS, Order, PARCELS, RATE};

#[ifc_runtime::test]
async fn a_function_may_do_what_its_code_does(app: TestApp) -> Result<()> {
    place(&app, "1").await;
    let read = app.as_function("show", ORDERS.get("1")).await?;
    assert_eq!(read, Some(order("1")));
    app.as_function("show", async {
        assert_denied!(ORDERS.delete("1").await);
        assert_denied!(ORDERS.delete("1").await, "dynamodb:DeleteItem");
        assert_denied!(PARCELS.depth().await, "sqs:GetQueueAttributes");
        assert_denied!(RATE.get().await, "ssm:GetParameter");
    })
    .await;
    assert_eq!(ORDERS.get("1").await?, Some(order("1")));
    Ok(())
}

#[ifc_runtime::test]
async fn a_refusal_names_function_action_resource_and_line(app: TestApp) {
    let refused = async { ORDERS.delete("1").await };
    let line = line!() - 1;
    let error = app.as_function("show", refused).await.err();
    let text = error.map(|error| error.to_string()).unwrap_or_default();
    for part in [
        "`delete` on `ORDERS`",
        "show",
        "dynamodb:DeleteItem",
        &format!("at src/tests/permissions.rs:{line}:"),
    ] {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

#[ifc_runtime::test]
async fn a_task_of_a_handler_has_its_permissions(app: TestApp) {
    ORDERS.put(&order("1")).await.expect("the test may");
    let found = app.get("/tasks/1").await;
    assert_eq!(found.json::<Option<Order>>(), Some(order("1")));
}

#[ifc_runtime::test]
#[should_panic(expected = "there is no function `shov`; there are: ")]
async fn an_unknown_function_is_named_with_the_known_ones(app: TestApp) {
    app.as_function("shov", async {}).await;
}

#[ifc_runtime::test]
#[should_panic(expected = "was allowed, and should be denied")]
async fn what_is_allowed_is_no_denial(app: TestApp) {
    app.as_function("show", async { assert_denied!(ORDERS.get("1").await) })
        .await;
}
