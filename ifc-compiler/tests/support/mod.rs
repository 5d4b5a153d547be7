//! The whole pipeline over applications in memory.

use ifc_compiler::Compilation;
use ifc_compiler::testing::Fixture;

pub(crate) fn compile(text: &str) -> Compilation {
    ifc_compiler::compile(&Fixture::parse(text).world())
}
