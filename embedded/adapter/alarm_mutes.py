"""Alarm mute rules of CloudWatch, which the emulator does not have: kept, shown, and in force.

A muted alarm changes its state and calls no action; one that is in ALARM when it is muted no more
calls them then (CloudWatch API reference, PutAlarmMuteRule and DeleteAlarmMuteRule). Only windows
that come once, `at(...)`, can be judged here.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import cloudwatch

from embedded.adapter import gateway

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.responses:AccountRegionScopedDict",
    "ministack.services.cloudwatch:_error(code, message, status, use_json, use_cbor)",
    "ministack.services.cloudwatch:_json_ok(data)",
    "ministack.services.cloudwatch:handle_request(method, path, headers, body, query_params)",
)

MOST_ALARMS = 100
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=15)
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d)\)")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_PAGE = 50

Data = Mapping[str, Any]

_rules = AccountRegionScopedDict()
_kept_back = AccountRegionScopedDict()


class _RefusedError(Exception):
    """When AWS would refuse a call: the code of its error and what it tells."""

    def __init__(self, message: str, code: str = "ValidationError", status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def install() -> None:
    """Answer the calls of mute rules beside those that the emulator answers."""
    plain = cloudwatch.handle_request

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query_params: Any
    ) -> Any:
        action = _ACTIONS.get(headers.get("x-amz-target", "").rpartition(".")[2])
        if action is None:
            return await plain(method, path, headers, body, query_params)
        try:
            return cloudwatch._json_ok(action(json.loads(body or b"{}")))
        except _RefusedError as error:
            return cloudwatch._error(error.code, str(error), error.status, use_json=True)

    cloudwatch.handle_request = handle_request


def mutes(alarm: str, now: float) -> bool:
    """Whether a rule of the account and region in scope keeps an alarm quiet at a time (epoch)."""
    return any(
        alarm in rule["MuteTargets"]["AlarmNames"] and _status(rule, now) == "ACTIVE"
        for rule in _rules.values()
    )


def keep_back(alarm: str, change: Any) -> None:
    """Keep the change of state of a muted alarm until it is muted no more."""
    _kept_back[alarm] = change


def released(alarm: str, now: float) -> Any:
    """What was kept back for an alarm that is muted no more, once; None if there is nothing."""
    if alarm not in _kept_back or mutes(alarm, now):
        return None
    return _kept_back.pop(alarm)


def _put(given: Data) -> Data:
    name, schedule = given.get("Name"), given.get("Rule", {}).get("Schedule", {})
    alarms = given.get("MuteTargets", {}).get("AlarmNames", [])
    if not name:
        raise _RefusedError("Name must not be empty")
    if len(alarms) > MOST_ALARMS:
        raise _RefusedError(f"A mute rule targets at most {MOST_ALARMS} alarms")
    _window(schedule)
    kept = ("Description", "Rule", "StartDate", "ExpireDate")
    _rules[name] = {
        "Name": name,
        "AlarmMuteRuleArn": _arn(name),
        **{key: given[key] for key in kept if given.get(key) is not None},
        "MuteTargets": {"AlarmNames": list(alarms)},
        "MuteType": "ONE_TIME",
        "LastUpdatedTimestamp": time.time(),
    }
    return {}


def _get(given: Data) -> Data:
    name = given.get("AlarmMuteRuleName")
    rule = _rules.get(name)
    if rule is None:
        raise _RefusedError(
            f"The alarm mute rule {name} does not exist", "ResourceNotFoundException", 404
        )
    return {**rule, "Status": _status(rule, time.time())}


def _list(given: Data) -> Data:
    now, alarm, wanted = time.time(), given.get("AlarmName"), given.get("Statuses")
    shown = ("AlarmMuteRuleArn", "ExpireDate", "MuteType", "LastUpdatedTimestamp")
    found = [
        {**{key: rule[key] for key in shown if key in rule}, "Status": _status(rule, now)}
        for rule in _rules.values()
        if alarm is None or alarm in rule["MuteTargets"]["AlarmNames"]
    ]
    matching = [each for each in found if not wanted or each["Status"] in wanted]
    first, most = int(given.get("NextToken") or 0), given.get("MaxRecords") or _PAGE
    answer: dict[str, Any] = {"AlarmMuteRuleSummaries": matching[first : first + most]}
    if len(matching) > first + most:
        answer["NextToken"] = str(first + most)
    return answer


def _delete(given: Data) -> Data:
    _rules.pop(given.get("AlarmMuteRuleName"), None)
    return {}


_ACTIONS: Mapping[str, Callable[[Data], Data]] = {
    "PutAlarmMuteRule": _put,
    "GetAlarmMuteRule": _get,
    "ListAlarmMuteRules": _list,
    "DeleteAlarmMuteRule": _delete,
}


def _arn(name: str) -> str:
    return f"arn:aws:cloudwatch:{gateway.region()}:{gateway.account()}:alarm-mute-rule:{name}"


def _status(rule: Data, now: float) -> str:
    begins, ends = _window(rule["Rule"]["Schedule"])
    begins = max(begins, rule.get("StartDate") or begins)
    ends = min(ends, rule.get("ExpireDate") or ends)
    if now >= ends:
        return "EXPIRED"
    return "ACTIVE" if now >= begins else "SCHEDULED"


def _window(schedule: Data) -> tuple[float, float]:
    """When a rule begins to mute and when it ends, in seconds since 1970."""
    expression = schedule.get("Expression", "")
    if expression.startswith("cron("):
        raise _RefusedError("mute rules that recur are not available in the embedded account")
    at, lasts = _AT.fullmatch(expression), _DURATION.fullmatch(schedule.get("Duration", ""))
    if at is None:
        raise _RefusedError(f"The schedule expression {expression} is not valid")
    days, hours, minutes = (int(each or 0) for each in (lasts.groups() if lasts else (0, 0, 0)))
    duration = timedelta(days=days, hours=hours, minutes=minutes)
    if not _SHORTEST <= duration <= _LONGEST:
        raise _RefusedError("Duration must be between PT1M and P15D")
    zone = ZoneInfo(schedule.get("Timezone") or "UTC")
    begins = datetime.fromisoformat(at[1]).replace(tzinfo=zone).timestamp()
    return begins, begins + duration.total_seconds()
