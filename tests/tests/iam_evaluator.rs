//! The evaluator of `ifc-local` against iam-simulate, which shares no code with it, on thousands of
//! generated policies and requests. The seed of a run is in its message; `IFC_SEED` repeats one.
//!
//! Not generated, because iam-simulate departs from AWS's documentation or AWS documents nothing:
//! - `0.0.0.0/0`: it shifts by the whole width and finds no address in the range;
//! - addresses of one family against ranges of the other: it takes `NotIpAddress` for false;
//! - variables in documents of 2008-10-17: it fills them, AWS takes them for text;
//! - variables after a colon in an ARN's last part: it splits the ARN before it fills them;
//! - variables without a value in `NotResource` and in negated conditions.

use ifc_local::iam::{Policy, Request, decide};
use ifc_tests::simulate::{self, Question, Verdict};
use serde_json::{Map, Value, json};

const PAIRS: usize = 4000;
const ACCOUNT: &str = "123456789012";
const ROLE: &str = "arn:aws:iam::123456789012:role/place";

/// Numbers from a seed (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    /// One to `most` of a list, as a text or a list of texts.
    fn some(&mut self, list: &[&str], most: usize) -> Value {
        let count = 1 + self.below(most);
        let picked: Vec<&str> = (0..count).map(|_| self.pick(list)).collect();
        match picked.as_slice() {
            [only] if self.one_in(2) => json!(only),
            all => json!(all),
        }
    }
}

/// Actions with resources that fit them.
const REQUESTS: &[(&str, &[&str])] = &[
    (
        "dynamodb:PutItem",
        &[
            "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
            "arn:aws:dynamodb:eu-west-1:123456789012:table/orders-2",
        ],
    ),
    (
        "dynamodb:Query",
        &[
            "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
            "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/index/by_customer",
        ],
    ),
    (
        "sqs:SendMessage",
        &[
            "arn:aws:sqs:eu-west-1:123456789012:jobs",
            "arn:aws:sqs:us-east-1:123456789012:jobs.fifo",
        ],
    ),
    (
        "sns:Publish",
        &["arn:aws:sns:eu-west-1:123456789012:alerts"],
    ),
    ("s3:ListBucket", &["arn:aws:s3:::files"]),
    (
        "s3:GetObject",
        &["arn:aws:s3:::files/in/a.jpg", "arn:aws:s3:::files/out/b"],
    ),
    ("s3:ListAllMyBuckets", &["*"]),
];

const ACTIONS: &[&str] = &[
    "*",
    "dynamodb:*",
    "dynamodb:PutItem",
    "dynamodb:putitem",
    "dynamodb:Q*",
    "DynamoDB:Query",
    "sqs:Send*",
    "sqs:SendMessag?",
    "sns:Publish",
    "s3:Get*",
    "s3:*Object",
    "s3:List*",
    "s3:ListBucket",
];

const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:dynamodb:*:*:table/orders",
    "arn:aws:dynamodb:eu-west-1:123456789012:table/orders*",
    "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/index/*",
    "arn:aws:dynamodb:eu-west-1:123456789012:table/order?",
    "arn:aws:sqs:*:123456789012:jobs",
    "arn:aws:sqs:us-*:*:*.fifo",
    "arn:aws:sns:eu-west-1:123456789012:al*",
    "arn:aws:s3:::files",
    "arn:aws:s3:::files/*",
    "arn:aws:s3:::files/${aws:PrincipalTag/folder}/*",
    "arn:aws:s3:::f*/in/?.jpg",
];

/// Keys of the request with the operators and values that policies compare them with.
const CONDITIONS: &[(&str, &[&str], &[&str])] = &[
    (
        "aws:SourceIp",
        &["IpAddress", "NotIpAddress", "IpAddressIfExists"],
        &["10.0.0.0/8", "192.168.1.1", "192.0.0.0/2"],
    ),
    (
        "aws:PrincipalTag/folder",
        &[
            "StringEquals",
            "StringNotEquals",
            "StringLike",
            "StringNotLike",
            "StringEqualsIgnoreCase",
            "StringEqualsIfExists",
        ],
        &["in", "IN", "i*", "out", "${aws:PrincipalTag/topic}"],
    ),
    (
        "aws:PrincipalTag/team",
        &[
            "StringEquals",
            "StringNotLike",
            "StringLikeIfExists",
            "Null",
        ],
        &["true", "false"],
    ),
    (
        "aws:SecureTransport",
        &["Bool", "BoolIfExists", "Null"],
        &["true", "false"],
    ),
    (
        "aws:CurrentTime",
        &["DateLessThan", "DateGreaterThanEquals"],
        &["2026-01-01T00:00:00Z", "2030-06-01T12:00:00Z"],
    ),
    (
        "aws:EpochTime",
        &["NumericLessThan", "NumericGreaterThan"],
        &["1700000000", "1900000000"],
    ),
    (
        "aws:SourceArn",
        &[
            "ArnEquals",
            "ArnLike",
            "ArnNotLike",
            "StringLike",
            "ArnLikeIfExists",
        ],
        &[
            "arn:aws:sns:*:123456789012:alerts",
            "arn:aws:s3:::files",
            "arn:aws:sns:eu-west-1:123456789012:al*",
        ],
    ),
    (
        "aws:TagKeys",
        &[
            "ForAllValues:StringEquals",
            "ForAnyValue:StringEquals",
            "ForAllValues:StringLike",
            "ForAnyValue:StringNotEquals",
        ],
        &["a", "b", "c*"],
    ),
];

/// A statement; half of them name the very action and resource, else few would apply.
fn statement(random: &mut Random, action: &str, resource: &str) -> Value {
    let mut statement = Map::new();
    let effect = if random.one_in(4) { "Deny" } else { "Allow" };
    statement.insert("Effect".into(), effect.into());
    let actions = if random.one_in(6) {
        "NotAction"
    } else {
        "Action"
    };
    let own = random.one_in(2);
    let listed = if own {
        json!(action)
    } else {
        random.some(ACTIONS, 3)
    };
    statement.insert(actions.into(), listed);
    let resources = if random.one_in(6) {
        "NotResource"
    } else {
        "Resource"
    };
    let own = random.one_in(2);
    let listed = if own {
        json!(resource)
    } else {
        random.some(RESOURCES, 3)
    };
    statement.insert(resources.into(), listed);
    let mut conditions = Map::new();
    for _ in 0..random.below(3) {
        let (key, operators, values) = CONDITIONS[random.below(CONDITIONS.len())];
        let operator = random.pick(operators);
        let values = match operator {
            "Null" | "Bool" | "BoolIfExists" => json!(random.pick(values)),
            _ => random.some(values, 2),
        };
        let keys = conditions
            .entry(operator)
            .or_insert_with(|| Value::Object(Map::new()));
        keys[key] = values;
    }
    if !conditions.is_empty() {
        statement.insert("Condition".into(), conditions.into());
    }
    statement.into()
}

fn context(random: &mut Random) -> Map<String, Value> {
    let mut context = Map::new();
    let single: &[(&str, &[&str])] = &[
        ("aws:SourceIp", &["10.1.2.3", "192.168.1.1", "11.0.0.1"]),
        ("aws:PrincipalTag/team", &["true", "false"]),
        ("aws:SecureTransport", &["true", "false"]),
        (
            "aws:CurrentTime",
            &["2026-11-27T10:00:00Z", "2031-01-01T00:00:00Z"],
        ),
        ("aws:EpochTime", &["1764237600", "1950000000"]),
        (
            "aws:SourceArn",
            &[
                "arn:aws:sns:eu-west-1:123456789012:alerts",
                "arn:aws:s3:::files",
            ],
        ),
    ];
    for (key, values) in single {
        if !random.one_in(3) {
            context.insert((*key).to_owned(), json!(random.pick(values)));
        }
    }
    let folder = random.pick(&["in", "out", "In"]);
    context.insert("aws:PrincipalTag/folder".into(), folder.into());
    let topic = random.pick(&["alerts", "in"]);
    context.insert("aws:PrincipalTag/topic".into(), topic.into());
    if random.one_in(2) {
        let all = ["a", "b", "cc"];
        let count = 1 + random.below(all.len());
        context.insert("aws:TagKeys".into(), json!(all[..count]));
    }
    context
}

fn question(random: &mut Random) -> Question {
    let (action, resources) = REQUESTS[random.below(REQUESTS.len())];
    let resource = random.pick(resources);
    let count = 1 + random.below(4);
    let statements: Vec<Value> = (0..count)
        .map(|_| statement(random, action, resource))
        .collect();
    let has_variables = json!(statements).to_string().contains("${");
    let version = match random.one_in(4) && !has_variables {
        true => "2008-10-17",
        false => "2012-10-17",
    };
    Question {
        label: String::new(),
        action: action.to_owned(),
        resource: resource.to_owned(),
        account: ACCOUNT.to_owned(),
        principal: ROLE.to_owned(),
        context: context(random),
        identity: vec![json!({ "Version": version, "Statement": statements })],
        resource_policy: resource_policy(random, action, resource),
        expected: Verdict::Denied,
    }
}

/// A policy of the resource, for services that have some.
fn resource_policy(random: &mut Random, action: &str, resource: &str) -> Option<Value> {
    let has_policies = ["sqs:", "sns:", "s3:GetObject", "s3:ListBucket"];
    if random.one_in(2) || !has_policies.iter().any(|prefix| action.starts_with(prefix)) {
        return None;
    }
    let principals = [
        json!("*"),
        json!({ "AWS": ROLE }),
        json!({ "AWS": [ROLE, "arn:aws:iam::123456789012:role/other"] }),
        json!({ "AWS": "arn:aws:iam::123456789012:role/other" }),
        json!({ "AWS": ACCOUNT }),
        json!({ "AWS": "arn:aws:iam::123456789012:root" }),
        json!({ "Service": "events.amazonaws.com" }),
    ];
    let statements: Vec<Value> = (0..1 + random.below(2))
        .map(|_| {
            let mut statement = statement(random, action, resource);
            statement["Principal"] = principals[random.below(principals.len())].clone();
            statement
        })
        .collect();
    Some(json!({ "Version": "2012-10-17", "Statement": statements }))
}

/// What `ifc-local` says.
fn answer(question: &Question) -> Verdict {
    let mut request = Request::new(&*question.principal, &*question.action, &*question.resource);
    for (key, value) in &question.context {
        let values = match value {
            Value::Array(list) => list.clone(),
            single => vec![single.clone()],
        };
        let values = values.iter().filter_map(Value::as_str).map(str::to_owned);
        request.context.set_all(key, values);
    }
    let read = |document: &Value| Policy::from_json(document).expect("generated ones are valid");
    let identity: Vec<Policy> = question.identity.iter().map(read).collect();
    let resource = question.resource_policy.as_ref().map(read);
    match decide(&request, &identity, resource.as_ref()).is_allowed() {
        true => Verdict::Allowed,
        false => Verdict::Denied,
    }
}

#[test]
fn decides_as_iam_simulate_does() {
    let seed = std::env::var("IFC_SEED").ok();
    let seed = seed
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_261_127);
    let mut random = Random(seed);
    let questions: Vec<Question> = (0..PAIRS).map(|_| question(&mut random)).collect();
    let theirs = simulate::decide(&questions).expect("iam-simulate runs");
    let allowed = theirs
        .iter()
        .filter(|verdict| **verdict == Verdict::Allowed)
        .count();
    assert!(
        allowed * 5 > PAIRS && allowed * 5 < PAIRS * 4,
        "{allowed} of {PAIRS} are allowed: the generator is one-sided"
    );
    let mut differences = Vec::new();
    for (question, theirs) in questions.iter().zip(&theirs) {
        let ours = answer(question);
        if ours != *theirs {
            let text = serde_json::to_string(question).expect("it is data");
            differences.push(format!("ours {ours:?}, theirs {theirs:?}: {text}"));
        }
    }
    assert!(
        differences.is_empty(),
        "seed {seed}: {} of {PAIRS} differ, such as\n{}",
        differences.len(),
        differences[..differences.len().min(3)].join("\n")
    );
}
