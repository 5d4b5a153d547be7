//! The state of the analysis and its fixpoint. Code is evaluated in units: a function in one
//! context, a closure, an initialiser. A unit is evaluated when first called and again when
//! something that it read has grown; values only ever grow, so this ends.

use std::collections::BTreeSet;
use std::hash::BuildHasherDefault;
use std::rc::Rc;

use super::effects::Effects;
use super::given::{Given, Giving};
use super::index::{self, Index};
use super::known::Known;
use super::locals::BodyLocals;
use super::mention::Inside;
use super::pattern::Alias;
use super::sdk::Sdk;
use super::sig::Sig;
use super::ty::{SubstId, Ty, Tys};
use super::value::{UnitId, Val, Vals};
use crate::hir::{Body, ExprId, FnId, GlobalId, Locals, ModuleId, Program, TraitId, TypeId, Var};
use crate::resolve::Names;
use crate::symbol::{FastMap, Symbol};

/// Calls nested deeper than this are put off and looked at later.
const DEPTH: u32 = 200;

/// Evaluations of one unit in a row after which the others get their turn.
const ROUNDS: u32 = 24;

/// The analysis.
pub(super) struct Flow<'p> {
    pub(super) program: &'p Program,
    pub(super) names: &'p Names,
    pub(super) tys: Tys,
    pub(super) vals: Vals,
    pub(super) index: Index,
    pub(super) known: Known,
    pub(super) sdk: Sdk,
    /// Types as written that were lowered already, by address.
    pub(super) lowered: FastMap<(usize, SubstId), Ty>,
    pub(super) lowering: u32,
    pub(super) carrying: FastMap<Ty, bool>,
    pub(super) text_holders: FastMap<Ty, bool>,
    /// Traits from outside that bounds name; where nothing else is known of a type, they stand for it.
    pub(super) foreign_traits: FastMap<Symbol, ()>,
    /// Fields that were read before anything was put there.
    awaited: Vec<(PoolKey, Ty)>,
    pub(super) deciding: Vec<Ty>,
    pub(super) sigs: FastMap<FnId, Rc<Sig>>,
    pub(super) locals: FastMap<usize, Rc<Locals>>,
    pub(super) units: Vec<Unit<'p>>,
    pub(super) fn_units: FastMap<(FnId, SubstId, Val), UnitId>,
    pub(super) wide_units: FastMap<FnId, UnitId>,
    pub(super) contexts: FastMap<FnId, u32>,
    /// How many there are beyond those that every function has.
    pub(super) more_contexts: u32,
    /// Functions being evaluated, outermost first.
    on_stack: Vec<FnId>,
    pub(super) text_contexts: FastMap<FnId, u32>,
    pub(super) closure_units: FastMap<(UnitId, ExprId, Val), UnitId>,
    pub(super) wide_closures: FastMap<(UnitId, ExprId), UnitId>,
    pub(super) closure_contexts: FastMap<(UnitId, ExprId), u32>,
    pub(super) closure_modules: FastMap<(UnitId, ExprId), ModuleId>,
    pub(super) global_units: FastMap<(GlobalId, SubstId), UnitId>,
    pub(super) giving: Giving,
    pool: FastMap<PoolKey, Pooled>,
    /// Types that reachable code mentions, and units that depend on which those are.
    pub(super) mentioned: FastMap<TypeId, ()>,
    pub(super) known_mentions: FastMap<Ty, ()>,
    pub(super) insides: FastMap<Ty, Rc<Inside>>,
    /// Traits that stand in bounds, once somebody has asked.
    pub(super) bounded: Option<Rc<BTreeSet<TraitId>>>,
    pub(super) dyn_readers: FastMap<TraitId, Vec<UnitId>>,
    /// Variables through which another place can be written.
    pub(super) aliases: FastMap<(UnitId, u32), Alias>,
    pub(super) assigning: u32,
    lost: bool,
    lost_readers: Vec<UnitId>,
    dirty: BTreeSet<UnitId>,
    depth: u32,
    /// Values of `return` and `?` in the body or block at hand, innermost last.
    pub(super) returns: Vec<Val>,
    /// Values of `yield` in the blocks at hand.
    pub(super) yields: Vec<Val>,
    /// Values of `break` in the loops at hand.
    pub(super) breaks: Vec<Val>,
    /// Units called since the expression at hand began.
    pub(super) called: Vec<UnitId>,
}

/// Where the program as a whole keeps values that are not followed from hand to hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum PoolKey {
    /// A field, by type, variant and position.
    Field(TypeId, u32, u32),
    /// A static.
    Global(GlobalId),
}

struct Pooled {
    val: Val,
    readers: Vec<UnitId>,
}

/// What a unit evaluates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Fn(FnId),
    Closure(UnitId, ExprId),
    Global(GlobalId),
}

/// Code in one context.
pub(super) struct Unit<'p> {
    pub(super) code: Code,
    pub(super) module: ModuleId,
    pub(super) subst: SubstId,
    pub(super) body: &'p Body,
    pub(super) locals: BodyLocals<'p>,
    pub(super) args: Vec<Val>,
    vars: Vec<Variable>,
    pub(super) ret: Val,
    pub(super) ret_ty: Ty,
    readers: Vec<UnitId>,
    /// Closures that read this unit's variables.
    inner_readers: Vec<UnitId>,
    running: bool,
    again: bool,
    pub(super) given: Option<Given>,
    pub(super) effects: Effects,
}

#[derive(Clone, Copy)]
struct Variable {
    val: Val,
    read: bool,
}

/// Where evaluation stands.
#[derive(Clone, Copy)]
pub(super) struct Cx {
    pub(super) unit: UnitId,
    pub(super) module: ModuleId,
    pub(super) subst: SubstId,
}

impl<'p> Flow<'p> {
    pub(super) fn new(program: &'p Program, names: &'p Names) -> Self {
        // Of what each run forgets, only what is cheap to clear has room from the start.
        let functions = program.functions.len();
        let mut flow = Flow {
            program,
            names,
            tys: Tys::new(),
            vals: Vals::new(),
            index: Index::default(),
            known: Known::new(),
            sdk: Sdk::new(program),
            lowered: FastMap::default(),
            lowering: 0,
            carrying: FastMap::default(),
            text_holders: FastMap::default(),
            foreign_traits: FastMap::default(),
            awaited: Vec::new(),
            deciding: Vec::new(),
            sigs: FastMap::with_capacity_and_hasher(functions, BuildHasherDefault::default()),
            locals: FastMap::default(),
            units: Vec::with_capacity(functions),
            fn_units: FastMap::default(),
            wide_units: FastMap::default(),
            contexts: FastMap::default(),
            more_contexts: 0,
            on_stack: Vec::new(),
            text_contexts: FastMap::default(),
            closure_units: FastMap::default(),
            wide_closures: FastMap::default(),
            closure_contexts: FastMap::default(),
            closure_modules: FastMap::default(),
            global_units: FastMap::default(),
            giving: Giving::default(),
            pool: FastMap::default(),
            mentioned: FastMap::default(),
            known_mentions: FastMap::default(),
            insides: FastMap::default(),
            bounded: None,
            dyn_readers: FastMap::default(),
            aliases: FastMap::default(),
            assigning: 0,
            lost: false,
            lost_readers: Vec::new(),
            dirty: BTreeSet::new(),
            depth: 0,
            returns: Vec::new(),
            yields: Vec::new(),
            breaks: Vec::new(),
            called: Vec::new(),
        };
        index::build(&mut flow);
        flow
    }

    /// Forgets what ran; what is known of the code stays.
    pub(super) fn forget_runs(&mut self) {
        self.units.clear();
        self.fn_units.clear();
        self.wide_units.clear();
        self.contexts.clear();
        self.more_contexts = 0;
        self.text_contexts.clear();
        self.closure_units.clear();
        self.wide_closures.clear();
        self.closure_contexts.clear();
        self.closure_modules.clear();
        self.global_units.clear();
        self.giving.forget_runs();
        self.pool.clear();
        self.awaited.clear();
        self.mentioned.clear();
        self.known_mentions.clear();
        self.dyn_readers.clear();
        self.aliases.clear();
        self.lost = false;
        self.lost_readers.clear();
        self.dirty.clear();
        self.returns.clear();
        self.yields.clear();
        self.breaks.clear();
        self.called.clear();
    }

    /// Works off what is left to do.
    pub(super) fn settle(&mut self) {
        loop {
            while let Some(unit) = self.dirty.pop_first() {
                self.run(unit);
            }
            if self.awaited.is_empty() {
                return;
            }
            // Nobody puts anything there: whatever is there comes from elsewhere.
            for (key, ty) in std::mem::take(&mut self.awaited) {
                if self
                    .pool
                    .get(&key)
                    .is_some_and(|entry| entry.val == Val::BOTTOM)
                {
                    let val = self.vals.typed(ty);
                    self.put_in_pool(key, val);
                }
            }
        }
    }

    /// What reachable code puts into a field. Before anything is put there, nothing is known of it
    /// and nothing needs to be: what is taken for any value of its type stays one wherever it goes.
    pub(super) fn pooled_later(&mut self, cx: Cx, key: PoolKey, ty: Ty) -> Val {
        let val = self.pooled(cx, key);
        if val == Val::BOTTOM {
            self.awaited.push((key, ty));
        }
        val
    }

    /// Something was put into a place that is not followed.
    pub(super) fn lose(&mut self) {
        if !std::mem::replace(&mut self.lost, true) {
            for reader in std::mem::take(&mut self.lost_readers) {
                self.touch(reader);
            }
        }
    }

    /// Whether that has happened; the unit is evaluated again when it does.
    pub(super) fn has_lost(&mut self, cx: Cx) -> bool {
        if !self.lost && self.lost_readers.last() != Some(&cx.unit) {
            self.lost_readers.push(cx.unit);
        }
        self.lost
    }

    /// A new unit, not evaluated yet.
    pub(super) fn add_unit(
        &mut self,
        code: Code,
        module: ModuleId,
        subst: SubstId,
        body: &'p Body,
        args: Vec<Val>,
        ret_ty: Ty,
    ) -> UnitId {
        let locals = self.locals_of(module, body);
        let owner = match code {
            Code::Closure(_, expr) => Some(expr),
            Code::Fn(_) | Code::Global(_) => None,
        };
        let blank = Variable {
            val: Val::BOTTOM,
            read: false,
        };
        let vars = vec![blank; locals.count(owner)];
        self.units.push(Unit {
            code,
            module,
            subst,
            body,
            locals,
            args,
            vars,
            ret: Val::BOTTOM,
            ret_ty,
            readers: Vec::new(),
            inner_readers: Vec::new(),
            running: false,
            again: false,
            given: None,
            effects: Effects::default(),
        });
        UnitId(self.units.len() as u32 - 1)
    }

    pub(super) fn unit(&self, id: UnitId) -> &Unit<'p> {
        &self.units[id.0 as usize]
    }

    pub(super) fn unit_mut(&mut self, id: UnitId) -> &mut Unit<'p> {
        &mut self.units[id.0 as usize]
    }

    /// Evaluates a new unit now, or later if calls are nested too deeply.
    pub(super) fn start(&mut self, id: UnitId) {
        if self.depth >= DEPTH {
            self.dirty.insert(id);
        } else {
            self.run(id);
        }
    }

    /// What a unit returns; `reader` is evaluated again when that grows.
    pub(super) fn ret(&mut self, id: UnitId, reader: UnitId) -> Val {
        let unit = self.unit_mut(id);
        if unit.readers.last() != Some(&reader) {
            unit.readers.push(reader);
        }
        unit.ret
    }

    fn run(&mut self, id: UnitId) {
        if self.unit(id).running {
            self.unit_mut(id).again = true;
            return;
        }
        self.dirty.remove(&id);
        self.unit_mut(id).running = true;
        if let Code::Fn(function) = self.unit(id).code {
            self.on_stack.push(function);
        }
        self.depth += 1;
        let returns = std::mem::take(&mut self.returns);
        let yields = std::mem::take(&mut self.yields);
        let breaks = std::mem::take(&mut self.breaks);
        let called = std::mem::take(&mut self.called);
        let before = (self.unit(id).ret, self.written(id));
        for round in 0.. {
            let unit = self.unit_mut(id);
            unit.again = false;
            unit.effects.clear();
            let val = self.evaluate(id);
            let ret = self.unit(id).ret;
            let ret = self.vals.join(&mut self.tys, ret, val);
            self.unit_mut(id).ret = ret;
            if !self.unit(id).again {
                break;
            }
            if round == ROUNDS {
                self.dirty.insert(id);
                break;
            }
        }
        self.returns = returns;
        self.yields = yields;
        self.breaks = breaks;
        self.called = called;
        self.depth -= 1;
        self.unit_mut(id).running = false;
        if let Code::Fn(_) = self.unit(id).code {
            self.on_stack.pop();
        }
        if (self.unit(id).ret, self.written(id)) != before {
            for reader in self.unit(id).readers.clone() {
                self.touch(reader);
            }
        }
    }

    /// Whether a function is being evaluated, in any context.
    pub(super) fn is_running(&self, id: FnId) -> bool {
        self.on_stack.contains(&id)
    }

    /// Something that a unit depends on has grown.
    pub(super) fn touch(&mut self, id: UnitId) {
        match self.unit(id).running {
            true => self.unit_mut(id).again = true,
            false => drop(self.dirty.insert(id)),
        }
    }

    /// The unit that keeps a variable: the one at hand or one around it.
    pub(super) fn keeper(&self, mut unit: UnitId, var: Var) -> UnitId {
        while let Code::Closure(parent, expr) = self.unit(unit).code {
            if var.owner == Some(expr) {
                break;
            }
            unit = parent;
        }
        unit
    }

    pub(super) fn read_var(&mut self, cx: Cx, var: Var) -> Val {
        let keeper = self.keeper(cx.unit, var);
        let unit = self.unit_mut(keeper);
        if keeper != cx.unit && unit.inner_readers.last() != Some(&cx.unit) {
            unit.inner_readers.push(cx.unit);
        }
        match unit.vars.get_mut(var.slot) {
            Some(variable) => {
                variable.read = true;
                variable.val
            }
            None => Val::UNKNOWN,
        }
    }

    pub(super) fn write_var(&mut self, cx: Cx, var: Var, val: Val) {
        let keeper = self.keeper(cx.unit, var);
        let Some(&variable) = self.unit(keeper).vars.get(var.slot) else {
            return;
        };
        let joined = self.vals.join(&mut self.tys, variable.val, val);
        if joined == variable.val {
            return;
        }
        self.unit_mut(keeper).vars[var.slot].val = joined;
        if variable.read {
            self.touch(keeper);
            for reader in self.unit(keeper).inner_readers.clone() {
                self.touch(reader);
            }
        }
        // A closure of a function that has returned: what it writes through a parameter flows back.
        if keeper != cx.unit && !self.unit(keeper).running {
            for reader in self.unit(keeper).readers.clone() {
                self.touch(reader);
            }
        }
    }

    /// The value that a variable of a unit has at the end, for parameters that are written to.
    pub(super) fn final_var(&self, unit: UnitId, var: Var) -> Val {
        self.unit(unit)
            .vars
            .get(var.slot)
            .map_or(Val::BOTTOM, |variable| variable.val)
    }

    /// What reachable code anywhere puts into a place.
    pub(super) fn pooled(&mut self, cx: Cx, key: PoolKey) -> Val {
        let entry = self.pool.entry(key).or_insert(Pooled {
            val: Val::BOTTOM,
            readers: Vec::new(),
        });
        if entry.readers.last() != Some(&cx.unit) {
            entry.readers.push(cx.unit);
        }
        entry.val
    }

    pub(super) fn put_in_pool(&mut self, key: PoolKey, val: Val) {
        let entry = self.pool.entry(key).or_insert(Pooled {
            val: Val::BOTTOM,
            readers: Vec::new(),
        });
        let joined = self.vals.join(&mut self.tys, entry.val, val);
        if joined != entry.val {
            entry.val = joined;
            for reader in entry.readers.clone() {
                self.touch(reader);
            }
        }
    }
}
