//! What looks like an operation and is none.

use std::any::type_name;

use aws_sdk_dynamodb::operation::delete_table::DeleteTable;
use aws_sdk_dynamodb::operation::put_item::PutItemInput;
use ifc_witness_tests::{dynamodb, run, s3};

pub(crate) fn nothing() {}

struct Cache;

impl Cache {
    async fn put_item(&self) -> bool {
        std::hint::black_box(true)
    }

    async fn scan(&self) -> bool {
        std::hint::black_box(false)
    }
}

pub(crate) fn own_method_of_that_name() {
    run(async { Cache.put_item().await && Cache.scan().await });
}

pub(crate) fn request_not_sent() {
    let request = dynamodb().delete_table().table_name("t");
    std::hint::black_box(request.get_table_name());
}

pub(crate) fn input_only() {
    let input = PutItemInput::builder().table_name("t").build();
    std::hint::black_box(input.is_ok());
}

pub(crate) fn client_only() {
    std::hint::black_box(dynamodb());
}

pub(crate) fn type_only() {
    std::hint::black_box(type_name::<DeleteTable>());
}

trait Backend {
    fn act(&self) -> bool;
}

struct Real(aws_sdk_s3::Client);
struct Unused(aws_sdk_s3::Client);

impl Backend for Real {
    fn act(&self) -> bool {
        run(async { self.0.head_object().send().await.is_ok() })
    }
}

impl Backend for Unused {
    fn act(&self) -> bool {
        run(async { self.0.list_buckets().send().await.is_ok() })
    }
}

pub(crate) fn trait_with_another_implementation() {
    let backend: Box<dyn Backend> = Box::new(Real(s3()));
    std::hint::black_box(backend).act();
}

/// Nobody calls it, although the program has it.
#[used]
static NOT_CALLED: fn() -> bool = || Unused(s3()).act();
