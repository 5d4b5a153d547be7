//! ARNs of the resources that a request names: values of members, as they are given to the API,
//! put into the templates of resource types.
//!
//! A value of run time stands in its place as `*`. What the request does not say is taken from the
//! deployment: partition, region and account.

use super::Note;
use super::request::{Part, Request, Set, Value, is_literal, pattern};
use super::table::{Naming, Pair, Source, variable};

/// More combinations of values than this are not told apart.
const MAX_ARNS: usize = 64;

/// A resource as a pattern, with what has to be said about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Resource {
    pub(super) arn: String,
    /// Condition key and value that narrow it further.
    pub(super) only: Option<(String, String)>,
}

/// One value of a variable.
#[derive(Clone, Debug)]
pub(super) enum Slot {
    /// What stands in place of the variable, and where the resource lies if the value says so.
    Name(String, Option<Place>),
    /// The complete ARN.
    Arn(String),
}

/// Partition, region and account of a literal ARN or URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    partition: String,
    region: String,
    account: String,
}

/// The resources that a pair stands for. With `only_known`, a pair that nothing names is none.
pub(super) fn resources(pair: &Pair, request: &Request, notes: &mut Vec<Note>) -> Vec<Resource> {
    match &pair.naming {
        Naming::Whole(source) => whole(pair, source, request, notes),
        Naming::Variables(sources) => filled(pair, sources, request, notes),
    }
}

/// The values of a member, as patterns; None for one of which nothing is known.
fn alternatives(
    source: &Source,
    pair: &Pair,
    request: &Request,
    notes: &mut Vec<Note>,
) -> Option<Vec<Value>> {
    let Source::Member { path, default, .. } = source else {
        return None;
    };
    let set = request.set(path);
    let known = match set {
        Set::Never => Some(Vec::new()),
        _ => request.values(path),
    };
    let mut values: Vec<Value> = match known {
        Some(values) if !pair.weak || values.iter().all(|value| is_literal(value)) => {
            values.into_iter().cloned().collect()
        }
        _ => {
            notes.push(Note::Wildcard {
                member: path.clone(),
            });
            return None;
        }
    };
    if pair.weak && !values.is_empty() {
        notes.push(Note::WeakBinding {
            member: path.clone(),
        });
    }
    match default {
        Some(default) if set != Set::Always => values.push(vec![Part::Text(default.clone())]),
        None if values.is_empty() => return None,
        _ => {}
    }
    if values.iter().flatten().any(|part| *part == Part::Any) {
        notes.push(Note::Wildcard {
            member: path.clone(),
        });
    }
    Some(values)
}

fn filled(
    pair: &Pair,
    sources: &[Option<Source>],
    request: &Request,
    notes: &mut Vec<Note>,
) -> Vec<Resource> {
    let mut columns: Vec<Vec<Slot>> = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        let unknown = || vec![Slot::Name("*".to_owned(), None)];
        columns.push(match source {
            None => unknown(),
            Some(Source::Constant(text)) => vec![Slot::Name(text.clone(), None)],
            Some(source @ Source::Member { transform, .. }) => {
                match alternatives(source, pair, request, notes) {
                    None => unknown(),
                    Some(values) => values
                        .iter()
                        .flat_map(|value| slots(&pattern(value), transform, &pair.templates, at))
                        .collect(),
                }
            }
        });
    }
    let combinations: usize = columns.iter().map(Vec::len).product();
    if combinations > MAX_ARNS {
        columns = columns
            .iter()
            .map(|_| vec![Slot::Name("*".to_owned(), None)])
            .collect();
    }
    let mut found = Vec::new();
    for template in chosen(pair, sources) {
        let mut rows = vec![Vec::new()];
        for column in &columns {
            rows = rows
                .into_iter()
                .flat_map(|row: Vec<&Slot>| {
                    column.iter().map(move |slot| [&row[..], &[slot]].concat())
                })
                .collect();
        }
        found.extend(rows.into_iter().map(|row| put(template, &row)));
    }
    found
}

/// The templates all of whose variables are named; all if there is no such.
fn chosen<'a>(pair: &'a Pair, sources: &[Option<Source>]) -> Vec<&'a str> {
    let named = |template: &&str| {
        let missing = |at: usize| !matches!(sources.get(at), Some(Some(_)));
        !template
            .chars()
            .any(|sign| (0..sources.len().max(1)).any(|at| sign == variable(at) && missing(at)))
    };
    let all = pair.templates.iter().map(String::as_str);
    let fitting: Vec<&str> = all.clone().filter(named).collect();
    match fitting.is_empty() {
        true => all.collect(),
        false => fitting,
    }
}

/// A template with its variables filled; variables that nothing fills become `*`.
fn put(template: &str, row: &[&Slot]) -> Resource {
    let mut out = template.to_owned();
    for (at, slot) in row.iter().enumerate() {
        match slot {
            Slot::Name(name, place) => {
                out = out.replace(variable(at), name);
                if let Some(place) = place {
                    out = out
                        .replace("${AWS::Partition}", &place.partition)
                        .replace("${AWS::Region}", &place.region)
                        .replace("${AWS::AccountId}", &place.account);
                }
            }
            // The ARN names what the variable names and all before it.
            Slot::Arn(arn) if template.contains(variable(at)) => {
                let end = template.find(variable(at)).unwrap_or(0) + variable(at).len_utf8();
                out = format!("{arn}{}", &template[end..]);
            }
            Slot::Arn(_) => {}
        }
    }
    Resource {
        arn: starred(&out),
        only: None,
    }
}

/// A template whose variables are all unknown.
pub(super) fn any(template: &str) -> String {
    starred(template)
}

fn starred(template: &str) -> String {
    let is_variable = |sign: char| (0..16).any(|at| variable(at) == sign);
    let out: String = template
        .chars()
        .map(|sign| if is_variable(sign) { '*' } else { sign })
        .collect();
    out.replace("**", "*")
}

/// Resources whose ARN a member holds.
fn whole(pair: &Pair, source: &Source, request: &Request, notes: &mut Vec<Note>) -> Vec<Resource> {
    let Source::Member { transform, .. } = source else {
        return Vec::new();
    };
    let unknown = || {
        pair.templates.iter().map(|template| Resource {
            arn: any(template),
            only: None,
        })
    };
    let Some(values) = alternatives(source, pair, request, notes) else {
        return unknown().collect();
    };
    let known = values.iter().flat_map(|value| {
        let value = pattern(value);
        match transform.as_str() {
            "src" => vec![copy_source(&value)],
            "s3uri" => s3_uri(&value, &pair.templates),
            "sub" => vec![subscription(&value)],
            _ => vec![Some(value)],
        }
    });
    known
        .flat_map(|arn| match arn {
            Some(arn) if is_arn(&arn) => vec![Resource { arn, only: None }],
            Some(arn) => pair
                .templates
                .iter()
                .map(|template| Resource {
                    arn: in_place(&arn, template),
                    only: None,
                })
                .collect(),
            None => unknown().collect(),
        })
        .collect()
}

/// Whether a pattern can be an ARN as it stands.
fn is_arn(value: &str) -> bool {
    (value.starts_with("arn:") && fields(value).len() >= 6) || is_symbol(value)
}

/// Whether a value is one symbol and nothing more.
fn is_symbol(value: &str) -> bool {
    let is_known = value.starts_with("${env:") || value.starts_with("${resource:");
    is_known && value.find('}') == Some(value.len() - 1)
}

/// A value of a member for ARNs that is none by itself: its end names the last variable.
fn in_place(value: &str, template: &str) -> String {
    if value.starts_with("arn:") {
        return any(template);
    }
    let name = last(value, &['/', ':']);
    let (head, tail) = match (0..16).filter_map(|at| template.rfind(variable(at))).max() {
        Some(at) => (&template[..at], &template[at + variable(0).len_utf8()..]),
        None => (template, ""),
    };
    starred(&format!("{}{name}{tail}", any(head)))
}

/// Splits at colons outside of `${..}`.
fn fields(value: &str) -> Vec<&str> {
    split(value, &[':'])
}

fn split<'a>(value: &'a str, at: &[char]) -> Vec<&'a str> {
    let mut inside = false;
    value
        .split(|sign| {
            inside = match sign {
                '{' => true,
                '}' => false,
                _ => inside,
            };
            !inside && at.contains(&sign)
        })
        .collect()
}

fn last<'a>(value: &'a str, at: &[char]) -> &'a str {
    split(value, at).pop().unwrap_or(value)
}

fn place(arn: &str) -> Option<Place> {
    let fields = fields(arn);
    let filled = |at: usize, default: &str| match fields[at] {
        "" => default.to_owned(),
        text => text.to_owned(),
    };
    (fields.len() >= 6).then(|| Place {
        partition: filled(1, "${AWS::Partition}"),
        region: filled(3, "${AWS::Region}"),
        account: filled(4, "${AWS::AccountId}"),
    })
}

/// What the variable of a template can be for one value of its member.
fn slots(value: &str, transform: &str, templates: &[String], at: usize) -> Vec<Slot> {
    let name = |name: &str| vec![Slot::Name(name.to_owned(), None)];
    match transform {
        "na" | "family" => vec![named(value, templates, at)],
        "url" => vec![queue(value)],
        "fn" => vec![function(value)],
        "noslash" => vec![match value.starts_with("arn:") {
            true => named(value, templates, at),
            false => Slot::Name(value.strip_prefix('/').unwrap_or(value).to_owned(), None),
        }],
        "secret" => secret(value),
        "kms" => vec![key(value)],
        "bk" => vec![match value.starts_with("arn:") {
            true => Slot::Arn(value.to_owned()),
            false => Slot::Name(value.to_owned(), None),
        }],
        "ses" => identities(value),
        "model" => vec![model(value)],
        "partiql" => name(&table_of(value).0),
        "partiqlindex" => name(&table_of(value).1),
        _ => name(value),
    }
}

/// A name, or an ARN whose resource part is as the template's.
fn named(value: &str, templates: &[String], at: usize) -> Slot {
    if !value.starts_with("arn:") {
        return match value.starts_with('*') {
            // May be the end of an ARN.
            true => Slot::Name(
                format!("*{}", last(value, &['/', ':']).trim_start_matches('*')),
                None,
            ),
            false => Slot::Name(value.to_owned(), None),
        };
    }
    let Some(place) = place(value) else {
        return Slot::Name("*".to_owned(), None);
    };
    let resource = fields(value)[5..].join(":");
    let resource = resource.strip_suffix(":*").unwrap_or(&resource);
    let inner = templates.iter().find_map(|template| {
        let template = fields(template).get(5..)?.join(":");
        let sign = template.find(variable(at))?;
        let rest = resource.strip_prefix(&template[..sign])?;
        let after = &template[sign + variable(at).len_utf8()..];
        let next = after
            .find(|sign: char| !sign.is_ascii())
            .unwrap_or(after.len());
        let end = match &after[..next] {
            "" => rest.len(),
            literal => rest.find(literal).unwrap_or(rest.len()),
        };
        Some(rest[..end].to_owned())
    });
    let name = inner.unwrap_or_else(|| last(resource, &['/', ':']).to_owned());
    Slot::Name(name, Some(place))
}

/// `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`, or a name.
fn queue(url: &str) -> Slot {
    let parts = split(url, &['/']);
    let name = parts.last().copied().unwrap_or(url).to_owned();
    let place = match parts[..] {
        ["https:", "", host, account, _] => {
            let labels = split(host, &['.']);
            let is_sqs = labels.first() == Some(&"sqs") && labels.len() > 2;
            is_sqs.then(|| Place {
                partition: "${AWS::Partition}".to_owned(),
                region: labels[1].to_owned(),
                account: account.to_owned(),
            })
        }
        _ => None,
    };
    Slot::Name(name, place)
}

/// A name, `ACCOUNT:function:NAME` or an ARN, each with or without `:QUALIFIER`.
fn function(value: &str) -> Slot {
    let parts = fields(value);
    match parts.iter().position(|part| *part == "function") {
        Some(at) if at > 0 && at + 1 < parts.len() => {
            let place = place(value).or_else(|| {
                Some(Place {
                    partition: "${AWS::Partition}".to_owned(),
                    region: "${AWS::Region}".to_owned(),
                    account: parts[at - 1].to_owned(),
                })
            });
            Slot::Name(parts[at + 1..].join(":"), place)
        }
        _ if value.starts_with("arn:") => Slot::Name("*".to_owned(), None),
        _ => Slot::Name(value.to_owned(), None),
    }
}

/// Secrets Manager puts a hyphen and six characters behind the name of a secret.
fn secret(value: &str) -> Vec<Slot> {
    const SUFFIX: &str = "-??????";
    if value.starts_with("arn:") && fields(value).len() >= 6 {
        let arn = |suffix: &str| Slot::Arn(format!("{value}{suffix}"));
        return match value.ends_with('*') {
            true => vec![arn("")],
            // The ARN may be without them, and then names the same secret.
            false => vec![arn(""), arn(SUFFIX)],
        };
    }
    if holds_arn(value) {
        return vec![Slot::Arn(value.to_owned())];
    }
    let suffix = if value.ends_with('*') { "" } else { SUFFIX };
    vec![Slot::Name(format!("{value}{suffix}"), None)]
}

/// Whether a symbol is an environment variable that by its name holds an ARN.
fn holds_arn(value: &str) -> bool {
    let name = value
        .strip_prefix("${env:")
        .and_then(|rest| rest.strip_suffix('}'));
    name.is_some_and(|name| name.to_ascii_uppercase().ends_with("ARN"))
}

/// The ARN of a key by what requests name it: its id, its ARN, or an alias.
pub(super) fn of_key(value: &[Part]) -> String {
    match key(&pattern(value)) {
        Slot::Arn(arn) => arn,
        Slot::Name(name, None) => format!("{KEYS}{name}"),
        Slot::Name(name, Some(place)) => format!(
            "arn:{}:kms:{}:{}:key/{name}",
            place.partition, place.region, place.account
        ),
    }
}

/// All keys of the deployment.
pub(super) fn any_key() -> String {
    format!("{KEYS}*")
}

const KEYS: &str = "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/";

fn key(value: &str) -> Slot {
    let resource = fields(value).get(5).copied();
    match resource {
        Some(resource) if value.starts_with("arn:") => match resource.starts_with("key/") {
            true => Slot::Arn(value.to_owned()),
            // An alias can point anywhere.
            false => Slot::Name("*".to_owned(), place(value)),
        },
        _ if holds_arn(value) => Slot::Arn(value.to_owned()),
        _ if value.starts_with("alias/") || value.starts_with('*') => {
            Slot::Name("*".to_owned(), None)
        }
        _ => Slot::Name(value.to_owned(), None),
    }
}

/// An address can be verified by itself or by its domain.
fn identities(value: &str) -> Vec<Slot> {
    if value.starts_with("arn:") {
        return vec![Slot::Arn(value.to_owned())];
    }
    let address = match (value.rfind('<'), value.rfind('>')) {
        (Some(start), Some(end)) if start < end => &value[start + 1..end],
        _ => value,
    };
    let name = |name: &str| Slot::Name(name.to_owned(), None);
    match address.rsplit_once('@') {
        Some((_, domain)) => vec![name(address), name(domain)],
        // The domain is part of what is not known.
        None => vec![name("*")],
    }
}

fn model(value: &str) -> Slot {
    match value.starts_with("arn:") && fields(value).len() >= 6 {
        true => Slot::Arn(value.to_owned()),
        false => Slot::Name(value.to_owned(), None),
    }
}

/// Table and index of a PartiQL statement; `*` for what cannot be read.
fn table_of(statement: &str) -> (String, String) {
    let mut words = statement.split_whitespace();
    let verb = words.next().unwrap_or_default().to_ascii_uppercase();
    let name = match verb.as_str() {
        "UPDATE" => words.next(),
        "SELECT" | "DELETE" => words
            .skip_while(|word| !word.eq_ignore_ascii_case("FROM"))
            .nth(1),
        "INSERT" => words
            .skip_while(|word| !word.eq_ignore_ascii_case("INTO"))
            .nth(1),
        _ => None,
    };
    let Some(name) = name else {
        return ("*".to_owned(), "*".to_owned());
    };
    let mut parts = split(name, &['.'])
        .into_iter()
        .map(|part| part.trim_matches('"').to_owned());
    let table = parts.next().filter(|name| !name.is_empty());
    (
        table.unwrap_or_else(|| "*".to_owned()),
        parts.next().unwrap_or_else(|| "*".to_owned()),
    )
}

/// The verb of a PartiQL statement, if it can be read.
pub(super) fn verb(statement: &str) -> Option<&'static str> {
    let first = statement.split_whitespace().next()?;
    let verbs = ["SELECT", "INSERT", "UPDATE", "DELETE"];
    verbs
        .into_iter()
        .find(|verb| verb.eq_ignore_ascii_case(first))
}

/// `bucket/key` as `copy_source` has it; the key may be percent-encoded and carry a version.
fn copy_source(value: &str) -> Option<String> {
    let value = value.split("${?}versionId=").next().unwrap_or(value);
    let value = value.strip_prefix('/').unwrap_or(value);
    if value.starts_with("arn:") {
        return Some(value.to_owned());
    }
    let (bucket, key) = match split(value, &['/']).first() {
        Some(bucket) if bucket.len() < value.len() => (*bucket, &value[bucket.len() + 1..]),
        // Bucket and key are within one value.
        _ => {
            return Some(format!(
                "arn:${{AWS::Partition}}:s3:::{}",
                if value == "*" { "*/*" } else { value }
            ));
        }
    };
    Some(format!(
        "arn:${{AWS::Partition}}:s3:::{bucket}/{}",
        decoded(key)
    ))
}

/// Without percent-encoding.
fn decoded(text: &str) -> String {
    let mut out = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// `s3://bucket/prefix`: the bucket or what is below the prefix, as the template has it.
fn s3_uri(value: &str, templates: &[String]) -> Vec<Option<String>> {
    let Some(rest) = value.strip_prefix("s3://") else {
        return vec![None];
    };
    let bucket = split(rest, &['/'])[0];
    let objects = templates
        .iter()
        .any(|template| template.contains(variable(1)));
    let prefix = rest.get(bucket.len() + 1..).unwrap_or_default();
    let suffix = if objects {
        format!("/{prefix}*")
    } else {
        String::new()
    };
    vec![Some(
        format!("arn:${{AWS::Partition}}:s3:::{bucket}{suffix}").replace("**", "*"),
    )]
}

/// The topic of a subscription's ARN.
fn subscription(value: &str) -> Option<String> {
    let parts = fields(value);
    (value.starts_with("arn:") && parts.len() >= 6).then(|| parts[..6].join(":"))
}
