//! Random passwords.

use serde_json::Value;

use super::parameter;
use crate::error::ApiError;
use crate::ids::Ids;

/// Source: Secrets Manager API Reference, `GetRandomPassword`.
const PUNCTUATION: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// A password as a request wants it.
pub(super) fn random(request: &Value, ids: &mut Ids) -> Result<String, ApiError> {
    let length = match &request["PasswordLength"] {
        Value::Null => 32,
        length => match length.as_u64() {
            Some(length @ 1..=4096) => length as usize,
            _ => return Err(parameter("PasswordLength must be between 1 and 4096.")),
        },
    };
    let excluded = request["ExcludeCharacters"].as_str().unwrap_or_default();
    let mut kinds: Vec<Vec<char>> = Vec::new();
    for (letters, is_wanted) in [
        (
            "abcdefghijklmnopqrstuvwxyz",
            request["ExcludeLowercase"] != true,
        ),
        (
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            request["ExcludeUppercase"] != true,
        ),
        ("0123456789", request["ExcludeNumbers"] != true),
        (PUNCTUATION, request["ExcludePunctuation"] != true),
        (" ", request["IncludeSpace"] == true),
    ] {
        let letters: Vec<char> = letters.chars().filter(|c| !excluded.contains(*c)).collect();
        if is_wanted && !letters.is_empty() {
            kinds.push(letters);
        }
    }
    let all: Vec<char> = kinds.iter().flatten().copied().collect();
    if all.is_empty() {
        return Err(parameter("The password has no characters to be made of."));
    }
    let mut pick = |below: usize| (ids.number() % below as u64) as usize;
    let mut password: Vec<char> = Vec::with_capacity(length);
    if request["RequireEachIncludedType"] != false {
        if length < kinds.len() {
            return Err(parameter(
                "PasswordLength is too short for the types of characters that are required.",
            ));
        }
        for kind in &kinds {
            password.push(kind[pick(kind.len())]);
        }
    }
    while password.len() < length {
        password.push(all[pick(all.len())]);
    }
    // The required ones stand anywhere.
    for at in (1..password.len()).rev() {
        password.swap(at, pick(at + 1));
    }
    Ok(password.into_iter().collect())
}
