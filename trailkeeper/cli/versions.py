"""The published versions of the functions: which runs, which there are to go back to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trailkeeper.evidence.names import (
    ALERT_FUNCTION,
    DELIVERIES_FUNCTION,
    HEAL_FUNCTION,
    LIVE,
)

ALWAYS = (HEAL_FUNCTION, ALERT_FUNCTION)
FUNCTIONS = (*ALWAYS, DELIVERIES_FUNCTION)
"""Those that a setting turns on come last."""
_LATEST = "$LATEST"


class VersionsError(Exception):
    """When there is no such version to go back to; one line for the user."""


@dataclass(frozen=True, slots=True)
class Version:
    """One published version; `code` is the hash of its code, as Lambda gives it."""

    number: int
    published: datetime
    code: str


@dataclass(frozen=True, slots=True)
class Published:
    """The versions of a function, newest first; `live` is the number of the one that runs."""

    function: str
    live: int
    versions: tuple[Version, ...]

    @property
    def before(self) -> int | None:
        """The newest version that is older than the one that runs."""
        return next((each.number for each in self.versions if each.number < self.live), None)


def all_published(functions: Any) -> Iterator[Published]:
    """What each function has published, of those that a setting turns on only what is there.

    Raises:
        ClientError: a function or its alias is not there, or may not be read.
        VersionsError: an alias does not point to a published version.
    """
    for name in FUNCTIONS:
        try:
            yield published(functions, name)
        except functions.exceptions.ResourceNotFoundException:
            if name in ALWAYS:
                raise


def published(functions: Any, name: str) -> Published:
    """What a function has published. `functions` is a Lambda client.

    Raises:
        ClientError: the function or its alias is not there, or may not be read.
        VersionsError: the alias does not point to a published version.
    """
    alias = functions.get_alias(FunctionName=name, Name=LIVE)["FunctionVersion"]
    if alias == _LATEST:
        raise VersionsError(
            f"{name}:{LIVE} points to {_LATEST}, which anybody may change who may change the "
            "function; deploy the stacks again"
        )
    pages = functions.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    found = [
        Version(
            int(each["Version"]),
            datetime.fromisoformat(each["LastModified"].replace("+0000", "+00:00")),
            each["CodeSha256"],
        )
        for page in pages
        for each in page["Versions"]
        if each["Version"] != _LATEST
    ]
    newest_first = sorted(found, key=lambda each: each.number, reverse=True)
    return Published(name, int(alias), tuple(newest_first))


def roll_back(functions: Any, name: str, to: int | None) -> tuple[int, int]:
    """Point a function's alias to a version, by default the one before; from which, and to which.

    Raises:
        ClientError: AWS refused a call.
        VersionsError: there is no such version, or it runs already.
    """
    known = published(functions, name)
    wanted = known.before if to is None else to
    there_are = ", ".join(str(each.number) for each in known.versions)
    if wanted is None:
        raise VersionsError(
            f"{name} has no version before {known.live}, which runs; there are: {there_are}"
        )
    if wanted == known.live:
        raise VersionsError(f"{name} runs version {wanted} already; there are: {there_are}")
    if wanted not in {each.number for each in known.versions}:
        raise VersionsError(f"{name} has no version {wanted}; there are: {there_are}")
    functions.update_alias(
        FunctionName=name, Name=LIVE, FunctionVersion=str(wanted), RoutingConfig={}
    )
    return known.live, wanted


def old(known: Published, keep: int) -> Sequence[Version]:
    """The versions that `prune` removes: all but the newest `keep`, and never the one that runs."""
    return [each for each in known.versions[keep:] if each.number != known.live]


def prune(functions: Any, known: Published, keep: int) -> int:
    """Remove old versions; how many.

    Raises:
        ClientError: AWS refused a call; those before it are gone.
    """
    doomed = old(known, keep)
    for each in doomed:
        functions.delete_function(FunctionName=known.function, Qualifier=str(each.number))
    return len(doomed)
