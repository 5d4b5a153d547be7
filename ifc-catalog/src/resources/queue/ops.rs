//! What the methods of `Queue` may do.

use crate::resources::{Access, Action, Op};

const ATTRIBUTES: &[Action] = &[Action::on_resource("sqs:GetQueueAttributes")];
const SEND: &[Action] = &[Action::on_resource("sqs:SendMessage")];

pub(super) static OPS: &[Op] = &[
    Op::new("depth", Access::Read, ATTRIBUTES),
    Op::new("name", Access::Name, &[]),
    Op::new("send", Access::Send, SEND),
    Op::new("send_after", Access::Send, SEND),
    Op::new("send_in", Access::Send, SEND),
    Op::new("send_in_once", Access::Send, SEND),
    Op::new("send_many", Access::Send, SEND).by(&["sqs:SendMessageBatch"]),
    Op::new("send_many_in", Access::Send, SEND).by(&["sqs:SendMessageBatch"]),
];
