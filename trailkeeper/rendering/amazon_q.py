"""An alert as a custom notification of Amazon Q Developer in chat applications."""

from __future__ import annotations

import json
from typing import Any

from trailkeeper.alerts.alert import Alert
from trailkeeper.rendering import sheet, subject, untrusted
from trailkeeper.rendering.slack import code
from trailkeeper.rendering.wording import Reader, word

# A title has no code spans and no room for escapes.
_UNMARKED = str.maketrans("<>`*", "‹›'∗")
_TITLE_LIMIT, _DESCRIPTION_LIMIT, _STEP_LIMIT = 250, 3000, 500


def render(alert: Alert, reader: Reader) -> str:
    """The alert as JSON; Amazon Q drops in silence what does not follow this schema.

    Source: Amazon Q Developer in chat applications, administrator guide, "Custom notifications":
    version, source and content.description are required.
    """
    page = sheet.write(alert, reader, name=lambda text: code(text, 160), value=code)
    title = subject.write(alert, reader, _TITLE_LIMIT).translate(_UNMARKED)
    content: dict[str, Any] = {
        "textType": "client-markdown",
        "title": title,
        "description": _fitting(_paragraphs(page, reader)),
        "keywords": [str(alert.severity), _unmarked(alert.category)],
    }
    steps = [each.text for each in page.actions if len(each.text) <= _STEP_LIMIT]
    if steps:
        content["nextSteps"] = steps
    document = {
        "version": "1.0",
        "source": "custom",
        "content": content,
        "metadata": {
            "threadId": _unmarked(alert.group or alert.dedup_key),
            "summary": title,
            "eventType": _unmarked(alert.detection),
        },
    }
    return json.dumps(document, ensure_ascii=True, separators=(",", ":"))


def _unmarked(text: str) -> str:
    return untrusted.value(text, 100).translate(_UNMARKED)


def _paragraphs(page: sheet.Sheet, reader: Reader) -> list[str]:
    lines = [*page.story, *(f"- {each}" for each in page.changes)]
    lines += [page.verified] if page.verified else []
    lines += [f"*{row.label}*: {row.value}" for row in (*page.rows, *page.details)]
    for key, commands in (
        ("section.evidence", page.evidence),
        ("section.repair", page.repair),
        ("section.undo", page.undo),
    ):
        if commands:
            lines += [f"*{word(key, reader)}*", *(f"`{each}`" for each in commands)]
    return lines + [f"<{link.url}|{link.label}>" for link in page.links]


def _fitting(lines: list[str]) -> str:
    """As many whole lines as fit: a cut one could leave a code span open."""
    kept, length = [], 0
    for line in lines:
        length += len(line) + 1
        if length > _DESCRIPTION_LIMIT:
            kept.append(untrusted.ELLIPSIS)
            break
        kept.append(line)
    return "\n".join(kept)


def raw(document: str) -> str:
    """A document that could not be rendered, as a notification that shows its beginning."""
    content = {
        "textType": "client-markdown",
        "title": "Trailkeeper: an alert that could not be put in words",
        "description": code(document, 500),
    }
    return json.dumps({"version": "1.0", "source": "custom", "content": content})
