//! Crates outside the program that can call AWS themselves: what goes into them is not followed,
//! and that is said.

use std::collections::BTreeSet;

use ifc_catalog::sdk::companions;

use super::SdkProblem;
use crate::flow::Flow;
use crate::flow::engine::Cx;
use crate::flow::value::Val;
use crate::hir::Program;
use crate::span::Span;
use crate::symbol::Symbol;

/// Crates that do not call AWS: for projects without `Cargo.lock`, and where `Cargo.lock` tells only
/// that a crate knows the types of the SDK.
const HARMLESS: &[&str] = &[
    "actix_web",
    "anyhow",
    "apalis",
    "async_graphql",
    "async_once_cell",
    "async_stream",
    "async_trait",
    "aws_config",
    "aws_credential_types",
    "aws_lambda_events",
    "aws_runtime",
    "aws_sigv4",
    "aws_types",
    "axum",
    "base64",
    "bytes",
    "chrono",
    "clap",
    "color_eyre",
    "config",
    "dotenv",
    "dotenvy",
    "envy",
    "eyre",
    "figment",
    "futures",
    "futures_util",
    "http",
    "http_body",
    "http_body_util",
    "hyper",
    "itertools",
    "jsonwebtoken",
    "juniper",
    "lambda_extension",
    "lambda_http",
    "lambda_runtime",
    "lambda_web",
    "lazy_static",
    "log",
    "once_cell",
    "opentelemetry",
    "poem",
    "rand",
    "rayon",
    "regex",
    "reqwest",
    "rocket",
    "serde",
    "serde_dynamo",
    "serde_json",
    "serde_with",
    "sha2",
    "thiserror",
    "time",
    "tokio",
    "tokio_stream",
    "tower",
    "tower_http",
    "tracing",
    "tracing_subscriber",
    "typed_builder",
    "ulid",
    "url",
    "uuid",
    "warp",
];

/// Whether a crate of this name does not call AWS.
pub(super) fn is_harmless(name: &str) -> bool {
    HARMLESS.contains(&name)
        || name.starts_with("aws_smithy_")
        || name.starts_with("aws_sdk_")
        || name.starts_with("ifc_")
}

/// Crates outside the program of which `Cargo.lock` does not tell whether they call AWS.
pub(crate) fn unlocked(program: &Program) -> BTreeSet<Symbol> {
    let callers = program.crates.iter().flat_map(|krate| &krate.callers);
    let unknown = callers.filter(|(name, services)| {
        let name = name.as_str();
        services.is_none() && !is_harmless(name) && !companions::has_crate(name)
    });
    unknown.map(|(name, _)| *name).collect()
}

impl<'p> Flow<'p> {
    /// Whether values of a crate's types may be clients, or hold some.
    pub(in crate::flow) fn may_call_aws(&self, krate: &str) -> bool {
        self.sdk.callers.contains_key(&Symbol::new(krate))
    }

    /// A function or type of another crate is used.
    pub(in crate::flow) fn given_to_crate(&mut self, cx: Cx, span: Span, path: &str, args: &[Val]) {
        if self.sdk.callers.is_empty() {
            return;
        }
        let krate = Symbol::new(path.split("::").next().unwrap_or(path));
        let Some(services) = self.sdk.callers.get(&krate).cloned() else {
            return;
        };
        // What the catalog knows of a crate is said elsewhere, and is all that there is.
        if companions::has_crate(krate.as_str()) {
            return;
        }
        let mut given = Vec::new();
        for &arg in args {
            self.clients_in(arg, 0, &mut given);
        }
        given.sort();
        given.dedup();
        match services {
            None if given.is_empty() => {}
            None => self.client_escapes(cx, span, &given, path),
            Some(services) => {
                given.retain(|service| services.contains(service));
                if given.is_empty() {
                    let problem = SdkProblem::SdkInDependency { krate, services };
                    self.problem(cx, span, problem);
                } else {
                    self.client_escapes(cx, span, &given, path);
                }
            }
        }
    }

    /// A method of a value of another crate's type. Values of unknown type that such a crate made
    /// were said where its function was called.
    pub(in crate::flow) fn given_to_method(
        &mut self,
        cx: Cx,
        span: Span,
        path: Symbol,
        method: Symbol,
        args: &[Val],
    ) {
        let krate = path.as_str().split("::").next().unwrap_or("_");
        if args.len() < 2 || !self.may_call_aws(krate) {
            return;
        }
        let mut given = Vec::new();
        for &arg in &args[1..] {
            self.clients_in(arg, 0, &mut given);
        }
        given.sort();
        given.dedup();
        if !given.is_empty() {
            self.client_escapes(cx, span, &given, method.as_str());
        }
    }

    /// A macro from outside may call any operation of a client that it is given itself. What merely
    /// holds one is the program's own, and its methods are followed.
    pub(in crate::flow) fn given_to_macro(&mut self, cx: Cx, span: Span, name: &str, val: Val) {
        let ty = self.type_of(val);
        if let Some((service, _)) = self.client_of(ty) {
            self.client_escapes(cx, span, &[service], &format!("{name}!"));
        }
    }

    fn client_escapes(&mut self, cx: Cx, span: Span, services: &[Symbol], into: &str) {
        let problem = SdkProblem::ClientEscapes {
            services: services.to_vec(),
            into: into.to_owned(),
        };
        self.problem(cx, span, problem);
    }
}
