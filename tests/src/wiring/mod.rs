//! Does every delivery have the permissions that AWS asks for? Each way on which a template lets
//! something reach a function, a queue or a topic becomes questions about who may do what as whom.
//!
//! Every question that has to be answered with yes has a counterpart that has to be answered with
//! no: the same service on behalf of another source.

mod questions;

use serde_json::Value;

use self::questions::{Source, function_arn};
use crate::simulate::Question;
use crate::template::{ACCOUNT, REGION, Resource, Template, list, plain};

/// The questions about a template, and what is wrong with it whatever the answers.
#[derive(Debug, Default)]
pub struct Wiring {
    /// Questions with the answers that they need.
    pub questions: Vec<Question>,
    /// Deliveries that cannot work.
    pub faults: Vec<String>,
}

/// Finds every delivery of a template.
pub fn wiring(template: &Template) -> Wiring {
    let mut wiring = Builder {
        template,
        result: Wiring::default(),
    };
    for resource in template.resources() {
        match resource.kind {
            "AWS::Lambda::Function" => wiring.function(&resource),
            "AWS::Lambda::EventSourceMapping" => wiring.event_source_mapping(&resource),
            "AWS::Lambda::EventInvokeConfig" => wiring.event_invoke_config(&resource),
            "AWS::Events::Rule" => wiring.rule(&resource),
            "AWS::SNS::Subscription" => wiring.subscription(&resource),
            "AWS::S3::Bucket" => {
                wiring.notifications(&resource);
                wiring.plain_http(&resource);
            }
            "AWS::Scheduler::Schedule" => wiring.schedule(&resource),
            "AWS::ApiGatewayV2::Route" => wiring.route(&resource),
            "AWS::CloudWatch::Alarm" => wiring.alarm(&resource),
            _ => {}
        }
    }
    wiring.result
}

/// The policies of a role, by the role's logical id.
pub fn identity_policies(template: &Template, role: &str) -> Vec<Value> {
    let mut policies = Vec::new();
    for resource in template.resources() {
        let properties = &resource.properties;
        match resource.kind {
            "AWS::IAM::Role" if resource.id == role => {
                let inline = list(&properties["Policies"]).into_iter();
                policies.extend(inline.map(|policy| policy["PolicyDocument"].clone()));
            }
            "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" | "AWS::IAM::RolePolicy" => {
                let roles = list(&properties["Roles"])
                    .into_iter()
                    .chain(list(&properties["RoleName"]));
                if roles
                    .into_iter()
                    .any(|name| plain(name) == template.name(role))
                {
                    policies.push(properties["PolicyDocument"].clone());
                }
            }
            _ => {}
        }
    }
    policies
}

/// The logical id of the role of a function, by the function's logical id.
pub fn role_of(template: &Template, function: &str) -> Option<String> {
    let function = template
        .of("AWS::Lambda::Function")
        .into_iter()
        .find(|f| f.id == function)?;
    role_by_arn(template, &plain(&function.properties["Role"]))
}

fn role_by_arn(template: &Template, arn: &str) -> Option<String> {
    let roles = template.of("AWS::IAM::Role");
    roles
        .iter()
        .find(|role| template.arn(role.id) == arn)
        .map(|role| role.id.to_owned())
}

struct Builder<'a> {
    template: &'a Template,
    result: Wiring,
}

impl Builder<'_> {
    fn function(&mut self, function: &Resource<'_>) {
        let label = format!("function {}", function.id);
        let Some(role) = self.role(&label, &function.properties["Role"]) else {
            return;
        };
        self.trust(
            &label,
            &role,
            "lambda.amazonaws.com",
            Source::Itself(&self.template.arn(function.id)),
        );
        let group = match &function.properties["LoggingConfig"]["LogGroup"] {
            Value::String(group) => group.clone(),
            _ => format!("/aws/lambda/{}", self.template.name(function.id)),
        };
        let stream = format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:log-stream:s");
        self.identity(&label, &role, "logs:CreateLogStream", &stream);
        self.identity(&label, &role, "logs:PutLogEvents", &stream);
        if function.properties["TracingConfig"]["Mode"] == "Active" {
            self.identity(&label, &role, "xray:PutTraceSegments", "*");
            self.identity(&label, &role, "xray:PutTelemetryRecords", "*");
        }
        let queue = &function.properties["DeadLetterConfig"]["TargetArn"];
        self.send_as_role(&format!("{label} dead letters"), &role, queue);
    }

    fn event_source_mapping(&mut self, mapping: &Resource<'_>) {
        let label = format!("mapping {}", mapping.id);
        let properties = &mapping.properties;
        let source = plain(&properties["EventSourceArn"]);
        let Some(role) = self.function_role(&label, &properties["FunctionName"]) else {
            return;
        };
        match source.split(':').nth(2) {
            Some("sqs") => {
                for action in ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"] {
                    self.identity(&label, &role, &format!("sqs:{action}"), &source);
                }
            }
            Some("dynamodb") => {
                for action in ["DescribeStream", "GetRecords", "GetShardIterator"] {
                    self.identity(&label, &role, &format!("dynamodb:{action}"), &source);
                }
                self.identity(&label, &role, "dynamodb:ListStreams", "*");
            }
            _ => self.fault(format!("{label}: unknown source {source}")),
        }
        let destination = &properties["DestinationConfig"]["OnFailure"]["Destination"];
        self.send_as_role(&format!("{label} on failure"), &role, destination);
    }

    fn event_invoke_config(&mut self, config: &Resource<'_>) {
        let label = format!("asynchronous invocation {}", config.id);
        let properties = &config.properties;
        let Some(role) = self.function_role(&label, &properties["FunctionName"]) else {
            return;
        };
        for way in ["OnFailure", "OnSuccess"] {
            let destination = &properties["DestinationConfig"][way]["Destination"];
            self.send_as_role(&format!("{label} {way}"), &role, destination);
        }
    }

    fn rule(&mut self, rule: &Resource<'_>) {
        let source = self.template.arn(rule.id);
        for target in list(&rule.properties["Targets"]) {
            let label = format!("rule {} target {}", rule.id, plain(&target["Id"]));
            let arn = plain(&target["Arn"]);
            if target["RoleArn"].is_null() {
                self.deliver(&label, "events.amazonaws.com", &arn, &source, &[]);
            } else if let Some(role) = self.role(&label, &target["RoleArn"]) {
                self.trust(
                    &label,
                    &role,
                    "events.amazonaws.com",
                    Source::Other(&source),
                );
                self.send_as_role(&label, &role, &target["Arn"]);
            }
            if let Value::String(queue) = &target["DeadLetterConfig"]["Arn"] {
                let label = format!("{label} dead letters");
                self.deliver(&label, "events.amazonaws.com", queue, &source, &[]);
            }
        }
    }

    fn subscription(&mut self, subscription: &Resource<'_>) {
        let label = format!("subscription {}", subscription.id);
        let properties = &subscription.properties;
        let topic = plain(&properties["TopicArn"]);
        if matches!(properties["Protocol"].as_str(), Some("lambda" | "sqs")) {
            let endpoint = plain(&properties["Endpoint"]);
            self.deliver(&label, "sns.amazonaws.com", &endpoint, &topic, &[]);
        }
        let redrive = match &properties["RedrivePolicy"] {
            Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
            other => other.clone(),
        };
        if let Value::String(queue) = &redrive["deadLetterTargetArn"] {
            let label = format!("{label} dead letters");
            self.deliver(&label, "sns.amazonaws.com", queue, &topic, &[]);
        }
    }

    fn notifications(&mut self, bucket: &Resource<'_>) {
        let configurations = &bucket.properties["NotificationConfiguration"];
        let source = self.template.arn(bucket.id);
        for (member, target) in [
            ("LambdaConfigurations", "Function"),
            ("QueueConfigurations", "Queue"),
            ("TopicConfigurations", "Topic"),
        ] {
            for configuration in list(&configurations[member]) {
                let label = format!("bucket {} {}", bucket.id, plain(&configuration["Event"]));
                // A bucket's ARN names no account: without the account another's bucket of the
                // same name would do.
                let guards = ["aws:SourceAccount"];
                let arn = plain(&configuration[target]);
                self.deliver(&label, "s3.amazonaws.com", &arn, &source, &guards);
            }
        }
    }

    fn schedule(&mut self, schedule: &Resource<'_>) {
        let label = format!("schedule {}", schedule.id);
        let target = &schedule.properties["Target"];
        let group = match &schedule.properties["GroupName"] {
            Value::String(name) => name.as_str(),
            _ => "default",
        };
        // Scheduler assumes the role on behalf of the group, not of the single schedule.
        let source = format!("arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/{group}");
        let Some(role) = self.role(&label, &target["RoleArn"]) else {
            return;
        };
        self.trust(
            &label,
            &role,
            "scheduler.amazonaws.com",
            Source::Other(&source),
        );
        self.send_as_role(&label, &role, &target["Arn"]);
        let queue = &target["DeadLetterConfig"]["Arn"];
        self.send_as_role(&format!("{label} dead letters"), &role, queue);
    }

    fn route(&mut self, route: &Resource<'_>) {
        let label = format!("route {}", route.id);
        let properties = &route.properties;
        let integration = plain(&properties["Target"]).replace("integrations/", "");
        let integrations = self.template.of("AWS::ApiGatewayV2::Integration");
        let found = integrations
            .iter()
            .find(|i| self.template.name(i.id) == integration);
        let Some(found) = found else {
            return self.fault(format!("{label}: no integration"));
        };
        let uri = plain(&found.properties["IntegrationUri"]);
        // The long form wraps the function's ARN in one of API Gateway.
        let uri = match uri.split_once("/functions/") {
            Some((_, arn)) => arn.trim_end_matches("/invocations").to_owned(),
            None => uri,
        };
        let key = plain(&properties["RouteKey"]);
        let (method, path) = key.split_once(' ').unwrap_or(("*", "/$default"));
        let methods = match method {
            "ANY" | "*" => vec!["GET", "POST"],
            method => vec![method],
        };
        for method in methods {
            let api = plain(&properties["ApiId"]);
            let source =
                format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/$default/{method}{path}");
            self.deliver(
                &format!("{label} {method}"),
                "apigateway.amazonaws.com",
                &uri,
                &source,
                &[],
            );
        }
    }

    fn alarm(&mut self, alarm: &Resource<'_>) {
        let source = self.template.arn(alarm.id);
        for member in ["AlarmActions", "OKActions", "InsufficientDataActions"] {
            for action in list(&alarm.properties[member]) {
                let label = format!("alarm {} {member}", alarm.id);
                let arn = plain(action);
                // The policy of a topic elsewhere is its owner's business.
                if !self.owns(&arn) {
                    continue;
                }
                let service = match arn.split(':').nth(2) {
                    Some("lambda") => "lambda.alarms.cloudwatch.amazonaws.com",
                    _ => "cloudwatch.amazonaws.com",
                };
                self.deliver(&label, service, &arn, &source, &[]);
            }
        }
    }

    fn owns(&self, arn: &str) -> bool {
        self.template
            .resources()
            .iter()
            .any(|resource| self.template.arn(resource.id) == arn)
    }

    fn function_role(&mut self, label: &str, function: &Value) -> Option<String> {
        let arn = function_arn(function);
        let functions = self.template.of("AWS::Lambda::Function");
        let Some(found) = functions.iter().find(|f| self.template.arn(f.id) == arn) else {
            self.fault(format!("{label}: no function {arn}"));
            return None;
        };
        let role = found.properties["Role"].clone();
        self.role(label, &role)
    }

    fn role(&mut self, label: &str, arn: &Value) -> Option<String> {
        let role = role_by_arn(self.template, &plain(arn));
        if role.is_none() {
            self.fault(format!("{label}: no role {}", plain(arn)));
        }
        role
    }

    fn fault(&mut self, fault: String) {
        self.result.faults.push(fault);
    }
}
