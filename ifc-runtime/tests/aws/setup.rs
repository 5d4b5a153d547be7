//! The resources of the tests, and the environment that names them.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::Credentials;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};
use aws_sdk_lambda::types::{FunctionCode, Runtime};
use aws_sdk_ssm::types::ParameterType;
use ifc_runtime::Item;
use ifc_runtime::item::KeyKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::tables::{Order, Reading};

const REGION: &str = "us-east-1";

/// Makes everything under names of this run, and gives the environment of a function that uses it all.
pub(crate) async fn resources(endpoint: &str) -> BTreeMap<String, String> {
    let run = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_millis();
    let name = |name: &str| format!("ifc-{run}-{name}");
    let config = config(endpoint).await;
    let mut env: BTreeMap<String, String> = [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("IFC_MISSING_TABLE", "no-such-table"),
        (
            "IFC_MISSING_QUEUE",
            &format!("{endpoint}/000000000000/no-such-queue"),
        ),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let mut set = |variable: &str, value: String| {
        env.insert(variable.to_owned(), value);
    };

    table::<Order>(&config, &name("orders")).await;
    set("IFC_ORDERS", name("orders"));
    table::<Reading>(&config, &name("readings")).await;
    set("IFC_READINGS", name("readings"));

    let (jobs, jobs_arn) = queue(&config, &name("jobs"), false).await;
    set("IFC_JOBS", jobs);
    set("IFC_TEST_JOBS_ARN", jobs_arn);
    let (ledger, _) = queue(&config, &name("ledger.fifo"), true).await;
    set("IFC_LEDGER", ledger);

    // Subscribed queues show what arrives.
    let (inbox, inbox_arn) = queue(&config, &name("inbox"), false).await;
    let (fifo_inbox, fifo_inbox_arn) = queue(&config, &name("inbox.fifo"), true).await;
    let (bus_inbox, bus_inbox_arn) = queue(&config, &name("bus-inbox"), false).await;
    set("IFC_TEST_INBOX", inbox);
    set("IFC_TEST_FIFO_INBOX", fifo_inbox);
    set("IFC_TEST_BUS_INBOX", bus_inbox);
    set(
        "IFC_ALERTS",
        topic(&config, &name("alerts"), &inbox_arn, false).await,
    );
    set(
        "IFC_STEPS",
        topic(&config, &name("steps.fifo"), &fifo_inbox_arn, true).await,
    );
    bus(&config, &name("events"), &bus_inbox_arn).await;
    set("IFC_EVENTS", name("events"));

    let s3 = aws_sdk_s3::config::Builder::from(&config)
        .force_path_style(true)
        .build();
    let s3 = aws_sdk_s3::Client::from_conf(s3);
    s3.create_bucket()
        .bucket(name("files"))
        .send()
        .await
        .unwrap();
    set("IFC_FILES", name("files"));

    let secrets = aws_sdk_secretsmanager::Client::new(&config);
    for (variable, value) in [
        ("LOGIN", r#"{"user":"u","password":"p"}"#),
        ("API_KEY", "key \"1\""),
    ] {
        let secret = secrets
            .create_secret()
            .name(name(variable))
            .secret_string(value);
        set(
            &format!("IFC_{variable}"),
            secret.send().await.unwrap().arn.unwrap(),
        );
    }
    let ssm = aws_sdk_ssm::Client::new(&config);
    let parameter = ssm
        .put_parameter()
        .name(name("fee"))
        .value("125")
        .r#type(ParameterType::String);
    parameter.send().await.unwrap();
    set("IFC_FEE", name("fee"));
    set(
        "IFC_PRICE",
        function(&config, endpoint, &name("price")).await,
    );
    env
}

async fn config(endpoint: &str) -> SdkConfig {
    let http = aws_smithy_http_client::Builder::new().build_http();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .endpoint_url(endpoint)
        .region(Region::new(REGION))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .load()
        .await
}

/// A table with the keys and indexes of an item type.
async fn table<T: Item>(config: &SdkConfig, name: &str) {
    let schema = T::SCHEMA;
    let mut attributes = BTreeMap::new();
    let mut keys = |partition: ifc_runtime::item::KeyAttribute,
                    sort: Option<ifc_runtime::item::KeyAttribute>| {
        let both = [
            Some((partition, KeyType::Hash)),
            sort.map(|sort| (sort, KeyType::Range)),
        ];
        let element = |(key, kind): (ifc_runtime::item::KeyAttribute, KeyType)| {
            attributes.insert(key.name, key.kind);
            KeySchemaElement::builder()
                .attribute_name(key.name)
                .key_type(kind)
                .build()
                .unwrap()
        };
        both.into_iter().flatten().map(element).collect::<Vec<_>>()
    };
    let table_keys = keys(schema.partition, schema.sort);
    let indexes: Vec<_> = schema
        .indexes
        .iter()
        .map(|index| {
            GlobalSecondaryIndex::builder()
                .index_name(index.name)
                .set_key_schema(Some(keys(index.partition, index.sort)))
                .projection(
                    Projection::builder()
                        .projection_type(ProjectionType::All)
                        .build(),
                )
                .build()
                .unwrap()
        })
        .collect();
    let attributes = attributes.into_iter().map(|(name, kind)| {
        let kind = match kind {
            KeyKind::S => ScalarAttributeType::S,
            KeyKind::N => ScalarAttributeType::N,
            KeyKind::B => ScalarAttributeType::B,
        };
        AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(kind)
            .build()
            .unwrap()
    });
    aws_sdk_dynamodb::Client::new(config)
        .create_table()
        .table_name(name)
        .set_key_schema(Some(table_keys))
        .set_attribute_definitions(Some(attributes.collect()))
        .set_global_secondary_indexes(Some(indexes).filter(|indexes| !indexes.is_empty()))
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .unwrap();
}

/// URL and ARN.
async fn queue(config: &SdkConfig, name: &str, fifo: bool) -> (String, String) {
    use aws_sdk_sqs::types::QueueAttributeName;
    let client = aws_sdk_sqs::Client::new(config);
    let attributes = fifo.then(|| [(QueueAttributeName::FifoQueue, "true".to_owned())].into());
    let created = client
        .create_queue()
        .queue_name(name)
        .set_attributes(attributes);
    let url = created.send().await.unwrap().queue_url.unwrap();
    let arn = client
        .get_queue_attributes()
        .queue_url(&url)
        .attribute_names(QueueAttributeName::QueueArn);
    let attributes = arn.send().await.unwrap().attributes.unwrap();
    let arn = attributes[&QueueAttributeName::QueueArn].clone();
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":["sns.amazonaws.com","events.amazonaws.com"]}},"Action":"sqs:SendMessage","Resource":"{arn}"}}]}}"#
    );
    let allow = client.set_queue_attributes().queue_url(&url);
    allow
        .attributes(QueueAttributeName::Policy, policy)
        .send()
        .await
        .unwrap();
    (url, arn)
}

/// ARN.
async fn topic(config: &SdkConfig, name: &str, queue_arn: &str, fifo: bool) -> String {
    let client = aws_sdk_sns::Client::new(config);
    let attributes = fifo.then(|| [("FifoTopic".to_owned(), "true".to_owned())].into());
    let created = client
        .create_topic()
        .name(name)
        .set_attributes(attributes)
        .send()
        .await
        .unwrap();
    let arn = created.topic_arn.unwrap();
    client
        .subscribe()
        .topic_arn(&arn)
        .protocol("sqs")
        .endpoint(queue_arn)
        .attributes("RawMessageDelivery", "true")
        .send()
        .await
        .unwrap();
    arn
}

async fn bus(config: &SdkConfig, name: &str, queue_arn: &str) {
    let client = aws_sdk_eventbridge::Client::new(config);
    client.create_event_bus().name(name).send().await.unwrap();
    let rule = client.put_rule().name(name).event_bus_name(name);
    rule.event_pattern(r#"{"source":["shop"]}"#)
        .send()
        .await
        .unwrap();
    let target = aws_sdk_eventbridge::types::Target::builder()
        .id("inbox")
        .arn(queue_arn)
        .build()
        .unwrap();
    client
        .put_targets()
        .rule(name)
        .event_bus_name(name)
        .targets(target)
        .send()
        .await
        .unwrap();
}

/// ARN of a function that doubles a number, and fails for negative numbers.
async fn function(config: &SdkConfig, endpoint: &str, name: &str) -> String {
    let role = role(endpoint, name).await;
    let source = "class NoPrice(Exception):\n    pass\n\n\
        def handle(event, context):\n    \
            if event['n'] < 0:\n        raise NoPrice('negative')\n    \
            return {'twice': 2 * event['n']}\n";
    let code = FunctionCode::builder()
        .zip_file(stored_zip("index.py", source.as_bytes()).into())
        .build();
    let created = aws_sdk_lambda::Client::new(config)
        .create_function()
        .function_name(name)
        .runtime(Runtime::Python312)
        .handler("index.handle")
        .role(role)
        .code(code)
        .send()
        .await
        .unwrap();
    created.function_arn.unwrap()
}

/// ARN of a role for a function. By hand, because the SDK of IAM is large; endpoints for tests look at the
/// key of the signature, not at the signature.
async fn role(endpoint: &str, name: &str) -> String {
    let trust = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C\
        %22Principal%22%3A%7B%22Service%22%3A%22lambda.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D";
    let body = format!(
        "Action=CreateRole&Version=2010-05-08&RoleName={name}&AssumeRolePolicyDocument={trust}"
    );
    let headers = "Content-Type: application/x-www-form-urlencoded\r\n\
        Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request, \
        SignedHeaders=host, Signature=00\r\n";
    let answer = http("POST", &format!("{endpoint}/"), headers, &body).await;
    let arn = answer
        .split_once("<Arn>")
        .and_then(|(_, rest)| rest.split_once("</Arn>"));
    arn.unwrap_or_else(|| panic!("no role was made: {answer}"))
        .0
        .to_owned()
}

/// A request with these header lines, and the whole answer.
pub(crate) async fn http(method: &str, url: &str, headers: &str, body: &str) -> String {
    let (host, path) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let length = body.len();
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// A zip archive of one file, not compressed.
fn stored_zip(name: &str, content: &[u8]) -> Vec<u8> {
    let (crc, size) = (
        crc32(content).to_le_bytes(),
        (content.len() as u32).to_le_bytes(),
    );
    let name_size = (name.len() as u16).to_le_bytes();
    // Version, flags, method, time, date (1980-01-01), checksum, both sizes, name's size, extra's size.
    let common = [
        &[20, 0, 0, 0, 0, 0, 0, 0, 33, 0][..],
        &crc,
        &size,
        &size,
        &name_size,
        &[0, 0],
    ]
    .concat();
    let mut zip = [b"PK\x03\x04", &common[..], name.as_bytes(), content].concat();
    let directory_at = (zip.len() as u32).to_le_bytes();
    // Comment's size, disk, internal and external attributes, offset of the file.
    let entry = [
        b"PK\x01\x02\x14\x03",
        &common[..],
        &[0; 6],
        &[0, 0, 0xA4, 0x81],
        &[0; 4],
        name.as_bytes(),
    ]
    .concat();
    let directory_size = (entry.len() as u32).to_le_bytes();
    zip.extend(entry);
    zip.extend(
        [
            b"PK\x05\x06\0\0\0\0\x01\0\x01\0",
            &directory_size[..],
            &directory_at,
            &[0, 0],
        ]
        .concat(),
    );
    zip
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            }
        })
    })
}
