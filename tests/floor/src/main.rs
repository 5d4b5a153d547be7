//! The shop of `examples/orders` written by hand on `lambda_runtime` and the SDK: one binary,
//! `IFC_FUNCTION` selects the handler, clients are made lazily. It is what the runtime's cold start,
//! time per invocation and size are measured against.

mod clients;
mod handlers;
mod model;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let function = std::env::var("IFC_FUNCTION")?;
    run(service_fn(move |event: LambdaEvent<Value>| {
        let function = function.clone();
        async move { serve(&function, event.payload).await }
    }))
    .await
}

async fn serve(function: &str, event: Value) -> Result<Value, Error> {
    match function {
        "place" => handlers::place(event).await,
        "show" => handlers::show(event).await,
        "list" => handlers::list(event).await,
        "cancel" => handlers::cancel(event).await,
        "history" => handlers::history(event).await,
        "charge" => handlers::charge(event).await,
        "dispatch" => handlers::dispatch(event).await,
        "audit" => handlers::audit(event).await,
        "pay" => handlers::pay(event).await,
        "price" => handlers::price(event).await,
        "ship" => handlers::ship(event).await,
        "import" => handlers::import(event).await,
        "nightly" => handlers::nightly(event).await,
        other => Err(format!("no function `{other}`").into()),
    }
}
