//! `#[resource(..)]`.

use ifc_catalog::model::Existing;
use ifc_syntax::resource::Removal;

use super::{read_resource, resource_errors};

#[test]
fn resources_are_read() {
    let (found, errors) = read_resource(
        r#"#[resource(retain, visibility = "60s")] static Q: ifc_runtime::Queue<Order, Fifo> = Queue::new();"#,
    );
    assert_eq!(errors, [""; 0]);
    assert_eq!(found.kind.map(|kind| kind.name), Some("queue"));
    assert!(found.fifo);
    assert_eq!(
        found.removal.map(|(removal, _)| removal),
        Some(Removal::Retain)
    );
    for (given, existing) in [
        (
            r#""arn:aws:sqs:eu-central-1:1:q""#,
            Existing::Arn("arn:aws:sqs:eu-central-1:1:q".into()),
        ),
        (
            r#"param("QueueArn")"#,
            Existing::StackParameter("QueueArn".into()),
        ),
        (
            r#"ssm("/shop/q")"#,
            Existing::SsmParameter("/shop/q".into()),
        ),
    ] {
        let source = format!("#[resource(existing = {given})] static Q: Queue<u8> = Queue::new();");
        let (found, errors) = read_resource(&source);
        assert_eq!(errors, [""; 0]);
        assert_eq!(found.existing.map(|(existing, _)| existing), Some(existing));
    }
}

/// Permissions on something else than what the code uses would allow nothing.
#[test]
fn existing_resources_are_of_their_kind() {
    let arn = |service: &str, name: &str| format!("arn:aws:{service}:eu-central-1:1:{name}");
    let kinds = [
        (
            "Table<u8>",
            arn("dynamodb", "table/t"),
            arn("dynamodb", "index/t"),
        ),
        ("Queue<u8>", arn("sqs", "q"), arn("sns", "q")),
        ("Queue<u8, Fifo>", arn("sqs", "q.fifo"), arn("sqs", "q")),
        ("Topic<u8>", arn("sns", "t"), arn("sns", "t.fifo")),
        (
            "Bus<u8>",
            arn("events", "event-bus/b"),
            arn("events", "rule/b"),
        ),
        (
            "Bucket",
            "arn:aws:s3:::b".to_owned(),
            arn("dynamodb", "table/b"),
        ),
        (
            "Bucket",
            "arn:aws:s3:::b".to_owned(),
            "arn:aws:s3:::b/key".to_owned(),
        ),
        (
            "Bucket",
            "arn:aws:s3:::b".to_owned(),
            arn("s3", "accesspoint/b"),
        ),
        (
            "Table<u8>",
            arn("dynamodb", "table/t"),
            arn("dynamodb", "table/t/index/i"),
        ),
        (
            "Topic<u8>",
            arn("sns", "t"),
            arn("sns", "t:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55"),
        ),
        ("Queue<u8>", arn("sqs", "q"), "arn:aws:sqs:::q".to_owned()),
        (
            "Secret<u8>",
            arn("secretsmanager", "secret:s-AbCdEf"),
            arn("secretsmanager", "s-AbCdEf"),
        ),
        (
            "Parameter<u8>",
            arn("ssm", "parameter/p"),
            arn("ssm", "document/p"),
        ),
        (
            "Function<u8, u8>",
            arn("lambda", "function:f"),
            arn("lambda", "layer:f"),
        ),
    ];
    for (ty, own, other) in kinds {
        let handle = ty.split('<').next().unwrap_or(ty);
        let source = |arn: &str| {
            format!("#[resource(existing = \"{arn}\")] static R: {ty} = {handle}::new();")
        };
        assert_eq!(read_resource(&source(&own)).1, [""; 0], "{ty}");
        let (_, errors) = read_resource(&source(&other));
        assert!(
            matches!(errors.as_slice(), [one] if one.contains("is no ARN of a")),
            "{ty}: {errors:?}"
        );
    }
}

#[test]
fn resources_with_mistakes() {
    resource_errors(
        "#[resource] static GRÖSSEN: Bucket = Bucket::new();",
        &[
            "IFC0201 [GRÖSSEN] AWS takes no names like that of the resource `GRÖSSEN` | help: use letters from A to Z, digits and `_`",
        ],
    );
    resource_errors(
        "#[resource(existing = \"arn:aws:secretsmanager:eu-central-1:1:secret:stripe\")] static S: Secret<u8> = Secret::new();",
        &[
            "IFC0202 [\"arn:aws:secretsmanager:eu-central-1:1:secret:stripe\"] \"arn:aws:secretsmanager:eu-central-1:1:secret:stripe\" lacks the six characters with which AWS ends the ARN of a secret | help: write `existing = \"arn:..\"`, `existing = param(\"StackParameter\")` or `existing = ssm(\"/path\")`",
        ],
    );
    resource_errors(
        "#[resource] static STAGE: Bucket = Bucket::new();",
        &[
            "IFC0201 [STAGE] the resource `STAGE` would be named by `IFC_STAGE`, which means something else | help: rename the static",
        ],
    );
    resource_errors(
        "#[resource(visiblity = 60, deduplicate)] static mut Q: Queue<Order> = make();",
        &[
            "IFC0201 [mut] the resource `Q` is mutable | help: remove `mut`: a handle is only a name",
            "IFC0201 [make()] the resource `Q` is not made by `new()` | help: write `= Queue::new();` and put options in the attribute",
            "IFC0103 [visiblity] unknown option `visiblity` of `#[resource]` on a `Queue` | no such option | help: did you mean `visibility`?",
            "IFC0119 [deduplicate] `deduplicate` has no meaning for a standard queue | help: use `Queue<T, Fifo>`, or remove it (Amazon SQS quotas)",
        ],
    );
    resource_errors(
        r#"#[resource(existing = "orders", retain, destroy)] static T: Table<Order> = Table::new();"#,
        &[
            "IFC0202 [\"orders\"] \"orders\" is not an ARN | help: write `existing = \"arn:..\"`, `existing = param(\"StackParameter\")` or `existing = ssm(\"/path\")`",
            "IFC0201 [destroy] `retain` and `destroy` are each given once, and not together | help: keep one of them",
        ],
    );
    resource_errors(
        r#"#[resource(existing = param("TableArn"), stream = "old", destroy)] static T: Table<Order> = Table::new();"#,
        &[
            "IFC0203 [stream] `stream` has no effect on an existing resource | help: remove it: the resource belongs to someone else and is not changed",
            "IFC0203 [destroy] `destroy` has no effect on an existing resource | help: remove it: the resource belongs to someone else and is not changed",
        ],
    );
    resource_errors(
        "#[resource(retain)] static P: Parameter<u8> = Parameter::new();",
        &[
            "IFC0103 [retain] unknown option `retain` of `#[resource]` on a `Parameter` | no such option | help: options are `default`, `existing`",
        ],
    );
}
