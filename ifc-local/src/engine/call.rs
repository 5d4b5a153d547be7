//! Calls: who may, who answers, and what follows.

use serde_json::{Value, json};

use super::access::{self, Decided, Known};
use super::record::What;
use super::{Engine, Reply, trace};
use crate::call::{Answer, Call, Caller};
use crate::error::ApiError;
use crate::iam::Context;

impl Engine {
    /// Answers a call, if the caller's role and the resource's policy allow it.
    ///
    /// # Errors
    /// As the services give them; `AccessDenied` or the service's own name for it, with the function,
    /// the action, the resource and the reason in the message.
    pub fn call(&mut self, caller: &Caller, call: &Call, now: u64) -> Result<Reply, ApiError> {
        let trace = self.trace_of(caller, call, now);
        let needs = access::needs(call, self);
        let resources = needs.iter().map(|need| need.resource.clone()).collect();
        let mut decisions = Vec::new();
        let answered = match self.authorize(caller, call, &needs, &mut decisions) {
            Ok(()) => self.answer(caller, call, &trace, now),
            Err(error) => Err(error),
        };
        let what = What::Called {
            caller: caller.clone(),
            service: call.service.clone(),
            operation: call.operation.clone(),
            resources,
            input: call.input.clone(),
            error: answered.as_ref().err().map(|error| error.code.clone()),
            decisions,
        };
        self.record(now, &trace, what);
        self.deliver(&trace, now);
        answered
    }

    /// The trace that a call belongs to: that of the invocation it comes from, or else a new one.
    fn trace_of(&mut self, caller: &Caller, call: &Call, now: u64) -> String {
        let running = match caller {
            Caller::Function {
                invocation: Some(id),
                ..
            } => self.functions.running.get(id),
            _ => None,
        };
        match running {
            Some(running) => running.trace.clone(),
            // A read leaves everything as it was, the ids too.
            None if self.changes_nothing(call, now) => trace::new(&mut self.ids.clone(), now),
            None => trace::new(&mut self.ids, now),
        }
    }

    fn authorize(
        &mut self,
        caller: &Caller,
        call: &Call,
        needs: &[access::Need],
        decisions: &mut Vec<Decided>,
    ) -> Result<(), ApiError> {
        let Caller::Function { name, .. } = caller else {
            return Ok(());
        };
        let function = self.functions.by_name.get(name);
        let (role, session) = match function {
            Some(function) => {
                let role_name = function.role.rsplit('/').next().unwrap_or_default();
                let session = format!(
                    "arn:aws:sts::{}:assumed-role/{role_name}/{}",
                    crate::ACCOUNT,
                    function.physical_name
                );
                (function.role.clone(), session)
            }
            None => (String::new(), name.clone()),
        };
        let mut refused = None;
        for need in needs {
            let policy = self.resource_policy(&need.resource);
            let decided = self.access.of_role(&role, need, policy.as_deref());
            if !decided.allowed && refused.is_none() {
                refused = Some(decided.clone());
            }
            decisions.push(decided);
        }
        match refused {
            None => Ok(()),
            Some(decided) => {
                let hint = self.hint(name, &decided);
                Err(access::denied(&call.service, &session, &decided, &hint))
            }
        }
    }

    /// What the compiler knows of something that was not allowed.
    pub fn hint(&self, function: &str, decided: &Decided) -> String {
        let resource = self.name_of(&decided.resource);
        match &decided.reason {
            Some(reason) => format!(
                "The statement is there because of {}.",
                reason.places.join(", ")
            ),
            None => format!(
                "The compiler saw no line that `{function}` reaches and that does `{}` on `{resource}`; \
                 if this call is meant, write `#[grant(\"{}\", on = .., because = \"..\")]` on `{function}`.",
                decided.action, decided.action,
            ),
        }
    }

    /// Whether a service may do something with the rights of a role.
    pub(super) fn allows(&mut self, role: &str, action: &str, resource: &str, now: u64) -> Decided {
        let need = access::Need {
            action: action.to_owned(),
            resource: resource.to_owned(),
            context: Context::default(),
        };
        let policy = self.resource_policy(resource);
        let decided = self.access.of_role(role, &need, policy.as_deref());
        if self.access.is_new(&decided) {
            let what = What::Decided {
                decided: decided.clone(),
            };
            self.record(now, "", what);
        }
        decided
    }

    /// The policy of a resource, as JSON.
    pub(super) fn resource_policy(&self, arn: &str) -> Option<String> {
        let service = arn.split(':').nth(2)?;
        match service {
            "sqs" => self.queues.find(arn)?.policy().map(str::to_owned),
            "s3" => {
                let bucket = arn.rsplit(':').next()?.split('/').next()?;
                self.buckets.policy(bucket).map(str::to_owned)
            }
            "sns" => self.topics.find(arn)?.policy().map(str::to_owned),
            "events" => Some(self.buses.find(arn)?.policy()?.to_string()),
            "secretsmanager" => self.secrets.policy(arn).map(str::to_owned),
            "lambda" => self.functions.find(arn)?.policy.clone(),
            _ => None,
        }
    }

    fn answer(
        &mut self,
        caller: &Caller,
        call: &Call,
        trace: &str,
        now: u64,
    ) -> Result<Reply, ApiError> {
        let input = with_trace(call, trace);
        let input = input.as_ref().unwrap_or(&call.input);
        let output = match call.service.as_str() {
            "sqs" => self.queues.call(&call.operation, input, now)?,
            "dynamodb" => {
                let before = self.stream_ends();
                let answer = self.tables.call(&call.operation, input, now)?;
                self.note_changes(&before, trace);
                answer
            }
            "sns" => self.topics.call(&call.operation, input, Some(trace), now)?,
            "events" => self.buses.call(&call.operation, input, Some(trace), now)?,
            "scheduler" => self.schedules.call(&call.operation, input, now)?,
            "secretsmanager" => self.secrets.call(&call.operation, input, now)?,
            "ssm" => self.parameters.call(&call.operation, input, now)?,
            "s3" => {
                let body = call.body.clone();
                let answer = self.buckets.call(&call.operation, input, body, now);
                return match answer {
                    Ok(answer) => Ok(Reply::Done(answer)),
                    Err(error) => Err(self.hide_missing(caller, call, error)),
                };
            }
            "lambda" => return self.lambda(call, trace, now),
            "sts" => self.identity(caller, &call.operation)?,
            other => {
                return Err(ApiError::new(
                    "UnknownService",
                    format!("there is no service {other} here"),
                ));
            }
        };
        Ok(Reply::Done(Answer::from(output)))
    }

    /// Who may not list a bucket is not told that a key is missing. Source: S3 API Reference,
    /// "GetObject", section on permissions.
    fn hide_missing(&mut self, caller: &Caller, call: &Call, error: ApiError) -> ApiError {
        let Caller::Function { name, .. } = caller else {
            return error;
        };
        let reads = matches!(
            call.operation.as_str(),
            "GetObject" | "HeadObject" | "CopyObject"
        );
        if !reads || error.status != 404 || error.code == "NoSuchBucket" {
            return error;
        }
        let bucket = call.input["Bucket"].as_str().unwrap_or_default();
        let list = Call::new("s3", "ListObjectsV2", json!({ "Bucket": bucket }));
        let needs = access::needs(&list, self);
        match self.authorize(
            &Caller::Function {
                name: name.clone(),
                invocation: None,
            },
            &list,
            &needs,
            &mut Vec::new(),
        ) {
            Ok(()) => error,
            Err(_) => ApiError::new(
                "AccessDenied",
                format!("{error} (S3 says only `Access Denied` to who may not list the bucket)"),
            )
            .with_status(403),
        }
    }

    fn identity(&self, caller: &Caller, operation: &str) -> Result<Value, ApiError> {
        if operation != "GetCallerIdentity" {
            return Err(ApiError::new(
                "UnknownOperationException",
                format!("there is no operation {operation} of STS here"),
            ));
        }
        let account = crate::ACCOUNT;
        let arn = match caller {
            Caller::Root => format!("arn:aws:iam::{account}:root"),
            Caller::Function { name, .. } => format!("arn:aws:sts::{account}:assumed-role/{name}"),
        };
        Ok(json!({ "Account": account, "Arn": arn, "UserId": arn }))
    }
}

/// The request with the X-Ray header of the caller, where it has none itself.
fn with_trace(call: &Call, trace: &str) -> Option<Value> {
    let sends = ["SendMessage", "SendMessageBatch", "PutEvents"];
    if !sends.contains(&call.operation.as_str()) {
        return None;
    }
    let header = json!({ "DataType": "String", "StringValue": trace });
    let mut input = call.input.clone();
    let add = |message: &mut Value| {
        let attributes = &mut message["MessageSystemAttributes"];
        if attributes["AWSTraceHeader"].is_null() {
            attributes["AWSTraceHeader"] = header.clone();
        }
    };
    match (call.service.as_str(), call.operation.as_str()) {
        ("sqs", "SendMessage") => add(&mut input),
        ("sqs", "SendMessageBatch") => input["Entries"].as_array_mut()?.iter_mut().for_each(add),
        ("events", "PutEvents") => {
            for entry in input["Entries"].as_array_mut()? {
                if entry["TraceHeader"].is_null() {
                    entry["TraceHeader"] = trace.into();
                }
            }
        }
        _ => return None,
    }
    Some(input)
}

impl Known for Engine {
    fn partition_key(&self, table: &str, index: Option<&str>) -> Option<String> {
        self.tables.partition_key(table, index)
    }

    fn secret_arn(&self, id: &str) -> Option<String> {
        self.secrets.arn(id).map(str::to_owned)
    }

    fn function_arn(&self, name: &str) -> Option<String> {
        Some(self.functions.find(name)?.arn.clone())
    }
}
