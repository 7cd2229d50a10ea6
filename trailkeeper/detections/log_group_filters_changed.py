"""Somebody changes what is made of the events in the log group."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="log-group-filters-changed",
    category="log-group",
    severity=Severity.CRITICAL,
    event_source="logs.amazonaws.com",
    events=(
        "PutMetricFilter",
        "DeleteMetricFilter",
        "PutSubscriptionFilter",
        "DeleteSubscriptionFilter",
    ),
    resource_fields=("logGroupName",),
    ours=resources.log_group,
    touches=(
        "log-group.metric-filters",
        "log-group.subscription-filters",
    ),
    subject={"en": "Log group filters changed", "ko": "로그 그룹 필터 변경"},
    did={
        "en": "changed the filters of the log group {resource}",
        "ko": "로그 그룹({resource})의 필터를 변경했습니다",
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

from trailkeeper.detections.proof import (
    Attacker,
    Example,
    Limit,
    Proof,
    Technique,
    healed,
)


def _blind_filter(a: Attacker) -> None:
    a.logs.put_metric_filter(
        logGroupName=a.log_group,
        filterName="trail-changes",
        filterPattern="{ $.eventName = Nothing }",
        metricTransformations=[
            {"metricName": "TrailChanges", "metricNamespace": "Trailkeeper", "metricValue": "1"}
        ],
    )


def _subscribe(a: Attacker) -> None:
    a.logs.put_subscription_filter(
        logGroupName=a.log_group,
        filterName="copy",
        filterPattern="",
        destinationArn=a.own_stream(),
        roleArn=a.own_role("logs.amazonaws.com"),
    )


PROOF = Proof(
    example=Example(
        {"logGroupName": "/trailkeeper/trail"},
        healed(
            "log-group.metric-filters",
            "[].filterPattern",
            "{ $.eventName = Nothing }",
            "{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ...",
        ),
    ),
    techniques=(
        Technique(
            id="log-group-metric-filter-deleted",
            words="Delete the filter that counts changes to trails",
            events=("DeleteMetricFilter",),
            documents=("log-group.metric-filters",),
            how="The filter is put back",
            known_as=(),
            attack=lambda a: a.logs.delete_metric_filter(
                logGroupName=a.log_group, filterName="trail-changes"
            ),
        ),
        Technique(
            id="log-group-metric-filter-blinded",
            words="Make that filter match nothing",
            events=("PutMetricFilter",),
            documents=("log-group.metric-filters",),
            how="The filter is put back",
            known_as=(),
            attack=_blind_filter,
        ),
        Technique(
            id="log-group-subscribed",
            words="Stream the events to the attacker",
            events=("PutSubscriptionFilter",),
            documents=("log-group.subscription-filters",),
            outcome="told",
            how="Nothing is removed: only people know whether it is wanted",
            known_as=(),
            attack=_subscribe,
            undo=lambda a: a.logs.delete_subscription_filter(
                logGroupName=a.log_group, filterName="copy"
            ),
        ),
    ),
    limits=(
        Limit(
            "Change or delete saved queries",
            "They are no evidence: a saved query holds a question, and no events",
        ),
    ),
)
