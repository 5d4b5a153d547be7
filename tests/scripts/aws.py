"""Answers one JSON request per line of standard input with one JSON line on standard output: a call
of an AWS API through botocore, or a plain HTTP request. Usage: aws.py ENDPOINT CERTIFICATE"""

import base64
import datetime
import json
import sys

import botocore.session
import urllib3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

ENDPOINT, CERTIFICATE = sys.argv[1:]
SESSION = botocore.session.get_session()
CONFIG = Config(
    retries={"max_attempts": 1},
    s3={"addressing_style": "path"},
    inject_host_prefix=False,
    connect_timeout=5,
    read_timeout=90,
)
HTTP = urllib3.PoolManager(retries=False, timeout=60, ca_certs=CERTIFICATE)
CLIENTS = {}


def client(service, credentials):
    key = (service, credentials["key"], credentials.get("token"))
    if key not in CLIENTS:
        CLIENTS[key] = SESSION.create_client(
            service,
            region_name="us-east-1",
            endpoint_url=ENDPOINT,
            verify=CERTIFICATE,
            aws_access_key_id=credentials["key"],
            aws_secret_access_key=credentials["secret"],
            aws_session_token=credentials.get("token"),
            config=CONFIG,
        )
    return CLIENTS[key]


def parameter(value):
    if isinstance(value, dict):
        if set(value) == {"$file"}:
            with open(value["$file"], "rb") as file:
                return file.read()
        if set(value) == {"$base64"}:
            return base64.b64decode(value["$base64"])
        return {k: parameter(v) for k, v in value.items()}
    if isinstance(value, list):
        return [parameter(v) for v in value]
    return value


def result(value):
    if isinstance(value, dict):
        return {k: result(v) for k, v in value.items() if k != "ResponseMetadata"}
    if isinstance(value, (list, tuple)):
        return [result(v) for v in value]
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if hasattr(value, "read"):
        value = value.read()
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    return value


def answer(request):
    if "url" in request:
        body = request.get("body")
        response = HTTP.request(
            request["method"],
            request["url"],
            headers=request.get("headers") or {},
            body=body.encode() if isinstance(body, str) else body,
        )
        headers = {name.lower(): value for name, value in response.headers.items()}
        body = response.data.decode("utf-8", "replace")
        return {"status": response.status, "headers": headers, "body": body}
    operation = getattr(
        client(request["service"], request["credentials"]),
        xform_name(request["operation"]),
    )
    return result(operation(**parameter(request["parameters"])))


for line in sys.stdin:
    try:
        reply = {"ok": answer(json.loads(line))}
    except ClientError as error:
        detail = error.response.get("Error", {})
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        code, message = str(detail.get("Code", "")), str(detail.get("Message", ""))
        reply = {"error": {"code": code, "message": message, "status": status}}
    except (BotoCoreError, urllib3.exceptions.HTTPError, OSError, AttributeError) as error:
        message = f"{type(error).__name__}: {error}"
        reply = {"error": {"code": "", "message": message, "status": 0}}
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()
