"""DynamoDB in memory, with what protects tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.chaos.account import refused
from tests.chaos.guard_services import MISSING
from tests.chaos.table import DynamoDb
from trailkeeper.evidence.names import STATE_TABLE, WATCHER_TABLE


class StateTable(DynamoDb):
    """The state table, which may be gone, limited, closed to us, copied, or forget nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.table: dict[str, Any] | None = None
        self.expiry: str | None = None
        self.policy: str | None = None

    def create_table(self, *, TableName: str, **given: Any) -> None:
        if self.table is not None:
            raise refused("ResourceInUseException", "CreateTable")
        self.table, self.expiry, self.policy = given, None, None

    def delete_table(self, *, TableName: str) -> None:
        if self._there("DeleteTable")["DeletionProtectionEnabled"]:
            raise refused("ValidationException", "DeleteTable")
        self.table = self.expiry = self.policy = None
        self.items.clear()

    def describe_table(self, *, TableName: str) -> Any:
        table = self._there("DescribeTable")
        return {"Table": {**table, "BillingModeSummary": {"BillingMode": table["BillingMode"]}}}

    def update_table(self, *, TableName: str, **given: Any) -> None:
        """DynamoDB answers other names than it takes (DynamoDB API reference, DescribeTable)."""
        table = self._there("UpdateTable")
        key = given.pop("SSESpecification", None)
        if key:
            of_somebody = {"Status": "ENABLED", "KMSMasterKeyArn": key.get("KMSMasterKeyId")}
            table["SSEDescription"] = of_somebody if key["Enabled"] else None
        for change in given.pop("GlobalSecondaryIndexUpdates", ()):
            ((kind, index),) = change.items()
            named = {"IndexName": index["IndexName"]}
            rest = [each for each in table.get("GlobalSecondaryIndexes", ()) if each != named]
            table["GlobalSecondaryIndexes"] = [*rest, *([named] if kind == "Create" else [])]
        if given.get("StreamSpecification") == {"StreamEnabled": False}:
            given["StreamSpecification"] = None
        given.pop("AttributeDefinitions", None)
        table.update(given)

    def describe_time_to_live(self, *, TableName: str) -> Any:
        self._there("DescribeTimeToLive")
        on = {"TimeToLiveStatus": "ENABLED", "AttributeName": self.expiry}
        return {"TimeToLiveDescription": on if self.expiry else {"TimeToLiveStatus": "DISABLED"}}

    def update_time_to_live(
        self, *, TableName: str, TimeToLiveSpecification: Mapping[str, Any]
    ) -> None:
        self._there("UpdateTimeToLive")
        on = TimeToLiveSpecification["Enabled"]
        self.expiry = TimeToLiveSpecification["AttributeName"] if on else None

    def put_resource_policy(self, *, ResourceArn: str, Policy: str) -> None:
        self._there("PutResourcePolicy")
        self.policy = Policy

    def get_resource_policy(self, *, ResourceArn: str) -> Any:
        self._there("GetResourcePolicy")
        if self.policy is None:
            raise refused("PolicyNotFoundException", "GetResourcePolicy")
        return {"Policy": self.policy}

    def kept(self) -> dict[str, Any] | None:
        """What is set; a limit of -1 is none (DynamoDB API reference, UpdateTable)."""
        if self.table is None:
            return None
        limits = self.table.get("OnDemandThroughput") or {}
        limited = {name: each for name, each in limits.items() if each != -1}
        settings = {**self.table, "OnDemandThroughput": limited}
        return {name: each for name, each in settings.items() if each}

    def _there(self, operation: str) -> dict[str, Any]:
        if self.table is None:
            raise refused(MISSING, operation)
        return self.table

    def put_item(self, *, TableName: str = STATE_TABLE, **given: Any) -> None:
        self._there("PutItem")
        super().put_item(TableName=TableName, **given)

    def get_item(self, *, TableName: str = STATE_TABLE, **given: Any) -> Any:
        self._there("GetItem")
        return super().get_item(TableName=TableName, **given)

    def delete_item(self, *, TableName: str = STATE_TABLE, **given: Any) -> None:
        self._there("DeleteItem")
        super().delete_item(TableName=TableName, **given)

    def query(self, *, TableName: str = STATE_TABLE, **given: Any) -> Any:
        self._there("Query")
        return super().query(TableName=TableName, **given)


class Tables:
    """The state tables of both halves, by their names."""

    def __init__(self) -> None:
        self.tables = {name: StateTable() for name in (STATE_TABLE, WATCHER_TABLE)}

    def __getattr__(self, operation: str) -> Any:
        def call(**given: Any) -> Any:
            name = given.get("TableName") or given["ResourceArn"].rpartition("/")[2]
            return getattr(self.tables[name], operation)(**given)

        return call
