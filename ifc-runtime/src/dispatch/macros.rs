//! `main!` and `handlers!`.

/// The entry point of an application: stands once, in the root of the binary.
///
/// ```ignore
/// ifc_runtime::main!();
/// ```
#[macro_export]
macro_rules! main {
    () => {
        #[doc(hidden)]
        pub struct __IfcHandlers;

        ::core::include!(::core::concat!(
            ::core::env!(
                "OUT_DIR",
                "this application has no build script: write `fn main() { ifc_compiler::build(); }` into build.rs"
            ),
            "/ifc_dispatch.rs"
        ));

        fn main() -> ::std::process::ExitCode {
            // Opaque, so that the optimiser keeps the table, which `cargo ifc verify` reads.
            $crate::__private::run(::core::hint::black_box(&__IFC_FUNCTIONS))
        }
    };
}

/// Stands once in the root of a library crate that has handlers; the application's binary serves
/// them.
///
/// ```ignore
/// ifc_runtime::handlers!();
/// ```
#[macro_export]
macro_rules! handlers {
    () => {
        #[doc(hidden)]
        pub struct __IfcHandlers;

        // The binary's table names each handler, so that none can be lost there.
        impl<const ID: u64> $crate::__private::Listed<ID> for __IfcHandlers {}
    };
}
