//! A socket, its connections and their end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// A response whose body is there as a whole.
pub(crate) type Responded = Response<Full<Bytes>>;

/// What answers requests.
pub(crate) trait Handler: Send + Sync + 'static {
    /// The body of its responses.
    type Body: Body<Data = Bytes, Error = Infallible> + Send + 'static;

    /// Answers one.
    fn handle(
        &self,
        request: Request<Incoming>,
        from: SocketAddr,
    ) -> impl Future<Output = Response<Self::Body>> + Send;
}

/// A socket that is served until this is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
}

impl Server {
    pub(crate) fn start(listener: TcpListener, handler: impl Handler) -> std::io::Result<Server> {
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(accept(listener, Arc::new(handler), stopped));
        Ok(Server {
            address,
            stop,
            running,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more requests, and ends when those under way are answered, or after a time.
    pub async fn stop(mut self, patience: Duration) {
        self.stop.send_replace(true);
        // Dropping the value ends what is left.
        let _ = tokio::time::timeout(patience, &mut self.running).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// The connections end with this future.
async fn accept<H: Handler>(
    listener: TcpListener,
    handler: Arc<H>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            // An error says that the server is gone.
            _ = stopped.changed() => break,
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, from)) => {
                let stopped = stopped.clone();
                connections.spawn(serve(stream, from, Arc::clone(&handler), stopped));
            }
            // Such as too many open files: the connections that end give some back.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn serve<H: Handler>(
    stream: TcpStream,
    from: SocketAddr,
    handler: Arc<H>,
    mut stopped: watch::Receiver<bool>,
) {
    // Small answers go out at once.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let handler = Arc::clone(&handler);
        async move { Ok::<_, Infallible>(handler.handle(request, from).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    loop {
        tokio::select! {
            // How a connection ended is its client's business.
            _ = connection.as_mut() => return,
            changed = stopped.changed() => {
                connection.as_mut().graceful_shutdown();
                if changed.is_err() {
                    return;
                }
            }
        }
    }
}
