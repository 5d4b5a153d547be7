//! Parameters: the part of Systems Manager's API that is the parameter store.
//!
//! Moments are in seconds since 1970, as the service's JSON has them.
//!
//! Source: AWS Systems Manager User Guide, "AWS Systems Manager Parameter Store", and API Reference.

mod list;
mod store;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::ApiError;
use store::Parameter;

/// Names that one request may have.
const NAMES: usize = 10;

/// All parameters of an account in a region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    parameters: BTreeMap<String, Parameter>,
}

impl Parameters {
    /// Answers a call: `GetParameter` and the request as Systems Manager's JSON. `now` is in
    /// milliseconds since 1970.
    ///
    /// # Errors
    /// As Systems Manager gives them.
    pub fn call(&mut self, operation: &str, request: &Value, now: u64) -> Result<Value, ApiError> {
        match operation {
            "PutParameter" => self.put(request, now),
            "GetParameter" => {
                let id = request["Name"].as_str().unwrap_or_default();
                let parameter = self.find(id, request)?;
                Ok(json!({ "Parameter": parameter }))
            }
            "GetParameters" => {
                let (mut found, mut invalid) = (Vec::new(), Vec::new());
                for name in names(request)? {
                    match self.find(name, request) {
                        Ok(parameter) => found.push(parameter),
                        Err(_) => invalid.push(name),
                    }
                }
                Ok(json!({ "Parameters": found, "InvalidParameters": invalid }))
            }
            "GetParametersByPath" => self.by_path(request),
            "DescribeParameters" => self.describe(request),
            "GetParameterHistory" => {
                let parameter = self.of(request)?;
                Ok(json!({ "Parameters": parameter.history(request["WithDecryption"] == true) }))
            }
            "LabelParameterVersion" => self.of(request)?.label(request),
            "DeleteParameter" => {
                let name = self.of(request)?.name.clone();
                self.parameters.remove(&name);
                Ok(json!({}))
            }
            "DeleteParameters" => {
                let (mut deleted, mut invalid) = (Vec::new(), Vec::new());
                for name in names(request)? {
                    match self.parameters.remove(self.plain(name)) {
                        Some(_) => deleted.push(name),
                        None => invalid.push(name),
                    }
                }
                Ok(json!({ "DeletedParameters": deleted, "InvalidParameters": invalid }))
            }
            other => Err(ApiError::new(
                "UnknownOperationException",
                format!("parameters do not have the operation {other} here"),
            )),
        }
    }

    /// A parameter of others, whose value is not known here: it is missing until someone writes one,
    /// which needs no type.
    pub fn awaits(&mut self, arn: &str) {
        let name = Parameters::name_in(arn);
        let awaited = || Parameter::awaited(name);
        self.parameters
            .entry(name.to_owned())
            .or_insert_with(awaited);
    }

    /// The name in an ARN. One of several levels begins with a slash; one of a single level is taken to
    /// have none.
    pub fn name_in(arn: &str) -> &str {
        let name = arn.split_once(":parameter").map_or("", |(_, name)| name);
        match name.strip_prefix('/') {
            Some(plain) if !plain.contains('/') => plain,
            _ => name,
        }
    }

    /// The ARN of a parameter, whether it exists or not.
    pub fn arn(name: &str) -> String {
        match name.starts_with('/') {
            true => crate::arn("ssm", &format!("parameter{name}")),
            false => crate::arn("ssm", &format!("parameter/{name}")),
        }
    }

    /// The name in a name or ARN, with the version or label that may follow. The ARN does not tell
    /// whether a name of one level begins with a slash.
    fn plain<'i>(&self, id: &'i str) -> &'i str {
        let rest = id
            .strip_prefix("arn:")
            .and_then(|arn| arn.split_once(":parameter"));
        let Some((_, rest)) = rest else {
            return id;
        };
        let name = rest.split(':').next().unwrap_or_default();
        match self.parameters.contains_key(name) {
            true => rest,
            false => rest.trim_start_matches('/'),
        }
    }

    fn of(&mut self, request: &Value) -> Result<&mut Parameter, ApiError> {
        let name = request["Name"].as_str().unwrap_or_default();
        let name = self.plain(name);
        self.parameters.get_mut(name).ok_or_else(missing)
    }

    /// A parameter by `name`, `name:version`, `name:label` or ARN, as requests are answered.
    fn find(&self, id: &str, request: &Value) -> Result<Value, ApiError> {
        let id = self.plain(id);
        let (name, selector) = match id.rsplit_once(':') {
            Some((name, selector)) => (name, Some(selector)),
            None => (id, None),
        };
        let parameter = self.parameters.get(name);
        let parameter = parameter.filter(|parameter| !parameter.is_awaited());
        let parameter = parameter.ok_or_else(missing)?;
        let version = parameter.version(selector)?;
        let mut shown = parameter.show(version, request["WithDecryption"] == true);
        if let Some(selector) = selector {
            shown["Selector"] = format!(":{selector}").into();
        }
        Ok(shown)
    }

    fn put(&mut self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let name = request["Name"].as_str().unwrap_or_default();
        store::check_name(name)?;
        let awaited = self.parameters.get(name).is_some_and(Parameter::is_awaited);
        let version = match self.parameters.get_mut(name) {
            Some(parameter) if request["Overwrite"] == true || awaited => {
                parameter.put(request, now)?
            }
            Some(_) => {
                return Err(ApiError::new(
                    "ParameterAlreadyExists",
                    "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
                ));
            }
            None => {
                let mut parameter = Parameter::new(name, request)?;
                let version = parameter.put(request, now)?;
                self.parameters.insert(name.to_owned(), parameter);
                version
            }
        };
        let tier = self.parameters.get(name).map(Parameter::tier);
        Ok(json!({ "Version": version, "Tier": tier }))
    }
}

fn names(request: &Value) -> Result<Vec<&str>, ApiError> {
    let names = request["Names"].as_array().into_iter().flatten();
    let names: Vec<&str> = names.filter_map(Value::as_str).collect();
    if names.is_empty() || names.len() > NAMES {
        return Err(ApiError::validation(format!(
            "1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length less than or equal to {NAMES}"
        )));
    }
    Ok(names)
}

fn missing() -> ApiError {
    ApiError::new("ParameterNotFound", "There is no such parameter.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_arns() {
        let name = |path: &str| Parameters::name_in(&crate::arn("ssm", path)).to_owned();
        assert_eq!(name("parameter/shop/rate"), "/shop/rate");
        assert_eq!(name("parameter/rate"), "rate");
    }

    #[test]
    fn what_is_awaited_is_missing_until_it_is_put() {
        let mut parameters = Parameters::default();
        let arn = Parameters::arn("/shop/rate");
        parameters.awaits(&arn);
        let get = json!({ "Name": arn });
        let missing = parameters.call("GetParameter", &get, 0);
        assert_eq!(missing.unwrap_err().code, "ParameterNotFound");
        let put = json!({ "Name": "/shop/rate", "Value": "1", "Type": "SecureString" });
        parameters.call("PutParameter", &put, 0).unwrap();
        parameters.awaits(&arn);
        let found = parameters.call("GetParameter", &get, 0).unwrap();
        assert_eq!(found["Parameter"]["Type"], "SecureString");
        let again = parameters.call("PutParameter", &put, 0);
        assert_eq!(again.unwrap_err().code, "ParameterAlreadyExists");
    }
}
