fn main() {
    ifc_compiler::build();
}
