"""What the guards over the guard write: what differs, and nothing beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.deployed_evidence import BASELINE
from tests.guarded import GUARDS, SIDE
from tests.guards.fields.test_topics import KEY_ID, MADE
from tests.recorded import Recorded
from trailkeeper.evidence.drift import Change, Drift
from trailkeeper.guards import guard_feeds
from trailkeeper.guards.sides import TopicRecord

ACCOUNT = "123456789012"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/trailkeeper-alert-boundary-us-east-1"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:trailkeeper-alerts"
ALERTS_KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{KEY_ID}"
GROUP = "/aws/lambda/trailkeeper-alert"
_KEY_SET = (
    "SetTopicAttributes",
    {"TopicArn": TOPIC, "AttributeName": "KmsMasterKeyId", "AttributeValue": ALERTS_KEY},
)
_ASKED = (
    "DescribeStackResource",
    {"StackName": "TrailkeeperResponse", "LogicalResourceId": "AlertingAlertsKeyF63E7A37"},
)


def written(
    document: str, *paths: str, answers: Any = None, before: str = "x"
) -> list[tuple[str, Any]]:
    """The calls of a repair of what differs there; policies by what they are called."""
    name, _, short = document.partition(".")
    (guard,) = (each for each in GUARDS["heal side"] if each.name == name)
    clients = Recorded({**MADE, **(answers or {})})
    changes = tuple(Change(each, before, "y") for each in paths)
    guard.repair(clients, BASELINE, Drift(name, short, changes))
    return [
        (each.operation, {key: _short(value) for key, value in each.arguments.items()})
        for each in clients.calls
    ]


def _short(value: Any) -> Any:
    is_policy = "Version" in value if isinstance(value, (str, dict)) else False
    return "POLICY" if is_policy else value


RETAINED = ("PutRetentionPolicy", {"logGroupName": GROUP, "retentionInDays": 365})
MADE_AGAIN = ("CreateLogGroup", {"logGroupName": GROUP})
WRITES: dict[str, tuple[str, tuple[str, ...], list[tuple[str, Any]]]] = {
    "the key of a topic": (
        "guard-topics.topics",
        ("trailkeeper-alerts.KmsMasterKeyId",),
        [_ASKED, _KEY_SET],
    ),
    "the policy of a topic": (
        "guard-topics.topics",
        ("trailkeeper-alerts.Policy.Statement[]",),
        [
            (
                "SetTopicAttributes",
                {"TopicArn": TOPIC, "AttributeName": "Policy", "AttributeValue": "POLICY"},
            )
        ],
    ),
    "a topic that is gone": (
        "guard-topics.topics",
        ("trailkeeper-alerts",),
        [
            ("CreateTopic", {"Name": "trailkeeper-alerts"}),
            _ASKED,
            _KEY_SET,
            (
                "SetTopicAttributes",
                {"TopicArn": TOPIC, "AttributeName": "Policy", "AttributeValue": "POLICY"},
            ),
        ],
    ),
    "one attribute of a queue": (
        "guard-queues.queues",
        ("trailkeeper-heal-dead.VisibilityTimeout",),
        [
            (
                "SetQueueAttributes",
                {
                    "QueueUrl": SIDE.queue_url("trailkeeper-heal-dead"),
                    "Attributes": {"VisibilityTimeout": "30"},
                },
            )
        ],
    ),
    "what nobody wants of a queue": (
        "guard-queues.queues",
        ("trailkeeper-heal-dead.KmsMasterKeyId",),
        [
            (
                "SetQueueAttributes",
                {
                    "QueueUrl": SIDE.queue_url("trailkeeper-heal-dead"),
                    "Attributes": {"KmsMasterKeyId": ""},
                },
            )
        ],
    ),
    "the boundary of a role": (
        "guard-roles.trust",
        ("alert.boundary",),
        [
            (
                "PutRolePermissionsBoundary",
                {
                    "RoleName": "trailkeeper-alert-us-east-1",
                    "PermissionsBoundary": BOUNDARY,
                },
            )
        ],
    ),
    "who may take a role": (
        "guard-roles.trust",
        ("alert.trust.Statement[].Principal",),
        [
            (
                "UpdateAssumeRolePolicy",
                {"RoleName": "trailkeeper-alert-us-east-1", "PolicyDocument": "POLICY"},
            )
        ],
    ),
    "how long a log is kept": (
        "guard-logs.groups",
        (f"{GROUP}.retentionInDays",),
        [MADE_AGAIN, RETAINED],
    ),
    "the key of a log": (
        "guard-logs.groups",
        (f"{GROUP}.kmsKeyId",),
        [MADE_AGAIN, RETAINED, ("DisassociateKmsKey", {"logGroupName": GROUP})],
    ),
    "the mask of a log": (
        "guard-logs.groups",
        (f"{GROUP}.dataProtectionStatus",),
        [MADE_AGAIN, RETAINED, ("DeleteDataProtectionPolicy", {"logGroupIdentifier": GROUP})],
    ),
    "the protection of a stack": (
        "guard-stack.protection",
        ("EnableTerminationProtection",),
        [
            (
                "UpdateTerminationProtection",
                {"StackName": "TrailkeeperResponse", "EnableTerminationProtection": True},
            )
        ],
    ),
    "a stack that goes": ("guard-stack.protection", ("Stack",), []),
    "what a table may cost": (
        "guard-table.table",
        ("BillingMode",),
        [
            ("UpdateTable", {"TableName": "trailkeeper-state", "BillingMode": "PAY_PER_REQUEST"}),
            ("DescribeTable", {"TableName": "trailkeeper-state"}),
        ],
    ),
    "the limits of a table": (
        "guard-table.table",
        ("OnDemandThroughput.MaxReadRequestUnits",),
        [
            (
                "UpdateTable",
                {
                    "TableName": "trailkeeper-state",
                    "OnDemandThroughput": {
                        "MaxReadRequestUnits": -1,
                        "MaxWriteRequestUnits": -1,
                    },
                },
            ),
            ("DescribeTable", {"TableName": "trailkeeper-state"}),
        ],
    ),
    "the protection of a table": (
        "guard-table.table",
        ("DeletionProtectionEnabled",),
        [
            (
                "UpdateTable",
                {"TableName": "trailkeeper-state", "DeletionProtectionEnabled": True},
            ),
            ("DescribeTable", {"TableName": "trailkeeper-state"}),
        ],
    ),
    "that items expire": (
        "guard-table.expiry",
        ("AttributeName",),
        [
            (
                "UpdateTimeToLive",
                {
                    "TableName": "trailkeeper-state",
                    "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expires"},
                },
            )
        ],
    ),
}
TABLE = {"DescribeTable": {"Table": {"KeySchema": []}}}


@pytest.mark.parametrize("what", WRITES)
def test_only_what_differs_is_written(what: str) -> None:
    document, paths, calls = WRITES[what]

    assert written(document, *paths, answers=TABLE) == calls


def test_a_table_that_is_gone_is_made_again_empty_and_protected() -> None:
    (guard,) = (each for each in GUARDS["heal side"] if each.name == "guard-table")
    assert guard.create is not None
    clients = Recorded()

    guard.create(clients, BASELINE)

    ((call),) = clients.calls
    assert (call.operation, call.arguments) == (
        "CreateTable",
        {
            "TableName": "trailkeeper-state",
            "KeySchema": [
                {"AttributeName": "id", "KeyType": "HASH"},
                {"AttributeName": "at", "KeyType": "RANGE"},
            ],
            "AttributeDefinitions": [
                {"AttributeName": "id", "AttributeType": "S"},
                {"AttributeName": "at", "AttributeType": "S"},
            ],
            "BillingMode": "PAY_PER_REQUEST",
            "DeletionProtectionEnabled": True,
        },
    )


SENT = "trailkeeper-instance-states-sent-home"
SENDER = "trailkeeper-satellite-eu-west-1"


def test_a_rule_beyond_home_is_put_back_where_its_role_is() -> None:
    there = {"Role": {"AssumeRolePolicyDocument": "{}"}}
    answers = {"GetRole": there, "ListTargetsByRule": {"Targets": []}}

    calls = written("guard-rules.sent-home@eu-west-1", SENT, answers=answers)

    target = {
        "Id": "Target0",
        "Arn": f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default",
        "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/{SENDER}",
    }
    (asked, (put, rule), listed, aimed) = calls
    assert asked == ("GetRole", {"RoleName": SENDER})
    assert (put, rule["Name"], rule["State"]) == ("PutRule", SENT, "ENABLED")
    assert listed == ("ListTargetsByRule", {"Rule": SENT})
    assert aimed == ("PutTargets", {"Rule": SENT, "Targets": [target]})


def test_a_rule_beyond_home_is_not_made_for_a_role_that_is_gone() -> None:
    with pytest.raises(ClientError, match=f"the role {SENDER} is gone; deploy the stacks again"):
        written("guard-rules.sent-home@eu-west-1", SENT, answers={"GetRole": "NoSuchEntity"})


def test_a_rule_at_home_needs_no_role() -> None:
    answers = {"GetRole": "NoSuchEntity", "ListTargetsByRule": {"Targets": []}}

    calls = written("guard-rules.rules", "trailkeeper-trail", answers=answers)

    assert [name for name, _ in calls] == ["PutRule", "ListTargetsByRule", "PutTargets"]


def test_a_subscription_of_the_queue_gets_back_all_that_it_should_have() -> None:
    ours = f"arn:aws:sns:us-east-1:{ACCOUNT}:trailkeeper-alarms:1"
    queue = f"arn:aws:sqs:us-east-1:{ACCOUNT}:trailkeeper-alerts"
    answers = {
        "ListSubscriptionsByTopic": {
            "Subscriptions": [{"Protocol": "sqs", "Endpoint": queue, "SubscriptionArn": ours}]
        },
        "GetSubscriptionAttributes": {
            "Attributes": {"RawMessageDelivery": "true", "FilterPolicy": '{"a": [1]}'}
        },
    }

    calls = written("guard-feeds.subscriptions", "trailkeeper-alarms", answers=answers)

    assert [given for name, given in calls if name == "SetSubscriptionAttributes"] == [
        {"SubscriptionArn": ours, "AttributeName": name, "AttributeValue": value}
        for name, value in (
            ("FilterPolicy", "{}"),
            ("RawMessageDelivery", "false"),
            ("RedrivePolicy", f'{{"deadLetterTargetArn": "{queue}-dead"}}'),
        )
    ]


@pytest.mark.parametrize(
    ("code", "operations"),
    [
        (None, ["UpdateSchedule"]),
        ("ResourceNotFoundException", ["UpdateSchedule", "CreateSchedule"]),
    ],
)
def test_a_schedule_is_changed_or_made_again(code: str | None, operations: list[str]) -> None:
    answers = {"UpdateSchedule": code} if code else {}

    calls = written("guard-schedules.schedules", "trailkeeper-sweep", answers=answers)

    assert [name for name, _ in calls] == operations
    for _, given in calls:
        assert (given["Name"], given["State"]) == ("trailkeeper-sweep", "ENABLED")
        assert given["ScheduleExpression"] == "rate(60 minutes)"


def test_a_schedule_that_may_not_be_changed_is_not_made_beside() -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        written(
            "guard-schedules.schedules",
            "trailkeeper-sweep",
            answers={"UpdateSchedule": "AccessDeniedException"},
        )


USED = [("CancelKeyDeletion", {"KeyId": KEY_ID}), ("EnableKey", {"KeyId": KEY_ID})]


@pytest.mark.parametrize(
    ("state", "answer", "calls"),
    [
        ("PendingDeletion", {}, USED),
        # Another run was first.
        ("PendingDeletion", "KMSInvalidStateException", USED),
        ("Disabled", {}, USED[1:]),
    ],
)
def test_a_key_is_made_usable_again(state: str, answer: Any, calls: list[tuple[str, Any]]) -> None:
    made = written(
        "guard-key.state", "KeyState", answers={"CancelKeyDeletion": answer}, before=state
    )

    assert [each for each in made if each != _ASKED] == calls


def test_of_a_key_that_differs_in_more_the_deletion_is_cancelled_as_well() -> None:
    (guard,) = (each for each in GUARDS["heal side"] if each.name == "guard-key")
    changes = (Change("KeyState", "PendingDeletion", "Enabled"), Change("Other", "x", "y"))
    clients = Recorded(MADE)

    guard.repair(clients, BASELINE, Drift("guard-key", "state", changes))

    assert "CancelKeyDeletion" in clients.operations


def test_a_key_whose_deletion_may_not_be_cancelled_is_not_said_to_be_usable() -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        written(
            "guard-key.state",
            "KeyState",
            answers={"CancelKeyDeletion": "AccessDeniedException"},
            before="PendingDeletion",
        )


MAPPINGS = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function"
OURS = f"{MAPPINGS}:trailkeeper-alert:live"


def mapping(number: str, function: str) -> dict[str, Any]:
    return {"UUID": number * 36, "FunctionArn": function, "State": "Disabled", "BatchSize": 1}


@pytest.mark.parametrize(
    ("there", "changed"),
    [
        ([mapping("0", f"{MAPPINGS}:evil"), mapping("1", OURS)], "1"),
        ([mapping("0", OURS), mapping("1", f"{MAPPINGS}:evil")], "0"),
        ([mapping("0", f"{MAPPINGS}:evil")], "0"),
    ],
    ids=["after another", "before another", "of another function"],
)
def test_of_several_mappings_of_the_queue_ours_is_put_right(
    there: list[dict[str, Any]], changed: str
) -> None:
    answers = {"ListEventSourceMappings": {"EventSourceMappings": there}}

    _, (operation, given) = written("guard-queue.mapping", "State", answers=answers)

    assert (operation, given["UUID"], given["FunctionName"]) == (
        "UpdateEventSourceMapping",
        changed * 36,
        OURS,
    )


def test_topics_that_cannot_be_subscribed_keep_no_other_from_it_and_the_first_is_said() -> None:
    topics = tuple(TopicRecord(f"trailkeeper-{each}", True, feeds=True) for each in "abc")
    guard = guard_feeds.guard(replace(SIDE, topics=topics))
    refused = iter(["AccessDenied", "Throttled", {}])
    clients = Recorded(
        {"ListSubscriptionsByTopic": {"Subscriptions": []}, "Subscribe": lambda _: next(refused)}
    )
    changes = tuple(Change(each.name, "-", "y") for each in topics)

    with pytest.raises(ClientError, match="AccessDenied"):
        guard.repair(clients, BASELINE, Drift("guard-feeds", "subscriptions", changes))

    asked = [each for each in clients.calls if each.operation == "Subscribe"]
    assert [each.arguments["TopicArn"].rpartition(":")[2] for each in asked] == [
        each.name for each in topics
    ]
