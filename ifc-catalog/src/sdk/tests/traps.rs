//! Mistakes that other tools make with these tables.

use super::*;

#[test]
fn a_literal_name_gives_its_arn() {
    let found = needs("dynamodb", "put_item", &[("table_name", "orders")]);
    assert_eq!(found, ["dynamodb:PutItem arn:P:dynamodb:R:A:table/orders"]);
}

#[test]
fn methods_of_unknown_receivers_name_their_candidates() {
    let found = services_with("list_accounts");
    assert_eq!(
        found,
        [
            "chime",
            "computeoptimizerautomation",
            "organizations",
            "sso"
        ]
    );
}

#[test]
fn names_of_the_standard_library_are_of_no_service() {
    for method in ["load", "get", "push", "send", "to_string"] {
        assert_eq!(services_with(method), [""; 0], "{method}");
    }
}

#[test]
fn metrics_are_on_star_within_their_namespace() {
    assert_eq!(
        needs("cloudwatch", "put_metric_data", &[("namespace", "?")]),
        ["cloudwatch:PutMetricData *"]
    );
    let shop = needs("cloudwatch", "put_metric_data", &[("namespace", "Shop")]);
    assert_eq!(
        shop,
        ["cloudwatch:PutMetricData * if cloudwatch:namespace=Shop"]
    );
}

/// AWS lists a type of resource for each of these actions and requires none.
#[test]
fn calls_that_name_nothing_are_decided_on_star() {
    for (service, method, needed) in [
        (
            "cloudwatch",
            "get_metric_data",
            "cloudwatch:GetMetricData *",
        ),
        ("cloudwatch", "list_metrics", "cloudwatch:ListMetrics *"),
        ("costexplorer", "get_cost_and_usage", "ce:GetCostAndUsage *"),
        (
            "cloudformation",
            "describe_stacks",
            "cloudformation:DescribeStacks *",
        ),
        // Refusals of RDS name all of the type.
        (
            "rds",
            "describe_db_instances",
            "rds:DescribeDBInstances arn:P:rds:R:A:db:*",
        ),
    ] {
        assert_eq!(needs(service, method, &[]), [needed]);
    }
    assert_eq!(
        needs(
            "cloudformation",
            "describe_stacks",
            &[("stack_name", "shop")]
        ),
        ["cloudformation:DescribeStacks arn:P:cloudformation:R:A:stack/shop/*"]
    );
}

#[test]
fn keys_are_needed_only_if_one_is_known() {
    let mut request = Request::with([Member::text("table_name", "orders")]);
    let plain = ["dynamodb:PutItem arn:P:dynamodb:R:A:table/orders"];
    assert_eq!(lines(&permissions("dynamodb", "put_item", &request)), plain);
    assert!(
        !lines(&permissions("dynamodb", "put_item", &Request::unknown()))
            .iter()
            .any(|line| line.starts_with("kms:"))
    );
    request
        .keys
        .push(value("arn:aws:kms:eu-west-1:111122223333:key/1-2"));
    assert_eq!(
        lines(&permissions("dynamodb", "put_item", &request))[1],
        "kms:Decrypt arn:aws:kms:eu-west-1:111122223333:key/1-2 if kms:ViaService=dynamodb.R.amazonaws.com"
    );
}

#[test]
fn actions_that_other_tools_invent_do_not_exist() {
    for action in [
        "s3: AbortMultipartUpload",
        "sqs:DeleteMessageBatch",
        "states:StateSyncExecution",
        "s3:DeleteBucketOwnershipControls",
    ] {
        assert!(!action_exists(action), "{action}");
    }
}

#[test]
fn names_of_operations_are_not_taken_for_actions() {
    let action = |service, method| {
        let found = permissions(service, method, &Request::unknown());
        found
            .iter()
            .flat_map(|one| one.actions.clone())
            .collect::<Vec<_>>()
    };
    assert!(!action("s3", "head_object").contains(&"s3:HeadObject".to_owned()));
    let invoke = action("lambda", "invoke");
    assert!(
        invoke.iter().all(|name| name == "lambda:InvokeFunction"),
        "{invoke:?}"
    );
    assert_eq!(
        action("apigatewaymanagement", "post_to_connection"),
        ["execute-api:ManageConnections"]
    );
    let neptune: Vec<Operation> = all()
        .filter(|(service, ..)| *service == "neptunedata")
        .map(|(.., operation)| operation)
        .collect();
    let guesses = neptune
        .iter()
        .filter(|operation| operation.trust() == Trust::Guess);
    for guess in guesses.clone() {
        let found = guess.permissions(&Request::unknown());
        assert!(
            found.iter().any(|one| one.notes.contains(&Note::Guess)),
            "{}",
            guess.name()
        );
    }
    assert!(guesses.count() > 20);
}

#[test]
fn a_bucket_and_its_objects_are_apart() {
    assert_eq!(
        needs("s3", "list_objects_v2", &[("bucket", "docs")]),
        ["s3:ListBucket arn:P:s3:::docs"]
    );
    assert_eq!(
        needs("s3", "get_object", &[("bucket", "docs"), ("key", "<>")]),
        ["s3:GetObject arn:P:s3:::docs/*"]
    );
}

#[test]
fn one_call_is_one_action() {
    assert_eq!(
        needs("s3", "get_object", &[("bucket", "docs"), ("key", "a")]).len(),
        1
    );
    assert_eq!(
        needs("ssm", "get_parameter", &[("name", "/a/b")]),
        ["ssm:GetParameter arn:P:ssm:R:A:parameter/a/b"]
    );
}

#[test]
fn required_types_that_nothing_names_stay() {
    let found = needs(
        "ec2",
        "run_instances",
        &[("image_id", "ami-1"), ("subnet_id", "subnet-2")],
    );
    let on = |kind: &str| {
        found
            .iter()
            .filter(|line| line.contains(&format!(":{kind}/")))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        on("instance"),
        ["ec2:RunInstances arn:P:ec2:R:A:instance/*"]
    );
    assert_eq!(on("image"), ["ec2:RunInstances arn:P:ec2:R::image/ami-1"]);
}

#[test]
fn weak_bindings_narrow_by_literals_only_and_say_so() {
    // `CollectionName` only resembles the variable `GeofenceCollectionName`.
    let get = |text| {
        let request = Request::with([
            Member::value("collection_name", value(text)),
            Member::any("geofence_id"),
        ]);
        permissions("location", "get_geofence", &request)
    };
    let member = || "collection_name".to_owned();
    let literal = get("shops");
    assert_eq!(
        lines(&literal),
        ["geo:GetGeofence arn:P:geo:R:A:geofence-collection/shops"]
    );
    assert!(
        literal[0]
            .notes
            .contains(&Note::WeakBinding { member: member() }),
        "{literal:?}"
    );
    let open = get("<COLLECTION>");
    assert_eq!(
        lines(&open),
        ["geo:GetGeofence arn:P:geo:R:A:geofence-collection/*"]
    );
    assert_eq!(open[0].notes, [Note::Wildcard { member: member() }]);
}

#[test]
fn an_arn_of_another_type_does_not_stand_for_a_resource() {
    let group = "arn:aws:logs:eu-west-1:111122223333:log-group:a";
    let found = needs(
        "cloudwatchlogs",
        "put_delivery_source",
        &[("resource_arn", group)],
    );
    assert_eq!(
        found,
        ["logs:PutDeliverySource arn:P:logs:R:A:delivery-source:*"]
    );
}

#[test]
fn a_name_does_not_stand_for_an_id() {
    let session = |profile| {
        let members = [
            ("application_identifier", "abc1234"),
            ("environment_identifier", "<ENVIRONMENT_ID>"),
            ("configuration_profile_identifier", profile),
        ];
        needs("appconfigdata", "start_configuration_session", &members)
    };
    let arn =
        "arn:P:appconfig:R:A:application/abc1234/environment/${env:ENVIRONMENT_ID}/configuration";
    assert_eq!(
        session("flags"),
        [format!("appconfig:StartConfigurationSession {arn}/*")]
    );
    assert_eq!(
        session("xyz7890"),
        [format!("appconfig:StartConfigurationSession {arn}/xyz7890")]
    );
    let group = [("workgroup_name", "w"), ("database", "d")];
    let found = needs("redshiftdata", "list_tables", &group);
    assert!(
        found.contains(
            &"redshift-data:ListTables arn:P:redshift-serverless:R:A:workgroup/*".to_owned()
        ),
        "{found:?}"
    );
    assert!(!found.iter().any(|line| line.ends_with("/w")), "{found:?}");
}
