//! The smallest application: one route, no resources.

use ifc_runtime::prelude::*;

#[on(http(GET, "/hello/{name}"))]
async fn hello(Path(name): Path<String>) -> String {
    format!("Hello, {name}!")
}

ifc_runtime::main!();

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn greets() {
        assert_eq!(hello(Path("Ada".into())).await, "Hello, Ada!");
    }
}
