"""An alarm as it is deployed, and as the guard of the guard wants it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from trailkeeper.evidence.names import Names

Comparison = Literal["GreaterThanThreshold", "LessThanThreshold"]
Missing = Literal["breaching", "notBreaching"]


@dataclass(frozen=True, slots=True)
class AlarmRecord:
    """One alarm, in the words of PutMetricAlarm.

    `topic` is the name of the topic that it tells, `ends_too` whether also that it is over;
    `schedule` names the schedule whose silence it is about.
    """

    name: str
    description: str
    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    topic: str
    statistic: Literal["Sum", "Maximum"] = "Sum"
    period_seconds: int = 300
    periods: int = 1
    threshold: float = 0.0
    comparison: Comparison = "GreaterThanThreshold"
    missing: Missing = "notBreaching"
    ends_too: bool = False
    schedule: str = ""

    def document(self, names: Names) -> dict[str, Any]:
        """What PutMetricAlarm is told beside the name, and DescribeAlarms answers."""
        told = [names.arn("sns", self.topic)]
        return {
            "ActionsEnabled": True,
            "AlarmActions": told,
            "AlarmDescription": self.description,
            "ComparisonOperator": self.comparison,
            "Dimensions": [
                {"Name": name, "Value": value} for name, value in sorted(self.dimensions.items())
            ],
            "EvaluationPeriods": self.periods,
            "MetricName": self.metric,
            "Namespace": self.namespace,
            "OKActions": told if self.ends_too else [],
            "Period": self.period_seconds,
            "Statistic": self.statistic,
            "Threshold": self.threshold,
            "TreatMissingData": self.missing,
        }
