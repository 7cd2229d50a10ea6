"""Somebody changes how a trail aggregates events."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="trail-event-configuration-changed",
    category="trail",
    severity=Severity.WARNING,
    event_source="cloudtrail.amazonaws.com",
    events=("PutEventConfiguration",),
    resource_fields=("trailName",),
    ours=resources.any_trail,
    touches=("trail.event-configuration",),
    subject={"en": "Trail's event configuration changed", "ko": "CloudTrail 추적 이벤트 구성 변경"},
    did={
        "en": "changed the event configuration of the trail {resource}",
        "ko": "CloudTrail 추적({resource})의 이벤트 구성을 변경했습니다",
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

from trailkeeper.detections.proof import Example, Limit, Proof, Technique, healed

PROOF = Proof(
    example=Example(
        {"trailName": "trailkeeper"},
        healed("trail.event-configuration", "MaxEventSize", "Large", "Standard"),
    ),
    techniques=(
        Technique(
            id="trail-event-configuration-changed",
            words="Let the trail aggregate events in ways that nobody asked for",
            events=("PutEventConfiguration",),
            documents=("trail.event-configuration",),
            how="Aggregation is turned off, as it is by default",
            known_as=(),
            attack=lambda a: a.cloudtrail.put_event_configuration(
                TrailName=a.trail,
                AggregationConfigurations=[
                    {"Templates": ["API_ACTIVITY"], "EventCategory": "Data"}
                ],
            ),
        ),
    ),
    limits=(
        Limit(
            "Change what the event configuration does to data events",
            "The trail records none unless somebody selects them, which is healed",
        ),
    ),
)
