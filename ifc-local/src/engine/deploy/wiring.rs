//! What leads from one to the other: mappings, permissions, policies, routes.

use ifc_catalog::infra::{self, Attribute, Kind, Node, Principal, Statement};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Deployment;
use crate::engine::Engine;
use crate::engine::access::document;
use crate::engine::functions::EventInvokeConfig;
use crate::engine::queue_mapping::QueueMapping;
use crate::engine::stream_mapping::StreamMapping;
use crate::error::ApiError;
use crate::table::SHARDS;

/// A connection that a deployment made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::engine) struct Wired {
    /// What was asked for, as JSON.
    request: String,
    /// The calls that take it away: service, operation, and the request as JSON.
    undo: Vec<(String, String, String)>,
}

impl Deployment<'_> {
    /// What leads from one to the other.
    pub(super) fn connect(
        &mut self,
        engine: &mut Engine,
        node: &Node,
        now: u64,
    ) -> Result<(), ApiError> {
        let stack = &self.stack;
        let number = |value: &infra::Value, otherwise| stack.number(value).unwrap_or(otherwise);
        let function_of = |engine: &Engine, arn: &infra::Value| {
            let arn = stack.text(arn);
            let function = engine.functions.find(&arn);
            function
                .map(|function| function.name.clone())
                .ok_or_else(|| {
                    ApiError::new(
                        "ResourceNotFoundException",
                        format!("Function not found: {arn}"),
                    )
                })
        };
        match &node.kind {
            Kind::QueuePolicy(policy) => {
                let request = json!({
                    "QueueUrl": stack.text(&policy.of),
                    "Attributes": { "Policy": self.document(&policy.statements) },
                });
                engine.queues.call("SetQueueAttributes", &request, now)?;
            }
            Kind::BucketPolicy(policy) => {
                let request = json!({
                    "Bucket": stack.text(&policy.of),
                    "Policy": self.document(&policy.statements),
                });
                engine
                    .buckets
                    .call("PutBucketPolicy", &request, Vec::new(), now)?;
            }
            Kind::Subscription(subscription) => {
                let dead_letters = json!({
                    "deadLetterTargetArn": stack.text(&subscription.dead_letters),
                });
                let mut attributes = json!({ "RedrivePolicy": dead_letters.to_string() });
                if let Some(filter) = &subscription.filter {
                    attributes["FilterPolicy"] = filter.to_string().into();
                    let scope = match subscription.filter_body {
                        true => "MessageBody",
                        false => "MessageAttributes",
                    };
                    attributes["FilterPolicyScope"] = scope.into();
                }
                let request = json!({
                    "TopicArn": stack.text(&subscription.topic),
                    "Protocol": "lambda",
                    "Endpoint": stack.text(&subscription.function),
                    "Attributes": attributes,
                });
                self.wire(engine, &node.id, request, now, |engine, request, now| {
                    let made = engine.topics.call("Subscribe", request, None, now)?;
                    let undo = json!({ "SubscriptionArn": made["SubscriptionArn"] });
                    Ok(vec![("sns", "Unsubscribe", undo)])
                })?;
            }
            Kind::Rule(rule) => {
                let (name, bus) = (
                    stack.names().get(&node.id, Attribute::Name),
                    stack.text(&rule.bus),
                );
                let target = json!({
                    "Id": "target",
                    "Arn": stack.text(&rule.target.function),
                    "RetryPolicy": {
                        "MaximumRetryAttempts": number(&rule.target.retries, 185),
                        "MaximumEventAgeInSeconds": number(&rule.target.max_age, 86_400),
                    },
                    "DeadLetterConfig": { "Arn": stack.text(&rule.target.dead_letters) },
                });
                let request = json!({
                    "Name": name,
                    "EventBusName": bus,
                    "EventPattern": rule.pattern.to_string(),
                    "Targets": [target],
                });
                self.wire(engine, &node.id, request, now, |engine, request, now| {
                    engine.buses.call("PutRule", request, None, now)?;
                    let mut put = request.clone();
                    put["Rule"] = request["Name"].clone();
                    engine.buses.call("PutTargets", &put, None, now)?;
                    let mut remove = json!({ "Ids": ["target"] });
                    remove["Rule"] = request["Name"].clone();
                    remove["Name"] = request["Name"].clone();
                    remove["EventBusName"] = request["EventBusName"].clone();
                    Ok(vec![
                        ("events", "RemoveTargets", remove.clone()),
                        ("events", "DeleteRule", remove),
                    ])
                })?;
            }
            Kind::Schedule(schedule) => {
                let mut request = json!({
                    "Name": stack.names().get(&node.id, Attribute::Name),
                    "GroupName": stack.text(&schedule.group),
                    "ScheduleExpression": stack.text(&schedule.expression),
                    "FlexibleTimeWindow": { "Mode": "OFF" },
                    "Target": {
                        "Arn": stack.text(&schedule.target.function),
                        "RoleArn": stack.text(&schedule.role),
                        "Input": schedule.input,
                        "RetryPolicy": {
                            "MaximumRetryAttempts": number(&schedule.target.retries, 185),
                            "MaximumEventAgeInSeconds": number(&schedule.target.max_age, 86_400),
                        },
                        "DeadLetterConfig": { "Arn": stack.text(&schedule.target.dead_letters) },
                    },
                });
                if let Some(zone) = &schedule.timezone {
                    request["ScheduleExpressionTimezone"] = stack.text(zone).into();
                }
                if let Some(minutes) = schedule.flexible.as_ref().and_then(|v| stack.number(v)) {
                    request["FlexibleTimeWindow"] =
                        json!({ "Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes });
                }
                self.wire(engine, &node.id, request, now, |engine, request, now| {
                    engine.schedules.call("CreateSchedule", request, now)?;
                    Ok(vec![("scheduler", "DeleteSchedule", request.clone())])
                })?;
            }
            Kind::InvokePermission(permission) => {
                let function = function_of(engine, &permission.function)?;
                let statements = self.policies.entry(function.clone()).or_default();
                let mut statement = Statement {
                    principal: Some(Principal::Service(permission.service.clone())),
                    ..Statement::allow(
                        &["lambda:InvokeFunction"],
                        vec![permission.function.clone()],
                    )
                };
                statement = statement.when("ArnLike", "aws:SourceArn", permission.source.clone());
                if let Some(account) = &permission.source_account {
                    statement =
                        statement.when("StringEquals", "aws:SourceAccount", account.clone());
                }
                statements.push(statement);
                let text = document(statements, &|value| self.stack.value(value));
                if let Some(function) = engine.functions.by_name.get_mut(&function) {
                    function.policy = Some(text);
                }
            }
            Kind::EventInvokeConfig(config) => {
                let function = function_of(engine, &config.function)?;
                let made = EventInvokeConfig {
                    retries: number(&config.retries, 2),
                    max_age: number(&config.max_age, 21_600),
                    on_failure: Some(stack.text(&config.dead_letters)),
                };
                if let Some(function) = engine.functions.by_name.get_mut(&function) {
                    function.retries = made;
                }
            }
            Kind::EventSourceMapping(mapping) => {
                let function = function_of(engine, &mapping.function)?;
                let source = stack.text(&mapping.source);
                let batch_size = number(&mapping.batch_size, 10).max(1);
                let window = mapping.window.as_ref().map_or(0, |value| number(value, 0));
                match &mapping.stream {
                    None => {
                        let before = engine.queue_mappings.get(&node.id);
                        let made = QueueMapping {
                            queue: source,
                            function,
                            batch_size,
                            window,
                            max_concurrency: mapping
                                .max_concurrency
                                .as_ref()
                                .and_then(|value| stack.number(value)),
                            filters: mapping.filters.clone(),
                            report_failures: mapping.report_failures,
                            waiting_since: before.and_then(|mapping| mapping.waiting_since),
                            busy: before.map_or(0, |mapping| mapping.busy),
                        };
                        engine.queue_mappings.insert(node.id.clone(), made);
                    }
                    Some(stream) => {
                        let before = engine.stream_mappings.remove(&node.id);
                        // -1 stands for no limit.
                        let limit = |value: &infra::Value| stack.number(value);
                        let mut made = StreamMapping {
                            stream: source,
                            function,
                            batch_size,
                            window,
                            parallel: number(&stream.parallel, 1),
                            retries: limit(&stream.retries),
                            max_age: limit(&stream.max_age),
                            bisect: stack.is_true(&stream.bisect),
                            dead_letters: Some(stack.text(&stream.dead_letters))
                                .filter(|queue| !queue.is_empty()),
                            filters: mapping.filters.clone(),
                            report_failures: mapping.report_failures,
                            positions: Vec::new(),
                            lanes: Vec::new(),
                        };
                        match before.filter(|before| before.stream == made.stream) {
                            Some(before) => {
                                made.positions = before.positions;
                                made.lanes = before.lanes;
                            }
                            None if stream.start == "LATEST" => {
                                let end =
                                    engine.tables.stream_end(&made.stream).unwrap_or_default();
                                made.positions = vec![end; SHARDS];
                            }
                            None => {}
                        }
                        engine.stream_mappings.insert(node.id.clone(), made);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Makes a connection, unless it is there already as it is wanted. `make` gives the calls that
    /// take it away again.
    fn wire(
        &self,
        engine: &mut Engine,
        node: &str,
        request: Value,
        now: u64,
        make: impl FnOnce(&mut Engine, &Value, u64) -> Result<Vec<Undo>, ApiError>,
    ) -> Result<(), ApiError> {
        let text = request.to_string();
        if engine
            .wired
            .get(node)
            .is_some_and(|wired| wired.request == text)
        {
            return Ok(());
        }
        unwire(engine, node, now);
        let undo = make(engine, &request, now)?;
        let undo = undo.into_iter().map(|(service, operation, input)| {
            let input = input.to_string();
            (service.to_owned(), operation.to_owned(), input)
        });
        let wired = Wired {
            request: text,
            undo: undo.collect(),
        };
        engine.wired.insert(node.to_owned(), wired);
        Ok(())
    }
}

type Undo = (&'static str, &'static str, Value);

/// Takes a connection away.
pub(super) fn unwire(engine: &mut Engine, node: &str, now: u64) {
    let Some(wired) = engine.wired.remove(node) else {
        return;
    };
    for (service, operation, input) in wired.undo {
        let input: Value = serde_json::from_str(&input).unwrap_or_default();
        // What somebody else took away already is gone as well.
        let _ = match service.as_str() {
            "sns" => engine.topics.call(&operation, &input, None, now),
            "events" => engine.buses.call(&operation, &input, None, now),
            _ => engine.schedules.call(&operation, &input, now),
        };
    }
}
