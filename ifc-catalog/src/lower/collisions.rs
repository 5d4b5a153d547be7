//! Names and ids that two things of a stack would share, and ids that are too long.

use std::collections::{BTreeMap, BTreeSet};

use crate::infra::{Kind, Node};
use crate::limits::LOGICAL_ID;
use crate::manifest::StackParameter;
use crate::model::{Existing, Resource};
use crate::span::Span;

use super::context::ARN_OF;
use super::nodes::Collision;
use super::{Lowering, Problem, ProblemKind};

const ANOTHER_NAME: &str = "choose another name: `existing = param(\"..\")` may be any";

impl Lowering<'_> {
    /// Nodes of one id. Most things give several nodes: one message for each two things will do.
    pub(super) fn id_collisions(&mut self, collisions: Vec<Collision>) {
        let mut said = BTreeSet::new();
        for Collision { id, first, other } in collisions {
            let spans = [&first, &other].map(|(owner, trigger)| {
                let by_owner = || self.span_of(owner);
                trigger.or_else(by_owner)
            });
            if spans.iter().all(Option::is_some) && !said.insert(spans) {
                continue;
            }
            let message = match first.0 == other.0 {
                true => format!("two triggers of `{}` give `{id}` in the template", first.0),
                false => format!(
                    "`{}` and `{}` both give `{id}` in the template",
                    other.0, first.0
                ),
            };
            let of_triggers = first.1.is_some() && other.1.is_some();
            let help = match of_triggers {
                true if first.0 == other.0 => {
                    "remove one of them, let them differ in letters or digits, or give each a function of its own"
                }
                true => "remove one of them, or let them differ in letters or digits",
                false => "rename one of them",
            };
            self.collision(spans, message, help);
        }
    }

    /// Names that AWS wants to be told are cut where it takes no longer ones.
    pub(super) fn name_collisions(&mut self) {
        let mut owners: BTreeMap<(&str, String), &str> = BTreeMap::new();
        let mut same = Vec::new();
        for node in self.out.nodes.values() {
            let (kind, name) = match &node.kind {
                Kind::Bucket(bucket) => ("bucket", bucket.physical_name.as_ref()),
                Kind::Bus(bus) => ("bus", Some(&bus.physical_name)),
                Kind::Function(function) => ("function", function.physical_name.as_ref()),
                Kind::Topic(topic) => ("topic", topic.physical_name.as_ref()),
                _ => continue,
            };
            if let Some(name) = name
                && let Some(other) = owners.insert((kind, format!("{name:?}")), &node.owner)
            {
                same.push((other.to_owned(), node.owner.clone(), kind));
            }
        }
        for (one, other, kind) in same {
            let spans = [self.span_of(&one), self.span_of(&other)];
            let message = format!("`{one}` and `{other}` both give one {kind} name");
            self.collision(
                spans,
                message,
                "names are cut where AWS takes no longer ones: let these differ earlier, or shorten the name of the package",
            );
        }
    }

    /// Ids of routes and schedules are as long as what they say.
    pub(super) fn long_ids(&mut self) {
        let most = usize::try_from(LOGICAL_ID.value).unwrap_or(usize::MAX);
        let nodes = self.out.nodes.iter();
        let long = nodes.filter(|(id, _)| id.len() > most);
        let long: Vec<_> = long
            .map(|(id, node)| (id.clone(), node.owner.clone()))
            .collect();
        for (id, owner) in long {
            let span = self.span_of(&owner);
            self.problem(
                ProblemKind::Unsupported,
                span,
                format!("`{id}` of `{owner}` is longer than the {most} characters that CloudFormation takes"),
                "shorten the path or the expression that it is made of",
            );
        }
    }

    /// Declares a parameter of the stack. Different ones of one name are a problem; several resources
    /// may be what one parameter names.
    pub(super) fn declare(&mut self, name: String, parameter: StackParameter) {
        let names_one = |one: &StackParameter| one.description.starts_with(ARN_OF);
        let Some(known) = self.out.parameters.get(&name) else {
            self.out.parameters.insert(name, parameter);
            return;
        };
        if *known != parameter && !(names_one(known) && names_one(&parameter)) {
            let spans = [None, self.span_of_parameter(&name)];
            let message = format!("two parameters of the stack are called `{name}`");
            self.collision(spans, message, ANOTHER_NAME);
        }
    }

    /// References do not tell parameters from resources, so CloudFormation takes no name for both.
    pub(super) fn parameter_collisions(&mut self) {
        let names = self.out.parameters.keys();
        let both: Vec<(String, String)> = names
            .filter_map(|name| {
                let node: &Node = self.out.nodes.get(name)?;
                Some((name.clone(), node.owner.clone()))
            })
            .collect();
        for (name, owner) in both {
            let spans = [self.span_of(&owner), self.span_of_parameter(&name)];
            let message = format!("a parameter and a resource of the stack are called `{name}`");
            self.collision(spans, message, ANOTHER_NAME);
        }
    }

    /// One parameter cannot be the ARN of things of two kinds.
    pub(super) fn parameters_of_two_kinds(&mut self) {
        let app = self.app;
        let named = app
            .resources
            .iter()
            .filter_map(|resource| match &resource.existing {
                Some(Existing::StackParameter(name)) => Some((name.as_str(), resource)),
                _ => None,
            });
        let mut first: BTreeMap<&str, &Resource> = BTreeMap::new();
        for (name, resource) in named {
            let known = first.entry(name).or_insert(resource);
            if known.kind.name != resource.kind.name || known.fifo != resource.fifo {
                let message = format!(
                    "`{}` and `{}` are of two kinds, and the parameter `{name}` is the ARN of both",
                    known.name, resource.name
                );
                let spans = [Some(known.span), Some(resource.span)];
                self.collision(spans, message, "give each of them a parameter of its own");
            }
        }
    }

    fn collision(&mut self, spans: [Option<Span>; 2], message: String, help: &str) {
        let [first, other] = spans;
        self.out.problems.push(Problem {
            kind: ProblemKind::IdCollision,
            message,
            span: other.or(first),
            also: first.filter(|_| other.is_some()),
            help: Some(help.to_owned()),
        });
    }

    /// The place of the function or resource that has a name.
    fn span_of(&self, owner: &str) -> Option<Span> {
        let functions = self.app.functions.iter();
        let mut functions = functions.map(|function| (&function.name, function.span));
        let resources = self.app.resources.iter();
        let mut resources = resources.map(|resource| (&resource.name, resource.span));
        let found = functions.find(|(name, _)| *name == owner);
        let found = found.or_else(|| resources.find(|(name, _)| *name == owner));
        found.map(|(_, span)| span)
    }

    /// The place of the resource that asks for a parameter.
    fn span_of_parameter(&self, parameter: &str) -> Option<Span> {
        let mut resources = self.app.resources.iter();
        let names = |existing: &Existing| matches!(existing, Existing::StackParameter(name) if name == parameter);
        let found = resources.find(|resource| resource.existing.as_ref().is_some_and(names));
        found.map(|resource| resource.span)
    }
}
