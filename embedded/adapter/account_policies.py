"""CloudWatch Logs policies of a whole account, which the emulator lacks.

A retention policy decides over every group's own retention: setting that succeeds and changes
nothing, and DescribeLogGroups shows the policy's (CloudWatch Logs API reference, PutRetentionPolicy
and LogGroup). Filters of the account are not among DescribeSubscriptionFilters. Policies are kept
and shown; no event is masked, copied or rewritten by them.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any

from embedded.adapter.log_actions import Response, done, refused, show, take

Policy = dict[str, Any]

_TYPES = (
    "DATA_PROTECTION_POLICY",
    "SUBSCRIPTION_FILTER_POLICY",
    "FIELD_INDEX_POLICY",
    "TRANSFORMER_POLICY",
    "METRIC_EXTRACTION_POLICY",
    "RETENTION_POLICY",
)
_RETENTION = "RETENTION_POLICY"
_ONE_ONLY = frozenset({"DATA_PROTECTION_POLICY", "SUBSCRIPTION_FILTER_POLICY"})
_SELECTING = frozenset(_TYPES) - {"DATA_PROTECTION_POLICY", "METRIC_EXTRACTION_POLICY"}
# Source: CloudWatch Logs API reference, PutAccountPolicy.
_DAYS = frozenset(
    {30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)
_FOR_EVER = "NEVER_EXPIRE"
_PREFIXES = re.compile(r"LogGroupNamePrefix\s+IN\s*(\[.*\])", re.DOTALL)

_policies: dict[tuple[str, str], Policy] = {}


def install() -> None:
    """Take the actions, and let a retention policy decide over every group's own."""
    take(
        {
            "PutAccountPolicy": _put,
            "DescribeAccountPolicies": _describe,
            "DeleteAccountPolicy": _delete,
        }
    )
    show(_overrule)


def _put(data: dict[str, Any]) -> Response:
    kind, name = data.get("policyType", ""), data.get("policyName", "")
    document = data.get("policyDocument", "")
    if kind not in _TYPES:
        return refused("InvalidParameterException", f"{kind!r} is no policy type.")
    if not name or not isinstance(_parsed(document), dict | list):
        return refused("InvalidParameterException", "A policy has a name and a JSON document.")
    if kind == _RETENTION and not _is_retention(_parsed(document)):
        return refused("InvalidParameterException", "The retention policy is not valid.")
    if data.get("selectionCriteria") and kind not in _SELECTING:
        return refused("InvalidParameterException", f"A {kind} takes no selectionCriteria.")
    if kind in _ONE_ONLY and any(key[0] == kind and key[1] != name for key in _policies):
        return refused("LimitExceededException", f"The account has a {kind} already.")
    _policies[kind, name] = {
        "policyName": name,
        "policyDocument": document,
        "policyType": kind,
        "scope": data.get("scope", "ALL"),
        "lastUpdatedTime": int(time.time() * 1000),
        **{field: data[field] for field in ("selectionCriteria",) if data.get(field)},
    }
    return done({"accountPolicy": _policies[kind, name]})


def _describe(data: dict[str, Any]) -> Response:
    kind = data.get("policyType", "")
    if kind not in _TYPES:
        return refused("InvalidParameterException", f"{kind!r} is no policy type.")
    wanted = data.get("policyName")
    found = [
        each
        for key, each in _policies.items()
        if key[0] == kind and (wanted is None or key[1] == wanted)
    ]
    return done({"accountPolicies": found})


def _delete(data: dict[str, Any]) -> Response:
    key = data.get("policyType", ""), data.get("policyName", "")
    if _policies.pop(key, None) is None:
        return refused("ResourceNotFoundException", "The specified policy does not exist.")
    return done({})


def _is_retention(document: Any) -> bool:
    if not isinstance(document, dict):
        return False
    days = document.get("retentionInDays")
    valid = days == _FOR_EVER or (isinstance(days, int) and days in _DAYS)
    return valid and document.get("enforcementMode") in {"NEW_ONLY", "RETROACTIVE"}


def _decides(policy: Policy, created: int, group: str) -> bool:
    """Whether a retention policy is for a group: by its name, and by which of the two is older."""
    prefixes = _PREFIXES.fullmatch(policy.get("selectionCriteria", "").strip())
    if prefixes and not group.startswith(tuple(json.loads(prefixes[1]))):
        return False
    retroactive = _parsed(policy["policyDocument"])["enforcementMode"] == "RETROACTIVE"
    return retroactive or bool(created >= policy["lastUpdatedTime"])


def _overrule(shown: dict[str, Any], kept: dict[str, Any]) -> None:
    for (kind, name), policy in _policies.items():
        if kind != _RETENTION or not _decides(policy, kept["creationTime"], shown["logGroupName"]):
            continue
        days = _parsed(policy["policyDocument"])["retentionInDays"]
        shown.pop("retentionInDays", None)
        if days != _FOR_EVER:
            shown["retentionInDays"] = days
        shown["retentionPolicyName"] = name


def _parsed(document: str) -> Any:
    try:
        return json.loads(document)
    except ValueError:
        return None
