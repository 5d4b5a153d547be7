//! Templates with one permission taken away or one guard opened. A set of questions that does not
//! notice them proves less than it says.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::Value;

use crate::application::Application;
use crate::privilege;
use crate::simulate::{self, Question};
use crate::template::{Template, list};
use crate::wiring::{self, Wiring};

/// A template with one mistake.
pub struct Mutant {
    /// What is taken away: `statement`, `Action`, `condition`.
    pub what: &'static str,
    /// What is wrong.
    pub label: String,
    /// The template.
    pub template: Value,
}

/// Every template that differs from this one by a statement, an action, a resource, a condition or
/// a permission less.
pub fn mutants(template: &Value) -> Vec<Mutant> {
    let mut found = Mutants {
        template,
        mutants: Vec::new(),
    };
    for (id, resource) in template["Resources"].as_object().into_iter().flatten() {
        let properties = format!("/Resources/{}/Properties", escape(id));
        match resource["Type"].as_str().unwrap_or_default() {
            "AWS::IAM::Role" => {
                found.policy(&format!("{properties}/AssumeRolePolicyDocument"), id);
                let policies = list(&resource["Properties"]["Policies"]).len();
                for i in 0..policies {
                    found.policy(&format!("{properties}/Policies/{i}/PolicyDocument"), id);
                }
            }
            "AWS::IAM::Policy"
            | "AWS::IAM::ManagedPolicy"
            | "AWS::IAM::RolePolicy"
            | "AWS::SQS::QueuePolicy"
            | "AWS::SNS::TopicPolicy"
            | "AWS::S3::BucketPolicy" => found.policy(&format!("{properties}/PolicyDocument"), id),
            "AWS::Lambda::Permission" => {
                found.without(&format!("/Resources/{}", escape(id)), "permission", id);
                for guard in ["SourceArn", "SourceAccount"] {
                    found.without(&format!("{properties}/{guard}"), guard, id);
                }
            }
            _ => {}
        }
    }
    found.mutants
}

/// Everything that is asked about a template: about its deliveries and its functions' roles.
pub fn questions(application: &Application, template: &Template) -> Result<Wiring> {
    let mut wiring = wiring::wiring(template);
    wiring
        .questions
        .extend(privilege::questions(application, template)?);
    Ok(wiring)
}

/// What has to be noticed if it is missing, found without looking at what it belongs to: every
/// statement of a policy, whatever its resource, and every permission of a function.
pub fn emitted(template: &Value) -> BTreeMap<&'static str, usize> {
    fn statements(value: &Value) -> usize {
        match value {
            Value::Array(items) => items.iter().map(statements).sum(),
            Value::Object(members) => {
                let own = usize::from(members.contains_key("Effect"));
                own + members.values().map(statements).sum::<usize>()
            }
            _ => 0,
        }
    }
    let resources = template["Resources"].as_object().into_iter().flatten();
    let permissions = resources.filter(|(_, r)| r["Type"] == "AWS::Lambda::Permission");
    BTreeMap::from([
        ("statement", statements(template)),
        ("permission", permissions.count()),
    ])
}

/// How many mutants there are of each sort.
pub fn counts(mutants: &[Mutant]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for mutant in mutants {
        *counts.entry(mutant.what).or_default() += 1;
    }
    counts
}

/// The labels of mutants about which all questions are answered as they should be.
pub fn survivors(
    template: &Template,
    mutants: Vec<Mutant>,
    questions: impl Fn(&Template) -> Result<Wiring>,
) -> Result<Vec<String>> {
    let known = questions(template)?.questions;
    let mut by_label: BTreeMap<&str, Vec<&Question>> = BTreeMap::new();
    for question in &known {
        by_label.entry(&question.label).or_default().push(question);
    }
    let mut survivors = Vec::new();
    let mut pending: Vec<(String, Vec<Question>)> = Vec::new();
    for mutant in mutants {
        let wiring = questions(&template.with_source(mutant.template))?;
        if !wiring.faults.is_empty() {
            continue;
        }
        // Questions that the mutation leaves alone have been answered for the template itself.
        let is_known = |question: &Question| {
            let known = by_label.get(question.label.as_str());
            known.is_some_and(|known| known.contains(&question))
        };
        let mut changed = wiring.questions;
        changed.retain(|question| !is_known(question));
        if changed.is_empty() {
            survivors.push(mutant.label);
        } else {
            pending.push((mutant.label, changed));
        }
    }
    let all: Vec<Question> = pending
        .iter()
        .flat_map(|(_, changed)| changed.clone())
        .collect();
    let mut verdicts = simulate::decide(&all)?.into_iter();
    for (label, changed) in pending {
        let answers: Vec<_> = verdicts.by_ref().take(changed.len()).collect();
        if changed
            .iter()
            .zip(answers)
            .all(|(question, answer)| question.expected == answer)
        {
            survivors.push(label);
        }
    }
    Ok(survivors)
}

struct Mutants<'a> {
    template: &'a Value,
    mutants: Vec<Mutant>,
}

impl Mutants<'_> {
    fn policy(&mut self, document: &str, id: &str) {
        let pointer = format!("{document}/Statement");
        let statements = self
            .template
            .pointer(&pointer)
            .and_then(Value::as_array)
            .cloned();
        for (i, statement) in statements.unwrap_or_default().iter().enumerate() {
            let place = format!("{pointer}/{i}");
            self.without(&place, "statement", id);
            for member in ["Action", "Resource"] {
                let Some(items) = statement[member].as_array() else {
                    continue;
                };
                for j in (0..items.len()).filter(|_| items.len() > 1) {
                    self.without(&format!("{place}/{member}/{j}"), member, id);
                }
            }
            let operators = statement["Condition"].as_object();
            for (operator, keys) in operators.into_iter().flatten() {
                for (key, values) in keys.as_object().into_iter().flatten() {
                    let condition = format!("{place}/Condition/{operator}/{}", escape(key));
                    self.without(&condition, "condition", id);
                    let values = values.as_array().map_or(0, Vec::len);
                    for j in (0..values).filter(|_| values > 1) {
                        self.without(&format!("{condition}/{j}"), "value", id);
                    }
                }
            }
        }
    }

    fn without(&mut self, pointer: &str, what: &'static str, id: &str) {
        let mut template = self.template.clone();
        let Some((parent, last)) = pointer.rsplit_once('/') else {
            return;
        };
        let removed = match template.pointer_mut(parent) {
            Some(Value::Object(members)) => members.remove(&unescape(last)),
            Some(Value::Array(items)) => last.parse().ok().map(|i: usize| items.remove(i)),
            _ => None,
        };
        let Some(removed) = removed else { return };
        let label = format!("{id} without {what} {removed}");
        self.mutants.push(Mutant {
            what,
            label,
            template,
        });
    }
}

fn escape(member: &str) -> String {
    member.replace('~', "~0").replace('/', "~1")
}

fn unescape(member: &str) -> String {
    member.replace("~1", "/").replace("~0", "~")
}
