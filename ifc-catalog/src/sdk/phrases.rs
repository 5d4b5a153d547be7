//! Texts that name a resource in a language of their own: PartiQL statements, sources of copies, URIs.

use super::forms::{fields, is_arn, is_symbol, split};
use super::table::variable;

/// Table and, if there is one, index of a PartiQL statement; None if it cannot be read.
pub(super) fn table_of(statement: &str) -> Option<(String, Option<String>)> {
    let mut words = statement.split_whitespace();
    let name = match words.next()?.to_ascii_uppercase().as_str() {
        "UPDATE" => words.next(),
        "SELECT" | "DELETE" => words
            .skip_while(|word| !word.eq_ignore_ascii_case("FROM"))
            .nth(1),
        "INSERT" => words
            .skip_while(|word| !word.eq_ignore_ascii_case("INTO"))
            .nth(1),
        _ => None,
    }?;
    let parts = match name.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        Some((table, rest)) => (table, rest.strip_prefix('.')),
        None => match split(name, &['.'])[..] {
            [table, index, ..] => (table, Some(index)),
            _ => (name, None),
        },
    };
    let index = parts.1.map(|index| index.trim_matches('"').to_owned());
    (!parts.0.is_empty()).then(|| (parts.0.to_owned(), index))
}

/// The verb of a PartiQL statement, if it can be read.
pub(super) fn verb(statement: &str) -> Option<&'static str> {
    let first = statement.split_whitespace().next()?;
    let verbs = ["SELECT", "INSERT", "UPDATE", "DELETE"];
    verbs
        .into_iter()
        .find(|verb| verb.eq_ignore_ascii_case(first))
}

/// How a copy source says which version it means; `?` is escaped in patterns.
const VERSION: &str = "${?}versionId=";

/// Whether a copy source names a version; None if nothing is known of it.
pub(super) fn has_version(source: &str) -> Option<bool> {
    match source.contains(VERSION) {
        true => Some(true),
        // Keys of run time are percent-encoded: they hold no question mark.
        false => (source != "*" && !is_symbol(source)).then_some(false),
    }
}

/// The ARN of `bucket/key` as `copy_source` has it.
pub(super) fn copy_source(value: &str) -> String {
    let value = value.split(VERSION).next().unwrap_or(value);
    let value = value.strip_prefix('/').unwrap_or(value);
    if is_arn(value) {
        return value.to_owned();
    }
    let bucket = split(value, &['/'])[0];
    match value.get(bucket.len() + 1..) {
        Some(key) => format!("arn:${{AWS::Partition}}:s3:::{bucket}/{}", decoded(key)),
        // Bucket and key are within one value.
        None if value.contains("${") => format!("arn:${{AWS::Partition}}:s3:::{value}"),
        None => format!("arn:${{AWS::Partition}}:s3:::{value}/*"),
    }
}

/// Without percent-encoding.
pub(super) fn decoded(text: &str) -> String {
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

/// `s3://bucket/key`: the bucket, the object, or what is below a prefix; None for another form.
pub(super) fn s3_uri(value: &str, template: &str, is_prefix: bool) -> Option<String> {
    let rest = value.strip_prefix("s3://")?;
    let bucket = split(rest, &['/'])[0];
    let key = rest.get(bucket.len() + 1..).unwrap_or_default();
    let star = if is_prefix && !key.ends_with('*') {
        "*"
    } else {
        ""
    };
    let end = match template.contains(variable(1)) {
        true => format!("/{key}{star}"),
        false => String::new(),
    };
    Some(format!("arn:${{AWS::Partition}}:s3:::{bucket}{end}"))
}

/// The topic of a subscription's ARN.
pub(super) fn subscription(value: &str) -> Option<String> {
    let parts = fields(value);
    is_arn(value).then(|| parts[..6].join(":"))
}
