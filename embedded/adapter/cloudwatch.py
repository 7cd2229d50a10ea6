"""CloudWatch: metric points in and out, alarms as stored, and who is told of their states."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ministack.services import cloudwatch
from ministack.services.cloudformation import provisioners

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.cloudformation.provisioners:_cw_metric_alarm_record(name, props)",
    "ministack.services.cloudwatch:_alarms",
    "ministack.services.cloudwatch:_calc_stats(points)",
    "ministack.services.cloudwatch:_dims_from_list(dimensions)",
    "ministack.services.cloudwatch:_dims_key(dims)",
    "ministack.services.cloudwatch:_dispatch_alarm_actions(alarm, old_state, new_state, reason)",
    "ministack.services.cloudwatch:_error(code, message, status, use_json, use_cbor)",
    "ministack.services.cloudwatch:_evaluate_alarm(alarm)",
    "ministack.services.cloudwatch:_evaluate_parent_alarms(child, seen)",
    "ministack.services.cloudwatch:_history_entries()",
    "ministack.services.cloudwatch:_is_percentile_stat(stat_name)",
    "ministack.services.cloudwatch:_metric_bucket(key)",
    "ministack.services.cloudwatch:_metrics",
    "ministack.services.cloudwatch:_p(params, key, default)",
    "ministack.services.cloudwatch:_put_metric_alarm(params, cbor_data, is_cbor, is_json)",
    "ministack.services.cloudwatch:_record_history"
    "(alarm_name, old_state, new_state, reason, alarm_type, reason_data)",
    "ministack.services.cloudwatch:_set_alarm_state(params, cbor_data, is_cbor, is_json)",
    "ministack.services.cloudwatch:_stat_value(stats, stat_name, points)",
)

STATES = ("INSUFFICIENT_DATA", "ALARM", "OK")

Alarm = dict[str, Any]
Transition = Callable[[Alarm, str, str, str], None]
"""Told of an alarm, its old state, its new state and the reason, in the alarm's own scope."""

_STATISTICS = frozenset({"SampleCount", "Average", "Sum", "Minimum", "Maximum"})
_TIMES = (
    "AlarmConfigurationUpdatedTimestamp",
    "StateTransitionedTimestamp",
    "StateUpdatedTimestamp",
)
_NO_MATH = "metric math and anomaly detection are not available in the embedded account"


def install(on_transition: Transition) -> None:
    """Keep what alarms declare, leave evaluation to a clock, and report every change of state."""
    cloudwatch._evaluate_alarm = lambda alarm: None
    cloudwatch._dims_from_list = _exactly(cloudwatch._dims_from_list)
    cloudwatch._dispatch_alarm_actions = on_transition
    cloudwatch._put_metric_alarm = _kept_whole(cloudwatch._put_metric_alarm)
    cloudwatch._set_alarm_state = _only_known_states(cloudwatch._set_alarm_state)
    provisioners._cw_metric_alarm_record = _of_a_template(provisioners._cw_metric_alarm_record)


def put_metric(
    namespace: str,
    name: str,
    dimensions: Mapping[str, str],
    value: float,
    *,
    unit: str = "Count",
    at: float | None = None,
) -> None:
    """Store one point in the account and region in scope; `at` is in seconds since 1970."""
    known = dict(dimensions)
    point: dict[str, Any] = {
        "Timestamp": time.time() if at is None else at,
        "Value": float(value),
        "Unit": unit,
        "Dimensions": known,
    }
    key = (namespace, name, cloudwatch._dims_key(known))
    cloudwatch._metric_bucket(key).append(point)


def points(
    namespace: str, name: str, dimensions: Mapping[str, str], *, since: float, unit: str | None
) -> list[dict[str, Any]]:
    """The stored points of exactly one metric from a time (seconds since 1970) on."""
    stored = cloudwatch._metrics.get((namespace, name, cloudwatch._dims_key(dict(dimensions))))
    return [
        point
        for point in stored or ()
        if point["Timestamp"] >= since and unit in {None, point.get("Unit")}
    ]


def knows_statistic(statistic: str) -> bool:
    """Whether statistic_of can answer for this statistic."""
    return statistic in _STATISTICS or bool(cloudwatch._is_percentile_stat(statistic))


def statistic_of(found: list[dict[str, Any]], statistic: str) -> float | None:
    """A statistic or percentile of points; None without points."""
    if not found:
        return None
    stats = cloudwatch._calc_stats(found)
    value = cloudwatch._stat_value(stats, statistic, found)
    return None if value is None else float(value)


def alarms() -> Iterator[tuple[str, str, Alarm]]:
    """Every metric alarm with its account and region."""
    for (account, region, _), alarm in cloudwatch._alarms.all_items():
        yield account, region, alarm


def shift(seconds: float) -> None:
    """Let every point have been measured, and every alarm have changed, later by that time."""
    for points_of_metric in list(cloudwatch._metrics._data.values()):
        for point in points_of_metric:
            point["Timestamp"] += seconds
    for _, _, alarm in alarms():
        for name in _TIMES:
            if name in alarm:
                alarm[name] = int(alarm[name] + seconds)


def change_state(alarm: Alarm, state: str, reason: str) -> None:
    """Move an alarm of the scope to a state; the transition is recorded and reported."""
    before = alarm["StateValue"]
    alarm["StateReason"] = reason
    if before == state:
        return
    alarm["StateValue"] = state
    alarm["StateUpdatedTimestamp"] = alarm["StateTransitionedTimestamp"] = int(time.time())
    cloudwatch._record_history(alarm["AlarmName"], before, state, reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def record_action(alarm: Alarm, action: str, problem: str) -> None:
    """Note in the alarm's history whether an action was executed; problem is "" when it was."""
    outcome = "Failed to execute" if problem else "Successfully executed"
    cloudwatch._history_entries().append(
        {
            "AlarmName": alarm["AlarmName"],
            "AlarmType": "MetricAlarm",
            "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "HistoryItemType": "Action",
            "HistorySummary": f"{outcome} action {action}",
            "HistoryData": json.dumps(
                {"actionState": outcome.split(maxsplit=1)[0], "error": problem or None}
            ),
        }
    )


class _Dimensions(dict[str, str]):
    """True even when empty: a metric without dimensions is one of its own, not all of its name."""

    def __bool__(self) -> bool:
        return True


def _exactly(read: Callable[..., dict[str, str]]) -> Callable[..., dict[str, str]]:
    return lambda dimensions: _Dimensions(read(dimensions))


def _kept_whole(put: Callable[..., Any]) -> Callable[..., Any]:
    def put_metric_alarm(
        params: dict[str, Any], data: dict[str, Any], is_cbor: bool, is_json: bool = False
    ) -> Any:
        given = data if is_cbor or is_json else {}
        refusal = _alarm_problem(given) if given else ""
        if refusal:
            return cloudwatch._error("ValidationError", refusal, 400, is_json, is_cbor)
        answer = put(params, data, is_cbor, is_json)
        if answer[0] < 400:
            name = given.get("AlarmName") or cloudwatch._p(params, "AlarmName")
            _complete(cloudwatch._alarms[name], params)
        return answer

    return put_metric_alarm


def _complete(alarm: Alarm, params: Mapping[str, Any]) -> None:
    alarm.setdefault("StateTransitionedTimestamp", alarm["StateUpdatedTimestamp"])
    if alarm.get("ExtendedStatistic"):
        alarm.pop("Statistic")
    number = 1
    while action := cloudwatch._p(params, f"InsufficientDataActions.member.{number}"):
        alarm["InsufficientDataActions"].append(action)
        number += 1
    for name in [name for name, value in alarm.items() if value is None]:
        del alarm[name]


def _alarm_problem(data: Mapping[str, Any]) -> str:
    if data.get("Metrics"):
        return _NO_MATH
    if not (data.get("MetricName") and data.get("Namespace")):
        return "Exactly one of MetricName (with Namespace) and Metrics must be given"
    periods = data.get("EvaluationPeriods", 0)
    if data.get("DatapointsToAlarm") and data["DatapointsToAlarm"] > periods:
        return "DatapointsToAlarm must be less than or equal to EvaluationPeriods"
    if data.get("TreatMissingData", "missing") not in {
        "missing",
        "ignore",
        "breaching",
        "notBreaching",
    }:
        return f"TreatMissingData {data['TreatMissingData']} is not a valid value"
    return ""


def _only_known_states(set_state: Callable[..., Any]) -> Callable[..., Any]:
    def set_alarm_state(
        params: dict[str, Any], data: dict[str, Any], is_cbor: bool, is_json: bool = False
    ) -> Any:
        state = (data or {}).get("StateValue") or cloudwatch._p(params, "StateValue")
        if state not in STATES:
            problem = (
                f"Value '{state}' at 'stateValue' failed to satisfy constraint: "
                f"Member must satisfy enum value set: [{', '.join(STATES)}]"
            )
            return cloudwatch._error("ValidationError", problem, 400, is_json, is_cbor)
        return set_state(params, data, is_cbor, is_json)

    return set_alarm_state


def _of_a_template(record: Callable[..., Alarm]) -> Callable[..., Alarm]:
    def alarm_record(name: str, props: dict[str, Any]) -> Alarm:
        if props.get("ThresholdMetricId") or props.get("Metrics"):
            raise ValueError(f"AWS::CloudWatch::Alarm {name}: {_NO_MATH}")
        alarm = record(name, props)
        _complete(alarm, {})
        return alarm

    return alarm_record
