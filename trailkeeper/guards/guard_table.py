"""Guards the state table: without it alerts come twice, and nothing is counted together.

Nobody but the functions may write into it, as no trail of management events records who does.
"""

from __future__ import annotations

import json
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift, canonical_policy
from trailkeeper.evidence.names import STATE_TABLE
from trailkeeper.guards.guard import Clients, Document, Guard, reading
from trailkeeper.guards.sides import Side
from trailkeeper.state.table import EXPIRY, PARTITION_KEY, SORT_KEY

NAME = "guard-table"
_KEYS = [
    {"AttributeName": PARTITION_KEY, "KeyType": "HASH"},
    {"AttributeName": SORT_KEY, "KeyType": "RANGE"},
]
_BUSY = frozenset({"ResourceInUseException", "ResourceNotFoundException"})
# A policy cannot be changed again within 15 seconds (DynamoDB developer guide, "Resource-based
# policy considerations").
_CHANGED_JUST_NOW = _BUSY | {"LimitExceededException", "PolicyNotFoundException"}


def _read(clients: Clients, _: Baseline) -> Any:
    table = clients.dynamodb.describe_table(TableName=STATE_TABLE)["Table"]
    mode = (table.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED")
    return {
        "KeySchema": table["KeySchema"],
        "BillingMode": mode,
        # A limit on requests is as good as a table that is not there.
        "OnDemandThroughput": _limits(table),
        "DeletionProtectionEnabled": table.get("DeletionProtectionEnabled", False),
    }


def _limits(table: dict[str, Any]) -> dict[str, Any]:
    found = table.get("OnDemandThroughput") or {}
    return {key: value for key, value in found.items() if value not in (None, -1)}


def _write(clients: Clients, _: Baseline, drift: Drift) -> None:
    change: dict[str, Any] = {}
    if drift.touches("BillingMode"):
        change["BillingMode"] = "PAY_PER_REQUEST"
    elif drift.touches("OnDemandThroughput"):
        change["OnDemandThroughput"] = {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1}
    if drift.touches("DeletionProtectionEnabled"):
        change["DeletionProtectionEnabled"] = True
    if change:
        clients.dynamodb.update_table(TableName=STATE_TABLE, **change)


def _read_expiry(clients: Clients, _: Baseline) -> Any:
    answer = clients.dynamodb.describe_time_to_live(TableName=STATE_TABLE)
    found = answer["TimeToLiveDescription"]
    on = found["TimeToLiveStatus"] in {"ENABLED", "ENABLING"}
    return {"AttributeName": found.get("AttributeName") if on else None}


def _write_expiry(clients: Clients, *_: Any) -> None:
    clients.dynamodb.update_time_to_live(
        TableName=STATE_TABLE,
        TimeToLiveSpecification={"Enabled": True, "AttributeName": EXPIRY},
    )


def _read_policy(clients: Clients, baseline: Baseline) -> Any:
    found = reading(
        lambda: clients.dynamodb.get_resource_policy(ResourceArn=baseline.names.state_table_arn),
        frozenset({"PolicyNotFoundException"}),
    )
    return json.loads(found["Policy"]) if found else {}


def guard(side: Side) -> Guard:
    """The guard of the table."""

    def create(clients: Clients, baseline: Baseline) -> None:
        """An empty table: what it held decides nothing by itself."""
        names = (PARTITION_KEY, SORT_KEY)
        clients.dynamodb.create_table(
            TableName=STATE_TABLE,
            KeySchema=_KEYS,
            AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in names],
            BillingMode="PAY_PER_REQUEST",
            DeletionProtectionEnabled=True,
        )

    def write_policy(clients: Clients, baseline: Baseline, _: Drift) -> None:
        clients.dynamodb.put_resource_policy(
            ResourceArn=baseline.names.state_table_arn,
            Policy=json.dumps(side.table_policy(baseline)),
        )

    return Guard(
        name=NAME,
        documents=(
            Document(
                "table",
                _read,
                lambda _: {
                    "KeySchema": _KEYS,
                    "BillingMode": "PAY_PER_REQUEST",
                    "OnDemandThroughput": {},
                    "DeletionProtectionEnabled": True,
                },
                ("dynamodb:DescribeTable",),
                _write,
                ("dynamodb:CreateTable", "dynamodb:UpdateTable"),
                heals=frozenset({"BillingMode", "OnDemandThroughput", "DeletionProtectionEnabled"}),
            ),
            Document(
                "policy",
                _read_policy,
                side.table_policy,
                ("dynamodb:GetResourcePolicy",),
                write_policy,
                ("dynamodb:PutResourcePolicy",),
                canonical=canonical_policy,
                not_yet=_CHANGED_JUST_NOW,
            ),
            Document(
                "expiry",
                _read_expiry,
                lambda _: {"AttributeName": EXPIRY},
                ("dynamodb:DescribeTimeToLive",),
                _write_expiry,
                ("dynamodb:UpdateTimeToLive",),
                not_yet=_BUSY,
            ),
        ),
        resource=lambda baseline: baseline.names.state_table_arn,
        why="Compare the state table with what is deployed; make it again",
        gone=frozenset({"ResourceNotFoundException"}),
        create=create,
    )
