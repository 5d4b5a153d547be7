//! Applications built by hand, for tests of what comes behind the front end.

use std::sync::Arc;

use ifc_catalog::model::{
    Allow, Application, CallPath, Function, OptionValue, Resource, Step, Text, Trigger, Use, Value,
};
use ifc_catalog::resources;
use ifc_catalog::schema::{EventSchema, EventVariant};

use super::ResourceGraph;
use crate::span::{FileId, Span};

/// An application in the making. Every part gets a place of its own.
pub(crate) struct App {
    application: Application,
    places: u32,
}

impl App {
    pub(crate) fn new() -> App {
        App {
            application: Application {
                package: "shop".into(),
                metadata: serde_json::Value::Null,
                functions: Vec::new(),
                resources: Vec::new(),
            },
            places: 0,
        }
    }

    fn place(&mut self) -> Span {
        self.places += 2;
        Span {
            file: FileId(0),
            start: self.places - 2,
            end: self.places - 1,
        }
    }

    pub(crate) fn metadata(mut self, metadata: serde_json::Value) -> App {
        self.application.metadata = metadata;
        self
    }

    /// A resource; `kind` is that of the catalog, with ` fifo` behind it if it is FIFO.
    pub(crate) fn resource(mut self, name: &str, kind: &str) -> App {
        let (kind, fifo) = match kind.strip_suffix(" fifo") {
            Some(kind) => (kind, true),
            None => (kind, false),
        };
        let span = self.place();
        let event = EventSchema {
            source: "shop".into(),
            variants: ["Placed", "Paid"]
                .map(|name| EventVariant {
                    name: name.into(),
                    detail_type: name.into(),
                })
                .into(),
        };
        self.application.resources.push(Resource {
            name: name.into(),
            kind: resources::by_name(kind).expect("a kind of the catalog"),
            span,
            payload: String::new(),
            fifo,
            options: Vec::new(),
            item: None,
            event: (kind == "bus").then_some(event),
            reads: None,
            existing: None,
            allows: Vec::new(),
        });
        self
    }

    pub(crate) fn function(mut self, name: &str) -> App {
        let span = self.place();
        self.application.functions.push(Function {
            name: name.into(),
            handler: format!("shop::{name}"),
            span,
            options: Vec::new(),
            triggers: Vec::new(),
            uses: Vec::new(),
            calls: Vec::new(),
            grants: Vec::new(),
            allows: Vec::new(),
        });
        self
    }

    fn last(&mut self) -> &mut Function {
        self.application.functions.last_mut().expect("a function")
    }

    fn position(&self, resource: &str) -> usize {
        let mut resources = self.application.resources.iter();
        resources
            .position(|one| one.name == resource)
            .expect("a resource")
    }

    /// A trigger of the last function: `http GET /a`, `QUEUE`, `TABLE.changes`.
    pub(crate) fn on(mut self, source: &str) -> App {
        let span = self.place();
        let words: Vec<&str> = source.split(' ').collect();
        let trigger = |source, resource, method, args| Trigger {
            source,
            resource,
            method,
            args,
            options: Vec::new(),
            detail_types: Vec::new(),
            partial_failures: false,
            span,
        };
        let trigger = match words.as_slice() {
            ["http", method, path] => {
                let args = vec![(*method).to_owned(), (*path).to_owned()];
                trigger("http", None, None, args)
            }
            ["schedule", ..] => trigger("schedule", None, None, vec!["rate(1 day)".into()]),
            _ => {
                let (name, method) = match source.split_once('.') {
                    Some((name, method)) => (name, Some(method.to_owned())),
                    None => (source, None),
                };
                let at = self.position(name);
                let kind = self.application.resources[at].kind.name;
                trigger(kind, Some(at), method, Vec::new())
            }
        };
        self.last().triggers.push(trigger);
        self
    }

    /// Detail types of the last trigger.
    pub(crate) fn events(mut self, types: &[&str]) -> App {
        let trigger = self.last().triggers.last_mut().expect("a trigger");
        trigger.detail_types = types.iter().map(|one| (*one).to_owned()).collect();
        self
    }

    /// An option of the last trigger.
    pub(crate) fn with(mut self, name: &str, value: Value) -> App {
        let option = self.option(name, value);
        let trigger = self.last().triggers.last_mut().expect("a trigger");
        trigger.options.push(option);
        self
    }

    fn option(&mut self, name: &str, value: Value) -> OptionValue {
        OptionValue {
            name: name.into(),
            value,
            span: self.place(),
        }
    }

    /// `#[allow_infra]` on the last function.
    pub(crate) fn allow(mut self, check: &str) -> App {
        let span = self.place();
        self.last().allows.push(Allow {
            check: check.into(),
            because: "a test".into(),
            span,
        });
        self
    }

    /// An operation in the body of the last function: `ORDERS.put`.
    pub(crate) fn does(self, what: &str) -> App {
        self.does_with(what, Vec::new())
    }

    /// An operation with what is known of its text arguments.
    pub(crate) fn does_with(mut self, what: &str, scope: Vec<(usize, Text)>) -> App {
        let span = self.place();
        let (name, method) = what.split_once('.').expect("a resource and a method");
        let resource = self.position(name);
        let kind = self.application.resources[resource].kind;
        let function = self.last();
        let step = Step {
            function: function.name.as_str().into(),
            span,
        };
        function.uses.push(Use {
            resource,
            op: kind.op(method).expect("an operation of the kind"),
            scope,
            detail_types: None,
            why: vec![CallPath {
                steps: Arc::new([step]),
            }],
        });
        self
    }

    /// Detail types that the last operation publishes.
    pub(crate) fn publishing(mut self, types: &[&str]) -> App {
        let types = types.iter().map(|one| (*one).to_owned()).collect();
        let last = self.last().uses.last_mut().expect("an operation");
        last.detail_types = Some(types);
        self
    }

    pub(crate) fn build(self) -> ResourceGraph {
        ResourceGraph::new(self.application)
    }
}
