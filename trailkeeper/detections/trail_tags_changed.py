"""Somebody changes the tags of a trail."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="trail-tags-changed",
    category="trail",
    severity=Severity.INFO,
    event_source="cloudtrail.amazonaws.com",
    events=("AddTags", "RemoveTags"),
    resource_fields=("resourceId",),
    ours=resources.any_trail,
    touches=("trail.tags",),
    subject={"en": "Trail's tags changed", "ko": "CloudTrail 추적 태그 변경"},
    did={
        "en": "changed the tags of the trail {resource}",
        "ko": "CloudTrail 추적({resource})의 태그를 변경했습니다",
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

from trailkeeper.detections.proof import Example, Limit, Proof, Technique, healed
from trailkeeper.evidence.drift import ABSENT

PROOF = Proof(
    example=Example(
        {"resourceId": "arn:aws:cloudtrail:us-east-1:111122223333:trail/trailkeeper"},
        healed("trail.tags", "", ABSENT, '[{"Key": "team", "Value": "security"}]'),
    ),
    techniques=(
        Technique(
            id="trail-tags-removed",
            words="Remove the trail's tags, which other policies may rely on",
            events=("RemoveTags",),
            documents=("trail.tags",),
            how="The tags of the settings are put back",
            known_as=(),
            proved_by="tests/detections/test_techniques.py::"
            "test_tags_that_the_settings_ask_for_come_back",
        ),
    ),
    limits=(
        Limit(
            "Add tags that the settings do not name",
            "They are left alone: only the tags of the settings are part of the baseline",
        ),
    ),
)
