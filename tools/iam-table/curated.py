"""The curated layer: what is known by hand and stands above every rule. Own work of this project;
every action, resource type, member and condition key in it is checked against what AWS lists."""

import re

import curated_operations  # noqa: F401 - fills the tables
import curated_s3  # noqa: F401
from bindings_curated import ROLES  # noqa: F401
from curated_notation import ALSO, OPERATIONS, STAR  # noqa: F401

# ---- actions on a customer's key, only if the resource has one: crate, service in kms:ViaService, actions
_DECRYPT, _GENERATE, _ENCRYPT = "kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt"
KEYS = {}
for _crate, _via, _actions in (
    ("s3", "s3", {
        _DECRYPT: "GetObject HeadObject GetObjectAttributes SelectObjectContent UploadPart UploadPartCopy CreateMultipartUpload "
                  "CompleteMultipartUpload CopyObject",
        _GENERATE: "PutObject CreateMultipartUpload CopyObject UploadPart UploadPartCopy"}),
    ("sqs", "sqs", {_DECRYPT: "ReceiveMessage SendMessage SendMessageBatch", _GENERATE: "SendMessage SendMessageBatch"}),
    ("sns", "sns", {_DECRYPT: "Publish PublishBatch", _GENERATE: "Publish PublishBatch"}),
    ("dynamodb", "dynamodb", {
        _DECRYPT: "GetItem PutItem UpdateItem DeleteItem Query Scan BatchGetItem BatchWriteItem TransactGetItems TransactWriteItems "
                  "ExecuteStatement BatchExecuteStatement ExecuteTransaction"}),
    ("dynamodbstreams", "dynamodb", {_DECRYPT: "GetRecords"}),
    ("kinesis", "kinesis", {_DECRYPT: "GetRecords SubscribeToShard", _GENERATE: "PutRecord PutRecords"}),
    ("secretsmanager", "secretsmanager", {
        _DECRYPT: "GetSecretValue BatchGetSecretValue PutSecretValue UpdateSecret CreateSecret RotateSecret",
        _GENERATE: "PutSecretValue UpdateSecret CreateSecret"}),
    ("ssm", "ssm", {_DECRYPT: "GetParameter GetParameters GetParametersByPath GetParameterHistory", _ENCRYPT: "PutParameter", _GENERATE: "PutParameter"}),
    ("eventbridge", "events", {_DECRYPT: "PutEvents", _GENERATE: "PutEvents"}),
    ("sfn", "states", {
        _DECRYPT: "StartExecution StartSyncExecution DescribeExecution GetExecutionHistory SendTaskSuccess SendTaskFailure",
        _GENERATE: "StartExecution StartSyncExecution"}),
):
    for _action, _names in _actions.items():
        for _name in _names.split():
            KEYS.setdefault((_crate, _name), []).append((_action, _via))

# ---- calls that may name no resource
READING = re.compile(r"(List|Get|Describe|Search|BatchGet|BatchDescribe|Query|Lookup)")
ONE = re.compile(r"(Get|Describe)")
NAMES = re.compile(r"(Name|Id|Arn|ARN|Identifier|Alias)$")
# Services that decide them on all resources of the type (`arn:aws:rds:eu-central-1:111122223333:db:*`),
# as their refusals say, on the account, or on the caller.
DECIDED_ON_TYPE = {"account", "elasticache", "events", "iam", "rds", "redshift", "securityhub"}
# What they read stands in members that name no resource.
UNNAMED = {"cloudformation:GetTemplateSummary", "cloudwatch:GetMetricData", "ses:BatchGetMetricData"}

# ---- condition keys whose value is that of a member
CONDITIONS = {
    "s3:ListBucket": [("s3:prefix", "Prefix")],
    "s3:ListBucketVersions": [("s3:prefix", "Prefix")],
    "cloudwatch:PutMetricData": [("cloudwatch:namespace", "Namespace")],
    "events:PutEvents": [("events:source", "Entries[].Source"), ("events:detail-type", "Entries[].DetailType")],
    "sns:Subscribe": [("sns:Protocol", "Protocol")],
    "lambda:AddPermission": [("lambda:Principal", "Principal")],
}

# ---- roles: members that the data does not show, `?` for one that only points to a role
PASSED = {
    ("ecs", "RunTask"): ["taskDefinition?", "overrides.executionRoleArn", "overrides.taskRoleArn", "volumeConfigurations[].managedEBSVolume.roleArn"],
    ("ecs", "StartTask"): ["taskDefinition?", "overrides.executionRoleArn", "overrides.taskRoleArn", "volumeConfigurations[].managedEBSVolume.roleArn"],
    ("ec2", "RunInstances"): ["IamInstanceProfile?"],
    ("ec2", "AssociateIamInstanceProfile"): ["IamInstanceProfile?"],
    ("ec2", "ReplaceIamInstanceProfileAssociation"): ["IamInstanceProfile?"],
    ("iam", "AddRoleToInstanceProfile"): ["RoleName"],
    ("iam", "CreateServiceLinkedRole"): [],
    ("sts", "AssumeRole"): [],
    ("s3", "PutBucketReplication"): ["ReplicationConfiguration.Role"],
    ("s3control", "PutBucketReplication"): ["ReplicationConfiguration.Role"],
    ("s3tables", "PutTableBucketReplication"): ["configuration.role"],
    ("s3tables", "PutTableReplication"): ["configuration.role"],
}
# Names that stand for an IAM role wherever they occur; and crates whose plain `Role` does.
ROLE_NAME = re.compile(r"(role_?arn|iam_?role|(service|execution|access|instance|job_?flow|task)_?role)$", re.I)
ROLE_CRATES = {"glue", "guardduty", "iottwinmaker", "iotwireless", "storagegateway", "transfer", "mediaconvert", "dlm"}
# These name a role without passing it.
NOT_PASSING = re.compile(r"^(Get|List|Describe|Delete|Disassociate|Remove|Assume|Search|Cancel|Deregister|Import(As|Find)|BatchGet|BatchImportFindings)")

# The service that a role is passed to: by crate, then by crate and the end of the path.
SERVICES = {
    "apprunner": "build.apprunner", "appsync": "appsync", "athena": "athena", "backup": "backup", "bedrock": "bedrock", "bedrockagent": "bedrock",
    "cloudformation": "cloudformation", "cloudtrail": "cloudtrail", "codebuild": "codebuild", "codedeploy": "codedeploy",
    "codepipeline": "codepipeline", "cognitoidentityprovider": "cognito-idp", "comprehend": "comprehend", "config": "config", "databrew": "databrew",
    "datasync": "datasync", "dlm": "dlm", "eks": "eks", "emrserverless": "emr-serverless", "firehose": "firehose", "fis": "fis", "forecast": "forecast",
    "glue": "glue", "imagebuilder": "imagebuilder", "kafkaconnect": "kafkaconnect", "kendra": "kendra", "kinesisanalytics": "kinesisanalytics",
    "kinesisanalyticsv2": "kinesisanalytics", "lambda": "lambda", "lexmodelsv2": "lexv2", "mediaconvert": "mediaconvert", "mwaa": "airflow",
    "omics": "omics", "personalize": "personalize", "pipes": "pipes", "rekognition": "rekognition", "s3": "s3", "scheduler": "scheduler",
    "sagemaker": "sagemaker", "sfn": "states", "ssm": "ssm", "textract": "textract", "transcribe": "transcribe", "transfer": "transfer",
    "translate": "translate", "synthetics": "lambda", "eventbridge": "events",
}
ENDS = {
    ("apprunner", "InstanceRoleArn"): "tasks.apprunner", ("ecs", "taskRoleArn"): "ecs-tasks", ("ecs", "executionRoleArn"): "ecs-tasks",
    ("ecs", "taskDefinition?"): "ecs-tasks", ("ecs", "role"): "ecs", ("ecs", "managedEBSVolume.roleArn"): "ecs",
    ("pipes", "ExecutionRoleArn"): "ecs-tasks", ("pipes", "TaskRoleArn"): "ecs-tasks",
    ("batch", "jobRoleArn"): "ecs-tasks", ("batch", "executionRoleArn"): "ecs-tasks", ("batch", "serviceRole"): "batch",
    ("rds", "MonitoringRoleArn"): "monitoring.rds", ("cloudwatchlogs", "PutSubscriptionFilter.roleArn"): "logs",
    ("cloudwatchlogs", "PutDestination.roleArn"): "logs", ("s3control", "CreateJob.RoleArn"): "batchoperations.s3",
    ("ec2", "IamInstanceProfile?"): "ec2", ("eks", "nodeRole"): None, ("eks", "CreateCapability.roleArn"): None,
    ("eks", "UpdateCapability.roleArn"): None, ("eks", "connectorConfig.roleArn"): None,
    ("eks", "nodeRoleArn"): None, ("eks", "podExecutionRoleArn"): None, ("eks", "podIdentityAssociations[].roleArn"): None,
    ("eks", "serviceAccountRoleArn"): None, ("eks", "targetRoleArn"): None, ("eks", "CreatePodIdentityAssociation.roleArn"): None,
    ("eks", "UpdatePodIdentityAssociation.roleArn"): None, ("ssm", "IamRole"): None, ("ssm", "AssociationDispatchAssumeRole"): None,
    ("ssm", "CreateCloudConnector.RoleArn"): None, ("codebuild", "resourceAccessRole"): None,
    ("cognitoidentityprovider", "CreateGroup.RoleArn"): None, ("cognitoidentityprovider", "UpdateGroup.RoleArn"): None,
    ("lambda", "CapacityProviderOperatorRoleArn"): None, ("bedrock", "executionRole"): None,
    ("sagemaker", "EmrServerlessComputeConfig.ExecutionRoleARN"): None, ("codepipeline", "actions[].roleArn"): None,
    ("cloudformation", "AdministrationRoleARN"): None, ("cloudformation", "LogRoleArn"): None, ("cloudformation", "ExecutionRoleArn"): None,
}


def passed_to(crate, name, path):
    """The service in iam:PassedToService; empty if it is not certain."""
    whole = f"{name}.{path}"
    for (of, end), service in ENDS.items():
        if of == crate and (path == end or path.endswith("." + end) or whole == end):
            return f"{service}.amazonaws.com" if service else ""
    return f"{SERVICES[crate]}.amazonaws.com" if crate in SERVICES else ""


# ---- tags at creation need the action that tags, too
TAGGED = {
    "dynamodb": "TagResource", "lambda": "TagResource", "sns": "TagResource", "sfn": "TagResource", "eventbridge": "TagResource",
    "scheduler": "TagResource", "pipes": "TagResource", "secretsmanager": "TagResource", "kms": "TagResource", "cloudwatchlogs": "TagResource",
    "ssm": "AddTagsToResource", "firehose": "TagDeliveryStream", "ecs": "TagResource", "ecr": "TagResource", "kinesis": "AddTagsToStream",
    "athena": "TagResource", "glue": "TagResource", "cognitoidentityprovider": "TagResource", "rds": "AddTagsToResource", "iot": "TagResource",
}


def resource_type(action, kind):
    """The resource type of an action, as an ARN where AWS's list has another than IAM compares with."""
    # CloudWatch Logs: the ARN ends in `:*` everywhere but in calls on tags.
    if kind == "log-group" and action.startswith("logs:") and "tag" not in action.lower():
        return "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}:*"
    return kind


def operations():
    return [*OPERATIONS, *ALSO, *KEYS, *PASSED]
