//! The application's HTTP API, which all `http` triggers share.

use crate::infra::{Attribute, HttpApi, HttpStage, Kind, LogGroup, Removal, StackValue, Value};

use super::Lowering;

/// Logical id of the API.
const API: &str = "HttpApi";

impl Lowering<'_> {
    /// The id of the HTTP API, which is made with its stage when first asked for.
    pub fn http_api(&mut self) -> Value {
        let id = Value::attribute(API, Attribute::Id);
        if !self.is_first(API) {
            return id;
        }
        let owner = &self.app.package;
        let api = Kind::HttpApi(Box::new(HttpApi {
            name: Value::stack(StackValue::Name),
            cors: self.metadata.cors.clone(),
        }));
        self.node(API, owner, api);
        let logs = format!("{API}AccessLogs");
        let retention = self.global("log_retention", Value::Number(30));
        let group = Kind::LogGroup(LogGroup { retention });
        self.stateful_node(logs.clone(), owner, group, Removal::Destroy);
        let rate_limit = self.shared_setting(
            "rate_limit",
            Value::Number(1_000),
            "a tenth of the account's share, so that one API cannot use it up",
        );
        let burst_limit = self.shared_setting(
            "burst_limit",
            Value::Number(500),
            "half of the invocations that Lambda runs at once for an account by default",
        );
        let stage = Kind::HttpStage(Box::new(HttpStage {
            api: id.clone(),
            access_logs: Value::arn(logs),
            rate_limit,
            burst_limit,
        }));
        self.node(format!("{API}Stage"), owner, stage);
        self.output(
            "HttpApiUrl",
            "URL of the HTTP API",
            Value::attribute(API, Attribute::Endpoint),
        );
        id
    }
}
