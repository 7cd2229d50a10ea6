"""Puts the heal function's answers on a terminal; what came from outside is cleaned first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trailkeeper.evidence.outcome import Outcome, Report, Result
from trailkeeper.reconcile.answer import Answer
from trailkeeper.rendering.untrusted import clean
from trailkeeper.rendering.wording import Reader, word
from trailkeeper.words.text import LONGEST_FIELD

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
    for outcome in found.outcomes:
        document = word(f"document.{outcome.guard}.{outcome.document}", _READER)
        why = _why(outcome)
        yield f"{document}: {_RESULTS[outcome.result]}" + (f" ({why})" if why else "")
        for change in outcome.changes:
            where = _clean(change.path) or "it"
            yield f"    {where}: {_clean(change.before)} -> {_clean(change.after)}"
    if found.paused_until:
        yield f"Repairs are paused until {found.paused_until.isoformat()}."


def status(answer: Answer) -> Iterator[str]:
    """Everything that `trailkeeper status` tells."""
    now, found = answer.report, answer.status
    if now is None or found is None:
        return
    yield f"Trail:          {found.trail}"
    yield f"Guarded:        {', '.join(found.guarded)}"
    last = found.last_reconcile
    if last is None:
        yield "Last reconcile: never, as far as is known"
    else:
        yield f"Last reconcile: {last.at.isoformat()} ({_summary(last.report)})"
    if pause := found.pause:
        author = f" by {_clean(pause.author)}" if pause.author else ""
        yield f"Paused:         until {pause.end.isoformat()}{author}: {_clean(pause.reason)}"
    yield "Drift now:"
    yield from (f"  {line}" for line in report(now))
    yield "Last heals of logging:"
    for heal in found.heals:
        yield f"  {heal.at.isoformat()}  {_clean(heal.author) or 'author not known'}"
    if not found.heals:
        yield "  none in 30 days"


def _summary(last: Report) -> str:
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
