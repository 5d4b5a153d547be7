//! What the methods of `Bucket` may do.

use crate::resources::{Access, Action, Guard, Op};

const COPY: &[Action] = &[
    Action::on_objects_of("s3:GetObject", 0),
    Action::on_objects_of("s3:PutObject", 1),
];
const DELETE: &[Action] = &[Action::on_objects("s3:DeleteObject")];
const GET: &[Action] = &[Action::on_objects("s3:GetObject")];
const LIST: &[Action] = &[Action::on_resource("s3:ListBucket").guarded(Guard::Prefix)];
const PUT: &[Action] = &[Action::on_objects("s3:PutObject")];

pub(super) static OPS: &[Op] = &[
    Op::new("copy", Access::Write, COPY).by(&["s3:CopyObject"]),
    Op::new("delete", Access::Write, DELETE).scoped(0),
    Op::new("get", Access::Read, GET).scoped(0),
    Op::new("get_range", Access::Read, GET).scoped(0),
    Op::new("head", Access::Read, GET)
        .scoped(0)
        .by(&["s3:HeadObject"]),
    Op::new("list", Access::Read, LIST)
        .scoped(0)
        .by(&["s3:ListObjectsV2"]),
    Op::new("name", Access::Name, &[]),
    Op::new("presign_get", Access::Read, GET).scoped(0),
    Op::new("presign_put", Access::Write, PUT).scoped(0),
    Op::new("put", Access::Write, PUT).scoped(0),
    Op::new("put_with", Access::Write, PUT).scoped(0),
];
