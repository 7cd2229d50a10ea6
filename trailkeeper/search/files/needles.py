"""Which bytes must be in a file, and in a record, for a question to have an answer there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from trailkeeper.search.question import Question
from trailkeeper.search.wildcard import has_wildcard, literals

# Bytes that JSON writers leave as they are; others may be escaped in more than one way.
_SAFE = re.compile(r"[A-Za-z0-9_.:@*+ -]+")
_SHORTEST = 3


class Needles(NamedTuple):
    """Groups of byte texts: a record is an answer only if it holds one of each group.

    The first group is the most telling one. No group: every record may be an answer.
    """

    groups: tuple[tuple[bytes, ...], ...] = ()

    @property
    def letters(self) -> frozenset[int]:
        """Every byte of them, and of `Records`: none may be written as an escape."""
        texts = (b"Records", *(each for group in self.groups for each in group))
        return frozenset(b"".join(texts).replace(b'"', b""))


def needles(question: Question) -> Needles:
    """The needles of a question, the most telling first."""
    groups = (
        _group(question.access_keys, whole=True),
        _group(question.resources, whole=False),
        _group(question.events, whole=True),
        _group(question.users, whole=False, also={"root": b'"Root"'}),
        _group(question.principals, whole=False),
        _group(_exact_addresses(question.ips), whole=True),
        ((b'"errorCode"',) if question.errors or question.denied else ()),
        _group(question.sources, whole=True),
        _group(question.accounts, whole=True),
        _group(question.regions, whole=True),
    )
    return Needles(tuple(each for each in groups if each))


def _exact_addresses(given: tuple[str, ...]) -> tuple[str, ...]:
    # A network, and IPv6, is written in many ways: no bytes can be asked for.
    exact = all(re.fullmatch(r"\d+\.\d+\.\d+\.\d+|.*\.amazonaws\.com", each) for each in given)
    return given if exact else ()


def _group(
    patterns: Iterable[str], *, whole: bool, also: dict[str, bytes] | None = None
) -> tuple[bytes, ...]:
    """One needle a pattern; none at all when one pattern has none, for any may be the answer.

    `whole` says that the pattern is a whole text of the record, so that its quotes belong to it;
    else it may be the end of a text.
    """
    found = []
    for pattern in patterns:
        needle = _needle(pattern, whole=whole)
        if needle is None:
            return ()
        found.append(needle)
        if also and also.get(pattern):
            found.append(also[pattern])
        elif also and has_wildcard(pattern):
            found.extend(also.values())
    return tuple(dict.fromkeys(found))


def _needle(pattern: str, *, whole: bool) -> bytes | None:
    parts = literals(pattern)
    longest = b""
    for number, part in enumerate(parts):
        runs = list(_SAFE.finditer(part))
        for run in runs:
            before = b'"' if whole and number == 0 and run.start() == 0 else b""
            ends = number == len(parts) - 1 and run.end() == len(part)
            needle = before + run[0].encode() + (b'"' if ends and whole else b"")
            if len(needle) > len(longest):
                longest = needle
    return longest if len(longest) >= _SHORTEST else None
