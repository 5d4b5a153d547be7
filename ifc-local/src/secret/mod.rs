//! Secrets: Secrets Manager's API over values in memory.
//!
//! Moments are in seconds since 1970, as the service's JSON has them; binary values are in base64.
//!
//! Source: AWS Secrets Manager User Guide and API Reference.

mod password;
mod store;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::ids::Ids;
use crate::moment::{self, DAY};
use store::{Content, Secret};

/// All secrets of an account in a region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Secrets {
    secrets: BTreeMap<String, Secret>,
    ids: Ids,
}

impl Secrets {
    /// No secrets yet; ids, the ends of ARNs and random passwords come from the seed.
    pub fn new(seed: u64) -> Secrets {
        Secrets {
            secrets: BTreeMap::new(),
            ids: Ids::new(seed),
        }
    }

    /// Answers a call: `GetSecretValue` and the request as Secrets Manager's JSON. `now` is in
    /// milliseconds since 1970.
    ///
    /// # Errors
    /// As Secrets Manager gives them.
    pub fn call(&mut self, operation: &str, request: &Value, now: u64) -> Result<Value, ApiError> {
        self.expire(now);
        match operation {
            "CreateSecret" => self.create(request, now),
            "GetSecretValue" => {
                let secret = self.usable(request)?;
                let (id, version) = secret.version(request)?;
                let mut answer = json!({
                    "ARN": secret.arn,
                    "Name": secret.name,
                    "VersionId": id,
                    "VersionStages": version.stages,
                    "CreatedDate": moment::seconds(version.created),
                });
                version.content.show(&mut answer);
                secret.accessed = Some(now - now % DAY);
                Ok(answer)
            }
            "PutSecretValue" => {
                let content = Content::read(request)?.ok_or_else(|| {
                    parameter("You must provide either SecretString or SecretBinary.")
                })?;
                let id = self.version_id(request)?;
                let secret = self.usable(request)?;
                let stages = secret.put(&id, content, stages(request), now)?;
                Ok(json!({
                    "ARN": secret.arn, "Name": secret.name, "VersionId": id, "VersionStages": stages,
                }))
            }
            "UpdateSecret" => self.update(request, now),
            "DescribeSecret" => Ok(self.of(request)?.describe()),
            "ListSecretVersionIds" => {
                let secret = self.of(request)?;
                Ok(json!({
                    "ARN": secret.arn,
                    "Name": secret.name,
                    "Versions": secret.versions(request["IncludeDeprecated"] == true),
                }))
            }
            "UpdateSecretVersionStage" => {
                let secret = self.usable(request)?;
                secret.move_stage(request, now)?;
                Ok(json!({ "ARN": secret.arn, "Name": secret.name }))
            }
            "DeleteSecret" => self.delete(request, now),
            "RestoreSecret" => {
                let secret = self.of(request)?;
                secret.deleted = None;
                Ok(json!({ "ARN": secret.arn, "Name": secret.name }))
            }
            "ListSecrets" => self.list(request),
            "PutResourcePolicy" => {
                let policy = request["ResourcePolicy"].as_str().unwrap_or_default();
                if serde_json::from_str::<Value>(policy).is_err() {
                    return Err(ApiError::new(
                        "MalformedPolicyDocumentException",
                        "This resource policy contains invalid Json.",
                    ));
                }
                let policy = policy.to_owned();
                let secret = self.usable(request)?;
                secret.policy = Some(policy);
                Ok(json!({ "ARN": secret.arn, "Name": secret.name }))
            }
            "GetResourcePolicy" => {
                let secret = self.of(request)?;
                Ok(match &secret.policy {
                    Some(policy) => json!({
                        "ARN": secret.arn, "Name": secret.name, "ResourcePolicy": policy,
                    }),
                    None => json!({ "ARN": secret.arn, "Name": secret.name }),
                })
            }
            "DeleteResourcePolicy" => {
                let secret = self.usable(request)?;
                secret.policy = None;
                Ok(json!({ "ARN": secret.arn, "Name": secret.name }))
            }
            "GetRandomPassword" => {
                let password = password::random(request, &mut self.ids)?;
                Ok(json!({ "RandomPassword": password }))
            }
            other => Err(ApiError::new(
                "UnknownOperationException",
                format!("secrets do not have the operation {other} here"),
            )),
        }
    }

    /// The ARN of a secret, by its name or an ARN.
    pub fn arn(&self, id: &str) -> Option<&str> {
        let secret = self.secrets.values().find(|secret| secret.is_called(id))?;
        Some(&secret.arn)
    }

    /// The policy of a secret, by its name or an ARN.
    pub fn policy(&self, id: &str) -> Option<&str> {
        let secret = self.secrets.values().find(|secret| secret.is_called(id))?;
        secret.policy.as_deref()
    }

    /// When a deleted secret can no longer be restored next.
    pub fn next(&self) -> Option<u64> {
        self.secrets
            .values()
            .filter_map(|secret| secret.deleted)
            .min()
    }

    /// Removes the secrets whose recovery window is over.
    pub fn expire(&mut self, now: u64) {
        self.secrets
            .retain(|_, secret| secret.deleted.is_none_or(|end| end > now));
    }

    fn of(&mut self, request: &Value) -> Result<&mut Secret, ApiError> {
        let id = request["SecretId"].as_str().unwrap_or_default();
        let name = match id.starts_with("arn:") {
            true => {
                let mut secrets = self.secrets.values();
                let found = secrets.find(|secret| secret.is_called(id));
                found.map(|secret| secret.name.clone())
            }
            false => Some(id.to_owned()),
        };
        name.and_then(|name| self.secrets.get_mut(&name))
            .ok_or_else(|| {
                ApiError::new(
                    "ResourceNotFoundException",
                    "Secrets Manager can't find the specified secret.",
                )
            })
    }

    /// The secret of a request, which is not deleted.
    fn usable(&mut self, request: &Value) -> Result<&mut Secret, ApiError> {
        let secret = self.of(request)?;
        match secret.deleted {
            None => Ok(secret),
            Some(_) => Err(ApiError::new(
                "InvalidRequestException",
                "You can't perform this operation on the secret because it was marked for deletion.",
            )),
        }
    }

    /// The id of a new version: the client's token, so that a request that is sent again makes one.
    fn version_id(&mut self, request: &Value) -> Result<String, ApiError> {
        match request["ClientRequestToken"].as_str() {
            None => Ok(self.ids.uuid()),
            Some(token) if (32..=64).contains(&token.len()) => Ok(token.to_owned()),
            Some(_) => Err(parameter(
                "ClientRequestToken must be 32-64 characters long.",
            )),
        }
    }

    fn create(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let name = request["Name"].as_str().unwrap_or_default();
        let valid = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
        if name.is_empty() || name.len() > 512 || !name.chars().all(valid) {
            return Err(ApiError::validation(
                "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
            ));
        }
        let content = Content::read(request)?;
        let id = self.version_id(request)?;
        if let Some(secret) = self.secrets.get(name) {
            if secret.deleted.is_some() {
                return Err(ApiError::new(
                    "InvalidRequestException",
                    "You can't create this secret because a secret with this name is already scheduled for deletion.",
                ));
            }
            if content.is_some() && secret.content(&id) == content.as_ref() {
                return Ok(json!({ "ARN": secret.arn, "Name": name, "VersionId": id }));
            }
            return Err(ApiError::new(
                "ResourceExistsException",
                format!("The operation failed because the secret {name} already exists."),
            ));
        }
        let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        let end: String = (0..6)
            .map(|_| char::from(letters[(self.ids.number() % letters.len() as u64) as usize]))
            .collect();
        let arn = crate::arn("secretsmanager", &format!("secret:{name}-{end}"));
        let mut secret = Secret::new(name, arn, request, now);
        let mut answer = json!({ "ARN": secret.arn, "Name": name });
        if let Some(content) = content {
            secret.put(&id, content, Vec::new(), now)?;
            answer["VersionId"] = id.into();
        }
        self.secrets.insert(name.to_owned(), secret);
        Ok(answer)
    }

    fn update(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let content = Content::read(request)?;
        let id = self.version_id(request)?;
        let secret = self.usable(request)?;
        let mut answer = json!({ "ARN": secret.arn, "Name": secret.name });
        if let Some(content) = content {
            secret.put(&id, content, Vec::new(), now)?;
            answer["VersionId"] = id.into();
        }
        if let Some(description) = request["Description"].as_str() {
            secret.description = description.to_owned();
            secret.changed = now;
        }
        Ok(answer)
    }

    fn delete(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let force = request["ForceDeleteWithoutRecovery"] == true;
        let window = &request["RecoveryWindowInDays"];
        let days = match window.as_u64() {
            _ if force && !window.is_null() => {
                return Err(parameter(
                    "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
                ));
            }
            Some(days) if (7..=30).contains(&days) => days,
            None if window.is_null() => 30,
            _ => {
                return Err(parameter(
                    "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
                ));
            }
        };
        if force {
            let Ok(secret) = self.of(request) else {
                // Deleting by force what is not there is no error.
                let id = request["SecretId"].as_str().unwrap_or_default();
                return Ok(json!({ "Name": id, "DeletionDate": moment::seconds(now) }));
            };
            let name = secret.name.clone();
            let answer = json!({
                "ARN": secret.arn, "Name": name, "DeletionDate": moment::seconds(now),
            });
            self.secrets.remove(&name);
            return Ok(answer);
        }
        let secret = self.usable(request)?;
        let end = now + days * DAY;
        secret.deleted = Some(end);
        Ok(json!({
            "ARN": secret.arn, "Name": secret.name, "DeletionDate": moment::seconds(end),
        }))
    }

    /// In order of name; `NextToken` is the name of the last.
    fn list(&self, request: &Value) -> Result<Value, ApiError> {
        let most = match &request["MaxResults"] {
            Value::Null => 100,
            most => match most.as_u64() {
                Some(most @ 1..=100) => most as usize,
                _ => return Err(parameter("MaxResults must be between 1 and 100.")),
            },
        };
        let after = request["NextToken"].as_str().unwrap_or_default();
        let mut names = Vec::new();
        for filter in request["Filters"].as_array().into_iter().flatten() {
            if filter["Key"] != "name" {
                return Err(parameter(&format!(
                    "secrets are filtered by name alone here, not by {}",
                    filter["Key"]
                )));
            }
            let values = filter["Values"].as_array().into_iter().flatten();
            names.push(values.filter_map(Value::as_str).collect::<Vec<_>>());
        }
        let mut found = self.secrets.values().filter(|secret| {
            let wanted = |values: &Vec<&str>| {
                values.iter().any(|value| match value.strip_prefix('!') {
                    Some(value) => !secret.name.starts_with(value),
                    None => secret.name.starts_with(value),
                })
            };
            (request["IncludePlannedDeletion"] == true || secret.deleted.is_none())
                && secret.name.as_str() > after
                && names.iter().all(wanted)
        });
        let page: Vec<&Secret> = found.by_ref().take(most).collect();
        let mut answer = json!({ "SecretList": page.iter().map(|secret| secret.describe()).collect::<Vec<_>>() });
        if let (Some(last), true) = (page.last(), found.next().is_some()) {
            answer["NextToken"] = last.name.as_str().into();
        }
        Ok(answer)
    }
}

fn stages(request: &Value) -> Vec<String> {
    let stages = request["VersionStages"].as_array().into_iter().flatten();
    stages
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn parameter(message: &str) -> ApiError {
    ApiError::new("InvalidParameterException", message)
}
