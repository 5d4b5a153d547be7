//! `cargo ifc why`.

use ifc_compiler::catalog::manifest::{Function, Manifest, Permission};
use ifc_compiler::diagnostics::nearest;

use crate::application::{Application, compile_selected};
use crate::args::{MessageFormat, Why as Options};
use crate::failure::Failure;
use crate::reasons;

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let application = compile_selected(&options.select, None, MessageFormat::Human)?;
    application.report(MessageFormat::Human)?;
    let manifest = &application.compilation.manifest;
    let function = function(manifest, &options.function)?;
    let permissions: Vec<&Permission> = function
        .permissions
        .iter()
        .filter(|permission| matches(permission, options))
        .collect();
    if permissions.is_empty() {
        return Err(Failure::Usage(none_found(function, options)));
    }
    for permission in permissions {
        show(&application, &options.function, permission);
    }
    Ok(())
}

fn function<'a>(manifest: &'a Manifest, name: &str) -> Result<&'a Function, Failure> {
    manifest.functions.get(name).ok_or_else(|| {
        let known = manifest.functions.keys().map(String::as_str);
        Failure::Usage(match nearest(name, known) {
            Some(near) => format!("there is no function `{name}`; did you mean `{near}`?"),
            None => format!("there is no function `{name}`"),
        })
    })
}

fn matches(permission: &Permission, options: &Options) -> bool {
    let action = options.action.as_ref().is_none_or(|wanted| {
        permission
            .actions
            .iter()
            .any(|action| is_action(action, wanted))
    });
    let resource = options.resource.as_ref().is_none_or(|wanted| {
        permission
            .resources
            .iter()
            .any(|resource| is_resource(resource, wanted))
    });
    action && resource
}

/// `s3:PutObject` in any case, `PutObject`, or `s3`.
fn is_action(action: &str, wanted: &str) -> bool {
    let (service, operation) = action.split_once(':').unwrap_or((action, ""));
    [action, service, operation]
        .iter()
        .any(|part| part.eq_ignore_ascii_case(wanted))
}

/// `table:ORDERS/index/by_customer` whole, or `ORDERS`.
fn is_resource(resource: &str, wanted: &str) -> bool {
    let name = resource.split_once(':').map_or(resource, |(_, name)| name);
    resource == wanted || name.split('/').next() == Some(wanted)
}

fn none_found(function: &Function, options: &Options) -> String {
    let mut wanted = options.action.clone().unwrap_or_default();
    if let Some(resource) = &options.resource {
        wanted = format!("{wanted} on {resource}");
    }
    let known: Vec<String> = function
        .permissions
        .iter()
        .map(|permission| {
            format!(
                "\n  {} on {}",
                permission.actions.join(", "),
                permission.resources.join(", ")
            )
        })
        .collect();
    let name = &options.function;
    match known.is_empty() {
        true => format!("`{name}` has no permissions at all"),
        false => format!("`{name}` may not do {wanted}; it may do{}", known.concat()),
    }
}

fn show(application: &Application, function: &str, permission: &Permission) {
    let title = format!(
        "`{function}` may do {} on {}{}",
        permission.actions.join(", "),
        permission.resources.join(", "),
        when(permission)
    );
    if let Some(because) = &permission.because {
        anstream::println!("\x1b[1m{title}\x1b[0m: {because}");
    }
    let files = &application.compilation.files;
    for shown in reasons::snippets(&application.look(), files, &title, permission) {
        anstream::println!("{shown}\n");
    }
}

/// ` when s3:prefix is like users/*`; empty without conditions.
fn when(permission: &Permission) -> String {
    let mut tests = Vec::new();
    for (operator, keys) in &permission.conditions {
        let is = match operator.ends_with("Like") {
            true => "is like",
            false => "is",
        };
        for (key, values) in keys.as_object().into_iter().flatten() {
            let values: Vec<&str> = values
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|v| v.as_str())
                .collect();
            tests.push(format!("{key} {is} {}", values.join(" or ")));
        }
    }
    match tests.is_empty() {
        true => String::new(),
        false => format!(" when {}", tests.join(" and ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_in_words() {
        let mut permission = Permission::default();
        assert_eq!(when(&permission), "");
        let keys = serde_json::json!({ "s3:prefix": ["in/*", "out/"] });
        permission.conditions.insert("StringLike".into(), keys);
        assert_eq!(when(&permission), " when s3:prefix is like in/* or out/");
    }

    #[test]
    fn actions_and_resources_by_any_name() {
        for wanted in [
            "dynamodb:PutItem",
            "dynamodb:putitem",
            "PutItem",
            "dynamodb",
        ] {
            assert!(is_action("dynamodb:PutItem", wanted), "{wanted}");
        }
        assert!(!is_action("dynamodb:PutItem", "Put"));
        assert!(is_resource("table:ORDERS/index/by_customer", "ORDERS"));
        assert!(is_resource("table:ORDERS", "table:ORDERS"));
        assert!(!is_resource("table:ORDERS", "ORDER"));
    }
}
