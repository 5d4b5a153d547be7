//! `#[allow_infra(unused_resource, because = "filled by hand")]`.

use proc_macro2::Span;

use crate::args::{self, RawValue, span_of, string};
use crate::errors::{self, Errors};

/// One `#[allow_infra(..)]`.
#[derive(Clone, Debug)]
pub struct Allow {
    /// Name of the check, as the compiler lists it.
    pub check: String,
    /// Place of the name.
    pub check_span: Span,
    /// Why.
    pub because: String,
    /// Place of the attribute's path.
    pub span: Span,
}

const ATTRIBUTE: &str = "`#[allow_infra]`";

/// Reads one `#[allow_infra(..)]`. None if it cannot be acted upon.
pub fn parse(attr: &syn::Attribute, errors: &mut Errors) -> Option<Allow> {
    let before = errors.len();
    let span = span_of(attr.path());
    let mut check = None;
    let mut because = None;
    let mut has_reason = false;
    for piece in args::split(args::inner(attr)) {
        let is_reason = piece.means(&["because"]).is_some();
        has_reason |= is_reason;
        let Some(raw) = args::option(&piece, ATTRIBUTE, errors) else {
            continue;
        };
        match (&raw.value, raw.name == "because") {
            (RawValue::None, false) if check.is_none() && !is_reason => {
                check = Some((raw.name.to_string(), raw.name.span()));
            }
            (RawValue::Expr(_), true) if because.is_some() => {
                let text = errors::repeated_option(ATTRIBUTE, "because", 1);
                errors.push(text.at(raw.name.span()));
            }
            (RawValue::Expr(expr), true) => match string(expr) {
                Some(text) if !text.trim().is_empty() => because = Some(text),
                Some(_) => errors.push(errors::missing_reason("allow_infra").at(span_of(expr))),
                None => errors
                    .push(errors::unreadable(ATTRIBUTE, "a reason in a string").at(span_of(expr))),
            },
            (RawValue::Expr(_), false) => {
                let text = errors::unknown_option(ATTRIBUTE, &raw.name.to_string(), &["because"]);
                errors.push(text.at(raw.name.span()));
            }
            _ => errors.push(
                errors::unreadable(ATTRIBUTE, "one check and `because = \"..\"`").at(raw.span),
            ),
        }
    }
    if check.is_none() {
        errors.push(errors::invalid_allow().at(span));
    }
    if because.is_none() && !has_reason {
        errors.push(errors::missing_reason("allow_infra").at(span));
    }
    if errors.len() > before {
        return None;
    }
    let (check, check_span) = check?;
    Some(Allow {
        check,
        check_span,
        because: because?,
        span,
    })
}
