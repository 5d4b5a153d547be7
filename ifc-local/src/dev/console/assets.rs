//! The files of the page, which are part of the program.

use hyper::StatusCode;
use hyper::header::{self, HeaderMap};
use sha2::{Digest, Sha256};

use super::reply::{self, Problem, Responded};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";
const JS: &str = "text/javascript; charset=utf-8";

/// Name, type and content of each.
macro_rules! files {
    ($($name:literal $kind:ident),* $(,)?) => {
        &[$(($name, $kind, include_str!(concat!("page/", $name)))),*]
    };
}

const FILES: &[(&str, &str, &str)] = files![
    "index.html" HTML,
    "icon.svg" SVG,
    "base.css" CSS,
    "parts.css" CSS,
    "graph.css" CSS,
    "api.js" JS,
    "buckets.js" JS,
    "dom.js" JS,
    "format.js" JS,
    "forms.js" JS,
    "functions.js" JS,
    "graph.js" JS,
    "layout.js" JS,
    "main.js" JS,
    "overview.js" JS,
    "parts.js" JS,
    "permissions.js" JS,
    "plot.js" JS,
    "queues.js" JS,
    "send.js" JS,
    "store.js" JS,
    "tables.js" JS,
    "timeline.js" JS,
    "traces.js" JS,
    "waterfall.js" JS,
];

/// A file of the page.
pub(super) fn asset(path: &str, headers: &HeaderMap) -> Result<Responded, Problem> {
    let name = if path.is_empty() { "index.html" } else { path };
    let Some((_, kind, content)) = FILES.iter().find(|(known, ..)| *known == name) else {
        return Err(Problem::missing(format!(
            "the page has no file `{name}`; it is at /_ifc/"
        )));
    };
    let digest = Sha256::digest(content.as_bytes());
    let tag: String = digest[..12]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let tag = format!("\"{tag}\"");
    let is_known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|known| known.to_str().ok())
        .is_some_and(|known| known.split(',').any(|known| known.trim() == tag));
    let mut response = match is_known {
        true => reply::full(StatusCode::NOT_MODIFIED, kind, ""),
        false => reply::full(StatusCode::OK, kind, content.as_bytes()),
    };
    reply::set(&mut response, header::ETAG, &tag);
    // Browsers ask each time, since the next program may have another page.
    reply::set(&mut response, header::CACHE_CONTROL, "no-cache");
    Ok(response)
}
