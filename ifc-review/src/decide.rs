//! What a role grants against what its function's code needs.

use std::collections::BTreeSet;

use ifc_compiler::span::Span;

use crate::model::Function;
use crate::needs::{Need, filled};
use crate::policy::{Statement, matches_action};
use crate::text::Text;

/// Every action of AWS that a pattern stands for, in order of name.
pub type Actions<'a> = &'a dyn Fn(&str) -> Vec<String>;

/// The comparison of one function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Granted without need.
    pub over_grants: Vec<OverGrant>,
    /// Needed and not granted.
    pub missing_grants: Vec<MissingGrant>,
    /// Needed, and granted only if names agree that the templates do not tell, or by a policy that
    /// could not be read.
    pub undecided: Vec<MissingGrant>,
    /// Granted actions that AWS does not have.
    pub unknown_actions: Vec<UnknownAction>,
    /// Policies that could not be read, by name.
    pub unread: Vec<(String, Span)>,
}

/// A grant, or a part of one, that nothing needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverGrant {
    /// The actions in excess.
    pub actions: Vec<String>,
    /// On what.
    pub resources: Vec<String>,
    /// What of it is needed: actions, or narrower resources. Empty if nothing is.
    pub needed: Vec<String>,
    /// Whether the actions are needed and only the resource is too wide.
    pub wide: bool,
    /// What it comes from when the template does not spell it out.
    pub from: Option<String>,
    /// Place in the template.
    pub span: Span,
}

/// A need that is not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingGrant {
    /// The action.
    pub action: String,
    /// On what.
    pub resource: String,
    /// Place of the operation in the code.
    pub span: Option<Span>,
    /// Place of the statement that denies it.
    pub denied: Option<Span>,
}

/// An action that AWS does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownAction {
    /// As it is written.
    pub action: String,
    /// Place in the template.
    pub span: Span,
}

/// A need in the function's environment.
struct Filled<'n> {
    need: &'n Need,
    resources: Vec<Text>,
}

/// Compares one function.
pub(crate) fn decide(function: &Function, needs: &[Need], actions: Actions<'_>) -> Verdict {
    let needs: Vec<Filled<'_>> = needs
        .iter()
        .map(|need| Filled {
            need,
            resources: need
                .resources
                .iter()
                .flat_map(|resource| filled(resource, &function.environment))
                .collect(),
        })
        .collect();
    let mut verdict = Verdict {
        unread: function.unread.clone(),
        ..Verdict::default()
    };
    for need in &needs {
        for resource in &need.resources {
            meet(function, need.need, resource, &mut verdict);
        }
    }
    for statement in function
        .statements
        .iter()
        .filter(|statement| statement.allow)
    {
        excess(function, statement, &needs, actions, &mut verdict);
    }
    verdict
}

/// Whether a need is met.
fn meet(function: &Function, need: &Need, resource: &Text, verdict: &mut Verdict) {
    let about = |statement: &&Statement| statement.has_action(&need.action);
    let covered = |statement: &Statement| {
        let mut resources = statement.resources.iter();
        resources.any(|(pattern, _)| pattern.covers(resource))
    };
    let touched = |statement: &Statement| {
        let mut resources = statement.resources.iter();
        resources.any(|(pattern, _)| pattern.meets(resource))
    };
    let mut missing = MissingGrant {
        action: need.action.clone(),
        resource: resource.to_string(),
        span: need.span,
        denied: None,
    };
    let statements = || function.statements.iter().filter(about);
    let denies = |statement: &&Statement| !statement.allow && covered(statement);
    if let Some(denial) = statements().find(denies) {
        missing.denied = Some(denial.span);
        push(&mut verdict.missing_grants, missing);
    } else if statements().any(|statement| statement.allow && covered(statement)) {
    } else if !function.unread.is_empty()
        || statements().any(|statement| statement.allow && touched(statement))
    {
        push(&mut verdict.undecided, missing);
    } else {
        push(&mut verdict.missing_grants, missing);
    }
}

fn push(list: &mut Vec<MissingGrant>, missing: MissingGrant) {
    let same = |other: &MissingGrant| {
        (&other.action, &other.resource) == (&missing.action, &missing.resource)
    };
    if !list.iter().any(same) {
        list.push(missing);
    }
}

/// What a statement grants without need.
fn excess(
    function: &Function,
    statement: &Statement,
    needs: &[Filled<'_>],
    actions: Actions<'_>,
    verdict: &mut Verdict,
) {
    let resources: Vec<String> = statement
        .resources
        .iter()
        .map(|(text, _)| text.to_string())
        .collect();
    if statement.not_actions {
        verdict.over_grants.push(OverGrant {
            actions: vec!["*".to_owned()],
            resources,
            needed: Vec::new(),
            wide: false,
            from: statement.from.clone(),
            span: statement.span,
        });
        return;
    }
    let needed = |action: &str| {
        needs.iter().any(|need| {
            need.need.action.eq_ignore_ascii_case(action) && touches(statement, &need.resources)
        })
    };
    let wired = |action: &str| {
        let mut wiring = function.wiring.iter();
        wiring.any(|pattern| matches_action(pattern, action))
    };
    let mut entries: Vec<Entry> = Vec::new();
    for (pattern, span) in &statement.actions {
        let all = actions(pattern);
        if all.is_empty() {
            verdict.unknown_actions.push(UnknownAction {
                action: pattern.clone(),
                span: *span,
            });
        }
        let (used, unused): (Vec<String>, Vec<String>) = all
            .into_iter()
            .partition(|action| needed(action) || wired(action));
        match entries.last_mut() {
            // What is not spelled out is one entry.
            Some(entry) if statement.from.is_some() => {
                entry.used.extend(used);
                entry.unused.extend(unused);
            }
            _ => entries.push(Entry {
                used,
                unused,
                span: *span,
            }),
        }
    }
    let any_used = entries.iter().any(|entry| !entry.used.is_empty());
    for entry in entries.into_iter().filter(|entry| !entry.unused.is_empty()) {
        verdict.over_grants.push(OverGrant {
            actions: entry.unused,
            resources: resources.clone(),
            needed: entry.used,
            wide: false,
            from: statement.from.clone(),
            span: entry.span,
        });
    }
    if any_used && statement.from.is_none() {
        for (pattern, span) in &statement.resources {
            verdict
                .over_grants
                .extend(wide(function, statement, pattern, *span, needs));
        }
    }
}

/// An action of a statement.
struct Entry {
    used: Vec<String>,
    unused: Vec<String>,
    span: Span,
}

fn touches(statement: &Statement, resources: &[Text]) -> bool {
    let mut patterns = statement.resources.iter();
    patterns.any(|(pattern, _)| resources.iter().any(|resource| pattern.meets(resource)))
}

/// A resource of a statement that is wider than what is needed of it.
fn wide(
    function: &Function,
    statement: &Statement,
    pattern: &Text,
    span: Span,
    needs: &[Filled<'_>],
) -> Option<OverGrant> {
    let is_wired = statement.actions.iter().any(|(action, _)| {
        let mut wiring = function.wiring.iter();
        wiring.any(|wire| matches_action(action, wire) || matches_action(wire, action))
    });
    let mut needed = BTreeSet::new();
    let mut actions = BTreeSet::new();
    for need in needs {
        if !statement.has_action(&need.need.action) {
            continue;
        }
        for resource in need.resources.iter().filter(|text| pattern.meets(text)) {
            if resource.covers(pattern) || !pattern.covers(resource) {
                return None;
            }
            needed.insert(resource.to_string());
            actions.insert(need.need.action.clone());
        }
    }
    (!is_wired).then(|| OverGrant {
        actions: actions.into_iter().collect(),
        resources: vec![pattern.to_string()],
        needed: needed.into_iter().collect(),
        wide: true,
        from: None,
        span,
    })
}
