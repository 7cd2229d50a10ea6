"""Somebody changes how long the log group keeps events, or who can read them."""

from __future__ import annotations

from trailkeeper.detections import resources
from trailkeeper.detections.detection import Detection
from trailkeeper.words.text import Severity

DETECTION = Detection(
    id="log-group-changed",
    category="log-group",
    severity=Severity.WARNING,
    event_source="logs.amazonaws.com",
    events=(
        "PutRetentionPolicy",
        "DeleteRetentionPolicy",
        "PutLogGroupDeletionProtection",
        "AssociateKmsKey",
        "DisassociateKmsKey",
        "PutDataProtectionPolicy",
        "DeleteDataProtectionPolicy",
        "PutAccountPolicy",
    ),
    resource_fields=("logGroupName", "logGroupIdentifier"),
    ours=resources.log_group,
    touches=(
        "log-group.settings",
        "log-group.data-protection",
        "log-group.account-policies",
    ),
    subject={"en": "Log group changed", "ko": "로그 그룹 설정 변경"},
    did={
        "en": "changed the log group {resource}",
        "ko": "로그 그룹({resource})의 설정을 변경했습니다",
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

_ADDRESSES = ["arn:aws:dataprotection::aws:data-identifier/IpAddress"]


def _setting(id_: str, words: str, event: str, how: str, attack: Act) -> Technique:
    return Technique(
        id=id_,
        words=words,
        events=(event,),
        documents=("log-group.settings",),
        how=how,
        known_as=(),
        attack=attack,
    )


_OPERATIONS: dict[str, dict[str, Any]] = {
    "audit": {"Audit": {"FindingsDestination": {}}},
    "mask": {"Deidentify": {"MaskConfig": {}}},
}
_MASK = {
    "Name": "mask",
    "Version": "2021-06-01",
    "Statement": [
        {"Sid": sid, "DataIdentifier": _ADDRESSES, "Operation": operation}
        for sid, operation in _OPERATIONS.items()
    ],
}


def _mask(a: Attacker) -> None:
    a.logs.put_data_protection_policy(
        logGroupIdentifier=a.log_group, policyDocument=json.dumps(_MASK)
    )


def _by_account(
    id_: str, words: str, document: str, kind: str, policy: Callable[[Attacker], Any]
) -> Technique:
    named = {"policyName": "of-the-account", "policyType": kind}
    return Technique(
        id=id_,
        words=words,
        events=("PutAccountPolicy",),
        documents=(document,),
        outcome="told",
        how="Nothing is removed: the policy is for every log group of the account",
        known_as=(),
        attack=lambda a: a.logs.put_account_policy(**named, policyDocument=json.dumps(policy(a))),
        undo=lambda a: a.logs.delete_account_policy(**named),
    )


PROOF = Proof(
    example=Example(
        {"logGroupName": "/trailkeeper/trail"},
        healed("log-group.settings", "retentionInDays", "1", "365"),
    ),
    techniques=(
        _setting(
            "log-group-retention-shortened",
            "Let events expire after a day",
            "PutRetentionPolicy",
            "The baseline's retention is put back",
            lambda a: a.logs.put_retention_policy(logGroupName=a.log_group, retentionInDays=1),
        ),
        _setting(
            "log-group-unprotected",
            "Turn off the deletion protection",
            "PutLogGroupDeletionProtection",
            "Deletion protection is turned on again",
            lambda a: a.logs.put_log_group_deletion_protection(
                logGroupIdentifier=a.log_group, deletionProtectionEnabled=False
            ),
        ),
        _setting(
            "log-group-encrypted-by-others",
            "Encrypt new events with a key of the attacker",
            "AssociateKmsKey",
            "The key is taken off the group",
            lambda a: a.logs.associate_kms_key(logGroupName=a.log_group, kmsKeyId=a.own_key()),
        ),
        Technique(
            id="log-group-masked",
            words="Mask addresses and names in the events",
            events=("PutDataProtectionPolicy",),
            documents=("log-group.data-protection",),
            how="The data protection policy is removed",
            known_as=(),
            attack=_mask,
        ),
        _by_account(
            "log-group-masked-by-account",
            "Mask the events of all log groups, by a policy of the account",
            "log-group.account-policies",
            "DATA_PROTECTION_POLICY",
            lambda _: _MASK,
        ),
        _by_account(
            "log-group-copied-by-account",
            "Stream the events of all log groups to the attacker, by a policy of the account",
            "log-group.account-policies",
            "SUBSCRIPTION_FILTER_POLICY",
            lambda a: {
                "DestinationArn": a.own_stream(),
                "RoleArn": a.own_role("logs.amazonaws.com"),
                "FilterPattern": "",
            },
        ),
        _by_account(
            "log-group-rewritten-by-account",
            "Rewrite the events of all log groups, by a policy of the account",
            "log-group.account-policies",
            "TRANSFORMER_POLICY",
            lambda _: [{"parseJSON": {}}, {"deleteKeys": {"withKeys": ["userIdentity"]}}],
        ),
        _by_account(
            "log-group-retention-by-account",
            "Let the events of all log groups expire early, by a policy of the account",
            "log-group.settings",
            "RETENTION_POLICY",
            lambda _: {"retentionInDays": 30, "enforcementMode": "RETROACTIVE"},
        ),
    ),
    limits=(
        Limit(
            "Tag the log group or take its tags away",
            "No right of ours and no part of the baseline depends on them",
        ),
    ),
)
