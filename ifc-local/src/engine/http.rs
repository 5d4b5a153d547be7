//! Requests to the HTTP API, up to the function that answers them.

use super::Engine;
use super::events::Source;
use super::invocation::Outcome;
use super::record::What;
use super::trace;
use crate::http_api::{HttpApi, Request, Response, Step};

/// What a request to the HTTP API comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpReply {
    /// API Gateway answers by itself.
    Answered(Response),
    /// The answer is that of an invocation, which has this id as the request has: see [`Engine::http_answer`].
    Invoked(String),
}

impl Engine {
    /// The HTTP API.
    pub fn http_api(&self) -> &HttpApi {
        &self.http
    }

    /// Takes a request to the HTTP API.
    pub fn http(&mut self, request: &Request, now: u64) -> HttpReply {
        let header = request.header("x-amzn-trace-id").map(str::to_owned);
        let trace = header.unwrap_or_else(|| trace::new(&mut self.ids, now));
        let id = self.ids.uuid();
        let (function, route, event) = match self.http.receive(request, &id, now) {
            Step::Answer(response) => return HttpReply::Answered(response),
            Step::Invoke {
                function,
                route,
                event,
            } => (function, route, event),
        };
        if let Err(error) = self.may_invoke("apigateway.amazonaws.com", &function, &route) {
            let what = What::Delivered {
                from: route,
                to: function,
                payload: event,
                error: Some(error),
            };
            self.record(now, &trace, what);
            // API Gateway may not call the function, and says no more than that.
            let outcome = Outcome::Crashed {
                message: String::new(),
            };
            return HttpReply::Answered(self.http.answer(request, &id, &outcome));
        }
        let source = Source {
            shown: format!("http {route}"),
            trace,
        };
        self.accept_request(&id, &function, event, &source);
        HttpReply::Invoked(id)
    }

    /// The answer to a request that a function has handled.
    pub fn http_answer(&self, request: &Request, id: &str, outcome: &Outcome) -> Response {
        self.http.answer(request, id, outcome)
    }

    /// Whether a route may invoke its function.
    fn may_invoke(&mut self, service: &str, function: &str, route: &str) -> Result<(), String> {
        let Some(function) = self.functions.by_name.get(function) else {
            return Err(format!("there is no function {function}"));
        };
        let (arn, policy) = (function.arn.clone(), function.policy.clone());
        let (method, path) = match route.split_once(' ') {
            Some((method, path)) => (method.replace("ANY", "*"), path),
            None => ("$default".to_owned(), ""),
        };
        let source = format!(
            "arn:aws:execute-api:{}:{}:{}/$default/{method}{path}",
            crate::REGION,
            crate::ACCOUNT,
            self.http.id(),
        );
        let action = "lambda:InvokeFunction";
        let decided = self
            .access
            .of_service(service, action, &arn, &source, policy.as_deref());
        match decided.allowed {
            true => Ok(()),
            false => Err(format!("{service} may not {action} on {arn} for {source}")),
        }
    }
}
