//! Functions: the function itself, its role and its log group.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::infra::{Attribute, Computed, Function, Kind, LogGroup, Removal, Role, Value};
use crate::model;

use super::context::FunctionState;
use super::metadata::Layer;
use super::names::pascal;
use super::settings::find;
use super::{Identity, Lowering, On, Permission, Policies};

impl Lowering<'_> {
    pub(super) fn prepare_functions(&mut self) {
        let app = self.app;
        for (function, lowered) in app.functions.iter().enumerate() {
            for on in lowered.triggers.iter().filter(|on| on.source == "function") {
                if let Some(resource) = on.resource {
                    let handlers = Arc::make_mut(&mut self.handlers);
                    handlers.entry(resource).or_insert(function);
                }
            }
        }
        let states = app.functions.iter().map(|function| FunctionState {
            stem: pascal(&function.name),
            ..FunctionState::default()
        });
        self.functions = states.collect();
    }

    /// What a `Function` resource is called. Functions that invoke each other in a circle are
    /// called by names that are known beforehand, since CloudFormation could not order them.
    pub fn handler_identity(&self, resource: usize) -> Option<Identity> {
        let function = *self.handlers.get(&resource)?;
        Some(Identity::of_arn(match self.state(function).cyclic {
            true => Value::local_arn(
                "lambda",
                [Value::text("function:"), self.function_name(function)],
            ),
            false => self.function_arn(function),
        }))
    }

    fn function_name(&self, function: usize) -> Value {
        let by_hand = self.name_by_hand(&self.function_id(function), "FunctionName");
        by_hand.unwrap_or_else(|| self.physical_name(&self.app.functions[function].name, 64, ""))
    }

    /// `Place` of `PlaceFunction`, `PlaceRole`.
    pub fn stem(&self, function: usize) -> &str {
        &self.state(function).stem
    }

    /// Logical id of a function.
    pub fn function_id(&self, function: usize) -> String {
        self.id(function, "Function")
    }

    /// Logical id of something that belongs to a function: `PlaceRole`.
    pub(crate) fn id(&self, function: usize, what: &str) -> String {
        [self.stem(function), what].concat()
    }

    /// ARN of a function, for its wiring.
    pub fn function_arn(&self, function: usize) -> Value {
        Value::arn(self.function_id(function))
    }

    /// Seconds that an invocation may take.
    pub fn timeout(&mut self, function: usize) -> Value {
        if let Some(timeout) = &self.state(function).timeout {
            return timeout.clone();
        }
        let default = (
            Value::Number(15),
            "half of what an HTTP API waits; long enough for calls to other services",
        );
        let timeout = self
            .function_setting(function, "timeout", Some(default))
            .unwrap_or(Value::Number(15));
        self.state_mut(function).timeout = Some(timeout.clone());
        timeout
    }

    pub(super) fn lower_function(&mut self, function: usize, policies: &Policies) {
        let of = &self.app.functions[function];
        let (id, role, logs) = (
            self.function_id(function),
            self.id(function, "Role"),
            self.id(function, "Logs"),
        );
        let mut setting = |key: &'static str, default: Value, reason: &'static str| {
            self.function_setting(function, key, Some((default.clone(), reason)))
                .unwrap_or(default)
        };
        let memory = setting(
            "memory",
            Value::Number(256),
            "enough for a Rust binary with a few SDK clients",
        );
        let architecture = setting(
            "architecture",
            Value::text("arm64"),
            "costs a fifth less than x86_64",
        );
        let retention = setting(
            "log_retention",
            Value::Number(30),
            "logs that nobody deletes cost for ever",
        );
        let tracing = setting(
            "tracing",
            Value::Bool(false),
            "X-Ray costs per trace and needs permissions on `*`",
        );
        let timeout = self.timeout(function);
        let ephemeral_storage = self.function_setting(function, "ephemeral_storage", None);
        let reserved_concurrency = self.function_setting(function, "reserved_concurrency", None);
        self.lower_environment(function);
        self.permit_basics(function, &tracing);
        // Expired logs are no data: a kept group would only stand in the way.
        let group = Kind::LogGroup(LogGroup { retention });
        self.stateful_node(logs.clone(), &of.name, group, Removal::Destroy);
        let code = policies.functions.get(function).into_iter().flatten();
        let permissions = code.chain(&self.lowered(function).wiring);
        let statements = self.statements(function, permissions);
        let role_node = Kind::Role(Role {
            service: "lambda.amazonaws.com".into(),
            trust_conditions: Vec::new(),
            statements,
        });
        self.node(role.clone(), &of.name, role_node);
        let environment = self
            .lowered(function)
            .environment
            .iter()
            .map(|(name, variable)| (name.clone(), variable.value.clone()))
            .collect();
        let node = Function {
            name: of.name.clone(),
            physical_name: self
                .state(function)
                .cyclic
                .then(|| self.function_name(function)),
            artifact: self.artifact(&architecture),
            architecture,
            memory,
            timeout,
            ephemeral_storage,
            reserved_concurrency,
            role: Value::arn(role),
            log_group: Value::attribute(logs, Attribute::Name),
            tracing,
            environment,
        };
        self.node(id, &of.name, Kind::Function(Box::new(node)));
    }

    /// The stack parameter with the key of the code: functions of another architecture than the
    /// application's need code of their own.
    fn artifact(&mut self, architecture: &Value) -> Value {
        let main = match self.global("architecture", Value::text("arm64")) {
            Value::Computed(Computed::Staged {
                otherwise: Some(main),
                ..
            }) => *main,
            main => main,
        };
        match architecture {
            Value::Text(text) if *architecture != main => {
                let name = format!("ArtifactKey{}", pascal(text));
                let description = format!("Key of the functions' code for {text}");
                self.stack_parameter(&name, &description, None);
                Value::parameter(name)
            }
            Value::Computed(Computed::Staged { stages, otherwise }) => {
                let (stages, otherwise) = (stages.clone(), otherwise.clone());
                Value::Computed(Computed::Staged {
                    stages: stages
                        .into_iter()
                        .map(|(stage, value)| (stage, self.artifact(&value)))
                        .collect(),
                    otherwise: otherwise.map(|value| Box::new(self.artifact(&value))),
                })
            }
            _ => Value::parameter("ArtifactKey"),
        }
    }

    fn permit_basics(&mut self, function: usize, tracing: &Value) {
        self.permit(
            function,
            Permission::wiring(
                &["logs:CreateLogStream", "logs:PutLogEvents"],
                On::Logs,
                "the function writes its logs; the stack makes the group",
            ),
        );
        if *tracing != Value::Bool(false) {
            self.permit(
                function,
                Permission::wiring(
                    &["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
                    On::Everything,
                    "`tracing` is on; X-Ray knows no resources",
                ),
            );
        }
        self.permit_by_hand(function);
    }

    fn lower_environment(&mut self, function: usize) {
        let of = &self.app.functions[function];
        self.variable(
            function,
            "IFC_FUNCTION",
            Value::text(of.name.clone()),
            "selects the handler in the binary",
        );
        self.variable(
            function,
            "IFC_STAGE",
            Value::parameter("Stage"),
            "the code may ask for the stage",
        );
        let used: BTreeSet<usize> = of.uses.iter().map(|used| used.resource).collect();
        for resource in used {
            let name = &self.app.resources[resource].name;
            if let Some(identity) = self.identity(resource) {
                let value = identity.name.clone();
                let reason = ["the code uses `", name, "`"].concat();
                self.variable(function, ["IFC_", name].concat(), value, reason);
            }
        }
        for (name, value) in self.user_environment(function) {
            self.variable(function, name, value, "someone set it by hand");
        }
    }

    /// Variables of `env(..)` and of `env` in the metadata, merged by name.
    pub(super) fn user_environment(&self, function: usize) -> BTreeMap<String, Value> {
        type Pairs = BTreeMap<String, Value>;
        let of = &self.app.functions[function];
        let attribute = find(&of.options, "env").map(|option| &option.value);
        let all = |layer: &Layer| pairs(layer.defaults.get("env"));
        let own = |layer: &Layer| {
            pairs(
                layer
                    .functions
                    .get(&of.name)
                    .and_then(|values| values.get("env")),
            )
        };
        let merged = |stage: Option<&Layer>| -> Pairs {
            let mut merged = all(&self.metadata.base);
            merged.extend(stage.map(all).unwrap_or_default());
            merged.extend(pairs(attribute));
            merged.extend(own(&self.metadata.base));
            merged.extend(stage.map(own).unwrap_or_default());
            merged
        };
        let base = merged(None);
        let mut out = base.clone();
        for (stage, layer) in &self.metadata.stages {
            for (name, value) in merged(Some(layer)) {
                if base.get(&name) == Some(&value) {
                    continue;
                }
                let entry = out.entry(name.clone()).or_insert(Value::text(""));
                if !matches!(entry, Value::Computed(Computed::Staged { .. })) {
                    *entry = Value::Computed(Computed::Staged {
                        stages: BTreeMap::new(),
                        otherwise: base.get(&name).cloned().map(Box::new),
                    });
                }
                if let Value::Computed(Computed::Staged { stages, .. }) = entry {
                    stages.insert(stage.clone(), value);
                }
            }
        }
        out
    }
}

fn pairs(value: Option<&model::Value>) -> BTreeMap<String, Value> {
    let Some(model::Value::Map(pairs)) = value else {
        return BTreeMap::new();
    };
    let text = |value: &model::Value| match value {
        model::Value::Str(text) => Value::text(text.clone()),
        model::Value::Int(number) => Value::text(number.to_string()),
        model::Value::Bool(value) => Value::text(value.to_string()),
        _ => Value::text(""),
    };
    pairs
        .iter()
        .map(|(name, value)| (name.clone(), text(value)))
        .collect()
}
