//! ARNs of the resources that a request names: values of members put into the templates of resource
//! types.
//!
//! A value of run time stands in its place as `*`. What the request does not say is taken from the
//! deployment: partition, region and account.

use super::Note;
use super::forms::{Slot, Text, fits, is_arn, is_symbol, last, slots};
use super::phrases::{copy_source, s3_uri, subscription};
use super::request::{Part, Request, Set, Value, is_literal, pattern};
use super::row::{Naming, Pair, Source};
use super::table::variable;

/// More combinations of values than this are not told apart.
const MAX_ARNS: usize = 64;
/// No template has more variables.
const MAX_VARIABLES: usize = 16;

/// A resource as a pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Resource {
    pub(super) arn: String,
    /// Condition key and value that narrow it further.
    pub(super) only: Option<(&'static str, String)>,
}

/// The resources that a pair stands for.
pub(super) fn resources(pair: &Pair, request: &Request, notes: &mut Vec<Note>) -> Vec<Resource> {
    match &pair.naming {
        Naming::Whole(source) => whole(pair, source, request, notes),
        Naming::Variables(sources) => {
            let values: Vec<Option<Vec<String>>> = sources
                .iter()
                .map(|source| known(source.as_ref()?, pair, request, notes))
                .collect();
            let templates = chosen(pair, sources);
            templates
                .into_iter()
                .flat_map(|template| filled(template, sources, &values))
                .collect()
        }
    }
}

/// What a source can be, as patterns; None if nothing is known.
fn known(
    source: &Source,
    pair: &Pair,
    request: &Request,
    notes: &mut Vec<Note>,
) -> Option<Vec<String>> {
    let (path, default) = match source {
        Source::Constant(text) => return Some(vec![text.clone()]),
        Source::Member { path, default, .. } => (path, default),
    };
    let wildcard = || Note::Wildcard {
        member: path.clone(),
    };
    let set = request.set(path);
    let found = match set {
        Set::Never => Some(Vec::new()),
        Set::Always | Set::Maybe => request.values(path),
    };
    // A member that only resembles the variable is trusted with texts alone, as a warning can name them.
    let trusted = |values: &Vec<&Value>| !pair.weak || values.iter().all(|value| is_literal(value));
    let Some(found) = found.filter(trusted) else {
        notes.push(wildcard());
        return None;
    };
    if pair.weak && !found.is_empty() {
        notes.push(Note::WeakBinding {
            member: path.clone(),
        });
    }
    if found.iter().any(|value| value.contains(&Part::Any)) {
        notes.push(wildcard());
    }
    let mut values: Vec<String> = found.into_iter().map(stated).collect();
    match default {
        Some(default) if set != Set::Always => values.push(default.clone()),
        None if values.is_empty() => return None,
        _ => {}
    }
    Some(values)
}

/// A value as a pattern. ARNs of log groups end in a star as AWS gives them.
fn stated(value: &Value) -> String {
    let stated = pattern(value);
    match stated.strip_suffix(":${*}") {
        Some(arn) if is_arn(arn) => format!("{arn}:*"),
        _ => stated,
    }
}

/// The templates all of whose variables are named; all if there is no such.
fn chosen<'a>(pair: &'a Pair, sources: &[Option<Source>]) -> Vec<&'a str> {
    let is_named = |template: &&String| {
        let missing = |at: &usize| !matches!(sources.get(*at), Some(Some(_)));
        !(0..MAX_VARIABLES)
            .filter(missing)
            .any(|at| template.contains(variable(at)))
    };
    let mut fitting: Vec<&String> = pair.templates.iter().filter(is_named).collect();
    if fitting.is_empty() {
        fitting.extend(&pair.templates);
    }
    fitting.into_iter().map(String::as_str).collect()
}

fn filled(
    template: &str,
    sources: &[Option<Source>],
    values: &[Option<Vec<String>>],
) -> Vec<Resource> {
    let unknown = ["*".to_owned()];
    let mut columns: Vec<Vec<Slot>> = Vec::new();
    for (at, (source, values)) in sources.iter().zip(values).enumerate() {
        if !template.contains(variable(at)) {
            continue;
        }
        let transform = match source {
            Some(Source::Member { transform, .. }) => transform.as_str(),
            Some(Source::Constant(_)) | None => "",
        };
        let values = values.as_deref().unwrap_or(&unknown);
        columns.push(
            values
                .iter()
                .flat_map(|value| slots(value, transform, template, at))
                .collect(),
        );
    }
    let indexes: Vec<usize> = (0..sources.len())
        .filter(|at| template.contains(variable(*at)))
        .collect();
    if columns.iter().map(Vec::len).product::<usize>() > MAX_ARNS {
        return vec![Resource {
            arn: any(template),
            only: None,
        }];
    }
    let mut rows: Vec<Vec<&Slot>> = vec![Vec::new()];
    for column in &columns {
        let longer = |row: Vec<_>| column.iter().map(move |slot| [&row[..], &[slot]].concat());
        rows = rows.into_iter().flat_map(longer).collect();
    }
    rows.into_iter()
        .map(|row| put(template, &indexes, &row))
        .collect()
}

/// A template with its variables filled; variables that nothing fills become `*`.
fn put(template: &str, indexes: &[usize], row: &[&Slot]) -> Resource {
    let mut out = template.to_owned();
    for (at, slot) in indexes.iter().zip(row) {
        let sign = variable(*at);
        match &slot.text {
            Text::Name(name) if name.is_empty() => out = out.replace(&format!("{sign}/"), ""),
            Text::Name(name) => out = out.replace(sign, name),
            Text::Arn(arn) => {
                let end = out.find(sign).map_or(0, |at| at + sign.len_utf8());
                out = format!("{arn}{}", &out[end..]);
            }
        }
        if let Some(place) = &slot.place {
            out = out
                .replace("${AWS::Partition}", &place.partition)
                .replace("${AWS::Region}", &place.region)
                .replace("${AWS::AccountId}", &place.account);
        }
    }
    Resource {
        arn: any(&out),
        only: row.iter().find_map(|slot| slot.only.clone()),
    }
}

/// A template with `*` for its variables.
fn any(template: &str) -> String {
    let is_variable = |sign: char| (0..MAX_VARIABLES).any(|at| variable(at) == sign);
    let mut out = String::with_capacity(template.len());
    for sign in template.chars() {
        match sign {
            '*' if out.ends_with('*') => {}
            _ if is_variable(sign) && out.ends_with('*') => {}
            _ if is_variable(sign) => out.push('*'),
            _ => out.push(sign),
        }
    }
    out
}

/// Resources whose ARN a member holds.
fn whole(pair: &Pair, source: &Source, request: &Request, notes: &mut Vec<Note>) -> Vec<Resource> {
    let transform = match source {
        Source::Member { transform, .. } => transform.as_str(),
        Source::Constant(_) => "",
    };
    let unknown = vec!["*".to_owned()];
    let values = known(source, pair, request, notes).unwrap_or(unknown);
    let mut found = Vec::new();
    for value in &values {
        for template in &pair.templates {
            let arns = match transform {
                "src" => vec![copy_source(value)],
                "s3uri" | "s3object" => s3_uri(value, template, transform == "s3uri")
                    .into_iter()
                    .collect(),
                "sub" => subscription(value).into_iter().collect(),
                "family" if !is_arn(value) && value != "*" => family(value, template),
                // An ARN of another kind is of another type that the action takes.
                _ if is_arn(value) && !fits(value, template) => continue,
                _ if is_arn(value) || is_symbol(value) => vec![value.clone()],
                _ => vec![in_place(value, template)],
            };
            match arns.is_empty() {
                true => found.push(any(template)),
                false => found.extend(arns),
            }
        }
    }
    found
        .into_iter()
        .map(|arn| Resource { arn, only: None })
        .collect()
}

/// The resources of an act whose ARN is of none of its types: the record of types may be behind, so an
/// ARN from a member that is certain stands.
pub(super) fn misfits(pairs: &[&Pair], request: &Request) -> Vec<String> {
    let mut found = Vec::new();
    for pair in pairs {
        let path = match &pair.naming {
            Naming::Whole(source) if !pair.weak => source.path(),
            Naming::Whole(_) | Naming::Variables(_) => None,
        };
        match path.and_then(|path| request.values(path)) {
            Some(values) => found.extend(values.into_iter().map(|value| pattern(value))),
            None => found.extend(pair.templates.iter().map(|template| any(template))),
        }
    }
    found
}

/// A value of a member for ARNs that is none by itself: its end names the last variable.
fn in_place(value: &str, template: &str) -> String {
    let sign = (0..MAX_VARIABLES)
        .filter_map(|at| template.rfind(variable(at)))
        .max();
    match sign {
        Some(sign) if !value.starts_with("arn:") => {
            let tail = &template[sign + variable(0).len_utf8()..];
            any(&format!(
                "{}{}{tail}",
                &template[..sign],
                last(value, &['/', ':'])
            ))
        }
        _ => any(template),
    }
}

/// A task definition, all of its revisions if none is said.
fn family(value: &str, template: &str) -> Vec<String> {
    let Some(sign) = template.find(variable(0)) else {
        return Vec::new();
    };
    let head = &template[..sign];
    let is_open = value.contains(['*', '$']);
    let exact = (value.contains(':') || is_open).then(|| format!("{head}{value}"));
    let family = (is_open || !value.contains(':')).then(|| format!("{head}{value}:*"));
    exact.into_iter().chain(family).collect()
}
