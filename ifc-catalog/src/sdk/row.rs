//! Rows of the table, read from their short form; see `tools/iam-table/layout.py`.

use super::Trust;
use super::table::prefix;

/// What an operation needs, as it stands in the table.
pub(super) struct Row {
    pub(super) trust: Trust,
    pub(super) acts: Vec<Act>,
    pub(super) dependents: Vec<String>,
    pub(super) roles: Vec<Role>,
    /// Actions on the customer's key, each with the service that uses it.
    pub(super) keys: Vec<(String, String)>,
}

/// A member whose role is passed to a service.
pub(super) struct Role {
    pub(super) path: String,
    /// The member only points to the role, as a task definition does.
    pub(super) is_pointer: bool,
    /// Only the member's name says that a role is passed.
    pub(super) is_weak: bool,
    /// `lambda.amazonaws.com`, if that is certain.
    pub(super) service: Option<String>,
}

/// An action with what it is done on.
pub(super) struct Act {
    pub(super) action: String,
    pub(super) on: Vec<Pair>,
    pub(super) when: When,
    /// Condition keys with what gives their value.
    pub(super) conditions: Vec<(String, Source)>,
}

/// When an action is needed.
pub(super) enum When {
    Always,
    Set(String),
    Unset(String),
    /// Perhaps; never granted, only hinted at.
    Optional,
    /// By the verb of a PartiQL statement.
    PartiQl,
    /// The source of a copy names a version.
    Versioned(String),
    /// It names none.
    Unversioned(String),
}

/// A resource type with the members that name the resource.
pub(super) struct Pair {
    /// ARNs; character [`variable`] stands for a variable.
    pub(super) templates: Vec<String>,
    pub(super) naming: Naming,
    /// Only if this member is not set.
    pub(super) unless: Option<String>,
    pub(super) weak: bool,
}

/// How the resource is named.
pub(super) enum Naming {
    /// A member holds all of the ARN.
    Whole(Source),
    /// One source for each variable; None if nothing gives it.
    Variables(Vec<Option<Source>>),
}

/// Where a variable comes from.
pub(super) enum Source {
    Constant(String),
    Member {
        path: String,
        transform: String,
        default: Option<String>,
    },
}

impl Row {
    pub(super) fn read(shape: &str, own: &str, name: &str) -> Row {
        let mut words = shape.split(' ');
        let mut row = Row {
            trust: Trust::of(words.next().unwrap_or_default()),
            acts: Vec::new(),
            dependents: Vec::new(),
            roles: Vec::new(),
            keys: Vec::new(),
        };
        for word in words {
            let mark = word.chars().next().unwrap_or_default();
            let rest = &word[mark.len_utf8()..];
            match (mark, row.acts.last_mut()) {
                (':', _) => row.acts.push(Act {
                    action: match rest {
                        "" => format!("{own}:{name}"),
                        other => other.to_owned(),
                    },
                    on: Vec::new(),
                    when: When::Always,
                    conditions: Vec::new(),
                }),
                ('|' | '%', Some(act)) => {
                    let of = act.action.split(':').next().unwrap_or_default();
                    act.on.extend(Pair::read(rest, of, mark == '%'));
                }
                ('^', Some(act)) => act.when = When::read(rest),
                ('&', Some(act)) => {
                    let (key, value) = rest.split_once('=').unwrap_or((rest, ""));
                    let source = Source::read(value);
                    act.conditions
                        .extend(source.map(|source| (key.to_owned(), source)));
                }
                ('-', _) => row.dependents.push(rest.to_owned()),
                ('/' | '?', _) => {
                    row.roles
                        .extend(rest.rsplit_once('>').map(|(path, service)| Role {
                            path: member(path.trim_end_matches('?')),
                            is_pointer: path.ends_with('?'),
                            is_weak: mark == '?',
                            service: (!service.is_empty()).then(|| service.to_owned()),
                        }));
                }
                ('$', _) => row.keys.extend(
                    rest.rsplit_once('>')
                        .map(|(action, service)| (action.to_owned(), service.to_owned())),
                ),
                _ => {}
            }
        }
        row
    }
}

impl When {
    fn read(text: &str) -> When {
        match text {
            "opt" => When::Optional,
            "partiql" => When::PartiQl,
            _ => match (text.strip_prefix('!'), text.strip_suffix("~version")) {
                (None, None) => When::Set(member(text)),
                (Some(path), None) => When::Unset(member(path)),
                (None, Some(path)) => When::Versioned(member(path)),
                (Some(_), Some(path)) => When::Unversioned(member(&path[1..])),
            },
        }
    }
}

impl Pair {
    fn read(text: &str, of: &str, weak: bool) -> Option<Pair> {
        let (kind, binding) = text.split_once('=').unwrap_or((text, ""));
        let templates = prefix(of)?.types.get(kind.parse::<usize>().ok()?)?;
        let (unless, binding) = match binding
            .strip_prefix('!')
            .and_then(|rest| rest.split_once(';'))
        {
            Some((path, rest)) => (Some(member(path)), rest),
            None => (None, binding),
        };
        Some(Pair {
            templates: templates
                .iter()
                .map(|template| long_arn(template, of))
                .collect(),
            naming: match binding.strip_prefix('@') {
                Some(whole) => Naming::Whole(Source::read(whole)?),
                None => Naming::Variables(binding.split(';').map(Source::read).collect()),
            },
            unless,
            weak,
        })
    }
}

impl Source {
    fn read(text: &str) -> Option<Source> {
        if text.is_empty() {
            return None;
        }
        if let Some(constant) = text.strip_prefix('=') {
            let constant = constant.trim_start_matches('=');
            return Some(Source::Constant(constant.to_owned()));
        }
        let (text, default) = match text.split_once('!') {
            Some((text, default)) => (text, Some(default.to_owned())),
            None => (text, None),
        };
        let (path, transform) = text.split_once('~').unwrap_or((text, ""));
        Some(Source::Member {
            path: member(path),
            transform: transform.to_owned(),
            default,
        })
    }
}

/// A path in builder spelling: `TransactItems[].Put` is `transact_items[].put`.
fn member(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 8);
    for letter in path.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() && !out.ends_with('.') {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

fn long_arn(template: &str, prefix: &str) -> String {
    let arn = match template.split_at_checked(1) {
        Some(("~", rest)) => format!("arn:${{Partition}}:{prefix}:${{Region}}:${{Account}}:{rest}"),
        Some(("^", rest)) => format!("arn:${{Partition}}:{prefix}:::{rest}"),
        _ => template.to_owned(),
    };
    arn.replace("${Partition}", "${AWS::Partition}")
        .replace("${Region}", "${AWS::Region}")
        .replace("${Account}", "${AWS::AccountId}")
}

impl Pair {
    /// Members that the resource is named by.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        let (whole, variables) = match &self.naming {
            Naming::Whole(source) => (Some(source), &[][..]),
            Naming::Variables(sources) => (None, &sources[..]),
        };
        let sources = whole.into_iter().chain(variables.iter().flatten());
        sources.filter_map(Source::path)
    }
}

impl Source {
    /// The member, if it is one.
    pub(super) fn path(&self) -> Option<&str> {
        match self {
            Source::Member { path, .. } => Some(path),
            Source::Constant(_) => None,
        }
    }
}
