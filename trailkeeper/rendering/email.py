"""An alert as the plain text of an e-mail: reads well in a phone's preview and at 78 columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from trailkeeper.alerts.alert import Alert
from trailkeeper.rendering import sheet, untrusted
from trailkeeper.rendering.wording import Reader, word

# SNS Publish, Subject: less than 100 characters, no line breaks or control characters.
SUBJECT_LIMIT = 99
BODY_LIMIT = 20_000
_COLUMNS = 78


@dataclass(frozen=True, slots=True)
class Mail:
    """A subject of one line and a plain-text body."""

    subject: str
    body: str


def render(alert: Alert, reader: Reader) -> Mail:
    """The alert as a mail."""
    page = sheet.write(alert, reader, name=untrusted.name, value=untrusted.value)
    body = "\n".join(_lines(page, reader))
    return Mail(subject(page), untrusted.cut(body, BODY_LIMIT) + "\n")


def subject(page: sheet.Sheet) -> str:
    """Severity and headline, cut at a word."""
    return untrusted.cut_at_word(f"[{page.severity}] {page.headline}", SUBJECT_LIMIT)


def _lines(page: sheet.Sheet, reader: Reader) -> Iterator[str]:
    yield from _wrapped(page.headline)
    yield ""
    yield f"{word('label.severity', reader)}: {page.severity}"
    for row in page.rows:
        yield from _wrapped(f"{row.label}: {row.value}", hanging="    ")
    if page.actions or page.verified:
        yield from _section("section.actions", reader)
        for action in page.actions:
            yield from _wrapped(f"- {action}", hanging="  ")
        if page.verified:
            yield from _wrapped(page.verified)
    if page.next_steps:
        yield from _section("section.next", reader)
        for number, step in enumerate(page.next_steps, 1):
            yield from _wrapped(f"{number}. {step}", hanging="   ")
    if page.command:
        yield from _section("section.command", reader)
        yield from page.command.split("\n")
    if page.links:
        yield from _section("section.links", reader)
        for link in page.links:
            yield f"{link.label}: {link.url}"
    yield ""
    yield "--"
    yield from _wrapped(page.footer)


def _section(key: str, reader: Reader) -> Iterator[str]:
    yield ""
    yield f"{word(key, reader)}:"


def _wrapped(text: str, hanging: str = "  ") -> Iterator[str]:
    """Lines of at most 78 columns, broken at spaces; what has no space stays whole.

    All lines but the first are indented, so that no part of a name can look like a line of ours.
    """
    line, width = "", 0
    for each in text.split(" "):
        columns = _columns(each)
        if line and width + 1 + columns > _COLUMNS:
            yield line
            line, width = hanging + each, len(hanging) + columns
        else:
            line = f"{line} {each}" if line else each
            width += columns + (width > 0)
    yield line


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
