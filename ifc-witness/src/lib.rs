//! The second witness: which AWS operations a linked program can perform, from its own call graph.
//!
//! A program that was linked with `-C strip=none -C link-arg=-Wl,--emit-relocs` says of every
//! reference between functions and data where it stands and where it leads. What can be reached
//! from a function through these references is what its machine code can do: a method behind a
//! `dyn` is in a table that the code which makes the object refers to, and so is an `async` block's
//! code. Nothing is read but the file's bytes and the linker's map.
//!
//! `docs/verify.md` says what can be seen so, and what cannot.

mod edges;
mod error;
mod handlers;
mod image;
mod instruction;
mod lists;
mod map;
mod nodes;
mod operation;
mod program;
mod relocation;
mod strip;
mod walk;

pub use error::Error;
pub use nodes::Node;
pub use operation::Operation;
pub use program::{Program, Reach};
pub use strip::stripped;
