"""Hand-written knowledge for the services Lambda functions actually call.
Own work of this project (no third-party text); every action named here is checked against
the Service Authorization Reference data by build_table.py, which fails on an unknown action.

Binding mini-language (value of a binding is `member.path~transform!default`):
  member.path   request member(s) in API spelling; `[]` = each list item, `{}` = each map key
  ~na   value is a name or a full ARN          ~url   last path segment of an SQS queue URL
  ~fn   Lambda name | partial ARN | ARN[:qual] ~noslash strip a leading '/'
  ~secret Secrets Manager name (append -??????) or ARN      ~kms key id | ARN | alias
  ~bk   bucket name or access-point ARN        ~src   `bucket/key` of CopySource
  ~ses  e-mail address -> identity (address and domain)     ~model Bedrock model id / profile / ARN
  ~partiql  table name inside a PartiQL literal ~sub  topic part of a subscription ARN
  !x    value the service assumes when the member is not set
  key '@arn' = the member holds the complete resource ARN
"""

# (IAM prefix, resource type) -> alternatives, first whose members all exist in the request wins
ROLES = {
    ("dynamodb", "table"): [{"TableName": "TableName~na"}, {"TableName": "RequestItems{}~na"},
                            {"@arn": "TableArn"}, {"@arn": "ResourceArn"},
                            {"TableName": "TargetTableName"}, {"TableName": "Statement~partiql"},
                            {"TableName": "Statements[].Statement~partiql"},
                            {"TableName": "TransactStatements[].Statement~partiql"}],
    ("dynamodb", "index"): [{"TableName": "TableName~na", "IndexName": "IndexName"}],
    ("dynamodb", "stream"): [{"@arn": "StreamArn"}],
    ("dynamodb", "backup"): [{"@arn": "BackupArn"}],
    ("dynamodb", "export"): [{"@arn": "ExportArn"}],
    ("dynamodb", "import"): [{"@arn": "ImportArn"}],
    ("s3", "bucket"): [{"BucketName": "Bucket~bk"}],
    ("s3", "object"): [{"BucketName": "Bucket~bk", "ObjectName": "Key"},
                       {"BucketName": "Bucket~bk", "ObjectName": "Delete.Objects[].Key"}],
    ("s3", "accesspoint"): [{"AccessPointName": "Name"}],
    ("s3", "accesspointobject"): [],
    ("s3", "job"): [{"JobId": "JobId"}],
    ("s3", "storagelensconfiguration"): [{"ConfigId": "ConfigId"}],
    ("s3express", "bucket"): [{"BucketName": "Bucket~bk"}],
    ("s3vectors", "Index"): [{"BucketName": "vectorBucketName", "IndexName": "indexName"}, {"@arn": "indexArn"}],
    ("s3vectors", "VectorBucket"): [{"BucketName": "vectorBucketName"}, {"@arn": "vectorBucketArn"}],
    ("sqs", "queue"): [{"QueueName": "QueueUrl~url"}, {"QueueName": "QueueName"}, {"@arn": "SourceArn"}],
    ("sns", "topic"): [{"@arn": "TopicArn"}, {"@arn": "ResourceArn"}, {"@arn": "SubscriptionArn~sub"},
                       {"TopicName": "Name"}],
    ("lambda", "function"): [{"FunctionName": "FunctionName~fn"}, {"@arn": "FunctionArn"}, {"@arn": "Resource"}],
    ("lambda", "function alias"): [{"FunctionName": "FunctionName~fn", "Alias": "Qualifier"},
                                   {"FunctionName": "FunctionName~fn", "Alias": "Name"}],
    ("lambda", "function version"): [{"FunctionName": "FunctionName~fn", "Version": "Qualifier"}],
    ("lambda", "layer"): [{"LayerName": "LayerName~na"}],
    ("lambda", "layerVersion"): [{"LayerName": "LayerName~na", "LayerVersion": "VersionNumber"}, {"@arn": "Arn"}],
    ("lambda", "eventSourceMapping"): [{"UUID": "UUID"}],
    ("lambda", "code signing config"): [{"@arn": "CodeSigningConfigArn"}],
    ("lambda", "durable execution"): [{"@arn": "DurableExecutionArn"}],
    ("states", "statemachine"): [{"@arn": "stateMachineArn"}, {"StateMachineName": "name"}],
    ("states", "statemachinealias"): [{"@arn": "stateMachineAliasArn"}, {"@arn": "stateMachineArn"}],
    ("states", "statemachineversion"): [{"@arn": "stateMachineVersionArn"}, {"@arn": "stateMachineArn"}],
    ("states", "execution"): [{"@arn": "executionArn"}],
    ("states", "activity"): [{"@arn": "activityArn"}, {"ActivityName": "name"}],
    ("states", "maprun"): [{"@arn": "mapRunArn"}],
    ("events", "event-bus"): [{"EventBusName": "Entries[].EventBusName~na!default"}, {"EventBusName": "EventBusName~na!default"},
                              {"EventBusName": "Name~na"}],
    ("events", "rule-on-default-event-bus"): [{"RuleName": "Rule"}, {"RuleName": "Name"}, {"@arn": "ResourceARN"}],
    ("events", "rule-on-custom-event-bus"): [{"EventBusName": "EventBusName~na", "RuleName": "Rule"},
                                             {"EventBusName": "EventBusName~na", "RuleName": "Name"}],
    ("events", "archive"): [{"ArchiveName": "ArchiveName"}],
    ("events", "replay"): [{"ReplayName": "ReplayName"}],
    ("events", "connection"): [{"ConnectionName": "Name"}],
    ("events", "api-destination"): [{"ApiDestinationName": "Name"}],
    ("scheduler", "schedule"): [{"GroupName": "GroupName!default", "ScheduleName": "Name"}],
    ("scheduler", "schedule-group"): [{"GroupName": "Name"}, {"GroupName": "GroupName"}],
    ("pipes", "pipe"): [{"Name": "Name"}],
    ("kinesis", "stream"): [{"StreamName": "StreamName"}, {"@arn": "StreamARN"}, {"@arn": "ResourceARN"}],
    ("kinesis", "consumer"): [{"@arn": "ConsumerARN"}],
    ("firehose", "deliverystream"): [{"DeliveryStreamName": "DeliveryStreamName"}],
    ("ssm", "parameter"): [{"ParameterNameWithoutLeadingSlash": "Name~noslash"},
                           {"ParameterNameWithoutLeadingSlash": "Names[]~noslash"},
                           {"ParameterNameWithoutLeadingSlash": "Path~noslash"}],
    ("ssm", "document"): [{"DocumentName": "DocumentName"}, {"DocumentName": "Name"}],
    ("secretsmanager", "Secret"): [{"SecretId": "SecretId~secret"}, {"SecretId": "SecretIdList[]~secret"},
                                   {"SecretId": "Name~secret"}],
    ("kms", "key"): [{"KeyId": "KeyId~kms"}, {"KeyId": "TargetKeyId~kms"}, {"KeyId": "DestinationKeyId~kms"}],
    ("kms", "alias"): [{"Alias": "AliasName"}],
    ("logs", "log-group"): [{"LogGroupName": "logGroupName"}, {"LogGroupName": "logGroupIdentifier~na"},
                            {"LogGroupName": "logGroupNames[]"}, {"LogGroupName": "logGroupIdentifiers[]~na"},
                            {"@arn": "resourceArn"}],
    ("logs", "log-stream"): [{"LogGroupName": "logGroupName", "LogStreamName": "logStreamName"},
                             {"LogGroupName": "logGroupIdentifier~na", "LogStreamName": "logStreamName"}],
    ("cloudwatch", "alarm"): [{"AlarmName": "AlarmName"}, {"AlarmName": "AlarmNames[]"}, {"@arn": "ResourceARN"}],
    ("cloudwatch", "dashboard"): [{"DashboardName": "DashboardName"}, {"DashboardName": "DashboardNames[]"}],
    ("iot", "topic"): [{"TopicName": "topic"}],
    ("iot", "thing"): [{"ThingName": "thingName"}],
    ("ses", "identity"): [{"IdentityName": "FromEmailAddress~ses"}, {"IdentityName": "Source~ses"},
                          {"IdentityName": "EmailIdentity"}, {"IdentityName": "Identity"}, {"@arn": "ResourceArn"}],
    ("ses", "template"): [{"TemplateName": "Content.Template.TemplateName"}, {"TemplateName": "DefaultContent.Template.TemplateName"},
                          {"TemplateName": "Template"}, {"TemplateName": "TemplateName"}],
    ("ses", "configuration-set"): [{"ConfigurationSetName": "ConfigurationSetName"}],
    ("ses", "contact-list"): [{"ContactListName": "ContactListName"}],
    ("athena", "workgroup"): [{"WorkGroupName": "WorkGroup!primary"}, {"WorkGroupName": "Name"}],
    ("athena", "datacatalog"): [{"DataCatalogName": "CatalogName"}, {"DataCatalogName": "QueryExecutionContext.Catalog!AwsDataCatalog"}, {"DataCatalogName": "Name"}],
    ("glue", "catalog"): [], ("glue", "rootcatalog"): [{}],
    ("glue", "database"): [{"DatabaseName": "DatabaseName"}, {"DatabaseName": "DatabaseInput.Name"}, {"DatabaseName": "Name"}],
    ("glue", "table"): [{"DatabaseName": "DatabaseName", "TableName": "TableName"}, {"DatabaseName": "DatabaseName", "TableName": "Name"},
                        {"DatabaseName": "DatabaseName", "TableName": "TableInput.Name"}],
    ("bedrock", "foundation-model"): [{"ResourceId": "modelId~model"}],
    ("bedrock", "inference-profile"): [{"ResourceId": "modelId~model"}],
    ("bedrock", "guardrail"): [{"GuardrailId": "guardrailIdentifier~na"}],
    ("bedrock", "agent"): [{"AgentId": "agentId"}],
    ("bedrock", "agent-alias"): [{"AgentId": "agentId", "AgentAliasId": "agentAliasId"}],
    ("bedrock", "knowledge-base"): [{"KnowledgeBaseId": "knowledgeBaseId"}],
    ("bedrock", "flow-alias"): [{"FlowId": "flowIdentifier~na", "FlowAliasId": "flowAliasIdentifier~na"}],
    ("rds-data", "cluster"): [{"@arn": "resourceArn"}, {"@arn": "dbClusterOrInstanceArn"}],
    ("cognito-idp", "userpool"): [{"UserPoolId": "UserPoolId"}, {"@arn": "ResourceArn"}],
    ("cognito-identity", "identitypool"): [{"IdentityPoolId": "IdentityPoolId"}],
    ("appconfig", "configuration"): [{"ApplicationId": "ApplicationIdentifier", "EnvironmentId": "EnvironmentIdentifier",
                                      "ConfigurationProfileId": "ConfigurationProfileIdentifier"}],
    ("timestream", "table"): [{"DatabaseName": "DatabaseName", "TableName": "TableName"}],
    ("timestream", "database"): [{"DatabaseName": "DatabaseName"}],
    ("ecs", "task-definition"): [{"@arn": "taskDefinition~na"}],
    ("ecs", "cluster"): [{"ClusterName": "cluster~na!default"}],
    ("ecs", "service"): [{"ClusterName": "cluster~na!default", "ServiceName": "service~na"}],
    ("ecs", "task"): [{"ClusterName": "cluster~na!default", "TaskId": "task~na"}],
    ("redshift-data", "cluster"): [{"ClusterName": "ClusterIdentifier"}],
    ("redshift-data", "workgroup"): [{"WorkgroupId": "WorkgroupName"}],
    ("firehose", "kmsKey"): [],
}

# (crate, Operation) -> list of (action, {resource type: binding or None}, when)
#   when: None = always; "member" = only if that request member is set; "!member"; "cmk" = only if the resource
#   is encrypted with a customer-managed key; "opt" = may be needed, off by default
O = {}


def op(crate, name, *acts):
    O[(crate, name)] = [a if isinstance(a, tuple) else (a, None, None) for a in acts]


B, OBJ = {"bucket": {"BucketName": "Bucket~bk"}}, {"object": {"BucketName": "Bucket~bk", "ObjectName": "Key"}}
SRC = {"object": {"@s3": "CopySource~src"}}
# ---- S3: object plane
op("s3", "GetObject", ("s3:GetObject", OBJ, "!VersionId"), ("s3:GetObjectVersion", OBJ, "VersionId"))
op("s3", "HeadObject", ("s3:GetObject", OBJ, "!VersionId"), ("s3:GetObjectVersion", OBJ, "VersionId"))
op("s3", "GetObjectAttributes", ("s3:GetObjectAttributes", OBJ, "!VersionId"), ("s3:GetObject", OBJ, "!VersionId"),
   ("s3:GetObjectVersionAttributes", OBJ, "VersionId"), ("s3:GetObjectVersion", OBJ, "VersionId"))
op("s3", "GetObjectAcl", ("s3:GetObjectAcl", OBJ, "!VersionId"), ("s3:GetObjectVersionAcl", OBJ, "VersionId"))
op("s3", "GetObjectTagging", ("s3:GetObjectTagging", OBJ, "!VersionId"), ("s3:GetObjectVersionTagging", OBJ, "VersionId"))
op("s3", "SelectObjectContent", ("s3:GetObject", OBJ, None))
op("s3", "PutObject", ("s3:PutObject", OBJ, None), ("s3:PutObjectTagging", OBJ, "Tagging"), ("s3:PutObjectAcl", OBJ, "ACL"),
   ("s3:PutObjectRetention", OBJ, "ObjectLockMode"), ("s3:PutObjectLegalHold", OBJ, "ObjectLockLegalHoldStatus"))
op("s3", "CreateMultipartUpload", ("s3:PutObject", OBJ, None), ("s3:PutObjectTagging", OBJ, "Tagging"), ("s3:PutObjectAcl", OBJ, "ACL"))
op("s3", "UploadPart", ("s3:PutObject", OBJ, None))
op("s3", "CompleteMultipartUpload", ("s3:PutObject", OBJ, None))
op("s3", "UploadPartCopy", ("s3:PutObject", OBJ, None), ("s3:GetObject", SRC, None))
op("s3", "CopyObject", ("s3:PutObject", OBJ, None), ("s3:GetObject", SRC, None), ("s3:GetObjectTagging", SRC, "opt"),
   ("s3:PutObjectTagging", OBJ, "opt"), ("s3:PutObjectAcl", OBJ, "ACL"))
op("s3", "AbortMultipartUpload", ("s3:AbortMultipartUpload", OBJ, None))
op("s3", "ListParts", ("s3:ListMultipartUploadParts", OBJ, None))
op("s3", "DeleteObject", ("s3:DeleteObject", OBJ, "!VersionId"), ("s3:DeleteObjectVersion", OBJ, "VersionId"))
DELS = {"object": {"BucketName": "Bucket~bk", "ObjectName": "Delete.Objects[].Key"}}
op("s3", "DeleteObjects", ("s3:DeleteObject", DELS, None), ("s3:DeleteObjectVersion", DELS, "Delete.Objects[].VersionId"))
op("s3", "DeleteObjectTagging", ("s3:DeleteObjectTagging", OBJ, "!VersionId"), ("s3:DeleteObjectVersionTagging", OBJ, "VersionId"))
op("s3", "PutObjectTagging", ("s3:PutObjectTagging", OBJ, "!VersionId"), ("s3:PutObjectVersionTagging", OBJ, "VersionId"))
op("s3", "PutObjectAcl", ("s3:PutObjectAcl", OBJ, "!VersionId"), ("s3:PutObjectVersionAcl", OBJ, "VersionId"))
op("s3", "RenameObject", ("s3express:CreateSession", {"bucket": {"BucketName": "Bucket~bk"}}, None))
op("s3", "WriteGetObjectResponse", "s3-object-lambda:WriteGetObjectResponse")
# ---- S3: bucket plane (non 1:1 names)
for _o, _a in {
    "ListObjects": "ListBucket", "ListObjectsV2": "ListBucket", "HeadBucket": "ListBucket",
    "ListObjectVersions": "ListBucketVersions", "ListMultipartUploads": "ListBucketMultipartUploads",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration", "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "GetBucketAnalyticsConfiguration": "GetAnalyticsConfiguration", "ListBucketAnalyticsConfigurations": "GetAnalyticsConfiguration",
    "PutBucketAnalyticsConfiguration": "PutAnalyticsConfiguration", "DeleteBucketAnalyticsConfiguration": "PutAnalyticsConfiguration",
    "GetBucketInventoryConfiguration": "GetInventoryConfiguration", "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
    "PutBucketInventoryConfiguration": "PutInventoryConfiguration", "DeleteBucketInventoryConfiguration": "PutInventoryConfiguration",
    "GetBucketMetricsConfiguration": "GetMetricsConfiguration", "ListBucketMetricsConfigurations": "GetMetricsConfiguration",
    "PutBucketMetricsConfiguration": "PutMetricsConfiguration", "DeleteBucketMetricsConfiguration": "PutMetricsConfiguration",
    "GetBucketIntelligentTieringConfiguration": "GetIntelligentTieringConfiguration", "ListBucketIntelligentTieringConfigurations": "GetIntelligentTieringConfiguration",
    "PutBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration", "DeleteBucketIntelligentTieringConfiguration": "PutIntelligentTieringConfiguration",
    "GetBucketEncryption": "GetEncryptionConfiguration", "PutBucketEncryption": "PutEncryptionConfiguration", "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration", "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration", "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration", "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "GetBucketReplication": "GetReplicationConfiguration", "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketCors": "PutBucketCORS", "GetBucketCors": "GetBucketCORS", "PutBucketCors": "PutBucketCORS",
    "DeleteBucketTagging": "PutBucketTagging", "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "GetBucketNotificationConfiguration": "GetBucketNotification", "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock", "PutPublicAccessBlock": "PutBucketPublicAccessBlock", "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration", "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "CreateBucketMetadataConfiguration": "CreateBucketMetadataTableConfiguration", "GetBucketMetadataConfiguration": "GetBucketMetadataTableConfiguration",
    "DeleteBucketMetadataConfiguration": "DeleteBucketMetadataTableConfiguration",
}.items():
    op("s3", _o, ("s3:" + _a, B, None))
op("s3", "PutBucketReplication", ("s3:PutReplicationConfiguration", B, None), ("iam:PassRole", {"role": {"@arn": "ReplicationConfiguration.Role"}}, None))
op("s3", "ListBuckets", "s3:ListAllMyBuckets")
op("s3", "ListDirectoryBuckets", "s3express:ListAllMyDirectoryBuckets")
op("s3", "CreateSession", ("s3express:CreateSession", {"bucket": {"BucketName": "Bucket~bk"}}, None))
# ---- DynamoDB
TW = lambda k: {"table": {"TableName": "TransactItems[].%s.TableName~na" % k}}
op("dynamodb", "TransactWriteItems", ("dynamodb:PutItem", TW("Put"), "TransactItems[].Put"), ("dynamodb:UpdateItem", TW("Update"), "TransactItems[].Update"),
   ("dynamodb:DeleteItem", TW("Delete"), "TransactItems[].Delete"), ("dynamodb:ConditionCheckItem", TW("ConditionCheck"), "TransactItems[].ConditionCheck"))
op("dynamodb", "TransactGetItems", ("dynamodb:GetItem", {"table": {"TableName": "TransactItems[].Get.TableName~na"}}, None))
PQ = ("dynamodb:PartiQLSelect", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete")
for _o in ("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"):
    op("dynamodb", _o, *[(a, None, "partiql") for a in PQ])
op("dynamodb", "DescribeEndpoints", "dynamodb:DescribeEndpoints")
# ---- SQS
Q = {"queue": {"QueueName": "QueueUrl~url"}}
op("sqs", "SendMessageBatch", ("sqs:SendMessage", Q, None))
op("sqs", "DeleteMessageBatch", ("sqs:DeleteMessage", Q, None))
op("sqs", "ChangeMessageVisibilityBatch", ("sqs:ChangeMessageVisibility", Q, None))
op("sqs", "CreateQueue", ("sqs:CreateQueue", {"queue": {"QueueName": "QueueName"}}, None), ("sqs:TagQueue", {"queue": {"QueueName": "QueueName"}}, "tags"))
op("sqs", "StartMessageMoveTask", ("sqs:StartMessageMoveTask", {"queue": {"@arn": "SourceArn"}}, None),
   ("sqs:ReceiveMessage", {"queue": {"@arn": "SourceArn"}}, None), ("sqs:DeleteMessage", {"queue": {"@arn": "SourceArn"}}, None),
   ("sqs:GetQueueAttributes", {"queue": {"@arn": "SourceArn"}}, None), ("sqs:SendMessage", {"queue": {"@arn": "DestinationArn"}}, None))
# ---- SNS
T = {"topic": {"@arn": "TopicArn"}}
op("sns", "PublishBatch", ("sns:Publish", T, None))
op("sns", "Publish", ("sns:Publish", T, "TopicArn"), ("sns:Publish", {"topic": {"@arn": "TargetArn"}}, "TargetArn"), ("sns:Publish", {"*": {}}, "PhoneNumber"))
# ---- Lambda
F = {"function": {"FunctionName": "FunctionName~fn"}}
op("lambda", "Invoke", ("lambda:InvokeFunction", F, None))
op("lambda", "InvokeAsync", ("lambda:InvokeFunction", F, None))
op("lambda", "InvokeWithResponseStream", ("lambda:InvokeFunction", F, None))
op("lambda", "GetLayerVersionByArn", ("lambda:GetLayerVersion", {"layerVersion": {"@arn": "Arn"}}, None))
# ---- Step Functions / EventBridge / Scheduler / Pipes
op("sfn", "StartExecution", ("states:StartExecution", {"statemachine": {"@arn": "stateMachineArn"}}, None))
op("sfn", "StartSyncExecution", ("states:StartSyncExecution", {"statemachine": {"@arn": "stateMachineArn"}}, None))
# ---- API Gateway management (websocket)
for _o, _v in (("PostToConnection", "POST"), ("GetConnection", "GET"), ("DeleteConnection", "DELETE")):
    op("apigatewaymanagement", _o, ("execute-api:ManageConnections", {"execute-api-general": {"Method": "=" + _v, "ApiSpecificResourcePath": "=@connections/*"}}, None))
# ---- Bedrock runtime
MD = {"foundation-model": {"ResourceId": "modelId~model"}, "inference-profile": {"ResourceId": "modelId~model"}}
GR = ("bedrock:ApplyGuardrail", {"guardrail": {"GuardrailId": "guardrailIdentifier~na"}}, "guardrailIdentifier")
GR2 = ("bedrock:ApplyGuardrail", {"guardrail": {"GuardrailId": "guardrailConfig.guardrailIdentifier~na"}}, "guardrailConfig")
op("bedrockruntime", "InvokeModel", ("bedrock:InvokeModel", MD, None), GR)
op("bedrockruntime", "Converse", ("bedrock:InvokeModel", MD, None), GR2)
op("bedrockruntime", "CountTokens", ("bedrock:CountTokens", MD, None))
op("bedrockruntime", "StartAsyncInvoke", ("bedrock:InvokeModel", MD, None))
op("bedrockruntime", "InvokeModelWithResponseStream", ("bedrock:InvokeModelWithResponseStream", MD, None), GR)
op("bedrockruntime", "InvokeModelWithBidirectionalStream", ("bedrock:InvokeModel", MD, None))
op("bedrockruntime", "ConverseStream", ("bedrock:InvokeModelWithResponseStream", MD, None), GR2)
op("bedrockagentruntime", "RetrieveAndGenerateStream", "bedrock:RetrieveAndGenerate", "bedrock:Retrieve")
op("bedrockagentruntime", "RetrieveAndGenerate", "bedrock:RetrieveAndGenerate", "bedrock:Retrieve")
# ---- SES
SI = {"identity": {"IdentityName": "FromEmailAddress~ses"}, "template": {"TemplateName": "Content.Template.TemplateName"}, "configuration-set": {"ConfigurationSetName": "ConfigurationSetName"}}
op("sesv2", "SendEmail", ("ses:SendEmail", SI, "!Content.Raw"), ("ses:SendRawEmail", SI, "Content.Raw"))
op("sesv2", "SendBulkEmail", ("ses:SendBulkEmail", None, None))
# ---- RDS Data / Redshift Data
for _o in ("ExecuteStatement", "BatchExecuteStatement", "BeginTransaction", "CommitTransaction", "RollbackTransaction"):
    op("rdsdata", _o, ("rds-data:" + _o, {"cluster": {"@arn": "resourceArn"}}, None), ("secretsmanager:GetSecretValue", {"Secret": {"@arn": "secretArn"}}, None))
RC = {"cluster": {"ClusterName": "ClusterIdentifier"}, "workgroup": {"WorkgroupId": "WorkgroupName"}}
for _o in ("ExecuteStatement", "BatchExecuteStatement", "ListDatabases", "ListSchemas", "ListTables", "DescribeTable"):
    op("redshiftdata", _o, ("redshift-data:" + _o, RC, None), ("secretsmanager:GetSecretValue", {"Secret": {"@arn": "SecretArn"}}, "SecretArn"),
       ("redshift:GetClusterCredentials", {"dbuser": {"ClusterName": "ClusterIdentifier", "DbUser": "DbUser"}, "dbname": {"ClusterName": "ClusterIdentifier", "DbName": "Database"}}, "DbUser"),
       ("redshift-serverless:GetCredentials", None, "WorkgroupName"))
# ---- KMS
op("kms", "ReEncrypt", ("kms:ReEncryptFrom", {"key": {"KeyId": "SourceKeyId~kms"}}, None), ("kms:ReEncryptTo", {"key": {"KeyId": "DestinationKeyId~kms"}}, None))
op("kms", "CreateAlias", ("kms:CreateAlias", {"alias": {"Alias": "AliasName"}, "key": {"KeyId": "TargetKeyId~kms"}}, None))
# ---- Metrics / traces / config
op("cloudwatch", "PutMetricData", ("cloudwatch:PutMetricData", {"*": {}}, None))
op("appconfigdata", "StartConfigurationSession", "appconfig:StartConfigurationSession")
op("appconfigdata", "GetLatestConfiguration", ("appconfig:GetLatestConfiguration", {"configuration": {}}, None))
# ---- IoT data plane
op("iotdataplane", "Publish", ("iot:Publish", {"topic": {"TopicName": "topic"}}, None))
op("iotdataplane", "GetRetainedMessage", ("iot:GetRetainedMessage", {"topic": {"TopicName": "topic"}}, None))
for _o in ("GetThingShadow", "UpdateThingShadow", "DeleteThingShadow"):
    op("iotdataplane", _o, ("iot:" + _o, {"thing": {"ThingName": "thingName"}}, None))
# ---- STS (calls that need no permission)
op("sts", "GetCallerIdentity"); op("sts", "GetSessionToken")
op("sts", "AssumeRole", ("sts:AssumeRole", {"role": {"@arn": "RoleArn"}}, None))
# ---- Verified Permissions batches
PS = {"policy-store": {"PolicyStoreId": "policyStoreId"}}
op("verifiedpermissions", "BatchIsAuthorized", ("verifiedpermissions:IsAuthorized", PS, None))
op("verifiedpermissions", "BatchIsAuthorizedWithToken", ("verifiedpermissions:IsAuthorizedWithToken", PS, None))
op("verifiedpermissions", "BatchGetPolicy", "verifiedpermissions:GetPolicy")
# ---- Secrets Manager
op("secretsmanager", "BatchGetSecretValue", ("secretsmanager:BatchGetSecretValue", {"*": {}}, None),
   ("secretsmanager:GetSecretValue", {"Secret": {"SecretId": "SecretIdList[]~secret"}}, None), ("secretsmanager:ListSecrets", {"*": {}}, "Filters"))
# ---- services whose operations do not carry the action name
op("transcribestreaming", "StartStreamTranscription", "transcribe:StartStreamTranscription")
op("transcribestreaming", "StartMedicalStreamTranscription", "transcribe:StartMedicalStreamTranscription")
op("transcribestreaming", "StartCallAnalyticsStreamTranscription", "transcribe:StartCallAnalyticsStreamTranscription")
op("transcribestreaming", "StartMedicalScribeStream", "transcribe:StartMedicalScribeStream")
op("transcribestreaming", "GetMedicalScribeStream", "transcribe:GetMedicalScribeStream")
op("lexruntimev2", "StartConversation", "lex:StartConversation")
op("polly", "StartSpeechSynthesisTask", "polly:StartSpeechSynthesisTask", ("s3:PutObject", {"object": {"BucketName": "OutputS3BucketName", "ObjectName": "=*"}}, None),
   ("sns:Publish", {"topic": {"@arn": "SnsTopicArn"}}, "SnsTopicArn"))
op("athena", "StartQueryExecution", "athena:StartQueryExecution",
   ("s3:GetBucketLocation", {"bucket": {"@s3uri": "ResultConfiguration.OutputLocation"}}, "opt"), ("s3:PutObject", {"object": {"@s3uri": "ResultConfiguration.OutputLocation"}}, "opt"),
   ("glue:GetTable", None, "opt"), ("glue:GetDatabase", None, "opt"), ("glue:GetPartitions", None, "opt"))
# keyspaces control plane
for _o, _a in {"CreateKeyspace": "Create", "CreateTable": "Create", "CreateType": "Create", "DeleteKeyspace": "Drop", "DeleteTable": "Drop", "DeleteType": "Drop",
               "GetKeyspace": "Select", "GetTable": "Select", "GetTableAutoScalingSettings": "Select", "GetType": "Select", "ListKeyspaces": "Select", "ListTables": "Select",
               "ListTypes": "Select", "ListTagsForResource": "Select", "TagResource": "TagResource", "UntagResource": "UntagResource", "UpdateKeyspace": "Alter", "UpdateTable": "Alter",
               "RestoreTable": "Restore"}.items():
    op("keyspaces", _o, "cassandra:" + _a)

# customer-managed-key companions, emitted only when the declared resource has a CMK. kms:ViaService = <svc>.<region>.amazonaws.com
D, G, E = "kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt"
CMK = {}
for _c, _via, _t in (
    ("s3", "s3", {D: "GetObject HeadObject GetObjectAttributes SelectObjectContent UploadPart UploadPartCopy CompleteMultipartUpload CopyObject",
                  G: "PutObject CreateMultipartUpload CopyObject UploadPart UploadPartCopy"}),
    ("sqs", "sqs", {D: "ReceiveMessage SendMessage SendMessageBatch", G: "SendMessage SendMessageBatch"}),
    ("sns", "sns", {D: "Publish PublishBatch", G: "Publish PublishBatch"}),
    ("dynamodb", "dynamodb", {D: "GetItem PutItem UpdateItem DeleteItem Query Scan BatchGetItem BatchWriteItem TransactGetItems TransactWriteItems ExecuteStatement BatchExecuteStatement ExecuteTransaction"}),
    ("dynamodbstreams", "dynamodb", {D: "GetRecords"}),
    ("kinesis", "kinesis", {D: "GetRecords SubscribeToShard", G: "PutRecord PutRecords"}),
    ("secretsmanager", "secretsmanager", {D: "GetSecretValue BatchGetSecretValue PutSecretValue UpdateSecret CreateSecret RotateSecret", G: "PutSecretValue UpdateSecret CreateSecret"}),
    ("ssm", "ssm", {D: "GetParameter GetParameters GetParametersByPath GetParameterHistory", E: "PutParameter", G: "PutParameter"}),
    ("eventbridge", "events", {D: "PutEvents", G: "PutEvents"}),
    ("sfn", "states", {D: "StartExecution StartSyncExecution DescribeExecution GetExecutionHistory SendTaskSuccess SendTaskFailure", G: "StartExecution StartSyncExecution"}),
):
    for _a, _ops in _t.items():
        for _o in _ops.split():
            CMK.setdefault((_c, _o), []).append((_a, _via))

# condition keys whose value the call itself gives (action -> [(key, member path)])
COND = {
    "dynamodb:*": [("dynamodb:LeadingKeys", "Key|ExpressionAttributeValues")],
    "s3:ListBucket": [("s3:prefix", "Prefix"), ("s3:delimiter", "Delimiter")],
    "s3:ListBucketVersions": [("s3:prefix", "Prefix")],
    "cloudwatch:PutMetricData": [("cloudwatch:namespace", "Namespace")],
    "events:PutEvents": [("events:source", "Entries[].Source"), ("events:detail-type", "Entries[].DetailType")],
    "ses:SendEmail": [("ses:FromAddress", "FromEmailAddress")],
    "ecs:RunTask": [("ecs:cluster", "cluster")],
    "iam:PassRole": [("iam:PassedToService", "")],
    "sns:Subscribe": [("sns:Protocol", "Protocol"), ("sns:Endpoint", "Endpoint")],
    "lambda:AddPermission": [("lambda:Principal", "Principal")],
}

# high-level Rust crates that call AWS without an aws-sdk fluent builder in user code
HIGH_LEVEL = {
    "aws_secretsmanager_caching::SecretsManagerCachingClient::get_secret_value": ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
    "aws_sdk_dsql::auth_token::AuthTokenGenerator::db_connect_auth_token": ["dsql:DbConnect"],
    "aws_sdk_dsql::auth_token::AuthTokenGenerator::db_connect_admin_auth_token": ["dsql:DbConnectAdmin"],
    "aws_sdk_rds::auth_token::AuthTokenGenerator::auth_token": ["rds-db:connect"],
    "aws_config::sts::AssumeRoleProvider": ["sts:AssumeRole"],
    "aws_sdk_s3_transfer_manager::Client::upload": ["s3:PutObject", "s3:AbortMultipartUpload"],
    "aws_sdk_s3_transfer_manager::Client::download": ["s3:GetObject"],
    "aws_sdk_s3_transfer_manager::Client::upload_objects": ["s3:PutObject", "s3:AbortMultipartUpload"],
    "aws_sdk_s3_transfer_manager::Client::download_objects": ["s3:GetObject", "s3:ListBucket"],
}
CONDITIONS = {}
PASSED = {}
def passed_to(crate, name, path): return ""
def all_operations(): return [*O, *CMK]
