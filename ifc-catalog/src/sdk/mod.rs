//! What every operation of the AWS SDK for Rust needs: crate and builder method to IAM actions and
//! ARNs. See `docs/iam-table.md`.

mod arn;
mod codec;
pub mod companions;
mod forms;
mod keys;
mod permissions;
mod phrases;
mod request;
mod row;
mod table;
#[cfg(test)]
mod tests;

pub use permissions::{Condition, Note, Permission};
pub use request::{Member, Part, Request, Value};

use row::{Row, When};
use table::Scope;

use crate::iam;

/// Whether the crate `aws-sdk-<service>` is in the table. All names of services here are those of
/// crates without `aws-sdk-`, `-` and `_`.
pub fn service_exists(service: &str) -> bool {
    table::has_service(service)
}

/// What the call of a builder method such as `put_item` needs.
pub fn operation(service: &str, method: &str) -> Option<Operation> {
    let service = table::service(service)?;
    let (name, row) = service.operation(method)?;
    Some(Operation {
        name: name.to_owned(),
        row,
    })
}

/// The method that a waiter such as `wait_until_bucket_exists` calls.
pub fn waiter(service: &str, method: &str) -> Option<&'static str> {
    table::service(service)?.waiter(method)
}

/// All services with this builder method, in order. Unpacks the whole table on first use.
pub fn services_with(method: &str) -> Vec<&'static str> {
    let has = |name: &&str| table::service(name).is_some_and(|service| service.has(method));
    table::services().filter(has).collect()
}

/// Whether AWS lists this action; IAM compares without case.
pub fn action_exists(action: &str) -> bool {
    scope(action).is_some()
}

/// All of the table as text, block by block, for people: `a:dynamodb` has the actions of a prefix,
/// `s:dynamodb` the operations of a crate. `tools/iam-table/layout.py` describes the format.
pub fn texts() -> impl Iterator<Item = (&'static str, String)> {
    table::texts()
}

/// The actions that a pattern such as `dynamodb:*Item` stands for, in order; none if AWS lists none.
///
/// ```
/// use ifc_catalog::sdk::actions_matching;
///
/// assert_eq!(actions_matching("sqs:sendmessag?"), ["sqs:SendMessage"]);
/// assert!(actions_matching("sqs:SendMessageBatch").is_empty());
/// ```
pub fn actions_matching(pattern: &str) -> Vec<String> {
    let (service, name) = pattern.split_once(':').unwrap_or((pattern, "*"));
    let services = table::prefixes().filter(|prefix| iam::matches(service, prefix));
    let actions = services.flat_map(|service| {
        let actions = table::prefix(service).map_or(&[][..], |prefix| &prefix.actions);
        let meant = actions
            .iter()
            .filter(|(action, _)| iam::matches(name, action));
        meant.map(move |(action, _)| format!("{service}:{action}"))
    });
    actions.collect()
}

/// The actions of an IAM prefix, each with whether it can be allowed on a resource, as far as is on record.
pub(crate) fn actions_of(prefix: &str) -> impl Iterator<Item = (&'static str, bool)> {
    let found = table::prefix(&prefix.to_ascii_lowercase());
    let actions = found.map_or(&[][..], |prefix| &prefix.actions);
    actions
        .iter()
        .map(|(name, scope)| (name.as_str(), *scope != Scope::Star))
}

/// What is on record for an action's resources; None if AWS does not list the action.
fn scope(action: &str) -> Option<Scope> {
    let (prefix, name) = action.split_once(':')?;
    Some(table::prefix(prefix)?.action(name)?.1)
}

/// How far a row is to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Written and checked by hand.
    Curated,
    /// AWS lists an action of the operation's name.
    SameName,
    /// AWS's own data of operations.
    ServiceReference,
    /// The verb of the request, as API Gateway has it.
    HttpVerb,
    /// An action whose name follows by a rule; plausible.
    BatchRule,
    /// From data of 2022; weak.
    Dataset,
    /// AWS does not check permissions of the call.
    NoAuth,
    /// The operation's name where AWS lists no such action. Not to be granted.
    Guess,
    /// Nothing is known.
    None,
}

impl Trust {
    fn of(letter: &str) -> Trust {
        match letter {
            "c" => Trust::Curated,
            "s" => Trust::SameName,
            "r" => Trust::ServiceReference,
            "h" => Trust::HttpVerb,
            "b" => Trust::BatchRule,
            "d" => Trust::Dataset,
            "n" => Trust::NoAuth,
            "g" => Trust::Guess,
            _ => Trust::None,
        }
    }
}

/// An operation of a service.
pub struct Operation {
    name: String,
    row: Row,
}

impl Operation {
    /// As AWS writes it: `PutItem`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How far what it needs is to be believed.
    pub fn trust(&self) -> Trust {
        self.row.trust
    }

    /// What the call needs, given what is known of the request: less knowledge never gives less
    /// permission.
    pub fn permissions(&self, request: &Request) -> Vec<Permission> {
        permissions::of(&self.name, &self.row, request)
    }

    /// What the call may need besides, never granted without a word: actions that depend on the state
    /// of resources.
    pub fn hints(&self, request: &Request) -> Vec<Permission> {
        permissions::hints(&self.row, request)
    }

    /// Members of the request that matter here; an analysis has to remember only these.
    pub fn member_paths(&self) -> impl Iterator<Item = &str> {
        let mut paths = Vec::new();
        for act in &self.row.acts {
            match &act.when {
                When::Set(path)
                | When::Unset(path)
                | When::Versioned(path)
                | When::Unversioned(path) => {
                    paths.push(path.as_str());
                }
                When::Always | When::Optional | When::PartiQl => {}
            }
            for pair in &act.on {
                paths.extend(pair.unless.as_deref());
                paths.extend(pair.paths());
            }
            paths.extend(
                act.conditions
                    .iter()
                    .filter_map(|(_, source)| source.path()),
            );
        }
        paths.extend(self.row.roles.iter().map(|role| role.path.as_str()));
        paths.extend(self.key_member());
        paths.sort_unstable();
        paths.dedup();
        paths.into_iter()
    }

    /// The member with which the call says by which customer-managed key to encrypt.
    pub fn key_member(&self) -> Option<&'static str> {
        let services = self.row.keys.iter().map(|(_, service)| service.as_str());
        services
            .filter_map(|service| keys::member(service, &self.name))
            .next()
    }

    /// Whether the call needs permissions on the keys by which what it works on is encrypted.
    pub fn uses_keys(&self) -> bool {
        !self.row.keys.is_empty()
    }
}
