//! Direct invocation by another function.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::read;
use crate::Function;
use crate::backend::BoxFuture;
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
                    let request: Req = read(&event.payload, "the request")?;
                    let future = async { handler(request).await };
                    answer(guarded(event.context, None, future).await)
                })
            }),
        }
    }
}
