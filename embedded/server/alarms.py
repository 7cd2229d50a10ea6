"""The alarm clock: evaluates every metric alarm about once a second, and calls their actions.

CloudWatch looks about once a minute at periods that end on whole minutes. Here a period ends when
the clock looks, so that an alarm comes as soon as its data is there. For tests `speed` shortens
every alarm's period by that factor: with 60, an alarm over five minutes looks at five seconds. An
alarm that is new and has no data at all gets CloudWatch's minute, shortened likewise.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from embedded.adapter import cloudwatch, eventbridge, gateway, lambda_, sns_publishing
from embedded.adapter.cloudwatch import Alarm
from embedded.adapter.lambda_ import Function
from embedded.server import alarm_rules, metric_math
from embedded.server.alarm_notice import DETAIL_TYPE, StateChange
from embedded.server.alarm_rules import AlarmRule, Verdict

SERVICE = "cloudwatch.amazonaws.com"
LAMBDA_SERVICE = "lambda.alarms.cloudwatch.amazonaws.com"
INTERVAL_SECONDS = 1.0
FIRST_LOOK_SECONDS = 60.0

_ACTIONS = {
    "ALARM": "AlarmActions",
    "OK": "OKActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}
_log = logging.getLogger("embedded.alarms")

Invoke = Callable[[Function, Any], None]


class AlarmClock:
    """A context manager: inside it alarms are evaluated, and every change of state calls actions.

    `invoke` starts a Lambda function without waiting; `before_looking` is called ahead of every
    round, to measure what the alarms look at.
    """

    def __init__(
        self,
        *,
        invoke: Invoke,
        speed: float = 1.0,
        before_looking: Iterable[Callable[[], None]] = (),
    ) -> None:
        if speed < 1:
            raise ValueError(f"the alarm speed is {speed}, it must be 1 or more")
        self._speed = speed
        self._before_looking = tuple(before_looking)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="alarm-clock", daemon=True)
        cloudwatch.install(Actions(invoke).announce)

    def __enter__(self) -> AlarmClock:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def look(self) -> None:
        """Evaluate every alarm once."""
        for measure in self._before_looking:
            measure()
        for account, region, alarm in cloudwatch.alarms():
            with gateway.scope(account, region):
                verdict = judge(alarm, now=time.time(), speed=self._speed)
                if verdict.state is not None:
                    cloudwatch.change_state(alarm, verdict.state, verdict.reason)

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL_SECONDS):
            try:
                self.look()
            except Exception:  # one bad round must not end the clock; the next one may be good
                _log.exception("a round of the alarm clock failed")


def judge(alarm: Alarm, *, now: float, speed: float) -> Verdict:
    """The state an alarm of the scope should have at a time, in seconds since 1970."""
    problem = _unsupported(alarm)
    if problem:
        return Verdict("INSUFFICIENT_DATA", f"Not evaluated in the embedded account: {problem}")
    rule = AlarmRule(
        comparison=alarm["ComparisonOperator"],
        threshold=float(alarm["Threshold"]),
        evaluation_periods=int(alarm["EvaluationPeriods"]),
        datapoints_to_alarm=int(alarm.get("DatapointsToAlarm") or alarm["EvaluationPeriods"]),
        missing_data=alarm.get("TreatMissingData") or "missing",
    )
    queries = _queries(alarm)
    length = max(query.period for query in queries.values() if query.period) / speed
    ages = range(rule.evaluation_periods + alarm_rules.EXTRA_PERIODS)
    try:
        datapoints = [_datapoint(queries, now - age * length, length) for age in ages]
    except metric_math.UnsupportedExpressionError as error:
        return Verdict(
            "INSUFFICIENT_DATA", f"Not evaluated in the embedded account: expression {error}"
        )
    age = now - float(alarm.get("AlarmConfigurationUpdatedTimestamp", 0))
    if age < FIRST_LOOK_SECONDS / speed and all(each is None for each in datapoints):
        return Verdict(None, "")
    return alarm_rules.evaluate(rule, datapoints)


class Actions:
    """Calls what an alarm asks for when it enters a state: SNS topics, functions, and the event."""

    def __init__(self, invoke: Invoke) -> None:
        self._invoke = invoke

    def announce(self, alarm: Alarm, before: str, after: str, reason: str) -> None:
        """To be called in the alarm's scope."""
        change = StateChange(
            alarm=dict(alarm),
            account=gateway.account(),
            region=gateway.region(),
            before=before,
            after=after,
            reason=reason,
            at=datetime.now(UTC),
        )
        eventbridge.put_event(
            source="aws.cloudwatch",
            detail_type=DETAIL_TYPE,
            detail=change.event(),
            resources=(alarm["AlarmArn"],),
        )
        if not alarm.get("ActionsEnabled", True):
            return
        for action in alarm.get(_ACTIONS[after]) or ():
            problem = self._call(action, change)
            cloudwatch.record_action(alarm, action, problem)
            if problem:
                _log.warning("alarm %s: %s", alarm["AlarmName"], problem)

    def _call(self, action: str, change: StateChange) -> str:
        service = action.split(":")[2] if action.count(":") >= 5 else ""
        if service == "sns":
            return sns_publishing.publish_as_service(
                action,
                change.subject(),
                change.notification(),
                service=SERVICE,
                source_arn=change.alarm["AlarmArn"],
                message_structure="json",
            )
        if service != "lambda":
            return f"The embedded account does not execute the action {action}"
        function = lambda_.find(action)
        if function is None:
            return f"Function does not exist: {action}"
        if not gateway.resource_policy_allows(
            function.policy,
            service=LAMBDA_SERVICE,
            action="lambda:InvokeFunction",
            resource=function.arn,
            source_arn=change.alarm["AlarmArn"],
        ):
            return f"The policy of {action} does not let {LAMBDA_SERVICE} invoke it"
        self._invoke(function, change.action_input())
        return ""


@dataclass(frozen=True, kw_only=True)
class _Query:
    """One metric, or one expression over others; period in seconds, 0 for an expression."""

    expression: str = ""
    metric: Mapping[str, Any] | None = None
    statistic: str = ""
    unit: str | None = None
    period: int = 0
    is_result: bool = True


def _queries(alarm: Alarm) -> dict[str, _Query]:
    if not alarm.get("Metrics"):
        return {
            "m1": _Query(
                metric=alarm,
                statistic=alarm.get("ExtendedStatistic") or alarm["Statistic"],
                unit=alarm.get("Unit"),
                period=int(alarm["Period"]),
            )
        }
    return {each["Id"]: _query(each) for each in alarm["Metrics"]}


def _query(given: Mapping[str, Any]) -> _Query:
    is_result = given.get("ReturnData", True)
    if "Expression" in given:
        return _Query(expression=given["Expression"], is_result=is_result)
    stat = given["MetricStat"]
    return _Query(
        metric=stat["Metric"],
        statistic=stat["Stat"],
        unit=stat.get("Unit"),
        period=int(stat["Period"]),
        is_result=is_result,
    )


def _unsupported(alarm: Alarm) -> str:
    if alarm["ComparisonOperator"] not in alarm_rules.COMPARISONS:
        return f"comparison {alarm['ComparisonOperator']}"
    queries = _queries(alarm)
    if sum(query.is_result for query in queries.values()) != 1:
        return "not exactly one metric query returns data"
    if not any(query.period for query in queries.values()):
        return "no metric query names a metric"
    unknown = [
        query.statistic
        for query in queries.values()
        if query.metric is not None and not cloudwatch.knows_statistic(query.statistic)
    ]
    return f"statistic {unknown[0]}" if unknown else ""


def _datapoint(queries: Mapping[str, _Query], end: float, length: float) -> float | None:
    values = {
        identifier: _measured(query, end, length)
        for identifier, query in queries.items()
        if query.metric is not None
    }
    # An expression may use the one after it, so each waits until its ids are known.
    waiting = {name: query for name, query in queries.items() if query.metric is None}
    while waiting:
        ready = {
            name: query
            for name, query in waiting.items()
            if not metric_math.names(query.expression) & waiting.keys()
        }
        if not ready:
            raise metric_math.UnsupportedExpressionError("that refers to itself")
        for name, query in ready.items():
            values[name] = metric_math.evaluate(query.expression, values)
            del waiting[name]
    return next(values[name] for name, query in queries.items() if query.is_result)


def _measured(query: _Query, end: float, length: float) -> float | None:
    metric = query.metric or {}
    dimensions = {each["Name"]: each["Value"] for each in metric.get("Dimensions") or ()}
    found = cloudwatch.points(
        metric["Namespace"],
        metric["MetricName"],
        dimensions,
        since=end - length,
        unit=query.unit,
    )
    inside = [point for point in found if point["Timestamp"] < end]
    return cloudwatch.statistic_of(inside, query.statistic)
