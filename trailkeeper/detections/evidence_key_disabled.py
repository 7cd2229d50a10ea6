"""Somebody makes the evidence key unusable, or will."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="evidence-key-disabled",
    category="evidence-key",
    severity=Severity.CRITICAL,
    event_source="kms.amazonaws.com",
    events=(
        "DisableKey",
        "ScheduleKeyDeletion",
        "DeleteImportedKeyMaterial",
        "DisableKeyRotation",
    ),
    resource_fields=("keyId",),
    ours=resources.evidence_key,
    touches=("evidence-key.", "trail.settings", "log-bucket.encryption"),
    subject={"en": "Log encryption key disabled", "ko": "로그 암호화 키 비활성화"},
    did={
        "en": "made the log encryption key {resource} unusable or weaker",
        "ko": "로그 암호화 키({resource})를 사용할 수 없게 하거나 약화했습니다",
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

from trailkeeper.detections.proof import Example, Limit, Proof, Technique, healed

PROOF = Proof(
    example=Example(
        {"keyId": "alias/trailkeeper-evidence"},
        healed("evidence-key.state", "KeyState", "Disabled", "Enabled"),
    ),
    techniques=(
        Technique(
            id="evidence-key-disabled",
            words="Disable the key",
            events=("DisableKey",),
            documents=("evidence-key.state",),
            how="The key is enabled again",
            known_as=(),
            attack=lambda a: a.kms.disable_key(KeyId=a.evidence_key),
        ),
        Technique(
            id="evidence-key-deletion-scheduled",
            words="Schedule the key's deletion",
            events=("ScheduleKeyDeletion",),
            documents=("evidence-key.state",),
            how="The deletion is cancelled and the key, which that leaves disabled, is enabled",
            known_as=(),
            attack=lambda a: a.kms.schedule_key_deletion(
                KeyId=a.evidence_key, PendingWindowInDays=7
            ),
        ),
        Technique(
            id="evidence-key-rotation-off",
            words="Turn off the key's rotation",
            events=("DisableKeyRotation",),
            documents=("evidence-key.rotation",),
            how="Rotation is turned on again",
            known_as=(),
            attack=lambda a: a.kms.disable_key_rotation(KeyId=a.evidence_key),
        ),
        Technique(
            id="evidence-key-material-deleted",
            words="Delete imported key material",
            events=("DeleteImportedKeyMaterial",),
            outcome="told",
            how="KMS refuses it, because the key's material is AWS's own; the try is told",
            known_as=(),
            attack=lambda a: a.refused(
                lambda: a.kms.delete_imported_key_material(KeyId=a.evidence_key)
            ),
        ),
    ),
    limits=(
        Limit(
            "Let a scheduled deletion end",
            "It takes at least seven days, in which every reconcile cancels it; a key that is gone "
            "cannot come back, nor what it encrypted",
        ),
    ),
)
