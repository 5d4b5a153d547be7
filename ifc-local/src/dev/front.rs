//! The port for people: the HTTP API, and the page below `/_ifc/`.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use hyper::{Request, Response};
use tokio::net::TcpListener;

use super::application::Application;
use super::console::Console;
use crate::http_api;
use crate::server::http_api::{Gateway, HttpBackend};
use crate::server::listen::Handler;
use crate::server::{Later, Server};

/// What answers at the port.
pub(super) struct Front {
    gateway: Gateway,
    console: Console,
}

impl Front {
    /// Serves an application and its page.
    pub(super) fn serve(
        listener: TcpListener,
        application: Application,
        console: Console,
    ) -> std::io::Result<Server> {
        let gateway = Gateway(Arc::new(application));
        Server::start(listener, Front { gateway, console })
    }
}

impl HttpBackend for Application {
    fn request(&self, request: http_api::Request) -> Later<'_, http_api::Response> {
        Box::pin(self.http(request))
    }
}

impl Handler for Front {
    type Body = UnsyncBoxBody<Bytes, Infallible>;

    async fn handle(&self, request: Request<Incoming>, from: SocketAddr) -> Response<Self::Body> {
        if Console::serves(request.uri().path()) {
            return self.console.handle(request).await;
        }
        let response = self.gateway.handle(request, from).await;
        response.map(BodyExt::boxed_unsync)
    }
}
