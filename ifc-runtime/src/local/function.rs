//! Functions that the host of the local engine runs.

use bytes::Bytes;
use ifc_local::Call;
use serde_json::json;

use super::{Local, without_nulls};
use crate::backend::BoxFuture;
use crate::backend::function::{FunctionBackend, Invoke, Invoked};
use crate::correlation;
use crate::error::Result;
use crate::service::{client_context, failed};

impl FunctionBackend for Local {
    fn invoke(&self, request: Invoke) -> BoxFuture<'_, Result<Invoked>> {
        Box::pin(async move {
            let input = without_nulls(json!({
                "FunctionName": self.physical(request.target)?,
                "InvocationType": "RequestResponse",
                "ClientContext": request.correlation_id.as_deref().map(client_context),
            }));
            let call = Call::new("lambda", "Invoke", input).with_body(request.payload);
            let answer = self.call(request.target, call).await?;
            Ok(match answer.output["FunctionError"].as_str() {
                Some(kind) => failed(kind, &answer.body),
                None => Invoked::Done(Bytes::from(answer.body)),
            })
        })
    }

    fn send(&self, request: Invoke) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            // As on AWS, which drops the client context of asynchronous invocations.
            let payload = match &request.correlation_id {
                Some(id) => correlation::add(request.payload, id),
                None => request.payload,
            };
            let input = json!({
                "FunctionName": self.physical(request.target)?,
                "InvocationType": "Event",
            });
            let call = Call::new("lambda", "Invoke", input).with_body(payload);
            self.call(request.target, call).await?;
            Ok(())
        })
    }
}
