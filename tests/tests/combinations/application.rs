//! A whole application from a seed.

use std::fmt::Write;

use ifc_compiler::Compilation;
use ifc_compiler::testing::Fixture;
use serde_json::Value;

use crate::functions::{Function, Taken, function, functions};
use crate::resources::{Resource, resource, resources};
use crate::settings::settings;
use ifc_tests::random::Random;

#[derive(Clone)]
pub(crate) struct Application {
    pub(crate) resources: Vec<Resource>,
    pub(crate) functions: Vec<Function>,
    pub(crate) metadata: Value,
}

const MAIN: &str = "use ifc_runtime::prelude::*;
mod one;
mod two;
mod three;
use one::*;
use two::*;
use three::*;
ifc_runtime::main!();
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Note { pub id: String, pub kind: Option<String> }
pub(crate) fn make<T>() -> T { std::process::abort() }
pub(crate) fn layered(router: axum::Router) -> axum::Router { router }
";

impl Application {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let count = 1 + random.below(9);
        let resources = resources(&mut random, count);
        let count = 1 + random.below(6);
        let functions = functions(&mut random, &resources, count);
        let metadata = settings(&mut random, &resources, &functions);
        Application {
            resources,
            functions,
            metadata,
        }
    }

    /// Its sources, the items dealt out to the files in the order that `random` gives.
    pub(crate) fn sources(&self, random: &mut Random) -> String {
        let resources = self.resources.iter().map(|one| one.source.as_str());
        let functions = self.functions.iter().map(|one| one.source.as_str());
        let mut items: Vec<&str> = resources.chain(functions).collect();
        random.shuffle(&mut items);
        let mut out = format!("//- /src/main.rs\n{MAIN}");
        for (at, file) in ["one", "two", "three"].into_iter().enumerate() {
            let _ = writeln!(
                out,
                "//- /src/{file}.rs\nuse ifc_runtime::prelude::*;\nuse crate::*;"
            );
            items
                .iter()
                .skip(at)
                .step_by(3)
                .for_each(|item| out.push_str(item));
        }
        out
    }

    /// The same with a resource and a function more, in front of all others.
    pub(crate) fn with_a_neighbour(&self) -> Self {
        let mut random = Random::new(0);
        let neighbours = [resource(&mut random, "NEIGHBOUR")];
        let function = function(&mut random, "aside", &neighbours, &mut Taken::default());
        let mut all = self.clone();
        all.resources.splice(0..0, neighbours);
        all.functions.insert(0, function);
        all
    }

    pub(crate) fn compile(&self, order: u64) -> Compilation {
        self.compile_sources(&self.sources(&mut Random::new(order)))
    }

    /// Compiles other sources with its settings.
    pub(crate) fn compile_sources(&self, text: &str) -> Compilation {
        let mut fixture = Fixture::parse(text);
        fixture.packages[0].metadata = self.metadata.clone();
        ifc_compiler::compile(&fixture.world())
    }
}
