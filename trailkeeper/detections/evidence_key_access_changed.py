"""Somebody changes the grants or the names of the evidence key."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="evidence-key-access-changed",
    category="evidence-key",
    severity=Severity.CRITICAL,
    event_source="kms.amazonaws.com",
    events=(
        "CreateGrant",
        "RevokeGrant",
        "RetireGrant",
        "UpdateAlias",
        "DeleteAlias",
        "DisconnectCustomKeyStore",
    ),
    resource_fields=("keyId", "targetKeyId", "aliasName"),
    ours=resources.evidence_key,
    touches=("evidence-key.", "trail.settings", "log-bucket.encryption"),
    subject={
        "en": "Log encryption key grants or alias changed",
        "ko": "로그 암호화 키 권한 부여·별칭 변경",
    },
    did={
        "en": "changed the grants or names of the log encryption key {resource}",
        "ko": "로그 암호화 키({resource})의 권한 부여 또는 별칭을 변경했습니다",
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

from trailkeeper.detections.proof import (
    Attacker,
    Example,
    Limit,
    Proof,
    Technique,
    told,
)
from trailkeeper.evidence.drift import ABSENT


def _grant(a: Attacker) -> str:
    made = a.kms.create_grant(
        KeyId=a.evidence_key, GranteePrincipal=a.own_role(), Operations=["Decrypt"]
    )
    return str(made["GrantId"])


def _revoke_all(a: Attacker) -> None:
    for grant in a.kms.list_grants(KeyId=a.evidence_key)["Grants"]:
        a.kms.revoke_grant(KeyId=a.evidence_key, GrantId=grant["GrantId"])


def _move_alias(a: Attacker, key: str) -> None:
    a.kms.update_alias(AliasName="alias/trailkeeper-evidence", TargetKeyId=key)


PROOF = Proof(
    example=Example(
        {"keyId": "alias/trailkeeper-evidence"},
        told(
            "evidence-key.grants",
            "",
            '[{"GranteePrincipal": "arn:aws:iam::444455556666:root", "Operations": ["Decrypt"]}]',
            ABSENT,
        ),
    ),
    techniques=(
        Technique(
            id="evidence-key-granted",
            words="Let somebody use the key, by a grant",
            events=("CreateGrant",),
            documents=("evidence-key.grants",),
            outcome="told",
            how="Nothing is revoked: only people know whether it is wanted",
            known_as=(),
            attack=_grant,
            undo=_revoke_all,
        ),
        Technique(
            id="evidence-key-grant-revoked",
            words="Take back a grant that somebody relied on",
            events=("RevokeGrant",),
            outcome="told",
            how="The baseline has no grants, so there is nothing to restore",
            known_as=(),
            attack=lambda a: a.kms.revoke_grant(KeyId=a.evidence_key, GrantId=_grant(a)),
        ),
        Technique(
            id="evidence-key-alias-moved",
            words="Move the key's alias to another key",
            events=("UpdateAlias",),
            outcome="told",
            how="The trail and the bucket name the key by its ARN, so nothing of theirs changed",
            known_as=(),
            attack=lambda a: _move_alias(a, a.own_key()),
            undo=lambda a: _move_alias(a, a.evidence_key),
        ),
        Technique(
            id="evidence-key-store-disconnected",
            words="Disconnect a custom key store",
            events=("DisconnectCustomKeyStore",),
            outcome="told",
            how="The evidence key lives in no custom key store",
            known_as=(),
            proved_by="tests/detections/test_techniques.py::"
            "test_a_call_that_changes_no_document_is_told_with_its_author",
        ),
    ),
    limits=(
        Limit(
            "Give another key an alias that looks like ours",
            "Nothing of the evidence names a key by its alias, so nothing follows it",
        ),
    ),
)
