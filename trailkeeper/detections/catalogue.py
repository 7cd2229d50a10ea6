"""What an API call means, and the EventBridge rules that carry such calls to the functions.

Patterns stay wide (event names, not resource names; no exemption for our own role): comparing with
the baseline decides, so a shortened ARN, an omitted body or a stolen role slips through nowhere.
Event names are CloudTrail's, which differ from the API's (PutBucketLifecycle ...).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from trailkeeper.detections import DETECTIONS
from trailkeeper.detections.detection import Detection
from trailkeeper.events.deletions import BY_CALL
from trailkeeper.events.deletions import DETAIL_TYPE as DELETED
from trailkeeper.events.event import ApiCall
from trailkeeper.events.insights import DETAIL_TYPE as INSIGHT

__all__ = [
    "ALARM_CALLS",
    "API_CALL",
    "DELETED",
    "DETECTIONS",
    "IAM_CALLS",
    "INSTANCE_CALLS",
    "INSTANCE_RULE",
    "RULES",
    "STATE_CHANGE",
    "Detection",
    "Rule",
    "deletion_rule",
    "delivery_rule",
    "detect",
    "insight_rule",
    "instance_state_rule",
    "rules_of",
]

Target = Literal["heal", "alert", "deliveries", "home"]

API_CALL = "AWS API Call via CloudTrail"
STATE_CHANGE = "EC2 Instance State-change Notification"
INSTANCE_CALLS = ("RunInstances", "StartInstances", "StopInstances", "TerminateInstances")


@dataclass(frozen=True, slots=True)
class Rule:
    """One EventBridge rule of the default bus."""

    name: str
    description: str
    pattern: dict[str, Any]
    target: Target


# The name and description of the rule for a service's calls; a service that is not here gets a rule
# that is named after it.
_RULE_WORDS: Mapping[str, tuple[str, str]] = {
    "cloudtrail": (
        "trailkeeper-trail",
        "Calls that can stop, delete, narrow or redirect a trail",
    ),
    "s3": ("trailkeeper-log-bucket", "Calls that can open, empty or remove a log bucket"),
    "kms": (
        "trailkeeper-evidence-key",
        "Calls that can make a key useless or let others use it",
    ),
    "logs": (
        "trailkeeper-log-group",
        "Calls that can delete, shorten or mask a log group",
    ),
    "iam": (
        "trailkeeper-delivery-role",
        "Calls that can take a role's rights (only in us-east-1)",
    ),
    "monitoring": ("trailkeeper-alarm-changes", "Calls that can silence an alarm"),
}

# The EventBridge source of CloudWatch's calls is written both ways in AWS's documents.
EVENTBRIDGE_SOURCES = {"monitoring": ["aws.monitoring", "aws.cloudwatch"]}


def detect(call: ApiCall) -> Detection | None:
    """The detection an API call belongs to; another service's call of the same name is none."""
    for detection in DETECTIONS:
        if call.source == detection.event_source and call.name in detection.events:
            return detection
    return None


def rules_of(detections: Iterable[Detection]) -> tuple[Rule, ...]:
    """The rules that carry the calls of these detections to the heal function, one a service."""
    events: dict[str, list[str]] = {}
    for detection in detections:
        events.setdefault(detection.event_source, []).extend(detection.events)
    return tuple(_tamper_rule(source, names) for source, names in events.items())


def _tamper_rule(event_source: str, event_names: list[str]) -> Rule:
    service = event_source.removesuffix(".amazonaws.com")
    by_default = (f"trailkeeper-{service}", f"Calls of {service} that can hurt the evidence")
    name, description = _RULE_WORDS.get(service, by_default)
    return Rule(
        name=name,
        description=description,
        pattern={
            "source": EVENTBRIDGE_SOURCES.get(service, [f"aws.{service}"]),
            "detail-type": [API_CALL],
            "detail": {"eventSource": [event_source], "eventName": event_names},
        },
        target="heal",
    )


INSTANCE_RULE = Rule(
    name="trailkeeper-instance-calls",
    description="Who runs, starts, stops or terminates EC2 instances, and who tries to",
    pattern={
        "source": ["aws.ec2"],
        "detail-type": [API_CALL],
        "detail": {"eventSource": ["ec2.amazonaws.com"], "eventName": list(INSTANCE_CALLS)},
    },
    target="alert",
)
RULES: tuple[Rule, ...] = (*rules_of(DETECTIONS), INSTANCE_RULE)


def _rule_about(event_source: str) -> Rule:
    return next(each for each in RULES if each.pattern["detail"]["eventSource"] == [event_source])


# What a region beyond home has to send there, as its own services put it on its own bus alone.
IAM_CALLS = _rule_about("iam.amazonaws.com")
ALARM_CALLS = _rule_about("monitoring.amazonaws.com")


def insight_rule() -> Rule:
    """The rule for the unusual activity that CloudTrail Insights sees.

    Source: EventBridge events reference, "CloudTrail Insights events"; they arrive in the region of
    the activity.
    """
    return Rule(
        name="trailkeeper-insights",
        description="Unusual activity that CloudTrail Insights sees",
        pattern={"source": ["aws.cloudtrail"], "detail-type": [INSIGHT]},
        target="alert",
    )


def delivery_rule(log_bucket: str, account: str) -> Rule:
    """The rule for the log files that CloudTrail delivers; digests and Insights lie elsewhere.

    Source: S3 user guide, "EventBridge event message structure".
    """
    return Rule(
        name="trailkeeper-deliveries",
        description="Log files that CloudTrail delivers",
        pattern={
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {
                "bucket": {"name": [log_bucket]},
                "object": {"key": [{"prefix": f"AWSLogs/{account}/CloudTrail/"}]},
            },
        },
        target="deliveries",
    )


def deletion_rule(log_buckets: Iterable[str]) -> Rule:
    """The rule for log files that somebody deletes; what the life cycle removes is no news.

    Source: S3 user guide, "EventBridge event message structure"; S3 sends these events itself, so
    they come while no trail logs.
    """
    return Rule(
        name="trailkeeper-log-files-deleted",
        description="Log files that somebody deletes",
        pattern={
            "source": ["aws.s3"],
            "detail-type": [DELETED],
            "detail": {"bucket": {"name": list(log_buckets)}, "reason": [BY_CALL]},
        },
        target="alert",
    )


def instance_state_rule(states: Iterable[str]) -> Rule:
    """The rule for EC2 state changes.

    Source: EC2 user guide, "Monitor instance states"; the states are pending, running, stopping,
    stopped, shutting-down and terminated.
    """
    return Rule(
        name="trailkeeper-instance-states",
        description="EC2 instances that reach a state people want to hear of",
        pattern={
            "source": ["aws.ec2"],
            "detail-type": [STATE_CHANGE],
            "detail": {"state": list(states)},
        },
        target="alert",
    )
