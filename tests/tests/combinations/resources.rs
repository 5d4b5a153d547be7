//! Resources of every kind with every option, and where they come from.

use std::fmt::Write;

use ifc_tests::random::Random;

/// Names of statics: words, single letters, digits.
const NAMES: &[&str] = &[
    "ORDERS",
    "ORDER_ITEMS",
    "A",
    "X9",
    "EVENTS_2_GO",
    "FILES",
    "JOBS",
    "PRICES",
    "AUDIT_LOG",
    "Z_1",
    "KEYS",
    "A_RATHER_LONG_NAME_FOR_SOMETHING_THAT_IS_KEPT_SOMEWHERE",
    "B2B",
    "STEPS",
];

const KINDS: &[&str] = &[
    "table",
    "queue",
    "topic",
    "bus",
    "bucket",
    "secret",
    "parameter",
    "function",
];

/// A resource, as far as handlers need to know it.
#[derive(Clone)]
pub(crate) struct Resource {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) fifo: bool,
    pub(crate) existing: bool,
    /// Whether the table's items have a sort key.
    pub(crate) sorted: bool,
    pub(crate) indexes: Vec<String>,
    pub(crate) variants: Vec<String>,
    /// Payload type.
    pub(crate) payload: String,
    /// The static and the types that it needs.
    pub(crate) source: String,
}

/// Resources of random kinds; a function is one only if some handler is to serve it.
pub(crate) fn resources(random: &mut Random, count: usize) -> Vec<Resource> {
    let mut names = NAMES.to_vec();
    random.shuffle(&mut names);
    let named = names.into_iter().take(count);
    named.map(|name| resource(random, name)).collect()
}

pub(crate) fn resource(random: &mut Random, name: &str) -> Resource {
    let kind = *random.pick(KINDS);
    let mut made = Resource {
        name: name.to_owned(),
        kind,
        fifo: matches!(kind, "queue" | "topic") && random.chance(35),
        existing: random.chance(20),
        sorted: random.chance(50),
        indexes: Vec::new(),
        variants: Vec::new(),
        payload: "Note".to_owned(),
        source: String::new(),
    };
    let mut source = String::new();
    match kind {
        "table" => item(random, &mut made, &mut source),
        "bus" => event(random, &mut made, &mut source),
        _ => {}
    }
    let options = match made.existing {
        true => vec![format!("existing = {}", existing(random, &made))],
        false => options(random, &made),
    };
    let fifo = if made.fifo { ", Fifo" } else { "" };
    let payload = &made.payload;
    let ty = match kind {
        "table" => format!("Table<{payload}>"),
        "queue" => format!("Queue<{payload}{fifo}>"),
        "topic" => format!("Topic<{payload}{fifo}>"),
        "bus" => format!("Bus<{payload}>"),
        "bucket" => "Bucket".to_owned(),
        "secret" => "Secret<String>".to_owned(),
        "parameter" => "Parameter<String>".to_owned(),
        _ => "Function<Note, Note>".to_owned(),
    };
    let (handle, _) = ty.split_once('<').unwrap_or((&ty, ""));
    let _ = writeln!(
        source,
        "#[resource({})]\npub(crate) static {name}: {ty} = {handle}::new();",
        options.join(", ")
    );
    made.source = source;
    made
}

fn item(random: &mut Random, made: &mut Resource, source: &mut String) {
    made.payload = format!("Item{}", made.name.replace('_', ""));
    let keys = ["String", "u64", "i32"];
    let mut fields = vec![format!(
        "#[item(partition_key)] pub id: {}",
        random.pick(&keys)
    )];
    if made.sorted {
        fields.push(format!("#[item(sort_key)] pub at: {}", random.pick(&keys)));
    }
    for index in ["by_owner", "by-day", "x.y"] {
        if !random.chance(35) {
            continue;
        }
        let field = index.replace(['-', '.'], "_");
        fields.push(format!(
            "#[item(index = \"{index}\")] pub {field}: {}",
            random.pick(&keys)
        ));
        if random.chance(50) {
            fields.push(format!(
                "#[item(index = \"{index}\", sort_key)] #[serde(rename = \"{field}-at\")] pub {field}_at: u64"
            ));
        }
        made.indexes.push(index.to_owned());
    }
    if random.chance(40) {
        fields.push("#[item(ttl)] pub expires_at: u64".to_owned());
    }
    let _ = writeln!(
        source,
        "#[derive(Clone, Serialize, Deserialize, Item)]\npub(crate) struct {} {{ {} }}",
        made.payload,
        fields.join(", ")
    );
}

fn event(random: &mut Random, made: &mut Resource, source: &mut String) {
    made.payload = format!("Event{}", made.name.replace('_', ""));
    let mut variants = vec!["Placed", "Paid", "OrderShipped", "Lost"];
    random.shuffle(&mut variants);
    variants.truncate(1 + random.below(4));
    let fields: Vec<String> = variants
        .iter()
        .map(|variant| format!("{variant} {{ id: String }}"))
        .collect();
    let _ = writeln!(
        source,
        "#[derive(Clone, Serialize, Deserialize, Event)]\n#[event(source = \"shop.{}\")]\npub(crate) enum {} {{ {} }}",
        made.name.to_lowercase(),
        made.payload,
        fields.join(", ")
    );
    made.variants = variants.into_iter().map(str::to_owned).collect();
}

fn existing(random: &mut Random, made: &Resource) -> String {
    let name = made.name.to_lowercase();
    let fifo = if made.fifo { ".fifo" } else { "" };
    let within = |service: &str, rest: &str| {
        format!("arn:aws:{service}:eu-central-1:123456789012:{rest}{name}{fifo}")
    };
    match random.below(3) {
        0 => format!("param(\"{}Arn\")", made.name.replace('_', "")),
        1 => format!("ssm(\"/shared/{name}\")"),
        _ => {
            let arn = match made.kind {
                "table" => within("dynamodb", "table/"),
                "queue" => within("sqs", ""),
                "topic" => within("sns", ""),
                "bus" => within("events", "event-bus/"),
                "bucket" => format!("arn:aws:s3:::existing-{}", name.replace('_', "-")),
                "secret" => within("secretsmanager", "secret:") + "-AbCdEf",
                "parameter" => within("ssm", "parameter/shared/"),
                _ => within("lambda", "function:"),
            };
            format!("\"{arn}\"")
        }
    }
}

fn options(random: &mut Random, made: &Resource) -> Vec<String> {
    let all: &[&str] = match made.kind {
        "table" => &["stream = \"new_and_old\"", "retain"],
        "queue" if made.fifo => &[
            "deduplicate",
            "high_throughput",
            "delay = \"7s\"",
            "max_receives = 3",
            "retention = \"2d\"",
            "destroy",
        ],
        "queue" => &[
            "delay = \"15m\"",
            "max_receives = 10",
            "retention = \"14d\"",
            "visibility = \"12h\"",
            "retain",
        ],
        "bucket" => &["versioned", "expire = \"90d\"", "destroy"],
        "secret" => &["generate = 40", "destroy"],
        "parameter" => &["default = \"0.19\""],
        _ => &[],
    };
    let chosen = all.iter().filter(|_| random.chance(40));
    chosen.map(|option| (*option).to_owned()).collect()
}
