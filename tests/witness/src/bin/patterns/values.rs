//! Clients in statics.

use std::sync::{LazyLock, OnceLock};

use ifc_witness_tests::{dynamodb, run, s3, sqs};

pub(crate) fn once_lock() {
    static CLIENT: OnceLock<aws_sdk_dynamodb::Client> = OnceLock::new();
    let client = CLIENT.get_or_init(dynamodb);
    run(async { client.put_item().send().await.is_ok() });
}

pub(crate) fn lazy_lock() {
    static CLIENT: LazyLock<aws_sdk_sqs::Client> = LazyLock::new(sqs);
    run(async { CLIENT.send_message().send().await.is_ok() });
}

pub(crate) fn thread_local() {
    thread_local! {
        static CLIENT: aws_sdk_s3::Client = s3();
    }
    CLIENT.with(|client| run(async { client.get_object().send().await.is_ok() }));
}

pub(crate) fn async_once() {
    static CLIENT: tokio::sync::OnceCell<aws_sdk_dynamodb::Client> =
        tokio::sync::OnceCell::const_new();
    run(async {
        let client = CLIENT.get_or_init(|| async { dynamodb() }).await;
        client.get_item().send().await.is_ok()
    });
}
