//! Decides every call by the policies that are deployed, and says why when it refuses.

mod needs;

use std::collections::{BTreeMap, BTreeSet};

use ifc_catalog::infra::Statement;
use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::iam::{Context, Decision, Policy, Request, decide};

pub use needs::Need;
pub(in crate::engine) use needs::{Known, needs};

/// A role with its policy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Role {
    /// The function or schedule that has it.
    pub(super) owner: String,
    /// The policy document, as JSON.
    pub(super) document: String,
    /// What the compiler says of each statement.
    pub(super) reasons: Vec<Reason>,
}

/// Why a statement is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Places in the source: `src/store.rs:22:5`.
    pub places: Vec<String>,
    /// In words, where it does not come from a place.
    pub because: Option<String>,
}

/// What was decided of one need of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The function or schedule whose role it is, or the service.
    pub principal: String,
    /// `dynamodb:PutItem`.
    pub action: String,
    /// ARN.
    pub resource: String,
    /// Whether it may.
    pub allowed: bool,
    /// The statement of the role's policy that decided.
    pub statement: Option<usize>,
    /// Whether the policy of the resource decided.
    pub by_resource: bool,
    /// Why that statement is there.
    pub reason: Option<Reason>,
}

/// All policies.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Access {
    /// By ARN.
    pub(super) roles: BTreeMap<String, Role>,
    /// Policies by their text, so that each is read once.
    #[serde(skip)]
    read: BTreeMap<String, Option<Policy>>,
    /// What services decided by roles so far, each once: principal, action, resource, outcome.
    #[serde(skip)]
    noted: BTreeSet<(String, String, String, bool)>,
}

impl Access {
    /// Decides a need of a role.
    pub(super) fn of_role(&mut self, role: &str, need: &Need, resource: Option<&str>) -> Decided {
        let known = self.roles.get(role);
        let owner = known.map_or(role, |role| role.owner.as_str()).to_owned();
        let document = known.map(|role| role.document.as_str());
        for text in document.into_iter().chain(resource) {
            read(&mut self.read, text);
        }
        let policy_of = |text: &str| self.read.get(text)?.as_ref();
        let identity = document.and_then(policy_of);
        let identity = identity.map_or(&[][..], std::slice::from_ref);
        let mut request = request(role, need);
        request.context.set("aws:PrincipalArn", role);
        request.context.set("aws:PrincipalAccount", crate::ACCOUNT);
        let decision = decide(&request, identity, resource.and_then(policy_of));
        let reason_of = |statement: usize| {
            let role = self.roles.get(role)?;
            role.reasons.get(statement).cloned()
        };
        let (statement, by_resource) = match decision {
            Decision::Allowed(reason) | Decision::Denied(reason) => match reason.policy {
                Some(_) => (Some(reason.statement), false),
                None => (None, true),
            },
            Decision::NotAllowed => (None, false),
        };
        Decided {
            principal: owner,
            action: need.action.clone(),
            resource: need.resource.clone(),
            allowed: decision.is_allowed(),
            statement,
            by_resource,
            reason: statement.and_then(reason_of),
        }
    }

    /// Whether this is the first decision of its kind that a service makes by a role.
    pub(super) fn is_new(&mut self, decided: &Decided) -> bool {
        self.noted.insert((
            decided.principal.clone(),
            decided.action.clone(),
            decided.resource.clone(),
            decided.allowed,
        ))
    }

    /// Decides whether a service may do something with a resource because of `source`.
    pub(super) fn of_service(
        &mut self,
        service: &str,
        action: &str,
        on: &str,
        source: &str,
        policy: Option<&str>,
    ) -> Decided {
        let need = Need {
            action: action.to_owned(),
            resource: on.to_owned(),
            context: Context::default(),
        };
        let mut request = request(service, &need);
        request.context.set("aws:SourceArn", source);
        request.context.set("aws:SourceAccount", crate::ACCOUNT);
        request.context.set("aws:PrincipalIsAWSService", "true");
        let policy = policy.and_then(|text| read(&mut self.read, text));
        let decision = decide(&request, &[], policy);
        Decided {
            principal: service.to_owned(),
            action: action.to_owned(),
            resource: on.to_owned(),
            allowed: decision.is_allowed(),
            statement: None,
            by_resource: true,
            reason: None,
        }
    }

    /// A statement of a role's policy, as JSON.
    pub(super) fn statement(&self, owner: &str, statement: usize) -> Option<serde_json::Value> {
        let role = self.roles.values().find(|role| role.owner == owner)?;
        let document: serde_json::Value = serde_json::from_str(&role.document).ok()?;
        document["Statement"].get(statement).cloned()
    }

    /// Takes a statement away from a role, so that what needs it can be seen.
    pub(super) fn remove_statement(&mut self, owner: &str, statement: usize) -> bool {
        let mut roles = self.roles.values_mut();
        let Some(role) = roles.find(|role| role.owner == owner) else {
            return false;
        };
        let Ok(mut document) = serde_json::from_str::<serde_json::Value>(&role.document) else {
            return false;
        };
        let Some(statements) = document["Statement"].as_array_mut() else {
            return false;
        };
        if statement >= statements.len() {
            return false;
        }
        // Another that denies nothing keeps the numbers of the rest.
        statements[statement] = serde_json::json!({
            "Effect": "Allow",
            "Action": "none:Removed",
            "Resource": "*",
        });
        role.document = document.to_string();
        true
    }
}

/// A policy by its text, which is read the first time.
fn read<'p>(policies: &'p mut BTreeMap<String, Option<Policy>>, text: &str) -> Option<&'p Policy> {
    if !policies.contains_key(text) {
        // A document that cannot be read allows nothing.
        policies.insert(text.to_owned(), Policy::parse(text).ok());
    }
    policies.get(text)?.as_ref()
}

fn request(principal: &str, need: &Need) -> Request {
    let mut request = Request::new(principal, &need.action, &need.resource);
    request.context = need.context.clone();
    request.context.set("aws:SecureTransport", "true");
    request.context.set("aws:RequestedRegion", crate::REGION);
    request
}

/// The document of statements, with their values worked out by `text`.
pub(super) fn document(
    statements: &[Statement],
    text: &dyn Fn(&ifc_catalog::infra::Value) -> serde_json::Value,
) -> String {
    use ifc_catalog::infra::{Effect, Principal};
    use serde_json::{Map, Value, json};
    let list = |values: &[ifc_catalog::infra::Value]| -> Value {
        let mut list = Vec::new();
        for value in values {
            match text(value) {
                Value::Array(inner) => list.extend(inner),
                other => list.push(other),
            }
        }
        list.into()
    };
    let statements = statements.iter().map(|statement| {
        let mut shown = json!({
            "Effect": match statement.effect { Effect::Allow => "Allow", Effect::Deny => "Deny" },
            "Action": statement.actions,
        });
        if !statement.resources.is_empty() {
            shown["Resource"] = list(&statement.resources);
        }
        match &statement.principal {
            Some(Principal::Service(service)) => shown["Principal"] = json!({ "Service": service }),
            Some(Principal::Anyone) => shown["Principal"] = json!("*"),
            None => {}
        }
        let mut conditions = Map::new();
        for condition in &statement.conditions {
            conditions
                .entry(&*condition.operator)
                .or_insert_with(|| json!({}))[&*condition.key] = list(&condition.values);
        }
        if !conditions.is_empty() {
            shown["Condition"] = conditions.into();
        }
        shown
    });
    json!({ "Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>() }).to_string()
}

/// The error that a service gives for a call that is not allowed. `session` is the ARN of the
/// function's session, `hint` what the compiler knows.
pub(super) fn denied(service: &str, session: &str, decided: &Decided, hint: &str) -> ApiError {
    let because = match (decided.statement, decided.by_resource) {
        (Some(_), _) => "with an explicit deny in an identity-based policy".to_owned(),
        (_, true) => "with an explicit deny in a resource-based policy".to_owned(),
        _ => format!(
            "because no identity-based policy allows the {} action",
            decided.action
        ),
    };
    let message = format!(
        "User: {session} is not authorized to perform: {} on resource: {} {because}. {hint}",
        decided.action, decided.resource,
    );
    let (code, status) = match service {
        "s3" => ("AccessDenied", 403),
        "sqs" => ("AccessDenied", 403),
        "sns" => ("AuthorizationError", 403),
        "lambda" | "scheduler" => ("AccessDeniedException", 403),
        _ => ("AccessDeniedException", 400),
    };
    ApiError::new(code, message).with_status(status)
}
