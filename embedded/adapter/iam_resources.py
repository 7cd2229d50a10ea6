"""The resource that a policy sees a call act on, where the emulator names another or none.

Source: the Service Authorization Reference, "Resource types defined by" each service. A call about
several resources needs the right to each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.services import athena, kms

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.iam_actions:extract_resource_arn"
    "(service, method, path, headers, body, query_params, region, account_id)",
    "ministack.core.iam_evaluator:enforce"
    "(access_key_id, iam_action, service, region, resource_arn, service_context)",
    "ministack.services.athena:_executions",
    "ministack.services.kms:_resolve_key(key_id_or_arn)",
)

Body = Mapping[str, Any]
# Called with the name of the call, what it was given, and what its ARNs begin with.
Resources = Callable[[str, Body, str, str], list[str]]

_others: ContextVar[tuple[str, ...]] = ContextVar("other_resources", default=())


def install() -> None:
    """Let policies see dashboards, alarms, rules, keys, aliases, groups and work groups."""
    extract, enforce = iam_actions.extract_resource_arn, iam_evaluator.enforce

    def extracted(  # noqa: PLR0917 - the emulator calls it so
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, Any],
        region: str,
        account_id: str,
    ) -> Any:
        find = _FOUND.get(service)
        given = _json(body) or {key: _first(value) for key, value in query_params.items()}
        call = headers.get("x-amz-target", "").rpartition(".")[2] or str(given.get("Action", ""))
        first, *others = (find(call, given, region, account_id) if find else []) or [
            extract(service, method, path, headers, body, query_params, region, account_id)
        ]
        _others.set(tuple(others))
        return first

    def enforced(  # noqa: PLR0917 - the emulator calls it so
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        others = _others.get()
        _others.set(())
        for arn in (resource_arn, *others):
            refused = enforce(access_key_id, iam_action, service, region, arn, service_context)
            if refused is not None:
                return refused
        return None

    iam_actions.extract_resource_arn = extracted
    iam_evaluator.enforce = enforced


def _cloudwatch(_: str, given: Body, region: str, account: str) -> list[str]:
    dashboards = [given["DashboardName"]] if "DashboardName" in given else []
    dashboards += given.get("DashboardNames", [])
    alarms = given.get("AlarmNames", []) if not dashboards else []
    return [
        *(f"arn:aws:cloudwatch::{account}:dashboard/{name}" for name in dashboards),
        *(f"arn:aws:cloudwatch:{region}:{account}:alarm:{name}" for name in alarms),
    ]


def _dynamodb(_: str, given: Body, region: str, account: str) -> list[str]:
    """The table whose policy is read or changed."""
    return [str(given["ResourceArn"])] if "ResourceArn" in given else []


def _events(_: str, given: Body, region: str, account: str) -> list[str]:
    """A rule of the default bus has no bus in its ARN."""
    name = given.get("Rule") or given.get("Name")
    if not name or "Entries" in given:
        return []
    bus = str(given.get("EventBusName") or "default").rpartition("/")[2]
    place = "" if bus == "default" else f"{bus}/"
    return [f"arn:aws:events:{region}:{account}:rule/{place}{name}"]


def _kms(call: str, given: Body, region: str, account: str) -> list[str]:
    """A key that is named by its alias; an alias that is made, moved or removed, and its key."""
    alias = given.get("AliasName")
    named = given.get("KeyId") or given.get("TargetKeyId") or alias
    record = kms._resolve_key(named) if isinstance(named, str) else None
    keys = [str(record["Arn"])] if record else []
    if call in {"CreateAlias", "DeleteAlias", "UpdateAlias"}:
        return [f"arn:aws:kms:{region}:{account}:{alias}", *keys]
    return keys


def _iam(call: str, given: Body, _: str, account: str) -> list[str]:
    """Who is put into a group or attached to by it is not what the right is about."""
    group = given.get("GroupName")
    return [f"arn:aws:iam::{account}:group/{group}"] if group and "Group" in call else []


def _athena(_: str, given: Body, region: str, account: str) -> list[str]:
    execution = athena._executions.get(given.get("QueryExecutionId", "")) or {}
    group = execution.get("WorkGroup")
    return [f"arn:aws:athena:{region}:{account}:workgroup/{group}"] if group else []


_FOUND: Mapping[str, Resources] = {
    "athena": _athena,
    "dynamodb": _dynamodb,
    "events": _events,
    "iam": _iam,
    "kms": _kms,
    "monitoring": _cloudwatch,
}


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value
