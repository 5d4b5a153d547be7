//! What holds for every template: references lead somewhere and never in a circle, nobody may do more
//! than AWS needs, and nothing is lost where nobody waits.

use std::collections::{BTreeMap, BTreeSet};

use ifc_tests::template::{Resource, Template, list, plain};
use serde_json::Value;

/// Actions that take no resource.
const OF_EVERYTHING: &[&str] = &[
    "dynamodb:ListStreams",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
];

/// How what is said of a queue begins that shows messages again too early.
pub(crate) const VISIBLE: &str = "visible after";

/// What is wrong with a template in some stage, in words.
pub(crate) fn faults(template: &Template) -> Vec<String> {
    let mut faults = References::of(template.source()).faults();
    for resource in template.resources() {
        let what = match resource.kind {
            "AWS::IAM::Role" => role(&resource),
            "AWS::Lambda::Permission" => permission(&resource),
            "AWS::SQS::QueuePolicy" => queue_policy(&resource),
            "AWS::Lambda::Function" => function(template, &resource),
            "AWS::Lambda::EventSourceMapping" => mapping(template, &resource),
            "AWS::Events::Rule" => ends(&resource.properties["Targets"][0]),
            "AWS::Scheduler::Schedule" => ends(&resource.properties["Target"]),
            "AWS::SNS::Subscription" => {
                given(resource.properties, "/RedrivePolicy/deadLetterTargetArn")
            }
            _ => None,
        };
        faults.extend(what.map(|what| format!("{}: {what}", resource.id)));
    }
    faults
}

fn given(properties: &Value, pointer: &str) -> Option<String> {
    let found = properties.pointer(pointer);
    found.is_none().then(|| format!("no {pointer}"))
}

fn role(role: &Resource<'_>) -> Option<String> {
    let policies = list(&role.properties["Policies"]);
    let mut statements = policies
        .iter()
        .flat_map(|policy| list(&policy["PolicyDocument"]["Statement"]));
    statements.find_map(|statement| {
        let actions: Vec<String> = list(&statement["Action"]).into_iter().map(plain).collect();
        let known = actions
            .iter()
            .all(|action| OF_EVERYTHING.contains(&action.as_str()));
        let of_objects = actions.iter().all(|action| action.starts_with("s3:"));
        let of_logs = actions.iter().all(|action| action.starts_with("logs:"));
        let resources: Vec<String> = list(&statement["Resource"])
            .into_iter()
            .map(plain)
            .collect();
        let exact = |resource: &String| match resource.as_str() {
            "*" => known,
            // A key that begins so, or all streams of a log group.
            other => {
                !other.contains('*')
                    || of_objects && other.contains('/')
                    || of_logs && other.ends_with(":*")
            }
        };
        let stars = actions.iter().any(|action| action.contains('*'));
        let fits = !stars && !resources.is_empty() && resources.iter().all(exact);
        (!fits).then(|| format!("allows {actions:?} on {resources:?}"))
    })
}

fn permission(permission: &Resource<'_>) -> Option<String> {
    let of_bucket = permission.properties["Principal"] == "s3.amazonaws.com";
    let account = of_bucket.then(|| given(permission.properties, "/SourceAccount"));
    given(permission.properties, "/SourceArn").or(account.flatten())
}

fn queue_policy(policy: &Resource<'_>) -> Option<String> {
    let mut statements = list(&policy.properties["PolicyDocument"]["Statement"]).into_iter();
    statements.find_map(|statement| {
        given(statement, "/Principal/Service")
            .or(given(statement, "/Condition/ArnEquals/aws:SourceArn"))
    })
}

/// Where a target sends what it gives up, and when it does.
fn ends(target: &Value) -> Option<String> {
    given(target, "/DeadLetterConfig/Arn")
        .or(given(target, "/RetryPolicy/MaximumRetryAttempts"))
        .or(given(target, "/RetryPolicy/MaximumEventAgeInSeconds"))
}

fn function(template: &Template, function: &Resource<'_>) -> Option<String> {
    let group = &function.properties["LoggingConfig"]["LogGroup"];
    let groups = template.of("AWS::Logs::LogGroup");
    let own = groups
        .iter()
        .find(|one| template.name(one.id) == plain(group));
    let retained = own.is_some_and(|one| one.properties["RetentionInDays"].is_u64());
    if !retained {
        return Some("no log group of its own".to_owned());
    }
    let arn = template.arn(function.id);
    let is_own = |value: &Value| plain(value) == arn || plain(value) == template.name(function.id);
    let asynchronous = template.of("AWS::Lambda::Permission").iter().any(|one| {
        is_own(&one.properties["FunctionName"])
            && one.properties["Principal"] != "apigateway.amazonaws.com"
    });
    let scheduled = template.of("AWS::Scheduler::Schedule");
    let scheduled = scheduled
        .iter()
        .any(|one| is_own(&one.properties["Target"]["Arn"]));
    let configs = template.of("AWS::Lambda::EventInvokeConfig");
    let config = configs
        .iter()
        .find(|one| is_own(&one.properties["FunctionName"]));
    match config {
        Some(config) => given(
            config.properties,
            "/DestinationConfig/OnFailure/Destination",
        )
        .or(given(config.properties, "/MaximumRetryAttempts"))
        .or(given(config.properties, "/MaximumEventAgeInSeconds")),
        None => {
            (asynchronous || scheduled).then(|| "its events are tried without an end".to_owned())
        }
    }
}

fn mapping(template: &Template, mapping: &Resource<'_>) -> Option<String> {
    let source = plain(&mapping.properties["EventSourceArn"]);
    let functions = template.of("AWS::Lambda::Function");
    let function = functions
        .iter()
        .find(|one| template.arn(one.id) == plain(&mapping.properties["FunctionName"]))?;
    if source.contains("/stream/") {
        return given(
            mapping.properties,
            "/DestinationConfig/OnFailure/Destination",
        )
        .or(given(mapping.properties, "/MaximumRetryAttempts"));
    }
    let queues = template.of("AWS::SQS::Queue");
    // A queue of others is as its owner wants it.
    let queue = queues.iter().find(|one| template.arn(one.id) == source)?;
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    let timeout = number(&function.properties["Timeout"]);
    let window = number(&mapping.properties["MaximumBatchingWindowInSeconds"]);
    let visibility = number(&queue.properties["VisibilityTimeout"]);
    if visibility < 6 * timeout + window {
        return Some(format!(
            "{VISIBLE} {visibility} s, with a timeout of {timeout} s and a window of {window} s"
        ));
    }
    let letters = plain(&queue.properties["RedrivePolicy"]["deadLetterTargetArn"]);
    let letters = queues.iter().find(|one| template.arn(one.id) == letters);
    let same =
        letters.is_some_and(|one| one.properties["FifoQueue"] == queue.properties["FifoQueue"]);
    (!same).then(|| "no dead letters of its sort".to_owned())
}

/// What a template refers to, by the id of who refers.
struct References<'t> {
    template: &'t Value,
    found: BTreeMap<&'t str, BTreeSet<String>>,
    faults: Vec<String>,
}

impl<'t> References<'t> {
    fn of(template: &'t Value) -> Self {
        let mut references = References {
            template,
            found: BTreeMap::new(),
            faults: Vec::new(),
        };
        for part in ["Outputs", "Resources"] {
            for (id, value) in template[part].as_object().into_iter().flatten() {
                let mut names = BTreeSet::new();
                references.read(value, &mut names);
                names.extend(list(&value["DependsOn"]).into_iter().map(plain));
                let known = |name: &String| {
                    name.starts_with("AWS::")
                        || ["Parameters", "Resources"]
                            .iter()
                            .any(|part| !template[part][name].is_null())
                };
                let unknown = names.iter().filter(|name| !known(name));
                let unknown: Vec<String> = unknown
                    .map(|name| format!("{id}: there is no {name}"))
                    .collect();
                references.faults.extend(unknown);
                references.found.insert(id, names);
            }
        }
        references
    }

    fn read(&mut self, value: &Value, names: &mut BTreeSet<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.read(item, names)),
            Value::Object(members) => {
                for (name, value) in members {
                    match name.as_str() {
                        "Ref" => _ = names.insert(plain(value)),
                        "Fn::GetAtt" => _ = names.insert(plain(&value[0])),
                        "Fn::Sub" => self.substituted(value, names),
                        "Fn::If" if self.template["Conditions"][plain(&value[0])].is_null() => {
                            self.faults
                                .push(format!("there is no condition {}", value[0]));
                        }
                        _ => {}
                    }
                    self.read(value, names);
                }
            }
            _ => {}
        }
    }

    fn substituted(&self, value: &Value, names: &mut BTreeSet<String>) {
        let (text, own) = match value {
            Value::Array(parts) => (plain(&parts[0]), parts[1].clone()),
            text => (plain(text), Value::Null),
        };
        for part in text.split("${").skip(1) {
            let (name, _) = part.split_once('}').unwrap_or((part, ""));
            let (id, _) = name.split_once('.').unwrap_or((name, ""));
            if !id.starts_with('!') && own[id].is_null() {
                names.insert(id.to_owned());
            }
        }
    }

    /// What leads nowhere, and circles.
    fn faults(mut self) -> Vec<String> {
        // Whoever refers to nothing that is left can be made next.
        while let Some(ready) = self.found.iter().find_map(|(id, names)| {
            let waits = names
                .iter()
                .any(|name| self.found.contains_key(name.as_str()));
            (!waits).then_some(*id)
        }) {
            self.found.remove(ready);
        }
        if !self.found.is_empty() {
            let circle: Vec<&&str> = self.found.keys().collect();
            self.faults
                .push(format!("waiting for each other: {circle:?}"));
        }
        self.faults
    }
}
