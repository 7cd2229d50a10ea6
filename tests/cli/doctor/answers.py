"""What AWS answers of an account in which one thing is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cli.doctor.seen import (
    ALARM_ARN,
    HEAL,
    NAMES,
    NOW,
    STATUS,
    answering,
    deployed,
    functions,
)
from tests.recorded import REGION
from trailkeeper.evidence.outcome import Outcome, Report, Result

Answers = Mapping[str, Any]
DEPLOY = "npx cdk deploy TrailkeeperResponse --revert-drift"
SUBSCRIBE = (
    "aws sns subscribe --region us-east-1 --topic-arn "
    "arn:aws:sns:us-east-1:111122223333:trailkeeper-alerts --protocol email "
    "--notification-endpoint=kim@example.com"
)


TWO_HALVES = replace(HEAL, watcher=True, last_resort_emails=("kim@example.com",))
ELSEWHERE = replace(TWO_HALVES, last_resort_region="eu-west-1")


def subscribed(arn: str, protocol: str = "email", endpoint: str = "kim@example.com") -> Answers:
    listed = {"Protocol": protocol, "Endpoint": endpoint, "SubscriptionArn": arn}
    return {
        "ListSubscriptionsByTopic": {"Subscriptions": [listed]},
        "GetSubscriptionAttributes": {"Attributes": {}},
    }


def unconfirmed_in(region: str) -> Callable[..., Any]:
    """The subscriptions of any topic, which are confirmed unless it is in that region."""

    def listed(asked: Mapping[str, str]) -> Any:
        pending = f":{region}:" in asked["TopicArn"]
        arn = "PendingConfirmation" if pending else "arn:aws:sns:::x:y"
        return subscribed(arn)["ListSubscriptionsByTopic"]

    return listed


def alarm(**changes: Any) -> Answers:
    shown = {
        "AlarmName": "trailkeeper-heal-errors",
        "AlarmArn": ALARM_ARN,
        "ActionsEnabled": True,
        "AlarmActions": [NAMES.alarms_topic_arn],
        "Namespace": "AWS/Lambda",
        "AlarmConfigurationUpdatedTimestamp": NOW - timedelta(days=3),
        **changes,
    }
    return {
        **deployed("AWS::CloudWatch::Alarm", "trailkeeper-heal-errors"),
        "DescribeAlarms": {"MetricAlarms": [shown]},
        "GetTopicAttributes": {"Attributes": {}},
    }


def mute(*alarms: str, status: str = "ACTIVE") -> Answers:
    arn = f"arn:aws:cloudwatch:{REGION}:111122223333:alarm-mute-rule:quiet"
    return {
        "ListAlarmMuteRules": {"AlarmMuteRuleSummaries": [{"AlarmMuteRuleArn": arn}]},
        "GetAlarmMuteRule": {"Name": "quiet", "MuteTargets": {"AlarmNames": list(alarms)}},
    }


def trails(*others: Mapping[str, Any]) -> Answers:
    own = {"Name": "trailkeeper", "TrailARN": NAMES.trail_arn, "IsMultiRegionTrail": True}
    return {"DescribeTrails": {"trailList": [own, *others]}}


def other(**changes: Any) -> dict[str, Any]:
    arn = NAMES.trail_arn.replace("/trailkeeper", "/old")
    return {"Name": "old", "TrailARN": arn, "HomeRegion": "eu-west-3", **changes}


def logging(**status: Any) -> Answers:
    long_ago = NOW - timedelta(days=3)
    return {
        "GetTrailStatus": {
            "IsLogging": True,
            "StartLoggingTime": long_ago,
            "LatestDeliveryTime": NOW,
            **status,
        }
    }


def function(concurrency: Any = None, **configuration: Any) -> Answers:
    found: dict[str, Any] = {"Configuration": configuration}
    if concurrency is not None:
        found["Concurrency"] = {"ReservedConcurrentExecutions": concurrency}
    return {**deployed("AWS::Lambda::Function", "trailkeeper-heal"), "GetFunction": found}


def of_two_halves(*, reserve: bool) -> Answers:
    return functions(replace(HEAL, watcher=True, reserve_concurrency=reserve))


RESERVED = {"Configuration": {}, "Concurrency": {"ReservedConcurrentExecutions": 200}}


def sharing(*, quota: int, unreserved: int) -> Answers:
    """Nothing is reserved for the functions, and that is left of the quota."""
    limit = {"ConcurrentExecutions": quota, "UnreservedConcurrentExecutions": unreserved}
    return {
        **of_two_halves(reserve=True),
        "GetFunction": {"Configuration": {}},
        "GetAccountSettings": {"AccountLimit": limit},
    }


def schedule() -> Answers:
    target = {"Arn": NAMES.heal_function_arn, "RoleArn": "arn:aws:iam::111122223333:role/lost"}
    return {
        **deployed("AWS::Scheduler::Schedule", "trailkeeper-sweep"),
        "GetSchedule": {"Name": "trailkeeper-sweep", "State": "ENABLED", "Target": target},
        "GetFunction": {"Configuration": {}},
    }


def stack(status: str, **shown: Any) -> Answers:
    """The response stack in that status, which no change set waits for."""
    answers = deployed("AWS::SQS::Queue")
    (found,) = answers["DescribeStacks"]["Stacks"]
    evidence = {**found, "StackName": "TrailkeeperEvidence"}
    return {
        **answers,
        "DescribeStacks": {"Stacks": [{**found, "StackStatus": status, **shown}, evidence]},
    }


ABOUT_STATES = (
    *("stack-under-review", "stack-never-made", "stack-half-deleted", "stack-half-rolled-back"),
    *("stack-half-updated", "stack-failed", "stack-busy"),
)
QUIET = "arn:aws:cloudformation:us-east-1:111122223333:changeSet/quiet/1"


def change_set(**shown: Any) -> dict[str, Any]:
    return {
        "ChangeSetName": "quiet",
        "ChangeSetId": QUIET,
        "StackName": "TrailkeeperResponse",
        "Status": "CREATE_COMPLETE",
        "ExecutionStatus": "AVAILABLE",
        "CreationTime": NOW - timedelta(hours=3),
        **shown,
    }


def change_sets(*listed: Mapping[str, Any], history: Any = ()) -> Answers:
    """What waits at the response stack, and what event history has of CreateChangeSet."""
    found = [{"CloudTrailEvent": json.dumps(each)} for each in history]

    def of_stack(asked: Mapping[str, Any]) -> Any:
        ours = asked["StackName"] == "TrailkeeperResponse"
        return {"Summaries": list(listed) if ours else []}

    return {
        "ListChangeSets": of_stack,
        "LookupEvents": {"Events": found} if isinstance(history, tuple) else history,
    }


def created(by: str, answered: str, **record: Any) -> dict[str, Any]:
    """The record of a call that made a change set."""
    return {
        "eventSource": "cloudformation.amazonaws.com",
        "eventName": "CreateChangeSet",
        "eventTime": f"{NOW - timedelta(hours=3):%Y-%m-%dT%H:%M:%SZ}",
        "userIdentity": {"type": "IAMUser", "userName": by},
        "requestParameters": {"stackName": "TrailkeeperResponse", "changeSetName": "quiet"},
        "responseElements": {"id": answered},
        **record,
    }


def table(**parameters: str) -> Answers:
    def listed(arguments: Mapping[str, Any]) -> Any:
        below = {
            "AWSLogs/": ["111122223333", "444455556666"],
            "AWSLogs/111122223333/CloudTrail/": ["us-east-1", "xx-new-1"],
        }[arguments["Prefix"]]
        return {"CommonPrefixes": [{"Prefix": f"{arguments['Prefix']}{each}/"} for each in below]}

    known = {
        "projection.enabled": "true",
        "projection.account.values": "111122223333",
        "projection.region.values": "eu-west-3,us-east-1",
        **parameters,
    }
    return {
        **functions(),
        "GetTable": {"Table": {"Name": "cloudtrail_logs", "Parameters": known}},
        "ListObjectsV2": listed,
    }


def clock(seconds: float) -> Answers:
    """AWS's clock, by how much it differs from this machine's when it is asked."""

    def identity(_: Any) -> Any:
        at = datetime.now(UTC) - timedelta(seconds=seconds)
        date = at.strftime("%a, %d %b %Y %H:%M:%S GMT")
        return {"ResponseMetadata": {"HTTPHeaders": {"date": date}}}

    return {"GetCallerIdentity": identity}


UNREADABLE = Outcome("trail", "event-selectors", Result.UNREADABLE, error="Throttling: no")


def halves(of_heal: Report | None = None, of_watcher: Report | None = None) -> Answers:
    """What each function answers about the other half's side."""

    def invoked(arguments: Mapping[str, Any]) -> Any:
        if arguments["FunctionName"] == "trailkeeper-watcher":
            return answering(report=of_heal)["Invoke"](arguments)
        status = replace(STATUS, guard=of_watcher or Report())
        return answering(status)["Invoke"](arguments)

    return {"Invoke": invoked}
