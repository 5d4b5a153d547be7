//! The forms in which a member can name a resource: names, ARNs, URLs, addresses, statements. Texts
//! are patterns: `${..}` is a symbol, `*` is not known.

use super::phrases::table_of;
use super::table::variable;

/// One value of a variable.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) text: Text,
    /// Where the resource lies, if the value says so.
    pub(super) place: Option<Place>,
    /// Condition key and value that narrow the resource.
    pub(super) only: Option<(&'static str, String)>,
}

#[derive(Clone, Debug)]
pub(super) enum Text {
    /// Stands in place of the variable.
    Name(String),
    /// Stands in place of the variable and all before it.
    Arn(String),
}

/// Partition, region and account of a literal ARN or URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) partition: String,
    pub(super) region: String,
    pub(super) account: String,
}

fn name(text: impl Into<String>) -> Slot {
    Slot {
        text: Text::Name(text.into()),
        place: None,
        only: None,
    }
}

fn of_aws(text: &str) -> Slot {
    Slot {
        place: Some(Place {
            partition: "${AWS::Partition}".to_owned(),
            region: "${AWS::Region}".to_owned(),
            account: "*".to_owned(),
        }),
        ..name(text)
    }
}

fn arn(text: impl Into<String>) -> Slot {
    Slot {
        text: Text::Arn(text.into()),
        place: None,
        only: None,
    }
}

/// What variable `at` of a template can be for one value of its member; none if the value rules the
/// resource type out.
pub(super) fn slots(value: &str, transform: &str, template: &str, at: usize) -> Vec<Slot> {
    match transform {
        "na" => vec![named(value, template, at)],
        "url" => vec![queue(value)],
        "fn" => vec![function(value)],
        // What AWS provides lies in no account.
        "document" if value.starts_with("AWS") => vec![of_aws(value)],
        "document" => vec![named(value, template, at)],
        "noslash" if value.starts_with("/aws/service/") => vec![of_aws(&value[1..])],
        "noslash" => vec![match value.starts_with("arn:") {
            true => named(value, template, at),
            false => {
                holder(value).unwrap_or_else(|| name(value.strip_prefix('/').unwrap_or(value)))
            }
        }],
        "secret" => secret(value),
        "kms" => vec![key(value)],
        "alias" => vec![name(value.strip_prefix("alias/").unwrap_or(value))],
        "bk" => bucket(value, template),
        "ses" => identities(value),
        "model" => model(value, template),
        // The default bus has no place in the ARN of a rule.
        // A name says nothing about the id that is in the ARN.
        "id" if !is_arn(value) => vec![holder(value).unwrap_or_else(|| name("*"))],
        "short" if !is_arn(value) && !is_short_id(value) => vec![name("*")],
        "id" | "short" => vec![named(value, template, at)],
        "bus" if value == "default" => vec![name("")],
        "bus" => {
            let may_be_default = value.contains('*') || value.contains("${");
            let default = may_be_default.then(|| name(""));
            default
                .into_iter()
                .chain([named(value, template, at)])
                .collect()
        }
        "partiql" => vec![name(
            table_of(value).map_or_else(|| "*".to_owned(), |found| found.0),
        )],
        "partiqlindex" => match table_of(value) {
            Some((_, None)) => Vec::new(),
            Some((_, Some(index))) => vec![name(index)],
            None => vec![name("*")],
        },
        _ => vec![name(value)],
    }
}

/// Whether a value can be taken for an id of AppConfig: `abc1234`, or a variable of that name.
fn is_short_id(value: &str) -> bool {
    let is_id = value.len() == 7
        && value.chars().any(|sign| sign.is_ascii_digit())
        && value
            .chars()
            .all(|sign| sign.is_ascii_digit() || sign.is_ascii_lowercase());
    is_id || is_symbol(value) && value.to_ascii_uppercase().ends_with("ID}")
}

/// Whether a pattern is an ARN with all its fields.
pub(super) fn is_arn(value: &str) -> bool {
    value.starts_with("arn:") && fields(value).len() >= 6
}

/// Whether an ARN can be of a template, as far as both say.
pub(super) fn fits(arn: &str, template: &str) -> bool {
    let resource = |whole: &str| fields(whole).get(5..).map(|rest| rest.join(":"));
    let (Some(arn), Some(template)) = (resource(arn), resource(template)) else {
        return false;
    };
    meet(
        &arn.chars().collect::<Vec<_>>(),
        &template.chars().collect::<Vec<_>>(),
    )
}

/// Whether two patterns have a text in common. Symbols and variables stand for any text.
fn meet(left: &[char], right: &[char]) -> bool {
    let is_open = |side: &[char]| {
        side.first()
            .is_some_and(|sign| *sign == '*' || !sign.is_ascii())
    };
    match (is_open(left), is_open(right)) {
        _ if left.starts_with(&['$', '{']) => {
            let end = left
                .iter()
                .position(|sign| *sign == '}')
                .unwrap_or(left.len() - 1);
            (0..=right.len()).any(|at| meet(&left[end + 1..], &right[at..]))
        }
        (true, _) => (0..=right.len()).any(|at| meet(&left[1..], &right[at..])),
        (_, true) => (0..=left.len()).any(|at| meet(&left[at..], &right[1..])),
        _ => match (left.first(), right.first()) {
            (None, None) => true,
            (Some(one), Some(other)) => one == other && meet(&left[1..], &right[1..]),
            _ => false,
        },
    }
}

/// Whether a value is one symbol and nothing more.
pub(super) fn is_symbol(value: &str) -> bool {
    let is_known = value.starts_with("${env:") || value.starts_with("${resource:");
    is_known && value.find('}') == Some(value.len() - 1)
}

/// An environment variable that by its name holds an ARN.
fn holder(value: &str) -> Option<Slot> {
    let variable = value.strip_prefix("${env:")?.strip_suffix('}')?;
    let holds = variable.to_ascii_uppercase().ends_with("ARN");
    holds.then(|| arn(value))
}

/// Splits at colons outside of `${..}`.
pub(super) fn fields(value: &str) -> Vec<&str> {
    split(value, &[':'])
}

pub(super) fn split<'a>(value: &'a str, at: &[char]) -> Vec<&'a str> {
    let mut inside = false;
    let parts = value.split(|sign| {
        inside = match sign {
            '{' => true,
            '}' => false,
            _ => inside,
        };
        !inside && at.contains(&sign)
    });
    parts.collect()
}

/// What follows the last of these signs.
pub(super) fn last<'a>(value: &'a str, at: &[char]) -> &'a str {
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

/// A name, or an ARN whose resource part is as the template's.
fn named(value: &str, template: &str, at: usize) -> Slot {
    let sign = template.find(variable(at)).unwrap_or(0);
    let after = template
        .get(sign + variable(at).len_utf8()..)
        .unwrap_or_default();
    if !value.starts_with("arn:") {
        let ends = after.is_empty() || after.starts_with("/index/");
        return match holder(value) {
            Some(slot) if ends => slot,
            // May be the end of an ARN.
            _ if value.starts_with('*') => {
                let end = last(value, &['/', ':']).trim_start_matches('*');
                name(format!("*{end}"))
            }
            _ => name(value),
        };
    }
    let Some(place) = place(value) else {
        return name("*");
    };
    let resource = fields(value)[5..].join(":");
    let resource = resource.strip_suffix(":*").unwrap_or(&resource);
    let before = fields(&template[..sign])
        .get(5..)
        .map(|rest| rest.join(":"));
    let inner = before.and_then(|before| resource.strip_prefix(&before));
    let next = after
        .find(|sign: char| !sign.is_ascii())
        .unwrap_or(after.len());
    let found = match inner {
        Some(rest) if after[..next].is_empty() => rest,
        Some(rest) => &rest[..rest.find(&after[..next]).unwrap_or(rest.len())],
        None => last(resource, &['/', ':']),
    };
    Slot {
        place: Some(place),
        ..name(found)
    }
}

/// `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`, or a name.
fn queue(url: &str) -> Slot {
    if is_arn(url) {
        return arn(url);
    }
    if let Some(slot) = holder(url) {
        return slot;
    }
    let parts = split(url, &['/']);
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
    Slot {
        place,
        ..name(parts.last().copied().unwrap_or(url))
    }
}

/// A name, `ACCOUNT:function:NAME` or an ARN, each with or without `:QUALIFIER`.
fn function(value: &str) -> Slot {
    if let Some(slot) = holder(value) {
        return slot;
    }
    let parts = fields(value);
    match parts.iter().position(|part| *part == "function") {
        Some(at) if at > 0 && at + 1 < parts.len() => Slot {
            place: place(value).or_else(|| {
                Some(Place {
                    partition: "${AWS::Partition}".to_owned(),
                    region: "${AWS::Region}".to_owned(),
                    account: parts[at - 1].to_owned(),
                })
            }),
            ..name(parts[at + 1..].join(":"))
        },
        _ if value.starts_with("arn:") => name("*"),
        _ => name(value),
    }
}

/// Secrets Manager puts a hyphen and six characters behind the name of a secret.
fn secret(value: &str) -> Vec<Slot> {
    const SUFFIX: &str = "-??????";
    if is_arn(value) {
        return match value.ends_with('*') {
            true => vec![arn(value)],
            // The ARN may be without them, and then names the same secret.
            false => vec![arn(value), arn(format!("{value}{SUFFIX}"))],
        };
    }
    let suffix = if value.ends_with('*') { "" } else { SUFFIX };
    vec![holder(value).unwrap_or_else(|| name(format!("{value}{suffix}")))]
}

/// A key, or an alias, which can point to any.
pub(super) fn key(value: &str) -> Slot {
    const ALIAS: &str = "kms:RequestAlias";
    if is_arn(value) {
        let resource = fields(value)[5];
        return match resource.strip_prefix("alias/").is_some() {
            true => Slot {
                place: place(value),
                only: Some((ALIAS, resource.to_owned())),
                ..name("*")
            },
            false => arn(value),
        };
    }
    match holder(value) {
        Some(slot) => slot,
        None if value.starts_with("alias/") => Slot {
            only: Some((ALIAS, value.to_owned())),
            ..name("*")
        },
        None if value.starts_with('*') || value.starts_with("arn:") => name("*"),
        None => name(value),
    }
}

/// A bucket or an access point; through an access point, the bucket is needed as well.
fn bucket(value: &str, template: &str) -> Vec<Slot> {
    let is_object = template.contains(variable(1));
    if !is_arn(value) {
        return vec![holder(value).unwrap_or_else(|| name(value))];
    }
    if !fields(value)[5].starts_with("accesspoint") {
        return vec![arn(value)];
    }
    let through = Slot {
        only: Some(("s3:DataAccessPointArn", value.to_owned())),
        ..name("*")
    };
    let end = if is_object { "/object" } else { "" };
    vec![arn(format!("{value}{end}")), through]
}

/// An address can be verified by itself or by its domain.
fn identities(value: &str) -> Vec<Slot> {
    if is_arn(value) {
        return vec![arn(value)];
    }
    let address = match (value.rfind('<'), value.rfind('>')) {
        (Some(start), Some(end)) if start < end => &value[start + 1..end],
        _ => value,
    };
    match address.rsplit_once('@') {
        Some((_, domain)) => vec![name(address), name(domain)],
        // The domain is part of what is not known.
        None => vec![name("*")],
    }
}

/// A Bedrock model by id or ARN, directly or through an inference profile, which can take the model
/// of any region.
fn model(value: &str, template: &str) -> Vec<Slot> {
    const GEOGRAPHIES: [&str; 10] = [
        "us", "eu", "apac", "global", "us-gov", "jp", "au", "ca", "sa", "me",
    ];
    let anywhere = |model: &str| {
        arn(format!(
            "arn:${{AWS::Partition}}:bedrock:*::foundation-model/{model}"
        ))
    };
    let of_profile = |id: &str| {
        let (geography, model) = id.split_once('.')?;
        GEOGRAPHIES.contains(&geography).then(|| anywhere(model))
    };
    let is_model = template.contains("foundation-model/");
    let is_open = value.contains('*') || value.contains("${");
    if is_arn(value) {
        let resource = fields(value)[5..].join(":");
        let through = match resource.split_once('/') {
            Some(("inference-profile", id)) => {
                Some(of_profile(id).unwrap_or_else(|| anywhere("*")))
            }
            Some(("application-inference-profile", _)) => Some(anywhere("*")),
            _ => None,
        };
        return [arn(value)].into_iter().chain(through).collect();
    }
    match (is_model, of_profile(value)) {
        (true, Some(model)) if !is_open => vec![model],
        (true, _) if is_open => vec![anywhere("*")],
        (true, _) => vec![name(value)],
        (false, None) if !is_open => Vec::new(),
        (false, _) => vec![holder(value).unwrap_or_else(|| name(value))],
    }
}
