//! What functions may do, as actions on resources under conditions, with their reasons; not yet
//! statements.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::model::{Application, CallPath, Text};
use crate::span::Span;

/// What the functions' code may do, function by function as in [`Application::functions`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policies {
    /// By function.
    pub functions: Vec<Vec<Permission>>,
    /// By function: what its clients with other credentials than its role's need. No role is given
    /// that; it is said.
    pub others: Vec<Vec<Permission>>,
}

/// Actions on one resource for one reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Permission {
    /// `dynamodb:PutItem`, in order of name.
    pub actions: Vec<Cow<'static, str>>,
    /// On what.
    pub on: On,
    /// When: all of these hold.
    pub when: Vec<When>,
    /// Every place in the code that needs it.
    pub why: Vec<CallPath>,
    /// Reason in words, for grants that the user wrote and for what the wiring needs.
    pub because: Option<Cow<'static, str>>,
    /// Place of the `#[grant]`.
    pub span: Option<Span>,
    /// What to know of it.
    pub notes: Vec<String>,
}

impl Permission {
    /// What a trigger or a default needs.
    pub fn wiring(
        actions: &[&'static str],
        on: On,
        because: impl Into<Cow<'static, str>>,
    ) -> Permission {
        let mut actions: Vec<_> = actions.iter().map(|action| (*action).into()).collect();
        actions.sort();
        Permission {
            actions,
            on,
            when: Vec::new(),
            why: Vec::new(),
            because: Some(because.into()),
            span: None,
            notes: Vec::new(),
        }
    }
}

/// A condition of a permission: what AWS knows of a request is one of these.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct When {
    /// IAM's operator: `StringLike`.
    pub operator: &'static str,
    /// What of the request: `s3:prefix`.
    pub key: Cow<'static, str>,
    /// In order, as IAM writes them: a literal star of a pattern is `${*}`.
    pub values: Vec<String>,
}

impl When {
    /// The condition that a key is one of these texts.
    pub fn is(key: &'static str, texts: &BTreeSet<Text>) -> Option<When> {
        let all_exact = texts.iter().all(|text| matches!(text, Text::Exact(_)));
        // What begins like another beginning needs no mention.
        let covers = |one: &Text, text: &Text| match (one, text) {
            (Text::Prefix(one), Text::Exact(text) | Text::Prefix(text)) => text.starts_with(one),
            (Text::Prefix(one), Text::Pieces(pieces)) => pieces[0].starts_with(one),
            _ => false,
        };
        let needed = |text: &&Text| !texts.iter().any(|one| one != *text && covers(one, text));
        let value = |text: &Text| match text {
            Text::Exact(text) if all_exact => Some(text.replace("${", "${$}{")),
            Text::Exact(text) => Some(literal(text)),
            Text::Prefix(text) => Some(format!("{}*", literal(text))),
            Text::Pieces(pieces) => {
                let pieces: Vec<String> = pieces.iter().map(|piece| literal(piece)).collect();
                Some(pieces.join("*"))
            }
            Text::Any => None,
        };
        Some(When {
            operator: match all_exact {
                true => "StringEquals",
                false => "StringLike",
            },
            key: key.into(),
            values: texts
                .iter()
                .filter(needed)
                .map(value)
                .collect::<Option<_>>()?,
        })
    }

    /// The same for a key of which a request may have several values: all of them are of these.
    pub fn all(key: &'static str, texts: &BTreeSet<Text>) -> Option<When> {
        let one = When::is(key, texts)?;
        Some(When {
            operator: match one.operator {
                "StringEquals" => "ForAllValues:StringEquals",
                _ => "ForAllValues:StringLike",
            },
            ..one
        })
    }
}

/// A text in which IAM sees no wildcards and no variables.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '*' | '?' | '$' => out.extend(['$', '{', c, '}']),
            c => out.push(c),
        }
    }
    out
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
    /// An ARN of a raw call: `${AWS::Region}` and its like are the deployment's, `${env:X}` is what
    /// the variable of the function is set to, `*` stands for anything.
    Pattern(String),
    /// `*`: the action takes no resource, or the user said so.
    Everything,
}

impl On {
    /// As the manifest writes it: `table:ORDERS/index/by_customer`. A star stands for anything; one
    /// that is part of a key is `${*}`, as IAM has it.
    pub fn label(&self, app: &Application, function: &str) -> String {
        let resource = |index: usize| {
            let resource = &app.resources[index];
            [resource.kind.name, ":", &resource.name].concat()
        };
        match self {
            On::Resource(index) => resource(*index),
            On::Index(index, name) => format!("{}/index/{name}", resource(*index)),
            On::Objects(index, Text::Exact(key)) => {
                format!("{}/{}", resource(*index), literal(key))
            }
            On::Objects(index, Text::Prefix(prefix)) => {
                format!("{}/{}*", resource(*index), literal(prefix))
            }
            On::Objects(index, Text::Pieces(pieces)) => {
                let pieces: Vec<String> = pieces.iter().map(|piece| literal(piece)).collect();
                format!("{}/{}", resource(*index), pieces.join("*"))
            }
            On::Objects(index, Text::Any) => format!("{}/*", resource(*index)),
            On::Stream(index) => format!("{}/stream", resource(*index)),
            On::Logs => ["log_group:", function].concat(),
            On::DeadLetters => format!("dead_letters:{function}"),
            On::Arn(arn) | On::Pattern(arn) => arn.clone(),
            On::Everything => "*".into(),
        }
    }
}
