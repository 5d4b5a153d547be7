//! The function that is run: it does what the event says.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

/// Runs as a function of Lambda.
pub(crate) fn run() {
    match std::env::var("INIT").as_deref() {
        Ok("exit") => std::process::exit(3),
        Ok("hang") => std::thread::park(),
        _ => {}
    }
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    // The end of the Runtime API is an error, and the end of the process.
    let ended = runtime.block_on(lambda_runtime::run(service_fn(handle)));
    std::process::exit(i32::from(ended.is_err()));
}

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let LambdaEvent { payload, context } = event;
    let number = payload["n"].as_u64().unwrap_or_default();
    match payload["do"].as_str().unwrap_or_default() {
        "echo" => Ok(json!({
            "event": payload,
            "pid": std::process::id(),
            "id": context.request_id,
            "deadline": context.deadline,
            "arn": context.invoked_function_arn,
            "trace": context.xray_trace_id,
            "client": context.client_context,
            "environment": std::env::vars().collect::<std::collections::BTreeMap<_, _>>(),
        })),
        "fail" => Err("sold out".into()),
        "panic" => panic!("oh no"),
        "exit" => std::process::exit(i32::try_from(number)?),
        "abort" => std::process::abort(),
        "hang" => {
            let child = std::process::Command::new("sleep").arg("1000").spawn()?;
            println!("{} {}", std::process::id(), child.id());
            std::thread::sleep(Duration::from_secs(1000));
            Ok(Value::Null)
        }
        "allocate" => {
            let memory = vec![1_u8; usize::try_from(number)? << 20];
            std::thread::sleep(Duration::from_secs(1000));
            Ok(memory.len().into())
        }
        "large" => Ok("x".repeat(usize::try_from(number)?).into()),
        "log" => {
            println!("one");
            eprintln!("two");
            print!("three, without an end");
            std::io::stdout().flush()?;
            Ok(Value::Null)
        }
        // Says that it is there and waits until it may go on.
        "meet" => {
            let folder = Path::new(payload["folder"].as_str().unwrap_or_default());
            std::fs::write(folder.join(&context.request_id), "")?;
            while !folder.join("go").exists() {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            Ok(std::process::id().into())
        }
        other => Err(format!("it cannot {other}").into()),
    }
}
