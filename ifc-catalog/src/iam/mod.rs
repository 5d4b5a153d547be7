//! IAM: which actions AWS knows, so that none is emitted that does not exist.

/// One service a paragraph: its prefix, then its actions, indented; a star behind those that take
/// no resource. See `NOTICE`.
static ACTIONS: &str = include_str!("actions.txt");

/// What is known of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// AWS lists it.
    Yes,
    /// AWS lists it, but it takes no resource: with an ARN it would allow nothing.
    WithoutResource,
    /// AWS lists its service, but no such action.
    No,
    /// The list does not cover its service.
    OtherService,
}

/// Looks an action such as `dynamodb:PutItem` up. IAM compares actions without case.
pub fn known(action: &str) -> Known {
    let Some((prefix, name)) = action.split_once(':') else {
        return Known::No;
    };
    let mut listed = lines_of(prefix).peekable();
    if listed.peek().is_none() {
        return Known::OtherService;
    }
    let meant: Vec<&str> = listed
        .filter(|line| matches(name, line.trim_end_matches(" *")))
        .collect();
    match meant.is_empty() {
        true => Known::No,
        false if meant.iter().all(|line| line.ends_with(" *")) => Known::WithoutResource,
        false => Known::Yes,
    }
}

/// The actions of a service that the list covers; none otherwise.
pub fn actions_of(prefix: &str) -> impl Iterator<Item = &'static str> {
    lines_of(prefix).map(|line| line.trim_end_matches(" *"))
}

fn lines_of(prefix: &str) -> impl Iterator<Item = &'static str> {
    let prefix = prefix.to_ascii_lowercase();
    ACTIONS
        .lines()
        .skip_while(move |line| line.strip_suffix(':') != Some(&prefix))
        .skip(1)
        .map_while(|line| line.strip_prefix("  "))
}

/// Whether an action's name, which may contain `*` and `?`, means a listed one.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let mut pattern = pattern.chars();
    match pattern.next() {
        None => name.is_empty(),
        Some('*') => {
            let rest = pattern.as_str();
            (0..=name.len()).any(|start| matches(rest, &name[start..]))
        }
        Some(first) => {
            let mut name = name.chars();
            name.next()
                .is_some_and(|other| first == '?' || first.eq_ignore_ascii_case(&other))
                && matches(pattern.as_str(), name.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::KINDS;

    #[test]
    fn every_action_of_every_operation_exists() {
        for kind in KINDS {
            for op in kind.ops {
                for action in op.actions {
                    assert_eq!(known(action.name), Known::Yes, "{}", action.name);
                }
            }
        }
    }

    #[test]
    fn batch_actions_that_do_not_exist_are_refused() {
        assert_eq!(known("sqs:SendMessageBatch"), Known::No);
        assert_eq!(known("sqs:DeleteMessageBatch"), Known::No);
        assert_eq!(known("dynamodb:TransactWriteItems"), Known::No);
        assert_eq!(known("PutItem"), Known::No);
    }

    #[test]
    fn some_actions_take_no_resource() {
        assert_eq!(known("dynamodb:ListStreams"), Known::WithoutResource);
        assert_eq!(known("xray:PutTraceSegments"), Known::WithoutResource);
        assert_eq!(known("s3:ListAllMyBuckets"), Known::WithoutResource);
        assert_eq!(known("dynamodb:List*"), Known::Yes);
    }

    #[test]
    fn case_and_wildcards_are_as_in_iam() {
        assert_eq!(known("S3:getobject"), Known::Yes);
        assert_eq!(known("s3:Get*"), Known::Yes);
        assert_eq!(known("s3:Fetch*"), Known::No);
        assert_eq!(known("textract:DetectDocumentText"), Known::OtherService);
    }
}
