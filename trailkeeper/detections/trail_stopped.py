"""Somebody stops a trail: ours, or another one of the account."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="trail-stopped",
    category="trail",
    severity=Severity.CRITICAL,
    event_source="cloudtrail.amazonaws.com",
    events=("StopLogging",),
    resource_fields=("name",),
    ours=resources.any_trail,
    touches=("logging.",),
    subject={"en": "Trail stopped", "ko": "CloudTrail 추적 중지"},
    did={
        "en": "stopped the CloudTrail trail {resource}",
        "ko": "CloudTrail 추적({resource})을 중지했습니다",
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

from trailkeeper.detections.proof import (
    DISABLE_CLOUD_LOGS,
    Attacker,
    Example,
    Limit,
    Proof,
    Technique,
    healed,
    not_logging,
)

_KNOWN_AS = (DISABLE_CLOUD_LOGS, "aws.defense-evasion.cloudtrail-stop")
_OTHER = "audit"


def _stop_other_trail(a: Attacker) -> None:
    arn = a.own_trail(_OTHER)
    a.cloudtrail.start_logging(Name=arn)
    a.cloudtrail.stop_logging(Name=arn)


def _remove_other_trail(a: Attacker) -> None:
    arn = a.trail.replace(a.trail.rsplit("/", 1)[-1], _OTHER)
    a.wait_for(
        "the other trail to log", lambda: a.cloudtrail.get_trail_status(Name=arn)["IsLogging"]
    )
    a.remove_other_trails()


PROOF = Proof(
    example=Example(
        {"name": "trailkeeper"},
        not_logging(healed("logging.status", "IsLogging", "false", "true"), since_call=True),
    ),
    techniques=(
        Technique(
            id="trail-stopped",
            words="Stop the trail",
            events=("StopLogging",),
            documents=("logging.status",),
            how="StartLogging before anything else is read; the alert says how long the trail was "
            "dark",
            known_as=_KNOWN_AS,
            attack=lambda a: a.cloudtrail.stop_logging(Name=a.trail),
        ),
        Technique(
            id="trail-other-stopped",
            words="Stop another trail of the account",
            events=("StopLogging",),
            documents=("other-trails.status",),
            how="StartLogging, if the trail is of this account and region (setting `other_trails`)",
            known_as=_KNOWN_AS,
            attack=_stop_other_trail,
            undo=_remove_other_trail,
        ),
    ),
    limits=(
        Limit(
            "Act while the trail is dark",
            "No event arrives for such calls; CloudTrail's event history keeps them for 90 days, "
            "the alert says which minutes to read, and every heal of the trail is followed by a "
            "reconcile of everything",
        ),
    ),
)
