//! Secrets of the local engine.

use serde_json::json;

use super::Local;
use crate::backend::secret::{SecretBackend, SetValue};
use crate::backend::{BoxFuture, Target};
use crate::error::{Error, Result};

impl SecretBackend for Local {
    fn get(&self, target: Target) -> BoxFuture<'_, Result<String>> {
        Box::pin(async move {
            let input = json!({ "SecretId": self.physical(target)? });
            let output = self
                .ask(target, "secretsmanager", "GetSecretValue", input)
                .await?;
            let text = output["SecretString"].as_str().map(str::to_owned);
            text.ok_or_else(|| Error::invalid("the secret is binary, not text"))
        })
    }

    fn set(&self, request: SetValue) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let input = json!({
                "SecretId": self.physical(request.target)?,
                "SecretString": request.value,
            });
            self.ask(request.target, "secretsmanager", "PutSecretValue", input)
                .await?;
            Ok(())
        })
    }
}
