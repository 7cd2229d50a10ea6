"""What an entry of the setting `expected_actors` may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stacks.setting_kinds import (
    Fault,
    Kind,
    RefusedError,
    checked,
    day,
    guess,
    list_of,
    optional,
    principal,
    record,
    table_of,
    text,
)
from trailkeeper.detections import stack_events
from trailkeeper.detections.catalogue import DETECTIONS
from trailkeeper.evidence.expected import STOPS, ExpectedActor

_EXAMPLE = "the name of a call such as PutBucketPolicy, or a detection such as log-group-changed"
# An entry whose detection is about nothing else could never apply.
_KINDS = (
    *stack_events.DEPLOYS,
    *(each for detection in DETECTIONS for each in detection.events if each not in STOPS),
    *(each.id for each in DETECTIONS if not set(each.events) <= set(STOPS)),
)
_ALWAYS_LOUD = {*STOPS, *(each.id for each in DETECTIONS)} - set(_KINDS)


def expected_actors() -> Kind:
    """An entry: whose calls of which kinds are planned, until when, and why."""
    fields = {
        "principal": optional(principal()),
        "tags": optional(
            table_of(
                text(r"[\w .:/=+@-]{1,128}", "1 to 128 characters"),
                text(r"[\w .:/=+@-]{0,256}", "a string of at most 256 characters"),
                at_most=5,
            )
        ),
        "calls": list_of(Kind(_EXAMPLE, _kind_of_call, str), at_least=1),
        "until": optional(day()),
        "reason": optional(text(r"[^\x00-\x1f\x7f]{1,200}", "one line of at most 200 characters")),
    }
    return checked(record(fields, _entry), _whom)


def _kind_of_call(value: Any) -> str:
    if isinstance(value, str) and value in _KINDS:
        return value
    if isinstance(value, str) and value in _ALWAYS_LOUD:
        raise RefusedError(Fault("", value, "what stops or deletes a trail is never planned"))
    if value == stack_events.DELETES:
        raise RefusedError(Fault("", value, "the deletion of a stack is never planned"))
    raise RefusedError(Fault("", value, guess(value, _KINDS)))


def _entry(
    *,
    principal: str | None,
    tags: Mapping[str, str] | None,
    calls: tuple[str, ...],
    until: str | None,
    reason: str | None,
) -> ExpectedActor:
    return ExpectedActor(calls, principal or "", tags or {}, until or "", reason or "")


def _whom(entry: ExpectedActor) -> str:
    if entry.principal and entry.tags:
        return "it names both principal and tags: one of them"
    if not entry.principal and not entry.tags:
        return "it names nobody: principal or tags is needed"
    return ""
