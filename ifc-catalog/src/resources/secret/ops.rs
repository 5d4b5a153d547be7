//! What the methods of `Secret` may do.

use crate::resources::{Access, Action, Op};

const GET: &[Action] = &[Action::on_resource("secretsmanager:GetSecretValue")];
const SET: &[Action] = &[Action::on_resource("secretsmanager:PutSecretValue")];

pub(super) static OPS: &[Op] = &[
    Op::new("get", Access::Read, GET),
    Op::new("name", Access::Name, &[]),
    Op::new("set", Access::Write, SET),
];
