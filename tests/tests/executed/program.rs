//! Random programs in which a handle goes many ways before something is done with it.

use std::collections::BTreeSet;

use crate::carries::{self, CARRIES};
use crate::goes::{self, GOES};
use crate::library::LIBRARY;
use crate::operations::{DONE, EACH, KINDS, Kind};
use crate::own::OWN;
use crate::step::{Carry, Wrap};
use crate::texts::{KEYED, TEXTS};
use crate::through::THROUGH;
use crate::wraps::WRAPS;
use crate::writes::WRITES;
use ifc_tests::random::Random;

/// What runs the handler of each program.
pub(crate) const TRIGGER: &str = "#[on(schedule(\"rate(1 day)\"))]";

/// Ways of a value that stays the same.
const ALL_CARRIES: &[&[Carry]] = &[CARRIES, WRITES, THROUGH, LIBRARY];

/// One handler in a module of its own.
pub(crate) struct Program {
    /// The text of the module.
    pub(crate) text: String,
    /// What the program goes through.
    pub(crate) ways: Vec<String>,
}

#[derive(Clone, Copy)]
struct Leaf {
    kind: &'static Kind,
    at: usize,
}

impl Leaf {
    fn name(self) -> String {
        format!("{}_{}", self.kind.name, self.at)
    }
}

/// A value around the handle, and how it is taken out.
struct Layer {
    inner: String,
    wrap: &'static Wrap,
    id: usize,
}

struct Value {
    var: String,
    ty: String,
    layers: Vec<Layer>,
    leaf: Leaf,
    /// Whether it is the key of an object in the bucket `leaf`, instead of the handle.
    is_text: bool,
}

impl Value {
    fn is_static(&self) -> bool {
        let borrows = self.ty.replace("&'static", "").replace("'static", "");
        !borrows.contains('&') && !borrows.contains("'_")
    }
}

struct Writer {
    random: Random,
    items: String,
    count: usize,
    taken: BTreeSet<String>,
    ways: Vec<String>,
}

impl Program {
    /// The program of a seed, with so many steps.
    pub(crate) fn new(seed: u64, steps: usize) -> Program {
        let mut writer = Writer::new(seed);
        let mut body = String::new();
        let chains = 1 + writer.random.below(2);
        for _ in 0..chains {
            let (begin, value) = match writer.random.chance(30) {
                true => writer.begin_text(),
                false => writer.begin(),
            };
            body += &format!("{begin}{{ {} }}\n", writer.rest(value, steps));
        }
        writer.finish(&body)
    }

    /// Programs of one step each: everything that there is, alone.
    pub(crate) fn singles() -> Vec<Program> {
        let mut all = Vec::new();
        let mut add = |begin: fn(&mut Writer) -> (String, Value),
                       of: &dyn Fn(&mut Writer, Value) -> String| {
            let mut writer = Writer::new(all.len() as u64);
            let (begin, value) = begin(&mut writer);
            let body = format!("{begin}{{ {} }}\n", of(&mut writer, value));
            all.push(writer.finish(&body));
        };
        for carry in ALL_CARRIES.iter().copied().flatten() {
            add(Writer::begin, &|writer, value| {
                writer.carry(value, carry, 0)
            });
        }
        for text in TEXTS {
            add(Writer::begin_text, &|writer, value| {
                writer.carry(value, text, 0)
            });
        }
        for go in GOES {
            add(Writer::begin, &|writer, value| writer.go(value, go, 0));
        }
        for done in DONE {
            add(Writer::begin, &|writer, value| writer.done(&value, done));
        }
        for wrap in WRAPS.iter().chain(OWN) {
            for make in wrap.makes {
                add(Writer::begin, &|writer, value| {
                    writer.wrap(value, wrap, make, |writer, value| {
                        writer.take(value, wrap.takes[0], 0)
                    })
                });
            }
            for take in wrap.takes {
                add(Writer::begin, &|writer, value| {
                    writer.wrap(value, wrap, wrap.makes[0], |writer, value| {
                        writer.take(value, take, 0)
                    })
                });
            }
        }
        all
    }
}

impl Writer {
    fn new(seed: u64) -> Writer {
        Writer {
            random: Random::new(seed),
            items: String::new(),
            count: 0,
            taken: BTreeSet::new(),
            ways: Vec::new(),
        }
    }

    /// A handle, and the statement that names it.
    fn begin(&mut self) -> (String, Value) {
        let leaf = self.leaf(None);
        let ty = format!("&'static {}", leaf.kind.ty);
        let init = format!("&{}", leaf.name());
        self.begin_with(leaf, ty, &init, false)
    }

    /// A key of an object.
    fn begin_text(&mut self) -> (String, Value) {
        let leaf = self.leaf(KINDS.iter().find(|kind| kind.name == "BUCKET"));
        let init = format!("\"k{}/{}.txt\".to_owned()", self.count, leaf.at);
        self.begin_with(leaf, "String".to_owned(), &init, true)
    }

    fn begin_with(&mut self, leaf: Leaf, ty: String, init: &str, is_text: bool) -> (String, Value) {
        let var = self.fresh();
        let begin = format!("let {var}: {ty} = {init};\n");
        let layers = Vec::new();
        let value = Value {
            var,
            ty,
            layers,
            leaf,
            is_text,
        };
        (begin, value)
    }

    fn finish(self, body: &str) -> Program {
        let writer = self;
        let text = format!(
            "#![allow(warnings)]\nuse ifc_runtime::prelude::*;\nuse crate::resources::*;\n{}{}{}\n\
             {TRIGGER}\npub async fn handler() -> Result<()> {{\n{body}Ok(())\n}}\n",
            carries::SHARED,
            goes::SHARED,
            writer.items,
        );
        Program {
            text,
            ways: writer.ways,
        }
    }

    fn fresh(&mut self) -> String {
        self.count += 1;
        format!("v{}", self.count)
    }

    /// A resource that nothing else in the program names.
    fn leaf(&mut self, kind: Option<&'static Kind>) -> Leaf {
        loop {
            let kind = kind.unwrap_or_else(|| self.random.pick(KINDS));
            let leaf = Leaf {
                kind,
                at: self.random.below(EACH),
            };
            let many = self.taken.len() > EACH * KINDS.len() / 2;
            if self.taken.insert(leaf.name()) || many {
                return leaf;
            }
            if (0..EACH).all(|at| self.taken.contains(&Leaf { kind, at }.name())) {
                return leaf;
            }
        }
    }

    fn rest(&mut self, value: Value, steps: usize) -> String {
        if steps == 0 {
            return match value.layers.last() {
                None => {
                    let done = self.random.pick(DONE);
                    self.done(&value, done)
                }
                Some(layer) => {
                    let take = self.random.pick(layer.wrap.takes);
                    self.take(value, take, 0)
                }
            };
        }
        match (self.random.below(100), value.layers.last()) {
            (0..30, _) if value.layers.len() < 3 => {
                let wrap = loop {
                    let from = if self.random.chance(60) { WRAPS } else { OWN };
                    let found = self.random.pick(from);
                    if Self::fits(found.needs, &value) {
                        break found;
                    }
                };
                let make = self.random.pick(wrap.makes);
                self.wrap(value, wrap, make, |writer, value| {
                    writer.rest(value, steps - 1)
                })
            }
            (30..45, Some(layer)) => {
                let take = self.random.pick(layer.wrap.takes);
                self.take(value, take, steps - 1)
            }
            (45..75, _) => {
                let go = self.pick(GOES, &value);
                self.go(value, go, steps - 1)
            }
            _ => {
                let is_text = value.is_text && value.layers.is_empty();
                let from = match is_text && self.random.chance(70) {
                    true => TEXTS,
                    false => *self.random.pick(ALL_CARRIES),
                };
                let carry = self.pick(from, &value);
                self.carry(value, carry, steps - 1)
            }
        }
    }

    fn fits(needs: &str, value: &Value) -> bool {
        match needs {
            "static" => value.is_static(),
            "bare" => value.layers.is_empty() && !value.is_text,
            _ => true,
        }
    }

    fn pick(&mut self, from: &'static [Carry], value: &Value) -> &'static Carry {
        loop {
            let found = self.random.pick(from);
            if Self::fits(found.needs, value) {
                return found;
            }
        }
    }

    fn wrap(
        &mut self,
        value: Value,
        wrap: &'static Wrap,
        make: &str,
        rest: impl FnOnce(&mut Self, Value) -> String,
    ) -> String {
        self.ways.push(format!("in {}: {make}", wrap.name));
        let next = self.fresh();
        self.count += 1;
        let id = self.count;
        let filled = self.filler(&value, &next, Some(id));
        self.items += &filled.fill(wrap.items);
        let code = filled.fill(make);
        let ty = filled.fill(wrap.ty);
        let mut layers = value.layers;
        layers.push(Layer {
            inner: value.ty,
            wrap,
            id,
        });
        let value = Value {
            var: next,
            ty,
            layers,
            leaf: value.leaf,
            is_text: value.is_text,
        };
        format!("{code}\n{}", rest(self, value))
    }

    fn take(&mut self, mut value: Value, take: &str, steps: usize) -> String {
        let Some(layer) = value.layers.pop() else {
            return self.rest(value, steps);
        };
        self.ways
            .push(format!("out of {}: {take}", layer.wrap.name));
        let next = self.fresh();
        let mut filled = self.filler(&value, &next, Some(layer.id));
        filled.ty.clone_from(&layer.inner);
        let code = filled.fill(take);
        value.ty = layer.inner;
        value.var = next;
        format!("{code}\n{}", self.rest(value, steps))
    }

    fn carry(&mut self, value: Value, carry: &Carry, steps: usize) -> String {
        self.ways.push(format!("by {}", carry.name));
        let next = self.fresh();
        let filled = self.filler(&value, &next, None);
        self.items += &filled.fill(carry.items);
        let code = filled.fill(carry.code);
        let value = Value { var: next, ..value };
        format!("{code}\n{}", self.rest(value, steps))
    }

    fn go(&mut self, value: Value, go: &Carry, steps: usize) -> String {
        self.ways.push(format!("through {}", go.name));
        let next = self.fresh();
        let filled = self.filler(&value, &next, None);
        let value = Value { var: next, ..value };
        let rest = self.rest(value, steps);
        self.items += &filled.fill(go.items).replace("$rest", &rest);
        filled.fill(go.code).replace("$rest", &rest)
    }

    fn done(&mut self, value: &Value, done: &Carry) -> String {
        if value.is_text {
            return self.done_with_key(value);
        }
        let operation = *self.random.pick(value.leaf.kind.operations);
        self.ways.push(format!("done {}", done.name));
        let filled = self.filler(value, "_", None);
        let fill = |text: &str| filled.fill(text).replace("$o", operation);
        self.items += &fill(done.items);
        fill(done.code)
    }

    fn done_with_key(&mut self, value: &Value) -> String {
        // Only where the key can be named.
        let done = loop {
            let found = self.random.pick(DONE);
            if found.items.is_empty() && !found.code.contains("|x:") {
                break found;
            }
        };
        let keyed = *self.random.pick(KEYED);
        self.ways.push(format!("done {} with {keyed}", done.name));
        let operation = self.filler(value, "_", None).fill(keyed);
        let mut on_bucket = self.filler(value, "_", None);
        on_bucket.var = format!("(&{})", value.leaf.name());
        on_bucket.fill(done.code).replace("$o", &operation)
    }

    fn filler(&mut self, value: &Value, next: &str, id: Option<usize>) -> Filler {
        let decoy = self.leaf(None);
        let same = self.leaf(Some(value.leaf.kind));
        self.count += 1;
        Filler {
            var: value.var.clone(),
            next: next.to_owned(),
            ty: value.ty.clone(),
            decoy,
            same,
            leaf: value.leaf,
            fresh: self.count,
            id: id.unwrap_or(self.count),
        }
    }
}

struct Filler {
    var: String,
    next: String,
    ty: String,
    decoy: Leaf,
    same: Leaf,
    leaf: Leaf,
    fresh: usize,
    id: usize,
}

impl Filler {
    fn fill(&self, text: &str) -> String {
        // `f$k` is part of a name, `$k` one of its own.
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out += &rest[..at];
            let follows = rest.as_bytes().get(at + 1).copied().unwrap_or(b' ') as char;
            let is_word =
                |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
            let ends = !is_word(rest[at + 2..].chars().next());
            rest = &rest[at + 1..];
            let value = match follows {
                'v' if ends => self.var.clone(),
                'n' if ends => self.next.clone(),
                'T' if ends => self.ty.clone(),
                'd' if ends => format!("&{}", self.decoy.name()),
                'D' if ends => format!("&'static {}", self.decoy.kind.ty),
                's' if ends => format!("&{}", self.same.name()),
                'e' if ends => format!("&{}", self.leaf.name()),
                'L' if ends => self.leaf.kind.ty.to_owned(),
                'i' if ends => self.id.to_string(),
                'k' if ends => {
                    let part = is_word(out.chars().last());
                    if part {
                        self.fresh.to_string()
                    } else {
                        format!("k{}", self.fresh)
                    }
                }
                _ => {
                    out.push('$');
                    continue;
                }
            };
            out += &value;
            rest = &rest[1..];
        }
        out + rest
    }
}
