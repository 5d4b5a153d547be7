//! Who sends a request: the access key in its signature.
//!
//! Source: IAM User Guide, "Elements of an AWS API request signature".

use super::protocol::Request;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What a signature says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signed {
    /// Access key id.
    pub(crate) key: String,
    /// The service that it is for.
    pub(crate) service: String,
    /// Whether it stands in the URL.
    pub(crate) presigned: bool,
}

/// What is wrong with a signature before it is looked at closer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unsigned {
    /// There is none.
    Missing,
    /// It cannot be read.
    Incomplete,
}

/// The signature of a request.
pub(crate) fn signed(request: &Request) -> Result<Signed, Unsigned> {
    if let Some(header) = request.header("authorization") {
        let fields = header.strip_prefix(ALGORITHM).ok_or(Unsigned::Incomplete)?;
        let credential = fields
            .split(',')
            .find_map(|field| field.trim().strip_prefix("Credential="));
        return scope(credential, false);
    }
    let parameters = request.parameters();
    let value = |name: &str| {
        let found = parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    };
    match value("X-Amz-Algorithm") {
        Some(ALGORITHM) => scope(value("X-Amz-Credential"), true),
        Some(_) => Err(Unsigned::Incomplete),
        None => Err(Unsigned::Missing),
    }
}

/// `AKID/20130524/us-east-1/s3/aws4_request`.
fn scope(credential: Option<&str>, presigned: bool) -> Result<Signed, Unsigned> {
    let parts: Vec<&str> = credential.unwrap_or_default().split('/').collect();
    match parts.as_slice() {
        [key, _, _, service, "aws4_request"] if !key.is_empty() => Ok(Signed {
            key: (*key).to_owned(),
            service: (*service).to_owned(),
            presigned,
        }),
        _ => Err(Unsigned::Incomplete),
    }
}
