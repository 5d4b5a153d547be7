//! Functions on Lambda.

use aws_sdk_lambda as lambda;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use bytes::Bytes;

use super::error::from_sdk;
use super::{Aws, client};
use crate::backend::BoxFuture;
use crate::backend::function::{FunctionBackend, Invoke, Invoked};
use crate::correlation;
use crate::error::Result;
use crate::service::{client_context, failed};

client!(lambda);

impl FunctionBackend for Aws {
    fn invoke(&self, request: Invoke) -> BoxFuture<'_, Result<Invoked>> {
        Box::pin(async move {
            let output = client()
                .await
                .invoke()
                .function_name(request.target.physical)
                .invocation_type(InvocationType::RequestResponse)
                .set_client_context(request.correlation_id.as_deref().map(client_context))
                .payload(Blob::new(request.payload))
                .send()
                .await
                .map_err(from_sdk)?;
            let payload = output.payload.map(Blob::into_inner).unwrap_or_default();
            Ok(match output.function_error {
                Some(kind) => failed(&kind, &payload),
                None => Invoked::Done(Bytes::from(payload)),
            })
        })
    }

    fn send(&self, request: Invoke) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            // The service drops the client context of asynchronous invocations.
            let payload = match &request.correlation_id {
                Some(id) => correlation::add(request.payload, id),
                None => request.payload,
            };
            client()
                .await
                .invoke()
                .function_name(request.target.physical)
                .invocation_type(InvocationType::Event)
                .payload(Blob::new(payload))
                .send()
                .await
                .map_err(from_sdk)?;
            Ok(())
        })
    }
}
