"""The state table in memory: the four calls of DynamoDB that the functions make."""

from __future__ import annotations

from typing import Any

from trailkeeper.state.table import PARTITION_KEY, SORT_KEY

Item = dict[str, Any]


class DynamoDb:
    """The items of one table by their key."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Item] = {}

    def put_item(self, *, TableName: str, Item: Item, **_: Any) -> None:
        self.items[_key(Item)] = Item

    def get_item(self, *, TableName: str, Key: Item, **_: Any) -> Any:
        found = self.items.get(_key(Key))
        return {"Item": found} if found else {}

    def delete_item(self, *, TableName: str, Key: Item, **_: Any) -> None:
        self.items.pop(_key(Key), None)

    def query(
        self,
        *,
        TableName: str,
        KeyConditionExpression: str,
        ExpressionAttributeValues: Item,
        ScanIndexForward: bool = True,
        Limit: int = 1000,
        **_: Any,
    ) -> Any:
        values = {name: value["S"] for name, value in ExpressionAttributeValues.items()}
        first, last = values.get(":since", ""), values.get(":until", "\U0010ffff")
        after = values.get(":after", "")
        if KeyConditionExpression not in (
            "#id = :id",
            "#id = :id AND #at > :after",
            "#id = :id AND #at >= :since",
            "#id = :id AND #at BETWEEN :since AND :until",
        ):
            raise AssertionError(f"the table in memory knows no {KeyConditionExpression!r}")
        found = sorted(
            (key, item)
            for key, item in self.items.items()
            if key[0] == values[":id"] and first <= key[1] <= last and after < key[1]
        )
        ordered = [item for _, item in (found if ScanIndexForward else reversed(found))]
        return {"Items": ordered[:Limit]}


def _key(item: Item) -> tuple[str, str]:
    return item[PARTITION_KEY]["S"], item[SORT_KEY]["S"]
