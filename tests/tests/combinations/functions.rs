//! Functions with triggers of every kind and every option, and what each may do for that: written
//! from AWS's documentation, not from the compiler's tables.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::operations::{Right, body, right};
use crate::resources::Resource;
use ifc_tests::random::Random;

#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) source: String,
    /// What its code and its wiring need.
    pub(crate) rights: BTreeSet<Right>,
}

const NAMES: &[&str] = &[
    "place",
    "ship_order",
    "a",
    "on_x9",
    "sweepAll",
    "r2d2",
    "billing",
];

/// What is taken already, since AWS has one of each.
#[derive(Default)]
pub(crate) struct Taken {
    consumed: BTreeSet<String>,
    twice: BTreeSet<String>,
    routes: usize,
    schedules: usize,
}

pub(crate) fn functions(
    random: &mut Random,
    resources: &[Resource],
    count: usize,
) -> Vec<Function> {
    let mut names = NAMES.to_vec();
    random.shuffle(&mut names);
    let mut taken = Taken::default();
    let mut made: Vec<Function> = names
        .into_iter()
        .take(count)
        .map(|name| function(random, name, resources, &mut taken))
        .collect();
    // Each function that can be invoked has one handler.
    for resource in resources {
        if resource.kind == "function" && !resource.existing {
            let name = format!("serve_{}", resource.name.to_lowercase());
            let head = format!("#[on({})]\n", resource.name);
            let mut rights = BTreeSet::new();
            let options = options(random, &name, &mut rights);
            let body = body(random, resources, &mut rights);
            let source = format!(
                "{head}{options}pub(crate) async fn {name}(note: Note) -> Result<Note> {{\n{body}    Ok(note)\n}}\n"
            );
            made.push(Function {
                name,
                source,
                rights,
            });
        }
    }
    // Whoever is sent something without waiting has dead letters.
    let sent = |made: &[Function], name: &str| made.iter().any(|one| one.source.contains(name));
    for resource in resources {
        let name = format!("serve_{}", resource.name.to_lowercase());
        if resource.kind == "function" && sent(&made, &format!(" {}.send(", resource.name)) {
            let served = made.iter_mut().find(|one| one.name == name);
            let letters = right("sqs:SendMessage", format!("dead_letters:{name}"));
            served.map(|one| one.rights.insert(letters));
        }
    }
    made
}

pub(crate) fn function(
    random: &mut Random,
    name: &str,
    resources: &[Resource],
    taken: &mut Taken,
) -> Function {
    let mut rights = BTreeSet::new();
    let options = options(random, name, &mut rights);
    let (triggers, argument) = triggers(random, name, resources, taken, &mut rights);
    let body = body(random, resources, &mut rights);
    let source = format!(
        "{triggers}{options}pub(crate) async fn {name}({argument}) -> Result<()> {{\n{body}    Ok(())\n}}\n"
    );
    Function {
        name: name.to_owned(),
        source,
        rights,
    }
}

fn options(random: &mut Random, name: &str, rights: &mut BTreeSet<Right>) -> String {
    for action in ["logs:CreateLogStream", "logs:PutLogEvents"] {
        rights.insert(right(action, format!("log_group:{name}")));
    }
    let all = [
        "memory = 1024",
        "timeout = \"29s\"",
        "architecture = \"x86_64\"",
        "ephemeral_storage = 2048",
        "log_retention = 7",
        "reserved_concurrency = 5",
        "env(MODE = \"fast\", LIMIT = \"3\")",
    ];
    let chosen: Vec<&str> = all.into_iter().filter(|_| random.chance(20)).collect();
    let mut out = match chosen.as_slice() {
        [] => String::new(),
        chosen => format!("#[function({})]\n", chosen.join(", ")),
    };
    if random.chance(20) {
        let arn = "arn:aws:sqs:eu-central-1:123456789012:elsewhere";
        let _ = writeln!(
            out,
            "#[grant(\"sqs:PurgeQueue\", on = \"{arn}\", because = \"empties it\")]"
        );
        rights.insert(right("sqs:PurgeQueue", arn));
    }
    out
}

fn some(random: &mut Random, of: &[&str]) -> String {
    let mut out = String::new();
    for option in of {
        if random.chance(35) {
            out.push_str(", ");
            out.push_str(option);
        }
    }
    out
}

/// The attributes, and the handler's argument that goes with them.
fn triggers(
    random: &mut Random,
    name: &str,
    resources: &[Resource],
    taken: &mut Taken,
    rights: &mut BTreeSet<Right>,
) -> (String, String) {
    let fits = |resource: &&Resource| match resource.kind {
        "queue" => true,
        "topic" => !resource.fifo,
        "table" | "bucket" => !resource.existing,
        "bus" => true,
        _ => false,
    };
    let sources: Vec<&Resource> = resources.iter().filter(fits).collect();
    let letters = right("sqs:SendMessage", format!("dead_letters:{name}"));
    if sources.is_empty() || random.chance(35) {
        return match random.chance(50) {
            true => (routes(random, taken), "Path(id): Path<String>".to_owned()),
            false => {
                rights.insert(letters);
                (schedules(random, taken), "run: Scheduled".to_owned())
            }
        };
    }
    let source = *random.pick(&sources);
    let id = &source.name;
    let first = taken.consumed.insert(id.clone());
    let second = !first && taken.twice.insert(id.clone());
    match source.kind {
        "queue" if first => {
            for action in [
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
            ] {
                rights.insert(right(action, format!("queue:{id}")));
            }
            let options = match source.fifo {
                true => some(random, &["batch = 3", "max_concurrency = 2", FILTER]),
                false => some(
                    random,
                    &[
                        "batch = 100, window = \"20s\"",
                        "max_concurrency = 9",
                        FILTER,
                    ],
                ),
            };
            let argument = *random.pick(&["note: Note", "note: Message<Note>"]);
            (format!("#[on({id}{options})]\n"), argument.to_owned())
        }
        "topic" => {
            rights.insert(letters);
            let options = *random.pick(&[
                "",
                ", filter = r#\"{\"kind\": [\"late\"]}\"#",
                ", filter = r#\"{\"kind\": [{\"prefix\": \"l\"}]}\"#, filter_scope = \"attributes\"",
                ", filter = r#\"{\"order\": {\"total\": [{\"numeric\": [\">\", 5]}]}}\"#, filter_scope = \"body\"",
            ]);
            (format!("#[on({id}{options})]\n"), "note: Note".to_owned())
        }
        "bus" => {
            rights.insert(letters);
            let ty = &source.payload;
            let mut options = match random.below(3) {
                0 => String::new(),
                1 => format!(", event = {ty}::{}", random.pick(&source.variants)),
                _ => {
                    let all: Vec<String> = source
                        .variants
                        .iter()
                        .map(|one| format!("{ty}::{one}"))
                        .collect();
                    format!(", event = [{}]", all.join(", "))
                }
            };
            options += &some(
                random,
                &[
                    "pattern = r#\"{\"detail\": {\"id\": [{\"prefix\": \"a\"}]}}\"#",
                    "retries = 3",
                    "max_age = \"2h\"",
                ],
            );
            (format!("#[on({id}{options})]\n"), format!("event: {ty}"))
        }
        "table" if first || second => {
            rights.insert(letters);
            for action in [
                "dynamodb:DescribeStream",
                "dynamodb:GetRecords",
                "dynamodb:GetShardIterator",
            ] {
                rights.insert(right(action, format!("table:{id}/stream")));
            }
            rights.insert(right("dynamodb:ListStreams", "*"));
            let options = some(
                random,
                &[
                    "batch = 50",
                    "bisect = false",
                    "max_age = \"1h\"",
                    "parallel = 4",
                    "retries = 0",
                    "start = \"latest\"",
                    "window = \"5s\"",
                    "filter = r#\"{\"eventName\": [\"INSERT\"]}\"#",
                ],
            );
            (
                format!("#[on({id}.changes(){options})]\n"),
                format!("change: Change<{}>", source.payload),
            )
        }
        "bucket" if first => {
            rights.insert(letters);
            let mut out = String::new();
            let (one, two) = (random.chance(70), random.chance(50));
            if one || !two {
                let options = some(random, &["prefix = \"in/ä b\"", "suffix = \".png\""]);
                let _ = writeln!(out, "#[on({id}.created(){options})]");
            }
            if two {
                let options = some(random, &["prefix = \"old\""]);
                let _ = writeln!(out, "#[on({id}.removed(){options})]");
            }
            (out, "object: ObjectEvent".to_owned())
        }
        _ => (routes(random, taken), "Path(id): Path<String>".to_owned()),
    }
}

const FILTER: &str = "filter = r#\"{\"body\": {\"kind\": [\"a\"]}}\"#, filter = r#\"{\"body\": {\"kind\": [{\"exists\": false}]}}\"#";

fn routes(random: &mut Random, taken: &mut Taken) -> String {
    let mut out = String::new();
    for _ in 0..=random.below(3) {
        let method = random.pick(&[
            "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "ANY",
        ]);
        let tail = random.pick(&["{id}", "{*id}", "{id}/lines", "v1.0/{id}", "a-b_c/{id}/~x"]);
        taken.routes += 1;
        let layer = if random.chance(15) {
            ", layer = layered"
        } else {
            ""
        };
        let _ = writeln!(
            out,
            "#[on(http({method}, \"/r{}/{tail}\"){layer})]",
            taken.routes
        );
    }
    out
}

fn schedules(random: &mut Random, taken: &mut Taken) -> String {
    let mut out = String::new();
    for _ in 0..=random.below(2) {
        taken.schedules += 1;
        let at = taken.schedules;
        let expression = match random.below(6) {
            0 => format!("rate({} minutes)", at + 1),
            1 => format!("rate({} days)", at + 1),
            2 => format!("at(2031-0{}-01T12:00:00)", 1 + at % 9),
            3 => format!("cron({at} 0/6 ? * MON-FRI *)"),
            4 => format!("cron({at} 18 L * ? 2030-2035)"),
            _ => format!("cron({at},5{},7 8 ? * 2#1 *)", at % 10),
        };
        let zone = match expression.starts_with("rate") {
            true => String::new(),
            false => some(random, &["timezone = \"Europe/Berlin\""]),
        };
        let options = some(
            random,
            &[
                "flexible = \"15m\"",
                "input = r#\"{\"depth\": [1, \"<a>\", null]}\"#",
                "retries = 0",
                "max_age = \"90s\"",
            ],
        );
        let _ = writeln!(out, "#[on(schedule(\"{expression}\"){zone}{options})]");
    }
    out
}
