//! Records as server-sent events, as they come, and deployments between them.
//!
//! Source: HTML Living Standard, "Server-sent events".

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::body::{Body, Frame};
use ifc_catalog::manifest::Manifest;
use tokio::sync::watch;

use super::reply::{self, Responded};
use super::view::event::event;
use super::view::graph::Graph;
use crate::dev::Application;
use crate::server::Later;

/// Records that are sent at once; of more than that only the last are sent.
const MOST: usize = 500;
/// Time after which something is sent, so that it shows who is gone.
const PAUSE: Duration = Duration::from_secs(15);

/// The records behind the number `after`, or else those that come from now on and the `last` ones
/// before.
pub(super) fn stream(
    application: &Application,
    after: Option<u64>,
    last: u64,
    closing: watch::Receiver<bool>,
) -> Responded {
    let (_, end) = application.records(u64::MAX);
    let next = match after {
        // A number of another process counts for nothing.
        Some(after) if after >= end => 0,
        Some(after) => after + 1,
        None => end.saturating_sub(last),
    };
    let stream = Stream {
        manifest: application.manifest(),
        application: application.clone(),
        closing,
        next,
        wait: None,
        greeted: false,
    };
    reply::response(StatusCode::OK, "text/event-stream", stream.boxed_unsync())
}

struct Stream {
    application: Application,
    /// What was deployed last, as far as was said.
    manifest: Arc<Manifest>,
    closing: watch::Receiver<bool>,
    next: u64,
    wait: Option<Pin<Box<dyn Future<Output = Waited> + Send>>>,
    greeted: bool,
}

/// What came first.
enum Waited {
    Records,
    Pause,
    End,
}

async fn wait(recorded: Later<'static, ()>, mut closing: watch::Receiver<bool>) -> Waited {
    tokio::select! {
        () = recorded => Waited::Records,
        () = tokio::time::sleep(PAUSE) => Waited::Pause,
        _ = closing.wait_for(|closing| *closing) => Waited::End,
    }
}

impl Stream {
    /// Says that something else is deployed, which is no record.
    fn deployed(&mut self) -> Option<String> {
        let manifest = self.application.manifest();
        let is_new = !Arc::ptr_eq(&manifest, &self.manifest);
        self.manifest = manifest;
        is_new.then(|| "event: deployed\ndata: {}\n\n".to_owned())
    }

    /// What there is now.
    fn take(&mut self) -> Option<String> {
        let (records, next) = self.application.records(self.next);
        let first = records.first()?.0;
        let skip = records.len().saturating_sub(MOST);
        let gone = first.saturating_sub(self.next) + skip as u64;
        self.next = next;
        let mut text = String::new();
        if gone > 0 {
            text += &format!("event: skipped\ndata: {gone}\n\n");
        }
        let graph = Graph::new(&self.application.manifest());
        let events = self.application.read(|engine| {
            let shown = records[skip..].iter();
            let shown = shown.map(|(number, record)| event(engine, &graph, *number, record));
            shown.collect::<Vec<_>>()
        });
        for event in events {
            let json = serde_json::to_string(&event).unwrap_or_default();
            text += &format!("id: {}\ndata: {json}\n\n", event.number);
        }
        Some(text)
    }
}

impl Body for Stream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let stream = &mut *self;
        let send = |text: String| Poll::Ready(Some(Ok(Frame::data(Bytes::from(text)))));
        if !stream.greeted {
            stream.greeted = true;
            return send("retry: 1000\n\n".into());
        }
        loop {
            let waiting = stream.wait.get_or_insert_with(|| {
                // Listens before it looks, so that nothing comes in between.
                let recorded = stream.application.recorded();
                Box::pin(wait(recorded, stream.closing.clone()))
            });
            let waited = waiting.as_mut().poll(context);
            if let Some(text) = stream.take().or_else(|| stream.deployed()) {
                stream.wait = None;
                return send(text);
            }
            if waited.is_ready() {
                stream.wait = None;
            }
            match waited {
                Poll::Ready(Waited::Records) => {}
                Poll::Ready(Waited::Pause) => return send(":\n\n".into()),
                Poll::Ready(Waited::End) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}
