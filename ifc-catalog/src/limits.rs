//! Limits of AWS that the checks compare with, each with its source. They move, so no other file
//! states one of these numbers.

/// A limit.
#[derive(Debug, PartialEq, Eq)]
pub struct Limit {
    /// The service.
    pub service: &'static str,
    /// What is limited, in words that follow "limit of 10 ".
    pub what: &'static str,
    /// The number.
    pub value: u64,
    /// Whether AWS raises it.
    pub kind: LimitKind,
    /// Where AWS says so.
    pub source: &'static str,
}

/// Whether AWS raises a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    /// Never.
    Hard,
    /// On request, per account.
    Quota,
    /// A recommendation: more works, badly.
    Advice,
}

impl Limit {
    /// For the note of a diagnostic: `AWS Lambda: 4096 bytes of environment variables (..)`.
    pub fn note(&self) -> String {
        let kind = match self.kind {
            LimitKind::Hard => "hard limit",
            LimitKind::Quota => "quota that can be raised",
            LimitKind::Advice => "advice",
        };
        format!(
            "{}: {} {}, {kind} ({})",
            self.service, self.value, self.what, self.source
        )
    }
}

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident = $service:literal, $value:literal, $what:literal, $kind:ident, $source:literal;)*) => {
        $(
            $(#[$doc])*
            pub static $name: Limit = Limit {
                service: $service,
                what: $what,
                value: $value,
                kind: LimitKind::$kind,
                source: $source,
            };
        )*

        /// Every limit of this file.
        pub static LIMITS: &[&Limit] = &[$(&$name),*];
    };
}

limits! {
    /// Longest run of a function.
    FUNCTION_TIMEOUT = "AWS Lambda", 900, "seconds in one invocation", Hard,
        "Lambda quotas; botocore model of CreateFunction";
    /// Names and values of all variables of a function.
    ENVIRONMENT_BYTES = "AWS Lambda", 4096, "bytes of environment variables", Hard,
        "Lambda quotas; cfn-lint E3663";
    /// Concurrency that an account has in a region before it is raised.
    CONCURRENCY = "AWS Lambda", 1000, "concurrent executions in a region", Quota,
        "Lambda quotas";
    /// Concurrency that cannot be reserved.
    UNRESERVED_CONCURRENCY = "AWS Lambda", 100, "executions that stay unreserved", Hard,
        "Lambda Developer Guide, configuring reserved concurrency";
    /// Largest batch without a window, and largest batch of a FIFO queue.
    QUEUE_BATCH_WITHOUT_WINDOW = "AWS Lambda", 10, "messages in a batch without a window", Hard,
        "botocore model of CreateEventSourceMapping";
    /// Longest answer of an integration.
    HTTP_API_TIMEOUT = "API Gateway HTTP APIs", 30, "seconds until an integration must answer", Hard,
        "API Gateway quotas for HTTP APIs";
    /// Routes of one API.
    HTTP_API_ROUTES = "API Gateway HTTP APIs", 300, "routes in an API", Quota,
        "API Gateway quotas for HTTP APIs";
    /// Visibility timeout in multiples of the consumer's timeout.
    VISIBILITY_FACTOR = "Amazon SQS", 6, "times the consumer's timeout as visibility timeout", Advice,
        "Lambda Developer Guide, using Lambda with Amazon SQS";
    /// Statements of a queue's policy.
    QUEUE_POLICY_STATEMENTS = "Amazon SQS", 20, "statements in a queue policy", Hard,
        "SQS Developer Guide, quotas related to policies";
    /// Consumers of a table's stream.
    STREAM_READERS = "Amazon DynamoDB", 2, "readers of a stream shard", Hard,
        "DynamoDB Developer Guide, DynamoDB Streams and AWS Lambda triggers";
    /// Global secondary indexes of a table.
    TABLE_INDEXES = "Amazon DynamoDB", 20, "global secondary indexes on a table", Quota,
        "DynamoDB quotas";
    /// Rules of an event bus.
    BUS_RULES = "Amazon EventBridge", 300, "rules on an event bus", Quota,
        "EventBridge quotas";
    /// Policies with filters of a topic.
    TOPIC_FILTERS = "Amazon SNS", 200, "filter policies on a topic", Quota,
        "SNS Developer Guide, filter policy constraints";
    /// All inline policies of a role together, white space left out.
    ROLE_POLICY_CHARACTERS = "AWS IAM", 10240, "characters of inline policies in a role", Hard,
        "IAM quotas";
    /// Resources of a stack.
    STACK_RESOURCES = "AWS CloudFormation", 500, "resources in a template", Hard,
        "CloudFormation quotas; cfn-lint E3010";
    /// Name of a resource in the template.
    LOGICAL_ID = "AWS CloudFormation", 255, "characters in a logical id", Hard,
        "CloudFormation quotas; cfn-lint E3011";
    /// Parameters of a stack.
    STACK_PARAMETERS = "AWS CloudFormation", 200, "parameters in a template", Hard,
        "CloudFormation quotas; cfn-lint E2010";
    /// Outputs of a stack.
    STACK_OUTPUTS = "AWS CloudFormation", 200, "outputs in a template", Hard,
        "CloudFormation quotas; cfn-lint E6010";
    /// Template when it is uploaded to S3.
    TEMPLATE_BYTES = "AWS CloudFormation", 1000000, "bytes in a template", Hard,
        "CloudFormation quotas; cfn-lint E1002";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_say_everything() {
        assert_eq!(
            STREAM_READERS.note(),
            "Amazon DynamoDB: 2 readers of a stream shard, hard limit \
             (DynamoDB Developer Guide, DynamoDB Streams and AWS Lambda triggers)"
        );
    }

    #[test]
    fn every_limit_has_a_source() {
        for limit in LIMITS {
            assert!(!limit.source.is_empty() && limit.value > 0, "{limit:?}");
        }
    }
}
