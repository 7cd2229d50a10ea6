"""Reads instances out of the output of `aws ec2 describe-instances`, whole or cut down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from trailkeeper.cli.event_file import EventFileError

Instance = Mapping[str, Any]

_NEEDED = "the output of describe-instances, or one of its Instances"


def instances_in(document: Any) -> tuple[Instance, ...]:
    """The instances of a document, each as boto3 gives them (`LaunchTime` is a time).

    Raises:
        EventFileError: there is none.
    """
    found = tuple(_instances(document))
    if not found:
        raise EventFileError(f"it holds no instance; needed: {_NEEDED}")
    return found


def instance_of(instances: tuple[Instance, ...], wanted: str) -> Instance | None:
    """The instance with an id; an only one without any id is taken for it."""
    for each in instances:
        if each.get("InstanceId") == wanted:
            return each
    only = instances[0] if len(instances) == 1 else {"InstanceId": ""}
    return only if "InstanceId" not in only else None


def _instances(document: Any) -> Iterator[Instance]:
    match document:
        case list():
            for each in document:
                yield from _instances(each)
        case {"Reservations": list(reservations)}:
            yield from _instances(reservations)
        case {"Instances": list(instances)}:
            yield from _instances(instances)
        case {"InstanceId": _} | {"InstanceType": _} | {"Tags": _}:
            yield _instance(document)
        case _:
            raise EventFileError(f"it holds no instance; needed: {_NEEDED}")


def _instance(document: Mapping[str, Any]) -> Instance:
    name = document.get("InstanceId", "it")
    tags = document.get("Tags") or []
    if not isinstance(tags, list) or not all(isinstance(each, Mapping) for each in tags):
        raise EventFileError(f"{name}: Tags must be a list of objects with Key and Value")
    for part in ("Placement", "StateReason"):
        if not isinstance(document.get(part) or {}, Mapping):
            raise EventFileError(f"{name}: {part} must be an object")
    read = {**document, "Tags": tags, "Placement": document.get("Placement") or {}}
    launched = document.get("LaunchTime")
    if isinstance(launched, str):
        try:
            read["LaunchTime"] = datetime.fromisoformat(launched)
        except ValueError as error:
            raise EventFileError(f"{name}: LaunchTime must be a time: {error}") from error
    return read
