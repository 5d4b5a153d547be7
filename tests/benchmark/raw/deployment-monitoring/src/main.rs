//! Calls another function and checks its answer. One file, closures over the clients, the name of
//! the variable is a constant.

use aws_config::BehaviorVersion;
use aws_sdk_lambda::types::InvocationType;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

const FUNCTION: &str = "FUNCTION_NAME";

fn function_name() -> String {
    std::env::var(FUNCTION).unwrap_or_else(|_| panic!("{FUNCTION} is not set"))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let sts = &aws_sdk_sts::Client::new(&config);
    let lambda = &aws_sdk_lambda::Client::new(&config);

    let check = move |_event: LambdaEvent<Value>| async move {
        let caller = sts.get_caller_identity().send().await?;
        tracing::info!(caller = caller.arn(), "checking the deployment");

        let answer = lambda
            .invoke()
            .function_name(function_name())
            .invocation_type(InvocationType::RequestResponse)
            .send()
            .await?;
        let payload: Value = match answer.payload() {
            Some(payload) => serde_json::from_slice(payload.as_ref())?,
            None => Value::Null,
        };
        if answer.status_code() != 200 || answer.function_error().is_some() {
            return Err(Error::from(format!("the function failed: {payload}")));
        }
        Ok(json!({ "status": answer.status_code(), "payload": payload }))
    };
    run(service_fn(check)).await
}
