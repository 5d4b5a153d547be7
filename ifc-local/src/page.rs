//! Pages of lists.

use serde_json::{Value, json};

/// Items of a page, where the request does not say.
const PAGE: usize = 100;

/// A page of a list under its member, with the token of the next one. Items are in order of key, and the
/// token is the last key of the page before. `most` is the member that says how many the page has, in
/// services that are asked for that.
pub(crate) fn page(
    member: &str,
    all: impl Iterator<Item = (String, Value)>,
    request: &Value,
    most: Option<&str>,
) -> Value {
    let limit = most.and_then(|most| request[most].as_u64());
    let limit = limit.map_or(PAGE, |limit| (limit as usize).clamp(1, PAGE));
    let token = request["NextToken"].as_str().unwrap_or_default();
    let mut rest = all.filter(|(key, _)| key.as_str() > token);
    let shown: Vec<(String, Value)> = rest.by_ref().take(limit).collect();
    let more = rest.next().is_some();
    let next = shown.last().map(|(key, _)| key.clone()).filter(|_| more);
    let shown: Vec<Value> = shown.into_iter().map(|(_, value)| value).collect();
    let mut answer = json!({ member: shown });
    if let Some(next) = next {
        answer["NextToken"] = next.into();
    }
    answer
}
