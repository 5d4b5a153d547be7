//! `#[grant("textract:DetectDocumentText", on = "*", because = "reads invoices")]`.

use ifc_catalog::lower::PLACED;
use proc_macro2::{Span, TokenTree};
use syn::Expr;

use crate::args::{self, RawValue, span_of, string};
use crate::errors::{self, Errors};

/// One `#[grant(..)]`.
#[derive(Clone)]
pub struct Grant {
    /// IAM actions with their places; at least one.
    pub actions: Vec<(String, Span)>,
    /// On what.
    pub on: GrantOn,
    /// Why.
    pub because: String,
    /// Place of the attribute's contents.
    pub span: Span,
}

/// What a grant applies to.
#[derive(Clone)]
pub enum GrantOn {
    /// An ARN or `*`.
    Arn(String),
    /// A resource of the application.
    Resource(syn::Path),
}

const ATTRIBUTE: &str = "`#[grant]`";
const WORDS: [&str; 2] = ["on", "because"];

/// Reads one `#[grant(..)]`. None if it cannot be acted upon.
pub fn parse(attr: &syn::Attribute, errors: &mut Errors) -> Option<Grant> {
    let before = errors.len();
    let tokens: Vec<TokenTree> = args::inner(attr).into_iter().collect();
    let span = if tokens.is_empty() {
        span_of(attr.path())
    } else {
        args::joined(&tokens)
    };
    let mut actions = Vec::new();
    let mut on = None;
    let mut because = None;
    let mut written = Vec::new();
    for piece in args::split(args::inner(attr)) {
        let at = piece.span();
        if let Some(action) = piece.expr().as_ref().and_then(string) {
            if !is_action(&action) {
                errors.push(
                    errors::invalid_grant(
                        format!("\"{action}\" is not an IAM action"),
                        "write service and action: \"textract:DetectDocumentText\"",
                    )
                    .at(at),
                );
            }
            actions.push((action, at));
            continue;
        }
        written.push(piece.means(&WORDS));
        let Some(raw) = args::option(&piece, ATTRIBUTE, errors) else {
            continue;
        };
        let name = raw.name.to_string();
        if name == "on" && on.is_some() || name == "because" && because.is_some() {
            errors.push(errors::repeated_option(ATTRIBUTE, &name, 1).at(raw.name.span()));
        }
        match (name.as_str(), &raw.value) {
            ("on", RawValue::Expr(expr)) => match (string(expr), expr.as_ref()) {
                (Some(arn), _) if arn == "*" || is_pattern(&arn) => {
                    on = Some(GrantOn::Arn(arn));
                }
                (None, Expr::Path(path)) if path.qself.is_none() => {
                    on = Some(GrantOn::Resource(path.path.clone()));
                }
                _ => errors.push(
                    errors::invalid_grant(
                        "`on` is neither an ARN nor a resource",
                        "write `on = \"arn:..\"`, `on = \"*\"` or the name of a resource",
                    )
                    .at(span_of(expr)),
                ),
            },
            ("because", RawValue::Expr(expr)) => match string(expr) {
                Some(text) if !text.trim().is_empty() => because = Some(text),
                Some(_) => errors.push(errors::missing_reason("grant").at(span_of(expr))),
                None => errors
                    .push(errors::unreadable(ATTRIBUTE, "a reason in a string").at(span_of(expr))),
            },
            (name, _) if WORDS.contains(&name) => errors.push(
                errors::unreadable(ATTRIBUTE, &format!("a value behind `{name} =`")).at(raw.span),
            ),
            (name, _) => {
                errors.push(errors::unknown_option(ATTRIBUTE, name, &WORDS).at(raw.name.span()))
            }
        }
    }
    // A piece that was meant as something is wrong, not missing.
    if actions.is_empty() && !written.contains(&None) {
        errors.push(
            errors::invalid_grant(
                "`#[grant]` names no action",
                "write service and action: \"textract:DetectDocumentText\"",
            )
            .at(span),
        );
    }
    if on.is_none() && !written.contains(&Some("on")) {
        errors.push(
            errors::invalid_grant(
                "`#[grant]` does not say on what",
                "add `on = \"arn:..\"`, `on = \"*\"` or `on = RESOURCE`",
            )
            .at(span),
        );
    }
    if because.is_none() && !written.contains(&Some("because")) {
        errors.push(errors::missing_reason("grant").at(span));
    }
    if errors.len() > before {
        return None;
    }
    Some(Grant {
        actions,
        on: on?,
        because: because?,
        span,
    })
}

/// `service:Action`; a star may end the action, since it is written on purpose here.
fn is_action(text: &str) -> bool {
    let Some((service, action)) = text.split_once(':') else {
        return false;
    };
    let name = action.strip_suffix('*').unwrap_or(action);
    !service.is_empty()
        && service
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
}

/// `arn:partition:service:region:account:resource`, with wildcards perhaps, or with what the stack
/// knows: `${AWS::Region}`. IAM refuses a policy with anything else.
fn is_pattern(arn: &str) -> bool {
    let mut arn = arn.to_owned();
    for (name, _) in PLACED {
        arn = arn.replace(name, "x");
    }
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let is_arn = matches!(parts.as_slice(), ["arn", partition, service, _, _, name]
        if !partition.is_empty() && !service.is_empty() && !name.is_empty());
    is_arn && !arn.contains("${AWS::")
}
