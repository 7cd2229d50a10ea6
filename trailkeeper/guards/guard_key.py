"""Guards the keys of the alert topics, and their aliases: without them every mail ends unsent.

They must work, and let CloudWatch publish. A topic beyond home has a key of its own region, which
is read alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift, canonical_policy
from trailkeeper.evidence.names import ALERTS_KEY_ALIAS
from trailkeeper.evidence.outcome import placed
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards import alerts_key
from trailkeeper.guards.guard import Clients, Document, Guard, error_code, reading
from trailkeeper.guards.sides import Side

NAME = "guard-key"
# EnableKey just after CancelKeyDeletion (KMS developer guide, "Eventual consistency").
_STILL_PENDING = frozenset({"KMSInvalidStateException"})
_NOT_FOUND = frozenset({"NotFoundException"})
_RIGHT = "the key that was deployed"


def guard(side: Side) -> Guard:
    """The guard of the keys, if the topics have one."""
    regions = side.key_regions

    def arns(baseline: Baseline, resource: str) -> tuple[str, ...]:
        """One of KMS in each region that has a key."""
        names = baseline.names
        return tuple(
            (names.in_region(each) if each else names).arn("kms", resource) for each in regions
        )

    return Guard(
        name=NAME,
        documents=tuple(document for each in regions for document in _documents(side, each)),
        resource=lambda baseline: arns(baseline, ALERTS_KEY_ALIAS),
        why="",
        gone=_NOT_FOUND,
        also_needs=(
            *alerts_key.PERMISSIONS,
            *(alerts_key.elsewhere(each) for each in regions if each),
            Permission(
                ("kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus"),
                # The alias, too: one that is gone names no key for which the call could be judged.
                lambda baseline: (*arns(baseline, "key/*"), *arns(baseline, ALERTS_KEY_ALIAS)),
                "Compare the key of the alert topics with what is deployed",
            ),
            Permission(
                (
                    *("kms:CancelKeyDeletion", "kms:EnableKey", "kms:EnableKeyRotation"),
                    "kms:PutKeyPolicy",
                ),
                lambda baseline: arns(baseline, "key/*"),
                "Make the key of the alert topics, which has its alias, usable again",
                lambda _: {"ForAnyValue:StringEquals": {"kms:ResourceAliases": ALERTS_KEY_ALIAS}},
            ),
            # Both calls are judged for the alias and for the keys (KMS developer guide,
            # "Controlling access to aliases"), so no other alias can be moved.
            Permission(
                ("kms:CreateAlias", "kms:UpdateAlias"),
                lambda baseline: (*arns(baseline, ALERTS_KEY_ALIAS), *arns(baseline, "key/*")),
                "Point the alias at the key of the alert topics again",
            ),
        ),
    )


def _documents(side: Side, region: str) -> Iterator[Document]:
    """What there is to compare of the key of a region, "" for home."""
    key = _Key(region)

    def named(document: str) -> str:
        return placed(document, region) if region else document

    def write_policy(clients: Clients, baseline: Baseline, _: Drift) -> None:
        policy = json.dumps(side.key_policy(baseline, region))
        kms = key.kms(clients)
        kms.put_key_policy(KeyId=key.id(clients), PolicyName="default", Policy=policy)

    # First: the rights to put the others right hold for the key with this alias.
    yield Document(
        named("alias"), key.read_alias, lambda _: {"TargetKey": _RIGHT}, (), key.write_alias
    )
    yield Document(
        named("state"),
        key.read_state,
        lambda _: {"KeyState": "Enabled"},
        (),
        key.write_state,
        not_yet=_STILL_PENDING,
    )
    yield Document(
        named("policy"),
        key.read_policy,
        lambda baseline: side.key_policy(baseline, region),
        (),
        write_policy,
        canonical=canonical_policy,
    )
    yield Document(
        named("rotation"),
        key.read_rotation,
        lambda _: {"KeyRotationEnabled": True},
        (),
        lambda clients, *_: key.kms(clients).enable_key_rotation(KeyId=key.id(clients)),
    )


@dataclass(frozen=True, slots=True)
class _Key:
    """The key of a region, "" for home."""

    region: str

    def kms(self, clients: Clients) -> Any:
        return clients.kms_in(self.region) if self.region else clients.kms

    def id(self, clients: Clients) -> str:
        """The id of the key; most calls take no alias."""
        return alerts_key.deployed_id(clients, self.region)

    def read_alias(self, clients: Clients, _: Baseline) -> Any:
        named = (self._named(clients) or {}).get("KeyId")
        return {"TargetKey": _RIGHT if named == self.id(clients) else named}

    def write_alias(self, clients: Clients, *_: Any) -> None:
        kms = self.kms(clients)
        named = {"AliasName": ALERTS_KEY_ALIAS, "TargetKeyId": self.id(clients)}
        try:
            kms.update_alias(**named)
        except ClientError as error:
            if error_code(error) not in _NOT_FOUND:
                raise
            kms.create_alias(**named)

    def read_state(self, clients: Clients, _: Baseline) -> Any:
        """As the alias shows it, for one call less, where that names the right key."""
        key, found = self.id(clients), self._named(clients)
        if found is None or found["KeyId"] != key:
            found = self.kms(clients).describe_key(KeyId=key)["KeyMetadata"]
        return {"KeyState": found["KeyState"]}

    def write_state(self, clients: Clients, _: Baseline, drift: Drift) -> None:
        """Cancelling a deletion leaves a key disabled (KMS API reference, CancelKeyDeletion)."""
        kms, key = self.kms(clients), self.id(clients)
        if any(change.before == "PendingDeletion" for change in drift.changes):
            try:
                kms.cancel_key_deletion(KeyId=key)
            except ClientError as error:
                if error_code(error) not in _STILL_PENDING:
                    raise
        kms.enable_key(KeyId=key)

    def read_policy(self, clients: Clients, _: Baseline) -> Any:
        kms = self.kms(clients)
        return kms.get_key_policy(KeyId=self.id(clients), PolicyName="default")["Policy"]

    def read_rotation(self, clients: Clients, _: Baseline) -> Any:
        answer = self.kms(clients).get_key_rotation_status(KeyId=self.id(clients))
        return {"KeyRotationEnabled": answer["KeyRotationEnabled"]}

    def _named(self, clients: Clients) -> dict[str, Any] | None:
        """The key that the alias names, None for no key."""
        described = self.kms(clients).describe_key
        found = reading(lambda: described(KeyId=ALERTS_KEY_ALIAS), _NOT_FOUND)
        return found["KeyMetadata"] if found else None
