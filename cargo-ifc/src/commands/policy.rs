//! `cargo ifc policy`: the least-privilege policy of each binary of a project as it is.

use std::path::{Path, PathBuf};

use ifc_compiler::catalog::manifest::Permission;
use ifc_compiler::catalog::sdk;
use ifc_compiler::diagnostics::{Look, Severity};
use ifc_compiler::load;
use ifc_compiler::policy::{self, FunctionPolicy, Policy, PolicyError, Selection};
use ifc_compiler::world::World;
use ifc_review::Review;

use crate::application::{refused, selected};
use crate::args::{MessageFormat, Policy as Options, PolicyDeny, PolicyFormat, PolicyMessages};
use crate::comparison;
use crate::failure::{Failure, usage};
use crate::formats::{self, Programs};
use crate::{reasons, render};

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    placed(options)?;
    let (current, request) = selected(&options.select)?;
    let project = load::project(&request).map_err(|error| refused(MessageFormat::Human, error))?;
    let selection = Selection {
        binaries: options.bin.clone(),
        entry: options.entry.clone(),
    };
    let world = World {
        packages: project.packages.clone(),
        read: &load::read_file,
    };
    let mut policy =
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
    let compared = match options.compare.as_slice() {
        [] => None,
        paths => Some(compare(
            &current,
            &project.base,
            paths,
            options,
            &mut policy,
        )?),
    };
    match (options.format, options.message_format) {
        (Some(format), _) => paste(&policy, &look, format, options)?,
        (None, PolicyMessages::Json) => {
            let mut report = serde_json::to_value(policy.report())
                .map_err(|e| usage("the report cannot be written", e))?;
            if let Some(review) = &compared {
                report["compare"] = comparison::json(review, &policy.files);
            }
            anstream::println!("{report:#}");
        }
        (None, PolicyMessages::Human) if compared.is_none() => people(&policy, &look),
        (None, PolicyMessages::Human) => unresolved(&policy, &look),
    }
    let mut failed = false;
    if let Some(review) = &compared {
        let found = ifc_review::diagnostics(review);
        if options.message_format == PolicyMessages::Human {
            render::diagnostics(MessageFormat::Human, &look, "", &policy.files, &found);
            comparison::summary(review);
        }
        failed = found.iter().any(|d| d.severity == Severity::Error);
    }
    let open = policy.functions.iter().any(|f| !f.unresolved.is_empty());
    match failed || (open && options.deny.contains(&PolicyDeny::Unresolved)) {
        true => Err(Failure::Diagnostics),
        false => Ok(()),
    }
}

pub(crate) fn words(error: &PolicyError) -> String {
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
            show(policy, look, permission, "");
        }
        for permission in &function.other_credentials {
            show(
                policy,
                look,
                permission,
                " (with other credentials, not the function's role)",
            );
        }
        anstream::println!();
    }
    unresolved(policy, look);
}

fn unresolved(policy: &Policy, look: &Look) {
    for function in &policy.functions {
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

fn show(policy: &Policy, look: &Look, permission: &Permission, whose: &str) {
    let actions = permission.actions.join(", ");
    let resources = permission.resources.join(", ");
    anstream::println!("\n  \x1b[1;92m{actions}\x1b[0m on {resources}{whose}");
    for note in &permission.notes {
        anstream::println!("  \x1b[1;94m= note\x1b[0m: {note}");
    }
    let title = format!("`{actions}` is needed here");
    for shown in reasons::snippets(look, &policy.files, &title, permission) {
        anstream::println!("{shown}");
    }
}

/// What is known of the place of deployment belongs into one format alone.
fn placed(options: &Options) -> Result<(), Failure> {
    let is_given = options.region.is_some() || options.account.is_some();
    let message =
        if (is_given || !options.env.is_empty()) && options.format != Some(PolicyFormat::Iam) {
            "`--env`, `--region` and `--account` fill in what `--format iam` prints".to_owned()
        } else if let Some((name, _)) = (options.env.iter().enumerate())
            .find_map(|(at, one)| options.env[..at].iter().find(|other| other.0 == one.0))
        {
            format!("`--env {name}=..` is given twice")
        } else {
            return Ok(());
        };
    Err(Failure::Usage(message))
}

/// Policies in the language of a template, on stdout.
fn paste(
    policy: &Policy,
    look: &Look,
    format: PolicyFormat,
    options: &Options,
) -> Result<(), Failure> {
    let spelled: Vec<(&str, Vec<Permission>)> = policy
        .functions
        .iter()
        .map(|function| (function.name.as_str(), policy.spelled_out(function)))
        .collect();
    let programs: Programs<'_> = spelled
        .iter()
        .map(|(name, permissions)| (*name, permissions.as_slice()))
        .collect();
    let text = match format {
        PolicyFormat::Iam => {
            let deployment = formats::iam::Deployment {
                region: options.region.clone(),
                account: options.account.clone(),
                environment: options.env.iter().cloned().collect(),
            };
            let open: Vec<&str> = formats::variables(&programs)
                .into_iter()
                .filter(|name| !deployment.environment.contains_key(*name))
                .collect();
            for name in open {
                anstream::eprintln!(
                    "\x1b[1mnote\x1b[0m: `${{env:{name}}}` stands for the value of the environment \
                     variable; `--env {name}=VALUE` fills it in"
                );
            }
            format!("{:#}", formats::iam::render(&programs, &deployment))
        }
        PolicyFormat::Terraform => formats::terraform::render(&programs),
        PolicyFormat::Cloudformation => {
            format!("{:#}", formats::cloudformation::render(&programs))
        }
    };
    anstream::println!("{text}");
    unresolved(policy, look);
    Ok(())
}

/// Holds the templates of a project against what its binaries need.
fn compare(
    current: &Path,
    base: &Path,
    paths: &[PathBuf],
    options: &Options,
    policy: &mut Policy,
) -> Result<Review, Failure> {
    let sources = comparison::sources(current, base, paths)?;
    let needs = comparison::needs(policy);
    let request = ifc_review::Request {
        sources: &sources,
        needs: &needs,
        programs: &options.function,
        actions: &sdk::actions_matching,
    };
    Ok(ifc_review::review(&request, &mut policy.files))
}

fn summary(functions: &[FunctionPolicy]) {
    let open: usize = functions.iter().map(|f| f.unresolved.len()).sum();
    if open > 0 {
        let places = if open == 1 { "place" } else { "places" };
        anstream::eprintln!("{open} unresolved {places}: add what they need by hand");
    }
}
