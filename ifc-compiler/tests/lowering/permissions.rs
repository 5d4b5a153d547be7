//! Exact statements of roles: what the code does, and what wiring needs.

use std::sync::Arc;

use ifc_catalog::model::{GrantTarget, Step, Text};
use serde_json::{Value as Json, json};

use crate::fixture::{allow, app, arn};

fn sub(text: &str) -> Json {
    json!({ "Fn::Sub": text })
}

#[test]
fn a_function_that_puts_one_item_may_put_items_in_one_table() {
    let compiled = app()
        .resource("table", "ORDERS")
        .resource("table", "AUDIT")
        .function("place")
        .on("http POST /orders", vec![])
        .uses("ORDERS.put")
        .compile();
    assert_eq!(
        compiled.statements("PlaceRole"),
        [allow(&["dynamodb:PutItem"], &[arn("OrdersTable")])]
    );
}

#[test]
fn the_logs_statement_names_the_group_and_makes_none() {
    let compiled = app().function("place").compile();
    let policy = &compiled.properties("PlaceRole")["Policies"][0]["PolicyDocument"];
    assert_eq!(
        policy["Statement"],
        json!([allow(
            &["logs:CreateLogStream", "logs:PutLogEvents"],
            &[arn("PlaceLogs")]
        )])
    );
}

#[test]
fn queries_of_an_index_name_the_index_and_not_the_table() {
    let compiled = app()
        .resource("table", "ORDERS")
        .function("list")
        .uses_with(
            "ORDERS.query_index",
            vec![(0, Text::Exact("by_customer".into()))],
        )
        .compile();
    assert_eq!(
        compiled.statements("ListRole"),
        [allow(
            &["dynamodb:Query"],
            &[sub("${OrdersTable.Arn}/index/by_customer")]
        )]
    );
}

#[test]
fn transactions_need_the_actions_of_their_branches_on_their_tables() {
    let compiled = app()
        .resource("table", "ORDERS")
        .resource("table", "STOCK")
        .function("place")
        .uses("ORDERS.Transaction.put_new")
        .uses("STOCK.Transaction.check")
        .uses("STOCK.ReadTransaction.get")
        .compile();
    assert_eq!(
        compiled.statements("PlaceRole"),
        [
            allow(
                &["dynamodb:ConditionCheckItem", "dynamodb:GetItem"],
                &[arn("StockTable")]
            ),
            allow(&["dynamodb:PutItem"], &[arn("OrdersTable")]),
        ]
    );
}

#[test]
fn objects_and_buckets_stand_in_separate_statements() {
    let compiled = app()
        .resource("bucket", "FILES")
        .function("sort")
        .uses_with("FILES.get", vec![(0, Text::Any)])
        .uses_with("FILES.list", vec![(0, Text::Prefix("in/".into()))])
        .compile();
    assert_eq!(
        compiled.statements("SortRole"),
        [
            allow(&["s3:GetObject"], &[sub("${FilesBucket.Arn}/*")]),
            allow(&["s3:ListBucket"], &[arn("FilesBucket")]),
        ]
    );
}

#[test]
fn known_keys_narrow_object_permissions() {
    let compiled = app()
        .resource("bucket", "FILES")
        .function("copy")
        .uses_with(
            "FILES.copy",
            vec![
                (0, Text::Exact("in/a*b".into())),
                (1, Text::Prefix("out/".into())),
            ],
        )
        .compile();
    assert_eq!(
        compiled.statements("CopyRole"),
        [
            // A literal star is no wildcard for IAM when written as a variable, and `${!` is how
            // CloudFormation leaves a variable alone.
            allow(&["s3:GetObject"], &[sub("${FilesBucket.Arn}/in/a${!*}b")]),
            allow(&["s3:PutObject"], &[sub("${FilesBucket.Arn}/out/*")]),
        ]
    );
}

#[test]
fn batches_and_singles_of_a_queue_need_the_same_action() {
    let compiled = app()
        .resource("queue", "SHIPMENTS")
        .function("place")
        .uses("SHIPMENTS.send")
        .uses("SHIPMENTS.send_many")
        .uses("SHIPMENTS.depth")
        .compile();
    assert_eq!(
        compiled.statements("PlaceRole"),
        [allow(
            &["sqs:GetQueueAttributes", "sqs:SendMessage"],
            &[arn("ShipmentsQueue")]
        )]
    );
    let permissions = &compiled.manifest.functions["place"].permissions;
    let send = permissions
        .iter()
        .find(|permission| permission.actions == ["sqs:SendMessage"])
        .expect("a permission");
    assert_eq!(send.resources, ["queue:SHIPMENTS"]);
}

#[test]
fn every_call_site_is_kept() {
    let mut app = app()
        .resource("queue", "SHIPMENTS")
        .function("place")
        .uses("SHIPMENTS.send")
        .uses("SHIPMENTS.send_after");
    let steps = &mut app.0.functions[0].uses[1].why[0].steps;
    *steps = Arc::new([Step {
        function: "retry::later".into(),
        ..steps[0].clone()
    }]);
    let compiled = app.compile();
    let permission = &compiled.manifest.functions["place"].permissions[0];
    let functions: Vec<&str> = permission.why.iter().map(|w| w.function.as_str()).collect();
    assert_eq!(functions, ["place", "retry::later"]);
}

#[test]
fn names_need_no_permission_but_the_variable() {
    let compiled = app()
        .resource("table", "ORDERS")
        .resource("table", "AUDIT")
        .function("raw")
        .uses("ORDERS.name")
        .compile();
    assert_eq!(compiled.statements("RawRole"), [] as [Json; 0]);
    assert_eq!(
        compiled.properties("RawFunction")["Environment"]["Variables"],
        json!({
            "IFC_FUNCTION": "raw",
            "IFC_ORDERS": { "Ref": "OrdersTable" },
            "IFC_STAGE": { "Ref": "Stage" },
        })
    );
}

#[test]
fn secrets_parameters_topics_and_buses() {
    let compiled = app()
        .resource("secret", "KEY")
        .resource("parameter", "RATE")
        .resource("topic", "ALERTS")
        .resource("bus", "EVENTS")
        .function("work")
        .uses("KEY.get")
        .uses("RATE.get")
        .uses("ALERTS.publish")
        .uses("EVENTS.publish")
        .compile();
    let ssm =
        "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${RateParameter}";
    assert_eq!(
        compiled.statements("WorkRole"),
        [
            events(json!(["Cancelled", "Placed"])),
            allow(
                &["secretsmanager:GetSecretValue"],
                &[json!({ "Fn::GetAtt": ["KeySecret", "Id"] })]
            ),
            allow(&["sns:Publish"], &[json!({ "Ref": "AlertsTopic" })]),
            allow(&["ssm:GetParameter"], &[sub(ssm)]),
        ]
    );
}

#[test]
fn statements_merge_without_changing_what_they_allow() {
    let compiled = app()
        .resource("table", "A")
        .resource("table", "B")
        .resource("table", "C")
        .function("work")
        .uses("A.put")
        .uses("A.get")
        .uses("B.put")
        .uses("B.get")
        .uses("C.put")
        .compile();
    assert_eq!(
        compiled.statements("WorkRole"),
        [
            allow(
                &["dynamodb:GetItem", "dynamodb:PutItem"],
                &[arn("ATable"), arn("BTable")]
            ),
            allow(&["dynamodb:PutItem"], &[arn("CTable")]),
        ]
    );
}

#[test]
fn grants_stand_beside_what_is_inferred() {
    let compiled = app()
        .resource("bucket", "FILES")
        .function("scan")
        .uses_with("FILES.get", vec![(0, Text::Any)])
        .grant(
            &["textract:DetectDocumentText"],
            GrantTarget::Arn("*".into()),
        )
        .grant(
            &["s3:GetObjectTagging", "s3:GetBucketTagging"],
            GrantTarget::Resource(0),
        )
        .compile();
    assert_eq!(compiled.said(), [""; 0]);
    assert_eq!(
        compiled.statements("ScanRole"),
        [
            allow(&["s3:GetBucketTagging"], &[arn("FilesBucket")]),
            allow(
                &["s3:GetObject", "s3:GetObjectTagging"],
                &[sub("${FilesBucket.Arn}/*")]
            ),
            allow(&["textract:DetectDocumentText"], &[json!("*")]),
        ]
    );
    let permission = &compiled.manifest.functions["scan"].permissions[1];
    assert_eq!(permission.because.as_deref(), Some("the test says so"));
    assert_eq!(permission.why[0].span, "src/main.rs:1:1");
}

#[test]
fn grants_of_what_does_not_exist_are_errors() {
    let compiled = app()
        .resource("queue", "ORDERS")
        .function("work")
        .grant(&["sqs:SendMesage"], GrantTarget::Resource(0))
        .grant(&["sqs:DeleteMessageBatch"], GrantTarget::Resource(0))
        .grant(
            &["dynamodb:ListStreams"],
            GrantTarget::Arn("arn:aws:dynamodb:eu-central-1:123456789012:table/t".into()),
        )
        .compile();
    assert_eq!(
        compiled.said(),
        [
            "IFC0501 AWS knows no action `sqs:DeleteMessageBatch`",
            "IFC0501 AWS knows no action `sqs:SendMesage`",
            "IFC0502 `dynamodb:ListStreams` applies to no single resource",
        ]
    );
    let typo = &compiled.diagnostics[1];
    assert_eq!(typo.helps, ["did you mean `sqs:SendMessage`?"]);
    assert_eq!(compiled.statements("WorkRole"), [] as [Json; 0]);
}

#[test]
fn adding_a_call_never_removes_a_grant() {
    let pairs = |policies: &[(String, Json)]| {
        let statements = policies[0].1["Statement"].as_array().cloned();
        let mut pairs = std::collections::BTreeSet::new();
        for statement in statements.unwrap_or_default() {
            for action in statement["Action"].as_array().into_iter().flatten() {
                for resource in statement["Resource"].as_array().into_iter().flatten() {
                    pairs.insert((action.to_string(), resource.to_string()));
                }
            }
        }
        pairs
    };
    let calls = ["A.put", "A.get", "B.put", "Q.send", "F.delete", "F.list"];
    let mut before = std::collections::BTreeSet::new();
    for count in 0..=calls.len() {
        let mut app = app()
            .resource("table", "A")
            .resource("table", "B")
            .resource("queue", "Q")
            .resource("bucket", "F")
            .function("work");
        for call in &calls[..count] {
            app = app.uses(call);
        }
        let after = pairs(&app.compile().policies);
        assert!(before.is_subset(&after), "{before:?} {after:?}");
        before = after;
    }
    assert_eq!(before.len(), calls.len() + 2);
}

#[test]
fn policies_are_plain_iam() {
    let compiled = app()
        .resource("table", "ORDERS")
        .function("place")
        .uses("ORDERS.put")
        .compile();
    let orders =
        "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${OrdersTable}";
    let logs =
        "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${PlaceLogs}:*";
    assert_eq!(
        compiled.policies,
        [(
            "policies/place.json".to_string(),
            json!({ "Version": "2012-10-17", "Statement": [
                allow(&["dynamodb:PutItem"], &[json!(orders)]),
                allow(&["logs:CreateLogStream", "logs:PutLogEvents"], &[json!(logs)]),
            ] })
        )]
    );
}

/// The ARN of a secret ends in letters that nobody knows before, and the name of a bucket with a
/// trigger has a part of the stack's id: no text but a reference says them.
#[test]
fn policies_refer_to_what_the_deployment_draws() {
    let compiled = app()
        .resource("secret", "KEY")
        .resource("bucket", "FILES")
        .function("work")
        .on("FILES.created", vec![])
        .uses("KEY.get")
        .uses_with("FILES.get", vec![(0, Text::Prefix("in/".into()))])
        .compile();
    let statements = compiled.policies[0].1["Statement"].to_string();
    assert!(
        statements.contains(r#"["${KeySecret.Id}"]"#),
        "{statements}"
    );
    let objects = r#"["arn:${AWS::Partition}:s3:::${FilesBucket}/in/*"]"#;
    assert!(statements.contains(objects), "{statements}");
}

/// A statement under a condition.
fn when(mut statement: Json, operator: &str, key: &str, values: Json) -> Json {
    statement["Condition"][operator][key] = values;
    statement
}

fn events(types: Json) -> Json {
    let statement = allow(&["events:PutEvents"], &[arn("EventsBus")]);
    let operator = "ForAllValues:StringEquals";
    let statement = when(statement, operator, "events:detail-type", types);
    when(statement, operator, "events:source", json!("orders"))
}

#[test]
fn listings_are_bound_to_prefixes_that_are_known() {
    let list = |scopes: &[Text]| {
        let mut app = app().resource("bucket", "FILES").function("sort");
        for scope in scopes {
            app = app.uses_with("FILES.list", vec![(0, scope.clone())]);
        }
        app.compile().statements("SortRole")
    };
    let exact = |text: &str| Text::Exact(text.into());
    let begins = |text: &str| Text::Prefix(text.into());
    let always = allow(&["s3:ListBucket"], &[arn("FilesBucket")]);
    let like = |operator: &str, values: Json| when(always.clone(), operator, "s3:prefix", values);
    assert_eq!(
        list(&[exact("in/*/")]),
        [like("StringEquals", json!("in/*/"))]
    );
    assert_eq!(
        list(&[begins("in/*/")]),
        [like("StringLike", json!("in/${*}/*"))]
    );
    assert_eq!(
        list(&[exact("out/"), begins("in/")]),
        [like("StringLike", json!(["out/", "in/*"]))]
    );
    assert_eq!(
        list(&[exact("in/"), begins("in/"), begins("in/a")]),
        [like("StringLike", json!("in/*"))]
    );
    for unknown in [vec![exact("out/"), Text::Any], vec![exact("")]] {
        assert_eq!(list(&unknown), vec![always.clone()]);
    }
}

/// S3 answers that an object does not exist only if the function may list the bucket, whatever the
/// prefix.
#[test]
fn who_reads_objects_lists_without_conditions() {
    let listing = |call: &str| {
        let compiled = app()
            .resource("bucket", "FILES")
            .resource("bucket", "OTHERS")
            .function("sort")
            .uses_with("FILES.list", vec![(0, Text::Exact("in/".into()))])
            .uses_with(call, vec![(0, Text::Any)])
            .compile();
        let statements = compiled.statements("SortRole").into_iter();
        let mut listing = statements.filter(|one| one["Action"] == json!(["s3:ListBucket"]));
        listing.next().expect("a listing")
    };
    assert_eq!(listing("FILES.get")["Condition"], Json::Null);
    assert_eq!(listing("FILES.head")["Condition"], Json::Null);
    assert_ne!(listing("FILES.delete")["Condition"], Json::Null);
    assert_ne!(listing("OTHERS.get")["Condition"], Json::Null);
}

#[test]
fn events_are_bound_to_their_source_and_types() {
    let publish = |types: &[Option<&[&str]>]| {
        let mut app = app().resource("bus", "EVENTS").function("tell");
        for types in types {
            app = app.uses("EVENTS.publish");
            if let Some(types) = types {
                app = app.publishing(types);
            }
        }
        app.compile().statements("TellRole")
    };
    assert_eq!(publish(&[Some(&["Placed"])]), [events(json!("Placed"))]);
    let both = events(json!(["Cancelled", "Placed"]));
    // What is not known may be any event of the type.
    let several: [&[Option<&[&str]>]; 3] = [
        &[Some(&["Placed"]), Some(&["Cancelled"])],
        &[None],
        &[None, Some(&["Placed"])],
    ];
    for types in several {
        assert_eq!(publish(types), vec![both.clone()]);
    }
}

#[test]
fn the_same_action_under_two_conditions_is_two_statements() {
    let compiled = app()
        .resource("bucket", "FILES")
        .resource("bucket", "OTHERS")
        .function("sort")
        .uses_with("FILES.list", vec![(0, Text::Exact("in/".into()))])
        .uses_with("OTHERS.list", vec![(0, Text::Exact("out/".into()))])
        .grant(&["s3:ListBucket"], GrantTarget::Resource(1))
        .compile();
    let of = |id: &str| allow(&["s3:ListBucket"], &[arn(id)]);
    let only = |id: &str, prefix: &str| when(of(id), "StringEquals", "s3:prefix", json!(prefix));
    assert_eq!(
        compiled.statements("SortRole"),
        [of("OthersBucket"), only("FilesBucket", "in/"),]
    );
    let listed = compiled.manifest.functions["sort"].permissions.iter();
    let conditions: Vec<_> = listed.map(|one| json!(one.conditions)).collect();
    assert_eq!(
        conditions[0],
        json!({ "StringEquals": { "s3:prefix": ["in/"] } })
    );
}

/// What the stack alone knows stands in for it, and variables of IAM stay what they are.
#[test]
fn arns_of_grants_leave_the_place_to_the_stack() {
    let arn = "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${aws:userid}*";
    let compiled = app()
        .function("work")
        .grant(&["kms:Decrypt"], GrantTarget::Arn(arn.into()))
        .compile();
    let expected = arn.replace("${aws:", "${!aws:");
    assert_eq!(
        compiled.statements("WorkRole"),
        [allow(&["kms:Decrypt"], &[json!({ "Fn::Sub": expected })])]
    );
}
