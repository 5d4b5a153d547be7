//! The public benchmark: ten projects of awslabs/iam-policy-autopilot written anew in Rust, each
//! with raw SDK calls and with typed handles (`tests/benchmark`). What they need is written by hand
//! beside them; here it is compared with what the compiler grants.
//!
//! `UPDATE_DOCS=1 cargo test -p ifc-tests --test benchmark` writes the scores into `BENCHMARKS.md`.

mod analysis;
mod expected;
mod score;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result};

use analysis::Analysed;
use expected::{Need, Project, projects};
use score::Score;

/// Scores of one project.
pub(crate) struct Scored {
    pub project: String,
    pub what: String,
    pub raw: Scores,
    pub typed: Scores,
}

/// Scores of one way to write a project, over all of its functions.
#[derive(Default)]
pub(crate) struct Scores {
    pub actions: Score,
    pub resources: Score,
    /// What is wrong, in words.
    pub wrong: Vec<String>,
    /// What the compiler could not resolve.
    pub unresolved: Vec<String>,
}

fn scored() -> Result<Vec<Scored>> {
    let raw = analysis::raw()?;
    let mut scored = Vec::new();
    for (name, project) in projects()? {
        let typed = analysis::typed(&name)?;
        scored.push(Scored {
            raw: scores(&project.raw, &raw),
            typed: scores(&project.typed, &typed),
            project: project.project,
            what: project.what,
        });
    }
    Ok(scored)
}

fn scores(needs: &BTreeMap<String, Vec<Need>>, analysed: &Analysed) -> Scores {
    let mut scores = Scores::default();
    for (function, needs) in needs {
        let nothing = BTreeSet::new();
        let granted = analysed.granted.get(function).unwrap_or(&nothing);
        let judgement = score::judge(needs, granted);
        scores.actions += judgement.actions;
        scores.resources += judgement.resources;
        scores.wrong.extend(
            judgement
                .wrong
                .iter()
                .map(|wrong| format!("{function}: {wrong}")),
        );
        let unresolved = analysed.unresolved.get(function).into_iter().flatten();
        scores
            .unresolved
            .extend(unresolved.map(|what| format!("{function}: {what}")));
    }
    scores
}

/// Nothing that the code needs is missing, next to nothing is granted that it does not need, and
/// nothing is left open.
#[test]
fn grants_are_what_the_projects_need() -> Result<()> {
    let (mut actions, mut resources) = (Score::default(), Score::default());
    let (mut wrong, mut unresolved) = (Vec::new(), Vec::new());
    for project in scored()? {
        for (way, scores) in [("raw", project.raw), ("typed", project.typed)] {
            actions += scores.actions;
            resources += scores.resources;
            let shown = |what: String| format!("{} {way}: {what}", project.project);
            wrong.extend(scores.wrong.into_iter().map(shown));
            unresolved.extend(scores.unresolved.into_iter().map(shown));
        }
    }
    let wrong = wrong.join("\n");
    assert_eq!(unresolved, [""; 0], "{wrong}");
    for (what, score) in [("actions", actions), ("resources", resources)] {
        assert_eq!(score.found, score.needed, "{what} are missing:\n{wrong}");
        assert!(
            score.precision() >= 0.98,
            "{what}: {:.3}\n{wrong}",
            score.precision()
        );
    }
    Ok(())
}

#[test]
fn the_table_of_scores_is_current() -> Result<()> {
    let path = ifc_tests::workspace().join("BENCHMARKS.md");
    let page = fs::read_to_string(&path)?;
    let current = table::placed(&page, &table::table(&scored()?)).context("the marks are there")?;
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, current)?;
        return Ok(());
    }
    assert!(
        page == current,
        "the table in BENCHMARKS.md is not current, run with UPDATE_DOCS=1"
    );
    Ok(())
}

/// The expectations agree with what was measured on AWS for the originals, apart from what the
/// projects themselves say of the difference.
#[test]
fn expectations_agree_with_the_minimal_policies() -> Result<()> {
    for (name, project) in projects()? {
        let actions = |remarks: &[expected::Remark]| -> BTreeSet<String> {
            remarks.iter().map(|remark| remark.action.clone()).collect()
        };
        let expected: BTreeSet<String> =
            project.raw_actions().into_iter().map(Into::into).collect();
        let beyond = actions(&project.beyond_minimal_policy);
        let outside = actions(&project.not_in_the_code);
        let measured: BTreeSet<String> = &(&project.minimal_policy - &outside) | &beyond;
        assert_eq!(expected, measured, "{name}");
        let Project {
            beyond_minimal_policy,
            not_in_the_code,
            ..
        } = project;
        for remark in beyond_minimal_policy.iter().chain(&not_in_the_code) {
            assert!(!remark.note.is_empty(), "{name}: {}", remark.action);
        }
    }
    Ok(())
}
