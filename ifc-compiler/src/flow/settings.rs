//! Structs that libraries fill from environment variables: a field `bucket_name` holds the value of
//! the variable `BUCKET_NAME`, or of one with a prefix and the names of the structs around it.

use super::Flow;
use super::engine::Cx;
use super::text::Part;
use super::ty::{Ty, TyKind, Wrap};
use super::value::Val;
use crate::hir::{Argument, ExprId, ExprKind, Serde, TypeId, TypeKind, field_name};
use crate::resolve::Resolution;
use crate::symbol::Symbol;

/// Structs inside of structs are looked at so deep.
const DEPTH: usize = 8;

/// How names of variables follow from those of fields.
#[derive(Clone, Debug, Default)]
struct Naming {
    /// What stands before every name.
    prefix: String,
    /// What stands between the name of a struct's field and those inside of it; none if structs
    /// inside are not filled.
    separator: Option<String>,
}

impl<'p> Flow<'p> {
    /// `envy::from_env::<Settings>()`.
    pub(super) fn settings(&mut self, path: Symbol, tys: &[Ty], expect: Ty) -> Option<Val> {
        match path.as_str() {
            "envy::from_env" => self.filled_settings(&Naming::default(), tys, expect),
            "Self::parse" => self.arguments(*tys.last()?, 0),
            "Self::try_parse" => {
                let made = self.arguments(*tys.last()?, 0)?;
                let slots = [made, Val::EMPTY];
                Some(self.vals.wrap(&mut self.tys, Wrap::Result, &slots))
            }
            _ => None,
        }
    }

    /// What clap makes of variables; of a function nobody gives arguments on the command line.
    fn arguments(&mut self, ty: Ty, depth: usize) -> Option<Val> {
        let TyKind::Local(id, _) = *self.tys.kind(ty) else {
            return None;
        };
        let def = &self.program.types[id.index()];
        let derives = |name: &&str| def.derives.iter().any(|one| one.as_str() == *name);
        let is_struct = matches!(def.kind, TypeKind::Struct(_));
        if !is_struct || depth > DEPTH || !["Parser", "Args"].iter().any(derives) {
            return None;
        }
        let types = self.field_tys(ty, id, 0);
        let fields = self.fields_of(id, 0).iter().zip(types);
        let values = fields
            .map(|(field, ty)| match field.argument {
                Some(Argument::Variable(name)) => self.variable_as(name, ty),
                Some(Argument::Flattened) => {
                    let inner = self.arguments(ty, depth + 1);
                    inner.unwrap_or_else(|| self.vals.typed(ty))
                }
                None => self.vals.typed(ty),
            })
            .collect();
        Some(self.construct(ty, id, 0, values))
    }

    /// `envy::prefixed("APP_").from_env()`, `Figment::new().merge(Env::raw()).extract()` and
    /// `Config::builder().add_source(Environment::default()).build()?.try_deserialize()`, where the
    /// environment is the only source.
    pub(super) fn settings_method(
        &mut self,
        cx: Cx,
        receiver: ExprId,
        method: Symbol,
        asked: &[Ty],
        expect: Ty,
    ) -> Option<Val> {
        let naming = match method.as_str() {
            "from_env" => self.of_envy(cx, receiver),
            "extract" => self.of_figment(cx, receiver),
            "try_deserialize" => self.of_config(cx, receiver),
            _ => None,
        }?;
        self.filled_settings(&naming, asked, expect)
    }

    fn filled_settings(&mut self, naming: &Naming, asked: &[Ty], expect: Ty) -> Option<Val> {
        let asked = asked.last().copied().filter(|&ty| ty != Ty::UNKNOWN);
        let ty = asked.unwrap_or_else(|| self.slot_ty(expect, Wrap::Result, 0));
        let TyKind::Local(id, _) = *self.tys.kind(ty) else {
            return None;
        };
        let made = self.fill(naming, &naming.prefix, ty, id, 0);
        Some(
            self.vals
                .wrap(&mut self.tys, Wrap::Result, &[made, Val::EMPTY]),
        )
    }

    /// A struct whose variables all begin with a prefix.
    fn fill(&mut self, naming: &Naming, prefix: &str, ty: Ty, id: TypeId, depth: usize) -> Val {
        if !matches!(self.program.types[id.index()].kind, TypeKind::Struct(_)) {
            return self.vals.typed(ty);
        }
        let types = self.field_tys(ty, id, 0);
        let serde = self.program.types[id.index()].serde.as_deref();
        let from_input = serde.is_none_or(Serde::is_plain);
        let rule = serde.and_then(|serde| serde.rename_all);
        let fields = self.fields_of(id, 0).iter().zip(types);
        let values = fields
            .map(|(field, ty)| {
                let name = field_name(field, rule);
                let is_plain = field.serde.as_deref().is_none_or(Serde::is_plain);
                // Names of variables are made lower case before they are compared, and taken apart
                // at separators.
                let separator = naming.separator.as_deref();
                let is_found = !name.contains(char::is_uppercase)
                    && separator.is_none_or(|separator| !name.contains(separator));
                if !(from_input && is_plain && is_found) {
                    return self.vals.typed(ty);
                }
                let whole = format!("{prefix}{name}");
                match (self.tys.kind(ty), separator) {
                    (&TyKind::Local(id, _), Some(separator)) if depth < DEPTH => {
                        let inner = format!("{whole}{separator}");
                        self.fill(naming, &inner, ty, id, depth + 1)
                    }
                    _ => self.read_variable(&whole, ty),
                }
            })
            .collect();
        self.construct(ty, id, 0, values)
    }

    fn of_envy(&self, cx: Cx, receiver: ExprId) -> Option<Naming> {
        match self.chain(cx, receiver)? {
            (path, args, calls) if path == "envy::prefixed" && calls.is_empty() => Some(Naming {
                prefix: self.literal(cx, args)?,
                separator: None,
            }),
            _ => None,
        }
    }

    fn of_figment(&self, cx: Cx, receiver: ExprId) -> Option<Naming> {
        let (path, args, calls) = self.chain(cx, receiver)?;
        let first = match of(path, "figment")? {
            ["Figment", "new"] => None,
            ["Figment", "from"] => Some(*args.first()?),
            _ => return None,
        };
        let merged = calls.iter().map(|(method, args)| match *method {
            "merge" | "join" | "admerge" | "adjoin" => args.first().copied(),
            _ => None,
        });
        let merged: Option<Vec<ExprId>> = merged.collect();
        let mut sources = first.into_iter().chain(merged?);
        let (Some(source), None) = (sources.next(), sources.next()) else {
            return None;
        };
        let (path, args, calls) = self.chain(cx, source)?;
        let mut naming = Naming::default();
        match of(path, "figment")? {
            ["Env", "raw"] => {}
            ["Env", "prefixed"] => naming.prefix = self.literal(cx, args)?,
            _ => return None,
        }
        for (method, args) in calls {
            match method {
                "split" => naming.separator = Some(self.literal(cx, args)?),
                // They take variables out; what is found still has its name.
                "only" | "ignore" => {}
                _ => return None,
            }
        }
        Some(naming)
    }

    fn of_config(&self, cx: Cx, receiver: ExprId) -> Option<Naming> {
        let (path, _, calls) = self.chain(cx, receiver)?;
        let (["Config", "builder"], [("add_source", source), ("build", _)]) =
            (of(path, "config")?, calls.as_slice())
        else {
            return None;
        };
        let (path, args, calls) = self.chain(cx, *source.first()?)?;
        let mut prefix = match of(path, "config")? {
            ["Environment", "default"] => None,
            ["Environment", "with_prefix"] => Some(self.literal(cx, args)?),
            _ => return None,
        };
        let mut separator = None;
        let mut behind_prefix = None;
        for (method, args) in calls {
            match method {
                "prefix" => prefix = Some(self.literal(cx, args)?),
                "separator" => separator = Some(self.literal(cx, args)?),
                "prefix_separator" => behind_prefix = Some(self.literal(cx, args)?),
                // They concern values.
                "try_parsing" | "list_separator" | "ignore_empty" | "with_list_parse_key" => {}
                _ => return None,
            }
        }
        let behind_prefix = behind_prefix.or_else(|| separator.clone());
        let behind_prefix = behind_prefix.unwrap_or_else(|| "_".to_owned());
        Some(Naming {
            prefix: prefix.map_or_else(String::new, |prefix| prefix + &behind_prefix),
            separator,
        })
    }

    /// A call of a foreign function and the methods that are called on its result, one after the
    /// other: path, arguments, and each method with its arguments. What handles errors is left out.
    #[allow(
        clippy::type_complexity,
        reason = "read by three functions, each at once"
    )]
    fn chain(
        &self,
        cx: Cx,
        expr: ExprId,
    ) -> Option<(
        &'static str,
        &'p [ExprId],
        Vec<(&'static str, &'p [ExprId])>,
    )> {
        let body = self.unit(cx.unit).body;
        let mut calls = Vec::new();
        let mut at = expr;
        loop {
            match &body.expr(at).kind {
                ExprKind::Try(inner) => at = *inner,
                ExprKind::MethodCall {
                    receiver,
                    method,
                    args,
                    ..
                } => {
                    at = *receiver;
                    match method.as_str() {
                        "unwrap" | "expect" | "map_err" | "context" | "with_context" => {}
                        method => calls.push((method, args.as_slice())),
                    }
                }
                ExprKind::Call { callee, args } => {
                    let ExprKind::Path(path) = &body.expr(*callee).kind else {
                        return None;
                    };
                    let found = self.names.value(self.program, cx.module, path);
                    let Resolution::Foreign(path) = found else {
                        return None;
                    };
                    calls.reverse();
                    return Some((path.as_str(), args, calls));
                }
                _ => return None,
            }
        }
    }

    fn literal(&self, cx: Cx, args: &[ExprId]) -> Option<String> {
        match &self.unit(cx.unit).body.expr(*args.first()?).kind {
            ExprKind::Str(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// The type of what `?` is put behind where this type is wanted.
    pub(super) fn result_of(&mut self, wanted: Ty) -> Ty {
        match wanted {
            Ty::UNKNOWN => Ty::UNKNOWN,
            wanted => self.tys.wrap(Wrap::Result, &[wanted]),
        }
    }

    /// The type that a method's receiver has where this type is wanted of the call: that is how
    /// `let settings: Settings = envy::from_env().context("..")?` says what is filled.
    pub(super) fn receiver_of(&mut self, method: Symbol, wanted: Ty) -> Ty {
        match method.as_str() {
            "unwrap" | "expect" | "unwrap_or_default" | "unwrap_or_else" => self.result_of(wanted),
            "map_err" | "context" | "with_context" | "wrap_err" | "wrap_err_with" => {
                let inner = self.slot_ty(wanted, Wrap::Result, 0);
                self.result_of(inner)
            }
            _ => Ty::UNKNOWN,
        }
    }

    fn read_variable(&mut self, field: &str, ty: Ty) -> Val {
        self.variable_as(Symbol::new(&field.to_ascii_uppercase()), ty)
    }

    /// The value of a variable where a type is wanted.
    fn variable_as(&mut self, name: Symbol, ty: Ty) -> Val {
        let text = self.vals.text([Part::Env(name)].into());
        match self.tys.kind(ty).clone() {
            TyKind::Text => text,
            TyKind::Wrap(Wrap::Option, slots) if slots.first() == Some(&Ty::TEXT) => {
                self.vals.wrap(&mut self.tys, Wrap::Option, &[text])
            }
            _ => self.vals.typed(ty),
        }
    }
}

/// Type and function of a path into a crate, whatever modules are between.
fn of(path: &'static str, krate: &str) -> Option<[&'static str; 2]> {
    let rest = path.strip_prefix(krate)?.strip_prefix("::")?;
    let (ty, function) = rest.rsplit_once("::")?;
    Some([ty.rsplit("::").next()?, function])
}
