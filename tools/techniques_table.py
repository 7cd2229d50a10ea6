"""The techniques as the README's table: `python -m tools.techniques_table [--write FILE]`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from stacks import generated
from trailkeeper.detections.techniques import LIMITS, TECHNIQUES
from trailkeeper.detections.techniques.technique import Technique
from trailkeeper.guards import EVIDENCE
from trailkeeper.guards.guard import Guard

SECTION = "techniques"

_START_LOGGING = "cloudtrail:StartLogging"


def techniques_table() -> str:
    """Each technique, its calls, how it ends, how, and with which rights, as a Markdown table."""
    return generated.markdown_table(
        ("Technique", "Calls", "Ends", "What Trailkeeper does", "Rights used"),
        (*map(_row, TECHNIQUES), *_limits()),
    )


def rights_used(technique: Technique) -> tuple[str, ...]:
    """The IAM actions that restore the evidence, as the guards' documents declare them."""
    if technique.outcome == "told":
        return ()
    return tuple(dict.fromkeys(_rights(technique)))


def _rights(technique: Technique) -> Iterator[str]:
    if technique.recreates:
        guard = _guard(technique.recreates)
        for permission in guard.also_needs:
            yield from (each for each in permission.actions if ":Create" in each)
    for name in technique.documents:
        guard_name, _, document_name = name.partition(".")
        if document_name == "status":
            yield _START_LOGGING
        else:
            yield from _guard(guard_name).document(document_name).writes


def _guard(name: str) -> Guard:
    return next(each for each in EVIDENCE if each.name == name)


def _row(technique: Technique) -> tuple[str, ...]:
    known_as = f" ({', '.join(technique.known_as)})" if technique.known_as else ""
    return (
        technique.words + known_as,
        _listed(technique.events),
        technique.outcome,
        technique.how,
        _listed(rights_used(technique)),
    )


def _limits() -> Iterator[tuple[str, ...]]:
    for limit in LIMITS:
        yield limit.words, "", "not seen", limit.why, ""


def _listed(words: tuple[str, ...]) -> str:
    return "<br>".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    sys.exit(generated.run("tools.techniques_table", SECTION, techniques_table))
