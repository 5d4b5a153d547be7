//! Something that looks like a secret in a plain environment variable.

use std::collections::BTreeMap;

use ifc_catalog::infra;
use ifc_catalog::model::Value;

use super::{Check, Findings, Level, Outputs, Run, Subject, option};
use crate::diagnostics::{Code, Diagnostic, Severity};

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: false,
    run: Run::Outputs(run),
};

fn run(outputs: &Outputs<'_>, findings: &mut Findings) {
    // Those of `Cargo.toml` may be of many functions.
    let mut by_hand: BTreeMap<(&str, String), Vec<Subject>> = BTreeMap::new();
    for (at, function) in outputs.graph.application.functions.iter().enumerate() {
        let written = option(&function.options, "env").and_then(|env| match &env.value {
            Value::Map(pairs) => Some((env.span, pairs)),
            _ => None,
        });
        let lowered = outputs.manifest.functions.get(&function.name);
        let variables = lowered.into_iter().flat_map(|lowered| &lowered.environment);
        for (name, variable) in variables.filter(|(name, _)| !name.starts_with("IFC_")) {
            let texts = variable.value.choices().filter_map(|value| match value {
                infra::Value::Text(text) => Some(&**text),
                _ => None,
            });
            for text in texts {
                let Some(reason) = reason(name, text) else {
                    continue;
                };
                let pair = (name.clone(), Value::Str(text.to_owned()));
                match written.filter(|(_, pairs)| pairs.contains(&pair)) {
                    Some((span, _)) => {
                        let message = format!(
                            "the environment variable `{name}` holds a secret in plain text"
                        );
                        let diagnostic = Diagnostic::new(&CODE, span, message).label(reason);
                        findings.push([Subject::Function(at)], explained(diagnostic, name));
                    }
                    None => {
                        let of = by_hand.entry((name, reason)).or_default();
                        of.push(Subject::Function(at));
                    }
                }
            }
        }
    }
    for ((name, reason), subjects) in by_hand {
        let message = format!(
            "the environment variable `{name}` in `[package.metadata.ifc]` holds a secret in plain text"
        );
        let diagnostic = Diagnostic::global(&CODE, message).note(reason);
        findings.push(subjects, explained(diagnostic, name));
    }
}

fn reason(name: &str, value: &str) -> Option<String> {
    match (value_looks_secret(value), name_looks_secret(name)) {
        (Some(what), _) => Some(format!("the value looks like {what}")),
        (None, true) if !value.is_empty() => Some("the name says that it is a secret".into()),
        _ => None,
    }
}

fn explained(diagnostic: Diagnostic, name: &str) -> Diagnostic {
    diagnostic
        .note("environment variables stand in the repository, the template and the console")
        .help(format!(
            "declare it: `#[resource] static {}: Secret<String> = Secret::new();`",
            name.to_uppercase()
        ))
}

/// Words of a name that say so, unless the last word says that it is only about one.
fn name_looks_secret(name: &str) -> bool {
    let upper = name.to_uppercase();
    let words: Vec<&str> = upper.split('_').filter(|word| !word.is_empty()).collect();
    const ABOUT: [&str; 19] = [
        "ARN", "NAME", "ID", "PATH", "URL", "URI", "HOST", "TTL", "SECONDS", "EXPIRY", "LENGTH",
        "TYPE", "HEADER", "ISSUER", "ENDPOINT", "VERSION", "LIMIT", "COUNT", "SIZE",
    ];
    if words.last().is_some_and(|last| ABOUT.contains(last)) {
        return false;
    }
    const WORDS: [&str; 10] = [
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "PWD",
        "SECRET",
        "SECRETS",
        "TOKEN",
        "APIKEY",
        "CREDENTIAL",
        "CREDENTIALS",
    ];
    let pair = |pair: &[&str]| {
        matches!(
            pair,
            [
                "API" | "PRIVATE" | "ACCESS" | "SIGNING" | "ENCRYPTION",
                "KEY"
            ]
        )
    };
    words.iter().any(|word| WORDS.contains(word)) || words.windows(2).any(pair)
}

fn value_looks_secret(value: &str) -> Option<&'static str> {
    let alphanumeric = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    for prefix in ["AKIA", "ASIA"] {
        if let Some(rest) = value.strip_prefix(prefix)
            && rest.len() == 16
            && alphanumeric(rest)
        {
            return Some("an AWS access key");
        }
    }
    for prefix in [
        "ghp_",
        "gho_",
        "ghs_",
        "github_pat_",
        "glpat-",
        "xoxb-",
        "xoxp-",
        "sk_live_",
        "rk_live_",
        "sk-ant-",
    ] {
        if value.starts_with(prefix) && value.len() >= prefix.len() + 10 {
            return Some("an access token");
        }
    }
    if value.contains("-----BEGIN") && value.contains("PRIVATE KEY") {
        return Some("a private key");
    }
    if value.starts_with("eyJ") && value.matches('.').count() == 2 {
        return Some("a JSON web token");
    }
    // `postgres://user:password@host/db`
    let (_, rest) = value.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (user, _) = authority.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    (!password.is_empty()).then_some("a URL with a password")
}

static CODE: Code = Code {
    number: "IFC0626",
    name: "secret_in_environment",
    severity: Severity::Warning,
    page: r#"## What
`#[function(env(..))]` has a variable whose name or value looks like a password, key or token.

## Why
The value stands in the repository and in the template, and whoever may look at the function sees it.
A `Secret` is encrypted, can be changed without a deployment, and only the functions that use it may
read it.

## Example
```rust
#[on(schedule("rate(1 day)"))]
#[function(env(MAIL_PASSWORD = "hunter2"))]
async fn report() -> Result<()> {
    Ok(())
}
```

## Instead
```rust
#[resource]
static MAIL_PASSWORD: Secret<String> = Secret::new();

#[on(schedule("rate(1 day)"))]
async fn report() -> Result<()> {
    let password = MAIL_PASSWORD.get().await?;
    Ok(())
}
```
"#,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in [
            "DB_PASSWORD",
            "api_key",
            "GITHUB_TOKEN",
            "CLIENT_SECRET",
            "STRIPE_PRIVATE_KEY",
        ] {
            assert!(name_looks_secret(name), "{name}");
        }
        for name in [
            "SECRET_NAME",
            "TOKEN_URL",
            "PARTITION_KEY",
            "LOG_LEVEL",
            "TOKENIZER",
            "TOKEN_TTL",
        ] {
            assert!(!name_looks_secret(name), "{name}");
        }
    }

    #[test]
    fn values() {
        assert!(value_looks_secret("AKIAIOSFODNN7EXAMPLE").is_some());
        assert!(value_looks_secret("postgres://shop:hunter2@db:5432/shop").is_some());
        assert!(value_looks_secret("https://example.com/a:b@c").is_none());
        assert!(value_looks_secret("postgres://db:5432/shop").is_none());
        assert!(value_looks_secret("info").is_none());
    }
}
