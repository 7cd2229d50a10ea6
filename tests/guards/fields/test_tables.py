"""Every field by which a table could be weakened is seen and put back."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.deployed_evidence import BASELINE
from tests.guarded import SIDE
from tests.guards.fields.compared import THEIR_KEY, seen
from trailkeeper.evidence.outcome import Result
from trailkeeper.guards import guard_table
from trailkeeper.reconcile.engine import Reconcile
from trailkeeper.reconcile.patience import Patience


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
