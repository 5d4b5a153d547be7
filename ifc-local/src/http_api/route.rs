//! Route keys, and which of them a request is for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::percent;

/// The routes of an API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routes {
    /// The most specific first.
    routes: Vec<Route>,
    /// The function that takes what no route matches.
    default: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Route {
    key: String,
    /// None for all methods.
    method: Option<String>,
    segments: Vec<Segment>,
    function: String,
}

/// In order of precedence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Segment {
    Literal(String),
    Parameter(String),
    Greedy(String),
}

/// The route of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'r> {
    /// Name of the function.
    pub function: &'r str,
    /// `GET /orders/{id}`.
    pub key: &'r str,
    /// Values of the path's parameters, decoded.
    pub parameters: BTreeMap<String, String>,
}

const DEFAULT: &str = "$default";

/// Methods of route keys. Source: API Gateway V2 API Reference, "Routes", `RouteKey`.
const METHODS: &[&str] = &[
    "ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT",
];

impl Routes {
    /// Routes from keys and functions.
    ///
    /// # Errors
    /// If API Gateway does not take a key, or has it already.
    pub fn new(routes: impl IntoIterator<Item = (String, String)>) -> Result<Routes, ApiError> {
        let mut made = Routes::default();
        for (key, function) in routes {
            if key == DEFAULT {
                if made.default.replace(function).is_some() {
                    return Err(twice(&key));
                }
                continue;
            }
            let route = Route::parse(key, function)?;
            let same =
                |other: &Route| other.method == route.method && other.shape().eq(route.shape());
            if made.routes.iter().any(same) {
                return Err(twice(&route.key));
            }
            made.routes.push(route);
        }
        made.routes.sort_by_key(Route::precedence);
        Ok(made)
    }

    /// Keys and functions, in order of precedence.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let routes = self.routes.iter();
        let default = self
            .default
            .iter()
            .map(|function| (DEFAULT, function.as_str()));
        routes
            .map(|route| (route.key.as_str(), route.function.as_str()))
            .chain(default)
    }

    /// The route that a request goes to: a full match before one with a greedy parameter before
    /// `$default`; fixed parts before parameters, from left to right; a method before `ANY`.
    pub fn find(&self, method: &str, path: &str) -> Option<Found<'_>> {
        let parts: Vec<&str> = match path.trim_start_matches('/') {
            "" => Vec::new(),
            path => path.split('/').collect(),
        };
        let found = self.routes.iter().find_map(|route| {
            let fits = route.method.as_deref().is_none_or(|known| known == method);
            let parameters = fits.then(|| route.parameters(&parts)).flatten()?;
            Some(Found {
                function: &route.function,
                key: &route.key,
                parameters,
            })
        });
        found.or_else(|| {
            Some(Found {
                function: self.default.as_deref()?,
                key: DEFAULT,
                parameters: BTreeMap::new(),
            })
        })
    }
}

fn twice(key: &str) -> ApiError {
    let message = format!("Route with key {key} already exists for this API");
    ApiError::new("ConflictException", message).with_status(409)
}

impl Route {
    fn parse(key: String, function: String) -> Result<Route, ApiError> {
        let invalid = |why: &str| {
            let message = format!("The provided route key is not formatted properly: {key}: {why}");
            ApiError::new("BadRequestException", message)
        };
        let (method, path) = key
            .split_once(' ')
            .ok_or_else(|| invalid("it is no method and path"))?;
        if !METHODS.contains(&method) {
            return Err(invalid("it has no method of HTTP, nor ANY"));
        }
        let path = path
            .strip_prefix('/')
            .ok_or_else(|| invalid("its path does not begin with /"))?;
        let parts: Vec<&str> = match path {
            "" => Vec::new(),
            path => path.split('/').collect(),
        };
        let mut segments = Vec::new();
        for part in &parts {
            if matches!(segments.last(), Some(Segment::Greedy(_))) {
                return Err(invalid("a greedy parameter must be at the end"));
            }
            let inner = part
                .strip_prefix('{')
                .and_then(|part| part.strip_suffix('}'));
            segments.push(match inner {
                Some(name) => match name.strip_suffix('+') {
                    Some(name) => Segment::Greedy(name.to_owned()),
                    None => Segment::Parameter(name.to_owned()),
                },
                None if part.is_empty() => return Err(invalid("a part of its path is empty")),
                None if part.contains(['{', '}']) => {
                    return Err(invalid("a parameter must be a whole part of the path"));
                }
                None => Segment::Literal((*part).to_owned()),
            });
        }
        let method = (method != "ANY").then(|| method.to_owned());
        Ok(Route {
            method,
            segments,
            function,
            key,
        })
    }

    /// The key without the names of parameters: API Gateway takes one route of a shape.
    fn shape(&self) -> impl Iterator<Item = (u8, &str)> {
        self.segments.iter().map(|segment| match segment {
            Segment::Literal(text) => (0, text.as_str()),
            Segment::Parameter(_) => (1, ""),
            Segment::Greedy(_) => (2, ""),
        })
    }

    fn is_greedy(&self) -> bool {
        matches!(self.segments.last(), Some(Segment::Greedy(_)))
    }

    fn precedence(&self) -> (bool, Vec<u8>, bool) {
        let kinds = self.shape().map(|(kind, _)| kind).collect();
        (self.is_greedy(), kinds, self.method.is_none())
    }

    /// The parameters, if the parts of a path fit.
    fn parameters(&self, parts: &[&str]) -> Option<BTreeMap<String, String>> {
        let fits = match self.is_greedy() {
            true => parts.len() >= self.segments.len(),
            false => parts.len() == self.segments.len(),
        };
        if !fits {
            return None;
        }
        let mut parameters = BTreeMap::new();
        for (at, segment) in self.segments.iter().enumerate() {
            let part = parts.get(at)?;
            match segment {
                Segment::Literal(text) if percent::decode(part) == *text => {}
                Segment::Literal(_) => return None,
                Segment::Parameter(_) if part.is_empty() => return None,
                Segment::Parameter(name) => {
                    parameters.insert(name.clone(), percent::decode(part));
                }
                Segment::Greedy(name) => {
                    let rest = parts.get(at..)?.join("/");
                    parameters.insert(name.clone(), percent::decode(&rest));
                }
            }
        }
        Some(parameters)
    }
}
