//! Calls of other services that are not one action of their own name.

use super::*;

#[test]
fn functions_are_invoked_as_such_or_by_qualifier() {
    for method in ["invoke", "invoke_async", "invoke_with_response_stream"] {
        let found = needs("lambda", method, &[("function_name", "resize")]);
        assert_eq!(
            found,
            ["lambda:InvokeFunction arn:P:lambda:R:A:function:resize"]
        );
    }
    let alias = ["lambda:InvokeFunction arn:P:lambda:R:A:function:resize:live"];
    assert_eq!(
        needs(
            "lambda",
            "invoke",
            &[("function_name", "resize"), ("qualifier", "live")]
        ),
        alias
    );
    assert_eq!(
        needs("lambda", "invoke", &[("function_name", "resize:live")]),
        alias
    );
    let arn = "arn:aws:lambda:eu-west-1:111122223333:layer:x:3";
    let layer = needs("lambda", "get_layer_version_by_arn", &[("arn", arn)]);
    assert_eq!(layer, [format!("lambda:GetLayerVersion {arn}")]);
}

#[test]
fn task_tokens_are_on_star() {
    for (method, action) in [
        ("send_task_success", "SendTaskSuccess"),
        ("send_task_failure", "SendTaskFailure"),
        ("send_task_heartbeat", "SendTaskHeartbeat"),
    ] {
        assert_eq!(
            needs("sfn", method, &[("task_token", "?")]),
            [format!("states:{action} *")]
        );
    }
}

#[test]
fn api_gateway_has_verbs_on_uris() {
    let found = needs(
        "apigateway",
        "get_resource",
        &[("rest_api_id", "a1"), ("resource_id", "r2")],
    );
    assert_eq!(
        found,
        ["apigateway:GET arn:P:apigateway:R::/restapis/a1/resources/r2"]
    );
    let found = needs("apigateway", "get_rest_apis", &[]);
    assert_eq!(found, ["apigateway:GET arn:P:apigateway:R::/restapis"]);
    let found = needs(
        "apigatewayv2",
        "delete_route",
        &[("api_id", "a1"), ("route_id", "r2")],
    );
    assert_eq!(
        found,
        ["apigateway:DELETE arn:P:apigateway:R::/v2/apis/a1/routes/r2"]
    );
    for (method, verb) in [
        ("post_to_connection", "POST"),
        ("get_connection", "GET"),
        ("delete_connection", "DELETE"),
    ] {
        let found = needs("apigatewaymanagement", method, &[("connection_id", "?")]);
        assert_eq!(
            found,
            [format!(
                "execute-api:ManageConnections arn:P:execute-api:R:A:*/*/{verb}/@connections/*"
            )]
        );
    }
}

#[test]
fn models_are_invoked_directly_or_through_profiles() {
    let invoke = |id| needs("bedrockruntime", "converse", &[("model_id", id)]);
    let model = "amazon.nova-pro-v1:0";
    assert_eq!(
        invoke(model),
        [format!(
            "bedrock:InvokeModel arn:P:bedrock:R::foundation-model/{model}"
        )]
    );
    assert_eq!(
        invoke("eu.amazon.nova-pro-v1:0"),
        [
            format!("bedrock:InvokeModel arn:P:bedrock:*::foundation-model/{model}"),
            format!("bedrock:InvokeModel arn:P:bedrock:R:A:inference-profile/eu.{model}")
        ]
    );
    assert_eq!(
        invoke("<MODEL>"),
        [
            "bedrock:InvokeModel arn:P:bedrock:*::foundation-model/*",
            "bedrock:InvokeModel arn:P:bedrock:R:A:inference-profile/${env:MODEL}"
        ]
    );
    for method in ["invoke_model_with_response_stream", "converse_stream"] {
        let found = needs("bedrockruntime", method, &[("model_id", model)]);
        assert_eq!(
            found,
            [format!(
                "bedrock:InvokeModelWithResponseStream arn:P:bedrock:R::foundation-model/{model}"
            )]
        );
    }
    for method in [
        "invoke_model",
        "start_async_invoke",
        "invoke_model_with_bidirectional_stream",
    ] {
        let found = needs("bedrockruntime", method, &[("model_id", model)]);
        assert_eq!(
            found,
            [format!(
                "bedrock:InvokeModel arn:P:bedrock:R::foundation-model/{model}"
            )]
        );
    }
    let guarded = needs(
        "bedrockruntime",
        "invoke_model",
        &[("model_id", model), ("guardrail_identifier", "g1")],
    );
    assert_eq!(
        guarded[0],
        "bedrock:ApplyGuardrail arn:P:bedrock:R:A:guardrail/g1"
    );
}

#[test]
fn generating_with_a_knowledge_base_retrieves_and_invokes() {
    let base = "retrieve_and_generate_configuration.knowledge_base_configuration";
    let members = [
        (format!("{base}.knowledge_base_id"), "KB1"),
        (
            format!("{base}.model_arn"),
            "arn:aws:bedrock:r::foundation-model/m",
        ),
    ];
    let members: Vec<(&str, &str)> = members
        .iter()
        .map(|(path, text)| (path.as_str(), *text))
        .collect();
    let expected = [
        "bedrock:InvokeModel arn:aws:bedrock:r::foundation-model/m",
        "bedrock:Retrieve arn:P:bedrock:R:A:knowledge-base/KB1",
        "bedrock:RetrieveAndGenerate *",
    ];
    for method in ["retrieve_and_generate", "retrieve_and_generate_stream"] {
        assert_eq!(needs("bedrockagentruntime", method, &members), expected);
    }
}

#[test]
fn mail_is_sent_from_the_address_or_its_domain() {
    let send = |extra: &[(&str, &str)]| {
        let members = [&[("from_email_address", "shop@example.org")], extra].concat();
        needs("sesv2", "send_email", &members)
    };
    let on = |action: &str, name: &str| format!("ses:{action} arn:P:ses:R:A:{name}");
    let identities = |action: &str| {
        [
            on(action, "identity/example.org"),
            on(action, "identity/shop@example.org"),
        ]
    };
    assert_eq!(send(&[("content.simple", "?")]), identities("SendEmail"));
    assert_eq!(send(&[("content.raw", "?")]), identities("SendRawEmail"));
    let template = send(&[
        ("content.template.template_name", "hello"),
        ("configuration_set_name", "main"),
    ]);
    let [domain, address] = identities("SendEmail");
    assert_eq!(
        template,
        [
            on("SendEmail", "configuration-set/main"),
            domain,
            address,
            on("SendEmail", "template/hello")
        ]
    );
}

#[test]
fn keys_are_re_encrypted_from_one_to_the_other() {
    let found = needs(
        "kms",
        "re_encrypt",
        &[("source_key_id", "1-1"), ("destination_key_id", "2-2")],
    );
    assert_eq!(
        found,
        [
            "kms:ReEncryptFrom arn:P:kms:R:A:key/1-1",
            "kms:ReEncryptTo arn:P:kms:R:A:key/2-2"
        ]
    );
    let alias = needs(
        "kms",
        "create_alias",
        &[("alias_name", "alias/main"), ("target_key_id", "1-1")],
    );
    assert_eq!(
        alias,
        [
            "kms:CreateAlias arn:P:kms:R:A:alias/main",
            "kms:CreateAlias arn:P:kms:R:A:key/1-1"
        ]
    );
}

#[test]
fn secrets_are_read_in_batches_one_by_one() {
    let found = needs(
        "secretsmanager",
        "batch_get_secret_value",
        &[("secret_id_list[]", "db")],
    );
    assert_eq!(
        found,
        [
            "secretsmanager:BatchGetSecretValue *",
            "secretsmanager:GetSecretValue arn:P:secretsmanager:R:A:secret:db-??????"
        ]
    );
    let filtered = needs(
        "secretsmanager",
        "batch_get_secret_value",
        &[("filters", "?")],
    );
    assert!(
        filtered.contains(&"secretsmanager:ListSecrets *".to_owned()),
        "{filtered:?}"
    );
}

#[test]
fn authorization_in_batches_has_the_single_action() {
    for (method, action) in [
        ("batch_is_authorized", "IsAuthorized"),
        ("batch_is_authorized_with_token", "IsAuthorizedWithToken"),
    ] {
        let found = needs("verifiedpermissions", method, &[("policy_store_id", "p")]);
        assert_eq!(
            found,
            [format!(
                "verifiedpermissions:{action} arn:P:verifiedpermissions::A:policy-store/p"
            )]
        );
    }
    let found = needs(
        "verifiedpermissions",
        "batch_get_policy",
        &[("requests", "?")],
    );
    assert!(
        found[0].starts_with("verifiedpermissions:GetPolicy "),
        "{found:?}"
    );
}

#[test]
fn unsigned_calls_need_nothing() {
    for (service, method) in [
        ("cognitoidentityprovider", "initiate_auth"),
        ("cognitoidentityprovider", "sign_up"),
        ("sts", "get_caller_identity"),
        ("sts", "get_session_token"),
        ("sts", "assume_role_with_web_identity"),
        ("sts", "assume_role_with_saml"),
    ] {
        assert_eq!(
            lines(&permissions(service, method, &Request::unknown())),
            [""; 0],
            "{service} {method}"
        );
    }
    let role = "arn:aws:iam::111122223333:role/reader";
    assert_eq!(
        needs("sts", "assume_role", &[("role_arn", role)]),
        [format!("sts:AssumeRole {role}")]
    );
}

#[test]
fn speech_is_written_to_a_bucket() {
    let topic = "arn:aws:sns:r:a:done";
    let found = needs(
        "polly",
        "start_speech_synthesis_task",
        &[("output_s3_bucket_name", "audio"), ("sns_topic_arn", topic)],
    );
    assert_eq!(
        found[1..],
        [
            "s3:PutObject arn:P:s3:::audio/*".to_owned(),
            format!("sns:Publish {topic}")
        ]
    );
    assert!(found[0].starts_with("polly:StartSpeechSynthesisTask "));
}

#[test]
fn configurations_are_read_as_appconfig() {
    for (method, action) in [
        ("start_configuration_session", "StartConfigurationSession"),
        ("get_latest_configuration", "GetLatestConfiguration"),
    ] {
        let found = lines(&permissions("appconfigdata", method, &Request::unknown()));
        assert!(
            found
                .iter()
                .all(|line| line.starts_with(&format!("appconfig:{action} "))),
            "{found:?}"
        );
        assert!(!found.is_empty());
    }
}

#[test]
fn streams_of_speech_are_transcribed() {
    for (method, action) in [
        ("start_stream_transcription", "StartStreamTranscription"),
        (
            "start_medical_stream_transcription",
            "StartMedicalStreamTranscription",
        ),
        (
            "start_call_analytics_stream_transcription",
            "StartCallAnalyticsStreamTranscription",
        ),
        ("start_medical_scribe_stream", "StartMedicalScribeStream"),
        ("get_medical_scribe_stream", "GetMedicalScribeStream"),
    ] {
        let found = needs("transcribestreaming", method, &[]);
        assert_eq!(found, [format!("transcribe:{action} *")]);
    }
}

#[test]
fn images_and_documents_are_read_from_their_bucket() {
    let image = [
        ("image.s3_object.bucket", "photos"),
        ("image.s3_object.name", "a.jpg"),
    ];
    let found = needs("rekognition", "detect_labels", &image);
    assert_eq!(
        found,
        [
            "rekognition:DetectLabels *",
            "s3:GetObject arn:P:s3:::photos/a.jpg"
        ]
    );
    assert_eq!(
        needs("rekognition", "detect_labels", &[("image.bytes", "?")]),
        ["rekognition:DetectLabels *"]
    );
    let document = [
        ("document.s3_object.bucket", "<BUCKET>"),
        ("document.s3_object.name", "<>"),
    ];
    let found = needs("textract", "detect_document_text", &document);
    assert_eq!(
        found,
        [
            "s3:GetObject arn:P:s3:::${env:BUCKET}/*",
            "textract:DetectDocumentText *"
        ]
    );
    let media = [
        ("transcription_job_name", "j"),
        ("media.media_file_uri", "s3://calls/a.wav"),
        ("output_bucket_name", "texts"),
    ];
    let found = needs("transcribe", "start_transcription_job", &media);
    assert_eq!(
        found[..2],
        [
            "s3:GetObject arn:P:s3:::calls/a.wav",
            "s3:PutObject arn:P:s3:::texts/*"
        ]
    );
}

#[test]
fn tasks_pass_the_roles_of_their_definition() {
    let found = needs(
        "ecs",
        "run_task",
        &[("task_definition", "resize"), ("cluster", "main")],
    );
    assert_eq!(
        found,
        [
            "ecs:RunTask arn:P:ecs:R:A:task-definition/resize:*",
            "iam:PassRole arn:P:iam::A:role/* if iam:PassedToService=ecs-tasks.amazonaws.com"
        ]
    );
}

#[test]
fn tags_at_creation_are_tagging() {
    let plain = needs("lambda", "create_function", &[("function_name", "f")]);
    assert!(!plain.iter().any(|line| line.contains("Tag")), "{plain:?}");
    let tagged = needs(
        "lambda",
        "create_function",
        &[("function_name", "f"), ("tags{}", "?")],
    );
    assert!(
        tagged.contains(&"lambda:TagResource arn:P:lambda:R:A:function:f".to_owned()),
        "{tagged:?}"
    );
    let tagged = needs("ec2", "run_instances", &[("tag_specifications", "?")]);
    assert!(
        tagged.contains(
            &"ec2:CreateTags arn:P:ec2:R:A:* if ec2:CreateAction=RunInstances".to_owned()
        ),
        "{tagged:?}"
    );
}
