//! Customer-managed keys that requests name themselves.

use super::forms::{self, Slot, Text};
use super::request::{Part, Request, Set, Value, pattern};

const KEYS: &str = "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/";

/// Where an operation says with which key to encrypt: service, operation, member.
const MEMBERS: &[(&str, &str, &str)] = &[
    ("s3", "CopyObject", "ssekms_key_id"),
    ("s3", "CreateMultipartUpload", "ssekms_key_id"),
    ("s3", "PutObject", "ssekms_key_id"),
    ("secretsmanager", "CreateSecret", "kms_key_id"),
    ("secretsmanager", "UpdateSecret", "kms_key_id"),
    ("ssm", "PutParameter", "key_id"),
];

/// The member of an operation that names a key, if it has one.
pub(super) fn member(service: &str, operation: &str) -> Option<&'static str> {
    let found = MEMBERS
        .iter()
        .find(|(of, name, _)| (*of, *name) == (service, operation));
    found.map(|(_, _, member)| *member)
}

/// ARNs of the keys that a member may hold; None if it is not set.
pub(super) fn named(member: &str, request: &Request) -> Option<Vec<String>> {
    if request.set(member) == Set::Never {
        return None;
    }
    let known = request.values(member).filter(|values| !values.is_empty());
    Some(known.map_or_else(|| vec![format!("{KEYS}*")], arns))
}

/// ARNs of keys.
pub(super) fn arns<'a>(keys: impl IntoIterator<Item = &'a Value>) -> Vec<String> {
    keys.into_iter().map(|key| of_key(key)).collect()
}

/// The ARN of a key by what requests name it: its id, its ARN, or an alias, which can be of any.
fn of_key(value: &[Part]) -> String {
    match forms::key(&pattern(value)) {
        Slot {
            text: Text::Arn(arn),
            ..
        } => arn,
        Slot {
            text: Text::Name(name),
            place: None,
            ..
        } => format!("{KEYS}{name}"),
        Slot {
            text: Text::Name(name),
            place: Some(place),
            ..
        } => format!(
            "arn:{}:kms:{}:{}:key/{name}",
            place.partition, place.region, place.account
        ),
    }
}
