"""The IAM prefix of a service."""

import collections

from naming import crate_suffix

# Where neither signing name, endpoint prefix nor module name is the IAM prefix, by botocore's name.
ALIAS = {
    "accessanalyzer": "access-analyzer",
    "amp": "aps",
    "apigatewaymanagementapi": "execute-api",
    "apigatewayv2": "apigateway",
    "appconfigdata": "appconfig",
    "appintegrations": "app-integrations",
    "application-insights": "applicationinsights",
    "bedrock-agent-runtime": "bedrock",
    "bedrock-data-automation-runtime": "bedrock",
    "cloudcontrol": "cloudformation",
    "cloudhsmv2": "cloudhsm",
    "cloudsearchdomain": "cloudsearch",
    "cloudwatch": "cloudwatch",
    "cloudwatch-omni": "cloudwatch",
    "codeguruprofiler": "codeguru-profiler",
    "connectcampaigns": "connect-campaigns",
    "connectcampaignsv2": "connect-campaigns",
    "connectcases": "cases",
    "customer-profiles": "profile",
    "docdb": "rds",
    "ds": "ds",
    "dynamodbstreams": "dynamodb",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "eventbridgev2": "events",
    "forecastquery": "forecast",
    "greengrassv2": "greengrass",
    "iot-data": "iot",
    "iot-jobs-data": "iotjobsdata",
    "iotsecuretunneling": "iot",
    "keyspaces": "cassandra",
    "keyspacesstreams": "cassandra",
    "lambda-core": "lambda",
    "lambda-microvms": "lambda",
    "lambda-web": "lambda",
    "location": "geo",
    "mailmanager": "ses",
    "marketplace-entitlement": "aws-marketplace",
    "meteringmarketplace": "aws-marketplace",
    "mturk": "mechanicalturk",
    "mwaa": "airflow",
    "neptune": "rds",
    "neptunedata": "neptune-db",
    "opensearch": "es",
    "opensearchserverless": "aoss",
    "partnercentral-account": "partnercentral",
    "partnercentral-benefits": "partnercentral",
    "partnercentral-channel": "partnercentral",
    "partnercentral-selling": "partnercentral",
    "payment-cryptography-data": "payment-cryptography",
    "pinpoint": "mobiletargeting",
    "pinpoint-email": "ses",
    "pinpoint-sms-voice": "sms-voice",
    "pinpoint-sms-voice-v2": "sms-voice",
    "qconnect": "wisdom",
    "resiliencehubv2": "resiliencehub",
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "s3outposts": "s3-outposts",
    "sagemaker-a2i-runtime": "sagemaker",
    "sagemaker-edge": "sagemaker",
    "sdb": "sdb",
    "service-quotas": "servicequotas",
    "servicecatalog-appregistry": "servicecatalog",
    "sso-admin": "sso",
    "sso-oidc": "sso-oauth",
    "stepfunctions": "states",
    "supplychain": "scn",
    "support-app": "supportapp",
    "taxsettings": "tax",
    "voice-id": "voiceid",
}


def prefixes(services, actions):
    """{service: prefix or None}: of the names that AWS has actions for, the one that knows most operations."""
    known_by = collections.defaultdict(set)
    for prefix, names in actions.items():
        for name in names:
            known_by[name].add(prefix)
    found = {}
    for service, (model, _) in services.items():
        meta = model["metadata"]
        counts = collections.Counter(p for name in model["operations"] for p in known_by.get(name.lower(), ()))
        names = (ALIAS.get(service), meta.get("signingName"), meta["endpointPrefix"], service, crate_suffix(meta["serviceId"]))
        candidates = [name for name in names if name in actions]
        if service in ALIAS and candidates:
            found[service] = candidates[0]
        else:
            found[service] = max(candidates, key=lambda prefix: counts[prefix]) if candidates else None
    return found
