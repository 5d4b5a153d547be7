//! Paths of attributes: `status`, `address.city`, `lines[0].sku`.

use crate::error::{Error, Result};

/// A path to an attribute, possibly inside of maps and lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(pub Vec<Step>);

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The attribute or map entry of this name.
    Name(String),
    /// The element of a list, from 0.
    Index(u32),
}

impl Path {
    /// A single attribute, whatever its name holds.
    pub fn exact(name: impl Into<String>) -> Self {
        Path(vec![Step::Name(name.into())])
    }

    /// Reads `a.b[0].c`.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |why: &str| Error::invalid(format!("the attribute path `{text}` {why}"));
        let mut steps = Vec::new();
        for part in text.split('.') {
            let (name, indexes) = part.split_at(part.find('[').unwrap_or(part.len()));
            if name.is_empty() {
                return Err(wrong("has an empty name"));
            }
            steps.push(Step::Name(name.to_owned()));
            let mut rest = indexes;
            while !rest.is_empty() {
                let (index, after) = rest
                    .strip_prefix('[')
                    .and_then(|rest| rest.split_once(']'))
                    .ok_or_else(|| wrong("has a bracket without its pair"))?;
                let index = index
                    .parse()
                    .map_err(|_| wrong("has an index that is no number"))?;
                steps.push(Step::Index(index));
                rest = after;
            }
        }
        Ok(Path(steps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_indexes() {
        let name = |name: &str| Step::Name(name.to_owned());
        assert_eq!(Path::parse("status").ok(), Some(Path(vec![name("status")])));
        assert_eq!(
            Path::parse("lines[0][2].sku").ok(),
            Some(Path(vec![
                name("lines"),
                Step::Index(0),
                Step::Index(2),
                name("sku")
            ]))
        );
        assert_eq!(Path::exact("a.b[0]"), Path(vec![name("a.b[0]")]));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, why) in [
            ("", "empty name"),
            ("a..b", "empty name"),
            ("a[", "bracket"),
            ("a[x]", "no number"),
            ("a[0]b", "bracket"),
        ] {
            let error = Path::parse(text).expect_err(text);
            assert!(error.to_string().contains(why), "{text}: {error}");
        }
    }
}
