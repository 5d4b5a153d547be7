//! The comparison in words.

use ifc_compiler::diagnostics::{Diagnostic, review as codes};

use crate::decide::{MissingGrant, OverGrant};
use crate::model::Function;
use crate::{Review, Reviewed, Source};

/// Names in a message beyond which only their number is given.
const LISTED: usize = 6;

/// Everything that was found, as messages.
pub fn diagnostics(review: &Review) -> Vec<Diagnostic> {
    let found = review.functions.iter().flat_map(function);
    review.diagnostics.iter().cloned().chain(found).collect()
}

fn function(reviewed: &Reviewed) -> Vec<Diagnostic> {
    let verdict = &reviewed.verdict;
    let missing = verdict.missing_grants.iter().map(|grant| {
        unmet(reviewed, grant, &codes::MISSING_GRANT, "is not granted")
            .note("calls fail with AccessDenied")
    });
    let undecided = verdict.undecided.iter().map(|grant| {
        let what = match verdict.unread.is_empty() {
            true => "is granted only if names agree that the template does not tell",
            false => "is granted only if a policy that is not compared does so",
        };
        unmet(reviewed, grant, &codes::GRANT_UNDECIDED, what)
    });
    let over = verdict
        .over_grants
        .iter()
        .map(|grant| over(reviewed, grant));
    let unknown = verdict.unknown_actions.iter().map(|unknown| {
        Diagnostic::new(
            &codes::NONEXISTENT_ACTION,
            unknown.span,
            format!("AWS has no action `{}`", unknown.action),
        )
        .label("grants nothing")
    });
    let unread = verdict.unread.iter().map(|(name, span)| {
        Diagnostic::new(
            &codes::POLICY_UNREAD,
            *span,
            format!(
                "what `{name}` grants to `{}` is not compared",
                reviewed.name
            ),
        )
        .label("its contents are not in the template")
        .note("it may grant more than is needed")
    });
    missing
        .chain(undecided)
        .chain(over)
        .chain(unknown)
        .chain(unread)
        .collect()
}

fn unmet(
    reviewed: &Reviewed,
    grant: &MissingGrant,
    code: &'static ifc_compiler::diagnostics::Code,
    what: &str,
) -> Diagnostic {
    let message = format!("`{}` of `{}` {what}", grant.action, reviewed.name);
    let place = grant.span.unwrap_or(reviewed.span);
    let mut diagnostic = Diagnostic::new(code, place, message)
        .label(format!("needs `{}`", grant.action))
        .help(format!("grant it on `{}`", grant.resource));
    if grant.span.is_some() {
        diagnostic = diagnostic.also(reviewed.span, "runs it");
    }
    if let Some(denied) = grant.denied {
        diagnostic = diagnostic.also(denied, "denied here");
    }
    diagnostic
}

fn over(reviewed: &Reviewed, grant: &OverGrant) -> Diagnostic {
    let name = &reviewed.name;
    let resources = listed(&grant.resources);
    if grant.wide {
        return Diagnostic::new(
            &codes::OVER_GRANT,
            grant.span,
            format!("`{name}` needs less than {resources}"),
        )
        .label(match grant.needed.is_empty() {
            true => "no needed action uses it".to_owned(),
            false => format!("{} is enough", listed(&grant.needed)),
        });
    }
    let subject = match &grant.from {
        Some(from) => format!("`{from}` grants"),
        None => "grants".to_owned(),
    };
    let count = grant.actions.len();
    let message = match (grant.actions.as_slice(), grant.needed.len()) {
        ([only], 0) => format!("`{name}` does not need `{only}`"),
        (_, 0) => format!("`{name}` needs none of {count} granted actions"),
        (_, needed) => format!(
            "`{name}` needs {needed} of {} granted actions",
            count + needed
        ),
    };
    let mut diagnostic = Diagnostic::new(&codes::OVER_GRANT, grant.span, message).label(format!(
        "{subject} {} on {resources}",
        listed(&grant.actions)
    ));
    if !grant.needed.is_empty() {
        diagnostic = diagnostic.help(format!("{} is enough", listed(&grant.needed)));
    }
    diagnostic
}

fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(LISTED)
        .map(|name| format!("`{name}`"))
        .collect();
    let shown = shown.join(", ");
    match names.len().checked_sub(LISTED) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}

pub(crate) fn unmatched(function: &Function, programs: &[&str]) -> Diagnostic {
    let programs: Vec<String> = programs.iter().map(|name| (*name).to_owned()).collect();
    Diagnostic::new(
        &codes::FUNCTION_UNMATCHED,
        function.span,
        format!("no program is known for `{}`", function.name),
    )
    .label("its role is not compared")
    .help(format!(
        "say which it runs with `--function {}=PROGRAM`; there are {}",
        function.name,
        listed(&programs)
    ))
}

pub(crate) fn nothing(sources: &[Source]) -> Diagnostic {
    let paths: Vec<String> = sources.iter().map(|source| source.path.clone()).collect();
    Diagnostic::global(
        &codes::TEMPLATE_UNREADABLE,
        format!("there is no Lambda function in {}", listed(&paths)),
    )
    .help("give a template of CloudFormation or SAM, or files of Terraform")
}
