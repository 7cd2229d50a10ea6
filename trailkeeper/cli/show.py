"""Puts the heal function's reports on a terminal; what came from outside is cleaned first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC

from trailkeeper.cli import times
from trailkeeper.cost.prices import prices
from trailkeeper.evidence.drift import ABSENT, Change
from trailkeeper.evidence.outcome import Outcome, Report, Result, place_of
from trailkeeper.rendering.untrusted import clean
from trailkeeper.rendering.wording import Reader, word
from trailkeeper.words.text import LONGEST_FIELD

_FEW = 2
_READER = Reader()
_RESULTS: Mapping[Result, str] = {
    Result.HEALED: "healed, and seen to be",
    Result.FAILED: "NOT healed",
    Result.TOLD: "for people to decide",
    Result.DEFERRED: "waits",
    Result.UNREADABLE: "cannot be checked",
}


def report(found: Report) -> Iterator[str]:
    """What a reconcile found, a line for each thing that was not in order."""
    if found.found_nothing:
        yield "Everything is as the baseline says."
    for each in found.outcomes:
        yield from outcome(each)
    if found.paused_until:
        yield f"Repairs are paused until {times.at(found.paused_until, UTC)}."


def outcome(found: Outcome, *, paused: bool = False) -> Iterator[str]:
    """One thing that was not in order, and below it what differs."""
    result, why = _RESULTS[found.result], _why(found)
    if found.reason == "dry_run":
        result, why = "would be restored", "when the pause is over" if paused else ""
    yield f"{document(found.key)}: {result}" + (f" ({why})" if why else "")
    for change in found.changes:
        yield from changed(change)


def changed(change: Change) -> Iterator[str]:
    """One difference: where it is, what is there, what is wanted."""
    where = _clean(change.path) or "it"
    yield f"    {where}: {_clean(change.before)} -> {_clean(change.after)}"


def said(error: str) -> str:
    """An error of AWS, in one line."""
    return _clean(error)


def second_copy() -> str:
    """What another trail that records the same costs."""
    copy = prices().by_key["trail_copy"]
    return (
        f"a second copy of management events costs {copy.price:g} USD per {copy.per:,} "
        "(docs/cost.md)"
    )


def difference(found: Outcome) -> str:
    """What differs in one thing that was not in order, in one line."""
    first = [f"{_clean(each.path) or 'it'}: {_before(each)}" for each in found.changes[:_FEW]]
    more = [f"and {len(found.changes) - _FEW} more"] if len(found.changes) > _FEW else []
    return "gone" if found.gone else ", ".join((*first, *more))


def _before(change: Change) -> str:
    return "missing" if change.before == ABSENT else _clean(change.before)


def document(key: str) -> str:
    """What people call the document of a key, such as `log bucket policy`; others as they are."""
    name, region = place_of(key)
    known = word(f"document.{name}", _READER, lambda unknown: _clean(name))
    return f"{known} ({_clean(region)})" if region else known


def summary(last: Report) -> str:
    """How a reconcile ended, in a few words."""
    if last.found_nothing:
        return "all in order"
    healed, left = len(last.healed), len(last.left)
    parts = [f"{healed} healed"] if healed else []
    parts.append(f"{left} not in order" if left else "all in order now")
    return ", ".join(parts)


def _why(outcome: Outcome) -> str:
    if outcome.error:
        return _clean(outcome.error)
    return word(f"reason.{outcome.reason}", _READER) if outcome.reason else ""


def _clean(text: str) -> str:
    return clean(text, LONGEST_FIELD)
