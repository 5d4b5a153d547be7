//! IAM policy documents as a template writes them.

use ifc_compiler::span::Span;

use crate::document::Node;
use crate::text::Text;

/// A statement.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) span: Span,
    pub(crate) allow: bool,
    /// Patterns of actions, each with its place.
    pub(crate) actions: Vec<(String, Span)>,
    /// Whether these are the actions that it is not about.
    pub(crate) not_actions: bool,
    /// Patterns of resources, each with its place; empty for `NotResource`, which is taken for all.
    pub(crate) resources: Vec<(Text, Span)>,
    /// Where the statement's contents come from when they are not written out: the name of a
    /// managed policy or of a policy template.
    pub(crate) from: Option<String>,
}

impl Statement {
    /// Whether an action is one of the statement's.
    pub(crate) fn has_action(&self, action: &str) -> bool {
        let listed = self
            .actions
            .iter()
            .any(|(pattern, _)| matches_action(pattern, action));
        listed != self.not_actions
    }
}

/// IAM compares actions without regard to case.
pub(crate) fn matches_action(pattern: &str, action: &str) -> bool {
    let lower = |text: &str| Text::of(text.to_ascii_lowercase());
    lower(pattern).covers(&lower(action))
}

/// Reads the statements of a document. `texts` gives the texts that a value stands for.
pub(crate) fn read(document: &Node, texts: &dyn Fn(&Node) -> Vec<Text>) -> Vec<Statement> {
    let statements = ["Statement", "statement"];
    let list = statements.iter().find_map(|key| document.get(key));
    let list = list.map_or(&[][..], Node::items);
    list.iter().map(|node| statement(node, texts)).collect()
}

fn statement(node: &Node, texts: &dyn Fn(&Node) -> Vec<Text>) -> Statement {
    let all = |key: &str| -> Vec<(Text, Span)> {
        let items = node.get(key).map_or(&[][..], Node::items);
        items
            .iter()
            .flat_map(|item| texts(item).into_iter().map(|text| (text, item.span)))
            .collect()
    };
    let not_actions = node.get("NotAction").is_some();
    let actions = all(if not_actions { "NotAction" } else { "Action" });
    let resources = match node.get("NotResource") {
        Some(not) => vec![(Text::of("*"), not.span)],
        None => all("Resource"),
    };
    Statement {
        span: node.span,
        allow: node.get("Effect").and_then(Node::literal) != Some("Deny"),
        actions: actions
            .into_iter()
            .map(|(text, span)| (text.to_string(), span))
            .collect(),
        not_actions,
        resources,
        from: None,
    }
}
