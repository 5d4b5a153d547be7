//! Parameters in the SSM Parameter Store.

use aws_sdk_ssm as ssm;

use super::error::from_sdk;
use super::{Aws, client};
use crate::backend::parameter::{ParameterBackend, own_name};
use crate::backend::secret::SetValue;
use crate::backend::{BoxFuture, Target};
use crate::error::{Error, ErrorKind, Result};

client!(ssm);

impl ParameterBackend for Aws {
    fn get(&self, target: Target) -> BoxFuture<'_, Result<String>> {
        Box::pin(async move {
            let output = client()
                .await
                .get_parameter()
                .name(target.physical)
                .with_decryption(true)
                .send()
                .await
                .map_err(from_sdk)?;
            output
                .parameter
                .and_then(|parameter| parameter.value)
                .ok_or_else(|| Error::new(ErrorKind::NotFound, "the parameter has no value"))
        })
    }

    fn set(&self, request: SetValue) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            client()
                .await
                .put_parameter()
                .name(own_name(request.target.physical))
                .value(request.value)
                .overwrite(true)
                .send()
                .await
                .map_err(from_sdk)?;
            Ok(())
        })
    }
}
