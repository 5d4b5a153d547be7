//! Pages of lists.

use serde_json::Value;

/// What comes behind the token, which is the last key of the page before, and the token of the next
/// page. Items are in order of key.
pub(crate) fn page(
    all: impl Iterator<Item = (String, Value)>,
    token: &Value,
    limit: usize,
) -> (Vec<Value>, Option<String>) {
    let token = token.as_str().unwrap_or_default();
    let mut rest = all.filter(|(key, _)| key.as_str() > token);
    let shown: Vec<(String, Value)> = rest.by_ref().take(limit).collect();
    let more = rest.next().is_some();
    let last = shown.last().map(|(key, _)| key.clone());
    let shown = shown.into_iter().map(|(_, value)| value).collect();
    (shown, last.filter(|_| more))
}
