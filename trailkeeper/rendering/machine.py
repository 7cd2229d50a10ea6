"""An alert as JSON for programs that subscribe through a queue, a function or HTTPS."""

from __future__ import annotations

import json
from typing import Any

from trailkeeper.alerts import commands
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.console import is_console_link
from trailkeeper.rendering.sheet import headline
from trailkeeper.rendering.wording import Quote, Reader, phrase, sentence, word
from trailkeeper.words.text import Duration, Moment, Text, Value

VERSION = 2
LIMIT = 60_000
_MOST = 40
# The longest text kept; shorter when a document full of long texts would pass the limit.
_LENGTHS = (1000, 100, 10)


def render(alert: Alert, reader: Reader) -> str:
    """The alert as one JSON document, ASCII only, so that nothing hidden survives unescaped.

    Identifiers (`detection`, `category`, `severity`, the names of facts) never change with the
    language; the sentences beside them are in the reader's.
    """
    rendered = ""
    for longest in _LENGTHS:
        whole = _document(alert, reader, longest)
        rendered = json.dumps(whole, ensure_ascii=True, separators=(",", ":"))
        if len(rendered) <= LIMIT:
            break
    return rendered


def _document(alert: Alert, reader: Reader, longest: int) -> dict[str, Any]:
    def short(text: str) -> str:
        return text if len(text) <= longest else text[: longest - 1] + "…"

    def said(text: Value) -> str:
        return sentence(text, reader, short)

    return {
        "version": VERSION,
        "source": "trailkeeper",
        "detection": short(alert.detection),
        "category": short(alert.category),
        "severity": str(alert.severity),
        "headline": said(headline(alert)),
        "who": phrase(alert.who, reader, short) if alert.who else None,
        "story": [said(each) for each in alert.story[:_MOST]],
        "account": short(alert.account),
        "region": short(alert.region),
        "occurred_at": short(alert.occurred_at) if alert.occurred_at else None,
        "event_id": short(alert.event_id) if alert.event_id else None,
        "dedup_key": short(alert.dedup_key),
        "facts": [
            {
                "name": short(fact.label).removeprefix("label."),
                "label": word(fact.label, reader, short),
                "value": _plain(fact.value, reader, short),
            }
            for fact in alert.facts[:_MOST]
        ],
        "changes": [said(each) for each in alert.changes[:_MOST]],
        "differences": [
            {
                "document": short(each.document),
                "path": short(each.path),
                "found": short(each.found),
                "deployed": short(each.deployed),
            }
            for each in alert.differences[:_MOST]
        ],
        "verified": alert.verified,
        "steps": [
            {"text": said(each.text), "commands": commands.lines(each.command)}
            for each in alert.steps[:_MOST]
        ],
        "commands": {
            "evidence": commands.lines(alert.evidence),
            "repair": commands.lines(alert.repair),
            "undo": commands.lines(alert.undo),
        },
        "links": [
            {"name": short(each.label).removeprefix("link."), "url": short(each.url)}
            for each in alert.links[:_MOST]
            if is_console_link(each.url)
        ],
    }


def _plain(value: Value, reader: Reader, short: Quote) -> str | int | float:
    match value:
        case Moment(iso):
            return short(iso)
        case Duration(seconds):
            return seconds
        case Text():
            return phrase(value, reader, short)
        case int():
            return value
        case _:
            return short(value)
