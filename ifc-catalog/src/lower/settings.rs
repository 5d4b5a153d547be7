//! Settings: which of default, attribute and metadata wins, in each stage, and why.

use std::collections::BTreeMap;

use crate::infra::{Computed, Removal, Value};
use crate::manifest::{Origin, Setting};
use crate::model::{self, OptionValue, Trigger};

use super::metadata::{Layer, Values, seconds};
use super::{Lowering, ProblemKind};

impl Lowering<'_> {
    /// What happens to a resource's data.
    pub fn removal(&mut self, index: usize) -> Removal {
        let resource = &self.app.resources[index];
        let flag = |name: &str| find(&resource.options, name);
        let attribute = flag("retain")
            .or(flag("destroy"))
            .map(|option| OptionValue {
                name: "removal".into(),
                value: model::Value::Str(option.name.clone()),
                span: option.span,
            });
        let level = Level::Resource(&resource.name);
        let default = (
            Value::text("retain"),
            "data outlives its resource unless someone says otherwise",
        );
        let setting = self.choose(&level, "removal", attribute.as_ref(), Some(default));
        let Some(setting) = setting else {
            return Removal::Retain;
        };
        let removal = match &setting.value {
            Value::Text(text) if text == "destroy" => Removal::Destroy,
            Value::Computed(Computed::Staged { .. }) => {
                self.differs("removal", &format!("`{}`", resource.name));
                Removal::Retain
            }
            _ => Removal::Retain,
        };
        self.out.resources[index].insert("removal".into(), setting);
        removal
    }

    /// A setting of a resource that has a default.
    pub fn setting(
        &mut self,
        index: usize,
        key: &'static str,
        default: Value,
        reason: &'static str,
    ) -> Value {
        self.optional_setting(index, key, Some((default.clone(), reason)))
            .unwrap_or(default)
    }

    /// A setting of a resource, maybe without a default.
    pub fn optional_setting(
        &mut self,
        index: usize,
        key: &'static str,
        default: Option<(Value, &'static str)>,
    ) -> Option<Value> {
        let resource = &self.app.resources[index];
        let attribute = find(&resource.options, key);
        let setting = self.choose(&Level::Resource(&resource.name), key, attribute, default)?;
        let value = setting.value.clone();
        self.out.resources[index].insert(key.into(), setting);
        Some(value)
    }

    /// A setting of a resource that the template has once for all stages, maybe with a default.
    pub fn setting_of_all_stages(
        &mut self,
        index: usize,
        key: &'static str,
        default: Option<(Value, &'static str)>,
    ) -> Option<Value> {
        match self.optional_setting(index, key, default)? {
            Value::Computed(Computed::Staged { .. }) => {
                let resource = &self.app.resources[index];
                self.differs(key, &format!("`{}`", resource.name));
                None
            }
            value => Some(value),
        }
    }

    /// Whether a flag of a resource is set, for all stages.
    pub fn flag(&mut self, index: usize, key: &'static str) -> bool {
        self.setting_of_all_stages(index, key, None) == Some(Value::Bool(true))
    }

    pub(super) fn differs(&mut self, key: &str, of: &str) {
        self.problem(
            ProblemKind::Unsupported,
            None,
            format!("`{key}` of {of} differs between stages"),
            "the template has one value for all stages: set it for all",
        );
    }

    /// Notes a setting of a resource that follows from other facts.
    pub fn inferred(
        &mut self,
        index: usize,
        key: &'static str,
        value: Value,
        reason: &'static str,
    ) {
        let setting = Setting {
            value,
            origin: Origin::Inferred,
            reason: reason.into(),
            span: None,
        };
        self.out.resources[index].insert(key.into(), setting);
    }

    /// A setting of a function, maybe without a default.
    pub(super) fn function_setting(
        &mut self,
        function: usize,
        key: &'static str,
        default: Option<(Value, &'static str)>,
    ) -> Option<Value> {
        let of = &self.app.functions[function];
        let attribute = find(&of.options, key);
        let setting = self.choose(&Level::Function(&of.name), key, attribute, default)?;
        let value = setting.value.clone();
        self.lowered_mut(function)
            .settings
            .insert(key.into(), setting);
        Some(value)
    }

    /// An option of a trigger that has a default.
    pub fn option(
        &mut self,
        function: usize,
        trigger: usize,
        key: &'static str,
        default: Value,
        reason: &'static str,
    ) -> Value {
        let given = find(&self.trigger(function, trigger).options, key);
        let setting = match given {
            Some(option) => self.written(option),
            None => Setting {
                value: default,
                origin: Origin::Default,
                reason: reason.into(),
                span: None,
            },
        };
        let value = setting.value.clone();
        self.lowered_mut(function).triggers[trigger].insert(key.into(), setting);
        value
    }

    /// An option of a trigger, if it is given.
    pub fn given(&mut self, function: usize, trigger: usize, key: &'static str) -> Option<Value> {
        let setting = self.written(find(&self.trigger(function, trigger).options, key)?);
        let value = setting.value.clone();
        self.lowered_mut(function).triggers[trigger].insert(key.into(), setting);
        Some(value)
    }

    /// What holds for all functions or resources that say nothing.
    pub(super) fn global(&self, key: &'static str, default: Value) -> Value {
        self.choose(&Level::All, key, None, Some((default.clone(), "")))
            .map_or(default, |setting| setting.value)
    }

    /// A setting of what functions and resources share.
    pub(super) fn shared_setting(
        &mut self,
        key: &'static str,
        default: Value,
        reason: &'static str,
    ) -> Value {
        let chosen = self.choose(&Level::All, key, None, Some((default.clone(), reason)));
        let Some(setting) = chosen else {
            return default;
        };
        let value = setting.value.clone();
        self.out.settings.insert(key.into(), setting);
        value
    }

    /// The value that wins. What names one function or resource wins over what holds for all; then
    /// the stage wins over all stages; then `Cargo.toml` wins over the attribute.
    fn choose(
        &self,
        level: &Level<'_>,
        key: &'static str,
        attribute: Option<&OptionValue>,
        default: Option<(Value, &'static str)>,
    ) -> Option<Setting> {
        let base = self.pick(None, level, key, attribute, &default);
        let mut stages: BTreeMap<String, Value> = BTreeMap::new();
        for (name, layer) in &self.metadata.stages {
            let staged = self.pick(Some(layer), level, key, attribute, &default);
            let value = staged.map(|setting| setting.value);
            if let Some(value) = value
                && base.as_ref().map(|setting| &setting.value) != Some(&value)
            {
                stages.insert(name.clone(), value);
            }
        }
        if stages.is_empty() {
            return base;
        }
        Some(Setting {
            reason: "`[package.metadata.ifc.stages]` in Cargo.toml".into(),
            origin: Origin::Metadata,
            span: None,
            value: Value::staged(stages, base.map(|setting| setting.value)),
        })
    }

    fn pick(
        &self,
        stage: Option<&Layer>,
        level: &Level<'_>,
        key: &str,
        attribute: Option<&OptionValue>,
        default: &Option<(Value, &'static str)>,
    ) -> Option<Setting> {
        let from_metadata = |value: &model::Value| Setting {
            value: plain(value),
            origin: Origin::Metadata,
            reason: "`[package.metadata.ifc]` in Cargo.toml".into(),
            span: None,
        };
        let base = &self.metadata.base;
        let own = |layer: &'_ Layer| {
            level
                .values(layer)
                .and_then(|values| values.get(key))
                .map(&from_metadata)
        };
        let all = |layer: &'_ Layer| layer.defaults.get(key).map(&from_metadata);
        stage
            .and_then(own)
            .or_else(|| own(base))
            .or_else(|| attribute.map(|option| self.written(option)))
            .or_else(|| stage.and_then(all))
            .or_else(|| all(base))
            .or_else(|| {
                default.as_ref().map(|(value, reason)| Setting {
                    value: value.clone(),
                    origin: Origin::Default,
                    reason: (*reason).into(),
                    span: None,
                })
            })
    }

    fn written(&self, option: &OptionValue) -> Setting {
        Setting {
            value: plain(&option.value),
            origin: Origin::Attribute,
            reason: "the attribute says so".into(),
            span: Some((self.place)(option.span)),
        }
    }
}

/// Whose setting it is.
enum Level<'a> {
    Function(&'a str),
    Resource(&'a str),
    All,
}

impl Level<'_> {
    fn values<'l>(&self, layer: &'l Layer) -> Option<&'l Values> {
        match self {
            Level::Function(name) => layer.functions.get(*name),
            Level::Resource(name) => layer.resources.get(*name),
            Level::All => None,
        }
    }
}

/// The option with a name.
pub(super) fn find<'o>(options: &'o [OptionValue], name: &str) -> Option<&'o OptionValue> {
    options.iter().find(|option| option.name == name)
}

/// Durations become seconds.
fn plain(value: &model::Value) -> Value {
    match value {
        model::Value::Flag => Value::Bool(true),
        model::Value::Bool(value) => Value::Bool(*value),
        model::Value::Int(value) => Value::Number(*value),
        model::Value::Str(text) | model::Value::Path(text) => Value::text(text.clone()),
        model::Value::Duration(milliseconds) => Value::Number(seconds(*milliseconds)),
        model::Value::List(values) => Value::List(values.iter().map(plain).collect()),
        model::Value::Map(pairs) => Value::List(
            pairs
                .iter()
                .map(|(key, value)| Value::List(vec![Value::text(key.clone()), plain(value)]))
                .collect(),
        ),
    }
}

/// The filters of a trigger, as text without white space.
pub fn filters(on: &Trigger) -> Vec<String> {
    let filters = on.options.iter().filter(|option| option.name == "filter");
    let compact = |value: &model::Value| match value {
        model::Value::Str(text) => {
            let json: serde_json::Value = serde_json::from_str(text).ok()?;
            Some(crate::json::compact(&json))
        }
        _ => None,
    };
    filters
        .filter_map(|option| compact(&option.value))
        .collect()
}
