"""The calls that can take the guard itself out of service, and the rules that carry them.

Names are prefixes where Lambda puts a version of its API behind them (UpdateAlias20150331).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from trailkeeper.detections.catalogue import API_CALL, EVENTBRIDGE_SOURCES, Rule
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.names import SATELLITE_RULE

# What runs the guard and calls it.
_RUNS: Mapping[str, tuple[str, ...]] = {
    "lambda": (
        *("AddPermission", "CreateAlias", "CreateEventSourceMapping", "CreateFunctionUrlConfig"),
        *("DeleteAlias", "DeleteEventSourceMapping", "DeleteFunction", "PutFunctionConcurrency"),
        *("PutFunctionEventInvokeConfig", "PutFunctionRecursionConfig"),
        *("PutRuntimeManagementConfig", "RemovePermission", "UpdateAlias"),
        *("UpdateEventSourceMapping", "UpdateFunctionCode", "UpdateFunctionConfiguration"),
        *("UpdateFunctionEventInvokeConfig", "UpdateFunctionUrlConfig"),
    ),
    "events": ("DeleteRule", "DisableRule", "PutRule", "PutTargets", "RemoveTargets"),
    "scheduler": ("DeleteSchedule", "UpdateSchedule"),
    "cloudformation": (
        *("CreateChangeSet", "CreateStack", "DeleteStack", "ExecuteChangeSet"),
        *("RollbackStack", "SetStackPolicy", "UpdateStack"),
        "UpdateTerminationProtection",
    ),
}
# What it needs to work and to reach people.
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "iam": (
        *("AttachRolePolicy", "CreatePolicyVersion", "DeletePolicy", "DeleteRole"),
        *("DeleteRolePermissionsBoundary", "DeleteRolePolicy"),
        *("DetachRolePolicy", "PutRolePermissionsBoundary", "PutRolePolicy"),
        *("SetDefaultPolicyVersion", "UpdateAssumeRolePolicy"),
    ),
    "sns": (
        *("AddPermission", "DeleteTopic", "PutDataProtectionPolicy", "RemovePermission"),
        *("SetSubscriptionAttributes", "SetTopicAttributes", "Subscribe", "Unsubscribe"),
    ),
    "sqs": ("AddPermission", "DeleteQueue", "PurgeQueue", "RemovePermission", "SetQueueAttributes"),
    "kms": (
        *("DeleteAlias", "DisableKey", "DisableKeyRotation", "PutKeyPolicy"),
        *("ScheduleKeyDeletion", "UpdateAlias"),
    ),
    "dynamodb": (
        *("DeleteResourcePolicy", "DeleteTable", "PutResourcePolicy", "UpdateTable"),
        "UpdateTimeToLive",
    ),
    "secretsmanager": ("DeleteSecret", "PutSecretValue", "UpdateSecret"),
    "ssm": ("DeleteParameter", "DeleteParameters", "PutParameter"),
    "logs": (
        *("AssociateKmsKey", "DeleteLogGroup", "DeleteLogStream", "DeleteRetentionPolicy"),
        *("PutDataProtectionPolicy", "PutRetentionPolicy", "PutSubscriptionFilter"),
    ),
    "monitoring": ("DeleteAlarms", "DisableAlarmActions", "PutMetricAlarm"),
}
_EVENTS: Mapping[str, tuple[str, ...]] = {**_RUNS, **_NEEDS}
# These begin with the name of another call, by whose prefix they come.
_COME_TOO = (
    *("DeleteFunctionCodeSigningConfig", "DeleteFunctionConcurrency"),
    *("DeleteFunctionEventInvokeConfig", "DeleteFunctionUrlConfig"),
)
# What names the resource in a call, the likeliest first.
_FIELDS = (
    *("functionName", "rule", "topicArn", "subscriptionArn", "queueUrl", "stackName"),
    *("roleName", "policyArn", "tableName", "logGroupName", "logGroupIdentifier", "keyId"),
    *("aliasName", "alarmName", "name", "secretId", "resourceArn", "uUID"),
)
# By a guard that leaves something to people, the services whose calls can have changed that.
_TOUCHES: Mapping[str, tuple[str, ...]] = {
    "guard-people": ("sns",),
    "guard-roles": ("iam",),
    "guard-stack": ("cloudformation",),
    "guard-table": ("dynamodb",),
}
# These change what nothing calls: what runs are published versions.
_WITHOUT_EFFECT = ("UpdateFunctionCode", "UpdateFunctionConfiguration")
_SHOWN_CHARACTERS = 300
_VERSION = re.compile(r"\d{8}(v\d+)?$")


def rules(name: str, heard: Iterable[Rule] = ()) -> tuple[Rule, ...]:
    """The rules whose names begin so, for whichever function is to hear of the calls.

    Without those calls that rules carry to it anyway (`heard`). More than one, as a pattern has
    2,048 characters at most (EventBridge user guide, "Quotas").
    """
    there = {
        (source, event)
        for each in heard
        for source in each.pattern["detail"].get("eventSource", ())
        for event in each.pattern["detail"].get("eventName", ())
    }
    made = (
        (f"{name}-runs", "Calls that can take Trailkeeper itself out of service", _RUNS),
        (f"{name}-needs", "Calls that can take away what Trailkeeper needs", _NEEDS),
    )
    return tuple(_rule(*each, there) for each in made)


def satellite_rule() -> Rule:
    """The rule for the calls by which a region beyond home can be kept from sending its events."""
    calls = {service: _RUNS[service] for service in ("events", "cloudformation")}
    description = "Calls that can keep a region from sending its events"
    return _rule(SATELLITE_RULE, description, calls, set())


def _rule(
    name: str, description: str, calls: Mapping[str, tuple[str, ...]], there: set[tuple[str, str]]
) -> Rule:
    left = {
        service: [each for each in names if (_source(service), each) not in there]
        for service, names in calls.items()
    }
    services = [service for service, names in left.items() if names]
    return Rule(
        name=name,
        description=description,
        pattern={
            "source": [
                source
                for service in services
                for source in EVENTBRIDGE_SOURCES.get(service, [f"aws.{service}"])
            ],
            "detail-type": [API_CALL],
            "detail": {
                "eventSource": [_source(service) for service in services],
                "eventName": [
                    {"prefix": each} if service == "lambda" else each
                    for service in services
                    for each in left[service]
                ],
            },
        },
        target="heal",
    )


def _source(service: str) -> str:
    return f"{service}.amazonaws.com"


def is_one(call: ApiCall) -> bool:
    """Whether a call is one of these."""
    service = call.source.removesuffix(".amazonaws.com")
    also = _COME_TOO if service == "lambda" else ()
    return called(call) in (*_EVENTS.get(service, ()), *also)


def may_concern(call: ApiCall, names: frozenset[str], unnamed: Mapping[str, str]) -> bool:
    """Whether the call may be about something that has one of these names.

    A body that CloudTrail left out may be about anything. `unnamed` are, by the service, parts of
    the names of calls that name by ids of AWS's choice what is ours.
    """
    part = unnamed.get(call.source.removesuffix(".amazonaws.com"))
    blind = call.parameters_omitted or (part is not None and part in call.name)
    return blind or concerns(call, names)


def concerns(call: ApiCall, names: frozenset[str]) -> bool:
    """Whether the call names something that has one of these names."""
    said = json.dumps(dict(call.parameters), default=str)
    return any(f'"{name}"' in said or f"/{name}" in said or f":{name}" in said for name in names)


def is_ours(call: ApiCall, role_arns: Iterable[str]) -> bool:
    """Whether one of our own roles called, as it does to put the other side right."""
    return call.actor.principal_arn in role_arns


def is_by_deploy(call: ApiCall) -> bool:
    """Whether CloudFormation called, for somebody who deploys or deletes a stack."""
    return call.actor.invoked_by == "cloudformation.amazonaws.com"


def is_ordinary_deploy(call: ApiCall, account: str) -> bool:
    """Whether the role deploys a stack that CDK's bootstrap makes for that.

    What came of it is compared all the same. Source: CDK developer guide, "Bootstrapping".
    """
    arn = re.escape(f":iam::{account}:role/")
    role = re.search(rf"{arn}cdk-[a-z0-9]+-deploy-role-{account}-", call.actor.principal_arn or "")
    deploys = {"CreateChangeSet", "CreateStack", "ExecuteChangeSet", "UpdateStack"}
    return call.name in deploys and role is not None


def protects(call: ApiCall) -> bool:
    """Whether the call protects a stack, as a deploy does at its end."""
    protects_stack = call.name == "UpdateTerminationProtection"
    return protects_stack and call.parameters.get("enableTerminationProtection") is True


def may_have_changed(call: ApiCall, guard: str) -> bool:
    """Whether what a guard of this name found can come of the call."""
    services = _TOUCHES.get(guard, ())
    return call.parameters_omitted or call.source.removesuffix(".amazonaws.com") in services


def has_effect(call: ApiCall) -> bool:
    """Whether the call can change anything that runs."""
    return not call.name.startswith(_WITHOUT_EFFECT)


def called(call: ApiCall) -> str:
    """The call as people know it: without the version that Lambda puts behind its name."""
    return without_version(call.name)


def without_version(name: str) -> str:
    """A call's name without the version of Lambda's API."""
    return _VERSION.sub("", name)


def is_of_mapping(call: ApiCall) -> bool:
    """Whether the call is about a mapping from a queue to a function, which has no name."""
    return "EventSourceMapping" in call.name


def resource(call: ApiCall) -> str:
    """What the call is about as the caller wrote it, untrusted, "" when it is not there."""
    found = (call.parameters.get(each) for each in _FIELDS)
    named = next((each for each in found if isinstance(each, str) and each), "")
    return named[:_SHOWN_CHARACTERS]
