//! `--compare`: templates from disk, needs from policies, and the result as JSON.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ifc_compiler::load;
use ifc_compiler::policy::Policy;
use ifc_compiler::span::{Files, Span};
use ifc_review::{MissingGrant, Need, Review, Source};
use serde_json::{Map, Value, json};

use crate::failure::{Failure, usage};
use crate::reasons;

/// Endings of templates.
const TEMPLATES: &[&str] = &["yaml", "yml", "json", "template", "tf"];

/// Reads templates; a folder stands for those in it. Their places are told as those of the project
/// are, from the folder `base`.
pub(crate) fn sources(
    current: &Path,
    base: &Path,
    paths: &[PathBuf],
) -> Result<Vec<Source>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        let whole = current.join(path);
        if !whole.is_dir() {
            files.push(path.clone());
            continue;
        }
        let unreadable = |error| usage(format!("`{}` cannot be read", path.display()), error);
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(&whole).map_err(unreadable)? {
            let path = path.join(entry.map_err(unreadable)?.file_name());
            let ending = path.extension().and_then(|ending| ending.to_str());
            if ending.is_some_and(|ending| TEMPLATES.contains(&ending)) {
                inside.push(path);
            }
        }
        if inside.is_empty() {
            let message = format!(
                "there is no template in `{}`: none that ends in .{}",
                path.display(),
                TEMPLATES.join(", .")
            );
            return Err(Failure::Usage(message));
        }
        inside.sort();
        files.extend(inside);
    }
    files
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(current.join(&path))
                .map_err(|error| usage(format!("`{}` cannot be read", path.display()), error))?;
            Ok(Source {
                path: load::relative(base, &current.join(&path)),
                text,
            })
        })
        .collect()
}

/// What each binary needs, with the first place that needs it.
pub(crate) fn needs(policy: &Policy) -> BTreeMap<String, Vec<Need>> {
    let functions = policy.functions.iter().map(|function| {
        let permissions = policy.spelled_out(function);
        let needs = permissions.iter().flat_map(|permission| {
            let place = permission.why.first().map(|why| why.span.as_str());
            let span = place.and_then(|place| reasons::locate(&policy.files, place));
            permission.actions.iter().map(move |action| Need {
                action: action.to_string(),
                resources: permission.resources.clone(),
                span,
            })
        });
        (function.name.clone(), needs.collect())
    });
    functions.collect()
}

/// How much of what roles grant is needed.
pub(crate) fn summary(review: &Review) {
    for function in &review.functions {
        let verdict = &function.verdict;
        let excess: usize = verdict
            .over_grants
            .iter()
            .filter(|grant| !grant.wide)
            .map(|grant| grant.actions.len())
            .sum();
        let wide = verdict.over_grants.iter().filter(|grant| grant.wide);
        anstream::println!(
            "{} (runs {}): {} missing, {excess} granted actions without need, {} resources too wide, \
             {} undecided",
            function.name,
            function.program,
            verdict.missing_grants.len(),
            wide.count(),
            verdict.undecided.len(),
        );
    }
}

/// Functions of the templates by name.
pub(crate) fn json(review: &Review, files: &Files) -> Value {
    let place = |span: Span| files.location(span).to_string();
    let unmet = |grants: &[MissingGrant]| -> Vec<Value> {
        let grants = grants.iter().map(|grant| {
            json!({
                "action": grant.action,
                "resource": grant.resource,
                "span": grant.span.map(place),
                "denied": grant.denied.map(place),
            })
        });
        grants.collect()
    };
    let functions = review.functions.iter().map(|function| {
        let verdict = &function.verdict;
        let over: Vec<Value> = verdict
            .over_grants
            .iter()
            .map(|grant| {
                json!({
                    "actions": grant.actions,
                    "resources": grant.resources,
                    "needed": grant.needed,
                    "too_wide": grant.wide,
                    "from": grant.from,
                    "span": place(grant.span),
                })
            })
            .collect();
        let unknown = verdict
            .unknown_actions
            .iter()
            .map(|unknown| json!({ "action": unknown.action, "span": place(unknown.span) }));
        let unread = verdict
            .unread
            .iter()
            .map(|(name, span)| json!({ "policy": name, "span": place(*span) }));
        let report = json!({
            "program": function.program,
            "span": place(function.span),
            "over_grants": over,
            "missing_grants": unmet(&verdict.missing_grants),
            "undecided": unmet(&verdict.undecided),
            "unknown_actions": unknown.collect::<Vec<_>>(),
            "not_compared": unread.collect::<Vec<_>>(),
        });
        (function.name.clone(), report)
    });
    let messages: Vec<Value> = review
        .diagnostics
        .iter()
        .map(|diagnostic| {
            let span = diagnostic.primary.as_ref().map(|label| place(label.span));
            json!({ "code": diagnostic.code.number, "message": diagnostic.message, "span": span })
        })
        .collect();
    json!({ "functions": functions.collect::<Map<_, _>>(), "messages": messages })
}
