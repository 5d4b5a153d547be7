//! The place in the program from which a call came, for the message of one that is denied.

use std::backtrace::Backtrace;

/// Whether the endpoint is the local engine, which is meant for a person at the keyboard: denied calls
/// then name the line of code. `cargo ifc dev` sets the variable for each function.
pub(crate) fn is_local() -> bool {
    std::env::var_os("IFC_LOCAL").is_some_and(|value| value == "1")
}

/// A message with the place of the caller's code behind it, where calls are answered locally.
pub(super) fn named(message: String) -> String {
    if !is_local() && crate::backend::current().is_none() {
        return message;
    }
    match find() {
        Some(place) => format!("{message}, at {place}"),
        None => message,
    }
}

/// The innermost place in code that is neither this crate nor a library: `src/http.rs:22:5`.
///
/// An async function is on the stack while it is polled, so a call that is answered within the poll
/// that made it has its caller there.
fn find() -> Option<String> {
    first_own(&Backtrace::force_capture().to_string())
}

/// In the rendering of [`Backtrace`] each frame has a line with its symbol and one with its place.
fn first_own(backtrace: &str) -> Option<String> {
    let mut symbol = "";
    for line in backtrace.lines() {
        match line.trim_start().strip_prefix("at ") {
            Some(place) if is_own(symbol, place) => {
                return Some(place.strip_prefix("./").unwrap_or(place).to_owned());
            }
            Some(_) => {}
            None => symbol = line.split_once(": ").map_or(line, |(_, symbol)| symbol),
        }
    }
    None
}

fn is_own(symbol: &str, place: &str) -> bool {
    let libraries = [
        // The standard library as its crates are compiled, and as `rust-src` has it.
        "/rustc/",
        "/library/std/src/",
        "/library/core/src/",
        "/library/alloc/src/",
        "/library/test/src/",
        // Crates of registries and repositories.
        "/registry/src/",
        "/git/checkouts/",
    ];
    if libraries.iter().any(|part| place.contains(part)) {
        return false;
    }
    // Tests of this crate are code that uses it.
    let in_this_crate = place.contains(this_crate()) && !symbol.contains("::tests::");
    !in_this_crate
}

/// The folder of this crate's sources, as the compiler was given it.
fn this_crate() -> &'static str {
    file!().strip_suffix("service/place.rs").unwrap_or(file!())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_passed_over() {
        let backtrace = format!(
            "   0: ifc_runtime::local::Local::call\n             at ./{}local/mod.rs:1:2\n   \
             1: <core::pin::Pin<P> as core::future::Future>::poll\n             at /rustc/abc/library/core/src/future/future.rs:133:9\n   \
             2: orders::http::place::{{{{closure}}}}\n             at ./src/http.rs:22:5\n   \
             3: orders::main\n             at ./src/main.rs:1:1\n",
            this_crate()
        );
        assert_eq!(first_own(&backtrace).as_deref(), Some("src/http.rs:22:5"));
        assert_eq!(first_own("   0: main\n"), None);
        assert_eq!(first_own(""), None);
    }

    async fn deep() -> Option<String> {
        find()
    }

    #[tokio::test]
    async fn an_async_caller_is_found() {
        let place = deep().await.expect("tests are compiled with lines");
        assert!(place.contains("service/place.rs:"), "{place}");
    }
}
