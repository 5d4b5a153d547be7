//! Every function of every example answers events through AWS's own emulator of the Lambda Runtime
//! API: the binary that `cargo build` made, with the environment and the role that its stack gives it.

mod shop;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use ifc_tests::deploy::{Stack, upload};
use ifc_tests::emulator::RuntimeEmulator;
use ifc_tests::events;
use ifc_tests::examples::{Example, example};
use ifc_tests::ministack::MiniStack;
use ifc_tests::privilege;
use serde_json::{Value, json};

/// How long an effect may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a stack has beside that which delivers events: the tests deliver them.
const KEPT: &[&str] = &[
    "AWS::DynamoDB::Table",
    "AWS::Events::EventBus",
    "AWS::IAM::Role",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::Scheduler::ScheduleGroup",
    "AWS::SecretsManager::Secret",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SSM::Parameter",
];

/// The resources of an example, for its functions to work on.
struct Resources {
    ministack: MiniStack,
    example: Example,
    stack: Stack,
    /// Functions that were started.
    started: RefCell<BTreeSet<String>>,
}

/// A function behind the emulator.
struct Function {
    emulator: RuntimeEmulator,
}

impl Resources {
    /// Makes the resources of an example and does something with its functions, of which none may be
    /// left out.
    fn with(package: &str, act: impl FnOnce(&Resources) -> Result<()>) -> Result<()> {
        let example = example(package)?;
        let ministack = MiniStack::start()?;
        let code = ministack.folder().join("code.zip");
        example.pack(&code)?;
        let parameters = upload(ministack.aws(), &code)?;
        let template = without_deliveries(example.application.template.source());
        let stack = Stack::create(ministack.aws(), package, &template, &parameters)?;
        let resources = Resources {
            ministack,
            example,
            stack,
            started: RefCell::default(),
        };
        act(&resources).with_context(|| resources.ministack.log())?;
        let functions = resources.example.application.functions();
        let started = resources.started.take();
        ensure!(started.iter().eq(functions), "only {started:?} were tried");
        Ok(())
    }

    /// Starts a function's process with what the stack gives to it.
    fn function(&self, name: &str) -> Result<Function> {
        self.started.borrow_mut().insert(name.to_owned());
        let application = &self.example.application;
        let deployed = self.stack.physical(application.function_id(name)?)?;
        let named = json!({ "FunctionName": deployed });
        let deployed = self.call("lambda", "GetFunctionConfiguration", named)?;
        let variables = deployed["Environment"]["Variables"].as_object();
        let variables = variables.context("a function has variables")?;
        let mut environment = self.ministack.environment();
        for (name, value) in variables {
            let value = value.as_str().context("variables are texts")?;
            environment.push((name.clone(), value.to_owned()));
        }
        let role = self.stack.physical(&application.role_id(name)?)?;
        let credentials = privilege::assume(self.ministack.aws(), role)?;
        let mut set = |name: &str, value| environment.push((name.to_owned(), value));
        set("AWS_ACCESS_KEY_ID", credentials.key);
        set("AWS_SECRET_ACCESS_KEY", credentials.secret);
        set("AWS_SESSION_TOKEN", credentials.token.unwrap_or_default());
        let log = self.ministack.folder().join(format!("{name}.log"));
        let emulator = RuntimeEmulator::start(
            self.ministack.aws(),
            Path::new(&self.example.binary),
            environment,
            &log,
        )?;
        Ok(Function { emulator })
    }

    fn call(&self, service: &str, operation: &str, parameters: Value) -> Result<Value> {
        let outcome = self.ministack.aws().call(service, operation, parameters);
        outcome.with_context(|| format!("{service} {operation}"))
    }

    fn put(&self, bucket: &str, key: &str, body: &str) -> Result<()> {
        let bucket = self.stack.physical(bucket)?;
        let object = json!({ "Bucket": bucket, "Key": key, "Body": body });
        self.call("s3", "PutObject", object)?;
        Ok(())
    }

    /// An object as text.
    fn object(&self, bucket: &str, key: &str) -> Result<String> {
        let bucket = self.stack.physical(bucket)?;
        let found = self.call("s3", "GetObject", json!({ "Bucket": bucket, "Key": key }))?;
        Ok(found["Body"].as_str().context("a body")?.to_owned())
    }
}

impl Function {
    /// The answer to an event.
    fn answer(&self, event: &Value) -> Result<Value> {
        let answer = self.emulator.invoke(event)?;
        let failed = answer.get("errorType").is_some();
        ensure!(!failed, "{answer}\n{}", self.emulator.log()?);
        Ok(answer)
    }

    /// The status and the body of the answer to a request.
    fn respond(&self, event: &Value) -> Result<(u64, String)> {
        let answer = self.answer(event)?;
        let status = answer["statusCode"].as_u64().context("a status")?;
        let body = answer["body"].as_str().unwrap_or_default();
        Ok((status, body.to_owned()))
    }

    /// An event that is none of this function's is refused in words, and the process lives on.
    fn refuses(&self, event: &Value, words: &str) -> Result<()> {
        let answer = self.emulator.invoke(event)?;
        ensure!(answer["errorType"] == "ifc::UnreadablePayload", "{answer}");
        let message = answer["errorMessage"].as_str().unwrap_or_default();
        ensure!(message.contains(words), "{message}");
        let log = self.emulator.log()?;
        ensure!(log.matches("INIT START").count() == 1, "{log}");
        ensure!(!log.contains("panicked"), "{log}");
        Ok(())
    }
}

fn without_deliveries(template: &Value) -> Value {
    let mut template = template.clone();
    if let Some(members) = template.as_object_mut() {
        members.remove("Outputs");
    }
    if let Some(resources) = template["Resources"].as_object_mut() {
        resources.retain(|_, resource| KEPT.iter().any(|kind| resource["Type"] == *kind));
        for resource in resources.values_mut().filter_map(Value::as_object_mut) {
            resource.remove("DependsOn");
            if let Some(properties) = resource["Properties"].as_object_mut() {
                properties.remove("NotificationConfiguration");
            }
        }
    }
    template
}

#[test]
fn hello_answers() -> Result<()> {
    Resources::with("hello", |hello| {
        let greet = hello.function("hello")?;
        let parameters = json!({ "name": "Ada" });
        let request = events::http("GET", "/hello/Ada", &parameters, None)?;
        let (status, body) = greet.respond(&request)?;
        ensure!(
            (status, body.as_str()) == (200, "Hello, Ada!"),
            "{status} {body}"
        );
        greet.refuses(&json!({ "rawPath": 1 }), "cannot read the request")?;
        greet.respond(&request)?;
        Ok(())
    })
}

#[test]
fn thumbnails_follow_their_pictures() -> Result<()> {
    Resources::with("thumbnails", |thumbnails| {
        let pictures = thumbnails.stack.physical("PicturesBucket")?;
        let picture = format!("P5\n128 64\n255\n{}", "x".repeat(128 * 64));
        thumbnails.put("PicturesBucket", "in/a lake.pgm", &picture)?;
        let shrink = thumbnails.function("shrink")?;
        // As notifications write the key.
        let created = events::object(pictures, "in/a+lake.pgm")?;
        ensure!(shrink.answer(&created)?.is_null());
        let thumbnail = || thumbnails.object("ThumbnailsBucket", "small/a lake.pgm");
        ensure!(thumbnail()? == format!("P5\n64 32\n255\n{}", "x".repeat(64 * 32)));
        shrink.refuses(&json!({ "Records": [{}] }), "notification")?;

        let forget = thumbnails.function("forget")?;
        let mut removed = created.clone();
        removed["Records"][0]["eventName"] = "ObjectRemoved:Delete".into();
        ensure!(forget.answer(&removed)?.is_null());
        ensure!(thumbnail().is_err(), "the thumbnail is still there");
        Ok(())
    })
}
