//! Runs of a schedule.

use super::*;

#[test]
fn schedules_run_whatever_the_scheduler_sends() {
    let seen: Seen<Scheduled> = Seen::default();
    let trigger = || {
        let seen = seen.clone();
        source(&Schedule).on(move |run: Scheduled| {
            see(&seen, run);
            async {}
        })
    };
    let sent = json!({
        "ifc.schedule": {"arn": "arn:aws:scheduler:x", "time": "2027-01-31T08:00:00Z", "execution": "e", "attempt": "2"},
        "input": {"a": 1},
    });
    assert_eq!(deliver(vec![trigger()], &sent), Ok(Value::Null));
    let run = taken(&seen).remove(0);
    assert_eq!(
        (run.attempt, run.time.as_str()),
        (2, "2027-01-31T08:00:00Z")
    );
    assert_eq!(run.input, json!({"a": 1}));
    assert_eq!(
        deliver(vec![trigger()], &fixture("eventbridge-schedule")),
        Ok(Value::Null)
    );
    let run = taken(&seen).remove(0);
    assert_eq!(run.time, "2015-10-08T16:53:06Z");
    assert_eq!(run.input, Value::Null);
    assert_eq!(deliver(vec![trigger()], &json!({"b": 2})), Ok(Value::Null));
    assert_eq!(taken(&seen).remove(0).input, json!({"b": 2}));
}
