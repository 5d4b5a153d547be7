//! Direct invocations.

use super::*;

#[test]
fn a_caller_gets_an_answer() {
    let double = || {
        source(&DOUBLE).on(|number: u32| async move {
            match number {
                0 => Err("nothing to double"),
                number => Ok(u64::from(number) * 2),
            }
        })
    };
    assert_eq!(deliver(vec![double()], &json!(21)), Ok(json!(42)));
    assert_eq!(
        deliver(vec![double()], &json!(0)),
        Err("ifc::HandlerFailed: nothing to double".into())
    );
    let error = deliver(vec![double()], &json!("x")).expect_err("no number");
    assert!(
        error.starts_with("ifc::UnreadablePayload: cannot read the request"),
        "{error}"
    );
}

#[test]
fn a_panic_fails_one_invocation() {
    let trigger = source(&DOUBLE).on(|number: u32| async move {
        assert!(number > 0, "zero is not doubled");
        u64::from(number)
    });
    let error = deliver(vec![trigger], &json!(0)).expect_err("a panic");
    assert_eq!(
        error,
        "ifc::HandlerPanicked: the handler panicked: zero is not doubled"
    );
}

#[test]
fn a_sent_request_brings_the_id_of_its_sender() {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        number: u64,
    }
    static TRIPLE: crate::Function<Strict, u64> = crate::Function::new();
    let seen: Seen<Option<Context>> = Seen::default();
    let trigger = source(&TRIPLE).on({
        let seen = seen.clone();
        move |strict: Strict| {
            let seen = seen.clone();
            async move {
                see(&seen, context::current());
                strict.number * 3
            }
        }
    });
    let sent = json!({"number": 7, "_ifc": {"correlation_id": "sender"}});
    assert_eq!(deliver(vec![trigger], &sent), Ok(json!(21)));
    let contexts: Vec<Context> = taken(&seen).into_iter().flatten().collect();
    assert_eq!(contexts[0].correlation_id, "sender");
    assert_eq!(contexts[0].request_id, "request");
}
