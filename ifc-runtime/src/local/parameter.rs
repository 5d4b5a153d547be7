//! Parameters of the local engine.

use serde_json::json;

use super::{Local, text};
use crate::backend::parameter::{ParameterBackend, own_name};
use crate::backend::secret::SetValue;
use crate::backend::{BoxFuture, Target};
use crate::error::Result;

impl ParameterBackend for Local {
    fn get(&self, target: Target) -> BoxFuture<'_, Result<String>> {
        Box::pin(async move {
            let input = json!({ "Name": self.physical(target)?, "WithDecryption": true });
            let output = self.ask(target, "ssm", "GetParameter", input).await?;
            text(&output["Parameter"], "Value")
        })
    }

    fn set(&self, request: SetValue) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let input = json!({
                "Name": own_name(self.physical(request.target)?),
                "Value": request.value,
                "Overwrite": true,
            });
            self.ask(request.target, "ssm", "PutParameter", input)
                .await?;
            Ok(())
        })
    }
}
