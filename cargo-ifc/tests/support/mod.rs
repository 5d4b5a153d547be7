//! A small application on disk, and the command in it.

#![allow(dead_code, reason = "each test program uses what it needs")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const MAIN: &str = r#"use ifc_runtime::prelude::*;

mod store;

#[on(http(POST, "/orders"))]
async fn place(Json(order): Json<store::Order>) -> Result<Json<store::Order>, StatusCode> {
    store::save(&order).await.or(Err(StatusCode::BAD_GATEWAY))?;
    Ok(Json(order))
}

ifc_runtime::main!();
"#;

pub(crate) const STORE: &str = r#"use ifc_runtime::prelude::*;

#[derive(Clone, Serialize, Deserialize, Item)]
pub struct Order {
    #[item(partition_key)]
    pub id: String,
}

#[resource]
pub static ORDERS: Table<Order> = Table::new();

pub async fn save(order: &Order) -> Result<()> {
    ORDERS.put(order).await?;
    Ok(())
}
"#;

/// What the command did.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) struct Shop {
    pub(crate) root: PathBuf,
}

impl Shop {
    /// The application above with some files replaced or added.
    pub(crate) fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("cli")
            .join(name);
        if root.exists() {
            fs::remove_dir_all(&root).expect("the folder is this test's own");
        }
        let shop = Shop { root };
        shop.write("Cargo.toml", manifest("ifc-runtime = \"0.1\"", ""));
        shop.write("src/main.rs", MAIN);
        shop.write("src/store.rs", STORE);
        for (path, text) in files {
            shop.write(path, text);
        }
        shop
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("it has one")).expect("writable");
        fs::write(path, text).expect("writable");
    }

    pub(crate) fn ifc(&self, arguments: &[&str]) -> Ran {
        run(Command::new(env!("CARGO_BIN_EXE_cargo-ifc"))
            .args(arguments)
            .current_dir(&self.root))
    }

    /// Every file below the folder with its contents.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("readable") {
                let path = entry.expect("readable").path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => drop(files.insert(path.clone(), fs::read(&path).expect("readable"))),
                }
            }
        }
        files
    }
}

pub(crate) fn run(command: &mut Command) -> Ran {
    let output = command.output().expect("it runs");
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

pub(crate) fn manifest(dependencies: &str, rest: &str) -> String {
    format!(
        "[workspace]\n\n[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n{rest}"
    )
}
