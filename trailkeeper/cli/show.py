"""Puts the heal function's answers on a terminal; what came from outside is cleaned first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from trailkeeper.rendering.untrusted import clean
from trailkeeper.rendering.wording import Reader, word

_READER = Reader()
_LONGEST = 500
_RESULTS = {
    "healed": "healed, and seen to be",
    "failed": "NOT healed",
    "told": "for people to decide",
    "deferred": "waits",
    "unreadable": "cannot be checked",
}


def report(found: Mapping[str, Any]) -> Iterator[str]:
    """What a reconcile found, a line for each thing that was not in order."""
    if found["in_order"]:
        yield "Everything is as the baseline says."
    for outcome in found["outcomes"]:
        document = word(f"document.{outcome['guard']}.{outcome['document']}", _READER)
        reason = word(f"reason.{outcome['reason']}", _READER) if outcome["reason"] else ""
        why = clean(outcome["error"], _LONGEST) or reason
        ended = _RESULTS[outcome["result"]]
        yield f"{document}: {ended}" + (f" ({why})" if why else "")
        for change in outcome["changes"]:
            where, was, wanted = (clean(each, _LONGEST) for each in change)
            yield f"    {where or 'it'}: {was} -> {wanted}"
    if found.get("paused_until"):
        yield f"Repairs are paused until {found['paused_until']}."


def status(answer: Mapping[str, Any]) -> Iterator[str]:
    """Everything that `trailkeeper status` tells."""
    yield f"Trail:          {answer['trail']}"
    yield f"Guarded:        {', '.join(answer['guarded'])}"
    last = answer["last_reconcile"]
    if last is None:
        yield "Last reconcile: never, as far as is known"
    else:
        ended = "all in order" if last["in_order"] else f"{len(last['outcomes'])} not in order"
        yield f"Last reconcile: {last['at']} ({ended})"
    pause = answer["paused"]
    if pause:
        author = f" by {clean(pause['author'], _LONGEST)}" if pause["author"] else ""
        yield f"Paused:         until {pause['until']}{author}: {clean(pause['reason'], _LONGEST)}"
    yield "Drift now:"
    yield from (f"  {line}" for line in report(answer["now"]))
    yield "Last heals of logging:"
    for heal in answer["heals"]:
        yield f"  {heal['at']}  {clean(heal['author'], _LONGEST) or 'author not known'}"
    if not answer["heals"]:
        yield "  none in 30 days"
