//! Operations of secrets, parameters and functions, and what happens with resources that do not exist.

use ifc_runtime::{ErrorKind, Function, Parameter, Queue, Secret, Table};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::inside::{receive, requests_have_ids, values_are_kept, variable};
use crate::messages::in_context;
use crate::tables::Order;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Login {
    user: String,
    password: String,
}

#[derive(Serialize)]
struct Ask {
    n: i64,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Answer {
    twice: i64,
}

static LOGIN: Secret<Login> = Secret::new().__declared("LOGIN");
static LOGIN_TEXT: Secret<String> = Secret::new().__declared("LOGIN").__cache_seconds(0);
static API_KEY: Secret<String> = Secret::new().__declared("API_KEY");
static FEE: Parameter<u64> = Parameter::new().__declared("FEE");
static FEE_NOW: Parameter<u64> = Parameter::new().__declared("FEE").__cache_seconds(0);
static FEE_BY_ARN: Parameter<u64> = Parameter::new().__declared("FEE_BY_ARN").__cache_seconds(0);
static PRICE: Function<Ask, Answer> = Function::new().__declared("PRICE");
static MISSING_TABLE: Table<Order> = Table::new().__declared("MISSING_TABLE");
static MISSING_QUEUE: Queue<u8> = Queue::new().__declared("MISSING_QUEUE");
static UNKNOWN: Queue<u8> = Queue::new().__declared("UNKNOWN");

pub(crate) async fn secret() {
    let login = |password: &str| Login {
        user: "u".to_owned(),
        password: password.to_owned(),
    };
    assert_eq!(LOGIN.get().await.unwrap(), login("p"));
    assert_eq!(API_KEY.get().await.unwrap(), "key \"1\"");
    // Written elsewhere, so a value that is kept is still the old one.
    LOGIN_TEXT
        .set(&r#"{"user":"u","password":"q"}"#.to_owned())
        .await
        .unwrap();
    let known = if values_are_kept() { "p" } else { "q" };
    assert_eq!(LOGIN.get().await.unwrap(), login(known));
    LOGIN.set(&login("r")).await.unwrap();
    assert_eq!(LOGIN.get().await.unwrap(), login("r"));
    assert_eq!(
        LOGIN_TEXT.get().await.unwrap(),
        r#"{"user":"u","password":"r"}"#
    );
}

pub(crate) async fn parameter() {
    assert_eq!(FEE.get().await.unwrap(), 125);
    FEE_NOW.set(&130).await.unwrap();
    let known = if values_are_kept() { 125 } else { 130 };
    assert_eq!(FEE.get().await.unwrap(), known);
    assert_eq!(FEE_NOW.get().await.unwrap(), 130);
    FEE.set(&140).await.unwrap();
    assert_eq!(
        (FEE.get().await.unwrap(), FEE_NOW.get().await.unwrap()),
        (140, 140)
    );
    // What the stack does not own may be known by its ARN alone.
    assert_eq!(FEE_BY_ARN.get().await.unwrap(), 140);
    FEE_BY_ARN.set(&150).await.unwrap();
    assert_eq!(FEE_NOW.get().await.unwrap(), 150);
}

pub(crate) async fn function() {
    assert_eq!(
        PRICE.invoke(&Ask { n: 21 }).await.unwrap(),
        Answer { twice: 42 }
    );
    let error = PRICE.invoke(&Ask { n: -1 }).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FunctionFailed);
    // Emulators name the type differently.
    assert!(
        error.code().is_some() && error.message().contains("negative"),
        "{error:?}"
    );
    // What fails is told to a queue, with what was sent.
    in_context(PRICE.send(&Ask { n: -1 })).await.unwrap();
    let unpriced = variable("IFC_TEST_UNPRICED");
    let failed = receive(&unpriced, 1).await[0].body();
    assert_eq!(
        failed["requestPayload"],
        json!({"n": -1, "_ifc": {"correlation_id": "c-17"}})
    );
}

pub(crate) async fn what_does_not_exist() {
    let error = MISSING_TABLE.get("x").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.resource()),
        (ErrorKind::NotFound, "MISSING_TABLE")
    );
    assert_eq!(error.request_id().is_some(), requests_have_ids());
    assert_eq!(
        MISSING_QUEUE.send(&1).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    assert_eq!(
        MISSING_QUEUE.send_many(&[1, 2]).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    let error = UNKNOWN.send(&1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotConfigured);
    assert!(error.message().contains("`IFC_UNKNOWN`"), "{error}");
}
