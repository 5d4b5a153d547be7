//! Clients: how they are made, and what calling a method on one means.

use super::{How, OTHER_CREDENTIALS, SdkProblem, Site};
use crate::flow::Flow;
use crate::flow::effects::Problem;
use crate::flow::engine::Cx;
use crate::flow::eval::Site as Place;
use crate::flow::ty::TyKind;
use crate::flow::value::{Val, ValKind};
use crate::symbol::Symbol;

/// Types that give credentials which are not the function's own.
const PROVIDERS: &[&str] = &[
    "AssumeRoleProvider",
    "AssumeRoleProviderBuilder",
    "Credentials",
    "CredentialsBuilder",
    "WebIdentityTokenCredentialsProvider",
    "ProfileFileCredentialsProvider",
    "SsoCredentialsProvider",
];

impl<'p> Flow<'p> {
    /// A method of a client, which is the first argument.
    pub(in crate::flow) fn client_method(
        &mut self,
        cx: Cx,
        site: Place<'_>,
        (service, how): (Symbol, How),
        args: &[Val],
        method: Symbol,
        asked: &[crate::flow::ty::Ty],
    ) -> Val {
        if args.len() == 1 {
            if let Some(operation) = self.sdk.operation(service, method) {
                return self.begin(cx, site, service, operation, how);
            }
            if self.known.is_identity(method) {
                return args[0];
            }
            if matches!(method.as_str(), "config" | "conf") {
                return self.sdk_output(service);
            }
            if self.known.is_inert(method) {
                return Val::PLAIN;
            }
            // A conversion of the program's own, by the type that is wanted.
            if matches!(method.as_str(), "into" | "try_into") {
                return self.foreign_method(cx, site, args, method, asked);
            }
            let problem = SdkProblem::UnknownSdkOperation {
                service,
                method,
                known: ifc_catalog::sdk::service_exists(service.as_str()),
            };
            self.problem(cx, site.name, problem);
            return self.sdk_output(service);
        }
        self.foreign_method(cx, site, args, method, asked)
    }

    /// A request begins here. Calling the operation is the evidence, not sending the request.
    pub(in crate::flow) fn begin(
        &mut self,
        cx: Cx,
        site: Place<'_>,
        service: Symbol,
        operation: Symbol,
        how: How,
    ) -> Val {
        let id = self.sdk.add(Site::Call {
            unit: cx.unit,
            span: site.name,
            service,
            operation,
            how,
        });
        if matches!(how, How::Typed | How::OtherCredentials) {
            self.unit_mut(cx.unit).effects.calls_sdk.push(id);
        }
        self.vals.add(ValKind::Request(id, Box::new([])))
    }

    /// A method without arguments on something of which nothing is known: a request, if it turns
    /// out to be sent.
    pub(in crate::flow) fn guessed(
        &mut self,
        cx: Cx,
        site: Place<'_>,
        method: Symbol,
    ) -> Option<Val> {
        let services = self.sdk.linked_with(method);
        let how = match services.as_slice() {
            [] => return None,
            [_] => How::Guessed,
            _ => How::Ambiguous,
        };
        let operation = self.sdk.operation(services[0], method)?;
        Some(self.begin(cx, site, services[0], operation, how))
    }

    /// `Client::new(&config)` and its like, by the path of the function.
    pub(in crate::flow) fn new_client(&mut self, path: Symbol, args: &[Val]) -> Option<Val> {
        let (parent, name) = path.as_str().rsplit_once("::")?;
        if !matches!(name, "new" | "from_conf" | "from") {
            return None;
        }
        let parent = Symbol::new(parent);
        self.sdk.service_of(parent)?;
        let others = args.iter().any(|&arg| self.has_other_credentials(arg, 0));
        let mut ty = self.foreign_ty(parent, Vec::new());
        if others && let TyKind::Foreign(name, _) = *self.tys.kind(ty) {
            let marker = self.other_credentials();
            ty = self.tys.add(TyKind::Foreign(name, [marker].into()));
        }
        Some(self.vals.typed(ty))
    }

    fn other_credentials(&mut self) -> crate::flow::ty::Ty {
        let marker = Symbol::new(OTHER_CREDENTIALS);
        self.tys.add(TyKind::Foreign(marker, Box::new([])))
    }

    /// A configuration whose credentials are replaced.
    pub(in crate::flow) fn with_credentials(
        &mut self,
        args: &[Val],
        method: Symbol,
    ) -> Option<Val> {
        if !matches!(
            method.as_str(),
            "credentials_provider" | "set_credentials_provider"
        ) {
            return None;
        }
        let given = *args.get(1)?;
        let mut others = false;
        let atoms = self.vals.atoms(given);
        for &atom in atoms.as_slice() {
            let atom = self.around(atom).unwrap_or(atom);
            let is = match self.vals.kind(atom) {
                ValKind::Typed(ty) => match self.tys.kind(*ty) {
                    TyKind::Foreign(path, _) => is_provider(path.as_str()),
                    _ => false,
                },
                _ => false,
            };
            if !is {
                return None;
            }
            others = true;
        }
        if !others {
            return None;
        }
        let marker = self.other_credentials();
        let config = TyKind::Foreign(Symbol::new("aws_config::_"), [marker].into());
        let ty = self.tys.add(config);
        Some(self.vals.typed(ty))
    }

    fn has_other_credentials(&mut self, val: Val, depth: u32) -> bool {
        let atoms = self.vals.atoms(val);
        let marker = self.other_credentials();
        let all = |flow: &mut Self, atom: Val| {
            if matches!(*flow.vals.kind(atom), ValKind::Typed(ty) if ty == marker) {
                return true;
            }
            match flow.around(atom) {
                Some(inner) if depth < 8 => flow.has_other_credentials(inner, depth + 1),
                _ => false,
            }
        };
        !atoms.as_slice().is_empty() && atoms.as_slice().iter().all(|&atom| all(self, atom))
    }

    pub(in crate::flow) fn problem(
        &mut self,
        cx: Cx,
        span: crate::span::Span,
        problem: SdkProblem,
    ) {
        let effects = &mut self.unit_mut(cx.unit).effects;
        effects.problems.push((span, Problem::Sdk(problem)));
    }
}

/// Whether a type gives credentials that are not the function's own.
pub(in crate::flow) fn is_provider(path: &str) -> bool {
    let name = crate::flow::known::last(path);
    let parent = path.rsplit("::").nth(1).unwrap_or("");
    PROVIDERS.contains(&name) || name == "_" && PROVIDERS.contains(&parent)
}
