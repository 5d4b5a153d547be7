//! Stacks, through CloudFormation's change sets.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::aws::Aws;
use crate::ministack::{ACCOUNT, REGION};

const PATIENCE: Duration = Duration::from_secs(120);

/// A deployed stack.
pub struct Stack {
    aws: Aws,
    /// Its name.
    pub name: String,
    /// Outputs by name.
    pub outputs: BTreeMap<String, String>,
    /// Resources by logical id.
    pub resources: BTreeMap<String, Deployed>,
    changes: u32,
}

/// A deployed resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployed {
    /// `AWS::SQS::Queue`.
    pub kind: String,
    /// What `Ref` yields.
    pub physical: String,
}

/// Parameters by name.
pub type Parameters = BTreeMap<String, String>;

/// Puts the code of the functions into a bucket. The parameters say where it is.
pub fn upload(aws: &Aws, archive: &Path) -> Result<Parameters> {
    let (bucket, key) = ("artifacts", "functions.zip");
    aws.call("s3", "CreateBucket", json!({ "Bucket": bucket }))?;
    let body = json!({ "$file": archive });
    aws.call(
        "s3",
        "PutObject",
        json!({ "Bucket": bucket, "Key": key, "Body": body }),
    )?;
    let parameters = [
        ("Stage", "dev"),
        ("ArtifactBucket", bucket),
        ("ArtifactKey", key),
    ];
    Ok(parameters
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into())
}

impl Stack {
    /// Creates a stack.
    pub fn create(
        aws: &Aws,
        name: &str,
        template: &Value,
        parameters: &Parameters,
    ) -> Result<Stack> {
        let mut stack = Stack {
            aws: aws.clone(),
            name: name.to_owned(),
            outputs: BTreeMap::new(),
            resources: BTreeMap::new(),
            changes: 0,
        };
        stack.change("CREATE", template, parameters)?;
        Ok(stack)
    }

    /// Updates the stack. The result says what changed: `Modify`, `Add` or `Remove` by logical id.
    pub fn update(
        &mut self,
        template: &Value,
        parameters: &Parameters,
    ) -> Result<BTreeMap<String, String>> {
        self.change("UPDATE", template, parameters)
    }

    /// Deletes the stack.
    pub fn delete(&self) -> Result<()> {
        let stack = json!({ "StackName": self.name });
        self.aws
            .call("cloudformation", "DeleteStack", stack.clone())?;
        crate::wait("deletion of the stack", PATIENCE, || {
            match self
                .aws
                .call("cloudformation", "DescribeStacks", stack.clone())
            {
                Err(error) if error.message.contains("does not exist") => Ok(Some(())),
                Err(error) => Err(error.into()),
                Ok(found) => match found["Stacks"][0]["StackStatus"].as_str() {
                    Some("DELETE_FAILED") => bail!("{}", self.failures()?),
                    Some("DELETE_COMPLETE") => Ok(Some(())),
                    _ => Ok(None),
                },
            }
        })
    }

    /// What `Ref` yields for a logical id.
    pub fn physical(&self, id: &str) -> Result<&str> {
        let deployed = self
            .resources
            .get(id)
            .with_context(|| format!("no resource {id}"))?;
        Ok(&deployed.physical)
    }

    /// The ARN of a resource by its logical id.
    pub fn arn(&self, id: &str) -> Result<String> {
        let deployed = self
            .resources
            .get(id)
            .with_context(|| format!("no resource {id}"))?;
        let physical = &deployed.physical;
        let local =
            |service: &str, rest: &str| format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}");
        Ok(match deployed.kind.as_str() {
            _ if physical.starts_with("arn:") => physical.clone(),
            "AWS::DynamoDB::Table" => local("dynamodb", &format!("table/{physical}")),
            "AWS::SQS::Queue" => local("sqs", physical.rsplit('/').next().unwrap_or_default()),
            "AWS::Events::EventBus" => local("events", &format!("event-bus/{physical}")),
            "AWS::Lambda::Function" => local("lambda", &format!("function:{physical}")),
            "AWS::S3::Bucket" => format!("arn:aws:s3:::{physical}"),
            "AWS::IAM::Role" => format!("arn:aws:iam::{ACCOUNT}:role/{physical}"),
            "AWS::SSM::Parameter" => local(
                "ssm",
                &format!("parameter/{}", physical.trim_start_matches('/')),
            ),
            "AWS::SecretsManager::Secret" => {
                let secret = json!({ "SecretId": physical });
                let found = self.aws.call("secretsmanager", "DescribeSecret", secret)?;
                found["ARN"]
                    .as_str()
                    .context("a secret has an ARN")?
                    .to_owned()
            }
            kind => bail!("{id}: no ARN is known for {kind}"),
        })
    }

    fn change(
        &mut self,
        kind: &str,
        template: &Value,
        parameters: &Parameters,
    ) -> Result<BTreeMap<String, String>> {
        self.changes += 1;
        let change_set = json!({
            "StackName": self.name,
            "ChangeSetName": format!("change-{}", self.changes),
        });
        let parameters: Vec<_> = parameters
            .iter()
            .map(|(name, value)| json!({ "ParameterKey": name, "ParameterValue": value }))
            .collect();
        let mut request = change_set.clone();
        request["ChangeSetType"] = kind.into();
        request["TemplateBody"] = template.to_string().into();
        request["Parameters"] = parameters.into();
        request["Capabilities"] = json!(["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]);
        self.aws
            .call("cloudformation", "CreateChangeSet", request)?;
        let description = crate::wait("the change set", PATIENCE, || {
            let found = self
                .aws
                .call("cloudformation", "DescribeChangeSet", change_set.clone())?;
            match found["Status"].as_str() {
                Some("CREATE_COMPLETE") => Ok(Some(found)),
                Some("FAILED") => bail!("change set: {}", found["StatusReason"]),
                _ => Ok(None),
            }
        })?;
        self.aws
            .call("cloudformation", "ExecuteChangeSet", change_set)?;
        let done = format!("{kind}_COMPLETE");
        let stack = crate::wait("the stack", PATIENCE, || {
            let stack = json!({ "StackName": self.name });
            let found = self.aws.call("cloudformation", "DescribeStacks", stack)?;
            let status = found["Stacks"][0]["StackStatus"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            if status.ends_with("IN_PROGRESS") {
                return Ok(None);
            }
            if status != done {
                bail!("{status}: {}", self.failures()?);
            }
            Ok(Some(found["Stacks"][0].clone()))
        })?;
        let outputs = stack["Outputs"].as_array().into_iter().flatten();
        self.outputs = outputs
            .map(|o| (text(&o["OutputKey"]), text(&o["OutputValue"])))
            .collect();
        self.resources = self.describe()?;
        let changes = description["Changes"].as_array().into_iter().flatten();
        Ok(changes
            .map(|change| &change["ResourceChange"])
            .map(|change| (text(&change["LogicalResourceId"]), text(&change["Action"])))
            .collect())
    }

    fn describe(&self) -> Result<BTreeMap<String, Deployed>> {
        let stack = json!({ "StackName": self.name });
        let found = self
            .aws
            .call("cloudformation", "DescribeStackResources", stack)?;
        let resources = found["StackResources"].as_array().into_iter().flatten();
        Ok(resources
            .map(|resource| {
                let deployed = Deployed {
                    kind: text(&resource["ResourceType"]),
                    physical: text(&resource["PhysicalResourceId"]),
                };
                (text(&resource["LogicalResourceId"]), deployed)
            })
            .collect())
    }

    fn failures(&self) -> Result<String> {
        let stack = json!({ "StackName": self.name });
        let found = self
            .aws
            .call("cloudformation", "DescribeStackEvents", stack)?;
        let events = found["StackEvents"].as_array().into_iter().flatten();
        let failed = events.filter(|e| text(&e["ResourceStatus"]).contains("FAILED"));
        let lines: Vec<_> = failed
            .map(|e| {
                format!(
                    "{}: {}",
                    text(&e["LogicalResourceId"]),
                    text(&e["ResourceStatusReason"])
                )
            })
            .collect();
        Ok(lines.join("\n"))
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
