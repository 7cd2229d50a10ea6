"""Somebody creates a trail, which may carry the events elsewhere."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="trail-created",
    category="trail",
    severity=Severity.WARNING,
    event_source="cloudtrail.amazonaws.com",
    events=("CreateTrail",),
    resource_fields=("name",),
    ours=resources.any_trail,
    touches=(),
    subject={"en": "New trail created", "ko": "새 CloudTrail 추적 생성"},
    did={
        "en": "created the CloudTrail trail {resource}",
        "ko": "CloudTrail 추적({resource})을 새로 만들었습니다",
    },
    unguarded={
        "CreateTrail": {
            "en": "Trailkeeper did not make this trail and leaves it alone: you decide about it.",
            "ko": "Trailkeeper가 만든 추적이 아니므로 그대로 두었습니다. 직접 판단해 주세요.",
        }
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

from trailkeeper.detections.proof import Example, Limit, Proof, Technique, in_order

PROOF = Proof(
    example=Example({"name": "audit"}, in_order),
    techniques=(
        Technique(
            id="trail-created-elsewhere",
            words="Create another trail, to carry the events to a bucket of the attacker",
            events=("CreateTrail",),
            outcome="told",
            how="Nothing is removed that Trailkeeper did not make",
            known_as=(),
            attack=lambda a: a.own_trail("elsewhere"),
            undo=lambda a: a.remove_other_trails(),
        ),
    ),
    limits=(
        Limit(
            "Create a trail from another region",
            "The event of that call stays in its region; the trail records the call, and a search "
            "finds it",
        ),
    ),
)
