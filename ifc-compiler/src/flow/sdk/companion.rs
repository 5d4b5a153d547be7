//! Needs without an operation in the program's own code: libraries that call AWS, tokens, extensions
//! behind a local URL. The catalog lists them; what they are given is followed like a request.

use ifc_catalog::sdk::companions::{self, Companion, Need, Origin};

use super::{How, SdkProblem, Site};
use crate::flow::Flow;
use crate::flow::engine::Cx;
use crate::flow::eval::Site as Place;
use crate::flow::text::Part;
use crate::flow::value::{Members, Val, ValKind};
use crate::symbol::Symbol;

/// Stands for the address of an extension where else the path of a function does.
pub const LOCAL_URL: &str = "http://localhost";

impl<'p> Flow<'p> {
    /// A function outside the program, by its path, or a method by its type's path and its name. The
    /// receiver is not among the arguments. Gives a value where the need is said by what is set on
    /// it later.
    pub(in crate::flow) fn companion(
        &mut self,
        cx: Cx,
        site: Place<'_>,
        path: Symbol,
        args: &[Val],
    ) -> Option<Val> {
        let companion = self.companion_of(path)?;
        if let Some((because, usual)) = companion.unknown() {
            let problem = SdkProblem::Companion {
                path: companion.path,
                because,
                usual,
            };
            self.problem(cx, site.span, problem);
            return None;
        }
        let members: Vec<(String, Val)> = args
            .iter()
            .enumerate()
            .map(|(at, &arg)| (format!("arg{at}"), arg))
            .collect();
        let request = self.needs(cx, site, companion.path, &members);
        let set_later = companion.needs.iter().any(|need| match need {
            Need::Call { members, .. } => members
                .iter()
                .any(|(_, from)| matches!(from, Origin::Setter(_))),
            Need::Action { .. } | Need::Unknown { .. } => false,
        });
        set_later.then_some(request)
    }

    /// Texts that are the address of an extension on this machine.
    pub(in crate::flow) fn local_extensions(&mut self, cx: Cx, site: Place<'_>, args: &[Val]) {
        for &arg in args {
            let atoms = self.vals.atoms(arg);
            for &atom in atoms.as_slice() {
                let local = match self.vals.kind(atom) {
                    ValKind::Text(id) => match self.vals.text_of(*id).first() {
                        Some(Part::Text(text)) => {
                            text.starts_with(LOCAL_URL) || text.starts_with("http://127.0.0.1")
                        }
                        _ => false,
                    },
                    _ => false,
                };
                if local {
                    self.needs(cx, site, LOCAL_URL, &[("arg0".to_owned(), atom)]);
                }
            }
        }
    }

    /// Whether the catalog knows something of a type's crate.
    pub(in crate::flow) fn is_companions_crate(&mut self, path: Symbol) -> bool {
        if let Some(&known) = self.sdk.companion_crates.get(&path) {
            return known;
        }
        let krate = path.as_str().split("::").next().unwrap_or("_");
        let known = companions::has_crate(krate);
        self.sdk.companion_crates.insert(path, known);
        known
    }

    fn companion_of(&mut self, path: Symbol) -> Option<&'static Companion> {
        if let Some(&known) = self.sdk.companions.get(&path) {
            return known;
        }
        let found = companions::of_path(path.as_str());
        self.sdk.companions.insert(path, found);
        found
    }

    fn needs(
        &mut self,
        cx: Cx,
        site: Place<'_>,
        path: &'static str,
        members: &[(String, Val)],
    ) -> Val {
        let id = self.sdk.add(Site::Call {
            unit: cx.unit,
            span: site.span,
            service: Symbol::new(path),
            operation: Symbol::new(""),
            how: How::Companion,
        });
        let mut members: Vec<(Symbol, Val, bool)> = members
            .iter()
            .map(|(name, val)| (Symbol::new(name), *val, true))
            .collect();
        members.sort_by_key(|member| member.0.number());
        let members: Members = members.into();
        let request = self.vals.add(ValKind::Request(id, members));
        let effects = &mut self.unit_mut(cx.unit).effects;
        effects.calls_sdk.push(id);
        effects.sent.push(request);
        request
    }
}
