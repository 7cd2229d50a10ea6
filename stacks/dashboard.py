"""The dashboard that a person reads at 3 a.m.: what happened, what was done, who was told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from trailkeeper import queries
from trailkeeper.alerts.console import Console
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.controls import CONTROLS, TRAIL_CHANGES
from trailkeeper.evidence.metrics import (
    LOOK_SUCCEEDED,
    NAMESPACE,
    RECORDS_BY_SOURCE,
    RECORDS_DELIVERED,
    SWEEP_SUCCEEDED,
    Metric,
)
from trailkeeper.evidence.names import (
    ALERT_FUNCTION,
    ALERTS_QUEUE,
    ALERTS_TOPIC,
    DASHBOARD,
    LOG_GROUP,
    PREFIX,
    QUERY_FOLDER,
)
from trailkeeper.evidence.regions import billing_region

Widget = dict[str, Any]

_WIDE, _HIGH = 12, 6
_FIVE_MINUTES, _SIX_HOURS = 300, 21_600


class Dashboard(Construct):
    """One dashboard; its queries read the trail's log group and cost as Logs Insights does."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        baseline: Baseline,
        region: str,
        athena: bool,
        deliveries: bool,
        limits_usd: Mapping[str, float | None],
    ) -> None:
        super().__init__(scope, id_)
        counted = [_deliveries(region)] if deliveries else []
        widgets = [
            _at(0, 0, 24, 3, _links(Console(region), athena=athena)),
            *_in_two_columns(3, chain(_widgets(baseline, region, limits_usd), counted)),
        ]
        cloudwatch.CfnDashboard(
            self,
            "Dashboard",
            dashboard_name=DASHBOARD,
            dashboard_body=Stack.of(self).to_json_string({"start": "-PT12H", "widgets": widgets}),
        )


def _widgets(
    baseline: Baseline, region: str, limits_usd: Mapping[str, float | None]
) -> Iterator[Widget]:
    heal_role = baseline.names.heal_role
    yield _logs("Calls over time", region, "stats count(*) as calls by bin(15m)", "timeSeries")
    yield _saved("errors", region)
    yield _logs(
        "Denied calls by principal",
        region,
        "filter errorCode like /AccessDenied|UnauthorizedOperation/"
        " | fields coalesce(userIdentity.arn, userIdentity.invokedBy) as principal"
        " | stats count(*) as calls by principal | sort calls desc | limit 20",
    )
    yield _saved("console-logins", region)
    yield _saved("launched-instances", region)
    yield _logs(
        "Heals: what the heal function changed",
        region,
        f'filter userIdentity.sessionContext.sessionIssuer.userName = "{heal_role}"'
        " and not ispresent(errorCode)"
        " and eventName not like /^(Get|List|Describe|Lookup|Assume|Decrypt|Generate)/"
        " | fields eventTime as time, eventName as event, eventSource as source"
        " | sort eventTime desc | display time, event, source | limit 20",
    )
    yield _logs(
        "Drift: who touched the trail, other than the heal function",
        region,
        queries.find("trail-changes").in_insights({"limit": "20"})
        + f'\n| filter principal not like "assumed-role/{heal_role}/"',
    )
    yield _logs(
        "Dark time: from a stop to the next start",
        region,
        'filter eventSource = "cloudtrail.amazonaws.com"'
        ' and eventName in ["StopLogging", "StartLogging", "DeleteTrail", "CreateTrail"]'
        " and not ispresent(errorCode)"
        " | fields eventTime as time, eventName as event,"
        " coalesce(requestParameters.name, responseElements.name) as trail"
        " | sort eventTime desc | display time, event, trail | limit 20",
    )
    yield _metrics(
        "Looks and sweeps that succeeded (silence is an alarm)",
        region,
        [
            [NAMESPACE, *_spelled(each), {"stat": "Sum"}]
            for each in (LOOK_SUCCEEDED, SWEEP_SUCCEEDED)
        ],
    )
    yield _metrics(
        "Monitored calls (CIS benchmark): each has an alarm",
        region,
        [
            [NAMESPACE, CONTROLS[each].metric, {"stat": "Sum", "label": each}]
            for each in baseline.controls or (TRAIL_CHANGES.id,)
        ],
    )
    yield _metrics(
        "Alerts sent, and those that failed",
        region,
        [
            ["AWS/SNS", each, "TopicName", ALERTS_TOPIC, {"stat": "Sum"}]
            for each in ("NumberOfNotificationsDelivered", "NumberOfNotificationsFailed")
        ],
    )
    yield _metrics(
        "Delivery delay: the oldest alert that waits, in seconds",
        region,
        [
            [
                *("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", ALERTS_QUEUE),
                {"stat": "Maximum"},
            ],
            ["AWS/Lambda", "Duration", "FunctionName", ALERT_FUNCTION, {"stat": "Maximum"}],
        ],
    )
    if baseline.insight_types:
        yield _logs(
            "Unusual activity that CloudTrail Insights saw",
            region,
            'filter eventType = "AwsCloudTrailInsight"'
            " | fields eventTime as time, insightDetails.state as state,"
            " insightDetails.eventSource as source, insightDetails.eventName as event,"
            " insightDetails.insightContext.statistics.insight.average as per_minute,"
            " insightDetails.insightContext.statistics.baseline.average as usual"
            " | sort eventTime desc | display time, state, source, event, per_minute, usual"
            " | limit 20",
        )
    if baseline.own_invocations:
        yield _logs(
            "Who invoked Trailkeeper's own functions",
            region,
            'filter eventSource = "lambda.amazonaws.com" and eventName = "Invoke"'
            f" and requestParameters.functionName like /{PREFIX}/"
            " | fields coalesce(userIdentity.arn, userIdentity.invokedBy) as principal,"
            " requestParameters.functionName as function"
            " | stats count(*) as calls by principal, function | sort calls desc | limit 20",
        )
    if baseline.data_buckets or baseline.data_functions:
        yield _logs(
            "Data events by what they are about",
            region,
            'filter eventCategory = "Data"'
            " | fields coalesce(requestParameters.bucketName, requestParameters.functionName)"
            " as about"
            " | stats count(*) as calls by about, eventName | sort calls desc | limit 20",
        )
    if charges := billing_region(region):
        yield _with_lines(
            _metrics(
                "Cost of the account this month, in USD",
                charges,
                [["AWS/Billing", "EstimatedCharges", "Currency", "USD", {"stat": "Maximum"}]],
                period=_SIX_HOURS,
            ),
            limits_usd,
        )


def _deliveries(region: str) -> Widget:
    """What was delivered, by service and outcome; a stopped delivery is a gap."""
    search = (
        f"SEARCH('{{{NAMESPACE},Error,Source}} MetricName=\"{RECORDS_BY_SOURCE}\"', 'Sum', 300)"
    )
    return _metrics(
        "Records delivered by service and outcome (silence is an alarm)",
        region,
        [
            [{"expression": search, "id": "sources"}],
            [NAMESPACE, *_spelled(RECORDS_DELIVERED), {"stat": "Sum", "label": "all"}],
        ],
    )


def _links(console: Console, *, athena: bool) -> Widget:
    insights = console.logs_insights()
    lines = [
        f"**Questions** are saved in Logs Insights, folder {QUERY_FOLDER}"
        + (f": [open Logs Insights]({insights})" if insights else ""),
        "**On a terminal**: `trailkeeper search --since 2h`, `trailkeeper queries`",
    ]
    saved = console.saved_queries()
    if athena and saved:
        lines.insert(1, f"**Everything older** is in Athena: [saved queries]({saved})")
    return {"type": "text", "properties": {"markdown": "\n\n".join(lines)}}


def _saved(name: str, region: str) -> Widget:
    query = queries.find(name)
    return _logs(query.title, region, query.in_insights({"limit": "20"}))


def _logs(title: str, region: str, query: str, view: str = "table") -> Widget:
    return {
        "type": "log",
        "properties": {
            "title": title,
            "region": region,
            "view": view,
            "query": f"SOURCE '{LOG_GROUP}' | {query}",
        },
    }


def _spelled(metric: Metric) -> tuple[str, str, str]:
    return metric.name, metric.dimension, metric.value


def _metrics(
    title: str, region: str, metrics: list[list[Any]], period: int = _FIVE_MINUTES
) -> Widget:
    return {
        "type": "metric",
        "properties": {
            "title": title,
            "region": region,
            "view": "timeSeries",
            "period": period,
            "metrics": metrics,
        },
    }


def _with_lines(widget: Widget, limits: Mapping[str, float | None]) -> Widget:
    """A graph with a line across it for each limit that there is."""
    lines = [{"label": name, "value": value} for name, value in limits.items() if value is not None]
    if lines:
        widget["properties"]["annotations"] = {"horizontal": lines}
    return widget


def _in_two_columns(top: int, widgets: Iterator[Widget]) -> Iterator[Widget]:
    for place, widget in enumerate(widgets):
        row, column = divmod(place, 2)
        yield _at(column * _WIDE, top + row * _HIGH, _WIDE, _HIGH, widget)


def _at(x: int, y: int, width: int, height: int, widget: Widget) -> Widget:
    return {"x": x, "y": y, "width": width, "height": height, **widget}
