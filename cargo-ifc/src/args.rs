//! The command line as types; help texts are its documentation.

mod local;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use ifc_compiler::load::FeatureRequest;

pub(crate) use local::{Advance, Dev, Invoke, Publish, Put, Redrive, SendMessage, Test};

/// Infrastructure-from-Code for Rust on AWS
#[derive(Debug, Parser)]
#[command(name = "cargo-ifc", bin_name = "cargo ifc", version)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Report what is wrong with an application; write nothing
    Check(Check),
    /// Check, write all output files, build the release binary for Lambda and bundle it
    Build(Build),
    /// Show the calls that give a function its permissions
    Why(Why),
    /// Print the least-privilege policy of each binary of any project that uses the AWS SDK
    Policy(Policy),
    /// Compare the permissions with what the linked program can do
    Verify(Verify),
    /// Run an application on this machine, with AWS's semantics and AWS's permissions
    Dev(Dev),
    /// Run the tests of an application, as `cargo test` does
    Test(Test),
    /// Send one event to a function of the application that `dev` runs
    Invoke(Invoke),
    /// Send a message to a queue of the application that `dev` runs
    Send(SendMessage),
    /// Publish to a topic or bus of the application that `dev` runs
    Publish(Publish),
    /// Put an object, an item, or the value of a secret or parameter
    Put(Put),
    /// Move the clock of the application that `dev` runs
    Advance(Advance),
    /// Send the dead letters of a queue back to where they came from
    Redrive(Redrive),
    /// Explain a diagnostic
    Explain(Explain),
    /// Show the graph of functions and resources, or what a stage of the compiler made
    Graph(Graph),
}

/// Which application.
#[derive(Debug, clap::Args)]
pub(crate) struct Select {
    /// Package of the workspace
    #[arg(short, long, value_name = "NAME")]
    pub(crate) package: Option<String>,
    /// Path of `Cargo.toml`; by default the nearest one, upwards from here
    #[arg(long, value_name = "FILE")]
    pub(crate) manifest_path: Option<PathBuf>,
    /// Features of the package, separated by commas or spaces
    #[arg(short = 'F', long, value_name = "FEATURES")]
    pub(crate) features: Vec<String>,
    /// Enable all features of the package
    #[arg(long)]
    pub(crate) all_features: bool,
    /// Do not enable the `default` feature of the package
    #[arg(long)]
    pub(crate) no_default_features: bool,
}

impl Select {
    /// The features as the compiler takes them.
    pub(crate) fn feature_request(&self) -> FeatureRequest {
        if self.all_features {
            return FeatureRequest::All;
        }
        FeatureRequest::Chosen {
            features: self
                .features
                .iter()
                .flat_map(|list| list.split([',', ' ']))
                .filter(|feature| !feature.is_empty())
                .map(str::to_owned)
                .collect(),
            default: !self.no_default_features,
        }
    }

    /// The features as cargo takes them.
    pub(crate) fn feature_arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        for features in &self.features {
            arguments.extend(["--features".to_owned(), features.clone()]);
        }
        if self.all_features {
            arguments.push("--all-features".to_owned());
        }
        if self.no_default_features {
            arguments.push("--no-default-features".to_owned());
        }
        arguments
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) select: Select,
    /// How to report
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) message_format: MessageFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    /// Like rustc, on stderr
    Human,
    /// One object a line with rustc's field names, on stdout
    Json,
    /// Annotations of GitHub Actions, on stdout
    Github,
    /// One SARIF 2.1.0 document, on stdout
    Sarif,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Build {
    #[command(flatten)]
    pub(crate) select: Select,
    /// Processor of the functions; by default what `[package.metadata.ifc]` says, else arm64
    #[arg(long, value_name = "ARCH")]
    pub(crate) arch: Option<Arch>,
    /// Cargo profile
    #[arg(long, value_name = "NAME", default_value = "release")]
    pub(crate) profile: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) select: Select,
    /// Binary of the package
    #[arg(long, value_name = "NAME")]
    pub(crate) bin: Option<String>,
    /// Processor to build for; by default this machine's where it runs Linux
    #[arg(long, value_name = "ARCH")]
    pub(crate) arch: Option<Arch>,
    /// Cargo profile
    #[arg(long, value_name = "NAME", default_value = "release")]
    pub(crate) profile: String,
    /// How to report
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) message_format: VerifyMessages,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerifyMessages {
    /// Like rustc, on stderr
    Human,
    /// One object on stdout: both sides of each function, and what differs
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Arch {
    #[value(name = "arm64", alias = "aarch64")]
    Arm64,
    #[value(name = "x86_64")]
    X86_64,
}

impl Arch {
    /// Name on AWS.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Arch::Arm64 => "arm64",
            Arch::X86_64 => "x86_64",
        }
    }

    /// Rust's name of the machine.
    pub(crate) fn target(self) -> &'static str {
        match self {
            Arch::Arm64 => "aarch64-unknown-linux-gnu",
            Arch::X86_64 => "x86_64-unknown-linux-gnu",
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Why {
    #[command(flatten)]
    pub(crate) select: Select,
    /// Name of a function
    pub(crate) function: String,
    /// Only this action: `s3:PutObject`, or `s3` for all of a service
    pub(crate) action: Option<String>,
    /// Only this resource: `UPLOADS`
    pub(crate) resource: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Policy {
    #[command(flatten)]
    pub(crate) select: Select,
    /// Only this binary
    #[arg(long, value_name = "NAME")]
    pub(crate) bin: Vec<String>,
    /// Function at which the program begins, instead of `main`
    #[arg(long, value_name = "PATH")]
    pub(crate) entry: Option<String>,
    /// How to report
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) message_format: PolicyMessages,
    /// Fail when something is left over
    #[arg(long, value_name = "WHAT")]
    pub(crate) deny: Vec<PolicyDeny>,
    /// Print the policies ready to paste, instead
    #[arg(long, value_name = "LANGUAGE", conflicts_with = "message_format")]
    pub(crate) format: Option<PolicyFormat>,
    /// Value of an environment variable that names a resource, for `--format iam`
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) env: Vec<(String, String)>,
    /// Region in ARNs, for `--format iam`; any by default
    #[arg(long, value_name = "REGION", value_parser = region)]
    pub(crate) region: Option<String>,
    /// Account in ARNs, for `--format iam`; any by default
    #[arg(long, value_name = "NUMBER", value_parser = account)]
    pub(crate) account: Option<String>,
    /// Compare with the policies of this template of CloudFormation, SAM or Terraform; a folder
    /// stands for its templates
    #[arg(long, value_name = "PATH", conflicts_with = "format")]
    pub(crate) compare: Vec<PathBuf>,
    /// Which binary a function of the template runs, where its names do not tell
    #[arg(long, value_name = "FUNCTION=BINARY", value_parser = pair, requires = "compare")]
    pub(crate) function: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyFormat {
    /// IAM policies as JSON
    Iam,
    /// Policy documents of Terraform
    Terraform,
    /// A template with managed policies
    Cloudformation,
}

/// `NAME=VALUE`.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("it is not of the form NAME=VALUE".to_owned()),
    }
}

/// `eu-central-1`.
fn region(text: &str) -> Result<String, String> {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
    match text.contains('-') && text.split('-').all(is_part) {
        true => Ok(text.to_owned()),
        false => Err("it is no region such as eu-central-1".to_owned()),
    }
}

/// `111122223333`.
fn account(text: &str) -> Result<String, String> {
    match text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
        true => Ok(text.to_owned()),
        false => Err("it does not have 12 digits".to_owned()),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyMessages {
    /// Permissions with their call paths on stdout, what is unresolved on stderr
    Human,
    /// One object on stdout
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyDeny {
    /// Places where permissions could not be inferred
    Unresolved,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// Number or name: `IFC0601`, `unused_resource`
    pub(crate) code: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Graph {
    #[command(flatten)]
    pub(crate) select: Select,
    /// How to draw the graph; dot by default
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<GraphFormat>,
    /// Show what this stage made instead; `graph` is the graph itself
    #[arg(long, value_name = "STAGE", default_value = "graph")]
    pub(crate) stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    Dot,
    Mermaid,
    Json,
    Svg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// Packages, targets and features
    Load,
    /// Files in the order in which they were found
    Source,
    /// Items and bodies
    Hir,
    /// What names stand for
    Resolve,
    /// Who calls whom
    Calls,
    /// Who does what to which resource
    Uses,
    /// Functions, resources and what joins them
    Graph,
    /// Permissions
    Iam,
    /// The manifest
    Manifest,
}

/// Cargo calls `cargo-ifc ifc check` for `cargo ifc check`.
pub(crate) fn without_subcommand(
    args: impl Iterator<Item = OsString>,
) -> impl Iterator<Item = OsString> {
    args.enumerate()
        .filter(|(at, arg)| !(*at == 1 && arg == "ifc"))
        .map(|(_, arg)| arg)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn definition_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn both_ways_to_call_mean_the_same() {
        for line in ["cargo-ifc ifc explain IFC0001", "cargo-ifc explain IFC0001"] {
            let words = line.split(' ').map(OsString::from);
            let args = Args::try_parse_from(without_subcommand(words)).expect("it is valid");
            assert!(matches!(args.command, Command::Explain(e) if e.code == "IFC0001"));
        }
    }

    #[test]
    fn features_are_split_as_cargo_splits_them() {
        let words = ["cargo-ifc", "check", "-F", "a,b", "--features", "c d"];
        let args = Args::try_parse_from(words).expect("it is valid");
        let Command::Check(check) = args.command else {
            panic!("{args:?}");
        };
        assert_eq!(
            check.select.feature_request(),
            FeatureRequest::Chosen {
                features: ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
                default: true
            }
        );
    }
}
