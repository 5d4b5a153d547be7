//! Sections of `[package.metadata.ifc]` with rules of their own, as AWS asks for them.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::duration;
use crate::infra::Cors;
use crate::model::Existing;

use super::metadata::{Reader, seconds};
use super::names;

/// What a browser may ask for (API Gateway V2, `CorsConfiguration`).
const METHODS: &[&str] = &[
    "*", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT",
];

/// How long a browser may keep an answer, in milliseconds (same place).
const MAX_AGE: u64 = duration::DAY;

/// Limits of tags (AWS General Reference, tag naming limits and requirements).
const TAGS: usize = 50;
const TAG_NAME: usize = 128;
const TAG_VALUE: usize = 256;

impl Reader<'_> {
    pub(super) fn tags(&mut self, tags: &[(&String, &Json)]) -> BTreeMap<String, String> {
        let mut read = BTreeMap::new();
        for &(name, value) in tags {
            let path = format!("tags.{name}");
            let Json::String(text) = value else {
                self.invalid(&path, "is not a string", "write text");
                continue;
            };
            let length = |text: &str| text.encode_utf16().count();
            let prefix = name.get(..4).unwrap_or_default();
            if prefix.eq_ignore_ascii_case("aws:") {
                let help = "choose another name";
                self.invalid(&path, "has a name that AWS keeps to itself", help);
            } else if name.is_empty() || length(name) > TAG_NAME || length(text) > TAG_VALUE {
                let help =
                    format!("names have 1 to {TAG_NAME} characters, values {TAG_VALUE} at most");
                self.invalid(&path, "is no tag for AWS", &help);
            } else if !(name.chars().chain(text.chars())).all(is_of_tags) {
                let help = "use letters, digits, spaces and `_ . : / = + - @`";
                self.invalid(&path, "is no tag for AWS", help);
            } else {
                read.insert(name.clone(), text.clone());
            }
        }
        if tags.len() > TAGS {
            let help = format!("a resource has {TAGS} at most");
            self.invalid("tags", "are too many", &help);
        }
        read
    }

    pub(super) fn cors(&mut self, value: &Json) -> Option<Cors> {
        const KEYS: &[&str] = &[
            "credentials",
            "expose",
            "headers",
            "max_age",
            "methods",
            "origins",
        ];
        let table = self.object(value, "cors")?;
        self.only(table, "cors", KEYS);
        let cors = Cors {
            origins: self.texts(table, "origins"),
            methods: self.texts(table, "methods"),
            headers: self.texts(table, "headers"),
            expose: self.texts(table, "expose"),
            credentials: table.get("credentials").and_then(Json::as_bool) == Some(true),
            max_age: table
                .get("max_age")
                .and_then(Json::as_str)
                .and_then(|text| duration::parse(text).ok())
                .filter(|age| *age <= MAX_AGE)
                .map(seconds),
        };
        if table.contains_key("max_age") && cors.max_age.is_none() {
            let help = "write \"1h\", or \"24h\" at most";
            self.invalid("cors.max_age", "is no time that an answer is kept", help);
        }
        if table
            .get("credentials")
            .is_some_and(|value| !value.is_boolean())
        {
            let help = "write `true` or `false`";
            self.invalid("cors.credentials", "is not a boolean", help);
        }
        if !table.contains_key("origins") || table["origins"] == Json::Array(Vec::new()) {
            let help = "write `origins = [\"https://example.com\"]`";
            self.invalid("cors", "lets nobody in without `origins`", help);
        }
        if let Some(method) = (cors.methods.iter()).find(|method| !METHODS.contains(&&***method)) {
            let what = format!("has a method that there is not: `{method}`");
            let help = format!("there are {}", METHODS.join(", "));
            self.invalid("cors.methods", &what, &help);
        }
        if cors.credentials && cors.origins.iter().any(|origin| origin == "*") {
            self.invalid(
                "cors.credentials",
                "does not go with the origin `*`",
                "name the origins",
            );
        }
        Some(cors)
    }

    fn texts(&mut self, table: &Map<String, Json>, key: &str) -> Vec<String> {
        let Some(value) = table.get(key) else {
            return Vec::new();
        };
        let list: Option<Vec<String>> = value.as_array().and_then(|list| {
            let texts = list.iter().map(|text| text.as_str().map(str::to_owned));
            texts.collect()
        });
        if list.is_none() {
            let help = "write a list of strings";
            self.invalid(&format!("cors.{key}"), "is not a list", help);
        }
        list.unwrap_or_default()
    }

    pub(super) fn topic(&mut self, value: &Json) -> Option<Existing> {
        let topic = match value {
            Json::String(arn) if is_topic(arn) => Some(Existing::Arn(arn.clone())),
            Json::Object(members) if members.len() == 1 => {
                let text = |key: &str| members.get(key).and_then(Json::as_str).map(str::to_owned);
                let parameter = text("parameter").filter(|name| names::is_id(name));
                let ssm = text("ssm").filter(|path| !path.is_empty());
                parameter
                    .map(Existing::StackParameter)
                    .or_else(|| ssm.map(Existing::SsmParameter))
            }
            _ => None,
        };
        if topic.is_none() {
            self.invalid(
                "alarm_topic",
                "is not a topic",
                "write its ARN, `{ parameter = \"Name\" }` or `{ ssm = \"/path\" }`",
            );
        }
        topic
    }
}

fn is_of_tags(c: char) -> bool {
    c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c)
}

/// `arn:aws:sns:eu-central-1:111122223333:alarms`.
fn is_topic(arn: &str) -> bool {
    let parts: Vec<&str> = arn.split(':').collect();
    matches!(parts.as_slice(), ["arn", _, "sns", region, account, name]
        if !region.is_empty() && !account.is_empty() && !name.is_empty())
}
