"""Techniques against the key that encrypts the log files."""

from __future__ import annotations

from trailkeeper.detections.techniques.technique import Technique

_DISABLED = "evidence-key-disabled"
_POLICY = "evidence-key-policy-changed"
_ACCESS = "evidence-key-access-changed"
_STATE_DOCUMENT = ("evidence-key.state",)
_POLICY_DOCUMENT = ("evidence-key.policy",)

EVIDENCE_KEY: tuple[Technique, ...] = (
    Technique(
        "evidence-key-disabled",
        "Disable the key",
        ("DisableKey",),
        _DISABLED,
        _STATE_DOCUMENT,
        "healed",
        "The key is enabled again",
    ),
    Technique(
        "evidence-key-deletion-scheduled",
        "Schedule the key's deletion",
        ("ScheduleKeyDeletion",),
        _DISABLED,
        _STATE_DOCUMENT,
        "healed",
        "The deletion is cancelled and the key, which that leaves disabled, is enabled",
    ),
    Technique(
        "evidence-key-policy-replaced",
        "Forbid CloudTrail to use the key, by the key policy",
        ("PutKeyPolicy",),
        _POLICY,
        _POLICY_DOCUMENT,
        "healed",
        "The baseline's policy is put back",
    ),
    Technique(
        "evidence-key-shared",
        "Let another account use the key, by the key policy",
        ("PutKeyPolicy",),
        _POLICY,
        _POLICY_DOCUMENT,
        "healed",
        "The baseline's policy is put back",
    ),
    Technique(
        "evidence-key-locked",
        "Forbid everybody but the attacker to use or mend the key, by the key policy",
        ("PutKeyPolicy",),
        _POLICY,
        (*_POLICY_DOCUMENT, "trail.settings", "log-bucket.encryption"),
        "told",
        "Logs are delivered without the key until it can be used: unencrypted logs beat none",
    ),
    Technique(
        "evidence-key-rotation-off",
        "Turn off the key's rotation",
        ("DisableKeyRotation",),
        _DISABLED,
        ("evidence-key.rotation",),
        "healed",
        "Rotation is turned on again",
    ),
    Technique(
        "evidence-key-granted",
        "Let somebody use the key, by a grant",
        ("CreateGrant",),
        _ACCESS,
        ("evidence-key.grants",),
        "told",
        "Nothing is revoked: only people know whether it is wanted",
    ),
    Technique(
        "evidence-key-grant-revoked",
        "Take back a grant that somebody relied on",
        ("RevokeGrant",),
        _ACCESS,
        (),
        "told",
        "The baseline has no grants, so there is nothing to restore",
    ),
    Technique(
        "evidence-key-alias-moved",
        "Move the key's alias to another key",
        ("UpdateAlias",),
        _ACCESS,
        (),
        "told",
        "The trail and the bucket name the key by its ARN, so nothing of theirs changed",
    ),
    Technique(
        "evidence-key-material-deleted",
        "Delete imported key material",
        ("DeleteImportedKeyMaterial",),
        _DISABLED,
        (),
        "told",
        "KMS refuses it, because the key's material is AWS's own; the try is told",
    ),
    Technique(
        "evidence-key-store-disconnected",
        "Disconnect a custom key store",
        ("DisconnectCustomKeyStore",),
        _ACCESS,
        (),
        "told",
        "The evidence key lives in no custom key store",
    ),
)
