//! Buckets themselves, and what they are set to.

use serde_json::{Value, json};

use super::store::{Bucket, Versioning};
use super::{Buckets, lifecycle, list, malformed, text};
use crate::error::ApiError;

/// Configurations that are kept as they are put: the operations that put, give and delete each, the
/// member of the request, and the code of the error when there is none.
const KEPT: &[(&str, &str, &str, &str, &str)] = &[
    (
        "PutBucketCors",
        "GetBucketCors",
        "DeleteBucketCors",
        "CORSConfiguration",
        "NoSuchCORSConfiguration",
    ),
    (
        "PutBucketLifecycleConfiguration",
        "GetBucketLifecycleConfiguration",
        "DeleteBucketLifecycle",
        "LifecycleConfiguration",
        "NoSuchLifecycleConfiguration",
    ),
];

/// Source: Amazon S3 User Guide, "General purpose bucket naming rules".
fn check_name(name: &str) -> Result<(), ApiError> {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_address = name.split('.').count() == 4
        && name
            .split('.')
            .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()));
    let fits = (3..=63).contains(&name.len())
        && name.chars().all(|c| letter(c) || c == '.' || c == '-')
        && name.starts_with(letter)
        && name.ends_with(letter)
        && !name.contains("..")
        && !is_address
        && !["xn--", "sthree-", "amzn-s3-demo-"]
            .iter()
            .any(|start| name.starts_with(start))
        && !["-s3alias", "--ol-s3", ".mrap", "--x-s3"]
            .iter()
            .any(|end| name.ends_with(end));
    match fits {
        true => Ok(()),
        false => Err(
            ApiError::new("InvalidBucketName", "The specified bucket is not valid.")
                .with("BucketName", name),
        ),
    }
}

impl Buckets {
    /// In us-east-1 it is no error to create one's bucket again.
    pub(super) fn create_bucket(&mut self, input: &Value, now: u64) -> Result<Value, ApiError> {
        let name = text(input, "Bucket");
        check_name(name)?;
        self.buckets
            .entry(name.to_owned())
            .or_insert_with(|| Bucket::new(name, now));
        Ok(json!({ "Location": format!("/{name}") }))
    }

    pub(super) fn delete_bucket(&mut self, input: &Value) -> Result<Value, ApiError> {
        let bucket = self.of(input)?;
        if !bucket.objects.is_empty() {
            return Err(ApiError::new(
                "BucketNotEmpty",
                "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
            )
            .with_status(409)
            .with("BucketName", bucket.name.as_str()));
        }
        self.buckets.remove(text(input, "Bucket"));
        Ok(json!({}))
    }
}

impl Bucket {
    /// Answers an operation on the bucket's settings; None if it is none.
    pub(super) fn setting(
        &mut self,
        operation: &str,
        input: &Value,
    ) -> Option<Result<Value, ApiError>> {
        let done = Ok(json!({}));
        Some(match operation {
            "PutBucketVersioning" => self.set_versioning(input),
            "GetBucketVersioning" => Ok(match self.versioning {
                Versioning::Off => json!({}),
                Versioning::Enabled => json!({ "Status": "Enabled" }),
                Versioning::Suspended => json!({ "Status": "Suspended" }),
            }),
            "PutBucketPolicy" => self.set_policy(input),
            "GetBucketPolicy" => match &self.policy {
                Some(policy) => Ok(json!({ "Policy": policy })),
                None => Err(none(
                    "NoSuchBucketPolicy",
                    "The bucket policy does not exist",
                )),
            },
            "DeleteBucketPolicy" => {
                self.policy = None;
                done
            }
            "GetBucketNotificationConfiguration" => {
                let kept = self
                    .configurations
                    .get("PutBucketNotificationConfiguration");
                Ok(kept.cloned().unwrap_or_else(|| json!({})))
            }
            _ => {
                let (put, get, _, member, code) = KEPT
                    .iter()
                    .find(|(put, get, delete, ..)| [put, get, delete].contains(&&operation))?;
                if operation == *put {
                    self.keep(put, &input[*member])
                } else if operation == *get {
                    let kept = self.configurations.get(*put).cloned();
                    kept.ok_or_else(|| none(code, "The configuration does not exist"))
                } else {
                    self.configurations.remove(*put);
                    if *put == "PutBucketLifecycleConfiguration" {
                        self.set_rules(Vec::new());
                    }
                    done
                }
            }
        })
    }

    fn keep(&mut self, put: &str, configuration: &Value) -> Result<Value, ApiError> {
        match put {
            "PutBucketLifecycleConfiguration" => {
                let rules = lifecycle::read(configuration)?;
                self.set_rules(rules);
            }
            _ => check_cors(configuration)?,
        }
        self.configurations
            .insert(put.to_owned(), configuration.clone());
        Ok(json!({}))
    }

    fn set_versioning(&mut self, input: &Value) -> Result<Value, ApiError> {
        self.versioning = match text(&input["VersioningConfiguration"], "Status") {
            "Enabled" => Versioning::Enabled,
            "Suspended" => Versioning::Suspended,
            _ => {
                return Err(ApiError::new(
                    "IllegalVersioningConfigurationException",
                    "The Versioning element must be specified",
                ));
            }
        };
        Ok(json!({}))
    }

    fn set_policy(&mut self, input: &Value) -> Result<Value, ApiError> {
        let policy = text(input, "Policy");
        if !serde_json::from_str::<Value>(policy).is_ok_and(|policy| policy.is_object()) {
            return Err(ApiError::new(
                "MalformedPolicy",
                "Policies must be valid JSON and the first byte must be '{'",
            ));
        }
        self.policy = Some(policy.to_owned());
        Ok(json!({}))
    }
}

fn none(code: &str, message: &str) -> ApiError {
    ApiError::new(code, message).with_status(404)
}

fn check_cors(configuration: &Value) -> Result<(), ApiError> {
    let rules = list(configuration, "CORSRules");
    if rules.is_empty() || rules.len() > 100 {
        return Err(malformed());
    }
    for rule in rules {
        let methods = list(rule, "AllowedMethods");
        if methods.is_empty() || list(rule, "AllowedOrigins").is_empty() {
            return Err(malformed());
        }
        let known = ["GET", "PUT", "HEAD", "POST", "DELETE"];
        if let Some(method) = methods
            .iter()
            .find(|method| !known.iter().any(|one| *method == one))
        {
            return Err(ApiError::new(
                "InvalidRequest",
                format!(
                    "Found unsupported HTTP method in CORS config. Unsupported method is {method}"
                ),
            ));
        }
    }
    Ok(())
}
