"""The alarm clock: evaluates every metric alarm about once a second, and calls their actions.

CloudWatch looks about once a minute at periods that end on whole minutes. Here a period ends when
the clock looks, so that an alarm comes as soon as its data is there. An alarm that is new and has
no data at all gets CloudWatch's minute.

Nobody has to wait for a period to pass: the clock can be moved on. What alarms look at gets older
by that time, and they are judged at every minute of it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType

from embedded.adapter import alarm_mutes, cloudwatch, eventbridge, gateway, sns_publishing, sqs
from embedded.adapter.cloudwatch import Alarm
from embedded.server import alarm_rules
from embedded.server.alarm_notice import DETAIL_TYPE, StateChange
from embedded.server.alarm_rules import AlarmRule, Verdict
from embedded.server.metrics import QueueMeter
from embedded.server.work import Work

SERVICE = "cloudwatch.amazonaws.com"
INTERVAL_SECONDS = 1.0
FIRST_LOOK_SECONDS = 60.0
LONGEST_MOVE = 86400.0
"""Seconds that the clock can be moved on at once."""
_LOOK_SECONDS = 60.0
_MOST_LOOKS = 120

_ACTIONS = {
    "ALARM": "AlarmActions",
    "OK": "OKActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}
_log = logging.getLogger("embedded.alarms")


class AlarmClock:
    """A context manager: inside it alarms are evaluated, and every change of state calls actions.

    `meter` measures the queues ahead of every look; each look is one turn of the account's `work`.
    """

    def __init__(self, *, meter: QueueMeter, work: Work) -> None:
        self._meter = meter
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="alarm-clock", daemon=True)
        self._in_turn = work.turn(self._look)
        cloudwatch.install(_announce)

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
        self._in_turn([time.time()])

    def move_on(self, seconds: float) -> None:
        """Let time pass for alarms, metrics and waiting messages, and judge each minute of it.

        A message gets older, and its delay is over the sooner. A long time is judged at 120
        moments. Raises ValueError for none, and for more than a day.
        """
        if not 0 < seconds <= LONGEST_MOVE:
            raise ValueError(
                f"the clock moves on by 1 to {LONGEST_MOVE:.0f} seconds at once, not by {seconds:g}"
            )
        step = max(_LOOK_SECONDS, seconds / _MOST_LOOKS)
        self._in_turn(_moments(seconds, step), older_by=seconds)

    def _look(self, moments: Iterator[float] | list[float], older_by: float = 0.0) -> None:
        if older_by:
            shift(-older_by)
            sqs.let_delays_pass(older_by)
            self._meter.forget()
        for now in moments:
            self._meter.measure(now)
            for account, region, alarm in cloudwatch.alarms():
                with gateway.scope(account, region):
                    verdict = judge(alarm, now=now)
                    if verdict.state is not None:
                        cloudwatch.change_state(alarm, verdict.state, verdict.reason)
                    _catch_up(alarm, now)

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL_SECONDS):
            try:
                self.look()
            except Exception:  # one bad round must not end the clock; the next one may be good
                _log.exception("a round of the alarm clock failed")


def shift(seconds: float) -> None:
    """Let all that alarms look at have happened later by so many seconds."""
    cloudwatch.shift(seconds)
    sqs.shift(seconds, "sent_at")


def _moments(seconds: float, step: float) -> Iterator[float]:
    """The moments of a time that ends now; the last one is now."""
    passed = step
    while passed < seconds:
        yield time.time() - seconds + passed
        passed += step
    yield time.time()


def judge(alarm: Alarm, *, now: float) -> Verdict:
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
    length = float(alarm["Period"])
    ages = range(rule.evaluation_periods + alarm_rules.EXTRA_PERIODS)
    datapoints = [_measured(alarm, now - age * length, length) for age in ages]
    age = now - float(alarm.get("AlarmConfigurationUpdatedTimestamp", 0))
    if age < FIRST_LOOK_SECONDS and all(each is None for each in datapoints):
        return Verdict(None, "")
    return alarm_rules.evaluate(rule, datapoints)


def _unsupported(alarm: Alarm) -> str:
    if alarm["ComparisonOperator"] not in alarm_rules.COMPARISONS:
        return f"comparison {alarm['ComparisonOperator']}"
    statistic = _statistic(alarm)
    return "" if cloudwatch.knows_statistic(statistic) else f"statistic {statistic}"


def _statistic(alarm: Alarm) -> str:
    return str(alarm.get("ExtendedStatistic") or alarm["Statistic"])


def _measured(alarm: Alarm, end: float, length: float) -> float | None:
    found = cloudwatch.points(
        alarm["Namespace"],
        alarm["MetricName"],
        {each["Name"]: each["Value"] for each in alarm.get("Dimensions") or ()},
        since=end - length,
        unit=alarm.get("Unit"),
    )
    inside = [point for point in found if point["Timestamp"] < end]
    return cloudwatch.statistic_of(inside, _statistic(alarm))


def _announce(alarm: Alarm, before: str, after: str, reason: str) -> None:
    """Call what an alarm asks for when it enters a state; to be called in the alarm's scope."""
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
    if alarm_mutes.mutes(alarm["AlarmName"], change.at.timestamp()):
        alarm_mutes.keep_back(alarm["AlarmName"], change)
    else:
        _act(alarm, change)


def _catch_up(alarm: Alarm, now: float) -> None:
    """Call what a mute rule kept from being called, if the alarm is still in that state."""
    kept = alarm_mutes.released(alarm["AlarmName"], now)
    if kept is not None and kept.after == alarm["StateValue"] == "ALARM":
        _act(alarm, kept)


def _act(alarm: Alarm, change: StateChange) -> None:
    for action in alarm.get(_ACTIONS[change.after]) or ():
        problem = _call(action, change)
        cloudwatch.record_action(alarm, action, problem)
        if problem:
            _log.warning("alarm %s: %s", alarm["AlarmName"], problem)


def _call(action: str, change: StateChange) -> str:
    service = action.split(":")[2] if action.count(":") >= 5 else ""
    if service != "sns":
        return f"The embedded account does not execute the action {action}"
    return sns_publishing.publish_as_service(
        action,
        change.subject(),
        change.notification(),
        service=SERVICE,
        source_arn=change.alarm["AlarmArn"],
        message_structure="json",
    )
