"""The account, the people and the call that the examples tell of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from trailkeeper.detections.detection import Detection
from trailkeeper.detections.techniques import PROOFS
from trailkeeper.events.event import Actor, ApiCall
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.expected import ExpectedActor
from trailkeeper.evidence.outcome import Outcome, Result

NOW = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)
ACCOUNT, REGION = "111122223333", "us-east-1"

BASELINE = Baseline(
    partition="aws",
    region=REGION,
    account=ACCOUNT,
    trail_name="trailkeeper",
    evidence_key_arn=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0e1d6c8a-1111-2222-3333-444455556666",
    log_retention_days=365,
    archive_after_days=90,
    expire_after_days=2557,
)

POLICY_GONE = Outcome(
    "log-bucket", "policy", Result.HEALED, (Change("", "-", '{"Statement": "6 of them"}'),)
)
RETENTION = Outcome(
    "log-group", "settings", Result.HEALED, (Change("retentionInDays", "1", "365"),)
)
ROOT = Actor.parse(
    {
        "type": "Root",
        "arn": f"arn:aws:iam::{ACCOUNT}:root",
        "accountId": ACCOUNT,
        "sessionContext": {"attributes": {"mfaAuthenticated": "true"}},
    }
)
_SSO_ROLE = "AWSReservedSSO_AdministratorAccess_6cb29b3b61ef9620"
SSO = Actor.parse(
    {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{_SSO_ROLE}/alice.kim@example.com",
        "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "sessionContext": {
            "sessionIssuer": {
                "arn": f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/{_SSO_ROLE}",
                "userName": _SSO_ROLE,
            },
            "attributes": {"mfaAuthenticated": "false", "creationDate": "2026-11-20T02:58:00Z"},
        },
    }
)
ATTACKER = Actor(
    kind="IAMUser",
    arn=f"arn:aws:iam::{ACCOUNT}:user/deploy-bot",
    principal_arn=f"arn:aws:iam::{ACCOUNT}:user/deploy-bot",
    name="deploy-bot",
    account=ACCOUNT,
    access_key_id="AKIAIOSFODNN7EXAMPLE",
)
PLANNED = ExpectedActor(
    ("PutBucketPolicy",), ATTACKER.principal_arn, until="2026-12-31", reason="nightly deploy"
)


def call_of(detection: Detection, **changes: object) -> ApiCall:
    call = ApiCall(
        event_id="6b6e1c2d-0000-4000-8000-5f6a7b8c9d0e",
        time=NOW.isoformat(),
        region=REGION,
        account=ACCOUNT,
        source=detection.event_source,
        name=detection.events[0],
        source_ip="203.0.113.7",
        user_agent="aws-cli/2.31.0 os/macos",
        actor=ATTACKER,
        parameters=PROOFS[detection.id].example.parameters,
    )
    return replace(call, **changes)  # type: ignore[arg-type]
