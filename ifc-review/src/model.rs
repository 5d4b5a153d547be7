//! What a project's templates say of its functions.

use std::collections::BTreeMap;

use ifc_compiler::span::Span;

use crate::policy::Statement;
use crate::text::Text;

/// A function as a template declares it.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    /// Logical id or label.
    pub(crate) name: String,
    pub(crate) span: Span,
    /// Names that its program may have: what it is built from, where its archive lies, its own
    /// names; the surest first.
    pub(crate) hints: Vec<String>,
    pub(crate) environment: BTreeMap<String, Vec<Text>>,
    pub(crate) statements: Vec<Statement>,
    /// Patterns of actions that Lambda itself needs for it: logs, polling, tracing.
    pub(crate) wiring: Vec<&'static str>,
    /// Policies whose contents are not in the templates, by name.
    pub(crate) unread: Vec<(String, Span)>,
}

impl Function {
    pub(crate) fn new(name: &str, span: Span) -> Function {
        Function {
            name: name.to_owned(),
            span,
            hints: Vec::new(),
            environment: BTreeMap::new(),
            statements: Vec::new(),
            wiring: LOGS.to_vec(),
            unread: Vec::new(),
        }
    }
}

/// Every function writes its logs.
const LOGS: &[&str] = &[
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
];

/// What else Lambda does with a function's role. Sources: AWS Lambda Developer Guide, chapters on
/// event source mappings, VPC access, tracing, dead-letter queues and destinations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    Queue,
    Stream,
    TableStream,
    Kafka,
    Broker,
    Vpc,
    Tracing,
    DeadLetters,
    Files,
    Key,
}

impl Wire {
    /// Patterns of the actions.
    pub(crate) fn actions(self) -> &'static [&'static str] {
        match self {
            Wire::Queue => &[
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ChangeMessageVisibility",
                "kms:Decrypt",
            ],
            Wire::Stream => &[
                "kinesis:DescribeStream",
                "kinesis:DescribeStreamSummary",
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards",
                "kinesis:ListStreams",
                "kinesis:SubscribeToShard",
                "kms:Decrypt",
            ],
            Wire::TableStream => &[
                "dynamodb:DescribeStream",
                "dynamodb:GetRecords",
                "dynamodb:GetShardIterator",
                "dynamodb:ListStreams",
                "kms:Decrypt",
            ],
            Wire::Kafka => &[
                "kafka:DescribeCluster",
                "kafka:DescribeClusterV2",
                "kafka:GetBootstrapBrokers",
                "kafka-cluster:*",
                "secretsmanager:GetSecretValue",
                "kms:Decrypt",
            ],
            Wire::Broker => &[
                "mq:DescribeBroker",
                "secretsmanager:GetSecretValue",
                "kms:Decrypt",
            ],
            Wire::Vpc => &[
                "ec2:CreateNetworkInterface",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSubnets",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeVpcs",
                "ec2:DeleteNetworkInterface",
                "ec2:AssignPrivateIpAddresses",
                "ec2:UnassignPrivateIpAddresses",
            ],
            Wire::Tracing => &["xray:Put*", "xray:GetSampling*"],
            Wire::DeadLetters => &[
                "sqs:SendMessage",
                "sns:Publish",
                "events:PutEvents",
                "lambda:InvokeFunction",
                "s3:PutObject",
                "s3:ListBucket",
            ],
            Wire::Files => &["elasticfilesystem:Client*"],
            Wire::Key => &["kms:Decrypt"],
        }
    }
}
