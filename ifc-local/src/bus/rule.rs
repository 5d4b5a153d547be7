//! Rules and their targets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Bus, Buses, limit, missing, named, page, pattern_of, required, transform};
use crate::error::ApiError;
use ifc_catalog::limits;

/// Targets of a rule. Source: API Reference, `PutTargets`.
const TARGETS: usize = 5;

/// A rule.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// Name.
    pub name: String,
    /// ARN.
    pub arn: String,
    pub(super) enabled: bool,
    #[serde(with = "crate::serial::json")]
    pub(super) pattern: Map<String, Value>,
    /// The pattern as it was given.
    text: String,
    description: Option<String>,
    role: Option<String>,
    /// By id, as they were given.
    #[serde(with = "crate::serial::json")]
    pub(super) targets: BTreeMap<String, Value>,
}

impl Rule {
    fn show(&self, bus: &str) -> Value {
        let mut shown = json!({
            "Name": self.name,
            "Arn": self.arn,
            "EventPattern": self.text,
            "State": if self.enabled { "ENABLED" } else { "DISABLED" },
            "EventBusName": bus,
        });
        for (member, value) in [("Description", &self.description), ("RoleArn", &self.role)] {
            if let Some(value) = value {
                shown[member] = value.as_str().into();
            }
        }
        shown
    }
}

impl Buses {
    pub(super) fn put_rule(&mut self, request: &Value) -> Result<Value, ApiError> {
        let name = named(request, "Name", 64)?;
        if !request["ScheduleExpression"].is_null() {
            return Err(ApiError::validation(
                "Rules with a ScheduleExpression do not run here; use a schedule of EventBridge Scheduler.",
            ));
        }
        let Some(text) = request["EventPattern"].as_str() else {
            return Err(ApiError::validation(
                "Parameter(s) EventPattern or ScheduleExpression must be specified.",
            ));
        };
        let pattern = pattern_of(text)?;
        let enabled = match request["State"].as_str() {
            None | Some("ENABLED" | "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS") => true,
            Some("DISABLED") => false,
            Some(other) => {
                return Err(ApiError::validation(format!(
                    "1 validation error detected: Value '{other}' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]"
                )));
            }
        };
        let bus = self.bus(request)?;
        if !bus.rules.contains_key(name) && bus.rules.len() as u64 >= limits::BUS_RULES.value {
            return Err(limit());
        }
        let path = match bus.name.as_str() {
            "default" => String::new(),
            other => format!("{other}/"),
        };
        let arn = crate::arn("events", &format!("rule/{path}{name}"));
        let before = bus.rules.remove(name);
        let text_of = |member: &str| request[member].as_str().map(str::to_owned);
        let rule = Rule {
            name: name.to_owned(),
            arn: arn.clone(),
            enabled,
            pattern,
            text: text.to_owned(),
            description: text_of("Description"),
            role: text_of("RoleArn"),
            targets: before.map(|rule| rule.targets).unwrap_or_default(),
        };
        bus.rules.insert(name.to_owned(), rule);
        Ok(json!({ "RuleArn": arn }))
    }

    /// What is gone already is no error.
    pub(super) fn delete_rule(&mut self, request: &Value) -> Result<Value, ApiError> {
        let name = required(request, "Name")?;
        let bus = self.bus(request)?;
        if bus
            .rules
            .get(name)
            .is_some_and(|rule| !rule.targets.is_empty())
        {
            return Err(ApiError::validation(
                "Rule can't be deleted since it has targets.",
            ));
        }
        bus.rules.remove(name);
        Ok(json!({}))
    }

    pub(super) fn enable(&mut self, request: &Value, enabled: bool) -> Result<Value, ApiError> {
        let bus = self.bus(request)?;
        rule(bus, required(request, "Name")?)?.enabled = enabled;
        Ok(json!({}))
    }

    pub(super) fn describe_rule(&mut self, request: &Value) -> Result<Value, ApiError> {
        let bus = self.bus(request)?;
        let name = bus.name.clone();
        let mut shown = rule(bus, required(request, "Name")?)?.show(&name);
        shown["CreatedBy"] = crate::ACCOUNT.into();
        Ok(shown)
    }

    pub(super) fn list_rules(&mut self, request: &Value) -> Result<Value, ApiError> {
        let bus = self.bus(request)?;
        let prefix = request["NamePrefix"].as_str().unwrap_or_default();
        let rules = bus.rules.values();
        let rules = rules.filter(|rule| rule.name.starts_with(prefix));
        let rules = rules.map(|rule| (rule.name.clone(), rule.show(&bus.name)));
        Ok(page("Rules", rules, request))
    }

    pub(super) fn rules_of_target(&mut self, request: &Value) -> Result<Value, ApiError> {
        let target = required(request, "TargetArn")?;
        let bus = self.bus(request)?;
        let rules = bus.rules.values();
        let rules = rules.filter(|rule| rule.targets.values().any(|one| one["Arn"] == target));
        let rules = rules.map(|rule| (rule.name.clone(), rule.name.as_str().into()));
        Ok(page("RuleNames", rules, request))
    }

    pub(super) fn put_targets(&mut self, request: &Value) -> Result<Value, ApiError> {
        let targets = request["Targets"].as_array().map_or(&[][..], Vec::as_slice);
        if targets.is_empty() || targets.len() > 10 {
            return Err(ApiError::validation(
                "1 validation error detected: Value at 'targets' failed to satisfy constraint: Member must have length between 1 and 10",
            ));
        }
        for target in targets {
            check_target(target)?;
        }
        let bus = self.bus(request)?;
        let rule = rule(bus, required(request, "Rule")?)?;
        let mut all = rule.targets.clone();
        for target in targets {
            let id = target["Id"].as_str().unwrap_or_default();
            all.insert(id.to_owned(), target.clone());
        }
        if all.len() > TARGETS {
            return Err(limit());
        }
        rule.targets = all;
        Ok(json!({ "FailedEntryCount": 0, "FailedEntries": [] }))
    }

    pub(super) fn remove_targets(&mut self, request: &Value) -> Result<Value, ApiError> {
        let ids = request["Ids"].as_array().cloned().unwrap_or_default();
        let bus = self.bus(request)?;
        let rule = rule(bus, required(request, "Rule")?)?;
        let mut failed = Vec::new();
        for id in ids.iter().filter_map(Value::as_str) {
            if rule.targets.remove(id).is_none() {
                failed.push(json!({
                    "TargetId": id,
                    "ErrorCode": "ResourceNotFoundException",
                    "ErrorMessage": format!("Rule {} does not have a target with the Id {id}.", rule.name),
                }));
            }
        }
        Ok(json!({ "FailedEntryCount": failed.len(), "FailedEntries": failed }))
    }

    pub(super) fn list_targets(&mut self, request: &Value) -> Result<Value, ApiError> {
        let bus = self.bus(request)?;
        let rule = rule(bus, required(request, "Rule")?)?;
        let targets = rule.targets.iter();
        let targets = targets.map(|(id, target)| (id.clone(), target.clone()));
        Ok(page("Targets", targets, request))
    }
}

fn rule<'b>(bus: &'b mut Bus, name: &str) -> Result<&'b mut Rule, ApiError> {
    let of = bus.name.clone();
    bus.rules
        .get_mut(name)
        .ok_or_else(|| missing(format!("Rule {name} does not exist on EventBus {of}.")))
}

fn check_target(target: &Value) -> Result<(), ApiError> {
    let id = named(target, "Id", 64)?;
    let wrong = |reason: String| {
        Err(ApiError::validation(format!(
            "Parameter Target {id} is not valid. Reason: {reason}"
        )))
    };
    let arn = target["Arn"].as_str().unwrap_or_default();
    if arn.splitn(6, ':').count() != 6 || !arn.starts_with("arn:") {
        return wrong(format!("Provided Arn is not in correct format: {arn}"));
    }
    let inputs = ["Input", "InputPath", "InputTransformer"];
    if inputs
        .iter()
        .filter(|name| !target[**name].is_null())
        .count()
        > 1
    {
        return wrong("Only one of Input, InputPath, or InputTransformer must be provided.".into());
    }
    if let Some(input) = target["Input"].as_str() {
        if input.len() > 8192 {
            return wrong("Input is longer than 8192 characters.".into());
        }
        if let Err(error) = serde_json::from_str::<Value>(input) {
            return wrong(format!("JSON syntax error in Input: {error}"));
        }
    }
    if let Some(path) = target["InputPath"].as_str()
        && !transform::is_path(path)
    {
        return wrong(format!("InputPath {path} is no path such as $.detail"));
    }
    let transformer = &target["InputTransformer"];
    if !transformer.is_null() {
        let template = transformer["InputTemplate"].as_str().unwrap_or_default();
        if template.is_empty() || template.len() > 8192 {
            return wrong("InputTemplate has 1 to 8192 characters.".into());
        }
        if !transform::is_template(template) {
            return wrong(format!("Invalid InputTemplate: {template}"));
        }
        let paths = transformer["InputPathsMap"].as_object();
        let paths = paths.cloned().unwrap_or_default();
        if paths.len() > 100 {
            return wrong("InputPathsMap has more than 100 paths.".into());
        }
        for (name, path) in &paths {
            let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            let reserved = name.to_lowercase().starts_with("aws");
            if name.is_empty() || reserved || !name.chars().all(letter) {
                return wrong(format!("Invalid key of InputPathsMap: {name}"));
            }
            if !path.as_str().is_some_and(transform::is_path) {
                return wrong(format!("Invalid path of {name} in InputPathsMap: {path}"));
            }
        }
    }
    let policy = &target["RetryPolicy"];
    for (member, low, high) in [
        ("MaximumRetryAttempts", 0, 185),
        ("MaximumEventAgeInSeconds", 60, 86_400),
    ] {
        let given = &policy[member];
        let fits = given
            .as_u64()
            .is_some_and(|one| (low..=high).contains(&one));
        if !given.is_null() && !fits {
            return wrong(format!("{member} must be between {low} and {high}"));
        }
    }
    let dead_letters = target["DeadLetterConfig"]["Arn"].as_str();
    if dead_letters.is_some_and(|arn| !arn.starts_with("arn:aws:sqs:") || arn.ends_with(".fifo")) {
        return wrong("DeadLetterConfig is not the ARN of a standard SQS queue.".into());
    }
    Ok(())
}
