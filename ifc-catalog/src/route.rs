//! Routes of an HTTP API, as axum writes them: `/orders/{id}`, `/files/{*path}`.

/// Methods that `http(..)` takes.
pub static METHODS: &[&str] = &[
    "ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT",
];

/// A path of an HTTP API.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoutePath {
    /// As written.
    pub text: String,
    /// Its parts; none for `/`.
    pub segments: Vec<Segment>,
}

/// A part of a path, between slashes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// `orders`.
    Literal(String),
    /// `{id}`: one part.
    Param(String),
    /// `{*rest}`: all parts that are left.
    Rest(String),
}

impl RoutePath {
    /// The path in the notation of API Gateway: `/files/{path+}`.
    pub fn api_gateway(&self) -> String {
        if self.segments.is_empty() {
            return "/".into();
        }
        let mut out = String::new();
        for segment in &self.segments {
            out.push('/');
            match segment {
                Segment::Literal(text) => out.push_str(text),
                Segment::Param(name) => out.extend(["{", name, "}"]),
                Segment::Rest(name) => out.extend(["{", name, "+}"]),
            }
        }
        out
    }

    /// The path with the names of its parameters left out: two routes with the same shape are one.
    pub fn shape(&self) -> String {
        let mut out = String::new();
        for segment in &self.segments {
            out.push('/');
            match segment {
                Segment::Literal(text) => out.push_str(text),
                Segment::Param(_) => out.push_str("{}"),
                Segment::Rest(_) => out.push_str("{*}"),
            }
        }
        out
    }
}

/// What is wrong with a path, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// What is wrong.
    pub reason: String,
    /// What to write instead.
    pub help: Option<String>,
}

/// Reads a path.
pub fn parse(text: &str) -> Result<RoutePath, Invalid> {
    let invalid = |reason: String, help: Option<String>| Err(Invalid { reason, help });
    let Some(rest) = text.strip_prefix('/') else {
        return invalid(
            "does not begin with `/`".into(),
            Some(format!("write \"/{text}\"")),
        );
    };
    let mut segments: Vec<Segment> = Vec::new();
    if rest.is_empty() {
        return Ok(RoutePath {
            text: text.into(),
            segments,
        });
    }
    if rest.ends_with('/') {
        return invalid(
            "ends with `/`".into(),
            Some(format!("write \"{}\"", text.trim_end_matches('/'))),
        );
    }
    let parts: Vec<&str> = rest.split('/').collect();
    let mut names: Vec<&str> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let inner = part
            .strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'));
        if let Some(name) = inner {
            let (name, is_rest) = match name.strip_prefix('*') {
                Some(name) => (name, true),
                None => (name, false),
            };
            if let Some(name) = name.strip_suffix('+') {
                return invalid(
                    format!("has the parameter `{part}` in API Gateway's notation"),
                    Some(format!("write `{{*{name}}}`")),
                );
            }
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                return invalid(
                    format!("has a parameter `{part}` whose name is not letters, digits and `_`"),
                    None,
                );
            }
            if names.contains(&name) {
                return invalid(format!("has two parameters named `{name}`"), None);
            }
            names.push(name);
            if is_rest && at + 1 < parts.len() {
                return invalid(
                    format!("goes on behind `{part}`, which takes all that is left"),
                    None,
                );
            }
            segments.push(if is_rest {
                Segment::Rest(name.into())
            } else {
                Segment::Param(name.into())
            });
        } else if part.is_empty() {
            return invalid("has an empty part `//`".into(), None);
        } else if *part == "." || *part == ".." {
            return invalid(
                format!("has the part `{part}`, which no request has: clients resolve it"),
                None,
            );
        } else if part.contains(['{', '}']) {
            return invalid(
                format!("has a parameter in the middle of `{part}`"),
                Some("let a parameter fill the whole part between two slashes".into()),
            );
        } else if let Some(name) = part.strip_prefix([':', '*']) {
            return invalid(
                format!("has the parameter `{part}` in an old notation"),
                Some(if part.starts_with(':') {
                    format!("write `{{{name}}}`")
                } else {
                    format!("write `{{*{name}}}`")
                }),
            );
        } else if let Some(c) = part
            .chars()
            .find(|c| !(c.is_ascii_alphanumeric() || "-._~$&'()+,;=@%!:".contains(*c)))
        {
            return invalid(format!("holds `{c}`, which a path cannot hold"), None);
        } else {
            segments.push(Segment::Literal((*part).into()));
        }
    }
    Ok(RoutePath {
        text: text.into(),
        segments,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_written_for_api_gateway() {
        let path = parse("/a/{id}/{*rest}").expect("valid");
        assert_eq!(path.api_gateway(), "/a/{id}/{rest+}");
        assert_eq!(path.shape(), "/a/{}/{*}");
        assert_eq!(parse("/").map(|path| path.api_gateway()), Ok("/".into()));
    }

    #[test]
    fn refuses_what_a_router_would_not_take() {
        for text in [
            "", "orders", "/a/", "//", "/a//b", "/:id", "/*rest", "/{id", "/x{id}", "/{}", "/{*}",
            "/{a}/{a}", "/{*a}/b", "/{a+}", "/a b", "/a?b=1", "/{a-b}", "/a/../b", "/.",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
