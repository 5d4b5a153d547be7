//! Compares the policies that a project already has with what its code needs.
//!
//! Templates of CloudFormation, SAM and Terraform are read with their places; for each function in
//! them the statements of its role are held against the needs of the program that it runs. Nothing
//! is guessed: what the templates leave to the deployment is a symbol that equals only itself, and
//! where that is not enough the comparison says so.

mod arn;
mod cloudformation;
mod decide;
mod document;
mod managed;
mod model;
mod needs;
mod pairing;
mod policy;
mod report;
mod terraform;
mod text;
mod yaml;

use std::collections::BTreeMap;
use std::sync::Arc;

use ifc_compiler::diagnostics::{Diagnostic, review as codes};
use ifc_compiler::span::{Files, Span};

pub use decide::{Actions, MissingGrant, OverGrant, UnknownAction, Verdict};
pub use needs::Need;
pub use report::diagnostics;

/// A template as a file.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path as it is shown.
    pub path: String,
    /// Contents.
    pub text: String,
}

/// What to compare.
pub struct Request<'a> {
    /// Templates.
    pub sources: &'a [Source],
    /// Needs of each program, by name.
    pub needs: &'a BTreeMap<String, Vec<Need>>,
    /// Programs of functions that the user names: `(function, program)`.
    pub programs: &'a [(String, String)],
    /// Which actions a pattern stands for.
    pub actions: Actions<'a>,
}

/// The comparison.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// Functions in order of the templates.
    pub functions: Vec<Reviewed>,
    /// Files that could not be read, functions without a program.
    pub diagnostics: Vec<Diagnostic>,
}

/// A function of a template.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// Logical id or label.
    pub name: String,
    /// Place in the template.
    pub span: Span,
    /// The program that it runs.
    pub program: String,
    /// What was found.
    pub verdict: Verdict,
}

/// Compares. The templates become files of `files`.
pub fn review(request: &Request<'_>, files: &mut Files) -> Review {
    let mut review = Review::default();
    let mut functions = Vec::new();
    let mut configuration = terraform::Configuration::default();
    for source in request.sources {
        let file = files.add(source.path.clone(), Arc::from(source.text.as_str()));
        let read = match source.path.as_str() {
            path if path.ends_with(".tf") => configuration.add(file, &source.text),
            path if path.ends_with(".tf.json") => configuration.add_json(file, &source.text),
            _ => yaml::read(file, &source.text).map(|documents| {
                let templates = documents
                    .iter()
                    .filter(|document| cloudformation::Template::is(document));
                for document in templates {
                    functions.extend(cloudformation::Template::new(document).functions());
                }
            }),
        };
        if let Err(unreadable) = read {
            review.diagnostics.push(
                Diagnostic::new(
                    &codes::TEMPLATE_UNREADABLE,
                    unreadable.span,
                    format!("`{}` cannot be read", source.path),
                )
                .label(unreadable.message),
            );
        }
    }
    functions.extend(configuration.functions());
    let programs: Vec<&str> = request.needs.keys().map(String::as_str).collect();
    let alike = pairing::run_the_same(&functions);
    for function in &functions {
        match pairing::program(function, &programs, request.programs, alike) {
            Some(program) => {
                let needs = request.needs.get(program).map_or(&[][..], Vec::as_slice);
                review.functions.push(Reviewed {
                    name: function.name.clone(),
                    span: function.span,
                    program: program.to_owned(),
                    verdict: decide::decide(function, needs, request.actions),
                });
            }
            None => review
                .diagnostics
                .push(report::unmatched(function, &programs)),
        }
    }
    if functions.is_empty() && review.diagnostics.is_empty() {
        review.diagnostics.push(report::nothing(request.sources));
    }
    review
}
