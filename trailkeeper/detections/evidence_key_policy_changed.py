"""Somebody changes the policy of the evidence key."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="evidence-key-policy-changed",
    category="evidence-key",
    severity=Severity.CRITICAL,
    event_source="kms.amazonaws.com",
    events=("PutKeyPolicy",),
    resource_fields=("keyId",),
    ours=resources.evidence_key,
    touches=("evidence-key.", "trail.settings", "log-bucket.encryption"),
    subject={"en": "Log encryption key policy changed", "ko": "로그 암호화 키 정책 변경"},
    did={
        "en": "changed the policy of the log encryption key {resource}",
        "ko": "로그 암호화 키({resource})의 정책을 변경했습니다",
    },
)

# What follows is for people, tests and the demo: it is not packed for the functions.

import json
from collections.abc import Callable
from typing import Any

from trailkeeper.detections.proof import (
    Act,
    Attacker,
    Example,
    Limit,
    Proof,
    Technique,
    healed,
)
from trailkeeper.evidence.drift import ABSENT

Statements = list[dict[str, Any]]


def _change(change: Callable[[Statements, Attacker], Statements]) -> Act:
    def act(a: Attacker) -> None:
        read = a.kms.get_key_policy(KeyId=a.evidence_key, PolicyName="default")
        policy = json.loads(read["Policy"])
        policy["Statement"] = change(policy["Statement"], a)
        a.kms.put_key_policy(
            KeyId=a.evidence_key,
            PolicyName="default",
            Policy=json.dumps(policy),
            BypassPolicyLockoutSafetyCheck=True,
        )

    return act


def _everything_for(principal: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "kms:*",
        "Resource": "*",
    }


def _shared(statements: Statements, a: Attacker) -> Statements:
    return [*statements, {**_everything_for("*"), "Action": "kms:Decrypt"}]


def _locked(statements: Statements, a: Attacker) -> Statements:
    return [_everything_for(a.me)]


def _unlocked(statements: Statements, a: Attacker) -> Statements:
    return [*statements, _everything_for(f"arn:aws:iam::{a.account}:root")]


def _unlock(a: Attacker) -> None:
    _change(_unlocked)(a)
    a.reconcile()


_PUT_BACK = "The baseline's policy is put back"

PROOF = Proof(
    example=Example(
        {"keyId": "alias/trailkeeper-evidence"},
        healed(
            "evidence-key.policy",
            "Statement[]",
            ABSENT,
            '[{"Action": ["kms:GenerateDataKey*"], "Effect": "Allow", '
            '"Principal": {"Service": ["cloudtrail.amazonaws.com"]}}]',
        ),
    ),
    techniques=(
        Technique(
            id="evidence-key-policy-replaced",
            words="Forbid CloudTrail to use the key, by the key policy",
            events=("PutKeyPolicy",),
            documents=("evidence-key.policy",),
            how=_PUT_BACK,
            known_as=(),
            attack=_change(lambda statements, a: statements[:1]),
        ),
        Technique(
            id="evidence-key-shared",
            words="Let another account use the key, by the key policy",
            events=("PutKeyPolicy",),
            documents=("evidence-key.policy",),
            how=_PUT_BACK,
            known_as=(),
            attack=_change(_shared),
        ),
        Technique(
            id="evidence-key-locked",
            words="Forbid everybody but the attacker to use or mend the key, by the key policy",
            events=("PutKeyPolicy",),
            documents=("evidence-key.policy", "trail.settings", "log-bucket.encryption"),
            outcome="told",
            how="Logs are delivered without the key until it can be used: unencrypted logs beat "
            "none",
            known_as=(),
            attack=_change(_locked),
            undo=_unlock,
        ),
    ),
    limits=(
        Limit(
            "Give somebody the right to decrypt by IAM",
            "The key policy lets the account's own IAM policies count, as KMS advises; the trail "
            "records who changes those",
        ),
    ),
)
