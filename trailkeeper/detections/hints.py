"""Whether a call is about the evidence, and which resource to name; a hint, never a target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trailkeeper.detections.catalogue import DETECTIONS, Detection, detect
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.baseline import Baseline

_SHOWN_CHARACTERS = 300


def resource(call: ApiCall) -> str:
    """The resource as the caller wrote it: a name or an ARN, untrusted, "" when it is not there."""
    return next(_named(call), "")[:_SHOWN_CHARACTERS]


def resources(call: ApiCall) -> tuple[str, ...]:
    """Everything that a call names in one list, such as alarms, or the one thing that it names."""
    first = next(_values(call), None)
    named = [each for each in first if isinstance(each, str)] if isinstance(first, list) else []
    return tuple(dict.fromkeys(named)) or tuple(filter(None, [resource(call)]))


def names_our_trail(call: ApiCall, baseline: Baseline) -> bool:
    """Whether a CloudTrail call means the guarded trail, by name, by ARN or by naming none."""
    return resource(call) in ("", baseline.trail_name, baseline.names.trail_arn)


def concerns(call: ApiCall, baseline: Baseline) -> bool:
    """Whether the call may be about our evidence.

    A body that CloudTrail left out, and a call that names nothing, may be about anything, so they
    are. Every call on a trail is: other trails have a guard of their own.
    """
    named = [*_named(call), *call.resource_arns]
    if call.parameters_omitted or not named:
        return True
    return any(each.ours(name, baseline) for each in _meant(call) for name in named)


def _meant(call: ApiCall) -> tuple[Detection, ...]:
    """The detection that the call belongs to; of a call that is none, all those of its service."""
    detection = detect(call)
    if detection is not None:
        return (detection,)
    return tuple(each for each in DETECTIONS if each.event_source == call.source)


def _values(call: ApiCall) -> Iterator[Any]:
    """What the call has in the fields that name resources, the likeliest first."""
    for field in dict.fromkeys(field for each in _meant(call) for field in each.resource_fields):
        value = call.parameters.get(field)
        if value:
            yield value


def _named(call: ApiCall) -> Iterator[str]:
    for value in _values(call):
        if isinstance(value, str) and value:
            yield value
        elif isinstance(value, list):
            yield from (each for each in value if isinstance(each, str) and each)
