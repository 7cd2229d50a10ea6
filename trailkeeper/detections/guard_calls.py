"""The calls that can take the guard itself out of service, and the rules that carry them.

Names are prefixes where Lambda puts a version of its API behind them (UpdateAlias20150331).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from trailkeeper.detections.catalogue import API_CALL, Rule
from trailkeeper.events.event import ApiCall

_EVENTS: Mapping[str, tuple[str, ...]] = {
    "lambda": (
        *("AddPermission", "CreateAlias", "CreateFunctionUrlConfig", "DeleteAlias"),
        *("DeleteEventSourceMapping", "DeleteFunction", "PutFunctionConcurrency"),
        *("PutFunctionEventInvokeConfig", "RemovePermission", "UpdateAlias"),
        *("UpdateEventSourceMapping", "UpdateFunctionCode", "UpdateFunctionConfiguration"),
        *("UpdateFunctionEventInvokeConfig", "UpdateFunctionUrlConfig"),
    ),
    "events": ("DeleteRule", "DisableRule", "PutRule", "PutTargets", "RemoveTargets"),
    "scheduler": ("DeleteSchedule", "UpdateSchedule"),
    "sns": (
        *("DeleteTopic", "SetSubscriptionAttributes", "SetTopicAttributes", "Subscribe"),
        "Unsubscribe",
    ),
    "sqs": ("DeleteQueue", "PurgeQueue", "SetQueueAttributes"),
    "cloudformation": ("DeleteStack", "UpdateTerminationProtection"),
}
# What names the resource in a call, the likeliest first.
_FIELDS = (
    *("functionName", "name", "rule", "topicArn", "subscriptionArn", "queueUrl", "stackName"),
    "uUID",
)
# These change what nothing calls: what runs are published versions.
_WITHOUT_EFFECT = ("UpdateFunctionCode", "UpdateFunctionConfiguration")
_SHOWN_CHARACTERS = 300


def rule(name: str) -> Rule:
    """The rule of that name, for whichever function is to hear of the calls."""
    return Rule(
        name=name,
        description="Calls that can take Trailkeeper itself out of service",
        pattern={
            "source": [f"aws.{service}" for service in _EVENTS],
            "detail-type": [API_CALL],
            "detail": {
                "eventSource": [f"{service}.amazonaws.com" for service in _EVENTS],
                "eventName": [{"prefix": event} for events in _EVENTS.values() for event in events],
            },
        },
        target="heal",
    )


def is_one(call: ApiCall) -> bool:
    """Whether a call is one of these."""
    events = _EVENTS.get(call.source.removesuffix(".amazonaws.com"), ())
    return call.name.startswith(events) if events else False


def may_concern(call: ApiCall, names: frozenset[str]) -> bool:
    """Whether the call may be about something that has one of these names.

    A body that CloudTrail left out may be about anything, and so may the id of a mapping.
    """
    unnamed = call.parameters_omitted or "EventSourceMapping" in call.name
    return unnamed or concerns(call, names)


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


def has_effect(call: ApiCall) -> bool:
    """Whether the call can change anything that runs."""
    return not call.name.startswith(_WITHOUT_EFFECT)


def resource(call: ApiCall) -> str:
    """What the call is about as the caller wrote it, untrusted, "" when it is not there."""
    found = (call.parameters.get(each) for each in _FIELDS)
    named = next((each for each in found if isinstance(each, str) and each), "")
    return named[:_SHOWN_CHARACTERS]
