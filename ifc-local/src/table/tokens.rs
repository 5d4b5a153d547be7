//! Tokens with which a transaction that is sent again is known.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::ApiError;

/// Milliseconds for which a token counts. Source: DynamoDB API Reference, `TransactWriteItems`.
const COUNTS: u64 = 10 * 60 * 1000;

/// The transactions of the last minutes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Tokens {
    /// Digests of requests by token.
    done: BTreeMap<String, String>,
    /// Tokens in the order in which they cease to count.
    order: VecDeque<(u64, String)>,
}

impl Tokens {
    /// Whether this request is done already.
    pub(super) fn is_done(
        &mut self,
        token: &str,
        request: &Value,
        now: u64,
    ) -> Result<bool, ApiError> {
        while let Some((at, _)) = self.order.front()
            && at + COUNTS <= now
            && let Some((_, token)) = self.order.pop_front()
        {
            self.done.remove(&token);
        }
        match self.done.get(token) {
            Some(digest) if *digest == digest_of(request) => Ok(true),
            Some(_) => Err(ApiError::new(
                "IdempotentParameterMismatchException",
                "Request parameters do not match those of the token's first request",
            )),
            None => Ok(false),
        }
    }

    pub(super) fn done(&mut self, token: &str, request: &Value, now: u64) {
        self.done.insert(token.to_owned(), digest_of(request));
        self.order.push_back((now, token.to_owned()));
    }
}

fn digest_of(request: &Value) -> String {
    crate::digest::md5(request.to_string().as_bytes())
}
