//! What leads from one to the other: mappings, permissions, policies, routes.

use ifc_catalog::infra::{self, Kind, Node, Principal, Statement};
use serde_json::json;

use super::Deployment;
use crate::engine::Engine;
use crate::engine::access::document;
use crate::engine::functions::EventInvokeConfig;
use crate::engine::queue_mapping::QueueMapping;
use crate::engine::stream_mapping::StreamMapping;
use crate::error::ApiError;
use crate::table::SHARDS;

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
}
