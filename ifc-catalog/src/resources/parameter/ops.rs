//! What the methods of `Parameter` may do.

use crate::resources::{Access, Action, Op};

const GET: &[Action] = &[Action::on_resource("ssm:GetParameter")];
const SET: &[Action] = &[Action::on_resource("ssm:PutParameter")];

pub(super) static OPS: &[Op] = &[
    Op::new("get", Access::Read, GET),
    Op::new("name", Access::Name, &[]),
    Op::new("set", Access::Write, SET),
];
