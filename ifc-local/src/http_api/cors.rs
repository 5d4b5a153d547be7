//! CORS of an API, which answers preflight requests by itself and overrides what functions say of it.

use ifc_catalog::infra::Cors;

use super::{Request, Response};

/// The answer to a preflight request; none if it is none.
pub(super) fn preflight(cors: &Cors, request: &Request) -> Option<Response> {
    let is_preflight = request.method == "OPTIONS"
        && request.header("origin").is_some()
        && request.header("access-control-request-method").is_some();
    if !is_preflight {
        return None;
    }
    let mut response = Response {
        status: 204,
        ..Response::default()
    };
    if add(cors, request, &mut response) {
        let mut list = |name: &str, values: &[String]| {
            if !values.is_empty() {
                response.headers.push((name.to_owned(), values.join(",")));
            }
        };
        list("access-control-allow-methods", &cors.methods);
        list("access-control-allow-headers", &cors.headers);
        if let Some(seconds) = cors.max_age {
            let header = ("access-control-max-age".to_owned(), seconds.to_string());
            response.headers.push(header);
        }
    }
    Some(response)
}

/// Makes the headers of a function's response those of the API.
pub(super) fn replace(cors: &Cors, request: &Request, response: &mut Response) {
    let is_cors = |name: &str| name.starts_with("access-control-");
    response.headers.retain(|(name, _)| !is_cors(name));
    add(cors, request, response);
}

/// Adds what responses to the request's origin have; whether it is allowed.
fn add(cors: &Cors, request: &Request, response: &mut Response) -> bool {
    let Some(origin) = origin(cors, request) else {
        return false;
    };
    let mut add = |name: &str, value: String| response.headers.push((name.to_owned(), value));
    add("access-control-allow-origin", origin);
    if cors.credentials {
        add("access-control-allow-credentials", "true".to_owned());
    }
    if !cors.expose.is_empty() {
        add("access-control-expose-headers", cors.expose.join(","));
    }
    true
}

/// What the response says of the request's origin, if that is allowed.
fn origin(cors: &Cors, request: &Request) -> Option<String> {
    let origin = request.header("origin")?;
    let fits = |allowed: &String| match allowed.as_str() {
        "*" => Some("*".to_owned()),
        // `https://*` stands for all origins of a scheme.
        allowed => match allowed.strip_suffix('*') {
            Some(start) => origin.starts_with(start).then(|| origin.to_owned()),
            None => (allowed == origin).then(|| origin.to_owned()),
        },
    };
    cors.origins.iter().find_map(fits)
}
