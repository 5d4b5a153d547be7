//! Operations of the AWS SDK for Rust, and the symbols that give them away.

use std::fmt;

/// An operation by the names of the SDK: `dynamodb`, `PutItem`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Operation {
    /// The crate without `aws-sdk-`.
    pub service: String,
    /// The type in the crate's `operation` module.
    pub name: String,
}

impl Operation {
    /// An operation.
    pub fn new(service: impl Into<String>, name: impl Into<String>) -> Operation {
        Operation {
            service: service.into(),
            name: name.into(),
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.name)
    }
}

/// A symbol's name as Rust writes it, without the hash.
pub(crate) fn demangled(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name);
    format!("{:#}", rustc_demangle::demangle(&text))
}

/// The operation whose part of the SDK a symbol is. Every operation configures its requests by
/// `<aws_sdk_SERVICE::operation::MODULE::NAME as ..::RuntimePlugin>::config`, which is in a program
/// exactly when the operation is, whatever the optimiser does: it is called through a table.
pub(crate) fn marked(name: &[u8]) -> Option<Operation> {
    // Demangling costs; few symbols get past this.
    if !(contains(name, b"RuntimePlugin") && contains(name, b"aws_sdk_")) {
        return None;
    }
    let name = demangled(name);
    let inner = name.strip_prefix("<aws_sdk_")?;
    let (ty, rest) = inner.split_once(" as ")?;
    if !(rest.starts_with("aws_smithy_runtime_api::") && rest.ends_with("RuntimePlugin>::config")) {
        return None;
    }
    match ty.split("::").collect::<Vec<_>>().as_slice() {
        [service, "operation", _, name] => Some(Operation::new(*service, *name)),
        _ => None,
    }
}

/// Whether a symbol is the SDK's own search for credentials, which any client may reach.
///
/// `aws_config::sts::assume_role` is not part of that: it runs when the program asks for a role.
pub(crate) fn is_of_sdk_itself(name: &[u8]) -> bool {
    if !(contains(name, b"aws_config") || contains(name, b"s3_express")) {
        return false;
    }
    let name = demangled(name);
    let name = name.trim_start_matches('<');
    let search = name.starts_with("aws_config::") && !name.starts_with(ASKED_FOR);
    search || name.starts_with("aws_sdk_s3::s3_express::")
}

const ASKED_FOR: &str = "aws_config::sts::assume_role::";

/// What the SDK calls on its own to get credentials.
const OF_SDK_ITSELF: &[(&str, &str)] = &[
    ("s3", "CreateSession"),
    ("signin", "CreateOAuth2Token"),
    ("sso", "GetRoleCredentials"),
    ("ssooidc", "CreateToken"),
    ("sts", "AssumeRole"),
    ("sts", "AssumeRoleWithWebIdentity"),
];

pub(crate) fn sdk_calls_itself(operation: &Operation) -> bool {
    OF_SDK_ITSELF.contains(&(&operation.service, &operation.name))
}

/// The crate of an AWS SDK older than 1.0 that a symbol belongs to. Their operations have no
/// runtime plugins; `aws_smithy_client`, and rusoto before, sent the requests.
pub(crate) fn old_sdk(name: &[u8]) -> Option<&'static str> {
    const OLD: &[(&[u8], &str)] = &[
        (b"aws_smithy_client", "aws-smithy-client"),
        (b"rusoto_core", "rusoto_core"),
    ];
    let old = OLD.iter().find(|(mark, _)| contains(name, mark))?;
    let name = demangled(name);
    let path = name.trim_start_matches('<');
    path.starts_with(&old.1.replace('-', "_")).then_some(old.1)
}

pub(crate) fn contains(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEGACY: &[u8] = b"_ZN128_$LT$aws_sdk_dynamodb..operation..put_item..PutItem$u20$as$u20$aws_smithy_runtime_api..client..runtime_plugin..RuntimePlugin$GT$6config17h1ee7142921358c45E";

    #[test]
    fn operations_are_marked_by_their_plugin() {
        assert_eq!(marked(LEGACY), Some(Operation::new("dynamodb", "PutItem")));
        let service = String::from_utf8_lossy(LEGACY).replace(
            "operation..put_item..PutItem",
            "config..ServiceRuntimePlugin",
        );
        assert_eq!(marked(service.as_bytes()), None);
        assert_eq!(
            marked(b"_ZN4core3fmt5Write9write_str17h0123456789abcdefE"),
            None
        );
    }

    #[test]
    fn both_manglings_are_read() {
        let v0 = b"_RNvXs_NtNtCs1_16aws_sdk_dynamodb9operation8put_itemNtB4_7PutItemNtNtNtCs2_22aws_smithy_runtime_api6client14runtime_plugin13RuntimePlugin6config";
        assert_eq!(marked(v0), Some(Operation::new("dynamodb", "PutItem")));
    }

    #[test]
    fn the_sdk_itself_is_told_from_roles_that_are_asked_for() {
        let chain =
            b"_ZN10aws_config16default_provider11credentials23DefaultCredentialsChain5build17h0123456789abcdefE";
        let role = b"_ZN10aws_config3sts11assume_role26AssumeRoleProviderBuilder5build17h0123456789abcdefE";
        assert!(is_of_sdk_itself(chain));
        assert!(!is_of_sdk_itself(role));
        assert!(!is_of_sdk_itself(
            b"_ZN4shop17aws_config_loader4load17h0123456789abcdefE"
        ));
    }

    #[test]
    fn old_sdks_are_recognised() {
        let old = b"_ZN17aws_smithy_client6Client4call17h0123456789abcdefE";
        assert_eq!(old_sdk(old), Some("aws-smithy-client"));
        assert_eq!(
            old_sdk(b"_ZN4shop17aws_smithy_client4call17h0123456789abcdefE"),
            None
        );
    }
}
