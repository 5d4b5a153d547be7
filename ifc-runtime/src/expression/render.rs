//! Writes conditions and updates in DynamoDB's expression language, with placeholders for all names
//! and values, so that reserved words and odd characters need no care.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use serde_dynamo::AttributeValue;

use super::condition::{AttributeType, Comparison, Expr, Operand};
use super::path::{Path, Step};
use super::update::UpdateAction;
use crate::backend::table::SortRange;

/// Placeholders that were used, to send along with the expressions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rendered {
    /// `#n0` to the attribute's name.
    pub names: HashMap<String, String>,
    /// `:v0` to the value.
    pub values: HashMap<String, AttributeValue>,
}

/// Renders the expressions of one request, which share their placeholders.
#[derive(Debug, Default)]
pub struct Renderer {
    names: BTreeMap<String, usize>,
    values: Vec<AttributeValue>,
}

impl Renderer {
    /// No placeholders yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// All placeholders.
    pub fn finish(self) -> Rendered {
        Rendered {
            names: self
                .names
                .into_iter()
                .map(|(name, i)| (format!("#n{i}"), name))
                .collect(),
            values: self
                .values
                .into_iter()
                .enumerate()
                .map(|(i, value)| (format!(":v{i}"), value))
                .collect(),
        }
    }

    /// A condition or filter.
    pub fn condition(&mut self, expr: &Expr) -> String {
        match expr {
            Expr::Compare(a, comparison, b) => {
                let a = self.operand(a);
                let sign = match comparison {
                    Comparison::Equal => "=",
                    Comparison::NotEqual => "<>",
                    Comparison::Less => "<",
                    Comparison::AtMost => "<=",
                    Comparison::Greater => ">",
                    Comparison::AtLeast => ">=",
                };
                format!("{a} {sign} {}", self.operand(b))
            }
            Expr::Between(a, low, high) => {
                let (a, low) = (self.operand(a), self.operand(low));
                format!("{a} BETWEEN {low} AND {}", self.operand(high))
            }
            Expr::In(a, list) => {
                let a = self.operand(a);
                let list: Vec<String> = list.iter().map(|value| self.operand(value)).collect();
                format!("{a} IN ({})", list.join(", "))
            }
            Expr::Exists(path) => format!("attribute_exists({})", self.path(path)),
            Expr::NotExists(path) => format!("attribute_not_exists({})", self.path(path)),
            Expr::HasType(path, kind) => {
                let path = self.path(path);
                let kind = self.value(AttributeValue::S(type_name(*kind).to_owned()));
                format!("attribute_type({path}, {kind})")
            }
            Expr::BeginsWith(path, prefix) => {
                let path = self.path(path);
                format!("begins_with({path}, {})", self.operand(prefix))
            }
            Expr::Contains(path, value) => {
                let path = self.path(path);
                format!("contains({path}, {})", self.operand(value))
            }
            Expr::And(list) => self.list(list, " AND "),
            Expr::Or(list) => self.list(list, " OR "),
            Expr::Not(inner) => format!("NOT ({})", self.condition(inner)),
        }
    }

    /// The key condition of a query.
    pub fn key_condition(
        &mut self,
        partition: (&str, &AttributeValue),
        sort: Option<(&str, &SortRange)>,
    ) -> String {
        let mut text = format!(
            "{} = {}",
            self.name(partition.0),
            self.value(partition.1.clone())
        );
        if let Some((name, range)) = sort {
            let name = self.name(name);
            let mut value = |value: &AttributeValue| self.value(value.clone());
            let range = match range {
                SortRange::Equal(v) => format!("{name} = {}", value(v)),
                SortRange::Less(v) => format!("{name} < {}", value(v)),
                SortRange::AtMost(v) => format!("{name} <= {}", value(v)),
                SortRange::Greater(v) => format!("{name} > {}", value(v)),
                SortRange::AtLeast(v) => format!("{name} >= {}", value(v)),
                SortRange::Between(a, b) => {
                    let a = value(a);
                    format!("{name} BETWEEN {a} AND {}", value(b))
                }
                SortRange::BeginsWith(v) => format!("begins_with({name}, {})", value(v)),
            };
            text.push_str(" AND ");
            text.push_str(&range);
        }
        text
    }

    /// An update.
    pub fn update(&mut self, actions: &[UpdateAction]) -> String {
        let [mut set, mut add, mut delete, mut remove] = [const { Vec::new() }; 4];
        for action in actions {
            match action {
                UpdateAction::Set(path, value) => {
                    let path = self.path(path);
                    set.push(format!("{path} = {}", self.operand(value)));
                }
                UpdateAction::SetIfAbsent(path, value) => {
                    let (path, value) = (self.path(path), self.value(value.clone()));
                    set.push(format!("{path} = if_not_exists({path}, {value})"));
                }
                UpdateAction::Increment(path, value) => {
                    let (path, value) = (self.path(path), self.value(value.clone()));
                    set.push(format!("{path} = {path} + {value}"));
                }
                UpdateAction::Append(path, value) => {
                    let (path, value) = (self.path(path), self.value(value.clone()));
                    let list = self.list_or_empty(&path);
                    set.push(format!("{path} = list_append({list}, {value})"));
                }
                UpdateAction::Prepend(path, value) => {
                    let (path, value) = (self.path(path), self.value(value.clone()));
                    let list = self.list_or_empty(&path);
                    set.push(format!("{path} = list_append({value}, {list})"));
                }
                UpdateAction::Add(path, value) => {
                    let path = self.path(path);
                    add.push(format!("{path} {}", self.value(value.clone())));
                }
                UpdateAction::DeleteElements(path, value) => {
                    let path = self.path(path);
                    delete.push(format!("{path} {}", self.value(value.clone())));
                }
                UpdateAction::Remove(path) => remove.push(self.path(path)),
            }
        }
        let clauses = [
            ("SET", set),
            ("REMOVE", remove),
            ("ADD", add),
            ("DELETE", delete),
        ];
        let written: Vec<String> = clauses
            .into_iter()
            .filter(|(_, list)| !list.is_empty())
            .map(|(clause, list)| format!("{clause} {}", list.join(", ")))
            .collect();
        written.join(" ")
    }

    fn list_or_empty(&mut self, path: &str) -> String {
        format!(
            "if_not_exists({path}, {})",
            self.value(AttributeValue::L(Vec::new()))
        )
    }

    fn list(&mut self, list: &[Expr], separator: &str) -> String {
        let parts: Vec<String> = list
            .iter()
            .map(|expr| format!("({})", self.condition(expr)))
            .collect();
        parts.join(separator)
    }

    fn operand(&mut self, operand: &Operand) -> String {
        match operand {
            Operand::Value(value) => self.value(value.clone()),
            Operand::Attribute(path) => self.path(path),
            Operand::Size(path) => format!("size({})", self.path(path)),
        }
    }

    fn path(&mut self, path: &Path) -> String {
        let mut text = String::new();
        for step in &path.0 {
            match step {
                Step::Name(name) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(&self.name(name));
                }
                Step::Index(index) => {
                    let _ = write!(text, "[{index}]");
                }
            }
        }
        text
    }

    fn name(&mut self, name: &str) -> String {
        let next = self.names.len();
        let index = *self.names.entry(name.to_owned()).or_insert(next);
        format!("#n{index}")
    }

    fn value(&mut self, value: AttributeValue) -> String {
        self.values.push(value);
        format!(":v{}", self.values.len() - 1)
    }
}

fn type_name(kind: AttributeType) -> &'static str {
    match kind {
        AttributeType::S => "S",
        AttributeType::N => "N",
        AttributeType::B => "B",
        AttributeType::Bool => "BOOL",
        AttributeType::Null => "NULL",
        AttributeType::L => "L",
        AttributeType::M => "M",
        AttributeType::Ss => "SS",
        AttributeType::Ns => "NS",
        AttributeType::Bs => "BS",
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Condition, Update, attr};
    use super::*;

    fn condition(condition: Condition) -> (String, Rendered) {
        let mut renderer = Renderer::new();
        let text = renderer.condition(&condition.into_expr().expect("valid"));
        (text, renderer.finish())
    }

    #[test]
    fn names_are_placeholders_and_shared() {
        let (text, rendered) = condition(
            attr("status")
                .eq("open")
                .and(attr("status").ne(attr("address.status"))),
        );
        assert_eq!(text, "(#n0 = :v0) AND (#n0 <> #n1.#n0)");
        assert_eq!(rendered.names["#n0"], "status");
        assert_eq!(rendered.names["#n1"], "address");
        assert_eq!(rendered.values[":v0"], AttributeValue::S("open".into()));
    }

    #[test]
    fn every_condition() {
        for (given, expected) in [
            (attr("a").lt(1), "#n0 < :v0"),
            (attr("a").le(1), "#n0 <= :v0"),
            (attr("a").gt(1), "#n0 > :v0"),
            (attr("a").ge(1), "#n0 >= :v0"),
            (attr("a").between(1, 2), "#n0 BETWEEN :v0 AND :v1"),
            (attr("a").is_in([1, 2]), "#n0 IN (:v0, :v1)"),
            (attr("a[3].b").exists(), "attribute_exists(#n0[3].#n1)"),
            (attr("a").not_exists(), "attribute_not_exists(#n0)"),
            (
                attr("a").has_type(AttributeType::Ss),
                "attribute_type(#n0, :v0)",
            ),
            (attr("a").begins_with("x"), "begins_with(#n0, :v0)"),
            (attr("a").contains("x"), "contains(#n0, :v0)"),
            (attr("a").size().gt(3), "size(#n0) > :v0"),
            (
                !attr("a").eq(1).or(attr("b").eq(2)),
                "NOT ((#n0 = :v0) OR (#n1 = :v1))",
            ),
        ] {
            assert_eq!(condition(given).0, expected);
        }
    }

    #[test]
    fn clauses_of_an_update_come_once() {
        let update = Update::new()
            .set("a", 1)
            .add("n", 1)
            .remove("b")
            .set("c", attr("d"))
            .set_if_absent("e", 2)
            .increment("f", 3)
            .append("g", vec![1])
            .prepend("h", vec![1])
            .remove("i[0]");
        let mut renderer = Renderer::new();
        let text = renderer.update(&update.into_parts().expect("valid").0);
        assert_eq!(
            text,
            "SET #n0 = :v0, #n3 = #n4, #n5 = if_not_exists(#n5, :v2), #n6 = #n6 + :v3, \
             #n7 = list_append(if_not_exists(#n7, :v5), :v4), #n8 = list_append(:v6, if_not_exists(#n8, :v7)) \
             REMOVE #n2, #n9[0] ADD #n1 :v1"
        );
        assert_eq!(renderer.finish().values.len(), 8);
    }

    #[test]
    fn key_conditions() {
        let (partition, sort) = (AttributeValue::S("p".into()), AttributeValue::N("1".into()));
        let range = SortRange::Between(sort.clone(), sort);
        let text = Renderer::new().key_condition(("id", &partition), Some(("at", &range)));
        assert_eq!(text, "#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2");
    }
}
