//! Programs that nobody wrote, in which handles go many ways, are run: what they do is what the compiler
//! says that they may do, and nothing else.
//!
//! Each way is tried alone, and random ones behind each other. `SEEDS=1000..2000 cargo test -p ifc-tests
//! --test executed` tries other random ones than the usual.

mod carries;
mod goes;
mod operations;
mod package;
mod program;
mod step;
mod wraps;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Context, Result, ensure};
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

/// What the compiler says of a program: its uses, and its messages.
fn inferred(program: &Program) -> (BTreeSet<String>, Vec<String>) {
    let text = format!(
        "mod resources;\nmod program;\nfn main() {{}}\n//- /src/resources.rs\n{}//- /src/program.rs\n{}",
        package::resources(),
        program.text
    );
    let mut lowered = testing::lower(&text);
    let (_, uses) = flow::analyze(&lowered.program, &lowered.names, &mut lowered.diagnostics);
    let resources = &lowered.program.resources;
    let name = |used: &flow::Use| {
        let resource = resources[used.resource.index()].name;
        format!("{} {resource}", used.op.method)
    };
    let found = uses.uses.iter().map(name).collect();
    (found, lowered.messages())
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
        let (uses, messages) = inferred(program);
        let missing: Vec<_> = ran.done.difference(&uses).collect();
        let too_much: Vec<_> = uses.difference(&ran.done).collect();
        if !missing.is_empty() || !too_much.is_empty() || !messages.is_empty() {
            let ways = program.ways.join("\n  ");
            faults.push(format!(
                "{number}: missing {missing:?}, too much {too_much:?}, {messages:?}\n  {ways}\n{}",
                program.text
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
