"""What was found and what was done about it, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.alerts.alert import Difference
from trailkeeper.evidence.drift import ABSENT, Change
from trailkeeper.evidence.outcome import CUT_OFF, Outcome, Report, Result, place_of
from trailkeeper.words.text import Text, Value

_MOST_CHANGES, _MOST_DIFFERENCES = 10, 40
_SHOWN_VALUE = 80


def document_text(outcome: Outcome) -> Text:
    """The part of the evidence that an outcome is about: all of the resource if it was gone."""
    if outcome.gone:
        return Text(f"resource.{outcome.guard}")
    return document_called(outcome.key)


def document_called(key: str) -> Text:
    """The document of a key, with the region that it is about, if that is not home."""
    name, region = place_of(key)
    document = Text(f"document.{name}")
    return Text("document.beyond", {"document": document, "region": region}) if region else document


def changes(report: Report) -> Iterator[Text]:
    for outcome in report.outcomes[:_MOST_CHANGES]:
        yield Text(
            "change.line",
            {
                "document": document_text(outcome),
                "found": _what_was_found(outcome),
                "done": _done(outcome),
            },
        )
    if len(report.outcomes) > _MOST_CHANGES:
        yield Text("change.more", {"count": len(report.outcomes) - _MOST_CHANGES})


def _what_was_found(outcome: Outcome) -> Text:
    whole = len(outcome.changes) > 1 and all(_is_missing(each) for each in outcome.changes)
    if outcome.gone or whole:
        return Text("change.gone")
    if outcome.key == "logging.status":
        return Text("change.off")
    if not outcome.changes:
        return Text("change.unseen" if outcome.result is Result.UNREADABLE else "change.any")
    return _some([_difference(each) for each in outcome.changes])


def _some(differences: list[Text]) -> Text:
    first, *others = differences
    if not others:
        return first
    if len(others) == 1:
        return Text("many.pair", {"first": first, "second": others[0]})
    return Text("change.and_more", {"first": first, "count": len(others)})


def _is_missing(change: Change) -> bool:
    """Whether a whole member of the document is not there; all of them: the document is gone."""
    return change.before == ABSENT and not set(change.path) & {".", "["}


def _difference(change: Change) -> Text:
    # Of a list, which entry it was says nothing: what differs in it does.
    path, before, after = change.path.removeprefix("[]."), _cut(change.before), _cut(change.after)
    if change.before == ABSENT and path == "[]":
        return Text("change.lacks_whole", {"after": after})
    if change.before == ABSENT and path.endswith("[]"):
        return Text("change.lacks", {"path": path.removesuffix("[]"), "after": after})
    if change.before == ABSENT:
        return Text("change.missing", {"path": path}) if path else Text("change.deleted")
    if change.after == ABSENT:
        key = "change.added" if path else "change.added_whole"
        return Text(key, {"path": path, "before": before})
    key = "change.differs" if path else "change.differs_whole"
    return Text(key, {"path": path, "before": before, "after": after})


def _cut(value: str) -> str:
    return value if len(value) <= _SHOWN_VALUE else value[: _SHOWN_VALUE - 1] + "…"


def _done(outcome: Outcome) -> Text:
    why: Value = outcome.error or Text(f"reason.{outcome.reason}")
    if outcome.result is not Result.HEALED:
        return Text(f"done.{outcome.result.value}", {"why": why})
    if outcome.reason == CUT_OFF:
        return Text("done.cut_off")
    if outcome.gone:
        return Text("done.recreated")
    return Text("done.started" if outcome.guard == "logging" else "done.healed")


def differences(report: Report) -> Iterator[Difference]:
    """Every difference whole, for programs; people get them short."""
    found = (
        Difference(f"{outcome.guard}.{outcome.document}", each.path, each.before, each.after)
        for outcome in report.outcomes
        for each in outcome.changes
    )
    for _, each in zip(range(_MOST_DIFFERENCES), found, strict=False):
        yield each
