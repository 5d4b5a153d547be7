//! Calls of services and requests to the HTTP API, and their answers.

use std::time::Duration;

use super::application::{Application, Failure};
use crate::call::{Answer, Call, Caller};
use crate::engine::{HttpReply, Input, InputReply, Reply};
use crate::error::ApiError;
use crate::http_api::{Request, Response, TIMEOUT};

impl Application {
    /// Answers a call; where it invokes a function, when that has ended.
    ///
    /// # Errors
    /// As the services give them; `ServiceUnavailable` if the call cannot be kept.
    pub async fn call(&self, caller: Caller, call: Call) -> Result<Answer, ApiError> {
        if let Some(answer) = self.look(&caller, &call) {
            return answer;
        }
        let taken = self
            .take(Input::Call { caller, call })
            .map_err(|failure| unavailable(&failure))?;
        self.kept(taken.number)
            .await
            .map_err(|failure| unavailable(&failure))?;
        match (taken.reply, taken.end) {
            (InputReply::Called(Ok(Reply::Done(answer))), _) => Ok(answer),
            (InputReply::Called(Err(error)), _) => Err(error),
            (InputReply::Called(Ok(Reply::Invoked(id))), Some(end)) => {
                let outcome = end.await.map_err(|_| unavailable(&Failure::Stopping))?;
                let seconds = self.read(|engine| {
                    let functions = engine.functions().values();
                    functions
                        .map(|function| function.timeout)
                        .max()
                        .unwrap_or_default()
                });
                Ok(outcome.answer(&id, seconds))
            }
            _ => Ok(Answer::default()),
        }
    }

    /// Answers a call that changes nothing: no journal needs it, and nobody waits for a change by it.
    fn look(&self, caller: &Caller, call: &Call) -> Option<Result<Answer, ApiError>> {
        let mut inside = self.inside();
        let now = inside.clock.now();
        if !inside.engine.changes_nothing(call, now) {
            return None;
        }
        let reply = inside.engine.call(caller, call, now);
        self.note(&mut inside);
        Some(reply.map(|reply| match reply {
            Reply::Done(answer) => answer,
            Reply::Invoked(_) => Answer::default(),
        }))
    }

    /// Answers a request to the HTTP API.
    pub async fn http(&self, request: Request) -> Response {
        let Ok(taken) = self.take(Input::Http(request.clone())) else {
            return self.read(|engine| engine.http_api().unavailable(&request, ""));
        };
        let kept = self.kept(taken.number).await;
        match (taken.reply, taken.end, kept) {
            (InputReply::Http(HttpReply::Answered(response)), _, Ok(())) => response,
            (InputReply::Http(HttpReply::Invoked(id)), Some(end), Ok(())) => {
                let ended = tokio::time::timeout(Duration::from_millis(TIMEOUT), end).await;
                self.read(|engine| match ended {
                    Ok(Ok(outcome)) => engine.http_answer(&request, &id, &outcome),
                    Ok(Err(_)) | Err(_) => engine.http_api().unavailable(&request, &id),
                })
            }
            _ => self.read(|engine| engine.http_api().unavailable(&request, "")),
        }
    }
}

fn unavailable(failure: &Failure) -> ApiError {
    ApiError::new("ServiceUnavailable", failure.to_string()).with_status(503)
}
