//! Arguments of what runs applications on this machine.

use std::ffi::OsString;

use super::{Select, pair};

#[derive(Debug, clap::Args)]
pub(crate) struct Dev {
    #[command(flatten)]
    pub(crate) select: Select,
    /// Port of the HTTP API and of the page below `/_ifc/`; by default 3000, or any free one if that
    /// is taken
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,
    /// Begin without the data of the last time; with `=ORDERS` without that of this table alone
    #[arg(long, value_name = "TABLE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(crate) reset: Vec<String>,
    /// Keep the data in memory only
    #[arg(long)]
    pub(crate) memory: bool,
    /// Deploy into the emulator of AWS at this URL, by CloudFormation, instead of running it here
    #[arg(long, value_name = "URL", value_parser = url, conflicts_with_all = ["port", "reset", "memory", "concurrency"])]
    pub(crate) endpoint: Option<String>,
    /// Do not build again when a source changes
    #[arg(long)]
    pub(crate) no_watch: bool,
    /// Name of the stage
    #[arg(long, value_name = "NAME", default_value = "dev", value_parser = stage)]
    pub(crate) stage: String,
    /// Value of a parameter of the stack
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) parameter: Vec<(String, String)>,
    /// Most processes of a function at a time, where it reserves no number itself
    #[arg(long, value_name = "NUMBER", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub(crate) concurrency: u64,
    /// Cargo profile
    #[arg(long, value_name = "NAME", default_value = "dev")]
    pub(crate) profile: String,
}

/// What the template takes for the parameter `Stage`.
fn stage(text: &str) -> Result<String, String> {
    let fits = (1..=16).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    match fits {
        true => Ok(text.to_owned()),
        false => Err("stages have 1 to 16 letters and digits".to_owned()),
    }
}

/// `http://localhost:4566`.
fn url(text: &str) -> Result<String, String> {
    let host = text.split_once("://").map(|(_, host)| host);
    match text.starts_with("http") && host.is_some_and(|host| !host.is_empty()) {
        true => Ok(text.to_owned()),
        false => Err("it does not begin with http:// or https://".to_owned()),
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Test {
    #[command(flatten)]
    pub(crate) select: Select,
    /// Run the tests again without each inferred statement, and list those that no test needs
    #[arg(long)]
    pub(crate) prove_permissions: bool,
    /// Fail when there are statements that no test needs
    #[arg(long, requires = "prove_permissions")]
    pub(crate) deny_unproven: bool,
    /// Cargo profile
    #[arg(long, value_name = "NAME", default_value = "test")]
    pub(crate) profile: String,
    /// Arguments of the test programs: names of tests, `--nocapture`
    #[arg(last = true, value_name = "ARGUMENTS")]
    pub(crate) arguments: Vec<OsString>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Invoke {
    #[command(flatten)]
    pub(crate) select: Select,
    /// Name of the function
    pub(crate) function: String,
    /// File with the event as JSON; `-` is standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) event: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SendMessage {
    #[command(flatten)]
    pub(crate) select: Select,
    /// Name of the queue's static: `SHIPMENTS`
    pub(crate) queue: String,
    /// The message; standard input if it is `-`
    #[arg(default_value = "-")]
    pub(crate) body: String,
    /// Message group, in FIFO queues
    #[arg(long, value_name = "NAME")]
    pub(crate) group: Option<String>,
    /// Time until it can be received: `30s`, `5m`
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) delay: Option<u64>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Publish {
    #[command(flatten)]
    pub(crate) select: Select,
    /// Name of the static of a topic or bus: `EVENTS`
    pub(crate) to: String,
    /// The message, or the detail of the event; standard input if it is `-`
    #[arg(default_value = "-")]
    pub(crate) body: String,
    /// Kind of event, for a bus: `Placed`
    #[arg(long, value_name = "NAME")]
    pub(crate) detail_type: Option<String>,
    /// Source of the event, for a bus; by default that of the event type
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// Attribute of the message, for a topic
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) attribute: Vec<(String, String)>,
    /// Message group, in FIFO topics
    #[arg(long, value_name = "NAME")]
    pub(crate) group: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Put {
    #[command(flatten)]
    pub(crate) select: Select,
    /// Name of the static of a bucket, table, secret or parameter
    pub(crate) to: String,
    /// Key of the object, for a bucket
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// Content type of the object, for a bucket
    #[arg(long, value_name = "TYPE")]
    pub(crate) content_type: Option<String>,
    /// File with the object, the item as JSON, or the value; `-` is standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) file: String,
    /// The value itself
    #[arg(long, value_name = "TEXT", conflicts_with = "file")]
    pub(crate) value: Option<String>,
    /// The item has DynamoDB's types, as sets and binary values need: `{"id": {"S": "1"}}`
    #[arg(long)]
    pub(crate) typed: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Advance {
    #[command(flatten)]
    pub(crate) select: Select,
    /// By how much: `90s`, `15m`, `1h`, `2d`
    #[arg(value_name = "TIME", value_parser = duration)]
    pub(crate) by: u64,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Redrive {
    #[command(flatten)]
    pub(crate) select: Select,
    /// Name of the queue's static, or of the queue for dead letters in the template
    pub(crate) queue: String,
}

/// Milliseconds of `90s`, `15m`, `1h` or `2d`.
fn duration(text: &str) -> Result<u64, String> {
    let units = [
        ("ms", 1),
        ("s", 1000),
        ("m", 60_000),
        ("h", 3_600_000),
        ("d", 86_400_000),
    ];
    let read = units.iter().find_map(|(unit, factor)| {
        let number: u64 = text.strip_suffix(unit)?.trim().parse().ok()?;
        number.checked_mul(*factor)
    });
    read.ok_or_else(|| "write a number and a unit: 90s, 15m, 1h, 2d".to_owned())
}
