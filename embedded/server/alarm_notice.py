"""What CloudWatch tells about an alarm's change of state: the JSON, the mail, the event."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from botocore.loaders import Loader

DETAIL_TYPE = "CloudWatch Alarm State Change"

_STATISTIC_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, kw_only=True)
class StateChange:
    """One transition of one alarm; alarm is as DescribeAlarms shows it."""

    alarm: Mapping[str, Any]
    account: str
    region: str
    before: str
    after: str
    reason: str
    at: datetime

    def subject(self) -> str:
        """The subject of the notification, cut to what SNS takes."""
        subject = f'{self.after}: "{self.alarm["AlarmName"]}" in {region_name(self.region)}'
        return subject[:99]

    def notification(self) -> str:
        """The message for topics with both texts, as MessageStructure json takes it."""
        document = json.dumps(self._document())
        return json.dumps({"default": document, "email": self._mail()})

    def event(self) -> dict[str, Any]:
        """The detail of the EventBridge event (CloudWatch guide, alarm events and EventBridge)."""
        timestamp = self.at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
        return {
            "alarmName": self.alarm["AlarmName"],
            "configuration": {
                "description": self.alarm.get("AlarmDescription", ""),
                "metrics": _event_metrics(self.alarm),
            },
            "previousState": {"value": self.before},
            "state": {"value": self.after, "reason": self.reason, "timestamp": timestamp},
        }

    def _document(self) -> dict[str, Any]:
        changed = self.at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
        configured = datetime.fromtimestamp(
            self.alarm.get("AlarmConfigurationUpdatedTimestamp", self.at.timestamp()), UTC
        )
        return {
            "AlarmName": self.alarm["AlarmName"],
            "AlarmDescription": self.alarm.get("AlarmDescription") or None,
            "AWSAccountId": self.account,
            "AlarmConfigurationUpdatedTimestamp": configured.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
            "NewStateValue": self.after,
            "NewStateReason": self.reason,
            "StateChangeTime": changed,
            "Region": region_name(self.region),
            "AlarmArn": self.alarm["AlarmArn"],
            "OldStateValue": self.before,
            "OKActions": self.alarm.get("OKActions", []),
            "AlarmActions": self.alarm.get("AlarmActions", []),
            "InsufficientDataActions": self.alarm.get("InsufficientDataActions", []),
            "Trigger": _trigger(self.alarm),
        }

    def _mail(self) -> str:
        name, region = self.alarm["AlarmName"], region_name(self.region)
        when = self.at.strftime("%A %d %B, %Y %H:%M:%S UTC")
        return (
            f'You are receiving this email because your Amazon CloudWatch Alarm "{name}" in the '
            f"{region} region has entered the {self.after} state, because "
            f'"{self.reason}" at "{when}".\n\n'
            "View this alarm in the AWS Management Console:\n"
            f"https://{self.region}.console.aws.amazon.com/cloudwatch/deeplink.js"
            f"?region={self.region}#alarmsV2:alarm/{name}\n\n"
            "Alarm Details:\n"
            f"- Name:                       {name}\n"
            f"- Description:                {self.alarm.get('AlarmDescription', '')}\n"
            f"- State Change:               {self.before} -> {self.after}\n"
            f"- Reason for State Change:    {self.reason}\n"
            f"- Timestamp:                  {when}\n"
            f"- AWS Account:                {self.account}\n"
            f"- Alarm Arn:                  {self.alarm['AlarmArn']}\n"
        )


@cache
def region_name(region: str) -> str:
    """The name that CloudWatch calls a region by, such as US East (N. Virginia)."""
    partition = Loader().load_data("endpoints")["partitions"][0]
    return str(partition["regions"].get(region, {}).get("description", region))


def _trigger(alarm: Mapping[str, Any]) -> dict[str, Any]:
    rule = {
        "EvaluationPeriods": alarm["EvaluationPeriods"],
        "DatapointsToAlarm": alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"]),
        "ComparisonOperator": alarm["ComparisonOperator"],
        "Threshold": alarm["Threshold"],
        "TreatMissingData": alarm.get("TreatMissingData", "missing"),
        "EvaluateLowSampleCountPercentile": alarm.get("EvaluateLowSampleCountPercentile", ""),
    }
    metric = {
        "MetricName": alarm["MetricName"],
        "Namespace": alarm["Namespace"],
        "Unit": alarm.get("Unit"),
        "Dimensions": [
            {"value": each["Value"], "name": each["Name"]} for each in alarm.get("Dimensions") or ()
        ],
        "Period": alarm["Period"],
    }
    if alarm.get("ExtendedStatistic"):
        statistic = {
            "StatisticType": "ExtendedStatistic",
            "ExtendedStatistic": alarm["ExtendedStatistic"],
        }
    else:
        word = _STATISTIC_WORD.sub("_", alarm["Statistic"]).upper()
        statistic = {"StatisticType": "Statistic", "Statistic": word}
    return {**metric, **statistic, **rule}


def _event_metrics(alarm: Mapping[str, Any]) -> list[dict[str, Any]]:
    dimensions = {each["Name"]: each["Value"] for each in alarm.get("Dimensions") or ()}
    metric = {
        "metric": {
            "namespace": alarm["Namespace"],
            "name": alarm["MetricName"],
            "dimensions": dimensions,
        },
        "period": alarm["Period"],
        "stat": alarm.get("ExtendedStatistic") or alarm["Statistic"],
    }
    return [{"id": "m1", "metricStat": metric, "returnData": True}]
