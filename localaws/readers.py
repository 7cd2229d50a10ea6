"""How each resource type is read back, in the words of its CloudFormation properties."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

Document = dict[str, Any]
Reader = Callable[["Clients", str, Document], Document]
"""From a physical id and the declared properties to the properties that the account has."""


class Clients:
    """boto3 clients of one session and endpoint, each made once."""

    def __init__(self, session: boto3.Session, endpoint: str) -> None:
        self._session = session
        self._endpoint = endpoint
        self._made: dict[str, Any] = {}

    def __call__(self, service: str) -> Any:
        if service not in self._made:
            make: Any = self._session.client
            self._made[service] = make(service, endpoint_url=self._endpoint)
        return self._made[service]


def _or_nothing(call: Callable[..., Any], **parameters: Any) -> Document:
    """An answer, or nothing when the API says that there is no such configuration."""
    try:
        answer: Document = call(**parameters)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if "NotFound" in code or code.startswith("NoSuch"):
            return {}
        raise
    return answer


def _capitalised(value: Any) -> Any:
    """The API's camelCase as CloudFormation's PascalCase."""
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: _capitalised(each) for key, each in value.items()}
    return [_capitalised(each) for each in value] if isinstance(value, list) else value


def _tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _bucket(clients: Clients, name: str, declared: Document) -> Document:
    buckets = clients("s3")
    encryption = _or_nothing(buckets.get_bucket_encryption, Bucket=name)
    logging = _or_nothing(buckets.get_bucket_logging, Bucket=name).get("LoggingEnabled", {})
    lock = _or_nothing(buckets.get_object_lock_configuration, Bucket=name)
    lifecycle = _or_nothing(buckets.get_bucket_lifecycle_configuration, Bucket=name)
    rules = encryption.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    lock_rules = lock.get("ObjectLockConfiguration", {})
    return {
        "BucketName": name if _or_nothing(buckets.head_bucket, Bucket=name) else None,
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                {
                    "ServerSideEncryptionByDefault": rule.get("ApplyServerSideEncryptionByDefault"),
                    "BucketKeyEnabled": rule.get("BucketKeyEnabled"),
                }
                for rule in rules
            ]
        },
        "LifecycleConfiguration": {
            "Rules": [_lifecycle_rule(rule) for rule in lifecycle.get("Rules", [])]
        },
        "LoggingConfiguration": {
            "DestinationBucketName": logging.get("TargetBucket"),
            "LogFilePrefix": logging.get("TargetPrefix"),
        },
        "ObjectLockEnabled": lock_rules.get("ObjectLockEnabled") == "Enabled",
        "ObjectLockConfiguration": lock_rules,
        "OwnershipControls": _or_nothing(buckets.get_bucket_ownership_controls, Bucket=name).get(
            "OwnershipControls"
        ),
        "PublicAccessBlockConfiguration": _or_nothing(
            buckets.get_public_access_block, Bucket=name
        ).get("PublicAccessBlockConfiguration"),
        "Tags": _or_nothing(buckets.get_bucket_tagging, Bucket=name).get("TagSet"),
        "VersioningConfiguration": buckets.get_bucket_versioning(Bucket=name),
    }


def _lifecycle_rule(rule: Document) -> Document:
    expiration = rule.get("Expiration", {})
    known = rule.get("Filter", {})
    return {
        **rule,
        "Id": rule.get("ID"),
        "Prefix": known.get("Prefix", known.get("And", {}).get("Prefix")),
        "ExpirationInDays": expiration.get("Days"),
        "ExpirationDate": expiration.get("Date"),
        "ExpiredObjectDeleteMarker": expiration.get("ExpiredObjectDeleteMarker"),
        "Transitions": [
            {**each, "TransitionInDays": each.get("Days")} for each in rule.get("Transitions", [])
        ],
        "NoncurrentVersionTransitions": [
            {**each, "TransitionInDays": each.get("NoncurrentDays")}
            for each in rule.get("NoncurrentVersionTransitions", [])
        ],
    }


def _bucket_policy(clients: Clients, physical_id: str, declared: Document) -> Document:
    bucket = declared["Bucket"]
    return {
        "Bucket": bucket,
        "PolicyDocument": _or_nothing(clients("s3").get_bucket_policy, Bucket=bucket).get("Policy"),
    }


def _key(clients: Clients, key_id: str, declared: Document) -> Document:
    keys = clients("kms")
    rotation = keys.get_key_rotation_status(KeyId=key_id)
    tags = keys.list_resource_tags(KeyId=key_id)["Tags"]
    return {
        **keys.describe_key(KeyId=key_id)["KeyMetadata"],
        "KeyPolicy": keys.get_key_policy(KeyId=key_id, PolicyName="default")["Policy"],
        "EnableKeyRotation": rotation["KeyRotationEnabled"],
        "RotationPeriodInDays": rotation.get("RotationPeriodInDays"),
        "Tags": [{"Key": tag["TagKey"], "Value": tag["TagValue"]} for tag in tags],
    }


def _alias(clients: Clients, name: str, declared: Document) -> Document:
    key = clients("kms").describe_key(KeyId=name)["KeyMetadata"]
    by_arn = str(declared["TargetKeyId"]).startswith("arn:") or "TargetKeyId" not in declared
    target = key["Arn"] if by_arn or not isinstance(declared["TargetKeyId"], str) else key["KeyId"]
    return {"AliasName": name, "TargetKeyId": target}


def _parameter(clients: Clients, name: str, declared: Document) -> Document:
    parameters = clients("ssm")
    described = parameters.describe_parameters(
        ParameterFilters=[{"Key": "Name", "Values": [name]}]
    )["Parameters"]
    tags = parameters.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
    return {
        **described[0],
        **parameters.get_parameter(Name=name)["Parameter"],
        "Tags": {tag["Key"]: tag["Value"] for tag in tags},
    }


def _log_group(clients: Clients, name: str, declared: Document) -> Document:
    groups = clients("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    group = next(each for each in groups if each["logGroupName"] == name)
    tags = clients("logs").list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))
    return {**_capitalised(group), "Tags": _tags(tags["tags"])}


def _role(clients: Clients, name: str, declared: Document) -> Document:
    roles = clients("iam")
    attached = roles.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    return {
        **roles.get_role(RoleName=name)["Role"],
        "ManagedPolicyArns": [policy["PolicyArn"] for policy in attached],
        "Policies": [
            {key: answer[key] for key in ("PolicyName", "PolicyDocument")}
            for policy in roles.list_role_policies(RoleName=name)["PolicyNames"]
            for answer in [roles.get_role_policy(RoleName=name, PolicyName=policy)]
        ],
    }


def _policy(clients: Clients, physical_id: str, declared: Document) -> Document:
    name, roles = declared["PolicyName"], declared.get("Roles", [])
    documents = [
        clients("iam").get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for role in roles
    ]
    return {"PolicyName": name, "Roles": roles, "PolicyDocument": documents[0]}


def _trail(clients: Clients, name: str, declared: Document) -> Document:
    trails = clients("cloudtrail")
    trail = trails.get_trail(Name=name)["Trail"]
    arn = trail["TrailARN"]
    insights = _or_nothing_of(
        trails.get_insight_selectors, "InsightNotEnabledException", TrailName=arn
    )
    tags = trails.list_tags(ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"]
    return {
        **trail,
        **trails.get_event_selectors(TrailName=arn),
        "TrailName": trail["Name"],
        "EnableLogFileValidation": trail["LogFileValidationEnabled"],
        "InsightSelectors": insights.get("InsightSelectors"),
        "IsLogging": trails.get_trail_status(Name=arn)["IsLogging"],
        "KMSKeyId": trail.get("KmsKeyId"),
        "Tags": tags,
    }


def _or_nothing_of(call: Callable[..., Any], code: str, **parameters: Any) -> Document:
    try:
        answer: Document = call(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            raise
        return {}
    return answer


def _alarm(clients: Clients, name: str, declared: Document) -> Document:
    alarms = clients("cloudwatch")
    alarm: Document = alarms.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
    tags = alarms.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
    return {**alarm, "Tags": tags}


def _rule(clients: Clients, name: str, declared: Document) -> Document:
    rules = clients("events")
    rule: Document = rules.describe_rule(Name=name)
    return {
        **rule,
        "Targets": rules.list_targets_by_rule(Rule=name)["Targets"],
        "Tags": rules.list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"],
    }


def _permission(clients: Clients, physical_id: str, declared: Document) -> Document:
    function = declared["FunctionName"]
    if not isinstance(function, str):
        function = function.pattern  # the function's ARN, which is not resolved
    policy = _function_policies(clients)
    statements = [each for each in policy if each["Sid"] == physical_id]
    if not statements:
        return {}
    statement = statements[0]
    principal = statement["Principal"]
    condition = statement.get("Condition", {})
    return {
        "Action": statement["Action"],
        "FunctionName": statement["Resource"],
        "Principal": principal.get("Service", principal.get("AWS")),
        "SourceArn": condition.get("ArnLike", {}).get("AWS:SourceArn"),
        "SourceAccount": condition.get("StringEquals", {}).get("AWS:SourceAccount"),
    }


def _function_policies(clients: Clients) -> list[Document]:
    functions = clients("lambda")
    return [
        statement
        for function in functions.list_functions()["Functions"]
        for answer in [_or_nothing(functions.get_policy, FunctionName=function["FunctionName"])]
        if answer
        for statement in json.loads(answer["Policy"])["Statement"]
    ]


def _function(clients: Clients, name: str, declared: Document) -> Document:
    answer = clients("lambda").get_function(FunctionName=name)
    configuration = answer["Configuration"]
    return {
        **configuration,
        "Layers": [layer["Arn"] for layer in configuration.get("Layers", [])],
        "ReservedConcurrentExecutions": answer.get("Concurrency", {}).get(
            "ReservedConcurrentExecutions"
        ),
        "Tags": _tags(answer.get("Tags", {})),
    }


def _layer(clients: Clients, arn: str, declared: Document) -> Document:
    layer: Document = clients("lambda").get_layer_version_by_arn(Arn=arn)
    return {**layer, "LayerName": layer["LayerArn"].rsplit(":", 1)[-1]}


def _invoke_config(clients: Clients, physical_id: str, declared: Document) -> Document:
    name = declared["FunctionName"]
    config: Document = clients("lambda").get_function_event_invoke_config(FunctionName=name)
    return {**config, "FunctionName": name, "Qualifier": "$LATEST"}


def _mapping(clients: Clients, uuid: str, declared: Document) -> Document:
    mapping: Document = clients("lambda").get_event_source_mapping(UUID=uuid)
    function = mapping["FunctionArn"]
    given = declared["FunctionName"]
    by_arn = not isinstance(given, str) or given.startswith("arn:")
    return {
        **mapping,
        "Enabled": mapping["State"] in ("Enabled", "Enabling", "Creating"),
        "FunctionName": function if by_arn else function.rsplit(":", 1)[-1],
    }


def _queue(clients: Clients, url: str, declared: Document) -> Document:
    queues = clients("sqs")
    known = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    tags = queues.list_queue_tags(QueueUrl=url).get("Tags", {})
    return {**known, "QueueName": known["QueueArn"].rsplit(":", 1)[-1], "Tags": _tags(tags)}


def _queue_policy(clients: Clients, physical_id: str, declared: Document) -> Document:
    urls = declared["Queues"]
    answers = [
        clients("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]) for url in urls
    ]
    policies = [answer.get("Attributes", {}).get("Policy") for answer in answers]
    return {"Queues": urls, "PolicyDocument": policies[0]}


def _topic(clients: Clients, arn: str, declared: Document) -> Document:
    topics = clients("sns")
    return {
        **topics.get_topic_attributes(TopicArn=arn)["Attributes"],
        "TopicName": arn.rsplit(":", 1)[-1],
        "Tags": topics.list_tags_for_resource(ResourceArn=arn)["Tags"],
    }


def _topic_policy(clients: Clients, physical_id: str, declared: Document) -> Document:
    arns = declared["Topics"]
    answers = [clients("sns").get_topic_attributes(TopicArn=arn)["Attributes"] for arn in arns]
    return {"Topics": arns, "PolicyDocument": answers[0]["Policy"]}


def _subscription(clients: Clients, arn: str, declared: Document) -> Document:
    known: Document = clients("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    return known


def _table(clients: Clients, name: str, declared: Document) -> Document:
    tables = clients("dynamodb")
    table = tables.describe_table(TableName=name)["Table"]
    lifetime = tables.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    backups = tables.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    tags = tables.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    encryption = table.get("SSEDescription", {})
    return {
        **table,
        "BillingMode": table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": recovery == "ENABLED"},
        "SSESpecification": {
            "SSEEnabled": encryption.get("Status") == "ENABLED",
            "SSEType": encryption.get("SSEType"),
            "KMSMasterKeyId": encryption.get("KMSMasterKeyArn"),
        },
        "TimeToLiveSpecification": {
            "AttributeName": lifetime.get("AttributeName"),
            "Enabled": lifetime["TimeToLiveStatus"] == "ENABLED",
        },
        "Tags": tags,
    }


def _schedule(clients: Clients, name: str, declared: Document) -> Document:
    group = declared.get("GroupName", "default")
    schedule: Document = clients("scheduler").get_schedule(Name=name, GroupName=group)
    return schedule


READERS: Mapping[str, Reader] = {
    "AWS::CloudTrail::Trail": _trail,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::DynamoDB::Table": _table,
    "AWS::Events::Rule": _rule,
    "AWS::IAM::Policy": _policy,
    "AWS::IAM::Role": _role,
    "AWS::KMS::Alias": _alias,
    "AWS::KMS::Key": _key,
    "AWS::Lambda::EventInvokeConfig": _invoke_config,
    "AWS::Lambda::EventSourceMapping": _mapping,
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::LayerVersion": _layer,
    "AWS::Lambda::Permission": _permission,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::SNS::Subscription": _subscription,
    "AWS::SNS::Topic": _topic,
    "AWS::SNS::TopicPolicy": _topic_policy,
    "AWS::SQS::Queue": _queue,
    "AWS::SQS::QueuePolicy": _queue_policy,
    "AWS::SSM::Parameter": _parameter,
    "AWS::Scheduler::Schedule": _schedule,
}
