//! The table of scores in `BENCHMARKS.md`.

use std::fmt::Write as _;

use crate::Scored;
use crate::score::Score;

const BEGIN: &str = "<!-- scores: begin -->\n";
const END: &str = "<!-- scores: end -->\n";

/// `page` with the table between its marks.
pub(crate) fn placed(page: &str, table: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{table}{END}{after}"))
}

/// One line a project, for both ways of writing it, and one for all.
pub(crate) fn table(scored: &[Scored]) -> String {
    let mut text = String::from(
        "| project | raw SDK: actions | raw SDK: resources | handles: actions | handles: resources |\n\
         | --- | --- | --- | --- | --- |\n",
    );
    let mut all = [Score::default(); 4];
    for project in scored {
        let scores = [
            project.raw.actions,
            project.raw.resources,
            project.typed.actions,
            project.typed.resources,
        ];
        for (sum, score) in all.iter_mut().zip(scores) {
            *sum += score;
        }
        line(
            &mut text,
            &format!("`{}`: {}", project.project, project.what),
            &scores,
        );
    }
    line(&mut text, "**all**", &all);
    text
}

fn line(text: &mut String, name: &str, scores: &[Score]) {
    let _ = write!(text, "| {name} |");
    for score in scores {
        let _ = write!(
            text,
            " {} of {}, precision {:.3}, recall {:.3} |",
            score.found,
            score.needed,
            score.precision(),
            score.recall(),
        );
    }
    text.push('\n');
}
