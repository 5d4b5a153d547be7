//! Physical names, ARNs and URLs, as CloudFormation and the services make them.

use std::collections::BTreeMap;

use ifc_catalog::infra::{Attribute, Kind, Node};

use crate::{ACCOUNT, arn};

/// What every node has once it exists.
#[derive(Debug, Default)]
pub struct Names {
    endpoint: String,
    of: BTreeMap<(String, Attribute), String>,
}

impl Names {
    pub(super) fn new(endpoint: &str) -> Names {
        Names {
            endpoint: endpoint.to_owned(),
            of: BTreeMap::new(),
        }
    }

    /// What a node has; empty if it has no such thing.
    pub fn get(&self, node: &str, attribute: Attribute) -> &str {
        self.of
            .get(&(node.to_owned(), attribute))
            .map_or("", String::as_str)
    }

    pub(super) fn set(&mut self, node: &str, attribute: Attribute, value: String) {
        self.of.insert((node.to_owned(), attribute), value);
    }

    /// Names a node; `chosen` is the name that the manifest gives it.
    pub(super) fn add(&mut self, stack: &str, node: &Node, chosen: Option<String>) {
        let id = &node.id;
        let mut name = chosen.unwrap_or_else(|| made(stack, id, &node.kind));
        let made = match &node.kind {
            Kind::Function(_) => arn("lambda", &format!("function:{name}")),
            Kind::Role(_) => format!("arn:aws:iam::{ACCOUNT}:role/{name}"),
            Kind::LogGroup(_) => arn("logs", &format!("log-group:{name}:*")),
            Kind::Table(_) => arn("dynamodb", &format!("table/{name}")),
            Kind::Queue(queue) => {
                name = with_suffix(name, queue.fifo);
                let url = format!("{}/{ACCOUNT}/{name}", self.endpoint);
                self.set(id, Attribute::Url, url);
                arn("sqs", &name)
            }
            Kind::Topic(topic) => {
                name = with_suffix(name, topic.fifo);
                arn("sns", &name)
            }
            Kind::Bus(_) => arn("events", &format!("event-bus/{name}")),
            Kind::Bucket(_) => {
                name = name.to_ascii_lowercase();
                format!("arn:aws:s3:::{name}")
            }
            Kind::Parameter(_) => arn(
                "ssm",
                &format!("parameter/{}", name.trim_start_matches('/')),
            ),
            Kind::ScheduleGroup(_) => arn("scheduler", &format!("schedule-group/{name}")),
            Kind::HttpApi(_) => {
                let api = unique(&format!("{stack}/{id}"))[..10].to_owned();
                self.set(id, Attribute::Endpoint, self.endpoint.clone());
                self.set(id, Attribute::Id, api.clone());
                format!("arn:aws:apigateway:{}::/apis/{api}", crate::REGION)
            }
            Kind::HttpIntegration(_) | Kind::HttpRoute(_) | Kind::HttpStage(_) => {
                let short = unique(&format!("{stack}/{id}"))[..7].to_owned();
                self.set(id, Attribute::Id, short);
                String::new()
            }
            Kind::Alarm(_) => arn("cloudwatch", &format!("alarm:{name}")),
            _ => String::new(),
        };
        self.set(id, Attribute::Name, name);
        self.set(id, Attribute::Arn, made);
    }

    /// Completes the ARN of a rule or schedule, which names its bus or group.
    pub(super) fn nest(&mut self, node: &str, kind: &Kind, parent: &str) {
        let name = self.get(node, Attribute::Name).to_owned();
        let made = match kind {
            Kind::Schedule(_) => arn("scheduler", &format!("schedule/{parent}/{name}")),
            _ if parent == "default" => arn("events", &format!("rule/{name}")),
            _ => arn("events", &format!("rule/{parent}/{name}")),
        };
        self.set(node, Attribute::Arn, made);
    }
}

/// The name that CloudFormation makes, which it cuts to what the service takes. The ids are told apart
/// by the end that it then gives to names.
fn made(stack: &str, id: &str, kind: &Kind) -> String {
    let name = format!("{stack}-{id}");
    let longest = match kind {
        Kind::Function(_) | Kind::Role(_) | Kind::Rule(_) | Kind::Schedule(_) => 64,
        Kind::Queue(_) => 80 - ".fifo".len(),
        Kind::Table(_) | Kind::Alarm(_) => 255,
        _ => 512,
    };
    if name.len() <= longest {
        return name;
    }
    let end = unique(&name);
    let begin: String = name.chars().take(longest - end.len() - 1).collect();
    format!("{begin}-{end}")
}

fn with_suffix(name: String, fifo: bool) -> String {
    if fifo && !name.ends_with(".fifo") {
        return format!("{name}.fifo");
    }
    name
}

/// Twelve characters that depend on the text alone (FNV-1a).
pub(super) fn unique(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")[..12].to_owned()
}

/// The ARN of something of another account, in this one.
pub(super) fn local(arn_there: &str) -> String {
    let parts: Vec<&str> = arn_there.splitn(6, ':').collect();
    match parts.as_slice() {
        // Buckets belong to no account or region.
        ["arn", _, "s3", _, _, _] => arn_there.to_owned(),
        ["arn", _, service, _, _, resource] => arn(service, resource),
        _ => arn_there.to_owned(),
    }
}

/// The ARN for a resource of which only the name of the static is known.
pub(super) fn existing(kind: &str, name: &str, fifo: bool) -> String {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let name = with_suffix(name, fifo);
    match kind {
        "table" => arn("dynamodb", &format!("table/{name}")),
        "queue" => arn("sqs", &name),
        "topic" => arn("sns", &name),
        "bus" => arn("events", &format!("event-bus/{name}")),
        "bucket" => format!("arn:aws:s3:::{name}"),
        "secret" => arn("secretsmanager", &format!("secret:{name}")),
        "parameter" => arn("ssm", &format!("parameter/{name}")),
        "function" => arn("lambda", &format!("function:{name}")),
        _ => name,
    }
}
