"""The condition key `dynamodb:LeadingKeys`, which the emulator leaves out of what policies see.

Source: DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control":
the values of the partition key that a request is about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ministack.core import iam_actions
from ministack.services import dynamodb

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.iam_actions:dynamodb_service_context(body)",
    "ministack.services.dynamodb:_tables",
)

_EQUALS = re.compile(r"(#?\w+)\s*=\s*(:\w+)")


def install() -> None:
    """Let conditions see which partitions a request is about."""
    context = iam_actions.dynamodb_service_context

    def with_keys(body: bytes) -> Any:
        keys = list(_leading_keys(body))
        return {**context(body), **({"dynamodb:LeadingKeys": keys} if keys else {})}

    iam_actions.dynamodb_service_context = with_keys


def _leading_keys(body: bytes) -> Iterator[str]:
    try:
        given = json.loads(body or b"{}")
    except ValueError:
        return
    if not isinstance(given, Mapping):
        return
    for table, request in _requests(given):
        name = _partition_key(table)
        value = _asked(given, name) if request is None else request.get(name)
        if isinstance(value, Mapping):
            yield from (str(each) for each in value.values())


def _requests(given: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    """Each table with an item or a key of it; with None for the condition of a query."""
    for table, asked in (given.get("RequestItems") or {}).items():
        keys = asked.get("Keys", []) if isinstance(asked, Mapping) else asked
        for each in keys:
            put, delete = each.get("PutRequest") or {}, each.get("DeleteRequest") or {}
            yield table, put.get("Item") or delete.get("Key") or each
    if "TableName" in given:
        yield str(given["TableName"]), given.get("Item") or given.get("Key")


def _asked(given: Mapping[str, Any], name: str) -> Any:
    """The value of a partition key that a query names."""
    names = given.get("ExpressionAttributeNames") or {}
    for left, right in _EQUALS.findall(str(given.get("KeyConditionExpression") or "")):
        if names.get(left, left) == name:
            return (given.get("ExpressionAttributeValues") or {}).get(right)
    return None


def _partition_key(table: str) -> str:
    described = dynamodb._tables.get(table.rpartition("/")[2]) or {}
    keys = described.get("KeySchema") or []
    return next((each["AttributeName"] for each in keys if each["KeyType"] == "HASH"), "")
