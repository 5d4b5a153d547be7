//! One lazily made client per service, as a careful author writes it by hand.

use aws_config::SdkConfig;
use aws_smithy_http_client::{Builder, tls};
use tokio::sync::OnceCell;

async fn config() -> &'static SdkConfig {
    static CONFIG: OnceCell<SdkConfig> = OnceCell::const_new();
    CONFIG
        .get_or_init(|| async {
            let https = Builder::new()
                .tls_provider(tls::Provider::Rustls(
                    tls::rustls_provider::CryptoMode::Ring,
                ))
                .build_https();
            aws_config::defaults(aws_config::BehaviorVersion::latest())
                .http_client(https)
                .load()
                .await
        })
        .await
}

macro_rules! clients {
    ($($name:ident: $krate:ident),* $(,)?) => {$(
        pub(crate) async fn $name() -> &'static $krate::Client {
            static CLIENT: OnceCell<$krate::Client> = OnceCell::const_new();
            CLIENT.get_or_init(|| async { $krate::Client::new(config().await) }).await
        }
    )*};
}

clients! {
    dynamodb: aws_sdk_dynamodb,
    sqs: aws_sdk_sqs,
    sns: aws_sdk_sns,
    events: aws_sdk_eventbridge,
    secrets: aws_sdk_secretsmanager,
    ssm: aws_sdk_ssm,
    lambda: aws_sdk_lambda,
}

pub(crate) async fn s3() -> &'static aws_sdk_s3::Client {
    static CLIENT: OnceCell<aws_sdk_s3::Client> = OnceCell::const_new();
    CLIENT
        .get_or_init(|| async {
            let config = aws_sdk_s3::config::Builder::from(config().await)
                .force_path_style(std::env::var_os("AWS_ENDPOINT_URL").is_some())
                .build();
            aws_sdk_s3::Client::from_conf(config)
        })
        .await
}
