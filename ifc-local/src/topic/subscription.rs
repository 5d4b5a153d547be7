//! Subscriptions: who gets what of a topic.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::invalid;
use super::message::{Delivery, Notification};
use crate::error::ApiError;
use ifc_catalog::pattern::{self, Surface};

/// How an endpoint is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// A function.
    Lambda,
    /// A queue.
    Sqs,
}

impl Protocol {
    /// As SNS names it.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Lambda => "lambda",
            Protocol::Sqs => "sqs",
        }
    }
}

/// A subscription. It is confirmed from the start, as those within one account are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subscription {
    /// ARN.
    pub arn: String,
    /// ARN of the topic.
    pub topic: String,
    /// How the endpoint is reached.
    pub protocol: Protocol,
    /// ARN of the function or queue.
    pub endpoint: String,
    /// `FilterPolicy`, `RawMessageDelivery` and so on, as they were set.
    settings: BTreeMap<String, String>,
}

impl Subscription {
    /// # Errors
    /// If SNS would refuse one of the attributes.
    pub(super) fn new(
        arn: String,
        topic: &str,
        protocol: Protocol,
        endpoint: &str,
        attributes: &Value,
    ) -> Result<Subscription, ApiError> {
        let mut subscription = Subscription {
            arn,
            topic: topic.to_owned(),
            protocol,
            endpoint: endpoint.to_owned(),
            settings: BTreeMap::new(),
        };
        let given = attributes.as_object().cloned().unwrap_or_default();
        let mut given: Vec<_> = given.into_iter().collect();
        // The scope says how the policy is read.
        given.sort_by_key(|(name, _)| name != "FilterPolicyScope");
        for (name, value) in given {
            subscription.set(&name, value.as_str().unwrap_or_default())?;
        }
        Ok(subscription)
    }

    fn by_body(&self) -> bool {
        self.settings.get("FilterPolicyScope").map(String::as_str) == Some("MessageBody")
    }

    pub(super) fn has_filter(&self) -> bool {
        self.settings.contains_key("FilterPolicy")
    }

    /// Sets an attribute; an empty text takes it away.
    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        match name {
            "FilterPolicy" => {
                if value.is_empty() || value == "{}" {
                    self.settings.remove(name);
                    return Ok(());
                }
                check_filter(value, self.by_body())?;
            }
            "FilterPolicyScope" => {
                if !matches!(value, "MessageAttributes" | "MessageBody") {
                    return Err(invalid(format!(
                        "FilterPolicyScope: Invalid value [{value}]. Please use either MessageBody or MessageAttributes"
                    )));
                }
                if let Some(policy) = self.settings.get("FilterPolicy") {
                    check_filter(policy, value == "MessageBody")?;
                }
            }
            "RawMessageDelivery" => {
                let lower = value.to_lowercase();
                if !matches!(lower.as_str(), "true" | "false") {
                    return Err(invalid(
                        "Attributes Reason: RawMessageDelivery: Invalid value. Must be true or false.",
                    ));
                }
                if lower == "true" && self.protocol != Protocol::Sqs {
                    return Err(invalid(
                        "Attributes Reason: Delivery protocol does not support raw message delivery",
                    ));
                }
                self.settings.insert(name.to_owned(), lower);
                return Ok(());
            }
            "RedrivePolicy" => {
                if value.is_empty() {
                    self.settings.remove(name);
                    return Ok(());
                }
                let policy: Value = serde_json::from_str(value)
                    .map_err(|_| invalid("RedrivePolicy: failed to parse JSON"))?;
                let target = policy["deadLetterTargetArn"].as_str().unwrap_or_default();
                if !target.starts_with("arn:aws:sqs:") {
                    return Err(invalid(
                        "RedrivePolicy: deadLetterTargetArn is an invalid arn",
                    ));
                }
            }
            // Only HTTP endpoints have one; it says nothing about these.
            "DeliveryPolicy" | "SubscriptionRoleArn" | "ReplayPolicy" => {}
            _ => return Err(invalid("AttributeName")),
        }
        self.settings.insert(name.to_owned(), value.to_owned());
        Ok(())
    }

    /// Whether it was made with these attributes.
    pub(super) fn agrees_with(&self, other: &Subscription) -> bool {
        other.settings.is_empty() || self.settings == other.settings
    }

    pub(super) fn attributes(&self) -> Map<String, Value> {
        let mut all: Map<String, Value> = self
            .settings
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        if self.has_filter() {
            all.entry("FilterPolicyScope")
                .or_insert_with(|| "MessageAttributes".into());
        }
        all.entry("RawMessageDelivery")
            .or_insert_with(|| "false".into());
        for (name, value) in [
            ("SubscriptionArn", self.arn.as_str()),
            ("TopicArn", &self.topic),
            ("Protocol", self.protocol.name()),
            ("Endpoint", &self.endpoint),
            ("Owner", crate::ACCOUNT),
            ("PendingConfirmation", "false"),
            ("ConfirmationWasAuthenticated", "true"),
            ("SubscriptionPrincipal", super::PRINCIPAL),
        ] {
            all.insert(name.to_owned(), value.into());
        }
        all
    }

    pub(super) fn show(&self) -> Value {
        json!({
            "SubscriptionArn": self.arn,
            "TopicArn": self.topic,
            "Protocol": self.protocol.name(),
            "Endpoint": self.endpoint,
            "Owner": crate::ACCOUNT,
        })
    }

    /// Whether the filter policy lets a notification through.
    pub(super) fn wants(&self, notification: &Notification) -> bool {
        let Some(policy) = self.settings.get("FilterPolicy") else {
            return true;
        };
        let surface = surface(self.by_body());
        pattern::validate(policy, surface).is_ok_and(|policy| match surface {
            Surface::TopicBody => super::filter::body(&policy, &notification.message),
            _ => super::filter::attributes(&policy, &notification.attributes),
        })
    }

    pub(super) fn deliver(&self, notification: Notification) -> Delivery {
        let redrive = self.settings.get("RedrivePolicy");
        let redrive = redrive.and_then(|text| serde_json::from_str::<Value>(text).ok());
        Delivery {
            subscription: self.arn.clone(),
            protocol: self.protocol,
            endpoint: self.endpoint.clone(),
            raw: self.settings.get("RawMessageDelivery").map(String::as_str) == Some("true"),
            dead_letters: redrive
                .and_then(|policy| Some(policy["deadLetterTargetArn"].as_str()?.to_owned())),
            notification,
        }
    }
}

fn surface(body: bool) -> Surface {
    match body {
        true => Surface::TopicBody,
        false => Surface::TopicAttributes,
    }
}

/// Bytes of a filter policy. Source: SNS Developer Guide, "Filter policy constraints".
const FILTER_BYTES: usize = 256 * 1024;

fn check_filter(policy: &str, body: bool) -> Result<(), ApiError> {
    if policy.len() > FILTER_BYTES {
        return Err(invalid("FilterPolicy: Filter policy is too large"));
    }
    match pattern::validate(policy, surface(body)) {
        Ok(_) => Ok(()),
        Err(error) => Err(invalid(format!(
            "FilterPolicy: {}{}{}",
            error.path,
            if error.path.is_empty() { "" } else { ": " },
            error.reason
        ))),
    }
}
