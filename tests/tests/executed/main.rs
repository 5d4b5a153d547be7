//! Programs that nobody wrote, in which handles go many ways, are run: what they do is what the compiler
//! says that they may do, and nothing else.
//!
//! Each way is tried alone, and random ones behind each other. `SEEDS=1000..2000 cargo test -p ifc-tests
//! --test executed` tries other random ones than the usual.

mod carries;
mod goes;
mod library;
mod operations;
mod own;
mod package;
mod program;
mod step;
mod texts;
mod through;
mod wraps;
mod writes;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Context, Result, ensure};
use ifc_catalog::model::Text;
use ifc_compiler::{flow, testing};

use crate::program::Program;

/// Random programs of the usual run.
const SEEDS: Range<u64> = 0..60;
/// Random programs are numbered by their seed, those of one step from here on.
const SINGLES: u64 = 1 << 32;
/// Steps of the longest random programs.
const MOST_STEPS: u64 = 6;

fn programs() -> Result<BTreeMap<u64, Program>> {
    let random = |seed| (seed, Program::new(seed, 1 + (seed % MOST_STEPS) as usize));
    let Ok(given) = std::env::var("SEEDS") else {
        let singles = (SINGLES..).zip(Program::singles());
        return Ok(singles.chain(SEEDS.map(random)).collect());
    };
    let (from, to) = given.split_once("..").context("SEEDS is a range")?;
    Ok((from.parse()?..to.parse()?).map(random).collect())
}

/// Leaves out what rustc refuses, since not all types go together, and says why.
fn leave_out_refused(programs: &mut BTreeMap<u64, Program>) -> Result<Vec<String>> {
    let mut left_out = Vec::new();
    loop {
        package::write(programs)?;
        let refused = package::build()?;
        if refused.is_empty() {
            return Ok(left_out);
        }
        for (number, text) in refused {
            left_out.push(format!("{number}: {text}"));
            programs.remove(&number);
        }
    }
}

/// What the compiler says of a program.
struct Inferred {
    /// Operations on resources, with what is known of keys.
    uses: Vec<(String, Vec<Text>)>,
    messages: Vec<String>,
}

impl Inferred {
    fn of(program: &Program) -> Self {
        let text = format!(
            "mod resources;\nmod program;\nfn main() {{}}\n//- /src/resources.rs\n{}//- /src/program.rs\n{}",
            package::resources(),
            program.text
        );
        let mut lowered = testing::lower(&text);
        let (_, uses) = flow::analyze(&lowered.program, &lowered.names, &mut lowered.diagnostics);
        let resources = &lowered.program.resources;
        let use_of = |used: &flow::Use| {
            let resource = resources[used.resource.index()].name;
            let keys = used.scope.iter().map(|(_, text)| text.clone());
            (format!("{} {resource}", used.op.method), keys.collect())
        };
        Inferred {
            uses: uses.uses.iter().map(use_of).collect(),
            messages: lowered.messages(),
        }
    }

    /// Whether a program may do something: `get TABLE_1`, `put BUCKET_2 "key"`.
    fn allows(&self, done: &str) -> bool {
        let (name, key) = name_and_key(done);
        let mut fitting = self.uses.iter().filter(|(of, _)| of == name);
        fitting.any(|(_, keys)| {
            let key = key.as_deref();
            key.is_none_or(|key| keys.iter().all(|text| fits(text, key)))
        })
    }
}

/// A key stands behind the name, as JSON.
fn name_and_key(done: &str) -> (&str, Option<String>) {
    match done.split_once(" \"") {
        Some((name, _)) => {
            let key = serde_json::from_str(&done[name.len()..]);
            (name, key.ok())
        }
        None => (done, None),
    }
}

fn fits(text: &Text, key: &str) -> bool {
    match text {
        Text::Exact(exact) => key == exact,
        Text::Prefix(prefix) => key.starts_with(prefix.as_str()),
        Text::Pieces(pieces) => {
            let Some((first, others)) = pieces.split_first() else {
                return true;
            };
            let Some(mut rest) = key.strip_prefix(first.as_str()) else {
                return false;
            };
            let Some((last, between)) = others.split_last() else {
                return true;
            };
            for piece in between {
                match rest.split_once(piece.as_str()) {
                    Some((_, behind)) => rest = behind,
                    None => return false,
                }
            }
            rest.ends_with(last.as_str())
        }
        Text::Any => true,
    }
}

#[test]
fn programs_may_do_what_they_do() -> Result<()> {
    let mut programs = programs()?;
    let all = programs.len();
    let mut left_out = leave_out_refused(&mut programs)?;
    let mut ran = package::run()?;
    let mut faults = Vec::new();
    for (number, program) in &programs {
        let ran = ran.remove(number).unwrap_or_default();
        if let Some(how) = ran.failed {
            left_out.push(format!("{number} fails: {how}"));
            continue;
        }
        let inferred = Inferred::of(program);
        let done = ran.done.iter();
        let missing: Vec<_> = done.filter(|done| !inferred.allows(done)).collect();
        let names: BTreeSet<&str> = ran.done.iter().map(|done| name_and_key(done).0).collect();
        let uses = inferred.uses.iter().map(|(name, _)| name.as_str());
        let too_much: BTreeSet<&str> = uses.filter(|name| !names.contains(name)).collect();
        let messages = &inferred.messages;
        if !missing.is_empty() || !too_much.is_empty() || !messages.is_empty() {
            let ways = program.ways.join("\n  ");
            faults.push(format!(
                "{number}: missing {missing:?}, too much {too_much:?}, {messages:?} of {:?}\n  {ways}\n{}",
                inferred.uses, program.text
            ));
        }
    }
    let none = left_out.len();
    ensure!(
        none * 20 < all,
        "{none} of {all} are no programs:\n{}",
        left_out.join("\n")
    );
    let count = faults.len();
    ensure!(
        faults.is_empty(),
        "{count} of {all}:\n{}",
        faults.join("\n")
    );
    Ok(())
}
