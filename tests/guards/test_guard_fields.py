"""The guards over the guard see every field by which an attacker could weaken what they compare."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.deployed_evidence import BASELINE
from tests.guarded import GUARDS, NAMES, OWN, POLICIES, SIDE, WATCHER_SIDE, Guarded, deployed
from tests.recorded import Recorded
from trailkeeper.evidence.drift import Change, Drift
from trailkeeper.evidence.functions import ALERT, HEAL
from trailkeeper.evidence.outcome import Result
from trailkeeper.guards import guard_logs, guard_parameter, guard_people, guard_table
from trailkeeper.guards.guard import Unreadable
from trailkeeper.guards.guard_functions import _caller, _judged
from trailkeeper.guards.sides import TopicRecord
from trailkeeper.guards.watched import guards_of
from trailkeeper.reconcile.engine import Reconcile
from trailkeeper.reconcile.patience import Patience

DOCUMENTS = {
    f"{guard.name}.{document.name}": (guard, document)
    for guard in guards_of(SIDE, OWN, POLICIES)
    for document in guard.documents
}


@pytest.fixture
def account(moto: Callable[[], None]) -> Guarded:
    return deployed()


def seen(account: Any, key: str) -> list[tuple[str, str]]:
    """Where a document differs, and what is there."""
    guard, document = DOCUMENTS[key]
    found = guard.compare(document, account, BASELINE)
    assert not isinstance(found, Unreadable), found
    return [(each.path, each.before) for each in found.changes] if found else []


def test_a_version_differs_in_anything_that_it_runs_with(account: Guarded) -> None:
    name = HEAL.name
    functions = account.functions
    layer = functions.publish_layer_version(
        LayerName="evil", Content={"ZipFile": b"x"}, CompatibleRuntimes=["python3.13"]
    )
    account.functions.get_layer_version_by_arn = lambda Arn: {"Content": {"CodeSha256": "evil"}}
    there = functions.get_function_configuration(FunctionName=name)
    kept = {key: there[key] for key in ("Handler", "Runtime", "MemorySize", "Role", "Timeout")}
    attacks: dict[str, Any] = {
        "Handler": "evil.handler",
        "Runtime": "python3.12",
        "MemorySize": 128,
        "Role": ALERT.role_arn(NAMES),
        "Timeout": 1,
        "Layers": [layer["LayerVersionArn"]],
    }

    for field, value in attacks.items():
        functions.update_function_configuration(FunctionName=name, **{**kept, field: value})
        version = functions.publish_version(FunctionName=name)["Version"]
        functions.update_alias(FunctionName=name, Name="live", FunctionVersion=version)
        assert seen(account, "guard-functions.versions") == [(name, field)]
        functions.update_function_configuration(FunctionName=name, **kept, Layers=[])


def test_how_a_version_differs_is_said_by_its_fields() -> None:
    right = {"a": 1, "b": 2}

    assert _judged({"a": 1, "b": 2}, right) == "as deployed"
    assert _judged({"a": 0, "c": 3}, right) == "a, b, c"
    assert _judged(None, right) == "no alias live"


RULE = "arn:aws:events:us-east-1:123456789012:rule/trailkeeper-trail"
ALLOWED = {
    "Sid": "x",
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Resource": "arn:aws:lambda:us-east-1:123456789012:function:trailkeeper-heal:live",
    "Condition": {"ArnLike": {"AWS:SourceArn": RULE}},
}


def test_a_statement_is_a_caller_only_if_it_says_nothing_else() -> None:
    plain = f"events.amazonaws.com {RULE}"

    assert _caller(ALLOWED) == plain
    assert _caller({**ALLOWED, "Condition": {"ArnEquals": {"aws:sourcearn": RULE}}}) == plain
    for changed in (
        {"Effect": "Deny"},
        {"Action": "lambda:*"},
        {"Principal": "*"},
        {"Principal": {"AWS": "444455556666"}},
        {"Condition": {}},
        {"Condition": {"ArnLike": {"aws:SourceArn": [RULE]}}},
        {"Condition": {"ArnLike": {"aws:SourceArn": RULE}, "Bool": {"x": "true"}}},
        {"Condition": {"ArnLike": {"aws:SourceArn": RULE, "aws:PrincipalArn": "x"}}},
    ):
        said = {**ALLOWED, **changed}
        del said["Sid"], said["Resource"]
        assert json.loads(_caller({**ALLOWED, **changed})) == said


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
    ],
)
def test_a_queue_differs_in_anything_that_loses_alerts(name: str, value: str) -> None:
    assert queued({}) == []
    assert [path.partition("[")[0] for path, _ in queued({name: value})][:1] in (
        [f"{QUEUE}.{name}"],
        [f"{QUEUE}.{name}.redrivePermission"],
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


ALARM = "trailkeeper-looks-silent"


def test_an_alarm_differs_in_anything_that_keeps_it_silent(account: Guarded) -> None:
    (record,) = (each for each in SIDE.alarms if each.name == ALARM)
    right = record.document(NAMES)
    for field, value in {
        "ActionsEnabled": False,
        "AlarmActions": [],
        "AlarmDescription": "x",
        "ComparisonOperator": "GreaterThanThreshold",
        "Dimensions": [],
        "EvaluationPeriods": 9,
        "MetricName": "Other",
        "Namespace": "Other",
        "OKActions": [],
        "Period": 86400,
        "Statistic": "Maximum",
        "Threshold": -1.0,
        "TreatMissingData": "ignore",
        "DatapointsToAlarm": 1,
        "InsufficientDataActions": [f"arn:aws:sns:us-east-1:{NAMES.account}:x"],
        "Unit": "Bytes",
    }.items():
        account.cloudwatch.put_metric_alarm(AlarmName=ALARM, **{**right, field: value})
        (first, *_) = seen(account, "guard-alarms.alarms")
        assert first[0].startswith(f"{ALARM}.{field}"), field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("DatapointsToAlarm", 3),
        ("EvaluateLowSampleCountPercentile", "ignore"),
        ("ExtendedStatistic", "p99"),
        ("InsufficientDataActions", ["arn:aws:sns:us-east-1:123456789012:x"]),
        ("Metrics", [{"Id": "m", "Expression": "0"}]),
        ("ThresholdMetricId", "m"),
        ("Unit", "Bytes"),
    ],
)
def test_an_alarm_differs_in_what_makes_it_another_one_when_it_is_set(
    field: str, value: Any
) -> None:
    def listed(**changed: Any) -> Any:
        alarms = [{"AlarmName": each.name, **each.document(NAMES)} for each in SIDE.alarms]
        alarms[0] |= {**changed, "StateValue": "OK", "AlarmArn": "arn"}
        pages = SimpleNamespace(paginate=lambda AlarmNamePrefix: [{"MetricAlarms": alarms}])
        return SimpleNamespace(cloudwatch=SimpleNamespace(get_paginator=lambda _: pages))

    assert seen(listed(), "guard-alarms.alarms") == []
    ((path, _),) = seen(listed(**{field: value}), "guard-alarms.alarms")
    assert path == f"{SIDE.alarms[0].name}.{field}"


@pytest.mark.parametrize(
    ("billing", "limits", "keys", "differ"),
    [
        ({"BillingMode": "PAY_PER_REQUEST"}, None, ("id", "at"), []),
        ({"BillingMode": "PAY_PER_REQUEST"}, {"MaxReadRequestUnits": -1}, ("id", "at"), []),
        ({"BillingMode": "PAY_PER_REQUEST"}, {"MaxReadRequestUnits": None}, ("id", "at"), []),
        (None, None, ("id", "at"), ["BillingMode"]),
        (
            {"BillingMode": "PAY_PER_REQUEST"},
            {"MaxReadRequestUnits": 1, "MaxWriteRequestUnits": None},
            ("id", "at"),
            ["OnDemandThroughput"],
        ),
        ({"BillingMode": "PAY_PER_REQUEST"}, None, ("id", "other"), ["KeySchema[].AttributeName"]),
    ],
)
def test_a_table_differs_in_its_keys_and_in_what_limits_it(
    billing: Any, limits: Any, keys: tuple[str, str], differ: list[str]
) -> None:
    schema = [
        {"AttributeName": name, "KeyType": kind}
        for name, kind in zip(keys, ("HASH", "RANGE"), strict=True)
    ]
    table = {
        "KeySchema": schema,
        "BillingModeSummary": billing,
        "OnDemandThroughput": limits,
        "DeletionProtectionEnabled": True,
    }
    dynamodb = SimpleNamespace(describe_table=lambda TableName: {"Table": table})
    clients = SimpleNamespace(dynamodb=dynamodb)

    assert [path for path, _ in seen(clients, "guard-table.table")] == differ


@pytest.mark.parametrize(
    ("said", "differs"),
    [
        ({"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}, False),
        ({"TimeToLiveStatus": "ENABLING", "AttributeName": "expires"}, False),
        ({"TimeToLiveStatus": "DISABLING", "AttributeName": "expires"}, True),
        ({"TimeToLiveStatus": "ENABLED", "AttributeName": "time"}, True),
        ({"TimeToLiveStatus": "DISABLED"}, True),
    ],
)
def test_items_of_the_table_expire(said: dict[str, str], differs: bool) -> None:
    answer = {"TimeToLiveDescription": said}
    clients = SimpleNamespace(
        dynamodb=SimpleNamespace(describe_time_to_live=lambda TableName: answer)
    )

    assert bool(seen(clients, "guard-table.expiry")) is differs


@pytest.mark.parametrize(
    ("changed", "differs"),
    [
        ({}, []),
        ({"StartDate": "2030-01-01"}, ["StartDate"]),
        ({"EndDate": "2026-01-01"}, ["EndDate"]),
        ({"KmsKeyArn": "arn:evil"}, ["KmsKeyArn"]),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, ["FlexibleTimeWindow.Mode"]),
        ({"Description": "words"}, []),
    ],
)
def test_a_schedule_differs_in_anything_that_keeps_it_from_coming(
    changed: dict[str, Any], differs: list[str]
) -> None:
    right = {each.name: each.document(NAMES, SIDE.schedule_role_arn) for each in SIDE.schedules}
    right["trailkeeper-sweep"] |= changed
    scheduler = SimpleNamespace(get_schedule=lambda Name: {"Name": Name, **right[Name]})

    found = seen(SimpleNamespace(scheduler=scheduler), "guard-schedules.schedules")

    assert [path for path, _ in found] == [f"trailkeeper-sweep.{each}" for each in differs]


@pytest.mark.parametrize(
    ("status", "protected", "said"),
    [
        ("UPDATE_COMPLETE", True, []),
        ("DELETE_FAILED", True, [("Stack", "DELETE_FAILED")]),
        ("REVIEW_IN_PROGRESS", True, [("Stack", "REVIEW_IN_PROGRESS")]),
        ("DELETE_IN_PROGRESS", False, [("EnableTerminationProtection", "false")]),
        ("CREATE_COMPLETE", None, [("EnableTerminationProtection", "false")]),
    ],
)
def test_a_stack_is_there_and_protected(
    status: str, protected: bool | None, said: list[tuple[str, str]]
) -> None:
    protection = {} if protected is None else {"EnableTerminationProtection": protected}
    stack = {"StackStatus": status, **protection}
    clients = SimpleNamespace(
        cloudformation=SimpleNamespace(describe_stacks=lambda StackName: {"Stacks": [stack]})
    )

    assert set(said) <= set(seen(clients, "guard-stack.protection"))
    assert bool(said) is bool(seen(clients, "guard-stack.protection"))


class Topic:
    """A topic with one subscriber, and the filter of that."""

    def __init__(self, endpoint: str, arn: str, policy: str | None) -> None:
        subscription = {"Protocol": "email", "Endpoint": endpoint, "SubscriptionArn": arn}
        self._pages = [{"Subscriptions": [subscription]}]
        self._attributes = {} if policy is None else {"FilterPolicy": policy}

    def get_paginator(self, _: str) -> Any:
        return SimpleNamespace(paginate=lambda **_: self._pages)

    def get_subscription_attributes(self, *, SubscriptionArn: str) -> Any:
        return {"Attributes": self._attributes}


@pytest.mark.parametrize(
    ("endpoint", "arn", "policy", "said"),
    [
        ("a@example.com", "arn:1", None, None),
        ("a@example.com", "arn:1", "", None),
        ("a@example.com", "arn:1", " {} ", None),
        ("a@example.com", "arn:1", '{"a": 1}', 'gets only what matches {"a": 1}'),
        ("a@example.com", "PendingConfirmation", None, "has not confirmed"),
        ("b@example.com", "arn:1", None, "gets all, is not of the settings"),
    ],
)
def test_what_a_subscriber_gets(
    endpoint: str, arn: str, policy: str | None, said: str | None
) -> None:
    guard = guard_people.guard(
        replace(
            WATCHER_SIDE,
            topics=(TopicRecord("topic", encrypted=False),),
            subscribers={"topic": (("email", "a@example.com"),)},
        )
    )
    clients: Any = SimpleNamespace(sns_in=lambda region: Topic(endpoint, arn, policy))

    found = guard.compare(guard.documents[0], clients, BASELINE)

    if said is None:
        assert found is None
    else:
        assert isinstance(found, Drift)
        wanted = "-" if endpoint == "b@example.com" else "gets all"
        assert Change(f"topic.email {endpoint}", said, wanted) in found.changes


class LimitedTable:
    """The state table, which somebody limited and whose policy is gone; a new one takes a try."""

    def __init__(self) -> None:
        self.limits: dict[str, int] | None = {"MaxWriteRequestUnits": 1}
        self.policy = ""
        self.refusals = 1

    def describe_table(self, *, TableName: str) -> Any:
        schema = [("id", "HASH"), ("at", "RANGE")]
        return {
            "Table": {
                "KeySchema": [{"AttributeName": a, "KeyType": k} for a, k in schema],
                "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
                "OnDemandThroughput": self.limits,
                "DeletionProtectionEnabled": True,
            }
        }

    def update_table(self, *, TableName: str, OnDemandThroughput: dict[str, int]) -> None:
        assert set(OnDemandThroughput.values()) == {-1}
        self.limits = OnDemandThroughput

    def describe_time_to_live(self, *, TableName: str) -> Any:
        expiry = {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
        return {"TimeToLiveDescription": expiry}

    def get_resource_policy(self, *, ResourceArn: str) -> Any:
        if not self.policy:
            raise ClientError({"Error": {"Code": "PolicyNotFoundException"}}, "GetResourcePolicy")
        return {"Policy": self.policy}

    def put_resource_policy(self, *, ResourceArn: str, Policy: str) -> None:
        if self.refusals:
            self.refusals -= 1
            raise ClientError({"Error": {"Code": "PolicyNotFoundException"}}, "PutResourcePolicy")
        self.policy = Policy


def test_limits_of_a_table_go_and_a_policy_that_lags_is_outlasted() -> None:
    table = LimitedTable()
    patience = Patience(time.monotonic() + 60, sleep=lambda _: None, jitter=lambda low, _: low)
    clients: Any = SimpleNamespace(dynamodb=table)

    found = Reconcile(clients, BASELINE, patience, (guard_table.guard(SIDE),)).run()

    assert {each.key: each.result for each in found} == {
        "guard-table.table": Result.HEALED,
        "guard-table.policy": Result.HEALED,
    }
    assert table.limits == {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1}
    assert "OnlyTheFunctionsWrite" in table.policy


THEIR_KEY = "arn:aws:kms:us-east-1:999999999999:key/theirs"


@pytest.mark.parametrize(
    ("added", "differ"),
    [
        (
            {"SSEDescription": {"Status": "ENABLED", "KMSMasterKeyArn": THEIR_KEY}},
            ["SSEDescription"],
        ),
        (
            {"SSEDescription": {"Status": "UPDATING", "KMSMasterKeyArn": THEIR_KEY}},
            ["SSEDescription"],
        ),
        (
            {"SSEDescription": {"Status": "ENABLING", "KMSMasterKeyArn": THEIR_KEY}},
            ["SSEDescription"],
        ),
        ({"SSEDescription": {"Status": "DISABLED", "KMSMasterKeyArn": THEIR_KEY}}, []),
        (
            {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}},
            ["StreamSpecification"],
        ),
        ({"StreamSpecification": {"StreamEnabled": False}}, []),
        ({"GlobalSecondaryIndexes": [{"IndexName": "slow"}]}, ["GlobalSecondaryIndexes"]),
        ({"Replicas": [{"RegionName": "eu-west-1", "ReplicaStatus": "ACTIVE"}]}, ["Replicas"]),
        ({"GlobalSecondaryIndexes": None, "Replicas": [], "StreamSpecification": None}, []),
    ],
)
def test_a_table_differs_in_what_somebody_added(added: dict[str, Any], differ: list[str]) -> None:
    table = {
        **LimitedTable().describe_table(TableName="")["Table"],
        "OnDemandThroughput": {},
        **added,
    }
    dynamodb = SimpleNamespace(describe_table=lambda TableName: {"Table": table})

    found = seen(SimpleNamespace(dynamodb=dynamodb), "guard-table.table")

    assert [path for path, _ in found] == differ


class AddedTo(LimitedTable):
    """A table to which somebody added everything; it is busy once after each change."""

    def __init__(self) -> None:
        super().__init__()
        self.limits, self.busy = {}, False
        self.added: dict[str, Any] = {
            "SSEDescription": {"Status": "ENABLED", "KMSMasterKeyArn": THEIR_KEY},
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
            "GlobalSecondaryIndexes": [{"IndexName": "slow"}, {"IndexName": "slower"}],
            "Replicas": [{"RegionName": "eu-west-1"}],
        }

    def describe_table(self, *, TableName: str) -> Any:
        return {"Table": {**super().describe_table(TableName=TableName)["Table"], **self.added}}

    def update_table(self, *, TableName: str, **change: Any) -> None:
        self.busy = not self.busy
        if not self.busy:
            raise ClientError({"Error": {"Code": "ResourceInUseException"}}, "UpdateTable")
        match change:
            case {"SSESpecification": {"Enabled": False}}:
                del self.added["SSEDescription"]
            case {"StreamSpecification": {"StreamEnabled": False}}:
                del self.added["StreamSpecification"]
            case {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": name}}]}:
                self.added["GlobalSecondaryIndexes"].remove({"IndexName": name})
            case _:
                raise AssertionError(change)


def test_what_somebody_added_to_a_table_is_taken_off_but_no_copy_in_another_region() -> None:
    table = AddedTo()
    patience = Patience(time.monotonic() + 60, sleep=lambda _: None, jitter=lambda low, _: low)
    clients: Any = SimpleNamespace(dynamodb=table)

    found = Reconcile(clients, BASELINE, patience, (guard_table.guard(SIDE),)).run()

    results = {
        (each.result, path)
        for each in found
        for path in {change.path.partition("[")[0] for change in each.changes}
    }
    assert results >= {
        (Result.HEALED, "SSEDescription"),
        (Result.HEALED, "GlobalSecondaryIndexes"),
        (Result.TOLD, "Replicas"),
        (Result.TOLD, "StreamSpecification"),
    }
    assert table.added == {
        "GlobalSecondaryIndexes": [],
        "Replicas": [{"RegionName": "eu-west-1"}],
        # AWS lets nobody turn it off while there are replicas.
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    }

    del table.added["Replicas"]
    (later,) = Reconcile(clients, BASELINE, patience, (guard_table.guard(SIDE),)).run()

    assert later.result is Result.HEALED
    assert table.added == {"GlobalSecondaryIndexes": []}


class Groups:
    """The log groups of the heal side; the first one's log was encrypted and masked by somebody."""

    def __init__(self) -> None:
        self.groups: dict[str, dict[str, Any]] = {
            each.log_group: {"logGroupName": each.log_group, "retentionInDays": 365}
            for each in SIDE.functions
        }
        first = next(iter(self.groups.values()))
        first |= {"kmsKeyId": THEIR_KEY, "dataProtectionStatus": "ACTIVATED"}

    def get_paginator(self, _: str) -> Any:
        return SimpleNamespace(paginate=lambda **_: [{"logGroups": list(self.groups.values())}])

    def create_log_group(self, *, logGroupName: str) -> None:
        raise ClientError({"Error": {"Code": "ResourceAlreadyExistsException"}}, "CreateLogGroup")

    def put_retention_policy(self, *, logGroupName: str, retentionInDays: int) -> None:
        self.groups[logGroupName]["retentionInDays"] = retentionInDays

    def disassociate_kms_key(self, *, logGroupName: str) -> None:
        del self.groups[logGroupName]["kmsKeyId"]

    def delete_data_protection_policy(self, *, logGroupIdentifier: str) -> None:
        # As CloudWatch Logs says it from then on.
        self.groups[logGroupIdentifier]["dataProtectionStatus"] = "DELETED"


def test_a_log_is_taken_from_the_key_and_the_mask_of_somebody() -> None:
    logs = Groups()
    patience = Patience(time.monotonic() + 60, sleep=lambda _: None, jitter=lambda low, _: low)
    clients: Any = SimpleNamespace(logs=logs)
    assert sorted(path for path, _ in seen(clients, "guard-logs.groups")) == [
        "/aws/lambda/trailkeeper-heal.dataProtectionStatus",
        "/aws/lambda/trailkeeper-heal.kmsKeyId",
    ]

    (found,) = Reconcile(clients, BASELINE, patience, (guard_logs.guard(SIDE),)).run()

    assert found.result is Result.HEALED
    assert seen(clients, "guard-logs.groups") == []
    assert logs.groups["/aws/lambda/trailkeeper-heal"]["retentionInDays"] == 365
    assert "kmsKeyId" not in logs.groups["/aws/lambda/trailkeeper-heal"]


def test_whoever_may_call_what_is_not_published_is_seen() -> None:
    opened = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "lambda:InvokeFunction",
        "Resource": HEAL.arn(NAMES),
    }
    of_function = json.dumps({"Statement": [opened]})

    def get_policy(*, FunctionName: str, Qualifier: str = "") -> Any:
        if Qualifier or FunctionName != HEAL.name:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetPolicy")
        return {"Policy": of_function}

    clients = SimpleNamespace(functions=SimpleNamespace(get_policy=get_policy))

    said = seen(clients, "guard-functions.callers")
    assert any("unpublished: " in str(each) for each in said), said


KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
MADE = {
    "DescribeStackResource": {
        "StackResourceDetail": {
            "LogicalResourceId": "AlertingAlertsKeyF63E7A37",
            "PhysicalResourceId": KEY_ID,
            "ResourceStatus": "CREATE_COMPLETE",
            "ResourceType": "AWS::KMS::Key",
            "LastUpdatedTimestamp": "2026-11-20T00:00:00Z",
        }
    }
}


@pytest.mark.parametrize(
    ("changed", "differs"),
    [
        ({}, []),
        ({"KmsMasterKeyId": KEY_ID}, []),
        ({"KmsMasterKeyId": "alias/trailkeeper-alerts"}, []),
        ({"DisplayName": "words", "SubscriptionsConfirmed": "7"}, []),
        (
            {"KmsMasterKeyId": THEIR_KEY},
            [("trailkeeper-alarms.KmsMasterKeyId", THEIR_KEY)],
        ),
        ({"KmsMasterKeyId": ""}, [("trailkeeper-alarms.KmsMasterKeyId", "-")]),
        (
            {"Policy": '{"Version": "2012-10-17", "Statement": []}'},
            [("trailkeeper-alarms.Policy.Statement", "-")],
        ),
    ],
)
def test_a_topic_differs_in_its_key_and_in_who_may_publish(
    changed: dict[str, str], differs: list[tuple[str, str]]
) -> None:
    def answer(asked: Mapping[str, Any]) -> Any:
        name = asked["TopicArn"].rpartition(":")[2]
        right = {
            "Policy": json.dumps(SIDE.topic_policy(BASELINE, name)),
            "KmsMasterKeyId": f"arn:aws:kms:us-east-1:{NAMES.account}:key/{KEY_ID}",
        }
        return {"Attributes": {**right, **(changed if name == "trailkeeper-alarms" else {})}}

    found = seen(Recorded({**MADE, "GetTopicAttributes": answer}), "guard-topics.topics")

    assert found == differs


def test_a_topic_without_a_key_differs_in_one_and_no_key_of_ours_is_asked_for() -> None:
    """The heal function has no right to see what a stack made of the other side's."""

    def answer(asked: Mapping[str, Any]) -> Any:
        policy = WATCHER_SIDE.topic_policy(BASELINE, asked["TopicArn"].rpartition(":")[2])
        return {"Attributes": {"Policy": json.dumps(policy), "KmsMasterKeyId": THEIR_KEY}}

    (guard,) = (each for each in GUARDS["watcher side"] if each.name == "guard-topics")
    clients = Recorded({"GetTopicAttributes": answer, "DescribeStackResource": "AccessDenied"})

    found = guard.compare(guard.documents[0], clients, BASELINE)

    assert isinstance(found, Drift), found
    assert {(each.path, each.before) for each in found.changes} == {
        ("trailkeeper-last-resort.KmsMasterKeyId", THEIR_KEY),
        ("trailkeeper-last-resort-elsewhere.KmsMasterKeyId", THEIR_KEY),
    }


def test_a_parameter_that_is_gone_is_seen_and_one_that_cannot_be_read_is_said() -> None:
    keyed = replace(BASELINE, evidence_key_arn="arn:aws:kms:us-east-1:123456789012:key/ours")
    guard = guard_parameter.guard()

    def found(code: str) -> Any:
        def get_parameter(*, Name: str) -> Any:
            raise ClientError({"Error": {"Code": code}}, "GetParameter")

        clients: Any = SimpleNamespace(ssm=SimpleNamespace(get_parameter=get_parameter))
        return guard.compare(guard.documents[0], clients, keyed)

    gone = found("ParameterNotFound")
    assert gone.changes == (Change("Value", "-", "arn:aws:kms:us-east-1:123456789012:key/ours"),)
    assert isinstance(found("AccessDeniedException"), Unreadable)


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


def test_of_a_role_that_is_gone_one_document_tells_and_of_its_boundary_another() -> None:
    calls = ("GetRole", "ListRolePolicies", "ListAttachedRolePolicies", "GetPolicy")
    clients = Recorded(dict.fromkeys(calls, "NoSuchEntity"))

    assert seen(clients, "guard-roles.trust") == [("alert", "-"), ("heal", "-"), ("schedule", "-")]
    assert seen(clients, "guard-roles.policies") == []
    assert seen(clients, "guard-roles.attached-policies") == []
    assert {
        path.rpartition(".")[0] for path, _ in seen(clients, "guard-roles.managed-policies")
    } == {
        "alert.trailkeeper-alert-boundary-us-east-1",
        "heal.trailkeeper-heal-boundary-us-east-1",
        "heal.trailkeeper-heal-watch-us-east-1",
        "schedule.trailkeeper-schedule-boundary-us-east-1",
    }


def test_a_policy_that_somebody_gave_a_role_or_took_from_it_is_seen() -> None:
    planted = {"Version": "2012-10-17", "Statement": [{"Action": "*", "Resource": "*"}]}
    answers = {
        "ListRolePolicies": {"PolicyNames": ["planted"]},
        "GetRolePolicy": {"PolicyDocument": json.dumps(planted)},
        "ListAttachedRolePolicies": {
            "AttachedPolicies": [{"PolicyName": "x", "PolicyArn": "arn:aws:iam::aws:policy/x"}]
        },
    }

    found = dict(seen(Recorded(answers), "guard-roles.policies"))

    assert found["heal.needs"] == found["alert.needs"] == found["alert.alerts-key"] == "-"
    for role in ("alert", "heal", "schedule"):
        assert '"Action": ["*"]' in found[f"{role}.planted"]
    attached = dict(seen(Recorded(answers), "guard-roles.attached-policies"))
    assert attached["alert"] == '["arn:aws:iam::aws:policy/x"]'


def test_a_managed_policy_without_the_version_that_holds_allows_nothing() -> None:
    """Somebody may delete it between the two calls."""
    answers = {
        "GetPolicy": {"Policy": {"DefaultVersionId": "v7"}},
        "GetPolicyVersion": "NoSuchEntity",
    }
    clients = Recorded(answers)

    assert {before for _, before in seen(clients, "guard-roles.managed-policies")} == {"-"}
    versions = {each.arguments.get("VersionId") for each in clients.calls}
    assert versions == {None, "v7"}


@pytest.mark.parametrize("pattern", [{}, {"EventPattern": ""}])
def test_a_rule_that_somebody_made_a_schedule_is_seen(pattern: dict[str, str]) -> None:
    rule = {"Name": "trailkeeper-trail", "State": "ENABLED", "ScheduleExpression": "rate(1 day)"}
    answers = {
        "ListRules": {"Rules": [{**rule, **pattern}, {"Name": "trailkeeper-of-others"}]},
        "ListTargetsByRule": {"Targets": []},
    }

    found = dict(seen(Recorded(answers), "guard-rules.rules"))

    assert found["trailkeeper-trail.ScheduleExpression"] == "rate(1 day)"
    assert found["trailkeeper-trail.EventPattern"] == "-"
    assert found["trailkeeper-trail.Targets"] == "-"
    assert "trailkeeper-trail.State" not in found
    assert not any(path.startswith("trailkeeper-of-others") for path in found)
    # The others are not there at all.
    assert found["trailkeeper-log-bucket"] == "-"


def test_schedules_that_are_gone_are_seen() -> None:
    clients = Recorded({"GetSchedule": "ResourceNotFoundException"})

    found = seen(clients, "guard-schedules.schedules")

    assert found == [(each.name, "-") for each in sorted(SIDE.schedules, key=lambda s: s.name)]


@pytest.mark.parametrize(
    ("key", "operation"),
    [
        ("guard-schedules.schedules", "GetSchedule"),
        ("guard-stack.protection", "DescribeStacks"),
        ("guard-roles.trust", "GetRole"),
        ("guard-roles.managed-policies", "GetPolicy"),
        ("guard-topics.topics", "GetTopicAttributes"),
        ("guard-queues.queues", "GetQueueAttributes"),
        ("guard-people.subscribers", "ListSubscriptionsByTopic"),
        ("guard-table.policy", "GetResourcePolicy"),
        ("guard-functions.callers", "GetPolicy"),
        ("guard-functions.failures", "GetFunctionEventInvokeConfig"),
    ],
)
def test_what_cannot_be_read_is_not_taken_for_gone(key: str, operation: str) -> None:
    guard, document = DOCUMENTS[key]

    found = guard.compare(document, Recorded({operation: "AccessDeniedException"}), BASELINE)

    assert isinstance(found, Unreadable)


def test_a_stack_that_is_gone_is_seen() -> None:
    guard, document = DOCUMENTS["guard-stack.protection"]

    found = guard.compare(document, Recorded({"DescribeStacks": "ValidationError"}), BASELINE)

    assert isinstance(found, Drift)
    assert found.changes == (
        Change("EnableTerminationProtection", "-", "true"),
        Change("Stack", "gone", "there"),
    )
    ours, theirs = document.parted(found)
    assert ours is None
    assert theirs == found


# As SNS and SQS have said it by their protocols, the old ones and JSON.
NO_TOPIC = ("NotFound", "NotFoundException")
NO_QUEUE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


@pytest.mark.parametrize("code", NO_TOPIC)
def test_topics_that_are_gone_are_seen_however_sns_says_it(code: str) -> None:
    clients = gone("sns", code)

    topics = dict(seen(clients, "guard-topics.topics"))
    assert topics == {each.name: "-" for each in SIDE.topics}
    assert seen(clients, "guard-feeds.subscriptions") == [("trailkeeper-alarms", "-")]
    assert seen(clients, "guard-people.subscribers") == [("trailkeeper-alerts", "-")]


@pytest.mark.parametrize("code", NO_TOPIC)
def test_a_subscription_that_went_meanwhile_is_seen(code: str) -> None:
    ours = {
        "Protocol": "sqs",
        "Endpoint": NAMES.alerts_queue_arn,
        "SubscriptionArn": f"{NAMES.alarms_topic_arn}:1",
    }
    answers = {
        "ListSubscriptionsByTopic": {"Subscriptions": [ours]},
        "GetSubscriptionAttributes": code,
    }

    assert seen(Recorded(answers), "guard-feeds.subscriptions") == [("trailkeeper-alarms", "-")]


@pytest.mark.parametrize("code", NO_QUEUE)
def test_queues_that_are_gone_are_seen_however_sqs_says_it(code: str) -> None:
    queues = dict(seen(gone("sqs", code), "guard-queues.queues"))

    assert queues == {each.name: "-" for each in SIDE.queues}


def gone(service: str, code: str) -> Recorded:
    operations = {
        "sns": ("GetTopicAttributes", "ListSubscriptionsByTopic"),
        "sqs": ("GetQueueAttributes",),
    }
    return Recorded(dict.fromkeys(operations[service], code))
