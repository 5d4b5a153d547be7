//! Changes of a table.

use super::*;

#[test]
fn changes_hold_typed_items() {
    let event = fixture("dynamodb-event");
    let seen: Seen<Change<Thing>> = Seen::default();
    let trigger = source(&changes(&ITEMS)).on({
        let seen = seen.clone();
        move |change: Change<Thing>| {
            see(&seen, change);
            async {}
        }
    });
    assert_eq!(deliver(vec![trigger], &event), Ok(no_failures()));
    let first = taken(&seen).remove(0);
    let thing = Thing {
        key: "binary".into(),
        val: "data".into(),
    };
    assert_eq!(first, Change::Inserted(thing));
}

#[test]
fn a_failed_change_holds_back_those_behind_it() {
    let record = |number: &str, name: &str, images: Value| {
        let mut change = images;
        change["SequenceNumber"] = json!(number);
        json!({"eventName": name, "eventSource": "aws:dynamodb", "dynamodb": change})
    };
    let image = |key: &str| json!({"key": {"S": key}, "val": {"S": "v"}});
    let event = json!({"Records": [
        record("1", "MODIFY", json!({"OldImage": image("a"), "NewImage": image("b")})),
        record("2", "REMOVE", json!({"Keys": {"key": {"S": "c"}}})),
        record("3", "INSERT", json!({"NewImage": image("d")})),
    ]});
    let seen: Seen<Change<Thing>> = Seen::default();
    let trigger = source(&changes(&ITEMS)).on({
        let seen = seen.clone();
        move |change: Change<Thing>| {
            see(&seen, change);
            async {}
        }
    });
    assert_eq!(deliver(vec![trigger], &event), Ok(failures(&["2", "3"])));
    let changes = taken(&seen);
    assert_eq!(changes.len(), 1);
    assert_eq!(
        changes[0].before().map(|thing| thing.key.as_str()),
        Some("a")
    );
    assert_eq!(
        changes[0].after().map(|thing| thing.key.as_str()),
        Some("b")
    );
}
