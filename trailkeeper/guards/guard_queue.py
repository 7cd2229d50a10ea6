"""Guards what feeds the queue of alerts to the alert function: that it is on, unfiltered and whole.

A filter that matches nothing, or another function, would swallow every alert without an error.
"""

from __future__ import annotations

from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift
from trailkeeper.evidence.permission import Permission, everything
from trailkeeper.guards.guard import Clients, Document, Guard
from trailkeeper.guards.sides import Side

NAME = "guard-queue"
BATCH_SIZE = 1000
# A batch over 10 needs a window; one second is hardly felt.
WINDOW_SECONDS = 1
_PARTIAL = ["ReportBatchItemFailures"]
_ON = ("Enabled", "Enabling", "Creating", "Updating")


def guard(side: Side) -> Guard:
    """The guard of the mapping from the queue to the function."""

    def target(baseline: Baseline) -> str:
        assert side.queue_to is not None
        return side.queue_to.live_arn(baseline.names)

    def read(clients: Clients, baseline: Baseline) -> Any:
        return [_compared(each) for each in _mappings(clients, baseline)]

    def desired(baseline: Baseline) -> Any:
        return [
            {
                "FunctionArn": target(baseline),
                "State": "Enabled",
                "BatchSize": BATCH_SIZE,
                "MaximumBatchingWindowInSeconds": WINDOW_SECONDS,
                "FunctionResponseTypes": _PARTIAL,
            }
        ]

    def write(clients: Clients, baseline: Baseline, _: Drift) -> None:
        wanted = {
            "FunctionName": target(baseline),
            "Enabled": True,
            "BatchSize": BATCH_SIZE,
            "MaximumBatchingWindowInSeconds": WINDOW_SECONDS,
            "FunctionResponseTypes": _PARTIAL,
        }
        there = _mappings(clients, baseline)
        right = desired(baseline)[0]
        if any(_compared(each) == right for each in there):
            return
        of_ours = [each for each in there if wanted["FunctionName"] in each["FunctionArn"]]
        for each in (of_ours or there)[:1]:
            clients.functions.update_event_source_mapping(
                UUID=each["UUID"], FilterCriteria={}, **wanted
            )
            return
        clients.functions.create_event_source_mapping(
            EventSourceArn=baseline.names.alerts_queue_arn, **wanted
        )

    return Guard(
        name=NAME,
        documents=(
            Document(
                "mapping",
                read,
                desired,
                (),
                write,
                ("lambda:UpdateEventSourceMapping",),
            ),
        ),
        resource=lambda baseline: baseline.names.arn("lambda", "event-source-mapping:*"),
        why="Restore what feeds the alerts to the alert function; its id is AWS's choice",
        applies=lambda _: side.queue_to is not None,
        also_needs=(
            Permission(
                ("lambda:CreateEventSourceMapping", "lambda:ListEventSourceMappings"),
                everything,
                "Read, and make again, what feeds the alert function; AWS knows no resource for "
                "these calls",
            ),
        )
        if side.queue_to is not None
        else (),
    )


def _mappings(clients: Clients, baseline: Baseline) -> list[dict[str, Any]]:
    arn = baseline.names.alerts_queue_arn
    answer = clients.functions.list_event_source_mappings(EventSourceArn=arn)
    found: list[dict[str, Any]] = answer["EventSourceMappings"]
    return found


def _compared(mapping: dict[str, Any]) -> dict[str, Any]:
    state = mapping["State"]
    return {
        "FunctionArn": mapping["FunctionArn"],
        "State": "Enabled" if state in _ON else state,
        "BatchSize": mapping["BatchSize"],
        "MaximumBatchingWindowInSeconds": mapping.get("MaximumBatchingWindowInSeconds", 0),
        "FunctionResponseTypes": mapping.get("FunctionResponseTypes", []),
        **{
            key: mapping[key]
            for key in ("FilterCriteria", "ScalingConfig", "DestinationConfig")
            if mapping.get(key) and mapping[key] != {"Filters": []}
        },
    }
