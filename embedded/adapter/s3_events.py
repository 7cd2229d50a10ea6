"""What S3 tells EventBridge of deleted objects: which version, and no size.

Source: S3 user guide, "EventBridge event message structure", and "Event message detail field".
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from typing import Any

from ministack.services import eventbridge, s3

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.eventbridge:_dispatch_event(event, view)",
    "ministack.services.s3:_fire_s3_event(bucket_name, key, event_name, size, etag, deletion_type,"
    " restore_event_data, version_id, sequencer, object_extra, record_extra)",
)

_version: ContextVar[str] = ContextVar("s3_version", default="")


def install() -> None:
    """Complete the events of deleted objects."""
    fire, dispatch = s3._fire_s3_event, eventbridge._dispatch_event

    def fired(*about: Any, version_id: str | None = None, **more: Any) -> None:
        token = _version.set(version_id or "")
        try:
            fire(*about, version_id=version_id, **more)
        finally:
            _version.reset(token)

    def dispatched(event: dict[str, Any], *view: Any, **more: Any) -> Any:
        if (event.get("Source"), event.get("DetailType")) == ("aws.s3", "Object Deleted"):
            event = {**event, "Detail": json.dumps(_completed(json.loads(event["Detail"])))}
        return dispatch(event, *view, **more)

    s3._fire_s3_event = fired
    eventbridge._dispatch_event = dispatched


def _completed(detail: dict[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in detail["object"].items() if name != "size"}
    version = {"version-id": _version.get()} if _version.get() else {}
    return {**detail, "object": {**told, **version}}
