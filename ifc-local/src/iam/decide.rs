//! From policies to a decision.

use super::context::Request;
use super::pattern::Pattern;
use super::policy::{Effect, Matcher, Policy, Principal, Statement};

/// Whether a request is allowed, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// By this statement.
    Allowed(Reason),
    /// By a statement that says so.
    Denied(Reason),
    /// Because nothing allows it.
    NotAllowed,
}

/// A statement that decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Index of the identity policy; `None` for the resource's policy.
    pub policy: Option<usize>,
    /// Index of the statement in it.
    pub statement: usize,
}

impl Decision {
    /// Whether the request goes through.
    pub fn is_allowed(self) -> bool {
        matches!(self, Decision::Allowed(_))
    }
}

/// Decides a request within one account: what any policy denies is denied; else what the caller's
/// own policies or the resource's policy allow is allowed.
pub fn decide(request: &Request, identity: &[Policy], resource: Option<&Policy>) -> Decision {
    let mut allowed = None;
    let policies = identity
        .iter()
        .enumerate()
        .map(|(at, policy)| (Some(at), policy))
        .chain(resource.map(|policy| (None, policy)));
    for (at, policy) in policies {
        for (statement, reads) in policy.statements.iter().enumerate() {
            if !applies(reads, policy.variables, at.is_none(), request) {
                continue;
            }
            let reason = Reason {
                policy: at,
                statement,
            };
            match reads.effect {
                Effect::Deny => return Decision::Denied(reason),
                Effect::Allow => {
                    allowed.get_or_insert(reason);
                }
            }
        }
    }
    allowed.map_or(Decision::NotAllowed, Decision::Allowed)
}

fn applies(statement: &Statement, variables: bool, of_resource: bool, request: &Request) -> bool {
    let principal = match (&statement.principal, of_resource) {
        (Some(principals), true) => {
            let mut list = principals.list.iter();
            list.any(|principal| is(principal, request, statement.effect)) != principals.not
        }
        // A resource's policy is about someone, an identity's about its owner.
        (None, true) | (Some(_), false) => false,
        (None, false) => true,
    };
    let context = &request.context;
    let action = request.action.to_ascii_lowercase();
    let filling = variables.then_some(context);
    principal
        && any(&statement.actions, |pattern| {
            Pattern::plain(pattern).lower().matches(&action)
        })
        && statement.resources.as_ref().is_none_or(|resources| {
            any(resources, |pattern| {
                Pattern::fill(pattern, filling)
                    .is_some_and(|pattern| is_resource(&pattern, &request.resource))
            })
        })
        && statement
            .conditions
            .iter()
            .all(|condition| condition.holds(context, variables))
}

fn any<T>(matcher: &Matcher<T>, matches: impl Fn(&T) -> bool) -> bool {
    matcher.list.iter().any(matches) != matcher.not
}

/// Wildcards of resources go over slashes, and in the last part over colons, but not from one part of
/// an ARN into the next.
fn is_resource(pattern: &Pattern, resource: &str) -> bool {
    if pattern.literal() == "*" {
        return true;
    }
    match (pattern.arn_parts(), resource.splitn(6, ':').count()) {
        (Some(parts), 6) => parts
            .iter()
            .zip(resource.splitn(6, ':'))
            .all(|(part, value)| part.matches(value)),
        _ => pattern.matches(resource),
    }
}

fn is(principal: &Principal, request: &Request, effect: Effect) -> bool {
    match principal {
        Principal::Anyone => true,
        Principal::Service(name) => *name == request.principal,
        Principal::Aws(name) => {
            // An account that is allowed something may allow it to its roles, in policies of theirs;
            // what is denied to it is denied to all of them.
            *name == request.principal
                || (effect == Effect::Deny && is_account(name, &request.principal))
        }
        Principal::Other(_) => false,
    }
}

/// Whether a name is the account of a principal: its number, or the ARN of its root.
fn is_account(name: &str, principal: &str) -> bool {
    let mut parts = principal.split(':');
    let account = parts.nth(4);
    account.is_some_and(|account| {
        !account.is_empty() && (name == account || name.ends_with(&format!("::{account}:root")))
    })
}
