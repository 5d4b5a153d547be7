//! The correlation id inside of a JSON object, for what travels without attributes beside it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::{RawValue, to_raw_value};

use crate::context::CORRELATION_DETAIL_KEY;

/// Whether a payload uses the key that carries the id.
pub(crate) fn is_reserved(payload: &[u8]) -> bool {
    let key = CORRELATION_DETAIL_KEY.as_bytes();
    // Most payloads have it nowhere, and some are large.
    payload.windows(key.len()).any(|window| window == key)
        && serde_json::from_slice::<BTreeMap<String, IgnoredAny>>(payload)
            .is_ok_and(|members| members.contains_key(CORRELATION_DETAIL_KEY))
}

/// The payload with the id, if it is an object; the other members stay as they are written.
#[cfg(any(feature = "function", feature = "local"))]
pub(crate) fn add(payload: bytes::Bytes, id: &str) -> bytes::Bytes {
    let Some(members) = payload.strip_prefix(b"{") else {
        return payload;
    };
    let carried = serde_json::json!({ "correlation_id": id });
    let mut with_id = format!("{{\"{CORRELATION_DETAIL_KEY}\":{carried}").into_bytes();
    if members != b"}" {
        with_id.push(b',');
    }
    with_id.extend_from_slice(members);
    with_id.into()
}

/// Takes the id out of a payload that carries one.
pub(crate) fn take(payload: Box<RawValue>) -> (Option<String>, Box<RawValue>) {
    #[derive(Deserialize)]
    struct Carried {
        correlation_id: String,
    }
    if !payload.get().contains(CORRELATION_DETAIL_KEY) {
        return (None, payload);
    }
    let Ok(mut members) = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(payload.get())
    else {
        return (None, payload);
    };
    let carried = members.remove(CORRELATION_DETAIL_KEY);
    let carried = carried.and_then(|ids| serde_json::from_str::<Carried>(ids.get()).ok());
    match (carried, to_raw_value(&members)) {
        (Some(carried), Ok(rest)) => (Some(carried.correlation_id), rest),
        _ => (None, payload),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).expect("JSON")
    }

    #[test]
    #[cfg(any(feature = "function", feature = "local"))]
    fn what_is_added_is_taken_out_again() {
        for payload in ["{}", r#"{"n":1.50,"of":{"_ifc":null}}"#] {
            let sent = add(payload.as_bytes().to_vec().into(), "c \"1\"");
            let sent = raw(std::str::from_utf8(&sent).expect("text"));
            let (id, rest) = take(sent);
            assert_eq!(id.as_deref(), Some("c \"1\""));
            assert_eq!(rest.get(), payload);
        }
        // Nothing else has a place for it.
        for payload in ["7", "[{}]", "null", "\"{}\""] {
            assert_eq!(add(payload.as_bytes().into(), "c-1"), payload);
        }
    }

    #[test]
    fn payloads_without_an_id_stay_as_they_are() {
        for payload in [
            "{}",
            "7",
            r#""_ifc""#,
            r#"{"a":"_ifc"}"#,
            r#"{ "_ifc": 1 }"#,
            r#"{"_ifc":{"correlation_id":1}}"#,
        ] {
            let (id, rest) = take(raw(payload));
            assert_eq!((id, rest.get()), (None, payload));
        }
    }

    #[test]
    fn the_reserved_key_is_seen_at_the_top_alone() {
        assert!(is_reserved(br#"{"a":1,"_ifc":1}"#));
        assert!(!is_reserved(br#"{"a":{"_ifc":1}}"#));
        assert!(!is_reserved(b"[\"_ifc\"]"));
    }
}
