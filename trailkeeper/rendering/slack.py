"""An alert as a Slack message: Block Kit within Slack's limits, nothing untrusted as markup."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trailkeeper.alerts.alert import Alert
from trailkeeper.rendering import sheet, subject, untrusted
from trailkeeper.rendering.wording import Reader, word
from trailkeeper.words.text import Severity

# docs.slack.dev, reference/block-kit/blocks: header 150, section text 3,000, field 2,000 and
# button 75 characters, 10 elements of a context, 10 fields a section, 50 blocks.
HEADER_LIMIT, TEXT_LIMIT, FIELD_LIMIT, CONTEXT_LIMIT, BUTTON_LIMIT = 150, 3000, 2000, 10, 75
# Ten would fit; more than six are not read.
_MOST_FIELDS = 6

_COLOURS = {Severity.INFO: "#2eb67d", Severity.WARNING: "#ecb22e", Severity.CRITICAL: "#e01e5a"}
_MARKS = {Severity.INFO: "🟢", Severity.WARNING: "🟠", Severity.CRITICAL: "🔴"}
# The longest section that may need to escape every character fits into a text: 3,000 / 5.
_SENTENCES_LIMIT = 2900


def render(alert: Alert, reader: Reader) -> dict[str, Any]:
    """The alert as the body of a POST to an incoming webhook, in the order of the mail.

    The subject is a plain-text header; untrusted text elsewhere stands in code spans, where Slack
    reads neither formatting nor mentions nor links.
    """
    page = sheet.write(alert, reader, name=lambda text: code(text, 160), value=code)
    line = subject.write(alert, reader, HEADER_LIMIT - 3, tag=False)
    title = f"{_MARKS[alert.severity]} {line}"
    return {
        "text": escape(f"{page.severity}: {line}").replace("`", "'"),
        "blocks": [_header(title)],
        "attachments": [{"color": _COLOURS[alert.severity], "blocks": list(_body(page, reader))}],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def escape(text: str) -> str:
    """The three characters that Slack reads as markup (docs.slack.dev, formatting message text)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def code(text: str, limit: int = 300) -> str:
    """Untrusted text as a code span."""
    return f"`{escape(untrusted.value(text, limit).replace('`', chr(39)) or ' ')}`"


def _body(page: sheet.Sheet, reader: Reader) -> Iterator[dict[str, Any]]:
    yield _section(*page.story)
    if page.actions:
        yield _section(f"*{page.now}*", *_steps(page.actions))
    changes = [f"• {each}" for each in page.changes]
    if page.verified:
        changes.append(page.verified)
    if changes:
        yield _section(f"*{word('section.changes', reader)}*", *changes)
    if page.rows:
        fields = [_mrkdwn(f"*{row.label}*\n{row.value}", FIELD_LIMIT) for row in page.rows]
        yield {"type": "section", "fields": fields[:_MOST_FIELDS]}
    yield from _commands("section.evidence", page.evidence, reader)
    yield from _commands("section.repair", page.repair, reader)
    yield from _commands("section.undo", page.undo, reader)
    rest = [f"{row.label}: {row.value}" for row in (*page.rows[_MOST_FIELDS:], *page.details)]
    elements = [_mrkdwn(each, TEXT_LIMIT) for each in [*rest, page.footer]]
    yield {"type": "context", "elements": elements[:CONTEXT_LIMIT]}
    if page.links:
        yield {"type": "actions", "elements": [_button(link) for link in page.links]}


def _steps(actions: tuple[sheet.Action, ...]) -> Iterator[str]:
    for number, action in enumerate(actions, 1):
        yield f"{number}. {action.text}"
        yield from (f"```{escape(line)}```" for line in action.commands)


def _commands(key: str, lines: tuple[str, ...], reader: Reader) -> Iterator[dict[str, Any]]:
    if lines:
        shown = (f"```{escape(line)}```" for line in lines)
        yield _section(f"*{word(key, reader)}*", *shown)


def _header(text: str) -> dict[str, Any]:
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _section(*lines: str) -> dict[str, Any]:
    """A section of whole lines; one that does not fit is left out, never cut inside a span."""
    kept, length = [], 0
    for line in lines:
        length += len(line) + 1
        if length > _SENTENCES_LIMIT:
            kept.append(untrusted.ELLIPSIS)
            break
        kept.append(line)
    return {"type": "section", "text": _mrkdwn("\n".join(kept), TEXT_LIMIT)}


def _mrkdwn(text: str, limit: int) -> dict[str, Any]:
    if len(text) > limit:
        # Cutting could open a code span or split an escape; plain text has neither.
        return {"type": "plain_text", "text": untrusted.cut(text, limit), "emoji": False}
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _button(link: sheet.Button) -> dict[str, Any]:
    label = untrusted.cut(link.label, BUTTON_LIMIT)
    return {
        "type": "button",
        "text": {"type": "plain_text", "text": label, "emoji": False},
        "url": link.url,
    }


def raw(document: str) -> dict[str, Any]:
    """A document that could not be rendered, as plain text."""
    title = "Trailkeeper: an alert that could not be put in words"
    excerpt = untrusted.value(document, _SENTENCES_LIMIT)
    section = {"type": "section", "text": {"type": "plain_text", "text": excerpt, "emoji": False}}
    return {"text": title, "blocks": [_header(title), section]}
