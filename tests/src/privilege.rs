//! Least privilege, in both directions: what is written by hand that a function may do is allowed by
//! its role, and every other operation on every resource is denied. iam-simulate decides about the
//! template's policies; MiniStack decides about real calls with the credentials of the role.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::application::Application;
use crate::aws::{Aws, AwsError, Credentials};
use crate::deploy::Stack;
use crate::ministack;
use crate::operations::{Operation, Samples, fill, operations};
use crate::simulate::{self, Question, Verdict};
use crate::template::{self, Resource, Template, list, plain};
use crate::wiring::identity_policies;

/// Questions about every function and every operation on every resource of a template.
pub fn questions(application: &Application, template: &Template) -> Result<Vec<Question>> {
    let mut questions = Vec::new();
    for function in application.functions() {
        let role = application.role_id(function)?;
        let identity = identity_policies(template, &role);
        for case in cases(application, function)? {
            let verb = if case.expected == Verdict::Allowed {
                "may"
            } else {
                "must not"
            };
            questions.push(Question {
                label: format!("{function} {verb} {}", case.label()),
                action: case.operation.action.to_owned(),
                resource: format!("{}{}", template.arn(&case.id), case.operation.suffix),
                account: template::ACCOUNT.to_owned(),
                principal: template.arn(&role),
                context: case.operation.context,
                identity: identity.clone(),
                resource_policy: None,
                expected: case.expected,
            });
        }
    }
    Ok(questions)
}

/// Makes every operation's call as every function's role in a deployed stack, and lists those that
/// the emulator or the evaluator decides otherwise than what is written by hand. Also yields the number of
/// calls.
pub fn probe(application: &Application, aws: &Aws, stack: &Stack) -> Result<(usize, Vec<String>)> {
    let mut calls = Vec::new();
    let mut questions = Vec::new();
    let mut outcomes = Vec::new();
    for function in application.functions() {
        let role = stack.physical(&application.role_id(function)?)?.to_owned();
        let identity = deployed_policies(aws, &role)?;
        let arn = format!("arn:aws:iam::{}:role/{role}", ministack::ACCOUNT);
        let client = aws.with(assume(aws, &role)?);
        for case in cases(application, function)? {
            let Some(call) = &case.operation.call else {
                continue;
            };
            let name = stack.physical(&case.id)?;
            let target = stack.arn(&case.id)?;
            match call.operation {
                "Publish" => close_topic(aws, &target)?,
                // Without the object, whoever may not list the bucket is denied as well.
                "GetObject" => place_object(aws, &fill(&call.parameters, name, &target))?,
                _ => {}
            }
            let parameters = fill(&call.parameters, name, &target);
            outcomes.push(match case.unseen {
                true => None,
                false => Some(client.call(call.service, call.operation, parameters)),
            });
            questions.push(Question {
                label: format!("{function}: {}", case.label()),
                action: case.operation.action.to_owned(),
                resource: format!("{target}{}", case.operation.suffix),
                account: ministack::ACCOUNT.to_owned(),
                principal: arn.clone(),
                context: case.operation.context.clone(),
                identity: identity.clone(),
                resource_policy: None,
                expected: case.expected,
            });
            calls.push(case);
        }
    }
    let decided = simulate::decide(&questions)?;
    let mut disagreements = Vec::new();
    for ((question, outcome), evaluator) in questions.iter().zip(outcomes).zip(decided) {
        let emulator = match outcome {
            Some(outcome) => verdict(outcome)?,
            None => evaluator,
        };
        if emulator != question.expected || evaluator != question.expected {
            disagreements.push(format!(
                "{}: written {:?}, emulator {emulator:?}, evaluator {evaluator:?}",
                question.label, question.expected
            ));
        }
    }
    Ok((calls.len(), disagreements))
}

/// An operation on a resource, and whether a function may do it.
struct Case {
    id: String,
    operation: Operation,
    expected: Verdict,
    /// Whether a condition decides that the emulator knows nothing of.
    unseen: bool,
}

/// Context keys that MiniStack fills in.
const EMULATED: &[&str] = &["s3:prefix"];

impl Case {
    fn label(&self) -> String {
        let Operation {
            action,
            object,
            context,
            ..
        } = &self.operation;
        let with = match context.is_empty() {
            true => String::new(),
            false => format!(" with {}", json!(context)),
        };
        format!("{action} on {object}{with}")
    }
}

fn cases(application: &Application, function: &str) -> Result<Vec<Case>> {
    let resources = application.template.resources();
    let mut cases = Vec::new();
    for (name, kind) in application.resources() {
        let id = application.resource_id(name)?;
        let resource: &Resource<'_> = resources
            .iter()
            .find(|resource| resource.id == id)
            .with_context(|| format!("{id} is not in the template"))?;
        for operation in operations(kind, name, resource, &samples(application, name)) {
            let Operation {
                action,
                object,
                context,
                ..
            } = &operation;
            let grants = || application.grants.of(function);
            let allowed = grants().any(|grant| grant.allows(action, object, context));
            let covered = grants().any(|grant| grant.covers(action, object));
            let emulated = context.keys().all(|key| EMULATED.contains(&key.as_str()));
            // MiniStack takes IAM's `${*}` for text.
            let starred = context
                .values()
                .any(|value| value.to_string().contains('*'));
            cases.push(Case {
                id: id.to_owned(),
                expected: match allowed {
                    true => Verdict::Allowed,
                    false => Verdict::Denied,
                },
                unseen: covered && (starred || !allowed && !emulated),
                operation,
            });
        }
    }
    Ok(cases)
}

/// What fits each pattern that any function's grants mention, and something beside.
fn samples(application: &Application, resource: &str) -> Samples {
    let mut keys = BTreeSet::from(["beside/probe".to_owned()]);
    let mut prefixes = BTreeSet::from(["beside/".to_owned()]);
    // A literal star is no place to fill.
    let filled = |pattern: &str| {
        pattern
            .replace("${*}", "\0")
            .replace('*', "probe")
            .replace('\0', "*")
    };
    for function in application.functions() {
        for grant in application.grants.of(function) {
            if let Some(pattern) = grant.resource.strip_prefix(&format!("bucket:{resource}/")) {
                keys.insert(pattern.replace('*', "probe"));
            }
            for wanted in grant.wanted("s3:prefix") {
                prefixes.extend([filled(&wanted), filled(&wanted) + "deeper/"]);
            }
        }
    }
    let described = &application.manifest["resources"][resource];
    let source = described["event_source"].as_str().unwrap_or("probe");
    let types = list(&described["detail_types"]).into_iter().map(plain);
    let types: Vec<String> = types.chain(["probe".to_owned()]).collect();
    let of = |source: &str| -> Vec<_> {
        let types = types.iter();
        types.map(|one| (source.to_owned(), one.clone())).collect()
    };
    let events = [of(source), of("elsewhere")].concat();
    Samples {
        keys: keys.into_iter().collect(),
        prefixes: prefixes.into_iter().collect(),
        events,
    }
}

/// Any other error came after authorisation.
fn verdict(outcome: Result<Value, AwsError>) -> Result<Verdict> {
    match outcome {
        Ok(value) => {
            let entry = &value["Entries"][0]["ErrorCode"];
            let denied = entry
                .as_str()
                .is_some_and(|code| code.contains("AccessDenied"));
            Ok(if denied {
                Verdict::Denied
            } else {
                Verdict::Allowed
            })
        }
        Err(error) if error.is_denied() => Ok(Verdict::Denied),
        Err(error) if error.status == 0 => Err(error.into()),
        Err(_) => Ok(Verdict::Allowed),
    }
}

fn deployed_policies(aws: &Aws, role: &str) -> Result<Vec<Value>> {
    let names = aws.call("iam", "ListRolePolicies", json!({ "RoleName": role }))?;
    let names = names["PolicyNames"].as_array().into_iter().flatten();
    names
        .map(|name| {
            let policy = json!({ "RoleName": role, "PolicyName": name });
            Ok(aws.call("iam", "GetRolePolicy", policy)?["PolicyDocument"].clone())
        })
        .collect()
}

/// Credentials of a role. Its trust policy lets only services have them, so it is replaced for as
/// long as that takes.
pub fn assume(aws: &Aws, role: &str) -> Result<Credentials> {
    let arn = format!("arn:aws:iam::{}:role/{role}", ministack::ACCOUNT);
    let found = aws.call("iam", "GetRole", json!({ "RoleName": role }))?;
    let trust = found["Role"]["AssumeRolePolicyDocument"].clone();
    let open = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:aws:iam::{}:root", ministack::ACCOUNT) },
            "Action": "sts:AssumeRole",
        }],
    });
    let set = |policy: &Value| {
        let policy = json!({ "RoleName": role, "PolicyDocument": policy.to_string() });
        aws.call("iam", "UpdateAssumeRolePolicy", policy)
    };
    set(&open)?;
    let session = json!({ "RoleArn": arn, "RoleSessionName": "probe" });
    let assumed = aws.call("sts", "AssumeRole", session);
    set(&trust)?;
    let credentials = assumed?["Credentials"].clone();
    let text = |member: &str| credentials[member].as_str().map(str::to_owned);
    Ok(Credentials {
        key: text("AccessKeyId").context("no access key")?,
        secret: text("SecretAccessKey").context("no secret key")?,
        token: text("SessionToken"),
    })
}

fn place_object(aws: &Aws, get: &Value) -> Result<()> {
    let mut put = get.clone();
    put["Body"] = "probe".into();
    aws.call("s3", "PutObject", put)?;
    Ok(())
}

/// The emulator gives a topic of a stack a policy that lets everybody publish; AWS's own lets only
/// the owner's account, where roles need permissions of their own.
fn close_topic(aws: &Aws, arn: &str) -> Result<()> {
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:aws:iam::{}:root", ministack::ACCOUNT) },
            "Action": "sns:*",
            "Resource": arn,
        }],
    });
    let attribute = json!({
        "TopicArn": arn,
        "AttributeName": "Policy",
        "AttributeValue": policy.to_string(),
    });
    aws.call("sns", "SetTopicAttributes", attribute)?;
    Ok(())
}
