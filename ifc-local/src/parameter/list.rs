//! Lists of parameters: those below a path, and those that filters let through.

use serde_json::{Value, json};

use super::Parameters;
use super::store::Parameter;
use crate::error::ApiError;

impl Parameters {
    pub(super) fn by_path(&self, request: &Value) -> Result<Value, ApiError> {
        let path = request["Path"].as_str().unwrap_or_default();
        if !path.starts_with('/') {
            return Err(ApiError::validation(
                "The parameter path must begin with a forward slash.",
            ));
        }
        let filters = Filters::read(request, &["Type", "Label"])?;
        let recursive = request["Recursive"] == true;
        let decrypted = request["WithDecryption"] == true;
        let found = self.parameters.values().filter_map(|parameter| {
            if !is_below(&parameter.name, path, recursive) || !filters.hold(parameter) {
                return None;
            }
            let version = parameter.version(filters.label()).ok()?;
            Some((parameter, parameter.show(version, decrypted)))
        });
        page(request, 10, found)
    }

    pub(super) fn describe(&self, request: &Value) -> Result<Value, ApiError> {
        let filters = Filters::read(request, &["Name", "Type", "Path", "Tier"])?;
        let found = self.parameters.values().filter_map(|parameter| {
            let shown = filters.hold(parameter).then(|| parameter.describe())??;
            Some((parameter, shown))
        });
        page(request, 50, found)
    }
}

/// Whether a name lies below a path; without recursion, right below it.
fn is_below(name: &str, path: &str, recursive: bool) -> bool {
    let path = path.trim_end_matches('/');
    // A name without a slash lies at the top.
    let rest = match name.strip_prefix(path) {
        Some(rest) if path.is_empty() => rest.strip_prefix('/').or(Some(rest)),
        Some(rest) => rest.strip_prefix('/'),
        None => None,
    };
    rest.is_some_and(|rest| recursive || !rest.contains('/'))
}

/// A page; `NextToken` is the name of its last parameter.
fn page<'p>(
    request: &Value,
    limit: u64,
    found: impl Iterator<Item = (&'p Parameter, Value)>,
) -> Result<Value, ApiError> {
    let most = match &request["MaxResults"] {
        Value::Null => limit,
        most => most
            .as_u64()
            .filter(|most| (1..=limit).contains(most))
            .ok_or_else(|| {
                ApiError::validation(format!(
                    "1 validation error detected: Value '{most}' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to {limit}"
                ))
            })?,
    };
    let after = request["NextToken"].as_str().unwrap_or_default();
    let mut found = found.skip_while(|(parameter, _)| parameter.name.as_str() <= after);
    let page: Vec<(&Parameter, Value)> = found.by_ref().take(most as usize).collect();
    let last = page.last().map(|(parameter, _)| parameter.name.clone());
    let shown: Vec<Value> = page.into_iter().map(|(_, shown)| shown).collect();
    let mut answer = json!({ "Parameters": shown });
    if let (Some(last), true) = (last, found.next().is_some()) {
        answer["NextToken"] = last.into();
    }
    Ok(answer)
}

/// What parameters are picked by.
struct Filters<'r>(Vec<Filter<'r>>);

struct Filter<'r> {
    key: &'r str,
    option: &'r str,
    values: Vec<&'r str>,
}

impl<'r> Filters<'r> {
    fn read(request: &'r Value, keys: &[&str]) -> Result<Filters<'r>, ApiError> {
        let given = request["ParameterFilters"].as_array().into_iter().flatten();
        let filters = given.map(|filter| {
            let key = filter["Key"].as_str().unwrap_or_default();
            if !keys.contains(&key) {
                return Err(ApiError::new(
                    "InvalidFilterKey",
                    format!("The filter key {key} is not known here; these are: {keys:?}"),
                ));
            }
            let option = match (filter["Option"].as_str(), key) {
                (Some(option), _) => option,
                (None, "Path") => "OneLevel",
                (None, _) => "Equals",
            };
            let fits = match key {
                "Path" => ["OneLevel", "Recursive"].contains(&option),
                "Name" => ["Equals", "BeginsWith", "Contains"].contains(&option),
                _ => option == "Equals",
            };
            if !fits {
                return Err(ApiError::new(
                    "InvalidFilterOption",
                    format!("The filter option {option} is not valid for {key}."),
                ));
            }
            let values = filter["Values"].as_array().into_iter().flatten();
            Ok(Filter {
                key,
                option,
                values: values.filter_map(Value::as_str).collect(),
            })
        });
        Ok(Filters(filters.collect::<Result<_, ApiError>>()?))
    }

    /// The label that the version is picked by.
    fn label(&self) -> Option<&'r str> {
        let filter = self.0.iter().find(|filter| filter.key == "Label")?;
        filter.values.first().copied()
    }

    fn hold(&self, parameter: &Parameter) -> bool {
        self.0.iter().all(|filter| {
            filter
                .values
                .iter()
                .any(|value| match (filter.key, filter.option) {
                    ("Name", "BeginsWith") => parameter.name.starts_with(value),
                    ("Name", "Contains") => parameter.name.contains(value),
                    ("Name", _) => parameter.name == *value,
                    ("Path", option) => is_below(&parameter.name, value, option == "Recursive"),
                    ("Type", _) => parameter.kind == *value,
                    ("Tier", _) => parameter.tier() == *value,
                    _ => true,
                })
        })
    }
}
