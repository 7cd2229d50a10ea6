"""Somebody changes which events a trail records."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="trail-selectors-changed",
    category="trail",
    severity=Severity.CRITICAL,
    event_source="cloudtrail.amazonaws.com",
    events=("PutEventSelectors",),
    resource_fields=("trailName",),
    ours=resources.any_trail,
    touches=("trail.event-selectors",),
    subject={"en": "Trail's recorded events changed", "ko": "CloudTrail 추적 기록 대상 변경"},
    did={
        "en": "changed which events the trail {resource} records",
        "ko": "CloudTrail 추적({resource})의 기록 대상을 변경했습니다",
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

from typing import Any

from trailkeeper.detections.proof import (
    DISABLE_CLOUD_LOGS,
    Act,
    Example,
    Limit,
    Proof,
    Technique,
    healed,
)
from trailkeeper.evidence.drift import ABSENT

_MANAGEMENT = ("eventCategory", "Equals", "Management")


def _select(id_: str, words: str, attack: Act, *known_as: str) -> Technique:
    return Technique(
        id=id_,
        words=words,
        events=("PutEventSelectors",),
        documents=("trail.event-selectors",),
        how="The baseline's selectors are put back as a whole",
        known_as=(DISABLE_CLOUD_LOGS, *known_as),
        attack=attack,
    )


def _basic(**selector: Any) -> Act:
    wanted = {"ReadWriteType": "All", "IncludeManagementEvents": True, **selector}
    return lambda a: a.cloudtrail.put_event_selectors(TrailName=a.trail, EventSelectors=[wanted])


def _advanced(name: str, *fields: tuple[str, str, str]) -> Act:
    selector = {
        "Name": name,
        "FieldSelectors": [{"Field": field, test: [value]} for field, test, value in fields],
    }
    return lambda a: a.cloudtrail.put_event_selectors(
        TrailName=a.trail, AdvancedEventSelectors=[selector]
    )


PROOF = Proof(
    example=Example(
        {"trailName": "trailkeeper"},
        healed(
            "trail.event-selectors",
            "advanced[].FieldSelectors",
            '[{"Equals": ["true"], "Field": "readOnly"}]',
            ABSENT,
        ),
    ),
    techniques=(
        _select(
            "trail-management-events-off",
            "Record no management events",
            _basic(
                IncludeManagementEvents=False,
                DataResources=[{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}],
            ),
            "aws.defense-evasion.cloudtrail-event-selectors",
        ),
        _select("trail-reads-only", "Record reads only", _basic(ReadWriteType="ReadOnly")),
        _select("trail-writes-only", "Record writes only", _basic(ReadWriteType="WriteOnly")),
        _select(
            "trail-source-excluded",
            "Leave out the events of a service, such as KMS",
            _basic(ExcludeManagementEventSources=["kms.amazonaws.com"]),
        ),
        _select(
            "trail-data-events-only",
            "Record data events only, by an advanced selector that is named like a harmless one",
            _advanced(
                "Management events selector",
                ("eventCategory", "Equals", "Data"),
                ("resources.type", "Equals", "AWS::S3::Object"),
            ),
        ),
        _select(
            "trail-advanced-reads-only",
            "Record reads only, by an advanced selector",
            _advanced("All management events", _MANAGEMENT, ("readOnly", "Equals", "true")),
        ),
        _select(
            "trail-advanced-source-excluded",
            "Leave out the events of a service, by an advanced selector",
            _advanced(
                "All management events",
                _MANAGEMENT,
                ("eventSource", "NotEquals", "kms.amazonaws.com"),
            ),
        ),
        Technique(
            id="trail-other-narrowed",
            words="Let another trail of the account record less",
            events=("PutEventSelectors",),
            outcome="told",
            how="With where it wrote and what differs; a trail that Trailkeeper did not deploy is "
            "left as it is",
            known_as=(DISABLE_CLOUD_LOGS,),
            proved_by="tests/lambdas/heal/test_other_trails.py::test_a_trail_that_records_less_is_told",
        ),
    ),
    limits=(
        Limit(
            "Call what CloudTrail does not record",
            "Some calls are data events or are not recorded by AWS at all",
        ),
    ),
)
