//! AWS, behind the same traits as any other backend.
//!
//! The configuration and the client of each service are made once, when the first operation needs them.

#[cfg(feature = "bucket")]
mod bucket;
#[cfg(feature = "bus")]
mod bus;
mod error;
#[cfg(feature = "function")]
mod function;
#[cfg(feature = "parameter")]
mod parameter;
#[cfg(feature = "queue")]
mod queue;
#[cfg(feature = "secret")]
mod secret;
#[cfg(feature = "table")]
mod table;
#[cfg(feature = "topic")]
mod topic;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use tokio::sync::OnceCell;

/// The AWS SDK. Its methods are called by static dispatch, see [`crate::backend`].
#[derive(Clone, Copy, Debug)]
pub struct Aws;

/// The configuration that all clients share: region, credentials, endpoint and profile from where the
/// SDK finds them by default, such as `AWS_REGION` and `AWS_ENDPOINT_URL`. For SDK clients of services
/// that have no handle.
///
/// ```no_run
/// # async fn run() {
/// let config = ifc_runtime::aws::config().await;
/// # let _ = config;
/// # }
/// ```
///
/// # Panics
/// In a test of the application, whose calls must not reach AWS.
pub async fn config() -> &'static SdkConfig {
    #[cfg(feature = "local")]
    assert!(
        crate::testing::now().is_none(),
        "a client of the SDK is not answered in tests with `TestApp`, and AWS must not be reached from there"
    );
    static CONFIG: OnceCell<SdkConfig> = OnceCell::const_new();
    CONFIG
        .get_or_init(|| async {
            let http = Builder::new()
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .build_https();
            aws_config::defaults(BehaviorVersion::latest())
                .http_client(http)
                .load()
                .await
        })
        .await
}

/// A function that gives the one client of a service.
macro_rules! client {
    ($service:ident) => {
        async fn client() -> &'static $service::Client {
            static CLIENT: tokio::sync::OnceCell<$service::Client> =
                tokio::sync::OnceCell::const_new();
            CLIENT
                .get_or_init(|| async { $service::Client::new($crate::aws::config().await) })
                .await
        }
    };
}
#[allow(unused_imports, reason = "every service but one uses it")]
use client;
