//! What the methods of `Function` may do.

use crate::resources::{Access, Action, Op};

const INVOKE: &[Action] = &[Action::on_resource("lambda:InvokeFunction")];

pub(super) static OPS: &[Op] = &[
    Op::new("invoke", Access::Invoke, INVOKE).by(&["lambda:Invoke"]),
    Op::new("name", Access::Name, &[]),
    Op::new("send", Access::Invoke, INVOKE).by(&["lambda:Invoke"]),
];
