//! Presigned URLs of the local engine: signed and checked as on AWS, and answered in this process.

use ifc_local::http_api::{Request, Response};
use ifc_local::sign::{self, Signer};
use ifc_local::{Answer, ApiError, Call, Caller, REGION, percent};
use serde_json::{Map, Value};

use super::Local;
use crate::backend::bucket::Presign;
use crate::error::Result;

/// What the signatures of this process are made with. They say that a URL is as it was made, and nobody
/// else can send one here.
const SECRET: &str = "in-process";
/// The access key of whoever runs the engine.
const ROOT: &str = "root";
/// What the access keys of functions begin with.
const FUNCTION: &str = "function.";

/// Headers of contents and the members that they are.
const HEADERS: &[(&str, &str)] = &[
    ("content-type", "ContentType"),
    ("content-encoding", "ContentEncoding"),
    ("content-disposition", "ContentDisposition"),
    ("cache-control", "CacheControl"),
    ("if-none-match", "IfNoneMatch"),
];

/// What headers with metadata begin with.
const METADATA: &str = "x-amz-meta-";

impl Local {
    /// A URL for a method, with the permissions of whoever calls, which are looked at when it is used.
    pub(super) fn presign(&self, method: &str, request: &Presign) -> Result<String> {
        let access_key = match self.host.caller()? {
            Caller::Root => ROOT.to_owned(),
            Caller::Function { name, .. } => format!("{FUNCTION}{name}"),
        };
        let bucket = self.physical(request.object.bucket)?;
        let path = format!(
            "/{}/{}",
            percent::encode(bucket, ""),
            percent::encode(&request.object.key, "/")
        );
        let endpoint = self.engine().settings().endpoint.clone();
        let signing = sign::Request {
            method,
            path: &path,
            query: "",
            headers: &[("host", host(&endpoint))],
        };
        let signer = Signer {
            access_key: &access_key,
            secret: SECRET,
            session_token: None,
            region: REGION,
            service: "s3",
        };
        let query = signer.presign(&signing, self.host.now(), request.expires_in.as_secs());
        Ok(format!("{endpoint}{path}?{query}"))
    }

    /// Answers a request to a presigned URL of this engine, which is the path of the request: None if it
    /// goes elsewhere.
    pub fn open(&self, request: &Request) -> Option<Response> {
        let endpoint = self.engine().settings().endpoint.clone();
        let path = request.path.strip_prefix(&endpoint)?;
        let answered = self.opened(request, path, host(&endpoint));
        Some(answered.map_or_else(|error| refusal(&error), |answer| response(&answer)))
    }

    fn opened(&self, request: &Request, path: &str, host: &str) -> Result<Answer, ApiError> {
        let given = request.headers.iter();
        let mut headers: Vec<(&str, &str)> = given
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        headers.push(("host", host));
        let signing = sign::Request {
            method: &request.method,
            path,
            query: &request.query,
            headers: &headers,
        };
        let secret = |_: &str| Some(SECRET.to_owned());
        let signed = sign::verify(&signing, self.host.now(), secret)?;
        let signed = signed
            .ok_or_else(|| ApiError::new("AccessDenied", "Access Denied").with_status(403))?;
        let caller = match signed.access_key.strip_prefix(FUNCTION) {
            Some(name) => Caller::Function {
                name: name.to_owned(),
                invocation: None,
            },
            None => Caller::Root,
        };
        let call = call(request, path)?;
        match self.engine().call(&caller, &call, self.host.now())? {
            ifc_local::engine::Reply::Done(answer) => Ok(answer),
            // Calls of S3 wait for no invocation.
            ifc_local::engine::Reply::Invoked(_) => Ok(Answer::default()),
        }
    }
}

fn host(endpoint: &str) -> &str {
    endpoint
        .split_once("://")
        .map_or(endpoint, |(_, host)| host)
}

/// The call that a request to an object is.
fn call(request: &Request, path: &str) -> Result<Call, ApiError> {
    let operation = match request.method.as_str() {
        "GET" => "GetObject",
        "HEAD" => "HeadObject",
        "PUT" => "PutObject",
        _ => {
            return Err(ApiError::new(
                "MethodNotAllowed",
                "The specified method is not allowed against this resource.",
            )
            .with_status(405));
        }
    };
    let path = path.strip_prefix('/').unwrap_or(path);
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    let mut input = Map::new();
    input.insert("Bucket".to_owned(), percent::decode(bucket).into());
    input.insert("Key".to_owned(), percent::decode(key).into());
    if operation != "PutObject" {
        if let Some(range) = request.header("range") {
            input.insert("Range".to_owned(), range.into());
        }
        return Ok(Call::new("s3", operation, Value::Object(input)));
    }
    let mut metadata = Map::new();
    for (name, value) in &request.headers {
        let name = name.to_ascii_lowercase();
        if let Some((_, member)) = HEADERS.iter().find(|(known, _)| *known == name) {
            input.insert((*member).to_owned(), value.as_str().into());
        } else if let Some(name) = name.strip_prefix(METADATA) {
            metadata.insert(name.to_owned(), value.as_str().into());
        }
    }
    input.insert("Metadata".to_owned(), Value::Object(metadata));
    let call = Call::new("s3", operation, Value::Object(input));
    Ok(call.with_body(request.body.clone()))
}

fn response(answer: &Answer) -> Response {
    let text = |member: &str| answer.output[member].as_str();
    let of_content = HEADERS.iter().copied().chain([
        ("etag", "ETag"),
        ("content-range", "ContentRange"),
        ("x-amz-version-id", "VersionId"),
    ]);
    let mut headers: Vec<(String, String)> = of_content
        .filter_map(|(name, member)| Some((name.to_owned(), text(member)?.to_owned())))
        .collect();
    let metadata = answer.output["Metadata"].as_object().into_iter().flatten();
    headers.extend(metadata.filter_map(|(name, value)| {
        Some((format!("{METADATA}{name}"), value.as_str()?.to_owned()))
    }));
    Response {
        status: if text("ContentRange").is_some() {
            206
        } else {
            200
        },
        headers,
        body: answer.body.to_vec(),
    }
}

fn refusal(error: &ApiError) -> Response {
    let escaped = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    };
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{}</Message></Error>",
        escaped(&error.code),
        escaped(&error.message)
    );
    Response {
        status: error.status,
        headers: vec![("content-type".to_owned(), "application/xml".to_owned())],
        body: body.into_bytes(),
    }
}
