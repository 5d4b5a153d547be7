//! What `#[function(..)]` accepts.

use crate::duration::SECOND;
use crate::options::{OptionSpec, ValueKind};

const LIMIT: &str = "AWS Lambda quotas";

/// Options of `#[function(..)]`.
pub static OPTIONS: &[OptionSpec] = &[
    OptionSpec::new(
        "architecture",
        ValueKind::Word(&["arm64", "x86_64"]),
        "Instruction set; arm64 unless given.",
    ),
    OptionSpec::new(
        "env",
        ValueKind::Environment,
        "Environment variables. They are readable for everyone who may look at the function.",
    ),
    OptionSpec::new(
        "ephemeral_storage",
        ValueKind::Int(512, 10_240),
        "Size of /tmp in MB.",
    )
    .limit(LIMIT),
    OptionSpec::new(
        "log_retention",
        ValueKind::IntOf(&[
            1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
            2922, 3288, 3653,
        ]),
        "Days until log events are deleted.",
    )
    .limit("Amazon CloudWatch Logs, PutRetentionPolicy"),
    OptionSpec::new(
        "memory",
        ValueKind::Int(128, 10_240),
        "Memory in MB; CPU grows with it.",
    )
    .limit(LIMIT),
    OptionSpec::new(
        "name",
        ValueKind::FunctionName,
        "Name of the function; that of the Rust function unless given.",
    )
    .limit(LIMIT),
    OptionSpec::new(
        "reserved_concurrency",
        ValueKind::Int(0, 1_000_000),
        "Executions at the same time, taken from the account's share.",
    ),
    OptionSpec::new(
        "timeout",
        ValueKind::Duration(SECOND, 900 * SECOND, SECOND),
        "Longest time that one invocation may take.",
    )
    .limit(LIMIT),
];

/// Variables that AWS Lambda sets and refuses to be given.
pub static RESERVED_VARIABLES: &[&str] = &[
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];

/// What the variables begin with that name a function's resources.
pub const PREFIX: &str = "IFC_";

/// Variables with this beginning that mean something else, so that no resource may be called so.
pub static OWN_VARIABLES: &[&str] = &[CACHE_SECONDS, "IFC_FUNCTION", "IFC_LOCAL", "IFC_STAGE"];

/// How long values of secrets and parameters are kept: the only one of them that users set.
pub const CACHE_SECONDS: &str = "IFC_CACHE_SECONDS";

/// Whether AWS Lambda takes a variable of this name, `[a-zA-Z]([a-zA-Z0-9_])+`.
pub fn is_variable(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// What is wrong with a name for a function, if anything.
pub fn name_problem(name: &str) -> Option<String> {
    if name.is_empty() || name.len() > 64 {
        return Some(format!(
            "must have 1 to 64 characters, this has {}",
            name.len()
        ));
    }
    name.chars()
        .find(|c| !(c.is_ascii_alphanumeric() || *c == '-' || *c == '_'))
        .map(|c| format!("may hold letters, digits, `-` and `_`, not `{c}`"))
}
