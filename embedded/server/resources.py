"""Which resources a call touches: for records, data event selectors and LookupEvents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from embedded.server import names
from embedded.server.wire import Call

Resource = dict[str, str]
KeyArn = Callable[[str, str, str], str | None]

# (event source, request parameter): the type that LookupEvents gives to the value.
_LOOKED_UP: Mapping[tuple[str, str], str] = {
    ("cloudtrail.amazonaws.com", "name"): "AWS::CloudTrail::Trail",
    ("cloudtrail.amazonaws.com", "trailName"): "AWS::CloudTrail::Trail",
    ("cloudtrail.amazonaws.com", "resourceId"): "AWS::CloudTrail::Trail",
    ("cloudtrail.amazonaws.com", "s3BucketName"): "AWS::S3::Bucket",
    ("s3.amazonaws.com", "bucketName"): "AWS::S3::Bucket",
    ("iam.amazonaws.com", "userName"): "AWS::IAM::User",
    ("iam.amazonaws.com", "roleName"): "AWS::IAM::Role",
    ("iam.amazonaws.com", "groupName"): "AWS::IAM::Group",
    ("iam.amazonaws.com", "policyArn"): "AWS::IAM::Policy",
    ("lambda.amazonaws.com", "functionName"): "AWS::Lambda::Function",
    ("events.amazonaws.com", "rule"): "AWS::Events::Rule",
    ("events.amazonaws.com", "name"): "AWS::Events::Rule",
    ("logs.amazonaws.com", "logGroupName"): "AWS::Logs::LogGroup",
    ("sns.amazonaws.com", "topicArn"): "AWS::SNS::Topic",
    ("sqs.amazonaws.com", "queueUrl"): "AWS::SQS::Queue",
    ("dynamodb.amazonaws.com", "tableName"): "AWS::DynamoDB::Table",
    ("cloudformation.amazonaws.com", "stackName"): "AWS::CloudFormation::Stack",
}


def resources_of(call: Call, record: Mapping[str, Any], *, key_arn: KeyArn) -> list[Resource]:
    """The record's `resources`: S3 and KMS name theirs, data events what was read or written."""
    account, region = record["recipientAccountId"], record["awsRegion"]
    if call.service == "s3" and "Bucket" in call.parameters:
        return _s3_resources(call, account)
    if call.service == "kms":
        return _kms_resources(call, record, account, region, key_arn)
    if call.service == "sts" and "RoleArn" in call.parameters:
        return [{"accountId": account, "type": "AWS::IAM::Role", "ARN": call.parameters["RoleArn"]}]
    if record["eventCategory"] != names.Category.DATA.value:
        return []
    arn = _data_arn(call, account, region)
    kind = names.data_resource_type(call.service)
    return [{"accountId": account, "type": kind, "ARN": arn}] if arn else []


def looked_up(record: Mapping[str, Any]) -> list[Resource]:
    """The resources of a record as LookupEvents lists them."""
    found: list[Resource] = []
    source, requested = record["eventSource"], record["requestParameters"] or {}
    for name, value in requested.items():
        kind = _LOOKED_UP.get((source, name))
        if kind and isinstance(value, str) and value:
            found.append({"ResourceType": kind, "ResourceName": value})
    for part in (requested, record["responseElements"] or {}):
        for item in _items(part.get("instancesSet")):
            if "instanceId" in item:
                found.append(
                    {"ResourceType": "AWS::EC2::Instance", "ResourceName": item["instanceId"]}
                )
    for resource in record.get("resources", ()):
        if resource["type"] == "AWS::KMS::Key":
            found.append({"ResourceType": resource["type"], "ResourceName": resource["ARN"]})
    arn = (record["responseElements"] or {}).get("trailARN")
    if arn:
        found.append({"ResourceType": "AWS::CloudTrail::Trail", "ResourceName": arn})
    return [item for at, item in enumerate(found) if item not in found[:at]]


def _items(value: Any) -> list[dict[str, Any]]:
    return list(value.get("items", ())) if isinstance(value, Mapping) else []


def _s3_resources(call: Call, account: str) -> list[Resource]:
    bucket = f"arn:aws:s3:::{call.parameters['Bucket']}"
    listed = [{"accountId": account, "type": "AWS::S3::Bucket", "ARN": bucket}]
    if "Key" in call.parameters:
        listed.insert(0, {"type": "AWS::S3::Object", "ARN": f"{bucket}/{call.parameters['Key']}"})
    return listed


def _kms_resources(
    call: Call, record: Mapping[str, Any], account: str, region: str, key_arn: KeyArn
) -> list[Resource]:
    answered = record["responseElements"] or {}
    reference = (
        call.parameters.get("KeyId")
        or call.parameters.get("TargetKeyId")
        or answered.get("keyMetadata", {}).get("arn")
    )
    arn = key_arn(account, region, reference) if reference else None
    return [{"accountId": account, "type": "AWS::KMS::Key", "ARN": arn}] if arn else []


def _data_arn(call: Call, account: str, region: str) -> str:
    asked = call.parameters
    if call.service == "lambda":
        name = str(asked.get("FunctionName", ""))
        return (
            name if name.startswith("arn:") else _arn("lambda", region, account, f"function:{name}")
        )
    if call.service == "sns":
        return str(asked.get("TopicArn") or asked.get("TargetArn") or "")
    if call.service == "sqs":
        queue = str(asked.get("QueueUrl") or asked.get("QueueName") or "").rsplit("/", 1)[-1]
        return _arn("sqs", region, account, queue)
    if call.service == "dynamodb" and "TableName" in asked:
        table = str(asked["TableName"])
        return (
            table
            if table.startswith("arn:")
            else _arn("dynamodb", region, account, f"table/{table}")
        )
    if call.service == "kinesis" and "StreamName" in asked:
        return _arn("kinesis", region, account, f"stream/{asked['StreamName']}")
    return ""


def _arn(service: str, region: str, account: str, resource: str) -> str:
    return f"arn:aws:{service}:{region}:{account}:{resource}"
