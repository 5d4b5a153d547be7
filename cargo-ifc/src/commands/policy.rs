//! `cargo ifc policy`: the least-privilege policy of each binary of a project as it is.

use ifc_compiler::catalog::manifest::{Permission, Step};
use ifc_compiler::diagnostics::Look;
use ifc_compiler::load::{self, Request};
use ifc_compiler::policy::{self, FunctionPolicy, Policy, PolicyError, Selection};
use ifc_compiler::world::World;

use crate::application::{manifest_path, refused};
use crate::args::{MessageFormat, Policy as Options, PolicyDeny, PolicyMessages};
use crate::failure::{Failure, usage};
use crate::render;

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let current = std::env::current_dir().map_err(|e| usage("there is no current folder", e))?;
    let request = Request {
        manifest_path: manifest_path(&options.select, &current),
        package: options.select.package.clone(),
        features: options.select.feature_request(),
    };
    let project = load::project(&request).map_err(|error| refused(MessageFormat::Human, error))?;
    let selection = Selection {
        binaries: options.bin.clone(),
        entry: options.entry.clone(),
    };
    let world = World {
        packages: project.packages.clone(),
        read: &load::read_file,
    };
    let policy =
        policy::infer(&world, &selection).map_err(|error| Failure::Usage(words(&error)))?;
    let look = Look::styled(&*load::relative(&current, &project.base));
    for (binary, features) in &project.left_out {
        let features = features.join(", ");
        anstream::eprintln!(
            "\x1b[1mnote\x1b[0m: `{binary}` is left out: it needs the features {features}"
        );
    }
    render::diagnostics(
        MessageFormat::Human,
        &look,
        "",
        &policy.files,
        &policy.diagnostics,
    );
    match options.message_format {
        PolicyMessages::Json => {
            let report = serde_json::to_string_pretty(&policy.report());
            anstream::println!(
                "{}",
                report.map_err(|e| usage("the report cannot be written", e))?
            );
        }
        PolicyMessages::Human => people(&policy, &look),
    }
    let open = policy.functions.iter().any(|f| !f.unresolved.is_empty());
    match open && options.deny.contains(&PolicyDeny::Unresolved) {
        true => Err(Failure::Diagnostics),
        false => Ok(()),
    }
}

fn words(error: &PolicyError) -> String {
    match error {
        PolicyError::NoBinary(name, known) => {
            let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            format!(
                "there is no binary `{name}`; there are {}",
                known.join(", ")
            )
        }
        PolicyError::NoEntry(path, Some(near)) => {
            format!("there is no function `{path}`; did you mean `{near}`?")
        }
        PolicyError::NoEntry(path, None) => format!("there is no function `{path}`"),
    }
}

/// Policies on stdout, what is unresolved on stderr.
fn people(policy: &Policy, look: &Look) {
    for function in &policy.functions {
        let name = &function.name;
        anstream::println!("\x1b[1m{name}\x1b[0m");
        if function.permissions.is_empty() {
            anstream::println!("  needs no permissions");
        }
        for permission in &function.permissions {
            show(permission, "");
        }
        for permission in &function.other_credentials {
            show(
                permission,
                " (with other credentials, not the function's role)",
            );
        }
        anstream::println!();
        render::diagnostics(
            MessageFormat::Human,
            look,
            "",
            &policy.files,
            &function.unresolved,
        );
    }
    summary(&policy.functions);
}

fn show(permission: &Permission, whose: &str) {
    let actions = permission.actions.join(", ");
    let resources = permission.resources.join(", ");
    anstream::println!("  \x1b[1;92m{actions}\x1b[0m on {resources}{whose}");
    for why in &permission.why {
        let itself = [Step {
            function: why.function.clone(),
            span: why.span.clone(),
        }];
        let path: &[Step] = match why.path.is_empty() {
            true => &itself,
            false => &why.path,
        };
        let steps: Vec<String> = path
            .iter()
            .map(|step| format!("{} {}", step.function, step.span))
            .collect();
        anstream::println!("    \x1b[1;94m-->\x1b[0m {}", steps.join(" > "));
    }
    for note in &permission.notes {
        anstream::println!("    \x1b[1;94m= note\x1b[0m: {note}");
    }
}

fn summary(functions: &[FunctionPolicy]) {
    let open: usize = functions.iter().map(|f| f.unresolved.len()).sum();
    if open > 0 {
        let places = if open == 1 { "place" } else { "places" };
        anstream::eprintln!("{open} unresolved {places}: add what they need by hand");
    }
}
