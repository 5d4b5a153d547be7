//! The infrastructure of the application.

fn main() {
    ifc_compiler::build();
}
