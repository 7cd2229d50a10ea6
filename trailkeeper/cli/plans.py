"""Which entry of `expected_actors` plans a call, in words, and why the others do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache

from trailkeeper.detections.detection import Detection
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.expected import STOPS, ExpectedActor, applying

TagsOf = Callable[[str], Mapping[str, str] | None]
"""The tags of a user or role by its ARN; None where they cannot be read."""


def nobodys(_: str) -> None:
    """For previews without an account to ask."""


def planned(
    entries: tuple[ExpectedActor, ...],
    call: ApiCall,
    detection: Detection,
    now: datetime,
    tags_of: TagsOf,
) -> tuple[ExpectedActor | None, tuple[str, ...]]:
    """The entry that applies, as the heal function finds it, and what to say of the entries."""
    arn = call.actor.principal_arn
    tags = cache(lambda: tags_of(arn))
    found = applying(
        entries,
        call=call.name,
        detection=detection.id,
        arn=arn,
        now=now,
        tags=lambda: tags() or {},
    )
    said: list[str] = []
    for number, each in enumerate(entries):
        if each is found:
            said.append(f"expected_actors[{number}] applies: {_plan(each)}")
            break
        if why_not := _why_not(each, call, detection, now, tags):
            said.append(f"expected_actors[{number}] {why_not}")
    return found, tuple(said)


def _why_not(
    entry: ExpectedActor,
    call: ApiCall,
    detection: Detection,
    now: datetime,
    tags: Callable[[], Mapping[str, str] | None],
) -> str:
    """Why an entry does not plan a call, if that is worth a word: it may be about somebody else."""
    if entry.principal and entry.principal != call.actor.principal_arn:
        return ""
    if call.name in STOPS:
        return "does not apply: what stops or deletes a trail is never planned"
    if not entry.covers(call.name, detection.id):
        return f"does not apply: it names {', '.join(entry.calls)}"
    if entry.is_over(now):
        return f"does not apply: its last day was {entry.until}"
    if tags() is None:
        return f"applies if the caller has the tags {_tags(entry)}, which are not known"
    return f"does not apply: the caller has not the tags {_tags(entry)}"


def _plan(entry: ExpectedActor) -> str:
    who = entry.principal or f"whoever has the tags {_tags(entry)}"
    until = f" until {entry.until}" if entry.until else ""
    return f"planned for {who}{until}" + (f": {entry.reason}" if entry.reason else "")


def _tags(entry: ExpectedActor) -> str:
    return ", ".join(f"{key}={value}" for key, value in entry.tags.items())
