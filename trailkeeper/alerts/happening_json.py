"""Happenings as compact JSON, for the time they are held in the state table."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from trailkeeper.alerts.instance_alerts import Happening
from trailkeeper.events.event import Actor
from trailkeeper.events.instances import Cause, DeniedCall, Details, StateChange
from trailkeeper.words.text import plain, text_of

# The tags that an alert reads; a resource may have fifty, and thousands may be held.
_KEPT_TAGS = (
    "Name",
    "aws:autoscaling:groupName",
    "aws:ec2:fleet-id",
    "aws:ec2spot:fleet-request-id",
)
_LONGEST = 256


def dump(happening: Happening, owner_tag: str) -> str:
    """The happening without what no alert shows."""
    if isinstance(happening, DeniedCall):
        return _json({"denied": {**asdict(happening), "instances": happening.instances[:5]}})
    details = asdict(happening.details)
    details["tags"] = {
        key: value for key, value in details["tags"].items() if key in {*_KEPT_TAGS, owner_tag}
    }
    return _json(
        {
            "change": {
                name: getattr(happening, name)
                for name in ("event_id", "instance", "state", "account", "region", "time")
            },
            "details": {key: value for key, value in details.items() if value},
            "cause": dump_cause(happening.cause) if happening.cause else None,
        }
    )


def load(document: str) -> Happening:
    """Read what `dump` wrote."""
    raw = json.loads(document)
    if "denied" in raw:
        denied = raw["denied"]
        return DeniedCall(
            **{
                **denied,
                "actor": Actor(**denied["actor"]),
                "instances": tuple(denied["instances"]),
            }
        )
    return StateChange(
        **raw["change"],
        details=Details(**raw["details"]),
        cause=load_cause(raw["cause"]) if raw["cause"] else None,
    )


def dump_cause(cause: Cause) -> dict[str, Any]:
    """A cause as plain data."""
    named = {"call": cause.call, "time": cause.time, "event_id": cause.event_id}
    return {
        **named,
        "who": plain(cause.who),
        "by_autoscaling": cause.by_autoscaling,
        "short": plain(cause.short) if cause.short else None,
        "source_ip": cause.source_ip,
        "user_agent": cause.user_agent,
        "user": cause.user,
    }


def load_cause(raw: dict[str, Any]) -> Cause:
    """Read what `dump_cause` made."""
    return Cause(
        raw["call"],
        raw["time"],
        raw["event_id"],
        text_of(raw["who"]),
        by_autoscaling=raw.get("by_autoscaling") is True,
        short=text_of(raw["short"]) if raw.get("short") else None,
        source_ip=str(raw.get("source_ip", "")),
        user_agent=str(raw.get("user_agent", "")),
        user=str(raw.get("user", "")),
    )


def _json(document: dict[str, Any]) -> str:
    return json.dumps(_short(document), separators=(",", ":"))


def _short(item: Any) -> Any:
    match item:
        case str():
            return item[:_LONGEST]
        case dict():
            return {key[:_LONGEST]: _short(value) for key, value in item.items()}
        case list() | tuple():
            return [_short(each) for each in item]
        case _:
            return item
