//! What is known of a request when its permissions are asked for.

/// What is known of a request's members. Paths are in the spelling of the fluent builder, with `[]`
/// for the items of a list and `{}` for the keys of a map: `table_name`,
/// `transact_items[].put.table_name`, `request_items{}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Members that are set on some way to the call. A member that is listed itself is known as a
    /// whole only: what is inside of it may be anything, unless that is listed too.
    pub members: Vec<Member>,
    /// False if setters may have been called out of sight: then every member may be set.
    pub complete: bool,
    /// ARNs of customer-managed keys that encrypt what the call works on.
    pub keys: Vec<Value>,
}

/// A member that is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// `table_name`.
    pub path: String,
    /// Set on every way to the call; of list items, in every item.
    pub always: bool,
    /// What it can be; empty if nothing is known of it.
    pub values: Vec<Value>,
}

/// Text in parts, one behind the other.
pub type Value = Vec<Part>;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// As it stands.
    Text(String),
    /// The value of an environment variable.
    Env(String),
    /// Name or ARN of the resource behind a typed handle, by the name of its static.
    Resource(String),
    /// Known at run time only.
    Any,
}

/// Whether a member is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    Always,
    Maybe,
    Never,
}

impl Request {
    /// A request of which nothing is known.
    pub fn unknown() -> Request {
        Request::default()
    }

    /// A request with exactly these members.
    pub fn with(members: impl IntoIterator<Item = Member>) -> Request {
        Request {
            members: members.into_iter().collect(),
            complete: true,
            keys: Vec::new(),
        }
    }

    pub(super) fn set(&self, path: &str) -> Set {
        let inside = |member: &&Member| member.path == path || is_inside(&member.path, path);
        let mut found = self.members.iter().filter(inside).peekable();
        if found.peek().is_some() {
            return match found.any(|member| member.always) {
                true => Set::Always,
                false => Set::Maybe,
            };
        }
        let may_hold = |member: &Member| is_inside(path, &member.path);
        match self.complete && !self.members.iter().any(may_hold) {
            true => Set::Never,
            false => Set::Maybe,
        }
    }

    /// All that a member can be; None if that is not known.
    pub(super) fn values(&self, path: &str) -> Option<Vec<&Value>> {
        let found: Vec<&Member> = self
            .members
            .iter()
            .filter(|member| member.path == path)
            .collect();
        let open = found.iter().any(|member| member.values.is_empty());
        let hidden = !found.iter().any(|member| member.always)
            && (!self.complete
                || self
                    .members
                    .iter()
                    .any(|member| is_inside(path, &member.path)));
        match found.is_empty() || open || hidden {
            true => None,
            false => Some(found.iter().flat_map(|member| &member.values).collect()),
        }
    }
}

/// Whether `path` lies in the member `outer`.
fn is_inside(path: &str, outer: &str) -> bool {
    let rest = path.strip_prefix(outer);
    rest.is_some_and(|rest| rest.starts_with(['.', '[', '{']))
}

impl Member {
    /// A member that is always set to this text.
    pub fn text(path: &str, text: &str) -> Member {
        Member::value(path, vec![Part::Text(text.to_owned())])
    }

    /// A member that is always set to this value.
    pub fn value(path: &str, value: Value) -> Member {
        Member {
            path: path.to_owned(),
            always: true,
            values: vec![value],
        }
    }

    /// A member that is always set to something.
    pub fn any(path: &str) -> Member {
        Member {
            path: path.to_owned(),
            always: true,
            values: Vec::new(),
        }
    }
}

/// A value as a pattern of IAM: `${env:X}`, `${resource:X}`, `*` for what is not known, and its own
/// wildcards escaped.
pub(super) fn pattern(value: &[Part]) -> String {
    let mut out = String::new();
    for part in value {
        match part {
            Part::Text(text) => {
                for letter in text.chars() {
                    match letter {
                        '*' | '?' | '$' => out.extend(["${", &letter.to_string(), "}"]),
                        _ => out.push(letter),
                    }
                }
            }
            Part::Env(name) => out.extend(["${env:", name, "}"]),
            Part::Resource(name) => out.extend(["${resource:", name, "}"]),
            Part::Any if out.ends_with('*') => {}
            Part::Any => out.push('*'),
        }
    }
    out
}

/// Whether a value is text and nothing else.
pub(super) fn is_literal(value: &[Part]) -> bool {
    value.iter().all(|part| matches!(part, Part::Text(_)))
}
