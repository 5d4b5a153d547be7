//! `cargo ifc why`.

use ifc_compiler::catalog::manifest::{Function, Manifest, Permission, Why};
use ifc_compiler::diagnostics::{Label, nearest, render_note};
use ifc_compiler::span::{Files, Span};

use crate::application::{Application, compile_selected};
use crate::args::{MessageFormat, Why as Options};
use crate::failure::Failure;

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
        "`{function}` may do {} on {}",
        permission.actions.join(", "),
        permission.resources.join(", ")
    );
    let files = &application.compilation.files;
    if let Some(because) = &permission.because {
        anstream::println!("\x1b[1m{title}\x1b[0m: {because}");
    }
    for why in &permission.why {
        let labels = labels(files, why);
        anstream::println!(
            "{}\n",
            render_note(&application.look(), files, &title, &labels)
        );
    }
}

/// A label for each call, the operation last.
fn labels(files: &Files, why: &Why) -> Vec<Label> {
    let mut labels = Vec::new();
    for pair in why.path.windows(2) {
        if let Some(span) = locate(files, &pair[0].span) {
            let text = format!("`{}` calls `{}`", pair[0].function, pair[1].function);
            labels.push(Label { span, text });
        }
    }
    if let Some(span) = locate(files, &why.span) {
        let text = format!("`{}` does it here", why.function);
        labels.push(Label { span, text });
    }
    labels
}

/// The path or method call that begins at `src/store.rs:22:5`.
fn locate(files: &Files, place: &str) -> Option<Span> {
    let mut parts = place.rsplitn(3, ':');
    let column: usize = parts.next()?.parse().ok()?;
    let line: usize = parts.next()?.parse().ok()?;
    let path = parts.next()?;
    let (id, file) = files.iter().find(|(_, file)| file.path == path)?;
    let before = line.checked_sub(1)?;
    let line_start: usize = file
        .text
        .split_inclusive('\n')
        .take(before)
        .map(str::len)
        .sum();
    let rest = file.text.get(line_start..)?;
    let indent: usize = rest
        .chars()
        .take(column.checked_sub(1)?)
        .map(char::len_utf8)
        .sum();
    let start = line_start + indent;
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.' | '#');
    let length = file.text.get(start..)?.find(|c| !is_part(c));
    let end = length.map_or(file.text.len(), |length| start + length);
    Some(Span {
        file: id,
        start: u32::try_from(start).ok()?,
        end: u32::try_from(end).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_become_spans() {
        let mut files = Files::default();
        let text = "// \u{e4}\nfn f() {\n    \u{e4}; store::ORDERS.put(x)\n}\n";
        files.add("src/main.rs".into(), text.into());
        let span = locate(&files, "src/main.rs:3:8").expect("it is there");
        let marked = &text[span.start as usize..span.end as usize];
        assert_eq!(marked, "store::ORDERS.put");
        assert_eq!(locate(&files, "src/other.rs:3:8"), None);
        assert_eq!(locate(&files, "src/main.rs:0:0"), None);
        assert_eq!(locate(&files, "nonsense"), None);
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
