"""Checks a Slack message against the limits of Block Kit, as Slack does before it answers 400."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

BLOCKS, FIELDS, ELEMENTS, ATTACHMENTS = 50, 10, 25, 100
HEADER, TEXT, FIELD, BUTTON, URL, MESSAGE = 150, 3000, 2000, 75, 3000, 40_000

# A span that Slack takes as a mention, a channel, a date or a link.
_MARKUP = re.compile(r"<[^>]*>?")


def problems(message: Mapping[str, Any]) -> list[str]:
    """Everything that Slack would refuse or read as markup that is not ours."""
    return list(_problems(message))


def _problems(message: Mapping[str, Any]) -> Iterator[str]:
    if not 0 < len(message.get("text", "")) <= MESSAGE:
        yield "text has no or too many characters"
    yield from _markup(message.get("text", ""))
    attachments = message.get("attachments", [])
    if len(attachments) > ATTACHMENTS:
        yield "too many attachments"
    groups = [message.get("blocks", []), *(each.get("blocks", []) for each in attachments)]
    for blocks in groups:
        if len(blocks) > BLOCKS:
            yield f"{len(blocks)} blocks"
        for block in blocks:
            yield from _block(block)


def _block(block: Mapping[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield from _text(block["text"], HEADER)
            if block["text"]["type"] != "plain_text":
                yield "a header must be plain text"
        case "section":
            if "text" not in block and "fields" not in block:
                yield "a section needs text or fields"
            if "text" in block:
                yield from _text(block["text"], TEXT)
            fields = block.get("fields", [])
            if "fields" in block and not 0 < len(fields) <= FIELDS:
                yield f"{len(fields)} fields"
            for each in fields:
                yield from _text(each, FIELD)
        case "actions":
            if not 0 < len(block["elements"]) <= ELEMENTS:
                yield "a wrong number of buttons"
            for each in block["elements"]:
                yield from _text(each["text"], BUTTON)
                if len(each["url"]) > URL or not each["url"].startswith("https://"):
                    yield f"button url {each['url'][:80]}"
        case "context":
            for each in block["elements"]:
                yield from _text(each, TEXT)
        case unknown:
            yield f"unknown block {unknown}"


def _text(text: Mapping[str, Any], limit: int) -> Iterator[str]:
    if not 0 < len(text["text"]) <= limit:
        yield f"{len(text['text'])} characters where {limit} are allowed"
    if text["type"] == "mrkdwn":
        yield from _markup(text["text"])
        if text["text"].count("`") % 2:
            yield "an open code span"


def _markup(text: str) -> Iterator[str]:
    if found := _MARKUP.search(text):
        yield f"markup {found.group()[:80]!r}"
