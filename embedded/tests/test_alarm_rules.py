"""CloudWatch's own examples of how an alarm treats missing data."""

from __future__ import annotations

import pytest

from embedded.server.alarm_rules import AlarmRule, MissingData, evaluate

# User guide, "Configuring how CloudWatch alarms treat missing data": the oldest datapoint first,
# X breaches, 0 does not, - is missing. "keep" is the state that the alarm has.
THREE_OF_THREE = {
    "0 - X - X": ("OK", "OK", "OK", "OK"),
    "- - - - 0": ("OK", "OK", "OK", "OK"),
    "- - - - -": ("INSUFFICIENT_DATA", "keep", "ALARM", "OK"),
    "0 X X - X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "- - X - -": ("ALARM", "keep", "ALARM", "OK"),
}
TWO_OF_THREE = {
    "0 - X - X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "0 0 X 0 X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "0 - X - -": ("OK", "OK", "ALARM", "OK"),
    "- - - - 0": ("OK", "OK", "ALARM", "OK"),
    "- - - X -": ("ALARM", "keep", "ALARM", "OK"),
}
TREATMENTS: tuple[MissingData, ...] = ("missing", "ignore", "breaching", "notBreaching")


@pytest.mark.parametrize("treatment", TREATMENTS)
@pytest.mark.parametrize(
    ("needed", "history", "states"),
    [
        (needed, history, states)
        for needed, table in ((3, THREE_OF_THREE), (2, TWO_OF_THREE))
        for history, states in table.items()
    ],
)
def test_the_tables_of_the_guide(
    needed: int, history: str, states: tuple[str, ...], treatment: MissingData
) -> None:
    rule = AlarmRule(
        comparison="GreaterThanThreshold",
        threshold=5,
        evaluation_periods=3,
        datapoints_to_alarm=needed,
        missing_data=treatment,
    )
    values = {"X": 9.0, "0": 0.0, "-": None}
    datapoints = [values[each] for each in reversed(history.split())]
    expected = states[TREATMENTS.index(treatment)]
    assert evaluate(rule, datapoints).state == (None if expected == "keep" else expected)


def test_the_reason_names_values_and_threshold() -> None:
    rule = AlarmRule(
        comparison="GreaterThanOrEqualToThreshold",
        threshold=1,
        evaluation_periods=1,
        datapoints_to_alarm=1,
        missing_data="notBreaching",
    )
    assert evaluate(rule, [2.0, None, None]).reason == (
        "Threshold Crossed: 1 out of the last 1 datapoints [2.0] was greater than or equal to "
        "the threshold (1) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    assert "no datapoints were received for 1 period" in evaluate(rule, [None] * 3).reason
