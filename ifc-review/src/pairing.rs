//! Which program a function of a template runs.

use crate::model::Function;

/// Whether functions have the same code: then one program may serve all of them.
pub(crate) fn run_the_same(functions: &[Function]) -> bool {
    let code = |function: &Function| function.hints.first().cloned();
    functions
        .windows(2)
        .all(|pair| code(&pair[0]) == code(&pair[1]))
}

/// The program of a function: what the user says, else the one that its hints name, else the only
/// one where the functions are `alike`.
pub(crate) fn program<'p>(
    function: &Function,
    programs: &[&'p str],
    chosen: &[(String, String)],
    alike: bool,
) -> Option<&'p str> {
    let named = |name: &str| programs.iter().copied().find(|program| *program == name);
    if let Some((_, name)) = chosen.iter().find(|(from, _)| *from == function.name) {
        return named(name);
    }
    for hint in &function.hints {
        // `../target/lambda/put-item/bootstrap.zip` names `put-item`; so does `PutItemFunction`.
        for word in hint.rsplit(['/', ':']) {
            let word = word.strip_suffix(".zip").unwrap_or(word);
            let found = programs
                .iter()
                .copied()
                .find(|program| plain(program) == plain(word) && !plain(word).is_empty());
            if found.is_some() {
                return found;
            }
        }
    }
    match programs {
        [only] if alike => Some(only),
        _ => None,
    }
}

/// A name without case, separators and what every function's name may end with.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let lower: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    let ends = ["function", "lambda", "fn", "handler"];
    let cut = ends
        .iter()
        .find_map(|end| lower.strip_suffix(end))
        .filter(|rest| !rest.is_empty());
    cut.map_or(lower.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ifc_compiler::span::{FileId, Span};

    fn function(hints: &[&str]) -> Function {
        let span = Span {
            file: FileId(0),
            start: 0,
            end: 0,
        };
        let mut function = Function::new("F", span);
        function.hints = hints.iter().map(|hint| (*hint).to_owned()).collect();
        function
    }

    #[test]
    fn hints_name_programs() {
        let programs = ["put-item", "get_item", "api"];
        for (hint, program) in [
            ("put-item", Some("put-item")),
            ("../target/lambda/get_item/", Some("get_item")),
            ("./target/lambda/put-item/bootstrap.zip", Some("put-item")),
            ("PutItemFunction", Some("put-item")),
            ("ApiLambda", Some("api")),
            ("Other", None),
        ] {
            let found = super::program(&function(&[hint]), &programs, &[], true);
            assert_eq!(found, program, "{hint}");
        }
    }

    #[test]
    fn functions_of_other_code_run_other_programs() {
        let [a, b] = [["get.zip", "Get"], ["put.zip", "Put"]].map(|hints| function(&hints));
        assert!(!run_the_same(&[a.clone(), b]));
        assert!(run_the_same(&[a.clone(), a.clone()]));
        assert!(run_the_same(&[a]));
    }

    #[test]
    fn the_only_program_and_the_chosen_one() {
        assert_eq!(program(&function(&["X"]), &["a"], &[], true), Some("a"));
        assert_eq!(program(&function(&["X"]), &["a"], &[], false), None);
        let chosen = [("F".to_owned(), "b".to_owned())];
        let named = program(&function(&["a"]), &["a", "b"], &chosen, true);
        assert_eq!(named, Some("b"));
    }
}
