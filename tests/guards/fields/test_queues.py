"""Every field by which alerts could be lost on their way is seen."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE
from tests.guarded import NAMES, SIDE
from tests.guards.fields.compared import gone, seen
from tests.recorded import Recorded
from trailkeeper.evidence.functions import ALERT


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("FunctionArn", "arn:aws:lambda:us-east-1:123456789012:function:evil"),
        ("State", "Disabled"),
        ("BatchSize", 1),
        ("MaximumBatchingWindowInSeconds", 300),
        ("FunctionResponseTypes", []),
        ("FilterCriteria", {"Filters": [{"Pattern": "{}"}]}),
        ("ScalingConfig", {"MaximumConcurrency": 2}),
        ("DestinationConfig", {"OnFailure": {"Destination": "arn:evil"}}),
    ],
)
def test_a_mapping_differs_in_anything_that_keeps_alerts_away(field: str, value: Any) -> None:
    assert mapped(**{field: value}) == [("", field)] or mapped(**{field: value})


MAPPING = {
    "UUID": "0",
    "FunctionArn": ALERT.live_arn(NAMES),
    "State": "Enabled",
    "BatchSize": 1000,
    "MaximumBatchingWindowInSeconds": 1,
    "FunctionResponseTypes": ["ReportBatchItemFailures"],
    "FilterCriteria": {"Filters": []},
    "ScalingConfig": {},
}


def mapped(**changed: Any) -> list[tuple[str, str]]:
    answer = {"EventSourceMappings": [{**MAPPING, **changed}]}
    functions = SimpleNamespace(list_event_source_mappings=lambda **_: answer)
    return seen(SimpleNamespace(functions=functions), "guard-queue.mapping")


@pytest.mark.parametrize("state", ["Enabled", "Enabling", "Creating", "Updating"])
def test_a_mapping_that_comes_to_work_is_in_order(state: str) -> None:
    assert mapped(State=state) == []
    assert mapped(State="Disabling")


QUEUE = "trailkeeper-alerts"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DelaySeconds", "900"),
        ("MaximumMessageSize", "1024"),
        ("MessageRetentionPeriod", "60"),
        ("ReceiveMessageWaitTimeSeconds", "20"),
        ("VisibilityTimeout", "0"),
        ("KmsMasterKeyId", "alias/evil"),
        ("SqsManagedSseEnabled", "false"),
        ("RedriveAllowPolicy", '{"redrivePermission": "allowAll"}'),
        ("RedrivePolicy", '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:1:evil"}'),
    ],
)
def test_a_queue_differs_in_anything_that_loses_alerts(name: str, value: str) -> None:
    assert queued({}) == []
    assert [path.partition("[")[0] for path, _ in queued({name: value})][:1] in (
        [f"{QUEUE}.{name}"],
        [f"{QUEUE}.{name}.redrivePermission"],
        [f"{QUEUE}.{name}.deadLetterTargetArn"],
    )


def queued(changed: dict[str, str]) -> list[tuple[str, str]]:
    right = {
        SIDE.queue_url(each.name): {
            **{
                key: json.dumps(value) if isinstance(value, dict) else str(value)
                for key, value in each.attributes(NAMES).items()
            },
            "Policy": json.dumps(SIDE.queue_policy(BASELINE, each.name)),
            "ApproximateNumberOfMessages": "7",
        }
        for each in SIDE.queues
    }
    right[SIDE.queue_url(QUEUE)] |= changed
    sqs = SimpleNamespace(
        get_queue_attributes=lambda QueueUrl, AttributeNames: {"Attributes": right[QueueUrl]}
    )
    return seen(SimpleNamespace(sqs=sqs), "guard-queues.queues")


@pytest.mark.parametrize(
    ("attributes", "differs"),
    [
        ({}, []),
        ({"FilterPolicy": " {} "}, []),
        ({"FilterPolicy": "", "RawMessageDelivery": "false"}, []),
        (
            {"FilterPolicy": '{"a": [1]}'},
            [("trailkeeper-alarms.FilterPolicy", '{"a": [1]}')],
        ),
        ({"RawMessageDelivery": "true"}, [("trailkeeper-alarms.RawMessageDelivery", "true")]),
        ({"RedrivePolicy": "{}"}, [("trailkeeper-alarms.RedrivePolicy", "-")]),
    ],
)
def test_what_keeps_alarms_from_the_queue_is_seen(
    attributes: dict[str, str], differs: list[tuple[str, str]]
) -> None:
    ours = {
        "Protocol": "sqs",
        "Endpoint": NAMES.alerts_queue_arn,
        "SubscriptionArn": f"{NAMES.alarms_topic_arn}:1",
    }
    dead = json.dumps({"deadLetterTargetArn": NAMES.alerts_dead_queue_arn})
    answers = {
        "ListSubscriptionsByTopic": {"Subscriptions": [ours]},
        "GetSubscriptionAttributes": {"Attributes": {"RedrivePolicy": dead, **attributes}},
    }

    assert seen(Recorded(answers), "guard-feeds.subscriptions") == differs


NO_QUEUE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


@pytest.mark.parametrize("code", NO_QUEUE)
def test_queues_that_are_gone_are_seen_however_sqs_says_it(code: str) -> None:
    queues = dict(seen(gone("sqs", code), "guard-queues.queues"))

    assert queues == {each.name: "-" for each in SIDE.queues}


def test_who_else_hears_a_topic_of_alarms_is_named() -> None:
    others = [
        {"Protocol": "email", "Endpoint": f"{name}@example.com", "SubscriptionArn": f"arn:{name}"}
        for name in ("trudy", "mallory")
    ]
    answers = {
        "ListSubscriptionsByTopic": {"Subscriptions": others},
        "GetSubscriptionAttributes": {"Attributes": {}},
    }

    found = dict(seen(Recorded(answers), "guard-feeds.subscriptions"))

    assert found["others on trailkeeper-alarms"] == (
        "email mallory@example.com, email trudy@example.com"
    )
