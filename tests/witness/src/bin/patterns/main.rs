//! Ways in which code gets to an operation, one function each, with what it can do.

#[macro_use]
mod list;

mod decoys;
mod functions;
mod futures;
mod objects;
mod sdk;
mod tables;
mod typed;
mod values;

fn init() {}

with_common! {
    ifc_witness_tests::functions {
        typed::handle => "dynamodb:DeleteItem",
        sdk::split_over_lets => "dynamodb:UpdateItem",
        sdk::builder_passed_on => "dynamodb:Query",
        sdk::paginator => "dynamodb:Query",
        sdk::items_of_paginator => "dynamodb:Scan",
        sdk::waiter => "dynamodb:DescribeTable",
        sdk::presigned => "s3:GetObject",
        sdk::customized => "s3:PutObject",
        sdk::input_sent_with => "dynamodb:PutItem",
        sdk::transaction => "dynamodb:TransactWriteItems",
        sdk::batch => "dynamodb:BatchWriteItem",
    }
}
