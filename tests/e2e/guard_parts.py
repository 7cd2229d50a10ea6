"""Every part of the guard as AWS answers it, read by hand: what must be as it was deployed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

_PREFIX = "trailkeeper"
_RUNS = (
    *("CodeSha256", "Environment", "Handler", "Layers", "MemorySize", "Role", "Runtime"),
    "Timeout",
)
_MAPPED = (
    *("FunctionArn", "State", "BatchSize", "MaximumBatchingWindowInSeconds", "FilterCriteria"),
    "FunctionResponseTypes",
)
_QUEUED = (
    *("DelaySeconds", "MaximumMessageSize", "MessageRetentionPeriod", "Policy", "RedrivePolicy"),
    *("ReceiveMessageWaitTimeSeconds", "SqsManagedSseEnabled", "VisibilityTimeout"),
)
# Where the topic of last resort stands beside the one at home, and what sends its events home.
ELSEWHERE = "eu-west-1"
_ALARMED = (
    *("ActionsEnabled", "AlarmActions", "OKActions", "ComparisonOperator", "Dimensions"),
    *("EvaluationPeriods", "MetricName", "Namespace", "Period", "Statistic", "Threshold"),
    *("TreatMissingData", "Unit"),
)

RESERVED = {"trailkeeper-heal": 200, "trailkeeper-alert": 50, "trailkeeper-watcher": 50}


def differences(found: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """What is not as it was, one line each, as deep as it goes."""
    lines = []
    for name in sorted({*found, *before}):
        now, was = found.get(name), before.get(name)
        if isinstance(now, dict) and isinstance(was, dict):
            lines += [f"{name} {line}" for line in differences(now, was)]
        elif now != was:
            lines.append(f"{name}: {now!r} was {was!r}")
    return lines


def read(client: Callable[..., Any]) -> dict[str, Any]:
    """Every part by its kind and name, as plain documents."""
    return {
        **_rules(client("events")),
        **_rules(client("events", ELSEWHERE)),
        **_schedules(client("scheduler")),
        **_functions(client("lambda")),
        **_queues(client("sqs")),
        **_topics(client("sns")),
        **_topics(client("sns", ELSEWHERE)),
        **_key(client("kms")),
        **_roles(client("iam")),
        **_tables(client("dynamodb")),
        **_parameter(client("ssm")),
        **_log_groups(client("logs")),
        **_alarms(client("cloudwatch")),
        **_stacks(client("cloudformation")),
    }


def _rules(events: Any) -> dict[str, Any]:
    pages = events.get_paginator("list_rules").paginate(NamePrefix=_PREFIX)
    return {
        f"rule {rule['Name']}": {
            "pattern": json.loads(rule.get("EventPattern", "{}")),
            "state": rule["State"],
            "targets": _sorted(
                {key: value for key, value in target.items() if key != "Id"}
                for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
            ),
        }
        for page in pages
        for rule in page["Rules"]
    }


def _schedules(scheduler: Any) -> dict[str, Any]:
    found = scheduler.list_schedules(NamePrefix=_PREFIX)["Schedules"]
    kept = ("State", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    return {
        f"schedule {each['Name']}": {key: schedule[key] for key in kept if key in schedule}
        for each in found
        for schedule in [scheduler.get_schedule(Name=each["Name"])]
    }


def _functions(functions: Any) -> dict[str, Any]:
    mappings = functions.list_event_source_mappings()["EventSourceMappings"]
    found: dict[str, Any] = {"mappings": _sorted(_some(each, _MAPPED) for each in mappings)}
    names = [
        each["FunctionName"]
        for page in functions.get_paginator("list_functions").paginate()
        for each in page["Functions"]
        if each["FunctionName"].startswith(_PREFIX)
    ]
    for name in names:
        found[f"function {name}"] = {
            "alias": _alias(functions, name),
            "concurrency": _concurrency(functions, name),
            "failures": _or_none(functions, _failures, name),
            "callers": _or_none(functions, _callers, name),
            "urls": len(
                functions.list_function_url_configs(FunctionName=name)["FunctionUrlConfigs"]
            ),
        }
    return found


def _concurrency(functions: Any, name: str) -> Any:
    """What is reserved; nothing is as good as what the other half reserves when it comes to it."""
    found = functions.get_function_concurrency(FunctionName=name)
    reserved = found.get("ReservedConcurrentExecutions")
    return None if reserved == RESERVED.get(name) else reserved


def _alias(functions: Any, name: str) -> Any:
    """What runs; its number says nothing."""
    missing = functions.exceptions.ResourceNotFoundException
    try:
        alias = functions.get_alias(FunctionName=name, Name="live")
        runs = functions.get_function_configuration(FunctionName=name, Qualifier="live")
    except missing:
        return None
    weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    return {
        **_some(runs, _RUNS),
        "weights": weights,
        "published": alias["FunctionVersion"] != "$LATEST",
    }


def _failures(functions: Any, name: str) -> Any:
    found = functions.get_function_event_invoke_config(FunctionName=name, Qualifier="live")
    kept = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
    return _some(found, kept)


def _callers(functions: Any, name: str) -> Any:
    document = json.loads(functions.get_policy(FunctionName=name, Qualifier="live")["Policy"])
    return _policy(document)


def _or_none(functions: Any, read_one: Any, name: str) -> Any:
    try:
        return read_one(functions, name)
    except functions.exceptions.ResourceNotFoundException:
        return None


def _queues(sqs: Any) -> dict[str, Any]:
    found = {}
    for url in sqs.list_queues(QueueNamePrefix=_PREFIX).get("QueueUrls", []):
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        kept: dict[str, Any] = _some(answer, _QUEUED)
        if "Policy" in kept:
            kept["Policy"] = _policy(json.loads(kept["Policy"]))
        if "RedrivePolicy" in kept:
            redrive = json.loads(kept["RedrivePolicy"])
            kept["RedrivePolicy"] = {key: str(value) for key, value in redrive.items()}
        found[f"queue {url.rpartition('/')[2]}"] = {
            key: value if isinstance(value, (dict, list)) else str(value).lower()
            for key, value in kept.items()
        }
    return found


def _topics(sns: Any) -> dict[str, Any]:
    found = {}
    for topic in sns.list_topics()["Topics"]:
        arn = topic["TopicArn"]
        if not arn.rpartition(":")[2].startswith(_PREFIX):
            continue
        attributes = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
        subscriptions = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
        found[f"topic {arn.rpartition(':')[2]}"] = {
            "policy": _policy(json.loads(attributes["Policy"])),
            "key": (attributes.get("KmsMasterKeyId") or "").rpartition("/")[2],
            "subscriptions": sorted(_subscription(sns, each) for each in subscriptions),
        }
    return found


def _subscription(sns: Any, listed: Mapping[str, Any]) -> tuple[str, str, bool, str]:
    """Who is subscribed, whether that is confirmed, and how what it gets is changed."""
    arn = listed["SubscriptionArn"]
    confirmed = arn.count(":") > 1
    attributes = (
        sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"] if confirmed else {}
    )
    gets = _some(attributes, ("FilterPolicy", "RawMessageDelivery", "RedrivePolicy"))
    if gets.get("FilterPolicy") == "{}":
        del gets["FilterPolicy"]
    said = {
        key: json.loads(value) if key == "RedrivePolicy" else value for key, value in gets.items()
    }
    return listed["Protocol"], listed["Endpoint"], confirmed, json.dumps(said, sort_keys=True)


def _key(kms: Any) -> dict[str, Any]:
    try:
        found = kms.describe_key(KeyId="alias/trailkeeper-alerts")["KeyMetadata"]
    except kms.exceptions.NotFoundException:
        return {}
    policy = kms.get_key_policy(KeyId=found["KeyId"], PolicyName="default")["Policy"]
    return {
        "key of alerts": {
            "id": found["KeyId"],
            "state": found["KeyState"],
            "policy": _policy(json.loads(policy)),
            "rotation": kms.get_key_rotation_status(KeyId=found["KeyId"])["KeyRotationEnabled"]
            if found["KeyState"] == "Enabled"
            else None,
        }
    }


def _roles(iam: Any) -> dict[str, Any]:
    found = {}
    for page in iam.get_paginator("list_roles").paginate():
        for each in page["Roles"]:
            name = each["RoleName"]
            if not name.startswith(f"{_PREFIX}-"):
                continue
            role = iam.get_role(RoleName=name)["Role"]
            inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
            attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
            found[f"role {name}"] = {
                "trust": _policy(role["AssumeRolePolicyDocument"]),
                "boundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
                "inline": {
                    policy: _policy(
                        iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
                    )
                    for policy in inline
                },
                "attached": sorted(policy["PolicyArn"] for policy in attached),
            }
    return found


def _tables(dynamodb: Any) -> dict[str, Any]:
    """The tables of both halves."""
    return {
        f"table {name}": found
        for name in ("trailkeeper-state", "trailkeeper-watcher-state")
        if (found := _table(dynamodb, name))
    }


def _table(dynamodb: Any, name: str) -> dict[str, Any]:
    try:
        table = dynamodb.describe_table(TableName=name)["Table"]
    except dynamodb.exceptions.ResourceNotFoundException:
        return {}
    expiry = dynamodb.describe_time_to_live(TableName=name)
    limits = table.get("OnDemandThroughput") or {}
    return {
        "keys": table["KeySchema"],
        "mode": table.get("BillingModeSummary", {}).get("BillingMode"),
        "protected": table["DeletionProtectionEnabled"],
        "policy": _table_policy(dynamodb, table["TableArn"]),
        "limits": {key: value for key, value in limits.items() if value not in (-1, None)},
        "expiry": expiry["TimeToLiveDescription"].get("TimeToLiveStatus"),
    }


def _table_policy(dynamodb: Any, arn: str) -> Any:
    try:
        return json.loads(dynamodb.get_resource_policy(ResourceArn=arn)["Policy"])
    except dynamodb.exceptions.PolicyNotFoundException:
        return None


def _parameter(ssm: Any) -> dict[str, Any]:
    found = ssm.get_parameters(Names=["/trailkeeper/evidence-key-arn"])["Parameters"]
    return {f"parameter {each['Name']}": each["Value"] for each in found}


def _log_groups(logs: Any) -> dict[str, Any]:
    groups = logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{_PREFIX}")["logGroups"]
    return {f"log group {each['logGroupName']}": each.get("retentionInDays") for each in groups}


def _alarms(cloudwatch: Any) -> dict[str, Any]:
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=_PREFIX)
    return {
        f"alarm {each['AlarmName']}": _some(each, _ALARMED)
        for page in pages
        for each in page["MetricAlarms"]
    }


def _stacks(cloudformation: Any) -> dict[str, Any]:
    return {
        f"stack {each['StackName']}": (
            each["StackStatus"],
            each.get("EnableTerminationProtection"),
        )
        for each in cloudformation.describe_stacks()["Stacks"]
        if each["StackName"].startswith("Trailkeeper")
    }


def _some(document: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Some fields; what is empty is as good as not there."""
    return {name: document[name] for name in names if document.get(name) not in (None, {}, [], "")}


def _sorted(documents: Any) -> list[Any]:
    return sorted(documents, key=lambda each: json.dumps(each, sort_keys=True))


def _policy(document: Mapping[str, Any]) -> list[Any]:
    """The statements of a policy in an order and a form of their own, without their names."""
    statements = document["Statement"]
    listed = statements if isinstance(statements, list) else [statements]
    return _sorted(
        {key: _said(key, value) for key, value in each.items() if key != "Sid"} for each in listed
    )


def _said(key: str, value: Any) -> Any:
    """Everybody, and one of a list, are written in two ways each."""
    if key == "Principal" and value == {"AWS": "*"}:
        return "*"
    if key in {"Action", "Resource"}:
        return sorted(value) if isinstance(value, list) else [value]
    return value
