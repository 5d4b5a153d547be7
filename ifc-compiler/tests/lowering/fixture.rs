//! Applications by hand, and what the stages make of them.

use std::sync::Arc;

use ifc_catalog::json::{Sorted, Writer};
use ifc_catalog::manifest::Manifest;
use ifc_catalog::model::{
    Application, CallPath, Existing, Function, Grant, GrantTarget, OptionValue, Resource, Step,
    Text, Trigger, Use, Value,
};
use ifc_catalog::resources;
use ifc_catalog::schema::{
    EventSchema, EventVariant, IndexSchema, ItemSchema, KeyAttribute, KeyKind,
};
use ifc_catalog::span::{FileId, Span};
use ifc_compiler::diagnostics::{Diagnostic, Diagnostics};
use ifc_compiler::span::Files;
use ifc_compiler::targets::{cloudformation, policies};
use serde_json::{Value as Json, json};

pub(crate) const HERE: Span = Span {
    file: FileId(0),
    start: 0,
    end: 1,
};

pub(crate) struct App(pub(crate) Application);

/// An application without anything.
pub(crate) fn app() -> App {
    App(Application {
        package: "orders".into(),
        metadata: Json::Null,
        functions: Vec::new(),
        resources: Vec::new(),
    })
}

pub(crate) fn option(name: &str, value: Value) -> OptionValue {
    OptionValue {
        name: name.into(),
        value,
        span: HERE,
    }
}

pub(crate) fn text(text: &str) -> Value {
    Value::Str(text.into())
}

pub(crate) fn seconds(seconds: u64) -> Value {
    Value::Duration(seconds * 1000)
}

fn key(name: &str) -> KeyAttribute {
    KeyAttribute {
        name: name.into(),
        kind: KeyKind::String,
    }
}

impl App {
    pub(crate) fn metadata(mut self, metadata: Json) -> Self {
        self.0.metadata = metadata;
        self
    }

    pub(crate) fn resource(mut self, kind: &str, name: &str) -> Self {
        let item = (kind == "table").then(|| ItemSchema {
            partition_key: key("id"),
            sort_key: None,
            indexes: vec![IndexSchema {
                name: "by_customer".into(),
                partition_key: key("customer"),
                sort_key: None,
            }],
            ttl: None,
        });
        let variant = |name: &str| EventVariant {
            name: name.into(),
            detail_type: name.into(),
        };
        let event = (kind == "bus").then(|| EventSchema {
            source: "orders".into(),
            variants: vec![variant("Placed"), variant("Cancelled")],
        });
        self.0.resources.push(Resource {
            name: name.into(),
            kind: resources::by_name(kind).expect("a kind"),
            span: HERE,
            payload: "Order".into(),
            fifo: false,
            options: Vec::new(),
            item,
            event,
            reads: None,
            existing: None,
            allows: Vec::new(),
        });
        self
    }

    fn last_resource(&mut self) -> &mut Resource {
        self.0.resources.last_mut().expect("a resource")
    }

    fn last_function(&mut self) -> &mut Function {
        self.0.functions.last_mut().expect("a function")
    }

    pub(crate) fn fifo(mut self) -> Self {
        self.last_resource().fifo = true;
        self
    }

    pub(crate) fn existing(mut self, existing: Existing) -> Self {
        self.last_resource().existing = Some(existing);
        self
    }

    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.last_resource().options.push(option(name, value));
        self
    }

    pub(crate) fn function(mut self, name: &str) -> Self {
        self.0.functions.push(Function {
            name: name.into(),
            handler: format!("orders::{name}"),
            span: HERE,
            options: Vec::new(),
            triggers: Vec::new(),
            uses: Vec::new(),
            calls: Vec::new(),
            grants: Vec::new(),
            allows: Vec::new(),
        });
        self
    }

    pub(crate) fn set(mut self, name: &str, value: Value) -> Self {
        self.last_function().options.push(option(name, value));
        self
    }

    fn index(&self, name: &str) -> usize {
        let mut resources = self.0.resources.iter();
        resources.position(|r| r.name == name).expect("a resource")
    }

    /// A trigger: `QUEUE`, `BUCKET.created`, `http GET /`, `schedule rate(1 day)`.
    pub(crate) fn on(mut self, source: &str, options: Vec<OptionValue>) -> Self {
        let (resource, method, name, args) = match source.split_once(' ') {
            Some(("http", rest)) => {
                let args = rest.split(' ').map(str::to_owned).collect();
                (None, None, "http", args)
            }
            Some((_, rest)) => (None, None, "schedule", vec![rest.to_owned()]),
            None => {
                let (resource, method) = match source.split_once('.') {
                    Some((resource, method)) => (resource, Some(method.to_owned())),
                    None => (source, None),
                };
                let index = self.index(resource);
                let kind = self.0.resources[index].kind.name;
                (Some(index), method, kind, Vec::new())
            }
        };
        self.last_function().triggers.push(Trigger {
            source: name,
            resource,
            method,
            args,
            options,
            detail_types: Vec::new(),
            partial_failures: true,
            span: HERE,
        });
        self
    }

    pub(crate) fn detail_type(mut self, name: &str) -> Self {
        let trigger = self.last_function().triggers.last_mut();
        trigger.expect("a trigger").detail_types.push(name.into());
        self
    }

    /// `ORDERS.put`, `Transaction.check` on `ORDERS` as `ORDERS.Transaction.check`.
    pub(crate) fn uses(self, call: &str) -> Self {
        self.uses_with(call, Vec::new())
    }

    pub(crate) fn uses_with(mut self, call: &str, scope: Vec<(usize, Text)>) -> Self {
        let parts: Vec<&str> = call.split('.').collect();
        let resource = self.index(parts[0]);
        let kind = self.0.resources[resource].kind;
        let op = match parts.as_slice() {
            [_, method] => kind.op(method),
            [_, builder, method] => kind.builder_op(builder, method),
            _ => None,
        };
        let function = self.last_function();
        let step = Step {
            function: function.name.as_str().into(),
            span: HERE,
        };
        function.uses.push(Use {
            resource,
            op: op.expect("an operation"),
            scope,
            detail_types: None,
            why: vec![CallPath {
                steps: Arc::new([step]),
            }],
        });
        self
    }

    /// Detail types that the last operation publishes.
    pub(crate) fn publishing(mut self, types: &[&str]) -> Self {
        let types = types.iter().map(ToString::to_string).collect();
        let last = self.last_function().uses.last_mut();
        last.expect("an operation").detail_types = Some(types);
        self
    }

    pub(crate) fn grant(mut self, actions: &[&str], on: GrantTarget) -> Self {
        self.last_function().grants.push(Grant {
            actions: actions.iter().map(ToString::to_string).collect(),
            on,
            because: "the test says so".into(),
            span: HERE,
        });
        self
    }

    pub(crate) fn compile(&self) -> Compiled {
        let mut files = Files::default();
        files.add("src/main.rs".into(), Arc::from("static X: () = ();\n"));
        let mut diagnostics = Diagnostics::default();
        let policies = ifc_compiler::iam::infer(&self.0, &mut diagnostics);
        let place = |span| files.place(span);
        let begun = ifc_compiler::manifest::begin(&self.0, &place);
        let (edges, sink) = (Vec::new(), &mut diagnostics);
        let manifest =
            ifc_compiler::manifest::lower(begun, &self.0, edges, &policies, &files, sink);
        let text = cloudformation::emit(&manifest).remove(0).text;
        let template: Json = serde_json::from_str(&text).expect("JSON");
        let mut in_order = Writer::new(cloudformation::LAYOUT);
        in_order.value(&Sorted(&template));
        assert_eq!(text, in_order.finish(), "members are in order of name");
        Compiled {
            template,
            text,
            policies: self::policies::emit(&manifest)
                .into_iter()
                .map(|artifact| {
                    let policy = serde_json::from_str(&artifact.text).expect("JSON");
                    (artifact.path, policy)
                })
                .collect(),
            manifest,
            diagnostics: diagnostics.into_sorted(),
        }
    }
}

pub(crate) struct Compiled {
    pub(crate) manifest: Manifest,
    pub(crate) template: Json,
    pub(crate) text: String,
    pub(crate) policies: Vec<(String, Json)>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Compiled {
    /// A resource of the template.
    pub(crate) fn resource(&self, id: &str) -> &Json {
        let resource = &self.template["Resources"][id];
        assert!(!resource.is_null(), "no {id} among {:?}", self.ids());
        resource
    }

    pub(crate) fn properties(&self, id: &str) -> &Json {
        &self.resource(id)["Properties"]
    }

    pub(crate) fn ids(&self) -> Vec<&String> {
        self.manifest.infrastructure.keys().collect()
    }

    /// Statements of a function's role without the one for logs.
    pub(crate) fn statements(&self, role: &str) -> Vec<Json> {
        let policy = &self.properties(role)["Policies"][0]["PolicyDocument"];
        let statements = policy["Statement"].as_array().expect("statements");
        let of_code = statements.iter().filter(|statement| {
            statement["Action"] != json!(["logs:CreateLogStream", "logs:PutLogEvents"])
        });
        of_code.cloned().collect()
    }

    /// Number and headline of every diagnostic.
    pub(crate) fn said(&self) -> Vec<String> {
        self.diagnostics
            .iter()
            .map(|d| format!("{} {}", d.code.number, d.message))
            .collect()
    }
}

pub(crate) fn allow(actions: &[&str], resources: &[Json]) -> Json {
    json!({ "Effect": "Allow", "Action": actions, "Resource": resources })
}

pub(crate) fn arn(id: &str) -> Json {
    json!({ "Fn::GetAtt": [id, "Arn"] })
}
