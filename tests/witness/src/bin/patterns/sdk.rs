//! The SDK's own ways to make and send requests.

use std::time::Duration;

use aws_sdk_dynamodb::client::Waiters;
use aws_sdk_dynamodb::operation::put_item::PutItemInput;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_s3::presigning::PresigningConfig;
use ifc_witness_tests::{dynamodb, run, s3, text};

pub(crate) fn split_over_lets() {
    run(async {
        let mut request = dynamodb().update_item().table_name("t");
        if std::hint::black_box(true) {
            request = request.key("id", text("1"));
        }
        let sent = request.send();
        sent.await.is_ok()
    });
}

pub(crate) fn builder_passed_on() {
    fn request() -> QueryFluentBuilder {
        dynamodb().query().table_name("t")
    }
    async fn send(request: QueryFluentBuilder) -> bool {
        request.send().await.is_ok()
    }
    run(send(request()));
}

pub(crate) fn paginator() {
    run(async {
        let mut pages = dynamodb().query().into_paginator().send();
        while let Some(Ok(page)) = pages.next().await {
            std::hint::black_box(page.count());
        }
    });
}

pub(crate) fn items_of_paginator() {
    run(async {
        let mut items = dynamodb().scan().into_paginator().items().send();
        while let Some(Ok(item)) = items.next().await {
            std::hint::black_box(item.len());
        }
    });
}

pub(crate) fn waiter() {
    run(async {
        let client = dynamodb();
        let waiter = client.wait_until_table_exists().table_name("t");
        waiter.wait(Duration::from_secs(1)).await.is_ok()
    });
}

pub(crate) fn presigned() {
    run(async {
        let request = s3().get_object().bucket("b").key("k");
        match PresigningConfig::expires_in(Duration::from_secs(60)) {
            Ok(config) => request.presigned(config).await.is_ok(),
            Err(_) => false,
        }
    });
}

pub(crate) fn customized() {
    run(async {
        let request = s3().put_object().customize();
        let request = request.mutate_request(|request| {
            request.headers_mut().insert("x-trace", "1");
        });
        request.send().await.is_ok()
    });
}

pub(crate) fn input_sent_with() {
    run(async {
        let input = PutItemInput::builder().table_name("t");
        input.send_with(&dynamodb()).await.is_ok()
    });
}

pub(crate) fn transaction() {
    use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
    run(async {
        let put = Put::builder().table_name("t").item("id", text("1")).build();
        let item = TransactWriteItem::builder().set_put(put.ok()).build();
        let request = dynamodb().transact_write_items().transact_items(item);
        request.send().await.is_ok()
    });
}

pub(crate) fn batch() {
    run(async { dynamodb().batch_write_item().send().await.is_ok() });
}
