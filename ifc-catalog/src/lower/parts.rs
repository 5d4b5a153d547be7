//! Functions in parts, which can be worked on side by side: nothing that a function adds depends on
//! another function.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::context::FunctionState;
use super::nodes::Nodes;
use super::{Lowered, LoweredFunction, Lowering, Policies};

/// Some of the functions of an application.
#[derive(Debug)]
pub struct Part<'a> {
    lowering: Lowering<'a>,
    range: Range<usize>,
}

impl<'a> Lowering<'a> {
    /// All functions, in at most this many parts of equal size. Each goes back with
    /// [`Lowering::join`], in their order.
    pub fn parts(&mut self, most: usize) -> Vec<Part<'a>> {
        let count = self.app.functions.len();
        let size = count.div_ceil(most.max(1)).max(1);
        (0..count)
            .step_by(size)
            .map(|start| self.part(start..count.min(start + size)))
            .collect()
    }

    fn part(&mut self, range: Range<usize>) -> Part<'a> {
        let count = self.app.functions.len();
        let mut functions: Vec<FunctionState> = self
            .functions
            .iter()
            .map(|state| FunctionState {
                cyclic: state.cyclic,
                ..FunctionState::default()
            })
            .collect();
        let mut lowered = vec![LoweredFunction::default(); count];
        functions[range.clone()].swap_with_slice(&mut self.functions[range.clone()]);
        lowered[range.clone()].swap_with_slice(&mut self.out.functions[range.clone()]);
        let lowering = Lowering {
            app: self.app,
            place: self.place,
            metadata: Arc::clone(&self.metadata),
            functions,
            handlers: self.handlers.clone(),
            resources: self.resources.clone(),
            shared: BTreeSet::new(),
            nodes: Nodes::default(),
            out: Lowered {
                functions: lowered,
                ..Lowered::default()
            },
        };
        Part { lowering, range }
    }

    /// Takes a part back.
    pub fn join(&mut self, part: Part<'a>) {
        let mut out = part.lowering.out;
        self.nodes.append(part.lowering.nodes);
        self.out.problems.append(&mut out.problems);
        self.out.settings.append(&mut out.settings);
        self.out.outputs.append(&mut out.outputs);
        for (name, parameter) in out.parameters {
            self.out.parameters.entry(name).or_insert(parameter);
        }
    }
}

impl<'a> Part<'a> {
    /// Lowers the functions: what the manifest says of each, with its position.
    pub fn lower(&mut self, policies: &Policies) -> Vec<(usize, LoweredFunction)> {
        let lowering = &mut self.lowering;
        let functions = self.range.clone().map(|function| {
            lowering.lower_dead_letters(function);
            lowering.lower_function(function, policies);
            let lowered = std::mem::take(&mut lowering.out.functions[function]);
            (function, lowered)
        });
        let functions = functions.collect();
        lowering.nodes.sort();
        functions
    }
}
