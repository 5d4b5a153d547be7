//! The questions that a delivery comes down to.

use serde_json::{Map, Value, json};

use super::{Builder, identity_policies};
use crate::simulate::{Question, Verdict};
use crate::template::{ACCOUNT, REGION, Resource, list, plain};

const STRANGER: &str = "999999999999";

impl Builder<'_> {
    /// A service delivers to a resource on behalf of another resource.
    pub(super) fn deliver(
        &mut self,
        label: &str,
        service: &str,
        to: &str,
        source: &str,
        guards: &[&str],
    ) {
        let Some(action) = delivery(to) else {
            return self.fault(format!("{label}: cannot deliver to {to}"));
        };
        self.encryption(label, service, to);
        let label = format!("{label}: {service} may {action} on {to}");
        let policy = self.resource_policy(to);
        let ask = |context, label: String, expected| Question {
            label,
            action: action.to_owned(),
            resource: to.to_owned(),
            account: ACCOUNT.to_owned(),
            principal: service.to_owned(),
            context,
            identity: Vec::new(),
            resource_policy: policy.clone(),
            expected,
        };
        self.result
            .questions
            .extend(
                contexts(source, guards)
                    .into_iter()
                    .map(|(context, on_behalf, expected)| {
                        ask(context, format!("{label} {on_behalf}"), expected)
                    }),
            );
    }

    /// A role sends to an ARN, if there is one.
    pub(super) fn send_as_role(&mut self, label: &str, role: &str, to: &Value) {
        let Value::String(to) = to else { return };
        match delivery(to) {
            Some(action) => self.identity(label, role, action, to),
            None => self.fault(format!("{label}: cannot deliver to {to}")),
        }
    }

    pub(super) fn identity(&mut self, label: &str, role: &str, action: &str, resource: &str) {
        self.result.questions.push(Question {
            label: format!("{label}: {role} may {action} on {resource}"),
            action: action.to_owned(),
            resource: resource.to_owned(),
            account: ACCOUNT.to_owned(),
            principal: self.template.arn(role),
            context: Map::new(),
            identity: identity_policies(self.template, role),
            resource_policy: None,
            expected: Verdict::Allowed,
        });
    }

    /// A service assumes a role; no other service does.
    pub(super) fn trust(&mut self, label: &str, role: &str, service: &str, source: Source<'_>) {
        let arn = self.template.arn(role);
        let roles = self.template.of("AWS::IAM::Role");
        let policy = roles.iter().find(|r| r.id == role).map(|r| {
            let mut policy = r.properties["AssumeRolePolicyDocument"].clone();
            for statement in policy["Statement"].as_array_mut().into_iter().flatten() {
                // Trust policies name no resource, but the evaluator needs one.
                statement["Resource"] = arn.clone().into();
            }
            policy
        });
        let mut cases = match source {
            Source::Itself(arn) => {
                let mut cases = contexts(arn, &[]);
                cases.truncate(1);
                cases
            }
            Source::Other(arn) => contexts(arn, &["aws:SourceAccount"]),
        };
        let right = cases[0].0.clone();
        let mut ask = |service: &str, context, on_behalf: &str, expected| {
            self.result.questions.push(Question {
                label: format!("{label}: {service} may assume {role} {on_behalf}"),
                action: "sts:AssumeRole".to_owned(),
                resource: arn.clone(),
                account: ACCOUNT.to_owned(),
                principal: service.to_owned(),
                context,
                identity: Vec::new(),
                resource_policy: policy.clone(),
                expected,
            });
        };
        for (context, on_behalf, expected) in cases.drain(..) {
            ask(service, context, &on_behalf, expected);
        }
        ask("ec2.amazonaws.com", right, "", Verdict::Denied);
    }

    /// Nobody gets at a bucket over plain HTTP, whatever their own policies allow.
    pub(super) fn plain_http(&mut self, bucket: &Resource<'_>) {
        let policies = self.template.of("AWS::S3::BucketPolicy");
        let name = self.template.name(bucket.id);
        let policy = policies
            .iter()
            .find(|p| plain(&p.properties["Bucket"]) == name);
        let arn = self.template.arn(bucket.id);
        for (action, resource) in [
            ("s3:ListBucket", arn.clone()),
            ("s3:GetObject", arn + "/key"),
        ] {
            for (secure, expected) in [("false", Verdict::Denied), ("true", Verdict::Allowed)] {
                self.result.questions.push(Question {
                    label: format!("{action} on {resource} with aws:SecureTransport {secure}"),
                    action: action.to_owned(),
                    resource: resource.clone(),
                    account: ACCOUNT.to_owned(),
                    principal: format!("arn:aws:iam::{ACCOUNT}:role/reader"),
                    context: Map::from_iter([("aws:SecureTransport".to_owned(), secure.into())]),
                    identity: vec![json!({
                        "Version": "2012-10-17",
                        "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }],
                    })],
                    resource_policy: policy.map(|p| p.properties["PolicyDocument"].clone()),
                    expected,
                });
            }
        }
    }

    /// Keys that AWS manages cannot be opened to the services that deliver.
    pub(super) fn encryption(&mut self, label: &str, service: &str, to: &str) {
        for (kind, managed) in [
            ("AWS::SNS::Topic", "alias/aws/sns"),
            ("AWS::SQS::Queue", "alias/aws/sqs"),
        ] {
            for resource in self.template.of(kind) {
                let key = plain(&resource.properties["KmsMasterKeyId"]);
                if self.template.arn(resource.id) == to && key.contains(managed) {
                    self.fault(format!(
                        "{label}: {service} cannot use the key of {}",
                        resource.id
                    ));
                }
            }
        }
    }

    pub(super) fn resource_policy(&self, arn: &str) -> Option<Value> {
        let mut statements: Vec<Value> = Vec::new();
        for resource in self.template.resources() {
            let properties = &resource.properties;
            let attached = |member: &str| {
                list(&properties[member])
                    .iter()
                    .any(|target| target_arn(&plain(target)) == arn)
            };
            match resource.kind {
                "AWS::Lambda::Permission" if function_arn(&properties["FunctionName"]) == arn => {
                    statements.push(permission_statement(properties, arn));
                }
                "AWS::SQS::QueuePolicy" if attached("Queues") => {
                    statements.extend(
                        list(&properties["PolicyDocument"]["Statement"])
                            .into_iter()
                            .cloned(),
                    );
                }
                "AWS::SNS::TopicPolicy" if attached("Topics") => {
                    statements.extend(
                        list(&properties["PolicyDocument"]["Statement"])
                            .into_iter()
                            .cloned(),
                    );
                }
                _ => {}
            }
        }
        (!statements.is_empty())
            .then(|| json!({ "Version": "2012-10-17", "Statement": statements }))
    }
}

/// What delivering to an ARN takes.
fn delivery(arn: &str) -> Option<&'static str> {
    match arn.split(':').nth(2)? {
        "lambda" => Some("lambda:InvokeFunction"),
        "sqs" => Some("sqs:SendMessage"),
        "sns" => Some("sns:Publish"),
        "events" => Some("events:PutEvents"),
        "states" => Some("states:StartExecution"),
        _ => None,
    }
}

/// On whose behalf a service assumes a role.
pub(super) enum Source<'a> {
    /// On that of the role's function; nothing else can have the role.
    Itself(&'a str),
    /// On that of a resource that the role does not belong to.
    Other(&'a str),
}

/// Contexts in which a service acts for a resource: the right one first, then those that have to
/// be refused. A guard is a context key that has to be looked at by itself.
fn contexts(source: &str, guards: &[&str]) -> Vec<(Map<String, Value>, String, Verdict)> {
    let context = |arn: &str, account: &str| {
        let keys = [("aws:SourceArn", arn), ("aws:SourceAccount", account)];
        keys.map(|(key, value)| (key.to_owned(), value.into()))
            .into_iter()
            .collect::<Map<_, _>>()
    };
    let right = context(source, ACCOUNT);
    let foreign = source.replace(ACCOUNT, STRANGER);
    let mut cases = vec![(right.clone(), format!("for {source}"), Verdict::Allowed)];
    if foreign != source {
        let denied = (
            context(&foreign, STRANGER),
            format!("for {foreign}"),
            Verdict::Denied,
        );
        cases.push(denied);
    }
    if let Some(sibling) = sibling(source) {
        let denied = (
            context(&sibling, ACCOUNT),
            format!("for {sibling}"),
            Verdict::Denied,
        );
        cases.push(denied);
    }
    for guard in guards {
        let mut wrong = right.clone();
        wrong.insert((*guard).to_owned(), STRANGER.into());
        cases.push((
            wrong,
            format!("for {source} with another {guard}"),
            Verdict::Denied,
        ));
    }
    cases
}

/// Another resource of the same account. Alarms may share their topic with all of the stack.
fn sibling(arn: &str) -> Option<String> {
    match arn.split(':').nth(2)? {
        "cloudwatch" => None,
        "execute-api" => {
            let (api, rest) = arn.split_once('/')?;
            Some(format!("{api}other/{rest}"))
        }
        _ => Some(format!("{arn}-other")),
    }
}

/// The ARN behind the URL of a queue; ARNs stay as they are.
fn target_arn(target: &str) -> String {
    match target.strip_prefix("https://sqs.") {
        Some(rest) => {
            let name = rest.rsplit('/').next().unwrap_or_default();
            format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
        }
        None => target.to_owned(),
    }
}

pub(super) fn function_arn(function: &Value) -> String {
    let name = plain(function);
    if name.starts_with("arn:") {
        return name;
    }
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}")
}

fn permission_statement(properties: &Value, arn: &str) -> Value {
    let mut conditions = Map::new();
    if !properties["SourceArn"].is_null() {
        conditions.insert(
            "ArnLike".into(),
            json!({ "aws:SourceArn": properties["SourceArn"] }),
        );
    }
    if !properties["SourceAccount"].is_null() {
        let account = &properties["SourceAccount"];
        conditions.insert(
            "StringEquals".into(),
            json!({ "aws:SourceAccount": account }),
        );
    }
    let mut statement = json!({
        "Effect": "Allow",
        "Principal": { "Service": properties["Principal"] },
        "Action": properties["Action"],
        "Resource": arn,
    });
    if !conditions.is_empty() {
        statement["Condition"] = Value::Object(conditions);
    }
    statement
}
