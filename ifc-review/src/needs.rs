//! What a program needs, with the names that a function's environment gives it.

use std::collections::BTreeMap;

use ifc_compiler::span::Span;

use crate::text::{Part, Text};

/// An action that a program's code needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// `dynamodb:PutItem`.
    pub action: String,
    /// Patterns of ARNs, any of which the code may use; `${env:TABLE}` stands for what an
    /// environment variable says.
    pub resources: Vec<String>,
    /// Place of the operation in the code.
    pub span: Option<Span>,
}

/// Alternatives beyond which a variable is left as it is.
const ALTERNATIVES: usize = 16;

/// The texts that a pattern stands for in an environment.
pub(crate) fn filled(pattern: &str, environment: &BTreeMap<String, Vec<Text>>) -> Vec<Text> {
    let mut all = vec![Text::default()];
    for part in Text::parse(pattern).parts() {
        let variable = match part {
            Part::Open(name) => name.strip_prefix("env:"),
            _ => None,
        };
        let values = variable.and_then(|name| environment.get(name));
        let alternatives: Vec<Text> = match values {
            Some(values) if !values.is_empty() && all.len() * values.len() <= ALTERNATIVES => {
                values.iter().map(plain).collect()
            }
            _ => {
                let mut same = Text::default();
                same.push(part.clone());
                vec![same]
            }
        };
        all = all
            .iter()
            .flat_map(|before| alternatives.iter().map(|text| before.clone().then(text)))
            .collect();
    }
    all.into_iter().map(innermost).collect()
}

/// The URL of a queue names the queue.
fn plain(value: &Text) -> Text {
    match value.literal() {
        Some(url) if url.starts_with("https://sqs.") => {
            Text::of(url.rsplit('/').next().unwrap_or(url))
        }
        _ => value.clone(),
    }
}

/// A variable may hold a name or a whole ARN: an ARN within an ARN is the ARN.
fn innermost(text: Text) -> Text {
    let mut inner = Text::default();
    for part in text.parts() {
        match part {
            Part::Literal(literal) => match literal.rfind("arn:") {
                Some(at) => {
                    inner = Text::of(&literal[at..]);
                }
                None => inner.push(part.clone()),
            },
            _ => inner.push(part.clone()),
        }
    }
    // The ARN of a secret ends with the characters that a pattern made of its name adds.
    let twice = match inner.parts().last() {
        Some(Part::Literal(end)) => end.strip_suffix("-??????-??????").map(str::to_owned),
        _ => None,
    };
    match twice {
        Some(start) => {
            let mut once = Text::default();
            for part in &inner.parts()[..inner.parts().len() - 1] {
                once.push(part.clone());
            }
            once.push(Part::Literal(format!("{start}-??????")));
            once
        }
        None => inner,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(pattern: &str, values: &[Text]) -> Vec<String> {
        let environment = BTreeMap::from([("X".to_owned(), values.to_vec())]);
        let all = filled(pattern, &environment);
        all.iter().map(Text::to_string).collect()
    }

    #[test]
    fn variables_are_filled() {
        let table = "arn:aws:dynamodb:*:*:table/${env:X}";
        assert_eq!(
            show(table, &[Text::name("T"), Text::of("u")]),
            [
                "arn:aws:dynamodb:*:*:table/${T}",
                "arn:aws:dynamodb:*:*:table/u"
            ]
        );
        assert_eq!(show("${env:Y}", &[]), ["${env:Y}"]);
        let queue = "arn:aws:sqs:*:*:${env:X}";
        let url = Text::of("https://sqs.eu-west-1.amazonaws.com/123456789012/jobs");
        assert_eq!(show(queue, &[url]), ["arn:aws:sqs:*:*:jobs"]);
    }

    #[test]
    fn an_arn_within_an_arn_is_the_arn() {
        let pattern = "arn:aws:secretsmanager:*:*:secret:${env:X}-??????";
        let arn = Text::of("arn:aws:secretsmanager:*:*:secret:S-??????");
        assert_eq!(
            show(pattern, &[arn]),
            ["arn:aws:secretsmanager:*:*:secret:S-??????"]
        );
    }
}
