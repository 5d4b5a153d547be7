//! Notifications of a topic.

use super::*;

#[test]
fn notifications_are_read_from_their_envelope() {
    let seen: Seen<Notification<String>> = Seen::default();
    let trigger = source(&ALERTS).on({
        let seen = seen.clone();
        move |notification: Notification<String>| {
            see(&seen, notification);
            async { Ok::<(), BoxError>(()) }
        }
    });
    assert_eq!(
        deliver(vec![trigger], &fixture("sns-event")),
        Ok(Value::Null)
    );
    let notification = taken(&seen).remove(0);
    assert_eq!(notification.body, "Hello\r\nworld!");
    assert_eq!(notification.subject.as_deref(), Some("Greetings"));
    assert_eq!(notification.id, "82833b5c-8d5d-56d0-b0e1-7511f8253eb8");
    let failing = source(&ALERTS).on(|_: String| async { Err::<(), _>("down") });
    assert_eq!(
        deliver(vec![failing], &fixture("sns-event")),
        Err("ifc::HandlerFailed: down".into())
    );
}
