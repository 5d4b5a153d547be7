//! The query protocol: a form in, XML out. SNS and STS.
//!
//! Source: Smithy, "AWS query protocol".

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::xml::Writer;
use super::{Request, Service};
use crate::call::{Answer, Call};
use crate::error::ApiError;
use crate::percent;
use crate::server::body::{response, set};
use crate::server::listen::Responded;

fn namespace(service: Service) -> &'static str {
    match service {
        Service::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
        _ => "http://sns.amazonaws.com/doc/2010-03-31/",
    }
}

pub(super) fn read(service: Service, request: &Request) -> Result<Call, ApiError> {
    let text = std::str::from_utf8(&request.body)
        .map_err(|_| ApiError::new("MalformedQueryString", "The request is not UTF-8"))?;
    let mut pairs = percent::pairs(text);
    pairs.extend(request.parameters());
    let mut operation = None;
    let mut tree = Tree::default();
    for (name, value) in pairs {
        match name.as_str() {
            "Action" => operation = Some(value),
            "Version" => {}
            name if name.starts_with("X-Amz-") => {}
            name => tree.insert(name, value),
        }
    }
    let Some(operation) = operation else {
        return Err(ApiError::new(
            "MissingAction",
            "The request must contain the parameter Action",
        ));
    };
    let input = match tree.children.is_empty() {
        true => json!({}),
        false => tree.into_value(),
    };
    let mut call = Call::new(service.name(), &operation, input);
    // The only member here that is not text.
    let flag = &mut call.input["ReturnSubscriptionArn"];
    match flag.as_str() {
        Some(text) => *flag = (text == "true").into(),
        None => {
            if let Some(input) = call.input.as_object_mut() {
                input.remove("ReturnSubscriptionArn");
            }
        }
    }
    Ok(call)
}

/// Parameters by the parts of their names.
#[derive(Default)]
struct Tree {
    value: Option<String>,
    children: BTreeMap<Part, Tree>,
}

/// Numbers in their order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u32),
    Name(String),
}

impl Tree {
    fn insert(&mut self, name: &str, value: String) {
        let mut at = self;
        for part in name.split('.') {
            let part = match part.parse() {
                Ok(number) => Part::Number(number),
                Err(_) => Part::Name(part.to_owned()),
            };
            at = at.children.entry(part).or_default();
        }
        at.value = Some(value);
    }

    fn into_value(mut self) -> Value {
        if self.children.is_empty() {
            return self.value.unwrap_or_default().into();
        }
        // `Names.member.1` is a list, `Attributes.entry.1.key` a map.
        if self.children.len() == 1 {
            if let Some(members) = self.children.remove(&Part::Name("member".into())) {
                let members = members.children.into_values();
                return members.map(Tree::into_value).collect();
            }
            if let Some(entries) = self.children.remove(&Part::Name("entry".into())) {
                let entries = entries.children.into_values();
                return Value::Object(entries.filter_map(Tree::into_entry).collect());
            }
        }
        let named = self.children.into_iter().map(|(part, tree)| {
            let name = match part {
                Part::Name(name) => name,
                Part::Number(number) => number.to_string(),
            };
            (name, tree.into_value())
        });
        Value::Object(named.collect())
    }

    /// Key and value; both are called either way.
    fn into_entry(mut self) -> Option<(String, Value)> {
        let mut take = |names: [&str; 2]| {
            let found = names.map(|name| self.children.remove(&Part::Name(name.to_owned())));
            found.into_iter().flatten().next()
        };
        let key = take(["key", "Name"])?.value?;
        Some((key, take(["value", "Value"])?.into_value()))
    }
}

pub(super) fn answer(service: Service, call: &Call, answer: &Answer, id: &str) -> Responded {
    let operation = call.operation.as_str();
    let mut xml = Writer::default();
    xml.open_with(&format!("{operation}Response"), namespace(service));
    let empty = answer.output.as_object().is_none_or(Map::is_empty);
    if !empty {
        xml.open(&format!("{operation}Result"));
        members(&mut xml, &answer.output);
        xml.close();
    }
    xml.open("ResponseMetadata");
    xml.text("RequestId", id);
    finish(200, xml, id)
}

fn members(xml: &mut Writer, value: &Value) {
    for (name, value) in value.as_object().into_iter().flatten() {
        member(xml, name, value);
    }
}

fn member(xml: &mut Writer, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Array(values) => {
            xml.open(name);
            for value in values {
                member(xml, "member", value);
            }
            xml.close();
        }
        // The only maps of SNS.
        Value::Object(map) if name == "Attributes" => {
            xml.open(name);
            for (key, value) in map {
                xml.open("entry");
                xml.text("key", key);
                member(xml, "value", value);
                xml.close();
            }
            xml.close();
        }
        Value::Object(_) => {
            xml.open(name);
            members(xml, value);
            xml.close();
        }
        Value::String(text) => xml.text(name, text),
        other => xml.text(name, &other.to_string()),
    }
}

pub(super) fn error(service: Service, error: &ApiError, id: &str) -> Responded {
    let mut xml = Writer::default();
    xml.open_with("ErrorResponse", namespace(service));
    xml.open("Error");
    let fault = if error.status < 500 {
        "Sender"
    } else {
        "Receiver"
    };
    xml.text("Type", fault);
    xml.text("Code", &error.code);
    xml.text("Message", &error.message);
    for (name, value) in &error.details {
        member(&mut xml, name, value);
    }
    xml.close();
    xml.text("RequestId", id);
    finish(error.status, xml, id)
}

fn finish(status: u16, xml: Writer, id: &str) -> Responded {
    let mut response = response(status, "text/xml", xml.finish());
    set(&mut response, "x-amzn-requestid", id);
    response
}
