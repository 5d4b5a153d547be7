//! `cargo ifc dev --endpoint URL`: the same application in an emulator of AWS, by its CloudFormation.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ifc_compiler::catalog::manifest::Manifest;
use ifc_local::percent;
use ifc_local::sign::{Request, Signer, content_hash};
use roxmltree::Document;

use crate::commands::client::agent;
use crate::failure::{Failure, usage};

/// Bytes of a template that a request may hold. Source: CloudFormation User Guide, "Understand
/// CloudFormation quotas".
const LARGEST: usize = 51_200;
/// How long a stack may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// An emulator of AWS.
pub(super) struct Emulator<'e> {
    endpoint: &'e str,
    key: String,
    secret: String,
    region: String,
}

/// What goes into the emulator.
pub(super) struct Stack<'s> {
    pub(super) manifest: &'s Manifest,
    pub(super) template: &'s str,
    /// The bundle of the program.
    pub(super) bundle: &'s [u8],
    pub(super) parameters: Vec<(String, String)>,
}

impl<'e> Emulator<'e> {
    /// An emulator at a URL; credentials and region are those of the environment, or what emulators
    /// usually take.
    pub(super) fn new(endpoint: &'e str) -> Emulator<'e> {
        let variable = |name: &str, otherwise: &str| {
            std::env::var(name).unwrap_or_else(|_| otherwise.to_owned())
        };
        Emulator {
            endpoint: endpoint.trim_end_matches('/'),
            key: variable("AWS_ACCESS_KEY_ID", "test"),
            secret: variable("AWS_SECRET_ACCESS_KEY", "test"),
            region: variable("AWS_REGION", "us-east-1"),
        }
    }

    /// Puts the program into a bucket and makes or changes the stack; gives its outputs.
    pub(super) fn deploy(&self, stack: &Stack<'_>) -> Result<Vec<(String, String)>, Failure> {
        let package = &stack.manifest.package;
        let bucket = format!("ifc-dev-{}", package.replace('_', "-").to_lowercase());
        let key = format!("{}.zip", &content_hash(stack.bundle)[..32]);
        // It is there already at the second deployment.
        let _ = self.s3("PUT", &format!("/{bucket}"), b"");
        self.s3("PUT", &format!("/{bucket}/{key}"), stack.bundle)?;
        let mut parameters = stack.parameters.clone();
        parameters.push(("ArtifactBucket".to_owned(), bucket.clone()));
        parameters.push(("ArtifactKey".to_owned(), key));
        let mut form = vec![
            ("StackName".to_owned(), package.clone()),
            (
                "Capabilities.member.1".to_owned(),
                "CAPABILITY_IAM".to_owned(),
            ),
            (
                "Capabilities.member.2".to_owned(),
                "CAPABILITY_NAMED_IAM".to_owned(),
            ),
        ];
        match stack.template.len() <= LARGEST {
            true => form.push(("TemplateBody".to_owned(), stack.template.to_owned())),
            false => {
                self.s3(
                    "PUT",
                    &format!("/{bucket}/template.json"),
                    stack.template.as_bytes(),
                )?;
                let url = format!("{}/{bucket}/template.json", self.endpoint);
                form.push(("TemplateURL".to_owned(), url));
            }
        }
        for (number, (name, value)) in (1..).zip(&parameters) {
            form.push((
                format!("Parameters.member.{number}.ParameterKey"),
                name.clone(),
            ));
            form.push((
                format!("Parameters.member.{number}.ParameterValue"),
                value.clone(),
            ));
        }
        let before = self.describe(package)?;
        let operation = match before.as_ref().map(|stack| stack.status.as_str()) {
            Some("ROLLBACK_COMPLETE" | "CREATE_FAILED" | "DELETE_FAILED") => {
                let name = [("StackName".to_owned(), package.clone())];
                self.cloudformation("DeleteStack", &name)?;
                self.wait(package, true)?;
                "CreateStack"
            }
            None | Some("DELETE_COMPLETE") => "CreateStack",
            Some(_) => "UpdateStack",
        };
        match self.cloudformation(operation, &form) {
            Ok(_) => {}
            Err(Failure::Usage(message)) if message.contains("No updates") => {}
            Err(other) => return Err(other),
        }
        self.wait(package, false)
    }

    /// Waits until nothing changes any more.
    fn wait(&self, stack: &str, gone: bool) -> Result<Vec<(String, String)>, Failure> {
        let until = Instant::now() + PATIENCE;
        loop {
            let described = self.describe(stack)?;
            match described {
                None if gone => return Ok(Vec::new()),
                Some(described) if described.status.ends_with("_IN_PROGRESS") => {}
                Some(described) if gone || is_well(&described.status) => {
                    return Ok(described.outputs);
                }
                Some(described) => {
                    return Err(Failure::Usage(format!(
                        "the stack `{stack}` is {}: {}",
                        described.status, described.reason
                    )));
                }
                None => {}
            }
            if Instant::now() > until {
                return Err(Failure::Usage(format!(
                    "the stack `{stack}` does not get ready"
                )));
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    fn describe(&self, stack: &str) -> Result<Option<Described>, Failure> {
        let form = [("StackName".to_owned(), stack.to_owned())];
        let answer = match self.cloudformation("DescribeStacks", &form) {
            Ok(answer) => answer,
            Err(Failure::Usage(message)) if message.contains("does not exist") => return Ok(None),
            Err(other) => return Err(other),
        };
        let unreadable = |error| usage("the emulator's answer is not XML", error);
        let document = Document::parse(&answer).map_err(unreadable)?;
        let text = |name: &str| {
            let mut named = document
                .descendants()
                .filter(|node| node.has_tag_name_of(name));
            named
                .next()
                .and_then(|node| node.text())
                .unwrap_or_default()
                .to_owned()
        };
        let outputs = document
            .descendants()
            .filter(|node| node.has_tag_name_of("OutputKey"));
        let outputs = outputs.filter_map(|key| {
            let mut siblings = key.parent()?.children();
            let value = siblings.find(|node| node.has_tag_name_of("OutputValue"))?;
            Some((
                key.text()?.to_owned(),
                value.text().unwrap_or_default().to_owned(),
            ))
        });
        Ok(Some(Described {
            status: text("StackStatus"),
            reason: text("StackStatusReason"),
            outputs: outputs.collect(),
        }))
    }

    fn cloudformation(&self, action: &str, form: &[(String, String)]) -> Result<String, Failure> {
        let mut body = format!("Action={action}&Version=2010-05-15");
        for (name, value) in form {
            body += &format!(
                "&{}={}",
                percent::encode(name, ""),
                percent::encode(value, "")
            );
        }
        let kind = "application/x-www-form-urlencoded";
        self.send("cloudformation", "POST", "/", kind, body.as_bytes())
    }

    fn s3(&self, method: &str, path: &str, body: &[u8]) -> Result<String, Failure> {
        self.send("s3", method, path, "application/octet-stream", body)
    }

    fn send(
        &self,
        service: &str,
        method: &str,
        path: &str,
        content_type: &str,
        body: &[u8],
    ) -> Result<String, Failure> {
        let host = self.endpoint.split("://").nth(1).unwrap_or(self.endpoint);
        let request = Request {
            method,
            path,
            query: "",
            headers: &[("host", host), ("content-type", content_type)],
        };
        let signer = Signer {
            access_key: &self.key,
            secret: &self.secret,
            session_token: None,
            region: &self.region,
            service,
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |since| {
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        });
        let url = format!("{}{path}", self.endpoint);
        let mut sending = match method {
            "PUT" => agent().put(&url),
            _ => agent().post(&url),
        };
        sending = sending.header("content-type", content_type);
        for (name, value) in signer.sign(&request, &content_hash(body), now) {
            sending = sending.header(name, value);
        }
        let unreachable = |error| {
            usage(
                format!("the emulator at {} does not answer", self.endpoint),
                error,
            )
        };
        let mut response = sending.send(body).map_err(unreachable)?;
        let text = response.body_mut().read_to_string().map_err(unreachable)?;
        match response.status().is_success() {
            true => Ok(text),
            false => Err(Failure::Usage(format!(
                "the emulator refuses {method} {path} of {service}: {}",
                message_of(&text)
            ))),
        }
    }
}

/// A stack as it is.
struct Described {
    status: String,
    reason: String,
    outputs: Vec<(String, String)>,
}

fn is_well(status: &str) -> bool {
    matches!(status, "CREATE_COMPLETE" | "UPDATE_COMPLETE")
}

/// Names with or without a namespace.
trait Named {
    fn has_tag_name_of(&self, name: &str) -> bool;
}

impl Named for roxmltree::Node<'_, '_> {
    fn has_tag_name_of(&self, name: &str) -> bool {
        self.tag_name().name() == name
    }
}

fn message_of(text: &str) -> String {
    let document = Document::parse(text).ok();
    let message = document.as_ref().and_then(|document| {
        let mut nodes = document.descendants();
        nodes.find(|node| node.has_tag_name_of("Message"))?.text()
    });
    message.unwrap_or(text).to_owned()
}
