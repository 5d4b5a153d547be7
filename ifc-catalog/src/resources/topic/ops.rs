//! What the methods of `Topic` may do.

use crate::resources::{Access, Action, Op};

const PUBLISH: &[Action] = &[Action::on_resource("sns:Publish")];

pub(super) static OPS: &[Op] = &[
    Op::new("name", Access::Name, &[]),
    Op::new("publish", Access::Send, PUBLISH),
    Op::new("publish_in", Access::Send, PUBLISH),
    Op::new("publish_in_once", Access::Send, PUBLISH),
    Op::new("publish_many", Access::Send, PUBLISH).by(&["sns:PublishBatch"]),
    Op::new("publish_with", Access::Send, PUBLISH),
];
