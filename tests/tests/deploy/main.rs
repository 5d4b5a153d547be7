//! Every example, deployed with the binary that `cargo build` made of it: its triggers are fired
//! through the public APIs, and their effects observed.

mod orders;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use ifc_tests::aws::{Aws, HttpResponse};
use ifc_tests::deploy::{Parameters, Stack, upload};
use ifc_tests::examples::example;
use ifc_tests::ministack::MiniStack;
use serde_json::{Value, json};

/// How long an effect may take. Functions are debug builds, and retries wait.
const PATIENCE: Duration = Duration::from_secs(120);

/// A deployed example.
struct Running {
    ministack: MiniStack,
    template: Value,
    parameters: Parameters,
    stack: Stack,
}

impl Running {
    fn deploy(package: &str) -> Result<Running> {
        let example = example(package)?;
        let ministack = MiniStack::start()?;
        let code = ministack.folder().join("code.zip");
        example.pack(&code)?;
        let parameters = upload(ministack.aws(), &code)?;
        let template = example.application.template.source().clone();
        let stack = Stack::create(ministack.aws(), package, &template, &parameters)?;
        Ok(Running {
            ministack,
            template,
            parameters,
            stack,
        })
    }

    /// Deploys an example, does something with it, and deletes it. A failure comes with the end of
    /// the emulator's log.
    fn with(package: &str, act: impl FnOnce(&mut Running) -> Result<()>) -> Result<()> {
        let mut running = Running::deploy(package)?;
        let outcome = act(&mut running).and_then(|()| running.delete());
        outcome.with_context(|| running.ministack.log())
    }

    fn aws(&self) -> &Aws {
        self.ministack.aws()
    }

    fn call(&self, service: &str, operation: &str, parameters: Value) -> Result<Value> {
        let outcome = self.aws().call(service, operation, parameters);
        outcome.with_context(|| format!("{service} {operation}"))
    }

    fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Result<HttpResponse> {
        let api = self.stack.physical("HttpApi")?;
        self.aws().http_api(api, method, path, body)
    }

    fn put(&self, bucket: &str, key: &str, body: &str) -> Result<()> {
        let bucket = self.stack.physical(bucket)?;
        let object = json!({ "Bucket": bucket, "Key": key, "Body": body });
        self.call("s3", "PutObject", object)?;
        Ok(())
    }

    /// An object as text, if it is there.
    fn object(&self, bucket: &str, key: &str) -> Result<Option<String>> {
        let bucket = self.stack.physical(bucket)?;
        let object = json!({ "Bucket": bucket, "Key": key });
        match self.aws().call("s3", "GetObject", object) {
            Ok(found) => Ok(found["Body"].as_str().map(str::to_owned)),
            Err(error) if error.code == "NoSuchKey" => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits for a message in a queue, by its URL.
    fn message(&self, queue: &str) -> Result<Value> {
        ifc_tests::wait(&format!("a message in {queue}"), PATIENCE, || {
            let receive = json!({ "QueueUrl": queue });
            let received = self.call("sqs", "ReceiveMessage", receive)?;
            let Some(body) = received["Messages"][0]["Body"].as_str() else {
                return Ok(None);
            };
            Ok(Some(serde_json::from_str(body)?))
        })
    }

    /// Another stage: the functions learn of it, and nothing is added or removed.
    fn update(&mut self) -> Result<()> {
        self.parameters.insert("Stage".into(), "prod".into());
        let changes = self.stack.update(&self.template, &self.parameters)?;
        ensure!(!changes.is_empty(), "the update changed nothing");
        // What refers to a changed resource counts as changed; nothing is made anew.
        for (id, change) in changes {
            ensure!(change == "Modify", "{id}: {change}");
        }
        let function = self.functions()?.into_iter().next().context("a function")?;
        let stage = &function["Environment"]["Variables"]["IFC_STAGE"];
        ensure!(stage == "prod", "{function}");
        Ok(())
    }

    fn functions(&self) -> Result<Vec<Value>> {
        let found = self.call("lambda", "ListFunctions", json!({}))?;
        Ok(found["Functions"].as_array().cloned().unwrap_or_default())
    }

    /// Deletes the stack. What holds data stays, everything else is gone.
    fn delete(&self) -> Result<()> {
        self.stack.delete()?;
        ensure!(self.functions()?.is_empty(), "functions are left");
        let roles = self.call("iam", "ListRoles", json!({}))?;
        for (id, deployed) in &self.stack.resources {
            let physical = &deployed.physical;
            match deployed.kind.as_str() {
                "AWS::IAM::Role" => {
                    let mut left = roles["Roles"].as_array().into_iter().flatten();
                    let left = left.any(|role| role["RoleName"] == physical.as_str());
                    ensure!(!left, "role {id} is left");
                }
                "AWS::DynamoDB::Table" => {
                    let table = json!({ "TableName": physical });
                    self.call("dynamodb", "DescribeTable", table)?;
                }
                "AWS::S3::Bucket" => {
                    let bucket = json!({ "Bucket": physical });
                    self.call("s3", "HeadBucket", bucket)?;
                }
                "AWS::SQS::Queue" => {
                    let queue = json!({ "QueueUrl": physical, "AttributeNames": ["QueueArn"] });
                    self.call("sqs", "GetQueueAttributes", queue)?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

#[test]
fn hello_answers() -> Result<()> {
    Running::with("hello", |hello| {
        let response = hello.request("GET", "/hello/Ada", None)?;
        ensure!(response.status == 200, "{response:?}");
        ensure!(response.body == "Hello, Ada!", "{response:?}");
        let other = hello.request("GET", "/goodbye/Ada", None)?;
        ensure!(other.status == 404, "{other:?}");
        hello.update()?;
        let response = hello.request("GET", "/hello/Grace", None)?;
        ensure!(response.body == "Hello, Grace!", "{response:?}");
        Ok(())
    })
}

#[test]
fn thumbnails_follow_their_pictures() -> Result<()> {
    Running::with("thumbnails", |thumbnails| {
        let picture = format!("P5\n128 64\n255\n{}", "x".repeat(128 * 64));
        thumbnails.put("PicturesBucket", "in/lake.pgm", &picture)?;
        let thumbnail = || thumbnails.object("ThumbnailsBucket", "small/lake.pgm");
        let found = ifc_tests::wait("the thumbnail", PATIENCE, thumbnail)?;
        let expected = format!("P5\n64 32\n255\n{}", "x".repeat(64 * 32));
        ensure!(found == expected, "{found}");

        let bucket = thumbnails.stack.physical("PicturesBucket")?;
        let object = json!({ "Bucket": bucket, "Key": "in/lake.pgm" });
        thumbnails.call("s3", "DeleteObject", object)?;
        ifc_tests::wait("the thumbnail's end", PATIENCE, || {
            Ok(thumbnail()?.is_none().then_some(()))
        })?;

        // It is tried again before it is given up.
        thumbnails.put("PicturesBucket", "in/broken.pgm", "GIF89a")?;
        let letters = thumbnails.stack.physical("ShrinkFunctionDeadLetters")?;
        let letter = thumbnails.message(letters)?;
        let key = &letter["requestPayload"]["Records"][0]["s3"]["object"]["key"];
        ensure!(key == "in/broken.pgm", "{letter}");
        Ok(())
    })
}
