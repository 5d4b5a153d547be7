//! Something that looks like a secret in a plain environment variable.

use ifc_catalog::model::Value;

use super::{Check, Findings, Level, Run, Subject, option};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::graph::ResourceGraph;

pub(super) static CHECK: Check = Check {
    code: &CODE,
    level: Level::Lint,
    absence: false,
    run: Run::Graph(run),
};

fn run(graph: &ResourceGraph, findings: &mut Findings) {
    for (at, function) in graph.application.functions.iter().enumerate() {
        let Some(env) = option(&function.options, "env") else {
            continue;
        };
        let Value::Map(pairs) = &env.value else {
            continue;
        };
        for (name, value) in pairs {
            let Value::Str(value) = value else {
                continue;
            };
            let reason = match (value_looks_secret(value), name_looks_secret(name)) {
                (Some(what), _) => format!("the value looks like {what}"),
                (None, true) if !value.is_empty() => "the name says that it is a secret".into(),
                _ => continue,
            };
            let diagnostic = Diagnostic::new(
                &CODE,
                env.span,
                format!("the environment variable `{name}` holds a secret in plain text"),
            )
            .label(reason)
            .note("environment variables stand in the repository, the template and the console")
            .help(format!(
                "declare it: `#[resource] static {}: Secret<String> = Secret::new();`",
                name.to_uppercase()
            ));
            findings.push([Subject::Function(at)], diagnostic);
        }
    }
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
