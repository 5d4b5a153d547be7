//! What programs import: `use ifc_runtime::prelude::*;`.

pub use serde::{Deserialize, Serialize};

pub use crate::backend::bucket::PutOptions;
pub use crate::error::{BoxError, ErrorKind, HandlerResult as Result};
pub use crate::event::Event;
pub use crate::expression::{Update, attr};
pub use crate::handles::{
    Bucket, Bus, Cursor, Fifo, Function, Page, Parameter, Queue, ReadTransaction, Secret, Standard,
    Table, Topic, Transaction,
};
pub use crate::item::Item;
