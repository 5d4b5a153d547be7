//! The table of functions that the runtime serves, as it lies in the program.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::nodes::Node;
use crate::program::{Program, Reach};

/// The static that `ifc_runtime::main!()` makes: entries of name, length of the name, function.
const TABLE: &str = "__IFC_FUNCTIONS";

/// Bytes of an entry.
const ENTRY: u64 = 24;

impl Program<'_> {
    /// What each function of an annotated application reaches: its handler's own code together
    /// with what the program does before it calls a handler.
    pub fn functions(&self) -> Result<BTreeMap<String, Reach>, Error> {
        let table = self.table()?;
        let before = self.walk(&self.start()?, &[table]);
        let functions = self.entries(table)?.into_iter();
        Ok(functions
            .map(|(name, handler)| {
                let mut walk = before.clone();
                self.go_on(&mut walk, &[handler]);
                (name, self.found(walk))
            })
            .collect())
    }

    fn table(&self) -> Result<Node, Error> {
        let missing = || Error::MissingSymbol(TABLE.to_owned());
        let mut found = self.ending_with(TABLE).into_iter();
        match (found.next(), found.next()) {
            (Some(table), None) => Ok(table),
            _ => Err(missing()),
        }
    }

    fn entries(&self, table: Node) -> Result<Vec<(String, Node)>, Error> {
        let unreadable = || Error::UnreadableTable(TABLE.to_owned());
        let pointers = self.pointers(table);
        let (start, size) = self.extent(table);
        if size % ENTRY != 0 {
            return Err(unreadable());
        }
        let entry = |at: u64| -> Option<(String, Node)> {
            let length = self.number(at + 8)?;
            let name = self.bytes(*pointers.get(&at)?, length)?;
            let handler = self.node_at(*pointers.get(&(at + 16))?)?;
            Some((String::from_utf8(name.to_vec()).ok()?, handler))
        };
        (0..size / ENTRY)
            .map(|index| entry(start + index * ENTRY).ok_or_else(unreadable))
            .collect()
    }
}
