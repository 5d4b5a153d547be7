//! Conditions and updates of items, built in Rust; names and values never need escaping.
//!
//! ```
//! use ifc_runtime::{Update, attr};
//!
//! let unpaid = attr("status").eq("placed").and(attr("total_cents").gt(0));
//! let pay = Update::new().set("status", "paid").add("payments", 1).remove("reserved_until");
//! # let _ = (unpaid, pay);
//! ```

mod condition;
mod path;
mod render;
mod update;

pub use condition::{Attr, AttributeType, Comparison, Condition, Expr, IntoOperand, Operand, attr};
pub use path::{Path, Step};
pub use render::{Rendered, Renderer};
pub use update::{AttrPath, Update, UpdateAction};
