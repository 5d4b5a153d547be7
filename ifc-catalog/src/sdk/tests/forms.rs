//! The forms in which a member names a resource.

use super::*;

#[test]
fn names_and_arns_of_tables_are_the_same() {
    let get = |table| needs("dynamodb", "get_item", &[("table_name", table)]);
    assert_eq!(
        get("orders"),
        ["dynamodb:GetItem arn:P:dynamodb:R:A:table/orders"]
    );
    assert_eq!(
        get("arn:aws:dynamodb:us-east-1:111122223333:table/orders"),
        ["dynamodb:GetItem arn:aws:dynamodb:us-east-1:111122223333:table/orders"]
    );
    assert_eq!(
        get("<TABLE>"),
        ["dynamodb:GetItem arn:P:dynamodb:R:A:table/${env:TABLE}"]
    );
    assert_eq!(get("<TABLE_ARN>"), ["dynamodb:GetItem ${env:TABLE_ARN}"]);
    assert_eq!(
        get("<STAGE>-orders"),
        ["dynamodb:GetItem arn:P:dynamodb:R:A:table/${env:STAGE}-orders"]
    );
    assert_eq!(
        get("<>-orders"),
        ["dynamodb:GetItem arn:P:dynamodb:R:A:table/*-orders"]
    );
    assert_eq!(
        get("arn:aws:dynamodb:<>:table/orders"),
        ["dynamodb:GetItem arn:P:dynamodb:R:A:table/*"]
    );
    let index = needs(
        "dynamodb",
        "query",
        &[("table_name", "<TABLE_ARN>"), ("index_name", "i")],
    );
    assert_eq!(index, ["dynamodb:Query ${env:TABLE_ARN}/index/i"]);
}

#[test]
fn typed_handles_stay_symbols() {
    let handle =
        |path: &str, name: &str| Member::value(path, vec![Part::Resource(name.to_owned())]);
    let table = Request::with([handle("table_name", "ORDERS")]);
    assert_eq!(
        lines(&permissions("dynamodb", "get_item", &table)),
        ["dynamodb:GetItem arn:P:dynamodb:R:A:table/${resource:ORDERS}"]
    );
    let topic = Request::with([handle("topic_arn", "NEWS")]);
    assert_eq!(
        lines(&permissions("sns", "publish", &topic)),
        ["sns:Publish ${resource:NEWS}"]
    );
}

#[test]
fn wildcards_in_texts_are_no_wildcards() {
    let found = needs("s3", "get_object", &[("bucket", "docs"), ("key", "a*b?$")]);
    assert_eq!(found, ["s3:GetObject arn:P:s3:::docs/a${*}b${?}${$}"]);
}

#[test]
fn urls_of_queues_say_where_they_are() {
    let send = |url| needs("sqs", "send_message", &[("queue_url", url)]);
    assert_eq!(
        send("https://sqs.us-east-1.amazonaws.com/111122223333/a.fifo"),
        ["sqs:SendMessage arn:P:sqs:us-east-1:111122223333:a.fifo"]
    );
    assert_eq!(
        send("https://sqs.<REGION>.amazonaws.com/<>/a"),
        ["sqs:SendMessage arn:P:sqs:${env:REGION}:*:a"]
    );
    assert_eq!(
        send("<QUEUE_URL>"),
        ["sqs:SendMessage arn:P:sqs:R:A:${env:QUEUE_URL}"]
    );
    assert_eq!(
        send("<BASE>/orders"),
        ["sqs:SendMessage arn:P:sqs:R:A:orders"]
    );
    assert_eq!(send("<>"), ["sqs:SendMessage arn:P:sqs:R:A:*"]);
}

#[test]
fn functions_have_four_forms() {
    let invoke = |name| needs("lambda", "invoke", &[("function_name", name)]);
    assert_eq!(
        invoke("f:1"),
        ["lambda:InvokeFunction arn:P:lambda:R:A:function:f:1"]
    );
    assert_eq!(
        invoke("111122223333:function:f"),
        ["lambda:InvokeFunction arn:P:lambda:R:111122223333:function:f"]
    );
    assert_eq!(
        invoke("arn:aws:lambda:r:111122223333:function:f:live"),
        ["lambda:InvokeFunction arn:aws:lambda:r:111122223333:function:f:live"]
    );
    assert_eq!(invoke("<FN_ARN>"), ["lambda:InvokeFunction ${env:FN_ARN}"]);
}

#[test]
fn parameters_lose_their_leading_slash() {
    let get = |name| needs("ssm", "get_parameter", &[("name", name)]);
    assert_eq!(
        get("/a/b"),
        ["ssm:GetParameter arn:P:ssm:R:A:parameter/a/b"]
    );
    assert_eq!(get("a"), ["ssm:GetParameter arn:P:ssm:R:A:parameter/a"]);
    assert_eq!(
        get("/<STAGE>/a"),
        ["ssm:GetParameter arn:P:ssm:R:A:parameter/${env:STAGE}/a"]
    );
    let several = needs("ssm", "get_parameters", &[("names[]", "/a")]);
    assert_eq!(several, ["ssm:GetParameters arn:P:ssm:R:A:parameter/a"]);
    let path = needs("ssm", "get_parameters_by_path", &[("path", "/a/")]);
    assert_eq!(path, ["ssm:GetParametersByPath arn:P:ssm:R:A:parameter/a/"]);
}

#[test]
fn secrets_have_six_more_characters() {
    let get = |id| needs("secretsmanager", "get_secret_value", &[("secret_id", id)]);
    let on = |arn: &str| format!("secretsmanager:GetSecretValue {arn}");
    assert_eq!(get("db"), [on("arn:P:secretsmanager:R:A:secret:db-??????")]);
    assert_eq!(
        get("<SECRET>"),
        [on("arn:P:secretsmanager:R:A:secret:${env:SECRET}-??????")]
    );
    assert_eq!(get("<SECRET_ARN>"), [on("${env:SECRET_ARN}")]);
    let arn = "arn:aws:secretsmanager:r:a:secret:db";
    assert_eq!(get(arn), [on(arn), on(&format!("{arn}-??????"))]);
    assert_eq!(
        get("<>/db"),
        [on("arn:P:secretsmanager:R:A:secret:*/db-??????")]
    );
}

#[test]
fn keys_have_aliases_that_point_anywhere() {
    let decrypt = |id| needs("kms", "decrypt", &[("key_id", id)]);
    assert_eq!(decrypt("1-2"), ["kms:Decrypt arn:P:kms:R:A:key/1-2"]);
    assert_eq!(
        decrypt("alias/main"),
        ["kms:Decrypt arn:P:kms:R:A:key/* if kms:RequestAlias=alias/main"]
    );
    assert_eq!(
        decrypt("arn:aws:kms:r:111122223333:alias/main"),
        ["kms:Decrypt arn:aws:kms:r:111122223333:key/* if kms:RequestAlias=alias/main"]
    );
    assert_eq!(
        decrypt("arn:aws:kms:r:a:key/1-2"),
        ["kms:Decrypt arn:aws:kms:r:a:key/1-2"]
    );
}

#[test]
fn access_points_stand_before_a_bucket() {
    let point = "arn:aws:s3:r:111122223333:accesspoint/mine";
    let get = needs("s3", "get_object", &[("bucket", point), ("key", "a")]);
    assert_eq!(
        get,
        [
            format!("s3:GetObject arn:P:s3:::*/a if s3:DataAccessPointArn={point}"),
            format!("s3:GetObject {point}/object/a")
        ]
    );
    let list = needs("s3", "list_objects_v2", &[("bucket", point)]);
    assert_eq!(list[1], format!("s3:ListBucket {point}"));
    assert_eq!(
        needs(
            "s3",
            "get_object",
            &[("bucket", "<BUCKET_ARN>"), ("key", "a")]
        ),
        ["s3:GetObject ${env:BUCKET_ARN}/a"]
    );
}

#[test]
fn defaults_are_what_the_service_takes() {
    let start = needs("athena", "start_query_execution", &[("query_string", "?")]);
    assert_eq!(
        start,
        ["athena:StartQueryExecution arn:P:athena:R:A:workgroup/primary"]
    );
    let service = needs("ecs", "update_service", &[("service", "web")]);
    assert!(
        service.contains(&"ecs:UpdateService arn:P:ecs:R:A:service/default/web".to_owned()),
        "{service:?}"
    );
    let mut request = Request::with([Member::text("service", "web")]);
    request.members.push(Member {
        always: false,
        ..Member::text("cluster", "main")
    });
    let found = lines(&permissions("ecs", "update_service", &request));
    for cluster in ["default", "main"] {
        assert!(
            found.contains(&format!(
                "ecs:UpdateService arn:P:ecs:R:A:service/{cluster}/web"
            )),
            "{found:?}"
        );
    }
}

#[test]
fn subscriptions_are_of_a_topic() {
    let arn = "arn:aws:sns:r:a:news:0-1";
    let found = needs("sns", "unsubscribe", &[("subscription_arn", arn)]);
    assert_eq!(found, ["sns:Unsubscribe arn:aws:sns:r:a:news"]);
    let topic = "arn:aws:sns:r:a:news";
    let found = needs(
        "sns",
        "subscribe",
        &[("topic_arn", topic), ("protocol", "sqs")],
    );
    assert_eq!(
        found,
        ["sns:Subscribe arn:aws:sns:r:a:news if sns:Protocol=sqs"]
    );
}

#[test]
fn streams_are_named_or_given_by_arn() {
    let arn = "arn:aws:kinesis:r:a:stream/clicks";
    assert_eq!(
        needs("kinesis", "put_record", &[("stream_name", "clicks")]),
        ["kinesis:PutRecord arn:P:kinesis:R:A:stream/clicks"]
    );
    assert_eq!(
        needs("kinesis", "put_record", &[("stream_arn", arn)]),
        [format!("kinesis:PutRecord {arn}")]
    );
    let group = needs(
        "cloudwatchlogs",
        "filter_log_events",
        &[(
            "log_group_identifier",
            "arn:aws:logs:r:a:log-group:/aws/lambda/f:*",
        )],
    );
    assert_eq!(
        group,
        ["logs:FilterLogEvents arn:aws:logs:r:a:log-group:/aws/lambda/f:*"]
    );
}

#[test]
fn unknown_values_are_said() {
    let request = Request::with([Member::any("table_name")]);
    let found = permissions("dynamodb", "get_item", &request);
    assert_eq!(
        lines(&found),
        ["dynamodb:GetItem arn:P:dynamodb:R:A:table/*"]
    );
    assert_eq!(
        found[0].notes,
        [Note::Wildcard {
            member: "table_name".to_owned()
        }]
    );
    let known = permissions(
        "dynamodb",
        "get_item",
        &Request::with([Member::text("table_name", "a")]),
    );
    assert_eq!(known[0].notes, []);
}

#[test]
fn many_values_are_each_told_apart() {
    let request = Request::with([
        Member {
            path: "bucket".to_owned(),
            always: true,
            values: vec![value("a"), value("b")],
        },
        Member {
            path: "key".to_owned(),
            always: true,
            values: vec![value("x"), value("y<>")],
        },
    ]);
    let found = lines(&permissions("s3", "get_object", &request));
    assert_eq!(
        found,
        ["a/x", "a/y*", "b/x", "b/y*"].map(|object| format!("s3:GetObject arn:P:s3:::{object}"))
    );
    let many = |path: &str| Member {
        path: path.to_owned(),
        always: true,
        values: (0..20).map(|at| value(&format!("n{at}"))).collect(),
    };
    let found = lines(&permissions(
        "s3",
        "get_object",
        &Request::with([many("bucket"), many("key")]),
    ));
    assert_eq!(found, ["s3:GetObject arn:P:s3:::*/*"]);
}

#[test]
fn what_aws_provides_lies_in_no_account() {
    let found = needs("ssm", "get_parameter", &[("name", "/aws/service/ami/x")]);
    assert_eq!(
        found,
        ["ssm:GetParameter arn:P:ssm:R:*:parameter/aws/service/ami/x"]
    );
    let run = needs(
        "ssm",
        "send_command",
        &[("document_name", "AWS-RunShellScript")],
    );
    let document = "ssm:SendCommand arn:P:ssm:R:*:document/AWS-RunShellScript".to_owned();
    assert!(run.contains(&document), "{run:?}");
}

#[test]
fn log_groups_end_in_a_star_but_for_tags() {
    let group = [("log_group_name", "a")];
    let found = needs("cloudwatchlogs", "create_log_group", &group);
    assert_eq!(found, ["logs:CreateLogGroup arn:P:logs:R:A:log-group:a:*"]);
    let stream = [("log_group_name", "a"), ("log_stream_name", "b")];
    let found = needs("cloudwatchlogs", "put_log_events", &stream);
    assert_eq!(
        found,
        ["logs:PutLogEvents arn:P:logs:R:A:log-group:a:log-stream:b"]
    );
    let arn = "arn:aws:logs:r:a:log-group:a";
    let found = needs("cloudwatchlogs", "tag_resource", &[("resource_arn", arn)]);
    assert_eq!(found, [format!("logs:TagResource {arn}")]);
}

#[test]
fn hosted_zones_may_carry_their_type() {
    for id in ["Z1", "/hostedzone/Z1"] {
        let found = needs(
            "route53",
            "change_resource_record_sets",
            &[("hosted_zone_id", id)],
        );
        assert_eq!(
            found,
            ["route53:ChangeResourceRecordSets arn:P:route53:::hostedzone/Z1"]
        );
    }
}
