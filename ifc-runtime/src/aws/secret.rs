//! Secrets on Secrets Manager.

use aws_sdk_secretsmanager as secretsmanager;

use super::error::from_sdk;
use super::{Aws, client};
use crate::backend::secret::{SecretBackend, SetValue};
use crate::backend::{BoxFuture, Target};
use crate::error::{Error, Result};

client!(secretsmanager);

impl SecretBackend for Aws {
    fn get(&self, target: Target) -> BoxFuture<'_, Result<String>> {
        Box::pin(async move {
            let output = client()
                .await
                .get_secret_value()
                .secret_id(target.physical)
                .send()
                .await
                .map_err(from_sdk)?;
            output
                .secret_string
                .ok_or_else(|| Error::invalid("the secret is binary, not text"))
        })
    }

    fn set(&self, request: SetValue) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            client()
                .await
                .put_secret_value()
                .secret_id(request.target.physical)
                .secret_string(request.value)
                .send()
                .await
                .map_err(from_sdk)?;
            Ok(())
        })
    }
}
