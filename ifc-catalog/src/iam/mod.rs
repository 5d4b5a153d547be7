//! IAM: which actions AWS knows, so that none is emitted that does not exist.

use crate::sdk;

/// What is known of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// AWS lists it.
    Yes,
    /// AWS lists it, but it takes no resource: with an ARN it would allow nothing.
    WithoutResource,
    /// AWS lists no such action.
    No,
}

/// Looks an action such as `dynamodb:PutItem` up, which may contain wildcards. IAM compares actions
/// without case.
pub fn known(action: &str) -> Known {
    let Some((prefix, name)) = action.split_once(':') else {
        return Known::No;
    };
    let mut meant = sdk::actions_of(prefix)
        .filter(|(listed, _)| matches(name, listed))
        .peekable();
    match meant.peek().is_some() {
        false => Known::No,
        true if meant.all(|(_, takes_resources)| !takes_resources) => Known::WithoutResource,
        true => Known::Yes,
    }
}

/// The names of the actions of a service; none if AWS has no such service.
pub fn actions_of(prefix: &str) -> impl Iterator<Item = &'static str> {
    sdk::actions_of(prefix).map(|(name, _)| name)
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
        assert_eq!(known("textract:DetectDocumentText"), Known::WithoutResource);
        assert_eq!(known("textrakt:DetectDocumentText"), Known::No);
    }
}
