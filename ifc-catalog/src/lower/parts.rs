//! Functions in parts, which can be worked on side by side: nothing that a function adds depends on
//! another function.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::nodes::Nodes;
use super::{Lowered, LoweredFunction, Lowering, Policies};

/// Some of the functions of an application.
#[derive(Debug)]
pub struct Part<'a> {
    lowering: Lowering<'a>,
}

/// A function with its role and its logs, and often something for what it could not handle.
const NODES: usize = 4;

impl<'a> Lowering<'a> {
    /// All functions, in parts of this many. Each goes back with [`Lowering::join`], in their order.
    pub fn parts(&mut self, size: usize) -> Vec<Part<'a>> {
        let count = self.app.functions.len();
        let mut states = std::mem::take(&mut self.functions).into_iter();
        let mut lowered = std::mem::take(&mut self.out.functions).into_iter();
        let starts = (0..count).step_by(size);
        let part = |first| Part {
            lowering: Lowering {
                app: self.app,
                place: self.place,
                metadata: Arc::clone(&self.metadata),
                first,
                functions: states.by_ref().take(size).collect(),
                handlers: Arc::clone(&self.handlers),
                resources: Arc::clone(&self.resources),
                shared: BTreeSet::new(),
                nodes: Nodes::with_room(size * NODES),
                lowering: None,
                outputs: Vec::new(),
                out: Lowered {
                    functions: lowered.by_ref().take(size).collect(),
                    ..Lowered::default()
                },
            },
        };
        starts.map(part).collect()
    }

    /// Takes a part back.
    pub fn join(&mut self, part: Part<'a>) {
        let mut out = part.lowering.out;
        self.nodes.append(part.lowering.nodes);
        self.out.problems.append(&mut out.problems);
        self.out.settings.extend(out.settings);
        self.outputs.extend(part.lowering.outputs);
        for (name, parameter) in out.parameters {
            self.declare(name, parameter);
        }
    }
}

impl<'a> Part<'a> {
    /// Lowers the functions: what the manifest says of each, with its position.
    pub fn lower(&mut self, policies: &Policies) -> Vec<(usize, LoweredFunction)> {
        let lowering = &mut self.lowering;
        let functions = (lowering.first..).take(lowering.functions.len());
        let functions = functions.map(|function| {
            lowering.lower_dead_letters(function);
            lowering.lower_function(function, policies);
            let lowered = &mut lowering.out.functions[function - lowering.first];
            (function, std::mem::take(lowered))
        });
        let functions = functions.collect();
        lowering.nodes.sort();
        functions
    }
}
