//! What the methods of `Bus` may do.

use crate::resources::{Access, Action, Guard, Op};

const PUT_EVENTS: &[Action] = &[Action::on_resource("events:PutEvents").guarded(Guard::Event)];

pub(super) static OPS: &[Op] = &[
    Op::new("name", Access::Name, &[]),
    Op::new("publish", Access::Send, PUT_EVENTS),
    Op::new("publish_many", Access::Send, PUT_EVENTS),
];
