"""Guards a side's table: without it alerts come twice, and nothing is counted together.

Nobody but the functions may write into it, as no trail of management events records who does. A
replica in another region has a policy of its own, and what is written there arrives here. A key of
somebody else's takes the table away once it is disabled, and an index that takes little holds up
what is written (DynamoDB developer guide, "Global secondary indexes").
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift, canonical_policy
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


_KEY_IN_USE = frozenset({"ENABLING", "ENABLED", "UPDATING"})
_CHANGING = frozenset({"ResourceInUseException"})
# What the template has none of; replicas are for people, as they hold data of another region.
_ADDED = frozenset({"SSEDescription", "StreamSpecification", "GlobalSecondaryIndexes"})


def _limits(table: dict[str, Any]) -> dict[str, Any]:
    found = table.get("OnDemandThroughput") or {}
    return {key: value for key, value in found.items() if value not in (None, -1)}


def _added(table: dict[str, Any]) -> dict[str, Any]:
    """Of a key of somebody's, a stream, indexes and replicas those that there are."""
    key = table.get("SSEDescription") or {}
    stream = table.get("StreamSpecification") or {}
    found = {
        "SSEDescription": key.get("Status") in _KEY_IN_USE and key.get("KMSMasterKeyArn"),
        "StreamSpecification": stream.get("StreamEnabled") and stream.get("StreamViewType"),
        "GlobalSecondaryIndexes": [
            each["IndexName"] for each in table.get("GlobalSecondaryIndexes") or ()
        ],
        "Replicas": [each["RegionName"] for each in table.get("Replicas") or ()],
    }
    return {name: value for name, value in found.items() if value}


def _taken_off(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The changes of the table that have it again as the template has it."""
    if "SSEDescription" in found:
        yield {"SSESpecification": {"Enabled": False}}
    if "StreamSpecification" in found:
        yield {"StreamSpecification": {"StreamEnabled": False}}
    for name in found.get("GlobalSecondaryIndexes", ()):
        yield {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": name}}]}


def guard(side: Side) -> Guard:
    """The guard of one side's table."""
    table = side.table
    protection = {"DeletionProtectionEnabled": True} if table.protected else {}

    def create(clients: Clients, baseline: Baseline) -> None:
        """An empty table: what it held decides nothing by itself."""
        names = (PARTITION_KEY, SORT_KEY)
        clients.dynamodb.create_table(
            TableName=table.name,
            KeySchema=_KEYS,
            AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in names],
            BillingMode="PAY_PER_REQUEST",
            DeletionProtectionEnabled=table.protected,
        )

    def read(clients: Clients, _: Baseline) -> Any:
        found = clients.dynamodb.describe_table(TableName=table.name)["Table"]
        mode = (found.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED")
        return {
            "KeySchema": found["KeySchema"],
            "BillingMode": mode,
            # A limit on requests is as good as a table that is not there.
            "OnDemandThroughput": _limits(found),
            **_added(found),
            **{name: found.get(name, False) for name in protection},
        }

    def write(clients: Clients, baseline: Baseline, drift: Drift) -> None:
        """One change a call: the table is busy after each, and what was done is not asked again."""
        change: dict[str, Any] = {}
        if drift.touches("BillingMode"):
            change["BillingMode"] = "PAY_PER_REQUEST"
        elif drift.touches("OnDemandThroughput"):
            unlimited = {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1}
            change["OnDemandThroughput"] = unlimited
        change |= {name: value for name, value in protection.items() if drift.touches(name)}
        if change:
            clients.dynamodb.update_table(TableName=table.name, **change)
        found = read(clients, baseline)
        for each in _taken_off({key: found[key] for key in drift.fields if key in found}):
            clients.dynamodb.update_table(TableName=table.name, **each)

    def read_policy(clients: Clients, baseline: Baseline) -> Any:
        found = reading(
            lambda: clients.dynamodb.get_resource_policy(ResourceArn=table.arn(baseline.names)),
            frozenset({"PolicyNotFoundException"}),
        )
        return json.loads(found["Policy"]) if found else {}

    def write_policy(clients: Clients, baseline: Baseline, _: Drift) -> None:
        clients.dynamodb.put_resource_policy(
            ResourceArn=table.arn(baseline.names),
            Policy=json.dumps(side.table_policy(baseline)),
        )

    def read_expiry(clients: Clients, _: Baseline) -> Any:
        answer = clients.dynamodb.describe_time_to_live(TableName=table.name)
        found = answer["TimeToLiveDescription"]
        on = found["TimeToLiveStatus"] in {"ENABLED", "ENABLING"}
        return {"AttributeName": found.get("AttributeName") if on else None}

    def write_expiry(clients: Clients, *_: Any) -> None:
        clients.dynamodb.update_time_to_live(
            TableName=table.name,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": EXPIRY},
        )

    return Guard(
        name=NAME,
        documents=(
            Document(
                "table",
                read,
                lambda _: {
                    "KeySchema": _KEYS,
                    "BillingMode": "PAY_PER_REQUEST",
                    "OnDemandThroughput": {},
                    **protection,
                },
                ("dynamodb:DescribeTable",),
                write,
                ("dynamodb:CreateTable", "dynamodb:UpdateTable"),
                heals=frozenset(
                    {"BillingMode", "OnDemandThroughput", "DeletionProtectionEnabled", *_ADDED}
                ),
                not_yet=_CHANGING,
                # Replicas live by the stream.
                decided_by={"StreamSpecification": "Replicas"},
            ),
            Document(
                "policy",
                read_policy,
                side.table_policy,
                ("dynamodb:GetResourcePolicy",),
                write_policy,
                ("dynamodb:PutResourcePolicy",),
                canonical=canonical_policy,
                not_yet=_CHANGED_JUST_NOW,
            ),
            Document(
                "expiry",
                read_expiry,
                lambda _: {"AttributeName": EXPIRY},
                ("dynamodb:DescribeTimeToLive",),
                write_expiry,
                ("dynamodb:UpdateTimeToLive",),
                not_yet=_BUSY,
            ),
        ),
        resource=lambda baseline: table.arn(baseline.names),
        why="Compare the state table with what is deployed; make it again",
        gone=frozenset({"ResourceNotFoundException"}),
        create=create,
    )
