//! Properties that the user set by hand: what they need of roles is granted or asked for.

use ifc_catalog::model::GrantTarget;
use serde_json::{Value as Json, json};

use crate::fixture::{allow, app, option, text};

const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234";

#[test]
fn a_function_in_a_vpc_may_have_its_network_interfaces_made() {
    let placed = |properties: Json| {
        let metadata = json!({ "properties": { "WorkFunction": properties } });
        app()
            .metadata(metadata)
            .function("work")
            .function("other")
            .compile()
    };
    let compiled = placed(json!({
        "VpcConfig": { "SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"] }
    }));
    let interfaces = [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
    ];
    assert_eq!(compiled.said(), [] as [String; 0]);
    assert_eq!(
        compiled.statements("WorkRole"),
        [allow(&interfaces, &[json!("*")])]
    );
    assert_eq!(compiled.statements("OtherRole"), [] as [Json; 0]);
    let outside = placed(json!({ "VpcConfig": { "SubnetIds": [], "SecurityGroupIds": [] } }));
    assert_eq!(outside.statements("WorkRole"), [] as [Json; 0]);
}

#[test]
fn who_uses_what_a_key_encrypts_needs_a_grant_on_the_key() {
    let keyed = |key: &str| {
        let encryption = json!([{ "ServerSideEncryptionByDefault": { "KMSMasterKeyID": key } }]);
        json!({ "properties": {
            "JobsQueue": { "KmsMasterKeyId": key },
            "FilesBucket": { "BucketEncryption": { "ServerSideEncryptionConfiguration": encryption } },
        }})
    };
    let with = |key: &str, granted: &[&str]| {
        app()
            .metadata(keyed(key))
            .resource("queue", "JOBS")
            .resource("bucket", "FILES")
            .function("send")
            .uses("JOBS.send")
            .grant(granted, GrantTarget::Arn(KEY.into()))
            .function("work")
            .on("JOBS", Vec::new())
            .uses("FILES.get")
            .function("bystander")
            .uses("JOBS.name")
            .compile()
            .said()
    };
    let needs = |property: &str, actions: &str, function: &str| {
        format!(
            "IFC0805 `properties.{property}` in `[package.metadata.ifc]` needs {actions} in the role of `{function}`, on something that only the property names"
        )
    };
    let bucket = needs("FilesBucket.BucketEncryption", "`kms:Decrypt`", "work");
    let consumer = needs("JobsQueue.KmsMasterKeyId", "`kms:Decrypt`", "work");
    assert_eq!(
        with(KEY, &["kms:Decrypt"]),
        [
            bucket.clone(),
            consumer.clone(),
            needs("JobsQueue.KmsMasterKeyId", "`kms:GenerateDataKey`", "send"),
        ]
    );
    assert_eq!(with(KEY, &["kms:*"]), [bucket, consumer]);
    assert_eq!(with("alias/aws/sqs", &["kms:*"]), [] as [String; 0]);
}

#[test]
fn letters_and_file_systems_need_grants_too() {
    let said = app()
        .metadata(json!({ "properties": {
            "WorkFunctionDeadLetters": { "KmsMasterKeyId": { "Ref": "Key" } },
            "WorkFunction": {
                "DeadLetterConfig": { "TargetArn": "arn:aws:sns:eu-central-1:111122223333:alarms" },
                "FileSystemConfigs": [{ "Arn": "arn", "LocalMountPath": "/mnt/data" }],
            },
        }}))
        .resource("topic", "ALERTS")
        .function("work")
        .on("ALERTS", Vec::new())
        .compile()
        .said();
    let needed: Vec<&str> = said
        .iter()
        .filter_map(|message| message.strip_prefix("IFC0805 `properties."))
        .filter_map(|message| message.split_once(" in the role").map(|(needed, _)| needed))
        .collect();
    assert_eq!(
        needed,
        [
            "WorkFunction.DeadLetterConfig` in `[package.metadata.ifc]` needs `sns:Publish`",
            "WorkFunction.FileSystemConfigs` in `[package.metadata.ifc]` needs `elasticfilesystem:ClientMount`, `elasticfilesystem:ClientWrite`",
            "WorkFunctionDeadLetters.KmsMasterKeyId` in `[package.metadata.ifc]` needs `kms:Decrypt`, `kms:GenerateDataKey`",
        ]
    );
}

#[test]
fn what_takes_the_place_of_what_is_inferred_is_told() {
    let compiled = app()
        .metadata(json!({ "properties": {
            "WorkFunction": {
                "Environment": { "Variables": { "MODE": "live" } },
                "Role": "arn:aws:iam::111122223333:role/everything",
                "TracingConfig": { "Mode": "Active" },
            },
            "WorkRole": { "ManagedPolicyArns": [], "Policies": [] },
        }}))
        .function("work")
        .on(
            "schedule rate(1 day)",
            vec![option("timezone", text("UTC"))],
        )
        .compile();
    let place = "in `[package.metadata.ifc]`";
    assert_eq!(
        compiled.said(),
        [
            format!(
                "IFC0802 `properties.WorkFunction.Environment` {place} takes away the variables that select the handler and name its resources"
            ),
            format!(
                "IFC0802 `properties.WorkFunction.TracingConfig` {place} would trace without the permission to"
            ),
            format!(
                "IFC0806 `properties.WorkFunction.Role` {place} takes the place of what is inferred from the code"
            ),
            format!(
                "IFC0806 `properties.WorkRole.Policies` {place} takes the place of what is inferred from the code"
            ),
        ]
    );
}

/// A bucket that invokes functions and functions that invoke each other are called by their names.
#[test]
fn names_by_hand_are_those_that_permissions_name() {
    let named = |name: Json| {
        app()
            .metadata(json!({ "properties": {
                "FilesBucket": { "BucketName": name },
                "OthersBucket": { "BucketName": { "Fn::Sub": "others-${Stage}" } },
            }}))
            .resource("bucket", "FILES")
            .resource("bucket", "OTHERS")
            .function("work")
            .on("FILES.created", Vec::new())
            .uses("FILES.get")
            .uses("OTHERS.get")
            .compile()
    };
    let compiled = named(json!("my-files"));
    assert_eq!(compiled.said(), [""; 0]);
    let statements = compiled.statements("WorkRole");
    let resources: Vec<String> = (statements.iter())
        .map(|statement| statement["Resource"].to_string())
        .collect();
    assert!(
        resources.iter().any(|one| one.contains("s3:::my-files/*")),
        "{resources:?}"
    );
    let permission = compiled.properties("WorkOnFilesBucketPermission");
    let source = permission["SourceArn"].to_string();
    assert!(source.contains("s3:::my-files"), "{permission}");
    let place = "in `[package.metadata.ifc]`";
    assert_eq!(
        named(json!({ "Fn::Sub": "my-${Stage}" })).said(),
        [format!(
            "IFC0802 `properties.FilesBucket.BucketName` {place} leaves permissions with another name"
        )]
    );
}

#[test]
fn names_of_parameters_begin_with_a_slash() {
    let named = |name: Json| {
        app()
            .metadata(json!({ "properties": { "RateParameter": { "Name": name } } }))
            .resource("parameter", "RATE")
            .function("work")
            .uses("RATE.get")
            .compile()
            .said()
    };
    assert_eq!(named(json!("/shop/rate")), [""; 0]);
    assert_eq!(named(json!({ "Fn::Sub": "/shop/${Stage}/rate" })), [""; 0]);
    assert_eq!(named(json!("rate")).len(), 1);
    assert_eq!(named(json!({ "Ref": "AWS::StackName" })).len(), 1);
}

#[test]
fn what_other_things_follow_from_is_set_where_they_see_it() {
    let compiled = app()
        .metadata(json!({ "properties": {
            "FilesBucket": { "NotificationConfiguration": {} },
            "JobsQueue": { "FifoQueue": true, "VisibilityTimeout": 5, "DelaySeconds": 5 },
            "WorkFunction": {
                "Architectures": ["x86_64"],
                "LoggingConfig": { "LogFormat": "JSON" },
                "MemorySize": 512,
                "Timeout": 60,
            },
        }}))
        .resource("bucket", "FILES")
        .resource("queue", "JOBS")
        .function("work")
        .on("JOBS", Vec::new())
        .compile();
    let places = compiled.said().into_iter().map(|said| {
        let place = said.split('`').nth(1).unwrap_or_default();
        place.to_owned()
    });
    assert_eq!(
        places.collect::<Vec<_>>(),
        [
            "properties.FilesBucket.NotificationConfiguration",
            "properties.JobsQueue.FifoQueue",
            "properties.JobsQueue.VisibilityTimeout",
            "properties.WorkFunction.Architectures",
            "properties.WorkFunction.LoggingConfig",
            "properties.WorkFunction.Timeout",
        ]
    );
}

#[test]
fn logs_elsewhere_need_a_grant() {
    let said = |group: Json, granted: &[&str]| {
        let logging = json!({ "LogFormat": "JSON", "LogGroup": group });
        app()
            .metadata(json!({ "properties": { "WorkFunction": { "LoggingConfig": logging } } }))
            .function("work")
            .grant(
                granted,
                GrantTarget::Arn("arn:aws:logs:*:*:log-group:/all:*".into()),
            )
            .compile()
            .said()
    };
    let both = ["logs:CreateLogStream", "logs:PutLogEvents"];
    assert_eq!(said(json!("/all"), &both[1..]).len(), 1);
    assert_eq!(said(json!("/all"), &both), [""; 0]);
    assert_eq!(said(json!({ "Ref": "WorkLogs" }), &both[1..]), [""; 0]);
}
