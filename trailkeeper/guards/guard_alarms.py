"""Guards the alarms of the other side: what they look at, whom they tell, and that they may."""

from __future__ import annotations

from typing import Any

from trailkeeper.evidence.alarms import AlarmRecord
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift
from trailkeeper.evidence.names import PREFIX
from trailkeeper.evidence.permission import Permission, everything
from trailkeeper.guards.guard import Clients, Document, Guard
from trailkeeper.guards.sides import Side

NAME = "guard-alarms"
# What makes an alarm another one when it is set; none is wanted.
_UNWANTED = (
    *("DatapointsToAlarm", "EvaluateLowSampleCountPercentile", "ExtendedStatistic"),
    *("InsufficientDataActions", "Metrics", "ThresholdMetricId", "Unit"),
)


def guard(side: Side) -> Guard:
    """The guard of one side's alarms."""
    records = {each.name: each for each in side.alarms}

    def read(clients: Clients, baseline: Baseline) -> Any:
        """One call for all alarms of ours."""
        pages = clients.cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=PREFIX)
        found = {alarm["AlarmName"]: alarm for page in pages for alarm in page["MetricAlarms"]}
        return {
            name: _compared(found[name], record, baseline) if name in found else None
            for name, record in records.items()
        }

    def write(clients: Clients, baseline: Baseline, drift: Drift) -> None:
        for name in sorted(drift.fields):
            # What is left out is taken away (CloudWatch API reference, PutMetricAlarm).
            clients.cloudwatch.put_metric_alarm(
                AlarmName=name, **records[name].document(baseline.names)
            )

    return Guard(
        name=NAME,
        documents=(
            Document(
                "alarms",
                read,
                lambda baseline: {
                    name: each.document(baseline.names) for name, each in records.items()
                },
                (),
                write,
                ("cloudwatch:PutMetricAlarm",),
            ),
        ),
        # One by one they would not fit into the policies of a role.
        resource=lambda baseline: baseline.names.arn("cloudwatch", f"alarm:{PREFIX}*"),
        why="Compare the alarms about the other side with what is deployed; restore them",
        also_needs=(
            Permission(
                ("cloudwatch:DescribeAlarms",),
                everything,
                "Read all alarms of ours by one call, for which AWS wants a right to all",
            ),
        ),
    )


def _compared(alarm: dict[str, Any], record: AlarmRecord, baseline: Baseline) -> dict[str, Any]:
    kept = {*record.document(baseline.names), *_UNWANTED}
    found = {key: value for key, value in alarm.items() if key in kept}
    # Absent, false and empty are alike to a comparison; whether it may act is said in a word.
    return {**found, "ActionsEnabled": alarm.get("ActionsEnabled", True)}
