"""Guards the key of the alert topics: without it every mail ends in the topics, unsent.

It is known by its alias, as its id is AWS's choice: whatever key the alias names, topics and roles
must use that one, and it must work and let CloudWatch publish.
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift, canonical_policy
from trailkeeper.evidence.names import ALERTS_KEY_ALIAS
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards import side_documents
from trailkeeper.guards.guard import Clients, Document, Guard, error_code
from trailkeeper.guards.sides import Side

NAME = "guard-key"
# EnableKey just after CancelKeyDeletion (KMS developer guide, "Eventual consistency").
_STILL_PENDING = frozenset({"KMSInvalidStateException"})


def guard(side: Side) -> Guard:
    """The guard of the key, if the topics have one."""

    def policy(baseline: Baseline) -> Any:
        return side_documents.key_policy(baseline, budgets=side.budgets_publish)

    def write_policy(clients: Clients, baseline: Baseline, _: Drift) -> None:
        clients.kms.put_key_policy(
            KeyId=_id(clients), PolicyName="default", Policy=json.dumps(policy(baseline))
        )

    return Guard(
        name=NAME,
        documents=(
            Document(
                "state",
                _read_state,
                lambda _: {"KeyState": "Enabled"},
                (),
                _write_state,
                not_yet=_STILL_PENDING,
            ),
            Document(
                "policy",
                lambda clients, _: clients.kms.get_key_policy(
                    KeyId=_id(clients), PolicyName="default"
                )["Policy"],
                policy,
                (),
                write_policy,
                canonical=canonical_policy,
            ),
            Document(
                "rotation",
                lambda clients, _: {
                    "KeyRotationEnabled": clients.kms.get_key_rotation_status(KeyId=_id(clients))[
                        "KeyRotationEnabled"
                    ]
                },
                lambda _: {"KeyRotationEnabled": True},
                (),
                lambda clients, *_: clients.kms.enable_key_rotation(KeyId=_id(clients)),
            ),
        ),
        resource=lambda baseline: baseline.names.arn("kms", ALERTS_KEY_ALIAS),
        why="",
        gone=frozenset({"NotFoundException"}),
        also_needs=(
            Permission(
                (
                    *("kms:CancelKeyDeletion", "kms:DescribeKey", "kms:EnableKey"),
                    *("kms:EnableKeyRotation", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus"),
                    "kms:PutKeyPolicy",
                ),
                lambda baseline: baseline.names.arn("kms", "key/*"),
                "Compare the key of the alert topics, known by its alias, and make it usable again",
                lambda _: {"ForAnyValue:StringEquals": {"kms:ResourceAliases": ALERTS_KEY_ALIAS}},
            ),
        ),
    )


def _id(clients: Clients) -> str:
    """The id of the key behind the alias; most calls take no alias."""
    return str(_metadata(clients)["KeyId"])


def _metadata(clients: Clients) -> dict[str, Any]:
    found: dict[str, Any] = clients.kms.describe_key(KeyId=ALERTS_KEY_ALIAS)["KeyMetadata"]
    return found


def _read_state(clients: Clients, _: Baseline) -> Any:
    return {"KeyState": _metadata(clients)["KeyState"]}


def _write_state(clients: Clients, _: Baseline, drift: Drift) -> None:
    """Cancelling a deletion leaves a key disabled (KMS API reference, CancelKeyDeletion)."""
    key = _id(clients)
    if any(change.before == "PendingDeletion" for change in drift.changes):
        try:
            clients.kms.cancel_key_deletion(KeyId=key)
        except ClientError as error:
            if error_code(error) not in _STILL_PENDING:
                raise
    clients.kms.enable_key(KeyId=key)
