//! What functions may do, as (action, resource) pairs with their reasons; not yet statements.

use crate::model::{Application, CallPath, Text};
use crate::span::Span;

/// What the functions' code may do, function by function as in [`Application::functions`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policies {
    /// By function.
    pub functions: Vec<Vec<Permission>>,
}

/// Actions on one resource for one reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Permission {
    /// `dynamodb:PutItem`, in order of name.
    pub actions: Vec<String>,
    /// On what.
    pub on: On,
    /// Every place in the code that needs it.
    pub why: Vec<CallPath>,
    /// Reason in words, for grants that the user wrote and for what the wiring needs.
    pub because: Option<String>,
    /// Place of the `#[grant]`.
    pub span: Option<Span>,
}

impl Permission {
    /// What a trigger or a default needs.
    pub fn wiring(actions: &[&str], on: On, because: impl Into<String>) -> Permission {
        let mut actions: Vec<String> = actions.iter().map(ToString::to_string).collect();
        actions.sort();
        Permission {
            actions,
            on,
            why: Vec::new(),
            because: Some(because.into()),
            span: None,
        }
    }
}

/// What actions apply to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum On {
    /// A resource itself, by its index in [`Application::resources`].
    Resource(usize),
    /// An index of a table.
    Index(usize, String),
    /// The objects of a bucket whose keys are or begin so.
    Objects(usize, Text),
    /// The stream of a table.
    Stream(usize),
    /// The function's own log group.
    Logs,
    /// The function's own dead-letter queue.
    DeadLetters,
    /// An ARN that the user wrote.
    Arn(String),
    /// `*`: the action takes no resource, or the user said so.
    Everything,
}

impl On {
    /// As the manifest writes it: `table:ORDERS/index/by_customer`.
    pub fn label(&self, app: &Application, function: &str) -> String {
        let resource = |index: usize| {
            let resource = &app.resources[index];
            format!("{}:{}", resource.kind.name, resource.name)
        };
        match self {
            On::Resource(index) => resource(*index),
            On::Index(index, name) => format!("{}/index/{name}", resource(*index)),
            On::Objects(index, Text::Exact(key)) => format!("{}/{key}", resource(*index)),
            On::Objects(index, Text::Prefix(prefix)) => format!("{}/{prefix}*", resource(*index)),
            On::Objects(index, Text::Any) => format!("{}/*", resource(*index)),
            On::Stream(index) => format!("{}/stream", resource(*index)),
            On::Logs => format!("log_group:{function}"),
            On::DeadLetters => format!("dead_letters:{function}"),
            On::Arn(arn) => arn.clone(),
            On::Everything => "*".into(),
        }
    }
}
