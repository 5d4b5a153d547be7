//! What programs import: `use ifc_runtime::prelude::*;`.

pub use serde::{Deserialize, Serialize};

pub use crate::error::{BoxError, ErrorKind, HandlerResult as Result};
pub use crate::event::Event;
pub use crate::expression::{Update, attr};
pub use crate::handles::{
    Bucket, Bus, Fifo, Function, Parameter, Queue, Secret, Standard, Table, Topic,
};
pub use crate::item::Item;
