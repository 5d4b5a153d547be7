//! Direct invocation by another function.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::read;
use crate::Function;
use crate::backend::BoxFuture;
use crate::context;
use crate::correlation;
use crate::dispatch::{Answers, Payload, Reply, Trigger, answer, guarded};

impl<Req, Res> Payload<Function<Req, Res>> for Req
where
    Req: DeserializeOwned + Send + 'static,
    Res: Serialize + Send + 'static,
{
    type Mode = Answers<Res>;

    fn trigger<F>(handler: F) -> Trigger
    where
        F: Fn(Req) -> BoxFuture<'static, Reply> + Send + Sync + 'static,
    {
        let handler = std::sync::Arc::new(handler);
        Trigger {
            source: "function",
            deliver: Box::new(move |event| {
                let handler = handler.clone();
                Box::pin(async move {
                    let (id, payload) = correlation::take(event.payload);
                    let mut context = event.context;
                    if let Some(id) = id {
                        context.correlation_id = id;
                    }
                    // Also what is said of a request that cannot be read has the caller's id.
                    let read = async { read(&payload, "the request") };
                    let request: Req = context::scope(context.clone(), read).await?;
                    let future = async { handler(request).await };
                    answer(guarded(context, None, future).await)
                })
            }),
        }
    }
}
