"""What calls of other services than S3 need, by hand, where it is not the action of their name."""

from curated_notation import STAR, act, also, operation

# ---- DynamoDB
BRANCHES = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
operation("dynamodb", "TransactWriteItems", *(
    act(f"dynamodb:{action}", {"table": {"TableName": f"TransactItems[].{branch}.TableName~na"}}, f"TransactItems[].{branch}")
    for branch, action in BRANCHES.items()))
operation("dynamodb", "TransactGetItems", act("dynamodb:GetItem", {"table": {"TableName": "TransactItems[].Get.TableName~na"}}))
for _name in ("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"):
    operation("dynamodb", _name, *(act(f"dynamodb:PartiQL{verb}", None, "partiql") for verb in ("Select", "Insert", "Update", "Delete")))
operation("dynamodb", "DescribeEndpoints", act("dynamodb:DescribeEndpoints"))
# Only `*` allows it: there is no ARN of all streams.
operation("dynamodbstreams", "ListStreams", act("dynamodb:ListStreams", STAR))

# ---- SQS, SNS
QUEUE = {"queue": {"QueueName": "QueueUrl~url"}}
NEW_QUEUE = {"queue": {"QueueName": "QueueName"}}
operation("sqs", "SendMessageBatch", act("sqs:SendMessage", QUEUE))
operation("sqs", "DeleteMessageBatch", act("sqs:DeleteMessage", QUEUE))
operation("sqs", "ChangeMessageVisibilityBatch", act("sqs:ChangeMessageVisibility", QUEUE))
operation("sqs", "CreateQueue", act("sqs:CreateQueue", NEW_QUEUE), act("sqs:TagQueue", NEW_QUEUE, "tags"))
MOVED = {"queue": {"@arn": "SourceArn"}}
operation("sqs", "StartMessageMoveTask", act("sqs:StartMessageMoveTask", MOVED), act("sqs:ReceiveMessage", MOVED),
          act("sqs:DeleteMessage", MOVED), act("sqs:GetQueueAttributes", MOVED), act("sqs:SendMessage", {"queue": {"@arn": "DestinationArn"}}))
TOPIC = {"topic": {"@arn": "TopicArn"}}
operation("sns", "PublishBatch", act("sns:Publish", TOPIC))
operation("sns", "Publish", act("sns:Publish", TOPIC, "TopicArn"), act("sns:Publish", {"topic": {"@arn": "TargetArn"}}, "TargetArn"),
          act("sns:Publish", STAR, "PhoneNumber"))

# ---- Lambda: a call with a qualifier is about the alias or version, not about the function
FUNCTION = {"function": {"FunctionName": "FunctionName~fn"}}
QUALIFIED = {"function alias": {"FunctionName": "FunctionName~fn", "Alias": "Qualifier"}}
for _name in ("Invoke", "InvokeWithResponseStream"):
    operation("lambda", _name, act("lambda:InvokeFunction", FUNCTION, "!Qualifier"), act("lambda:InvokeFunction", QUALIFIED, "Qualifier"))
operation("lambda", "InvokeAsync", act("lambda:InvokeFunction", FUNCTION))
operation("lambda", "GetLayerVersionByArn", act("lambda:GetLayerVersion", {"layerVersion": {"@arn": "Arn"}}))

# ---- Step Functions, API Gateway
for _name in ("StartExecution", "StartSyncExecution"):
    operation("sfn", _name, act(f"states:{_name}", {"statemachine": {"@arn": "stateMachineArn"}}))
for _name, _verb in (("PostToConnection", "POST"), ("GetConnection", "GET"), ("DeleteConnection", "DELETE")):
    _route = {"execute-api-general": {"Method": "=" + _verb, "ApiSpecificResourcePath": "=@connections/*"}}
    operation("apigatewaymanagement", _name, act("execute-api:ManageConnections", _route))

# ---- Bedrock


def model(path):
    return {"foundation-model": {"ResourceId": path}, "inference-profile": {"ResourceId": path}}


MODEL = model("modelId~model")
GUARDRAIL = act("bedrock:ApplyGuardrail", {"guardrail": {"GuardrailId": "guardrailIdentifier~na"}}, "guardrailIdentifier")
CONFIGURED = act("bedrock:ApplyGuardrail", {"guardrail": {"GuardrailId": "guardrailConfig.guardrailIdentifier~na"}}, "guardrailConfig")
STREAM = "bedrock:InvokeModelWithResponseStream"
operation("bedrockruntime", "InvokeModel", act("bedrock:InvokeModel", MODEL), GUARDRAIL)
operation("bedrockruntime", "Converse", act("bedrock:InvokeModel", MODEL), CONFIGURED)
operation("bedrockruntime", "CountTokens", act("bedrock:CountTokens", MODEL))
operation("bedrockruntime", "StartAsyncInvoke", act("bedrock:InvokeModel", MODEL))
operation("bedrockruntime", "InvokeModelWithResponseStream", act(STREAM, MODEL), GUARDRAIL)
operation("bedrockruntime", "InvokeModelWithBidirectionalStream", act("bedrock:InvokeModel", MODEL))
operation("bedrockruntime", "ConverseStream", act(STREAM, MODEL), CONFIGURED)
_base = "retrieveAndGenerateConfiguration.knowledgeBaseConfiguration."
_external = "retrieveAndGenerateConfiguration.externalSourcesConfiguration."
for _name in ("RetrieveAndGenerate", "RetrieveAndGenerateStream"):
    operation("bedrockagentruntime", _name, act("bedrock:RetrieveAndGenerate"),
              act("bedrock:Retrieve", {"knowledge-base": {"KnowledgeBaseId": _base + "knowledgeBaseId"}}, _base + "knowledgeBaseId"),
              act("bedrock:InvokeModel", model(_base + "modelArn~model"), _base + "modelArn"),
              act("bedrock:InvokeModel", model(_external + "modelArn~model"), _external + "modelArn"))

# ---- SES
SENDER = {"identity": {"IdentityName": "FromEmailAddress~ses"}, "template": {"TemplateName": "Content.Template.TemplateName"},
          "configuration-set": {"ConfigurationSetName": "ConfigurationSetName"}}
NAMED_SENDER = {"identity": {"@arn": "FromEmailAddressIdentityArn"}}
# An identity can have a configuration set of its own.
OWN_SET = act("ses:SendEmail", {"configuration-set": {}}, "opt")
operation("sesv2", "SendEmail", act("ses:SendEmail", SENDER, "!Content.Raw"), act("ses:SendRawEmail", SENDER, "Content.Raw"),
          act("ses:SendEmail", NAMED_SENDER, "FromEmailAddressIdentityArn"), OWN_SET)
operation("sesv2", "SendBulkEmail", act("ses:SendBulkEmail"))

# ---- databases with an API
for _name in ("ExecuteStatement", "BatchExecuteStatement", "BeginTransaction", "CommitTransaction", "RollbackTransaction"):
    operation("rdsdata", _name, act(f"rds-data:{_name}", {"cluster": {"@arn": "resourceArn"}}),
              act("secretsmanager:GetSecretValue", {"Secret": {"@arn": "secretArn"}}))
CLUSTER = {"cluster": {"ClusterName": "ClusterIdentifier"}, "workgroup": {"WorkgroupId": "WorkgroupName~id"}}
USER = {"dbuser": {"ClusterName": "ClusterIdentifier", "DbUser": "DbUser"}, "dbname": {"ClusterName": "ClusterIdentifier", "DbName": "Database"}}
for _name in ("ExecuteStatement", "BatchExecuteStatement", "ListDatabases", "ListSchemas", "ListTables", "DescribeTable"):
    operation("redshiftdata", _name, act(f"redshift-data:{_name}", CLUSTER),
              act("secretsmanager:GetSecretValue", {"Secret": {"@arn": "SecretArn"}}, "SecretArn"),
              act("redshift:GetClusterCredentials", USER, "DbUser"), act("redshift-serverless:GetCredentials", None, "WorkgroupName"))
KEYSPACES = {
    "Create": "CreateKeyspace CreateTable CreateType", "Drop": "DeleteKeyspace DeleteTable DeleteType", "Alter": "UpdateKeyspace UpdateTable",
    "Select": "GetKeyspace GetTable GetTableAutoScalingSettings GetType ListKeyspaces ListTables ListTypes ListTagsForResource",
    "TagResource": "TagResource", "UntagResource": "UntagResource", "Restore": "RestoreTable",
}
for _action, _names in KEYSPACES.items():
    for _name in _names.split():
        operation("keyspaces", _name, act("cassandra:" + _action))

# ---- keys and secrets
operation("kms", "ReEncrypt", act("kms:ReEncryptFrom", {"key": {"KeyId": "SourceKeyId~kms"}}),
          act("kms:ReEncryptTo", {"key": {"KeyId": "DestinationKeyId~kms"}}))
operation("kms", "CreateAlias", act("kms:CreateAlias", {"alias": {"Alias": "AliasName~alias"}, "key": {"KeyId": "TargetKeyId~kms"}}))
operation("secretsmanager", "BatchGetSecretValue", act("secretsmanager:BatchGetSecretValue", STAR),
          act("secretsmanager:GetSecretValue", {"Secret": {"SecretId": "SecretIdList[]~secret"}}), act("secretsmanager:ListSecrets", STAR, "Filters"))
# Identity: calls that AWS allows without a permission, and what a role's session may carry.
operation("sts", "GetCallerIdentity")
operation("sts", "GetSessionToken")
ROLE = {"role": {"@arn": "RoleArn"}}
operation("sts", "AssumeRole", act("sts:AssumeRole", ROLE), act("sts:TagSession", ROLE, "Tags"), act("sts:SetSourceIdentity", ROLE, "SourceIdentity"))

# ---- others
operation("cloudwatch", "PutMetricData", act("cloudwatch:PutMetricData", STAR))
operation("appconfigdata", "StartConfigurationSession", act("appconfig:StartConfigurationSession"))
operation("appconfigdata", "GetLatestConfiguration", act("appconfig:GetLatestConfiguration", {"configuration": {}}))
MESSAGE_TOPIC = {"topic": {"TopicName": "topic"}}
operation("iotdataplane", "Publish", act("iot:Publish", MESSAGE_TOPIC), act("iot:RetainPublish", MESSAGE_TOPIC, "retain"))
operation("iotdataplane", "GetRetainedMessage", act("iot:GetRetainedMessage", MESSAGE_TOPIC))
for _name in ("GetThingShadow", "UpdateThingShadow", "DeleteThingShadow"):
    operation("iotdataplane", _name, act("iot:" + _name, {"thing": {"ThingName": "thingName"}}))
STORE = {"policy-store": {"PolicyStoreId": "policyStoreId"}}
operation("verifiedpermissions", "BatchIsAuthorized", act("verifiedpermissions:IsAuthorized", STORE))
operation("verifiedpermissions", "BatchIsAuthorizedWithToken", act("verifiedpermissions:IsAuthorizedWithToken", STORE))
operation("verifiedpermissions", "BatchGetPolicy", act("verifiedpermissions:GetPolicy"))
operation("lexruntimev2", "StartConversation", act("lex:StartConversation"))
operation("polly", "StartSpeechSynthesisTask", act("polly:StartSpeechSynthesisTask"),
          act("s3:PutObject", {"object": {"BucketName": "OutputS3BucketName", "ObjectName": "=*"}}),
          act("sns:Publish", {"topic": {"@arn": "SnsTopicArn"}}, "SnsTopicArn"))
_output = "ResultConfiguration.OutputLocation"
operation("athena", "StartQueryExecution", act("athena:StartQueryExecution"),
          # Athena writes and reads results with the rights of its caller.
          act("s3:GetBucketLocation", {"bucket": {"@arn": _output + "~s3uri"}}, _output),
          act("s3:PutObject", {"object": {"@arn": _output + "~s3uri"}}, _output),
          act("s3:GetObject", {"object": {"@arn": _output + "~s3uri"}}, _output),
          act("glue:GetTable", None, "opt"), act("glue:GetDatabase", None, "opt"), act("glue:GetPartitions", None, "opt"))
# botocore does not model streams in both directions.
for _name in ("StartStreamTranscription", "StartMedicalStreamTranscription", "StartCallAnalyticsStreamTranscription",
              "StartMedicalScribeStream", "GetMedicalScribeStream"):
    operation("transcribestreaming", _name, act("transcribe:" + _name))

# ---- objects that a service reads and writes in the caller's name


def reads(crate, names, path):
    """Objects given as {Bucket, Name, Version}."""
    named = {"object": {"BucketName": path + ".Bucket", "ObjectName": path + ".Name"}}
    for name in names.split():
        also(crate, name, act("s3:GetObject", named, path), act("s3:GetObjectVersion", named, path + ".Version"))


def writes(crate, names, member, bucket):
    for name in names.split():
        also(crate, name, act("s3:PutObject", {"object": {"BucketName": bucket, "ObjectName": "=*"}}, member))


reads("rekognition", "DetectCustomLabels DetectFaces DetectLabels DetectModerationLabels DetectProtectiveEquipment DetectText IndexFaces "
      "RecognizeCelebrities SearchFacesByImage SearchUsersByImage", "Image.S3Object")
reads("rekognition", "CompareFaces", "SourceImage.S3Object")
reads("rekognition", "CompareFaces", "TargetImage.S3Object")
reads("rekognition", "StartCelebrityRecognition StartContentModeration StartFaceDetection StartFaceSearch StartLabelDetection "
      "StartPersonTracking StartSegmentDetection StartTextDetection", "Video.S3Object")
reads("rekognition", "StartMediaAnalysisJob", "Input.S3Object")
writes("rekognition", "StartMediaAnalysisJob CopyProjectVersion CreateProjectVersion", "OutputConfig", "OutputConfig.S3Bucket")
writes("rekognition", "CreateFaceLivenessSession", "Settings.OutputConfig", "Settings.OutputConfig.S3Bucket")
reads("textract", "AnalyzeDocument AnalyzeExpense DetectDocumentText", "Document.S3Object")
reads("textract", "AnalyzeID", "DocumentPages[].S3Object")
_jobs = "StartDocumentAnalysis StartDocumentTextDetection StartExpenseAnalysis StartLendingAnalysis"
reads("textract", _jobs, "DocumentLocation.S3Object")
writes("textract", _jobs + " CreateAdapterVersion", "OutputConfig", "OutputConfig.S3Bucket")
for _name in ("StartTranscriptionJob", "StartMedicalTranscriptionJob", "StartCallAnalyticsJob", "StartMedicalScribeJob"):
    also("transcribe", _name, act("s3:GetObject", {"object": {"@arn": "Media.MediaFileUri~s3object"}}, "Media"))
for _name in ("StartTranscriptionJob", "StartMedicalTranscriptionJob", "StartMedicalScribeJob"):
    also("transcribe", _name, act("s3:PutObject", {"object": {"BucketName": "OutputBucketName", "ObjectName": "=*"}}, "OutputBucketName"))
