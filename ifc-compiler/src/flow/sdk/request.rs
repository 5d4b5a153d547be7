//! From the values of requests to what the table of operations is asked with.

use std::collections::{BTreeMap, BTreeSet};

use ifc_catalog::sdk::{self as table, Member, Part, Request, Value};

use super::{How, Site, SiteId};
use crate::flow::text;
use crate::flow::ty::Wrap;
use crate::flow::value::{Members, UnitId, Val, ValKind};
use crate::flow::{Flow, InstanceId, SdkUse};
use crate::symbol::Symbol;

/// The requests that begin at these sites, as they are after all that these units do with them.
pub(in crate::flow) fn spoken(
    flow: &mut Flow<'_>,
    sites: &[SiteId],
    units: &[UnitId],
) -> BTreeMap<SiteId, SdkUse> {
    let mut ends: BTreeMap<SiteId, Option<Val>> = BTreeMap::new();
    for &unit in units {
        let effects = &flow.unit(unit).effects;
        let (sent, lost) = (effects.sent.clone(), effects.lost_requests.clone());
        for request in sent {
            let ValKind::Request(id, _) = *flow.vals.kind(request) else {
                continue;
            };
            let whole = match ends.get(&id) {
                Some(Some(other)) => flow.vals.join(&mut flow.tys, *other, request),
                Some(None) => continue,
                None => request,
            };
            ends.insert(id, Some(whole));
        }
        for id in lost {
            ends.insert(id, None);
        }
    }
    let mut out = BTreeMap::new();
    for &id in sites {
        let Site::Call {
            span,
            service,
            operation,
            how,
            ..
        } = *flow.sdk.site(id)
        else {
            continue;
        };
        let end = ends.get(&id).copied().flatten();
        let request = match how {
            How::Companion => given(flow, end),
            _ => request(flow, service, operation, end),
        };
        let spoken = SdkUse {
            at: InstanceId(0),
            span,
            service,
            operation,
            how,
            request,
        };
        out.insert(id, spoken);
    }
    out
}

fn request(flow: &mut Flow<'_>, service: Symbol, operation: Symbol, end: Option<Val>) -> Request {
    let members = match end.map(|val| flow.vals.kind(val).clone()) {
        Some(ValKind::Request(_, members)) => members,
        _ => return Request::unknown(),
    };
    let Some(row) = table::operation(service.as_str(), operation.as_str()) else {
        return Request::unknown();
    };
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    for path in row.member_paths() {
        let steps: Vec<&str> = path.split('.').collect();
        let walk = Walk {
            steps: &steps,
            at: 0,
            always: true,
        };
        walk.members(flow, &members, &mut found);
    }
    Request::with(found.into_iter().map(|(path, found)| Member {
        path,
        always: found.always,
        values: match found.open {
            true => Vec::new(),
            false => uncovered(found.values),
        },
    }))
}

/// What something that calls AWS itself is given: arguments as `arg0`, members by their setters.
fn given(flow: &mut Flow<'_>, end: Option<Val>) -> Request {
    let members = match end.map(|val| flow.vals.kind(val).clone()) {
        Some(ValKind::Request(_, members)) => members,
        _ => return Request::unknown(),
    };
    Request::with(members.iter().map(|&(name, val, always)| {
        let texts = flow.texts(val).unwrap_or_default();
        Member {
            path: name.to_string(),
            always,
            values: texts.iter().map(|parts| self::parts(flow, parts)).collect(),
        }
    }))
}

/// Values that no other one stands for: `orders-*` stands for `orders-`. An empty text names nothing:
/// it is what stands in for a variable that is not set.
fn uncovered(mut values: BTreeSet<Value>) -> Vec<Value> {
    if values.len() > 1 {
        values.remove(&Value::new());
    }
    let covers = |wide: &Value, value: &Value| match (wide.as_slice(), value.first()) {
        ([Part::Any], _) => true,
        ([Part::Text(prefix), Part::Any], Some(Part::Text(text))) => text.starts_with(prefix),
        _ => false,
    };
    let covered = |value: &Value| {
        values
            .iter()
            .any(|wide| wide != value && covers(wide, value))
    };
    values
        .iter()
        .filter(|value| !covered(value))
        .cloned()
        .collect()
}

/// What a member was found to be.
struct Found {
    always: bool,
    open: bool,
    values: BTreeSet<Value>,
}

/// On the way along a path such as `transact_items[].put.table_name`.
#[derive(Clone, Copy)]
struct Walk<'a> {
    steps: &'a [&'a str],
    /// The next step.
    at: usize,
    always: bool,
}

impl Walk<'_> {
    fn members(self, flow: &mut Flow<'_>, members: &Members, found: &mut BTreeMap<String, Found>) {
        let Some(step) = self.steps.get(self.at) else {
            return;
        };
        let name = step.trim_end_matches("[]").trim_end_matches("{}");
        let Some(&(_, value, set)) = members.iter().find(|m| m.0.as_str() == name) else {
            return;
        };
        let next = Walk {
            at: self.at + 1,
            always: self.always && set,
            ..self
        };
        let last = next.at == self.steps.len();
        let value = match step.ends_with("{}") {
            true => entry(flow, value, usize::from(!last)),
            false => value,
        };
        next.value(flow, value, last, found, 0);
    }

    /// Looks into lists and options for parts of a request, or for texts at the end of the path.
    fn value(
        self,
        flow: &mut Flow<'_>,
        value: Val,
        last: bool,
        found: &mut BTreeMap<String, Found>,
        depth: u32,
    ) {
        let atoms = flow.vals.atoms(value);
        for &atom in atoms.as_slice() {
            match flow.vals.kind(atom).clone() {
                ValKind::Bottom | ValKind::Empty => {}
                ValKind::Request(_, members) if !last => self.members(flow, &members, found),
                // That a structure is set is said by something in it; its members stand for
                // themselves.
                ValKind::Request(..) => {
                    self.add(found, format!("{}.", self.steps.join(".")));
                }
                ValKind::Wrap(Wrap::Map, _) => self.open(found),
                ValKind::Wrap(_, slots) if depth < 8 => {
                    self.value(flow, slots[0], last, found, depth + 1);
                }
                ValKind::Text(id) if last => {
                    let value = self::value(flow, id);
                    self.add(found, self.steps.join(".")).values.insert(value);
                }
                _ => self.open(found),
            }
        }
    }

    /// Nothing is known from here on: of the member so far, and what is in it.
    fn open(self, found: &mut BTreeMap<String, Found>) {
        let path = self.steps[..self.at].join(".");
        let path = path.trim_end_matches("[]").trim_end_matches("{}");
        let path = match self.at == self.steps.len() {
            true => self.steps.join("."),
            false => path.to_owned(),
        };
        self.add(found, path).open = true;
    }

    fn add(self, found: &mut BTreeMap<String, Found>, path: String) -> &mut Found {
        let entry = found.entry(path).or_insert(Found {
            always: true,
            open: false,
            values: BTreeSet::new(),
        });
        entry.always &= self.always;
        entry
    }
}

fn entry(flow: &mut Flow<'_>, value: Val, slot: usize) -> Val {
    flow.each(value, |flow, atom| match flow.vals.slots(&flow.tys, atom) {
        Some((Wrap::Map, slots)) => slots[slot],
        _ => Val::UNKNOWN,
    })
}

fn value(flow: &Flow<'_>, id: crate::flow::value::TextId) -> Value {
    parts(flow, flow.vals.text_of(id))
}

fn parts(flow: &Flow<'_>, parts: &[text::Part]) -> Value {
    let name = |id: crate::hir::ResourceId| flow.program.resources[id.index()].name;
    parts
        .iter()
        .map(|part| match part {
            text::Part::Text(text) => Part::Text(text.clone()),
            text::Part::Env(variable) => Part::Env(variable.to_string()),
            text::Part::Resource(id) => Part::Resource(name(*id).to_string()),
            text::Part::Any => Part::Any,
        })
        .collect()
}
