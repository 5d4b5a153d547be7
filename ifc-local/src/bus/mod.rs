//! Buses: EventBridge's API. What rules match comes out as deliveries to their targets.
//!
//! Source: Amazon EventBridge User Guide and API Reference.

mod archive;
mod delivery;
mod event;
mod rule;
mod transform;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::iam::Policy;
use crate::ids::Ids;
use crate::moment;
use archive::{Archive, Replay};
use event::Way;
use ifc_catalog::pattern::{self, Surface};

pub use delivery::Delivery;
pub use event::Event;
pub use rule::Rule;

/// Buses of an account in a region. Source: EventBridge User Guide, "EventBridge quotas".
const BUSES: usize = 100;

/// All buses of an account in a region.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Buses {
    buses: BTreeMap<String, Bus>,
    archives: BTreeMap<String, Archive>,
    replays: BTreeMap<String, Replay>,
    deliveries: Vec<Delivery>,
    ids: Ids,
}

/// A bus.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bus {
    /// Name.
    pub name: String,
    /// ARN.
    pub arn: String,
    description: Option<String>,
    #[serde(with = "crate::serial::json")]
    policy: Option<Value>,
    created: u64,
    rules: BTreeMap<String, Rule>,
}

impl Bus {
    fn new(name: &str, now: u64) -> Bus {
        Bus {
            name: name.to_owned(),
            arn: crate::arn("events", &format!("event-bus/{name}")),
            description: None,
            policy: None,
            created: now,
            rules: BTreeMap::new(),
        }
    }

    /// Who may do what with it, as JSON of a policy.
    pub fn policy(&self) -> Option<&Value> {
        self.policy.as_ref()
    }

    /// Its rules, in order of name.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values()
    }

    fn show(&self) -> Value {
        let mut shown = json!({
            "Name": self.name,
            "Arn": self.arn,
            "CreationTime": moment::seconds(self.created),
            "LastModifiedTime": moment::seconds(self.created),
        });
        if let Some(policy) = &self.policy {
            shown["Policy"] = policy.to_string().into();
        }
        if let Some(description) = &self.description {
            shown["Description"] = description.as_str().into();
        }
        shown
    }
}

impl Buses {
    /// The default bus alone; ids come from the seed.
    pub fn new(seed: u64) -> Buses {
        Buses {
            buses: BTreeMap::from([("default".to_owned(), Bus::new("default", 0))]),
            archives: BTreeMap::new(),
            replays: BTreeMap::new(),
            deliveries: Vec::new(),
            ids: Ids::new(seed),
        }
    }

    /// Answers a call: `PutEvents` and the members of the request. `trace` is the X-Ray header of the
    /// caller's request, `now` in milliseconds since 1970.
    ///
    /// # Errors
    /// As EventBridge gives them.
    pub fn call(
        &mut self,
        operation: &str,
        request: &Value,
        trace: Option<&str>,
        now: u64,
    ) -> Result<Value, ApiError> {
        match operation {
            "PutEvents" => self.put_events(request, trace, now),
            "TestEventPattern" => Buses::test_pattern(request),
            "CreateEventBus" => self.create(request, now),
            "DeleteEventBus" => self.delete(request),
            "DescribeEventBus" => {
                let name = request["Name"].as_str().unwrap_or("default");
                Ok(self.named_bus(name)?.show())
            }
            "ListEventBuses" => {
                let prefix = request["NamePrefix"].as_str().unwrap_or_default();
                let all = self.buses.values();
                let all = all.filter(|bus| bus.name.starts_with(prefix));
                let all = all.map(|bus| (bus.name.clone(), bus.show()));
                Ok(page("EventBuses", all, request))
            }
            "PutPermission" => self.put_permission(request),
            "RemovePermission" => self.remove_permission(request),
            "PutRule" => self.put_rule(request),
            "DeleteRule" => self.delete_rule(request),
            "EnableRule" => self.enable(request, true),
            "DisableRule" => self.enable(request, false),
            "DescribeRule" => self.describe_rule(request),
            "ListRules" => self.list_rules(request),
            "ListRuleNamesByTarget" => self.rules_of_target(request),
            "PutTargets" => self.put_targets(request),
            "RemoveTargets" => self.remove_targets(request),
            "ListTargetsByRule" => self.list_targets(request),
            "CreateArchive" => self.create_archive(request, now),
            "UpdateArchive" => self.update_archive(request),
            "DescribeArchive" => self.describe_archive(request, now),
            "DeleteArchive" => self.delete_archive(request),
            "ListArchives" => Ok(self.list_archives(request)),
            "StartReplay" => self.start_replay(request, now),
            "DescribeReplay" => self.describe_replay(request),
            "CancelReplay" => self.cancel_replay(request, now),
            "ListReplays" => Ok(self.list_replays(request)),
            other => Err(ApiError::new(
                "UnknownOperationException",
                format!("buses do not have the operation {other} here"),
            )),
        }
    }

    /// What is to be delivered since this was last asked, in order of sending.
    pub fn take_deliveries(&mut self) -> Vec<Delivery> {
        std::mem::take(&mut self.deliveries)
    }

    /// A bus by its name or ARN.
    pub fn find(&self, name: &str) -> Option<&Bus> {
        self.buses.get(bus_name(name))
    }

    /// All buses, in order of name.
    pub fn buses(&self) -> impl Iterator<Item = &Bus> {
        self.buses.values()
    }

    /// Gives an event to the bus that a delivery goes to.
    ///
    /// # Errors
    /// If there is no such bus, or the event came from another bus already: a third one is not
    /// reached. Source: EventBridge User Guide, "Sending events between event buses in the same
    /// account and Region".
    pub fn forward(&mut self, delivery: &Delivery, now: u64) -> Result<(), ApiError> {
        if delivery.forwarded {
            return Err(ApiError::new(
                "THIRD_ACCOUNT_HOP_DETECTED",
                "Events that came from another event bus are not sent to a third one.",
            ));
        }
        let name = self.named_bus(&delivery.endpoint)?.name.clone();
        let way = Way {
            trace: delivery.trace.as_deref(),
            forwarded: true,
            ..Way::default()
        };
        self.route(&name, &delivery.event, way, now);
        Ok(())
    }

    fn named_bus(&mut self, name: &str) -> Result<&mut Bus, ApiError> {
        self.buses
            .get_mut(bus_name(name))
            .ok_or_else(|| missing(format!("Event bus {} does not exist.", bus_name(name))))
    }

    /// The bus of a request about something in it.
    fn bus(&mut self, request: &Value) -> Result<&mut Bus, ApiError> {
        self.named_bus(request["EventBusName"].as_str().unwrap_or("default"))
    }

    fn create(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let name = named(request, "Name", 256)?;
        if self.buses.contains_key(name) {
            return Err(exists(format!("Event bus {name} already exists.")));
        }
        if self.buses.len() >= BUSES {
            return Err(limit());
        }
        let mut bus = Bus::new(name, now);
        bus.description = request["Description"].as_str().map(str::to_owned);
        let answer = json!({ "EventBusArn": bus.arn });
        self.buses.insert(name.to_owned(), bus);
        Ok(answer)
    }

    /// What is gone already is no error.
    fn delete(&mut self, request: &Value) -> Result<Value, ApiError> {
        let name = required(request, "Name")?;
        if name == "default" {
            return Err(ApiError::validation("Cannot delete event bus default."));
        }
        if self
            .buses
            .get(name)
            .is_some_and(|bus| !bus.rules.is_empty())
        {
            return Err(ApiError::validation(format!(
                "Event bus {name} can't be deleted since it has rules."
            )));
        }
        self.buses.remove(name);
        Ok(json!({}))
    }

    fn put_permission(&mut self, request: &Value) -> Result<Value, ApiError> {
        let bus = self.bus(request)?;
        let policy = match request["Policy"].as_str() {
            Some(text) => {
                let policy = serde_json::from_str(text).unwrap_or_default();
                if let Err(error) = Policy::from_json(&policy) {
                    return Err(ApiError::validation(format!(
                        "Parameter Policy is not valid. Reason: {error}"
                    )));
                }
                policy
            }
            None => permitted(bus, request)?,
        };
        bus.policy = Some(policy);
        Ok(json!({}))
    }

    fn remove_permission(&mut self, request: &Value) -> Result<Value, ApiError> {
        let bus = self.bus(request)?;
        if request["RemoveAllPermissions"] == true {
            bus.policy = None;
            return Ok(json!({}));
        }
        let id = required(request, "StatementId")?;
        let Some(policy) = &mut bus.policy else {
            return Err(missing("EventBus does not have a policy."));
        };
        let statements = policy["Statement"].as_array_mut();
        let at = statements
            .as_ref()
            .and_then(|all| all.iter().position(|one| one["Sid"] == id));
        match (statements, at) {
            (Some(statements), Some(at)) => {
                statements.remove(at);
                if statements.is_empty() {
                    bus.policy = None;
                }
                Ok(json!({}))
            }
            _ => Err(missing("Statement with the provided id does not exist.")),
        }
    }
}

/// The policy of a bus with one more statement, from the members of `PutPermission`.
fn permitted(bus: &Bus, request: &Value) -> Result<Value, ApiError> {
    let id = named(request, "StatementId", 64)?;
    let action = required(request, "Action")?;
    let principal = match required(request, "Principal")? {
        "*" => "*".into(),
        account if account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) => {
            json!({ "AWS": format!("arn:aws:iam::{account}:root") })
        }
        other => {
            return Err(ApiError::validation(format!(
                "Provided value {other} of parameter 'principal' is neither an account nor *"
            )));
        }
    };
    let mut statement = json!({
        "Sid": id,
        "Effect": "Allow",
        "Principal": principal,
        "Action": action,
        "Resource": bus.arn,
    });
    let condition = &request["Condition"];
    if !condition.is_null() {
        let operator = required(condition, "Type")?;
        let key = required(condition, "Key")?;
        statement["Condition"] = json!({ operator: { key: required(condition, "Value")? } });
    }
    let mut policy = bus
        .policy
        .clone()
        .unwrap_or_else(|| json!({ "Version": "2012-10-17", "Statement": [] }));
    // A statement of the same name is replaced.
    if let Some(statements) = policy["Statement"].as_array_mut() {
        statements.retain(|one| one["Sid"] != id);
        statements.push(statement);
    }
    Ok(policy)
}

/// The name of a bus from its name or ARN.
fn bus_name(name: &str) -> &str {
    match name.strip_prefix("arn:") {
        Some(arn) => arn.split_once('/').map_or(arn, |(_, name)| name),
        None => name,
    }
}

fn page(member: &str, all: impl Iterator<Item = (String, Value)>, request: &Value) -> Value {
    crate::page::page(member, all, request, Some("Limit"))
}

fn required<'r>(request: &'r Value, member: &str) -> Result<&'r str, ApiError> {
    match request[member].as_str() {
        Some(text) if !text.is_empty() => Ok(text),
        _ => Err(ApiError::validation(format!(
            "1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must not be null"
        ))),
    }
}

/// A name that is to be given to something new.
fn named<'r>(request: &'r Value, member: &str, longest: usize) -> Result<&'r str, ApiError> {
    let name = required(request, member)?;
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if name.len() > longest || !name.chars().all(letter) {
        return Err(ApiError::validation(format!(
            "1 validation error detected: Value '{name}' at '{member}' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+ and have length less than or equal to {longest}"
        )));
    }
    Ok(name)
}

fn pattern_of(text: &str) -> Result<Map<String, Value>, ApiError> {
    pattern::validate(text, Surface::Rule).map_err(|error| {
        let place = match error.path.is_empty() {
            true => String::new(),
            false => format!(" at {}", error.path),
        };
        ApiError::new(
            "InvalidEventPatternException",
            format!(
                "Event pattern is not valid. Reason: {}{place}",
                error.reason
            ),
        )
    })
}

fn missing(message: impl Into<String>) -> ApiError {
    ApiError::new("ResourceNotFoundException", message)
}

fn exists(message: String) -> ApiError {
    ApiError::new("ResourceAlreadyExistsException", message)
}

fn limit() -> ApiError {
    ApiError::new(
        "LimitExceededException",
        "The requested resource exceeds the maximum number allowed.",
    )
}
