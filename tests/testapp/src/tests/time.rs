//! What runs when nobody waits for it: batches, retries, dead letters, streams and the end of items.

use std::time::Duration;

use ifc_runtime::TestApp;
use ifc_runtime::prelude::*;
use ifc_runtime::testing::{days, hours, minutes};

use super::{order, place};
use crate::resources::{
    FILES, HAPPENINGS, Happening, LEDGER, LINES, NEWS, ORDERS, PARCELS, Parcel, Posting, TRAIL,
};

fn parcel(order: &str) -> Parcel {
    Parcel {
        order: order.to_owned(),
    }
}

#[ifc_runtime::test]
async fn what_nobody_waits_for_runs_when_the_test_lets_it(app: TestApp) {
    place(&app, "1").await;
    place(&app, "2").await;
    assert_eq!(app.queue(&PARCELS).messages(), [parcel("1"), parcel("2")]);
    assert!(app.table(&TRAIL).items().is_empty());
    let before = app.now();

    let settled = app.settle().await;
    assert_eq!(settled.runs("ship"), 1, "both are in one batch");
    assert!(app.queue(&PARCELS).is_empty());
    assert!(app.table(&ORDERS).items().iter().all(|order| order.shipped));
    assert_eq!(app.table(&TRAIL).items().len(), 4, "placed and changed");
    let passed = app.now().duration_since(before).unwrap_or_default();
    assert_eq!(passed, Duration::from_secs(1), "the window of the batch");
    let nothing = app.settle().await;
    assert!(nothing.invocations().is_empty());
}

#[ifc_runtime::test]
async fn what_fails_is_retried_and_given_up(app: TestApp) -> Result<()> {
    let queue = app.queue(&PARCELS);
    queue.send(&parcel("lost-1")).await?;
    ORDERS.put(&order("2")).await?;
    queue.send(&parcel("2")).await?;
    let settled = app.settle().await;
    assert_eq!(settled.runs("ship"), 3, "the queue says three times");
    let failed: Vec<usize> = settled
        .invocations()
        .iter()
        .filter(|ran| ran.function == "ship")
        .map(|ran| ran.failed.len())
        .collect();
    assert_eq!(failed, [1, 1, 1], "the other message was handled at once");
    assert_eq!(settled.dead_letters().len(), 1);
    assert_eq!(settled.dead_letters()[0].of, "PARCELS");
    assert_eq!(queue.dead_letters(), [parcel("lost-1")]);
    assert!(queue.is_empty());

    // As an operator would, who has repaired it.
    queue.redrive();
    assert_eq!(queue.messages(), [parcel("lost-1")]);
    assert!(queue.dead_letters().is_empty());
    app.settle().await.dead_letters();
    Ok(())
}

#[ifc_runtime::test]
#[should_panic(expected = "a dead letter of `PARCELS`")]
async fn a_dead_letter_that_nobody_asks_for_fails_the_test(app: TestApp) -> Result<()> {
    PARCELS.send(&parcel("lost-1")).await?;
    app.settle().await;
    Ok(())
}

#[ifc_runtime::test]
async fn delays_pass_in_order(app: TestApp) -> Result<()> {
    ORDERS.put(&order("1")).await?;
    app.settle().await;
    PARCELS.send_after(&parcel("1"), minutes(10)).await?;
    let early = app.advance(minutes(9)).await;
    assert_eq!(early.runs("ship"), 0);
    let late = app.advance(minutes(2)).await;
    assert_eq!(late.runs("ship"), 1);
    Ok(())
}

#[ifc_runtime::test]
async fn groups_keep_their_order(app: TestApp) -> Result<()> {
    for account in ["a", "b"] {
        for number in 1..=3 {
            let posting = Posting {
                account: account.to_owned(),
                number,
            };
            LEDGER.send_in(account, &posting).await?;
        }
    }
    app.fail_function("post", 1);
    app.reorder_deliveries();
    app.settle().await;
    let lines = app.table(&LINES).items();
    assert_eq!(lines.len(), 6);
    assert!(lines.iter().all(|line| line.seen == 1), "{lines:?}");
    Ok(())
}

#[ifc_runtime::test]
async fn items_end(app: TestApp) {
    place(&app, "1").await;
    app.settle().await;
    assert_eq!(app.table(&TRAIL).items().len(), 2);
    app.advance(hours(23)).await;
    assert_eq!(app.table(&TRAIL).items().len(), 2);
    app.advance(days(3)).await;
    assert!(app.table(&TRAIL).items().is_empty());
}

#[ifc_runtime::test]
async fn time_moves_exactly_as_far_as_it_is_told(app: TestApp) {
    let before = app.now();
    app.advance(days(40)).await;
    let passed = app.now().duration_since(before).unwrap_or_default();
    assert_eq!(passed, days(40));
}

#[ifc_runtime::test]
async fn a_schedule_leads_through_bus_topic_and_bucket(app: TestApp) {
    let early = app.advance(hours(5)).await;
    assert!(early.invocations().is_empty());
    let passed = app.advance(days(2)).await;
    assert_eq!(passed.runs("open"), 2, "each day at six");
    assert_eq!(passed.runs("count"), 2);
    let opened = |day: &str| Happening::Opened { day: day.into() };
    let expected = [opened("2026-01-01"), opened("2026-01-02")];
    assert_eq!(app.bus(&HAPPENINGS).events(), expected);
    let expected = ["open on 2026-01-01", "open on 2026-01-02"];
    assert_eq!(app.topic(&NEWS).published(), expected);
    let files = app.bucket(&FILES).objects();
    let content = files.get("news/open on 2026-01-02.txt");
    assert_eq!(
        content.map(|content| &content[..]),
        Some(&b"open on 2026-01-02"[..])
    );
}

#[ifc_runtime::test]
async fn a_rule_passes_over_other_events(app: TestApp) -> Result<()> {
    HAPPENINGS.publish(&Happening::Closed).await?;
    let settled = app.settle().await;
    assert_eq!(settled.runs("announce"), 0);
    assert_eq!(app.bus(&HAPPENINGS).events(), [Happening::Closed]);
    Ok(())
}

#[ifc_runtime::test]
async fn what_a_bus_cannot_deliver_is_a_dead_letter(app: TestApp) -> Result<()> {
    app.fail_function("announce", 3);
    let day = "2026-01-01".to_owned();
    HAPPENINGS.publish(&Happening::Opened { day }).await?;
    let settled = app.settle().await;
    assert_eq!(settled.runs("announce"), 3, "Lambda retries twice");
    let letters = settled.dead_letters();
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(letters[0].of, "announce");
    Ok(())
}
