//! The table of crates, operations and permissions. It is embedded packed, and a service is unpacked
//! when it is first asked for. The format of the texts is described beside their writer,
//! `tools/iam-table/layout.py`.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::codec::Packed;
use super::row::Row;

static BYTES: &[u8] = include_bytes!("table.bin");

/// The first of the signs that stand for shapes and for variables.
const FIRST_SIGN: u32 = 0x100;

struct Table {
    packed: Packed<'static>,
    blocks: Vec<OnceLock<Block>>,
}

enum Block {
    Prefix(Prefix),
    Service(Service),
}

/// What is on record for the resources of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// It takes resources.
    Resources,
    /// It takes none: only `*` allows it.
    Star,
    /// Nothing is on record.
    Unknown,
}

/// One IAM prefix: `dynamodb`.
#[derive(Default)]
pub(super) struct Prefix {
    /// ARN templates of each resource type; signs stand for variables.
    pub(super) types: Vec<Vec<String>>,
    /// Actions in order.
    pub(super) actions: Vec<(String, Scope)>,
}

/// One crate: `dynamodb`.
pub(super) struct Service {
    pub(super) prefix: String,
    shapes: Vec<String>,
    /// Operations, as AWS writes them, with the number of their shape.
    operations: Vec<(String, usize)>,
    waiters: HashMap<String, String>,
}

/// The character that stands for a template's variable.
pub(super) fn variable(at: usize) -> char {
    char::from_u32(FIRST_SIGN + at as u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn number(sign: char) -> Option<usize> {
    Some(u32::from(sign).checked_sub(FIRST_SIGN)? as usize)
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        #[expect(clippy::unwrap_used, reason = "the bytes are part of this crate")]
        let packed = Packed::open(BYTES).unwrap();
        let blocks = packed.names().map(|_| OnceLock::new()).collect();
        Table { packed, blocks }
    })
}

fn block(at: usize) -> &'static Block {
    let table = table();
    table.blocks[at].get_or_init(|| {
        #[expect(clippy::unwrap_used, reason = "the bytes are part of this crate")]
        let text = table.packed.text(at).unwrap();
        match table
            .packed
            .names()
            .nth(at)
            .is_some_and(|name| name.starts_with("a:"))
        {
            true => Block::Prefix(Prefix::read(&text)),
            false => Block::Service(Service::read(&text)),
        }
    })
}

/// The actions of a prefix.
pub(super) fn prefix(name: &str) -> Option<&'static Prefix> {
    match block(table().packed.find(&format!("a:{name}"))?) {
        Block::Prefix(prefix) => Some(prefix),
        Block::Service(_) => None,
    }
}

/// Whether there is such a crate; unpacks nothing.
pub(super) fn has_service(name: &str) -> bool {
    table().packed.find(&format!("s:{name}")).is_some()
}

/// The operations of a crate.
pub(super) fn service(name: &str) -> Option<&'static Service> {
    match block(table().packed.find(&format!("s:{name}"))?) {
        Block::Service(service) => Some(service),
        Block::Prefix(_) => None,
    }
}

/// All crates, in order.
pub(super) fn services() -> impl Iterator<Item = &'static str> {
    let names = table().packed.names();
    names.filter_map(|name| name.strip_prefix("s:"))
}

/// All IAM prefixes, in order.
pub(super) fn prefixes() -> impl Iterator<Item = &'static str> {
    let names = table().packed.names();
    names.filter_map(|name| name.strip_prefix("a:"))
}

/// All blocks with their texts, in order.
pub(super) fn texts() -> impl Iterator<Item = (&'static str, String)> {
    let packed = &table().packed;
    let blocks = packed.names().enumerate();
    blocks.map(|(at, name)| (name, packed.text(at).unwrap_or_default()))
}

/// Whether an operation has this builder method: `PutItem` has `put_item`.
fn is_called(name: &str, method: &str) -> bool {
    let mut name = name.bytes().filter(u8::is_ascii_alphanumeric);
    let mut method = method.bytes().filter(u8::is_ascii_alphanumeric);
    loop {
        match (name.next(), method.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one.eq_ignore_ascii_case(&other) => {}
            _ => return false,
        }
    }
}

impl Prefix {
    fn read(text: &str) -> Prefix {
        let (types, actions) = text.split_once("\n\n").unwrap_or(("", text.trim_start()));
        let mut prefix = Prefix {
            types: types
                .lines()
                .map(|line| line.split('|').map(String::from).collect())
                .collect(),
            ..Prefix::default()
        };
        let mut before = String::new();
        for entry in actions.split_inclusive(['.', '*', '?']) {
            let (same, rest) = entry.split_at(1);
            let Some((flag, rest)) = rest
                .char_indices()
                .next_back()
                .map(|(at, flag)| (flag, &rest[..at]))
            else {
                continue;
            };
            before.truncate(words(&before, same.parse().unwrap_or(0)));
            before.push_str(rest);
            let scope = match flag {
                '*' => Scope::Star,
                '?' => Scope::Unknown,
                _ => Scope::Resources,
            };
            prefix.actions.push((before.clone(), scope));
        }
        prefix
    }

    /// An action by its name without prefix; IAM compares without case.
    pub(super) fn action(&self, name: &str) -> Option<(&str, Scope)> {
        let mut actions = self.actions.iter();
        let found = actions.find(|(listed, _)| listed.eq_ignore_ascii_case(name))?;
        Some((&found.0, found.1))
    }
}

/// Where the first `count` words of a name end.
fn words(name: &str, count: usize) -> usize {
    let bytes = name.as_bytes();
    let mut at = 0;
    for _ in 0..count {
        let start = at;
        let run = |from: usize, class: fn(&u8) -> bool| {
            from + bytes[from..].iter().take_while(|byte| class(byte)).count()
        };
        at = match bytes.get(start) {
            None => return start,
            Some(byte) if byte.is_ascii_digit() => run(start, u8::is_ascii_digit),
            Some(byte) if byte.is_ascii_lowercase() => run(start, u8::is_ascii_lowercase),
            Some(byte) if byte.is_ascii_uppercase() => {
                let small = run(start + 1, u8::is_ascii_lowercase);
                let capitals = run(start, u8::is_ascii_uppercase);
                match small > start + 1 {
                    true => small,
                    // The last capital begins the next word if small letters follow it.
                    false => match bytes.get(capitals).is_some_and(u8::is_ascii_lowercase) {
                        true => capitals - 1,
                        false => capitals,
                    },
                }
            }
            Some(_) => start + 1,
        };
    }
    at
}

impl Service {
    fn read(text: &str) -> Service {
        let (head, tail) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let name = lines.next().unwrap_or_default().to_owned();
        let shapes = lines.map(String::from).collect();
        let mut tail = tail.split('\n');
        let (listed, others, ends) = (tail.next(), tail.next(), tail.next());
        let mut operations = Vec::new();
        let mut add = |name: &str, sign: char| {
            let shape = number(sign).unwrap_or(usize::MAX);
            operations.push((name.to_owned(), shape));
        };
        if let Some(prefix) = prefix(&name) {
            let mut actions = prefix.actions.iter();
            let mut skip = 0;
            for sign in listed.unwrap_or_default().chars() {
                if let Some(digit) = sign.to_digit(10) {
                    skip = skip * 10 + digit as usize;
                } else if let Some((action, _)) = actions.nth(skip) {
                    add(action, sign);
                    skip = 0;
                }
            }
        }
        for other in others
            .unwrap_or_default()
            .split_inclusive(|sign| number(sign).is_some())
        {
            if let Some((at, sign)) = other.char_indices().next_back() {
                add(&other[..at], sign);
            }
        }
        let waiters = ends
            .unwrap_or_default()
            .split(',')
            .filter_map(|end| end.split_once('='));
        Service {
            prefix: name,
            shapes,
            operations,
            waiters: waiters
                .map(|(waiter, method)| (waiter.to_owned(), method.to_owned()))
                .collect(),
        }
    }

    /// Name and row of the operation behind a builder method.
    pub(super) fn operation(&self, method: &str) -> Option<(&str, Row)> {
        let mut operations = self.operations.iter();
        let (name, shape) = operations.find(|(name, _)| is_called(name, method))?;
        Some((
            name,
            Row::read(self.shapes.get(*shape)?, &self.prefix, name),
        ))
    }

    /// Whether a builder method exists.
    pub(super) fn has(&self, method: &str) -> bool {
        self.operations
            .iter()
            .any(|(name, _)| is_called(name, method))
    }

    /// Operations in no order.
    #[cfg(test)]
    pub(super) fn operations(&self) -> impl Iterator<Item = &str> {
        self.operations.iter().map(|(name, _)| name.as_str())
    }

    /// The method that a waiter calls.
    pub(super) fn waiter(&self, method: &str) -> Option<&str> {
        self.waiters.get(method).map(String::as_str)
    }
}
