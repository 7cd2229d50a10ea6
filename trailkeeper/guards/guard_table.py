"""Guards the state table: without it alerts come twice, and nothing is counted together."""

from __future__ import annotations

from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift
from trailkeeper.evidence.names import STATE_TABLE
from trailkeeper.guards.guard import Clients, Document, Guard
from trailkeeper.state.table import EXPIRY, PARTITION_KEY, SORT_KEY

NAME = "guard-table"
_KEYS = [
    {"AttributeName": PARTITION_KEY, "KeyType": "HASH"},
    {"AttributeName": SORT_KEY, "KeyType": "RANGE"},
]
_BUSY = frozenset({"ResourceInUseException", "ResourceNotFoundException"})


def _read(clients: Clients, _: Baseline) -> Any:
    table = clients.dynamodb.describe_table(TableName=STATE_TABLE)["Table"]
    mode = (table.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED")
    return {
        "KeySchema": table["KeySchema"],
        "BillingMode": mode,
        # A limit on requests is as good as a table that is not there.
        "OnDemandThroughput": _limits(table),
    }


def _limits(table: dict[str, Any]) -> dict[str, Any]:
    found = table.get("OnDemandThroughput") or {}
    return {key: value for key, value in found.items() if value not in (None, -1)}


def _write(clients: Clients, _: Baseline, drift: Drift) -> None:
    if drift.touches("BillingMode"):
        clients.dynamodb.update_table(TableName=STATE_TABLE, BillingMode="PAY_PER_REQUEST")
    elif drift.touches("OnDemandThroughput"):
        clients.dynamodb.update_table(
            TableName=STATE_TABLE,
            OnDemandThroughput={"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1},
        )


def create(clients: Clients, _: Baseline) -> None:
    """An empty table: what it held decides nothing by itself."""
    names = (PARTITION_KEY, SORT_KEY)
    clients.dynamodb.create_table(
        TableName=STATE_TABLE,
        KeySchema=_KEYS,
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in names],
        BillingMode="PAY_PER_REQUEST",
    )


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


def guard() -> Guard:
    """The guard of the table."""
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
                },
                ("dynamodb:DescribeTable",),
                _write,
                ("dynamodb:CreateTable", "dynamodb:UpdateTable"),
                heals=frozenset({"BillingMode", "OnDemandThroughput"}),
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
