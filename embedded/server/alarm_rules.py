"""When a metric alarm is in which state: CloudWatch's evaluation, as a function of its datapoints.

Source: CloudWatch user guide, "Evaluating an alarm" and "Configuring how CloudWatch alarms treat
missing data".
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
MissingData = Literal["missing", "ignore", "breaching", "notBreaching"]

EXTRA_PERIODS = 2
"""How many periods beyond its evaluation periods an alarm looks back for data that is there."""

COMPARISONS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "GreaterThanOrEqualToThreshold": (operator.ge, "greater than or equal to"),
    "GreaterThanThreshold": (operator.gt, "greater than"),
    "LessThanThreshold": (operator.lt, "less than"),
    "LessThanOrEqualToThreshold": (operator.le, "less than or equal to"),
}


@dataclass(frozen=True, kw_only=True)
class AlarmRule:
    """What decides about an alarm's state, besides the data."""

    comparison: str
    threshold: float
    evaluation_periods: int
    datapoints_to_alarm: int
    missing_data: MissingData

    def breaches(self, value: float) -> bool:
        return COMPARISONS[self.comparison][0](value, self.threshold)


@dataclass(frozen=True)
class Verdict:
    """The state an alarm should have, and why; state None keeps the one it has."""

    state: State | None
    reason: str


def evaluate(  # noqa: PLR0911 - one return for each rule of the guide
    rule: AlarmRule, datapoints: Sequence[float | None]
) -> Verdict:
    """Judge datapoints, the newest first; None stands for a period without data.

    There are rule.evaluation_periods + EXTRA_PERIODS of them. Real data counts before anything that
    stands for missing data.
    """
    real = [value for value in datapoints if value is not None]
    considered = real[: rule.evaluation_periods]
    gaps = rule.evaluation_periods - len(considered)
    breaching = sum(rule.breaches(value) for value in considered)
    needed = rule.datapoints_to_alarm
    if breaching >= needed:
        return Verdict("ALARM", _crossed(rule, considered, "OK -> ALARM"))
    if gaps == 0:
        return Verdict("OK", _crossed(rule, considered, "ALARM -> OK"))
    if rule.missing_data == "breaching":
        in_alarm = breaching + gaps >= needed
        return Verdict("ALARM" if in_alarm else "OK", _filled(rule, considered, gaps, "Breaching"))
    if rule.missing_data == "notBreaching":
        return Verdict("OK", _filled(rule, considered, gaps, "NonBreaching"))
    if breaching < len(considered):
        return Verdict("OK", _crossed(rule, considered, "ALARM -> OK"))
    if rule.missing_data == "ignore":
        return Verdict(None, "")
    if not considered:
        return Verdict(
            "INSUFFICIENT_DATA", f"Insufficient Data: {_count(gaps, 'datapoint')} unknown."
        )
    oldest = max(age for age, value in enumerate(datapoints, start=1) if value is not None)
    if oldest >= needed:
        return Verdict("ALARM", _crossed(rule, considered, "OK -> ALARM"))
    return Verdict(None, "")


def _crossed(rule: AlarmRule, considered: Sequence[float], transition: str) -> str:
    breaching = [value for value in considered if rule.breaches(value)]
    in_alarm = transition.endswith("ALARM")
    shown = breaching if in_alarm else [v for v in considered if not rule.breaches(v)]
    needed = rule.datapoints_to_alarm
    if not in_alarm:
        needed = rule.evaluation_periods - rule.datapoints_to_alarm + 1
    words = COMPARISONS[rule.comparison][1]
    verb = "was" if len(shown) == 1 else "were"
    relation = f"{verb} {words}" if in_alarm else f"{verb} not {words}"
    values = ", ".join(str(value) for value in shown)
    return (
        f"Threshold Crossed: {len(shown)} out of the last {len(considered)} datapoints "
        f"[{values}] {relation} the threshold ({rule.threshold}) "
        f"(minimum {needed} {'datapoint' if needed == 1 else 'datapoints'} "
        f"for {transition} transition)."
    )


def _filled(rule: AlarmRule, considered: Sequence[float], gaps: int, treated: str) -> str:
    if not considered:
        periods = "1 period" if gaps == 1 else f"{gaps} periods"
        known = f"no datapoints were received for {periods}"
    else:
        breaching = sum(rule.breaches(value) for value in considered)
        known = f"{breaching} out of {len(considered)} received datapoints crossed the threshold"
    treatment = f"{_count(gaps, 'missing datapoint')} treated as [{treated}]"
    return f"Threshold Crossed: {known} and {treatment}."


def _count(number: int, noun: str) -> str:
    return f"1 {noun} was" if number == 1 else f"{number} {noun}s were"
