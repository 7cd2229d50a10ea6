"""Reads the policies of CloudWatch Logs that hold for many log groups of the account at once.

They act on a log group without being listed with it. People put them there for all their groups, so
no machine takes them away.
"""

from __future__ import annotations

import json
import re
from typing import Any

from trailkeeper.guards.guard import Clients, reading

# Those that copy, mask or rewrite events. A retention policy shows in DescribeLogGroups instead;
# index and metric policies take nothing away.
TYPES = ("SUBSCRIPTION_FILTER_POLICY", "DATA_PROTECTION_POLICY", "TRANSFORMER_POLICY")

# Not every partition has every type, or the call; what cannot be set cannot do harm.
_UNKNOWN = frozenset(
    {"UnknownOperationException", "UnsupportedOperationException", "InvalidParameterException"}
)
# Source: CloudWatch Logs API reference, PutAccountPolicy, selectionCriteria.
_ALL_BUT = re.compile(r"\s*LogGroupName\s+NOT\s+IN\s*(\[.*\])\s*", re.DOTALL)
_WITH_PREFIX = re.compile(r"\s*LogGroupNamePrefix\s+IN\s*(\[.*\])\s*", re.DOTALL)


def read(clients: Clients, group: str) -> dict[str, list[dict[str, Any]]]:
    """The policies that hold for a log group, by type: name and, if any, where events are sent."""
    return {
        kind: [_described(each) for each in _all(clients, kind) if _holds(each, group)]
        for kind in TYPES
    }


def _all(clients: Clients, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        answer = (
            reading(
                lambda: clients.logs.describe_account_policies(policyType=kind, **token),  # noqa: B023
                _UNKNOWN,
            )
            or {}
        )
        found += answer.get("accountPolicies", [])
        if not answer.get("nextToken"):
            return found
        token = {"nextToken": answer["nextToken"]}


def _described(policy: dict[str, Any]) -> dict[str, Any]:
    return {
        "policyName": policy.get("policyName"),
        "destinationArn": _document(policy).get("DestinationArn"),
    }


def _document(policy: dict[str, Any]) -> dict[str, Any]:
    try:
        document = json.loads(policy["policyDocument"])
    except (KeyError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _holds(policy: dict[str, Any], group: str) -> bool:
    """Whether a policy is for the group; one whose criteria nobody here knows is taken to be."""
    if "selectionCriteria" not in policy:
        return True
    criteria = policy["selectionCriteria"]
    if names := _listed(_ALL_BUT, criteria):
        return group not in names
    if prefixes := _listed(_WITH_PREFIX, criteria):
        return group.startswith(prefixes)
    return True


def _listed(pattern: re.Pattern[str], criteria: str) -> tuple[str, ...]:
    found = pattern.fullmatch(criteria)
    try:
        listed = json.loads(found[1]) if found else []
    except ValueError:
        listed = []
    return tuple(each for each in listed if isinstance(each, str))
