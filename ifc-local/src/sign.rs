//! Signatures of requests (Signature Version 4), in headers and in the queries of presigned URLs.
//!
//! Source: AWS Identity and Access Management User Guide, "AWS Signature Version 4 for API requests";
//! Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters".

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::error::ApiError;
use crate::{digest, moment, percent};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// What stands for the hash of content that is not signed.
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
/// The longest that a presigned URL is valid, in seconds.
const LONGEST: u64 = 7 * 24 * 60 * 60;
/// Milliseconds by which the clocks of client and service may differ.
const SKEW: u64 = 15 * 60 * 1000;

/// What is signed of a request.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// `GET`.
    pub method: &'r str,
    /// The path as it is sent, percent-encoded.
    pub path: &'r str,
    /// The query as it is sent, without the question mark.
    pub query: &'r str,
    /// Headers; `host` must be one of them.
    pub headers: &'r [(&'r str, &'r str)],
}

/// A key that requests are signed with, and what for.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'s> {
    /// Id of the access key.
    pub access_key: &'s str,
    /// The secret.
    pub secret: &'s str,
    /// What temporary credentials have beside these.
    pub session_token: Option<&'s str>,
    /// `us-east-1`.
    pub region: &'s str,
    /// `s3`.
    pub service: &'s str,
}

/// A request whose signature holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Id of the access key.
    pub access_key: String,
    /// The service that it is signed for.
    pub service: String,
    /// Whether it is a presigned URL.
    pub is_presigned: bool,
    /// The hash of the content as it is signed: hexadecimal SHA-256, `UNSIGNED-PAYLOAD`, or
    /// `STREAMING-..` for content in signed chunks.
    pub content: String,
}

impl Signer<'_> {
    /// The query of a presigned URL: that of the request, with the signature. It is valid for so many
    /// seconds, at most 7 days. All headers of the request are signed and have to be sent with it.
    pub fn presign(&self, request: &Request<'_>, now: u64, seconds: u64) -> String {
        let scope = Scope::new(self, now);
        let headers = signed_headers(request);
        let mut query: Vec<(String, String)> = percent::pairs(request.query);
        let mut add = |name: &str, value: String| query.push((name.to_owned(), value));
        add("X-Amz-Algorithm", ALGORITHM.to_owned());
        add(
            "X-Amz-Credential",
            format!("{}/{}", self.access_key, scope.text()),
        );
        add("X-Amz-Date", moment::basic(now));
        add("X-Amz-Expires", seconds.to_string());
        add("X-Amz-SignedHeaders", headers.join(";"));
        if let Some(token) = self.session_token {
            add("X-Amz-Security-Token", token.to_owned());
        }
        let canonical = canonical(request, &query, &headers, UNSIGNED, self.service);
        let signature = scope.signature(self.secret, &moment::basic(now), &canonical);
        let query = canonical_query(&query);
        format!("{query}&X-Amz-Signature={signature}")
    }

    /// The headers that sign a request with content of this hash: `authorization`, `x-amz-date`,
    /// `x-amz-content-sha256`, and `x-amz-security-token` where there is one.
    pub fn sign(&self, request: &Request<'_>, content: &str, now: u64) -> Vec<(String, String)> {
        let scope = Scope::new(self, now);
        let mut added = vec![
            ("x-amz-content-sha256".to_owned(), content.to_owned()),
            ("x-amz-date".to_owned(), moment::basic(now)),
        ];
        added.extend(
            self.session_token
                .map(|token| ("x-amz-security-token".to_owned(), token.to_owned())),
        );
        let mut headers: Vec<(&str, &str)> = request.headers.to_vec();
        headers.extend(
            added
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        let request = Request {
            headers: &headers,
            ..*request
        };
        let names = signed_headers(&request);
        let query = percent::pairs(request.query);
        let canonical = canonical(&request, &query, &names, content, self.service);
        let signature = scope.signature(self.secret, &moment::basic(now), &canonical);
        let authorization = format!(
            "{ALGORITHM} Credential={}/{},SignedHeaders={},Signature={signature}",
            self.access_key,
            scope.text(),
            names.join(";")
        );
        added.push(("authorization".to_owned(), authorization));
        added
    }
}

/// The hexadecimal SHA-256 of content, as [`Signer::sign`] takes it.
pub fn content_hash(content: &[u8]) -> String {
    digest::hex(&digest::sha256(content))
}

/// The id of the access key with which a request is signed, and the service that it is signed for,
/// without a look at the signature.
pub fn claimed(request: &Request<'_>) -> Option<(String, String)> {
    let claim = Claim::read(request).ok()??;
    Some((claim.access_key, claim.scope.service))
}

/// Checks the signature of a request; None if it has none. `secret` gives the secret of an access key.
///
/// # Errors
/// As S3 gives them: `SignatureDoesNotMatch`, `InvalidAccessKeyId`, `AccessDenied` for a presigned URL
/// that has expired, `RequestTimeTooSkewed`, and others for signatures that cannot be read.
pub fn verify(
    request: &Request<'_>,
    now: u64,
    secret: impl Fn(&str) -> Option<String>,
) -> Result<Option<Signed>, ApiError> {
    let Some(claim) = Claim::read(request)? else {
        return Ok(None);
    };
    let refused = |code: &str, message: &str| Err(ApiError::new(code, message).with_status(403));
    match claim.expires {
        Some(seconds) => {
            if claim.at > now + SKEW {
                return refused("AccessDenied", "Request is not yet valid");
            }
            if now > claim.at + seconds * 1000 {
                return refused("AccessDenied", "Request has expired");
            }
        }
        None if claim.at.abs_diff(now) > SKEW => {
            return refused(
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            );
        }
        None => {}
    }
    let Some(secret) = secret(&claim.access_key) else {
        return refused(
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
        );
    };
    let query: Vec<(String, String)> = percent::pairs(request.query)
        .into_iter()
        .filter(|(name, _)| name != "X-Amz-Signature")
        .collect();
    let service = &claim.scope.service;
    let canonical = canonical(request, &query, &claim.headers, &claim.content, service);
    let expected = claim.scope.signature(&secret, &claim.date, &canonical);
    if !same(&expected, &claim.signature) {
        return refused(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        );
    }
    Ok(Some(Signed {
        access_key: claim.access_key,
        service: claim.scope.service,
        is_presigned: claim.expires.is_some(),
        content: claim.content,
    }))
}

/// Equal, in a time that does not tell where they differ.
fn same(a: &str, b: &str) -> bool {
    let differs = a
        .bytes()
        .zip(b.bytes())
        .fold(0, |all, (a, b)| all | (a ^ b));
    a.len() == b.len() && differs == 0
}

/// What a signature says of itself.
struct Claim {
    access_key: String,
    scope: Scope,
    date: String,
    at: u64,
    headers: Vec<String>,
    signature: String,
    content: String,
    /// Seconds; of presigned URLs.
    expires: Option<u64>,
}

impl Claim {
    fn read(request: &Request<'_>) -> Result<Option<Claim>, ApiError> {
        let query = percent::pairs(request.query);
        let in_query = |name: &str| {
            let found = query.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        };
        let (credential, date, headers, signature, content, expires);
        if in_query("X-Amz-Signature").is_some() {
            let wrong = |message: &str| ApiError::new("AuthorizationQueryParametersError", message);
            let needed = |name: &str| {
                in_query(name).ok_or_else(|| {
                    wrong("Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.")
                })
            };
            if needed("X-Amz-Algorithm")? != ALGORITHM {
                return Err(wrong("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\""));
            }
            let seconds = needed("X-Amz-Expires")?.parse::<u64>().ok();
            let seconds = seconds.ok_or_else(|| wrong("X-Amz-Expires should be a number"))?;
            if seconds > LONGEST {
                return Err(wrong(
                    "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
                ));
            }
            credential = needed("X-Amz-Credential")?;
            date = needed("X-Amz-Date")?;
            headers = needed("X-Amz-SignedHeaders")?;
            signature = needed("X-Amz-Signature")?;
            content = header(request, "x-amz-content-sha256").unwrap_or_else(|| UNSIGNED.into());
            expires = Some(seconds);
        } else if let Some(authorization) = header(request, "authorization") {
            let parts = authorization
                .strip_prefix(ALGORITHM)
                .ok_or_else(malformed)?;
            let part = |name: &str| {
                let mut parts = parts.split(',').map(str::trim);
                let found = parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
                found.map(str::to_owned).ok_or_else(malformed)
            };
            credential = part("Credential")?;
            headers = part("SignedHeaders")?;
            signature = part("Signature")?;
            date = header(request, "x-amz-date").ok_or_else(malformed)?;
            content = header(request, "x-amz-content-sha256").unwrap_or_else(|| content_hash(b""));
            expires = None;
        } else {
            return Ok(None);
        }
        let mut parts = credential.rsplitn(5, '/');
        let mut part = || parts.next().map(str::to_owned).ok_or_else(malformed);
        let (end, service, region, day) = (part()?, part()?, part()?, part()?);
        let access_key = part()?;
        if end != "aws4_request" || !date.starts_with(&day) {
            return Err(malformed());
        }
        Ok(Some(Claim {
            access_key,
            scope: Scope {
                day,
                region,
                service,
            },
            at: moment::read_basic(&date).ok_or_else(malformed)?,
            date,
            headers: headers.split(';').map(str::to_owned).collect(),
            signature,
            content,
            expires,
        }))
    }
}

fn malformed() -> ApiError {
    ApiError::new(
        "AuthorizationHeaderMalformed",
        "The authorization header that you provided is not valid.",
    )
}

/// What a key that signs is made for.
struct Scope {
    day: String,
    region: String,
    service: String,
}

impl Scope {
    fn new(signer: &Signer<'_>, now: u64) -> Scope {
        Scope {
            day: moment::basic(now).chars().take(8).collect(),
            region: signer.region.to_owned(),
            service: signer.service.to_owned(),
        }
    }

    fn text(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.day, self.region, self.service)
    }

    fn signature(&self, secret: &str, date: &str, canonical: &str) -> String {
        let text = format!(
            "{ALGORITHM}\n{date}\n{}\n{}",
            self.text(),
            content_hash(canonical.as_bytes())
        );
        let mut key = hmac(format!("AWS4{secret}").as_bytes(), self.day.as_bytes());
        for part in [&self.region, &self.service, "aws4_request", &text] {
            key = hmac(&key, part.as_bytes());
        }
        digest::hex(&key)
    }
}

fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    // A key that is longer than a block counts by its hash.
    let hashed;
    let key = match key.len() > 64 {
        true => {
            hashed = digest::sha256(key);
            &hashed[..]
        }
        false => key,
    };
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// Names of all headers of a request, in order.
fn signed_headers(request: &Request<'_>) -> Vec<String> {
    let headers = request.headers.iter();
    let mut names: Vec<String> = headers.map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    names.dedup();
    names
}

/// The value of a header, with single spaces; None if it is not there.
fn header(request: &Request<'_>, name: &str) -> Option<String> {
    let headers = request.headers.iter();
    let values: Vec<String> = headers
        .filter(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    (!values.is_empty()).then(|| values.join(","))
}

fn canonical_query(query: &[(String, String)]) -> String {
    let mut pairs: Vec<(String, String)> = query
        .iter()
        .map(|(name, value)| (percent::encode(name, ""), percent::encode(value, "")))
        .collect();
    pairs.sort();
    let pairs: Vec<String> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

fn canonical(
    request: &Request<'_>,
    query: &[(String, String)],
    headers: &[String],
    content: &str,
    service: &str,
) -> String {
    let path = match request.path {
        "" => "/",
        path => path,
    };
    // S3 encodes the path once, the other services once more.
    let path = match service {
        "s3" => percent::encode(&percent::decode(path), "/"),
        _ => percent::encode(path, "/"),
    };
    let mut text = format!("{}\n{path}\n{}\n", request.method, canonical_query(query));
    for name in headers {
        let value = header(request, name).unwrap_or_default();
        text.push_str(&format!("{name}:{value}\n"));
    }
    text.push_str(&format!("\n{}\n{content}", headers.join(";")));
    text
}
