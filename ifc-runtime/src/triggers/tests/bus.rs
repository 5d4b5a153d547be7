//! Events of a bus.

use super::*;

#[test]
fn events_become_variants_and_keep_their_envelope() {
    let seen: Seen<Envelope<Happening>> = Seen::default();
    let trigger = || {
        let seen = seen.clone();
        source(&EVENTS).on(move |envelope: Envelope<Happening>| {
            see(&seen, envelope);
            async {}
        })
    };
    let mut event = fixture("eventbridge-event-obj");
    event["detail"]["_ifc"] = json!({"correlation_id": "outside"});
    assert_eq!(deliver(vec![trigger()], &event), Ok(Value::Null));
    let envelope = taken(&seen).remove(0);
    assert_eq!(
        envelope.event,
        Happening::State {
            instance_id: "i-abcd1111".into(),
            state: "pending".into()
        }
    );
    assert_eq!(envelope.source, "aws.ec2");
    assert_eq!(envelope.resources.len(), 1);
    event["detail-type"] = json!("Other");
    let error = deliver(vec![trigger()], &event).expect_err("an unknown detail type");
    assert!(
        error.contains("there is no event with the detail type `Other`"),
        "{error}"
    );
    let closed = Happening::Closed;
    let detail = closed.to_detail().expect("JSON");
    let event = json!({"detail-type": closed.detail_type(), "source": "x", "detail": detail});
    assert_eq!(deliver(vec![trigger()], &event), Ok(Value::Null));
    assert_eq!(taken(&seen).remove(0).event, closed);
}
