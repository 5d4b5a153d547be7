//! Clients of the AWS SDK and the requests that are made with them. A value of a client's type is
//! enough to know the service, wherever it came from; calling an operation on it makes a request,
//! which is followed like any other value while its members are set.

mod builder;
mod client;
mod codes;
mod companion;
mod dependency;
mod keys;
mod request;

use ifc_catalog::sdk as table;

use super::Flow;
use super::ty::{Ty, TyKind};
use super::value::{UnitId, Val, ValKind};
use crate::span::Span;
use crate::symbol::{FastMap, Symbol};

pub(super) use client::is_provider;
pub use codes::{AMBIGUOUS_SDK_CALL, CLIENT_ESCAPES, SDK_IN_DEPENDENCY, UNKNOWN_SDK_OPERATION};
pub(super) use codes::{SdkProblem, crate_of, describe};
pub use companion::LOCAL_URL;
pub(crate) use dependency::unlocked;
pub(super) use keys::share as share_keys;
pub(super) use request::spoken;

/// Where a request, or a part of one, begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct SiteId(pub(super) u32);

/// What begins there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Site {
    /// An operation of a client.
    Call {
        unit: UnitId,
        span: Span,
        service: Symbol,
        operation: Symbol,
        how: How,
    },
    /// A structure that a builder makes, by the path of its type: an operation's input, an item of
    /// a transaction.
    Part(Symbol),
}

/// How it is known that an operation is called, and on whose behalf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// The receiver is a client.
    Typed,
    /// The receiver is a client with credentials that the program made or took over from a role.
    OtherCredentials,
    /// Nothing is known of the receiver but that one service alone has such an operation.
    Guessed,
    /// Code outside the program does it; the "service" is the path of a companion in the catalog.
    Companion,
    /// Nothing is known of the receiver, and several services have such an operation.
    Ambiguous,
}

/// What is known of the SDK in this program.
pub(super) struct Sdk {
    sites: Vec<Site>,
    ids: FastMap<Site, SiteId>,
    /// Services whose SDK crates the program depends on.
    linked: Vec<Symbol>,
    /// Crates outside the program whose own code can call AWS; the services where known.
    callers: FastMap<Symbol, Option<Vec<Symbol>>>,
    clients: FastMap<Symbol, Option<Symbol>>,
    operations: FastMap<(Symbol, Symbol), Option<Symbol>>,
    holds: FastMap<Ty, Box<[Symbol]>>,
    companion_crates: FastMap<Symbol, bool>,
    companions: FastMap<Symbol, Option<&'static table::companions::Companion>>,
}

/// Marks the types of clients that do not act for the function's role.
const OTHER_CREDENTIALS: &str = "aws_config::other_credentials";

impl Sdk {
    pub(super) fn new(program: &crate::hir::Program) -> Self {
        let mut linked: Vec<Symbol> = Vec::new();
        let mut callers = FastMap::default();
        for krate in &program.crates {
            for (_, package) in &krate.foreign {
                if let Some(service) = package.as_str().strip_prefix("aws_sdk_") {
                    linked.push(Symbol::new(&service.replace('_', "")));
                }
            }
            for (package, services) in &krate.callers {
                if !dependency::is_harmless(package.as_str()) {
                    callers.insert(*package, services.clone());
                }
            }
        }
        linked.sort();
        linked.dedup();
        Sdk {
            sites: Vec::new(),
            ids: FastMap::default(),
            linked,
            callers,
            clients: FastMap::default(),
            operations: FastMap::default(),
            holds: FastMap::default(),
            companion_crates: FastMap::default(),
            companions: FastMap::default(),
        }
    }

    pub(super) fn site(&self, id: SiteId) -> &Site {
        &self.sites[id.0 as usize]
    }

    fn add(&mut self, site: Site) -> SiteId {
        if let Some(&id) = self.ids.get(&site) {
            return id;
        }
        let id = SiteId(self.sites.len() as u32);
        self.sites.push(site);
        self.ids.insert(site, id);
        id
    }

    /// The service of a type's path, if it is a client.
    pub(super) fn service_of(&mut self, path: Symbol) -> Option<Symbol> {
        if let Some(&known) = self.clients.get(&path) {
            return known;
        }
        let service = client_path(path.as_str()).map(|service| Symbol::new(&service));
        self.clients.insert(path, service);
        service
    }

    /// The operation that a method of a client begins, waiters included.
    pub(super) fn operation(&mut self, service: Symbol, method: Symbol) -> Option<Symbol> {
        if let Some(&known) = self.operations.get(&(service, method)) {
            return known;
        }
        let (name, called) = (service.as_str(), method.as_str());
        let known = match table::operation(name, called) {
            Some(_) => Some(method),
            None => table::waiter(name, called).map(Symbol::new),
        };
        self.operations.insert((service, method), known);
        known
    }

    /// Linked services with an operation of this name.
    fn linked_with(&mut self, method: Symbol) -> Vec<Symbol> {
        let linked = self.linked.clone();
        linked
            .into_iter()
            .filter(|&service| self.operation(service, method).is_some())
            .collect()
    }
}

/// Named like the crate of a service, but no such.
const TRANSFER_MANAGER: &str = "s3_transfer_manager";

/// `aws_sdk_dynamodb::Client` and `aws_sdk_dynamodb::client::Client`, also where another crate
/// passes them on: `dynamodb`.
fn client_path(path: &str) -> Option<String> {
    let (krate, rest) = sdk_path(path)?;
    let known = matches!(rest, "Client" | "client::Client") && krate != TRANSFER_MANAGER;
    known.then(|| krate.replace('_', ""))
}

/// The service's part of the crate's name and what follows, of a path into an SDK crate.
fn sdk_path(path: &str) -> Option<(&str, &str)> {
    let rest = match path.strip_prefix("aws_sdk_") {
        Some(rest) => rest,
        None => path.split_once("::aws_sdk_")?.1,
    };
    rest.split_once("::")
}

/// Types of the SDK whose values are followed: clients, requests and what requests are made of.
pub(super) fn is_followed(path: &str) -> bool {
    let Some((_, rest)) = sdk_path(path) else {
        return path == OTHER_CREDENTIALS;
    };
    let name = super::known::last(rest);
    !(name.ends_with("Output") || name.ends_with("Error") || matches!(name, "AttributeValue" | "_"))
}

/// The path under which a type of the SDK is known, whichever module it was named through.
pub(super) fn canonical(path: &str) -> Option<String> {
    let (krate, rest) = sdk_path(path)?;
    match rest {
        "Client" | "client::Client" if krate != TRANSFER_MANAGER => {
            Some(format!("aws_sdk_{krate}::Client"))
        }
        rest if rest.ends_with("FluentBuilder") => Some(fluent(krate, super::known::last(rest))),
        _ => None,
    }
}

fn fluent(krate: &str, name: &str) -> String {
    format!("aws_sdk_{krate}::fluent::{}", name.to_lowercase())
}

impl<'p> Flow<'p> {
    /// The service of a client's type, and whether it acts for the function's role.
    pub(super) fn client_of(&mut self, ty: Ty) -> Option<(Symbol, How)> {
        let TyKind::Foreign(path, args) = self.tys.kind(ty) else {
            return None;
        };
        let how = match args.is_empty() {
            true => How::Typed,
            false => How::OtherCredentials,
        };
        let service = self.sdk.service_of(*path)?;
        Some((service, how))
    }

    /// The type of a request's builder, for methods that the program adds to it.
    pub(super) fn builder_ty(&mut self, site: SiteId) -> Ty {
        let path = match *self.sdk.site(site) {
            Site::Call {
                service, operation, ..
            } => {
                let name = operation.as_str().replace('_', "");
                fluent(service.as_str(), &format!("{name}FluentBuilder"))
            }
            Site::Part(path) => path.as_str().to_owned(),
        };
        self.tys
            .add(TyKind::Foreign(Symbol::new(&path), Box::new([])))
    }

    /// Whether a value is, or came out of, what an operation gives.
    pub(super) fn is_output(&self, val: Val) -> bool {
        let ValKind::Typed(ty) = *self.vals.kind(val) else {
            return false;
        };
        matches!(self.tys.kind(ty), TyKind::Foreign(path, _)
            if path.as_str().starts_with("aws_sdk_") && path.as_str().ends_with("::_"))
    }

    /// What operations give, of which nothing is followed.
    fn sdk_output(&mut self, service: Symbol) -> Val {
        let path = Symbol::new(&format!("aws_sdk_{service}::_"));
        let ty = self.tys.add(TyKind::Foreign(path, Box::new([])));
        self.vals.typed(ty)
    }

    /// Services of the clients that a value may hold.
    fn clients_in(&mut self, val: Val, depth: u32, found: &mut Vec<Symbol>) {
        if depth > 8 {
            return;
        }
        match self.vals.kind(val).clone() {
            ValKind::Typed(ty) => found.extend(self.clients_in_ty(ty, 0).iter()),
            ValKind::Adt { fields: parts, .. }
            | ValKind::Tuple(parts)
            | ValKind::Wrap(_, parts)
            | ValKind::Union(parts) => {
                for &part in &parts {
                    self.clients_in(part, depth + 1, found);
                }
            }
            _ => {}
        }
    }

    pub(super) fn clients_in_ty(&mut self, ty: Ty, depth: u32) -> Box<[Symbol]> {
        if let Some(known) = self.sdk.holds.get(&ty) {
            return known.clone();
        }
        if depth > 12 {
            return Box::new([]);
        }
        // Recursive types are decided by the rest of their fields.
        self.sdk.holds.insert(ty, Box::new([]));
        let mut found: Vec<Symbol> = self
            .client_of(ty)
            .map(|(service, _)| service)
            .into_iter()
            .collect();
        let parts: Vec<Ty> = match self.tys.kind(ty).clone() {
            TyKind::Wrap(_, parts) | TyKind::Tuple(parts) | TyKind::Foreign(_, parts) => {
                parts.to_vec()
            }
            TyKind::Local(id, _) => self.field_tys(ty, id, 0),
            _ => Vec::new(),
        };
        for part in parts {
            found.extend(self.clients_in_ty(part, depth + 1).iter());
        }
        found.sort();
        found.dedup();
        let found: Box<[Symbol]> = found.into();
        self.sdk.holds.insert(ty, found.clone());
        found
    }
}
