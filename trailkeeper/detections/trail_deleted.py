"""Somebody deletes a trail, perhaps to put another into its place."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="trail-deleted",
    category="trail",
    severity=Severity.CRITICAL,
    event_source="cloudtrail.amazonaws.com",
    events=("DeleteTrail",),
    resource_fields=("name",),
    ours=resources.any_trail,
    touches=(
        "logging.",
        "trail.",
    ),
    subject={"en": "Trail deleted", "ko": "CloudTrail 추적 삭제"},
    did={
        "en": "deleted the CloudTrail trail {resource}",
        "ko": "CloudTrail 추적({resource})을 삭제했습니다",
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
    made_again,
    not_logging,
)

_CREATE = ("cloudtrail", "CreateTrail")
_FILLERS = 4  # with the guarded one they are the five trails that a region may have


def _replace(a: Attacker) -> None:
    bucket = a.own_bucket()
    a.outrun(*_CREATE)
    a.cloudtrail.delete_trail(Name=a.trail)
    a.cloudtrail.create_trail(
        Name=a.trail.rsplit("/", 1)[-1], S3BucketName=bucket, IsMultiRegionTrail=True
    )
    a.cloudtrail.start_logging(Name=a.trail)


def _fill_quota(a: Attacker) -> None:
    a.lose_events("CreateTrail", _FILLERS)
    for number in range(_FILLERS):
        a.own_trail(f"filler-{number}")
    a.outrun(*_CREATE)
    a.cloudtrail.delete_trail(Name=a.trail)
    a.own_trail(f"filler-{_FILLERS}")


def _free_quota(a: Attacker) -> None:
    a.remove_other_trails()
    a.reconcile()


PROOF = Proof(
    example=Example(
        {"name": "trailkeeper"}, not_logging(made_again("logging.status"), since_call=False)
    ),
    techniques=(
        Technique(
            id="trail-deleted",
            words="Delete the trail",
            events=("DeleteTrail",),
            documents=("logging.status", "trail.settings", "trail.event-selectors"),
            how="CreateTrail with every setting, StartLogging, then the selectors",
            known_as=(DISABLE_CLOUD_LOGS, "aws.defense-evasion.cloudtrail-delete"),
            recreates="trail",
            attack=lambda a: a.cloudtrail.delete_trail(Name=a.trail),
        ),
        Technique(
            id="trail-replaced",
            words="Delete the trail and create another of the same name that writes elsewhere",
            events=("DeleteTrail", "CreateTrail", "StartLogging"),
            documents=("trail.settings", "trail.event-selectors"),
            how="The whole trail is compared, so a trail that merely has the name and logs fools "
            "nobody",
            known_as=(DISABLE_CLOUD_LOGS,),
            attack=_replace,
        ),
        Technique(
            id="trail-quota-filled",
            words="Delete the trail and use up the region's quota of trails",
            events=("DeleteTrail", "CreateTrail"),
            documents=("logging.status",),
            outcome="told",
            how="CreateTrail is refused, and every reconcile tries again; trails of others are not "
            "removed",
            known_as=(DISABLE_CLOUD_LOGS,),
            attack=_fill_quota,
            undo=_free_quota,
        ),
        Technique(
            id="trail-other-deleted",
            words="Delete another trail of the account, or an organization's",
            events=("DeleteTrail",),
            outcome="told",
            how="With where it wrote and what differs; a trail that Trailkeeper did not deploy is "
            "left as it is",
            known_as=(DISABLE_CLOUD_LOGS,),
            proved_by="tests/lambdas/heal/test_other_trails.py::test_a_deleted_trail_is_told_with_where_it_wrote",
        ),
    ),
    limits=(
        Limit(
            "Stop or delete an event data store of CloudTrail Lake",
            "Lake takes no new customers and is not part of the evidence",
        ),
    ),
)
