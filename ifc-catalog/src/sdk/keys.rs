//! Customer-managed keys that requests name themselves.

use super::arn;
use super::request::{Request, Set, Value};

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
    Some(known.map_or_else(|| vec![arn::any_key()], arns))
}

/// ARNs of keys.
pub(super) fn arns<'a>(keys: impl IntoIterator<Item = &'a Value>) -> Vec<String> {
    keys.into_iter().map(|key| arn::of_key(key)).collect()
}
