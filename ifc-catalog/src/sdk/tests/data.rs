//! Calls of databases and messaging that are not one action of their own name.

use super::*;

const TABLE: &str = "arn:P:dynamodb:R:A:table";

#[test]
fn transactions_need_their_branches_each_on_its_table() {
    let found = needs(
        "dynamodb",
        "transact_write_items",
        &[
            ("transact_items[].put.table_name", "orders"),
            ("transact_items[].condition_check.table_name", "users"),
        ],
    );
    assert_eq!(
        found,
        [
            format!("dynamodb:ConditionCheckItem {TABLE}/users"),
            format!("dynamodb:PutItem {TABLE}/orders")
        ]
    );
    let found = needs(
        "dynamodb",
        "transact_get_items",
        &[("transact_items[].get.table_name", "orders")],
    );
    assert_eq!(found, [format!("dynamodb:GetItem {TABLE}/orders")]);
    let opaque = needs(
        "dynamodb",
        "transact_write_items",
        &[("transact_items", "?")],
    );
    let actions = ["ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem"];
    assert_eq!(
        opaque,
        actions.map(|action| format!("dynamodb:{action} {TABLE}/*"))
    );
}

#[test]
fn batches_name_their_tables_by_key() {
    for (method, action) in [
        ("batch_write_item", "BatchWriteItem"),
        ("batch_get_item", "BatchGetItem"),
    ] {
        let request = Request::with([Member {
            path: "request_items{}".to_owned(),
            always: true,
            values: vec![value("orders"), value("<USERS>")],
        }]);
        let expected =
            ["${env:USERS}", "orders"].map(|table| format!("dynamodb:{action} {TABLE}/{table}"));
        assert_eq!(lines(&permissions("dynamodb", method, &request)), expected);
    }
}

#[test]
fn statements_need_the_action_of_their_verb() {
    let run = |statement| needs("dynamodb", "execute_statement", &[("statement", statement)]);
    assert_eq!(
        run("SELECT * FROM \"orders\" WHERE id = ?"),
        [format!("dynamodb:PartiQLSelect {TABLE}/orders")]
    );
    assert_eq!(
        run("insert into orders value {'id': ?}"),
        [format!("dynamodb:PartiQLInsert {TABLE}/orders")]
    );
    assert_eq!(
        run("UPDATE orders SET a = 1"),
        [format!("dynamodb:PartiQLUpdate {TABLE}/orders")]
    );
    assert_eq!(
        run("DELETE FROM \"<TABLE>\" WHERE id = ?"),
        [format!("dynamodb:PartiQLDelete {TABLE}/${{env:TABLE}}")]
    );
    assert_eq!(
        run("SELECT * FROM \"orders\".\"by_day\""),
        [
            format!("dynamodb:PartiQLSelect {TABLE}/orders"),
            format!("dynamodb:PartiQLSelect {TABLE}/orders/index/by_day")
        ]
    );
    let verbs = |lines: Vec<String>| {
        lines
            .iter()
            .filter(|line| !line.contains("/index/"))
            .count()
    };
    assert_eq!(verbs(run("?")), 4);
    let batch = needs(
        "dynamodb",
        "batch_execute_statement",
        &[("statements[].statement", "DELETE FROM a")],
    );
    assert_eq!(batch, [format!("dynamodb:PartiQLDelete {TABLE}/a")]);
    let transaction = needs(
        "dynamodb",
        "execute_transaction",
        &[("transact_statements[].statement", "UPDATE a SET b = 1")],
    );
    assert_eq!(transaction, [format!("dynamodb:PartiQLUpdate {TABLE}/a")]);
}

#[test]
fn an_index_is_named_by_its_table() {
    for (method, action) in [("query", "Query"), ("scan", "Scan")] {
        let table = needs("dynamodb", method, &[("table_name", "orders")]);
        assert_eq!(table, [format!("dynamodb:{action} {TABLE}/orders")]);
        let index = needs(
            "dynamodb",
            method,
            &[("table_name", "orders"), ("index_name", "by_day")],
        );
        assert_eq!(
            index,
            [format!("dynamodb:{action} {TABLE}/orders/index/by_day")]
        );
    }
}

#[test]
fn streams_are_listed_on_star() {
    let found = needs(
        "dynamodbstreams",
        "list_streams",
        &[("table_name", "orders")],
    );
    assert_eq!(found, ["dynamodb:ListStreams *"]);
}

#[test]
fn queues_have_no_actions_for_batches() {
    let url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders";
    for (method, action) in [
        ("send_message", "SendMessage"),
        ("send_message_batch", "SendMessage"),
        ("delete_message_batch", "DeleteMessage"),
        ("change_message_visibility_batch", "ChangeMessageVisibility"),
    ] {
        let expected = [format!(
            "sqs:{action} arn:P:sqs:eu-west-1:111122223333:orders"
        )];
        assert_eq!(needs("sqs", method, &[("queue_url", url)]), expected);
    }
    let new = needs(
        "sqs",
        "create_queue",
        &[("queue_name", "orders"), ("tags{}", "?")],
    );
    assert_eq!(
        new,
        [
            "sqs:CreateQueue arn:P:sqs:R:A:orders",
            "sqs:TagQueue arn:P:sqs:R:A:orders"
        ]
    );
    let (from, to) = ("arn:aws:sqs:r:a:dead", "arn:aws:sqs:r:a:orders");
    let moved = needs(
        "sqs",
        "start_message_move_task",
        &[("source_arn", from), ("destination_arn", to)],
    );
    let read = [
        "DeleteMessage",
        "GetQueueAttributes",
        "ReceiveMessage",
        "StartMessageMoveTask",
    ];
    let mut expected: Vec<String> = read
        .iter()
        .map(|action| format!("sqs:{action} {from}"))
        .collect();
    expected.insert(3, format!("sqs:SendMessage {to}"));
    assert_eq!(moved, expected);
}

#[test]
fn messages_are_published_to_a_topic_or_a_phone() {
    let topic = "arn:aws:sns:eu-west-1:111122223333:news";
    let expected = [format!("sns:Publish {topic}")];
    assert_eq!(needs("sns", "publish", &[("topic_arn", topic)]), expected);
    assert_eq!(needs("sns", "publish", &[("target_arn", topic)]), expected);
    assert_eq!(
        needs("sns", "publish_batch", &[("topic_arn", topic)]),
        expected
    );
    assert_eq!(
        needs("sns", "publish", &[("phone_number", "?")]),
        ["sns:Publish *"]
    );
    assert_eq!(
        needs("sns", "publish", &[("topic_arn", "<TOPIC_ARN>")]),
        ["sns:Publish ${env:TOPIC_ARN}"]
    );
}

#[test]
fn events_go_to_the_bus_of_each_entry() {
    let default = needs("eventbridge", "put_events", &[("entries[].detail", "?")]);
    assert_eq!(
        default,
        ["events:PutEvents arn:P:events:R:A:event-bus/default"]
    );
    let named = needs(
        "eventbridge",
        "put_events",
        &[
            ("entries[].event_bus_name", "shop"),
            ("entries[].source", "shop.orders"),
            ("entries[].detail_type", "Placed"),
        ],
    );
    assert_eq!(
        named,
        [
            "events:PutEvents arn:P:events:R:A:event-bus/shop if events:source each=shop.orders if events:detail-type each=Placed"
        ]
    );
    let opaque = needs("eventbridge", "put_events", &[("entries", "?")]);
    assert_eq!(
        opaque,
        [
            "events:PutEvents arn:P:events:R:A:event-bus/*",
            "events:PutEvents arn:P:events:R:A:event-bus/default"
        ][..1]
    );
}

#[test]
fn rules_are_on_the_default_or_on_another_bus() {
    let rule = |members: &[(&str, &str)]| needs("eventbridge", "put_rule", members);
    assert_eq!(
        rule(&[("name", "daily")]),
        ["events:PutRule arn:P:events:R:A:rule/daily"]
    );
    assert_eq!(
        rule(&[("name", "daily"), ("event_bus_name", "shop")]),
        ["events:PutRule arn:P:events:R:A:rule/shop/daily"]
    );
    assert_eq!(
        rule(&[("name", "daily"), ("event_bus_name", "default")]),
        ["events:PutRule arn:P:events:R:A:rule/daily"]
    );
}

#[test]
fn schedules_pass_their_role_to_the_scheduler() {
    for (method, action) in [
        ("create_schedule", "CreateSchedule"),
        ("update_schedule", "UpdateSchedule"),
    ] {
        let found = needs(
            "scheduler",
            method,
            &[("name", "daily"), ("target.role_arn", "<ROLE_ARN>")],
        );
        assert_eq!(
            found,
            [
                "iam:PassRole ${env:ROLE_ARN} if iam:PassedToService=scheduler.amazonaws.com"
                    .to_owned(),
                format!("scheduler:{action} arn:P:scheduler:R:A:schedule/default/daily")
            ]
        );
    }
}

#[test]
fn statements_of_data_apis_read_their_secret() {
    let (cluster, secret) = (
        "arn:aws:rds:r:a:cluster:c",
        "arn:aws:secretsmanager:r:a:secret:s-AbCdEf",
    );
    let found = needs(
        "rdsdata",
        "execute_statement",
        &[("resource_arn", cluster), ("secret_arn", secret)],
    );
    assert_eq!(
        found,
        [
            format!("rds-data:ExecuteStatement {cluster}"),
            format!("secretsmanager:GetSecretValue {secret}")
        ]
    );
    let user = needs(
        "redshiftdata",
        "execute_statement",
        &[
            ("cluster_identifier", "c"),
            ("database", "d"),
            ("db_user", "u"),
        ],
    );
    assert_eq!(
        user,
        [
            "redshift-data:ExecuteStatement arn:P:redshift:R:A:cluster:c",
            "redshift:GetClusterCredentials arn:P:redshift:R:A:dbname:c/d",
            "redshift:GetClusterCredentials arn:P:redshift:R:A:dbuser:c/u",
        ]
    );
    let group = needs(
        "redshiftdata",
        "list_tables",
        &[("workgroup_name", "w"), ("database", "d")],
    );
    assert!(
        group
            .iter()
            .any(|line| line.starts_with("redshift-serverless:GetCredentials")),
        "{group:?}"
    );
    assert!(
        !group.iter().any(|line| line.starts_with("redshift:")),
        "{group:?}"
    );
}

#[test]
fn keyspaces_has_the_verbs_of_cassandra() {
    for (method, action) in [
        ("create_table", "Create"),
        ("delete_keyspace", "Drop"),
        ("get_table", "Select"),
        ("update_table", "Alter"),
        ("restore_table", "Restore"),
    ] {
        let found = needs("keyspaces", method, &[("keyspace_name", "k")]);
        assert!(
            found
                .iter()
                .all(|line| line.starts_with(&format!("cassandra:{action} "))),
            "{found:?}"
        );
    }
}

#[test]
fn results_of_athena_are_written_with_the_rights_of_the_caller() {
    let members = [
        ("work_group", "w"),
        ("result_configuration.output_location", "s3://out/q/"),
    ];
    assert_eq!(
        needs("athena", "start_query_execution", &members),
        [
            "athena:StartQueryExecution arn:P:athena:R:A:workgroup/w",
            "s3:GetBucketLocation arn:P:s3:::out",
            "s3:GetObject arn:P:s3:::out/q/*",
            "s3:PutObject arn:P:s3:::out/q/*",
        ]
    );
    assert_eq!(
        needs("athena", "start_query_execution", &members[..1]),
        ["athena:StartQueryExecution arn:P:athena:R:A:workgroup/w"]
    );
    let operation = operation("athena", "start_query_execution").expect("it exists");
    let hints = lines(&operation.hints(&Request::unknown()));
    let catalog = "glue:GetTable arn:P:glue:R:A:catalog".to_owned();
    assert!(hints.contains(&catalog), "{hints:?}");
}

#[test]
fn tables_of_glue_are_named_by_their_input() {
    let members = [("database_name", "d"), ("table_input.name", "t")];
    for (method, action) in [
        ("create_table", "CreateTable"),
        ("update_table", "UpdateTable"),
    ] {
        let found = needs("glue", method, &members);
        let table = format!("glue:{action} arn:P:glue:R:A:table/d/t");
        assert!(found.contains(&table), "{found:?}");
    }
}

#[test]
fn endpoints_that_the_sdk_asks_for_are_allowed() {
    let found = needs(
        "timestreamwrite",
        "write_records",
        &[("database_name", "d"), ("table_name", "t")],
    );
    assert!(
        found.contains(&"timestream:DescribeEndpoints *".to_owned()),
        "{found:?}"
    );
}
