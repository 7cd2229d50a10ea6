"""Somebody changes which Insights a trail looks for."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="trail-insights-changed",
    category="trail",
    severity=Severity.WARNING,
    event_source="cloudtrail.amazonaws.com",
    events=("PutInsightSelectors",),
    resource_fields=("trailName",),
    ours=resources.any_trail,
    touches=("trail.insight-selectors",),
    subject={"en": "Trail's Insights changed", "ko": "CloudTrail 추적 Insights 변경"},
    did={
        "en": "changed the Insights of the trail {resource}",
        "ko": "CloudTrail 추적({resource})의 Insights 설정을 변경했습니다",
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

from trailkeeper.detections.proof import (
    DISABLE_CLOUD_LOGS,
    Example,
    Limit,
    Proof,
    Technique,
    healed,
)
from trailkeeper.evidence.drift import ABSENT

PROOF = Proof(
    example=Example(
        {"trailName": "trailkeeper"},
        healed("trail.insight-selectors", "", ABSENT, '[{"InsightType": "ApiCallRateInsight"}]'),
    ),
    techniques=(
        Technique(
            id="trail-insights-changed",
            words="Turn Insights off, or ones on that nobody asked for",
            events=("PutInsightSelectors",),
            documents=("trail.insight-selectors",),
            how="The baseline's kinds of Insights are put back",
            known_as=(DISABLE_CLOUD_LOGS,),
            attack=lambda a: a.cloudtrail.put_insight_selectors(
                TrailName=a.trail, InsightSelectors=[{"InsightType": "ApiCallRateInsight"}]
            ),
        ),
    ),
    limits=(
        Limit(
            "Act while Insights learn again",
            "After they were off they may need 36 hours; the alert says so, and events are "
            "recorded all the same",
        ),
    ),
)
