//! Which local variable a name in a body means, with constants told from variables.

use std::ops::Deref;
use std::rc::Rc;

use super::Flow;
use crate::hir::{Body, Def, Locals, ModuleId};
use crate::resolve::{Namespace, Resolution};
use crate::symbol::Symbol;

/// What names in a body mean.
#[derive(Clone)]
pub(super) enum BodyLocals<'p> {
    /// No name could be a constant's.
    Plain(&'p Locals),
    /// Some could.
    Resolved(Rc<Locals>),
}

impl Deref for BodyLocals<'_> {
    type Target = Locals;

    fn deref(&self) -> &Locals {
        match self {
            BodyLocals::Plain(locals) => locals,
            BodyLocals::Resolved(locals) => locals,
        }
    }
}

impl<'p> Flow<'p> {
    pub(super) fn locals_of(&mut self, module: ModuleId, body: &'p Body) -> BodyLocals<'p> {
        if !body.locals.has_capitals() {
            return BodyLocals::Plain(&body.locals);
        }
        let key = std::ptr::from_ref(body) as usize;
        if let Some(known) = self.locals.get(&key) {
            return BodyLocals::Resolved(Rc::clone(known));
        }
        let resolved = Rc::new(Locals::of(body, module, |module, name| {
            self.is_constant(module, name)
        }));
        self.locals.insert(key, Rc::clone(&resolved));
        BodyLocals::Resolved(resolved)
    }

    fn is_constant(&self, module: ModuleId, name: Symbol) -> bool {
        let space = Namespace::Values;
        let names = self.names;
        match names.segments(self.program, module, &[name], false, space) {
            Resolution::Def { def, .. } => {
                matches!(def, Def::Global(_) | Def::Variant(..) | Def::Type(_))
            }
            Resolution::Foreign(_) => true,
            Resolution::Primitive(_) | Resolution::Unresolved => false,
        }
    }
}
