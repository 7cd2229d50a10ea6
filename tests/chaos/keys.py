"""KMS in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.chaos.account import ACCOUNT, REGION, refused


@dataclass
class Key:
    """A key as KMS keeps it."""

    policy: str
    state: str = "Enabled"
    rotation: bool = False
    grants: list[Any] = field(default_factory=list)


class Kms:
    """Keys by their ARN."""

    def __init__(self) -> None:
        self.keys: dict[str, Key] = {}

    def create_key(self, *, Policy: str = "{}") -> Any:
        arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{len(self.keys)}"
        self.keys[arn] = Key(Policy)
        return {"KeyMetadata": {"Arn": arn}}

    def _key(self, arn: str, operation: str, *states: str) -> Key:
        if arn not in self.keys:
            raise refused("NotFoundException", operation)
        key = self.keys[arn]
        if states and key.state not in states:
            raise refused("KMSInvalidStateException", operation)
        return key

    def describe_key(self, *, KeyId: str) -> Any:
        state = self._key(KeyId, "DescribeKey").state
        return {"KeyMetadata": {"Arn": KeyId, "KeyState": state, "Enabled": state == "Enabled"}}

    def disable_key(self, *, KeyId: str) -> None:
        self._key(KeyId, "DisableKey", "Enabled", "Disabled").state = "Disabled"

    def enable_key(self, *, KeyId: str) -> None:
        self._key(KeyId, "EnableKey", "Enabled", "Disabled").state = "Enabled"

    def schedule_key_deletion(self, *, KeyId: str, PendingWindowInDays: int) -> None:
        self._key(KeyId, "ScheduleKeyDeletion", "Enabled", "Disabled").state = "PendingDeletion"

    def cancel_key_deletion(self, *, KeyId: str) -> None:
        self._key(KeyId, "CancelKeyDeletion", "PendingDeletion").state = "Disabled"

    def get_key_policy(self, *, KeyId: str, PolicyName: str) -> Any:
        return {"Policy": self._key(KeyId, "GetKeyPolicy").policy}

    def put_key_policy(self, *, KeyId: str, PolicyName: str, Policy: str, **_: Any) -> None:
        self._key(KeyId, "PutKeyPolicy", "Enabled", "Disabled").policy = Policy

    def get_key_rotation_status(self, *, KeyId: str) -> Any:
        key = self._key(KeyId, "GetKeyRotationStatus")
        return {"KeyRotationEnabled": key.rotation and key.state != "PendingDeletion"}

    def enable_key_rotation(self, *, KeyId: str) -> None:
        self._key(KeyId, "EnableKeyRotation", "Enabled").rotation = True

    def disable_key_rotation(self, *, KeyId: str) -> None:
        self._key(KeyId, "DisableKeyRotation", "Enabled").rotation = False

    def list_grants(self, *, KeyId: str, **_: Any) -> Any:
        return {"Grants": self._key(KeyId, "ListGrants").grants, "Truncated": False}
