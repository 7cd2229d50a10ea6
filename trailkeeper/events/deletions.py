"""What S3 itself says of deleted files: it needs no trail, so it comes in the dark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from trailkeeper.events.event import MalformedEventError

DETAIL_TYPE = "Object Deleted"
BY_CALL = "DeleteObject"
"""The `reason` of a deletion by a call; that of the life cycle is "Lifecycle Expiration"."""
_MARKER = "Delete Marker Created"


@dataclass(frozen=True, slots=True)
class Deletion:
    """One deleted file, or one version of it.

    `lost`: a version is gone. In a versioned bucket a deletion that names no version only puts a
    marker on the file. `requester` is the account or the service that asked, which is all that S3
    says of who it was; `source_ip` is where from.

    Source: S3 user guide, "EventBridge event message structure".
    """

    event_id: str
    time: str
    account: str
    region: str
    bucket: str
    key: str
    lost: bool
    requester: str
    source_ip: str

    @classmethod
    def parse(cls, envelope: Any) -> Deletion:
        """Read an EventBridge envelope.

        Raises:
            MalformedEventError: it is no event of a deletion.
        """
        event = _mapping(envelope)
        detail = _mapping(event.get("detail"))
        bucket = _string(_mapping(detail.get("bucket")).get("name"))
        key = _string(_mapping(detail.get("object")).get("key"))
        event_id = _string(event.get("id"))
        if not bucket or not key or not event_id:
            raise MalformedEventError("expected an event of S3 with its id, a bucket and a key")
        return cls(
            event_id=event_id,
            time=_instant(event.get("time")),
            account=_string(event.get("account")),
            region=_string(event.get("region")),
            bucket=bucket,
            key=key,
            lost=detail.get("deletion-type") != _MARKER,
            requester=_string(detail.get("requester")),
            source_ip=_string(detail.get("source-ip-address")),
        )


def _instant(value: Any) -> str:
    """A time as ISO 8601 in UTC, "" if it is none."""
    try:
        at = datetime.fromisoformat(_string(value))
        return at.astimezone(UTC).isoformat() if at.tzinfo else ""
    except (ValueError, OverflowError):
        return ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
