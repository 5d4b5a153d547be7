//! What the methods of `Table`, `Transaction` and `ReadTransaction` may do.

use crate::resources::{Access, Action, Op};

const BATCH_GET: &[Action] = &[Action::on_resource("dynamodb:BatchGetItem")];
const BATCH_WRITE: &[Action] = &[Action::on_resource("dynamodb:BatchWriteItem")];
const CHECK: &[Action] = &[Action::on_resource("dynamodb:ConditionCheckItem")];
const DELETE: &[Action] = &[Action::on_resource("dynamodb:DeleteItem")];
const GET: &[Action] = &[Action::on_resource("dynamodb:GetItem")];
const PUT: &[Action] = &[Action::on_resource("dynamodb:PutItem")];
const QUERY: &[Action] = &[Action::on_resource("dynamodb:Query")];
const QUERY_INDEX: &[Action] = &[Action::on_index("dynamodb:Query")];
const SCAN: &[Action] = &[Action::on_resource("dynamodb:Scan")];
const SCAN_INDEX: &[Action] = &[Action::on_index("dynamodb:Scan")];
const UPDATE: &[Action] = &[Action::on_resource("dynamodb:UpdateItem")];

const TRANSACT_GET: &[&str] = &["dynamodb:TransactGetItems"];
const TRANSACT_WRITE: &[&str] = &["dynamodb:TransactWriteItems"];

pub(super) static OPS: &[Op] = &[
    Op::new("check", Access::Read, CHECK)
        .of("Transaction")
        .by(TRANSACT_WRITE),
    Op::new("delete", Access::Write, DELETE),
    Op::new("delete", Access::Write, DELETE)
        .of("Transaction")
        .by(TRANSACT_WRITE),
    Op::new("delete_if", Access::Write, DELETE),
    Op::new("delete_many", Access::Write, BATCH_WRITE),
    Op::new("get", Access::Read, GET),
    Op::new("get", Access::Read, GET)
        .of("ReadTransaction")
        .by(TRANSACT_GET),
    Op::new("get_many", Access::Read, BATCH_GET),
    Op::new("name", Access::Name, &[]),
    Op::new("put", Access::Write, PUT),
    Op::new("put", Access::Write, PUT)
        .of("Transaction")
        .by(TRANSACT_WRITE),
    Op::new("put_if", Access::Write, PUT),
    Op::new("put_many", Access::Write, BATCH_WRITE),
    Op::new("put_new", Access::Write, PUT),
    Op::new("put_new", Access::Write, PUT)
        .of("Transaction")
        .by(TRANSACT_WRITE),
    Op::new("query", Access::Read, QUERY),
    Op::new("query_index", Access::Read, QUERY_INDEX).scoped(0),
    Op::new("scan", Access::Read, SCAN),
    Op::new("scan_index", Access::Read, SCAN_INDEX).scoped(0),
    Op::new("update", Access::Write, UPDATE),
    Op::new("update", Access::Write, UPDATE)
        .of("Transaction")
        .by(TRANSACT_WRITE),
    Op::new("update_if", Access::Write, UPDATE),
];
