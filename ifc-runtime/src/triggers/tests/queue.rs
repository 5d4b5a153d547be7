//! Messages of a queue.

use super::*;

/// Messages `1`, `2`, ... with these bodies and groups.
fn messages(arn: &str, bodies: &[(&str, &str)]) -> Value {
    let records: Vec<Value> = bodies
        .iter()
        .enumerate()
        .map(|(at, (body, group))| {
            json!({
                "messageId": (at + 1).to_string(),
                "body": body,
                "eventSource": "aws:sqs",
                "eventSourceARN": arn,
                "attributes": {"MessageGroupId": group},
                "messageAttributes": {},
            })
        })
        .collect();
    json!({ "Records": records })
}

#[test]
fn a_message_has_its_metadata() {
    let seen: Seen<Message<String>> = Seen::default();
    let trigger = source(&TEXTS).on({
        let seen = seen.clone();
        move |message: Message<String>| {
            see(&seen, message);
            async {}
        }
    });
    assert_eq!(
        deliver(vec![trigger], &fixture("sqs-event")),
        Ok(no_failures())
    );
    let message = taken(&seen).remove(0);
    assert_eq!(message.id, "MessageID_1");
    assert_eq!(message.body, "Message Body");
    assert_eq!(message.receives, 2);
    assert_eq!(message.sent, from_millis(1_520_621_625_029));
    let attributes: Vec<(&str, &str)> = message
        .attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        attributes,
        [("Attribute1", "AttributeValue1"), ("Attribute2", "123")]
    );
}

#[test]
fn each_message_fails_by_itself() {
    let event = messages(
        "arn:aws:sqs:x:1:q",
        &[("1", "g"), ("no number", "g"), ("3", "g"), ("4", "g")],
    );
    let trigger = source(&NUMBERS).on(|number: u32| async move {
        assert_ne!(number, 3, "three is not handled");
        if number == 4 {
            Err("four fails")
        } else {
            Ok(())
        }
    });
    assert_eq!(
        deliver(vec![trigger], &event),
        Ok(failures(&["2", "3", "4"]))
    );
}

#[test]
fn a_failure_in_a_fifo_queue_holds_back_its_group() {
    let event = messages(
        "arn:aws:sqs:x:1:q.fifo",
        &[
            ("1", "a"),
            ("2", "b"),
            ("3", "a"),
            ("4", "b"),
            ("x", "c"),
            ("6", "c"),
        ],
    );
    let seen: Seen<u32> = Seen::default();
    let each = source(&ORDERED).on({
        let seen = seen.clone();
        move |number: u32| {
            see(&seen, number);
            async move { if number == 1 { Err("fails") } else { Ok(()) } }
        }
    });
    assert_eq!(
        deliver(vec![each], &event),
        Ok(failures(&["1", "3", "5", "6"]))
    );
    assert_eq!(taken(&seen), [1, 2, 4]);

    let batch = source(&ORDERED).on({
        let seen = seen.clone();
        move |batch: Batch<u32>| {
            let mut result = BatchResult::new();
            for message in &batch {
                see(&seen, message.body);
                if message.body == 2 {
                    result.fail(message, "fails");
                }
            }
            async { result }
        }
    });
    assert_eq!(
        deliver(vec![batch], &event),
        Ok(failures(&["2", "4", "5", "6"]))
    );
    assert_eq!(
        taken(&seen),
        [1, 2, 3, 4],
        "the message behind an unreadable one waits"
    );
}

#[test]
fn a_batch_fails_as_a_whole_or_in_parts() {
    let event = messages("arn:aws:sqs:x:1:q", &[("1", "g"), ("x", "g"), ("3", "g")]);
    let whole = || {
        source(&NUMBERS).on(|batch: Batch<u32>| async move {
            if batch.len() == 2 {
                Err::<(), BoxError>("no".into())
            } else {
                Ok(())
            }
        })
    };
    assert_eq!(
        deliver(vec![whole()], &event),
        Err("ifc::HandlerFailed: no".into())
    );
    let single = messages("arn:aws:sqs:x:1:q", &[("1", "g")]);
    assert_eq!(deliver(vec![whole()], &single), Ok(no_failures()));
    let parts = source(&NUMBERS).on(|batch: Batch<u32>| {
        batch.each(|message| async move { if message.body == 3 { Err("no") } else { Ok(()) } })
    });
    assert_eq!(deliver(vec![parts], &event), Ok(failures(&["2", "3"])));
}

#[test]
fn ids_travel_with_messages() {
    let mut event = messages("arn:aws:sqs:x:1:q", &[("1", "g"), ("2", "g")]);
    event["Records"][0]["messageAttributes"] =
        json!({"ifc-correlation-id": {"stringValue": "outside", "dataType": "String"}});
    event["Records"][0]["attributes"]["AWSTraceHeader"] = json!("Root=1-2-3");
    let seen: Seen<Option<Context>> = Seen::default();
    let trigger = source(&NUMBERS).on({
        let seen = seen.clone();
        move |_: u32| {
            let seen = seen.clone();
            async move { see(&seen, context::current()) }
        }
    });
    assert_eq!(deliver(vec![trigger], &event), Ok(no_failures()));
    let contexts: Vec<Context> = taken(&seen).into_iter().flatten().collect();
    assert_eq!(contexts[0].correlation_id, "outside");
    assert_eq!(contexts[0].trace_header.as_deref(), Some("Root=1-2-3"));
    assert_eq!(contexts[1].correlation_id, "request");
    assert_eq!(contexts[1].function, "f");
}
