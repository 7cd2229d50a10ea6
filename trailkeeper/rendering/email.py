"""An alert as the plain text of an e-mail: reads well in a phone's preview and at 78 columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from trailkeeper.alerts.alert import Alert
from trailkeeper.rendering import sheet, subject, untrusted
from trailkeeper.rendering.wording import Reader, word

# SNS Publish, Subject: less than 100 characters, no line breaks or control characters.
SUBJECT_LIMIT = 99
BODY_LIMIT = 20_000
RAW_SUBJECT = "[Trailkeeper] An alert that could not be put in words"
_RAW_LIMIT = 50_000
_COLUMNS = 78


@dataclass(frozen=True, slots=True)
class Mail:
    """A subject of one line and a plain-text body."""

    subject: str
    body: str


def render(alert: Alert, reader: Reader) -> Mail:
    """The alert as a mail: the whole story, what to do now, the facts, commands, ids last."""
    page = sheet.write(alert, reader, name=untrusted.name, value=untrusted.value)
    body = "\n".join(_lines(page, reader))
    return Mail(subject.write(alert, reader, SUBJECT_LIMIT), untrusted.cut(body, BODY_LIMIT) + "\n")


def raw(document: str) -> Mail:
    """The mail of an alert that could not be put in words."""
    return Mail(RAW_SUBJECT, document[:_RAW_LIMIT])


def _lines(page: sheet.Sheet, reader: Reader) -> Iterator[str]:
    yield from _wrapped(" ".join(page.story))
    if page.actions:
        yield from _heading(page.now)
        for number, action in enumerate(page.actions, 1):
            yield from _wrapped(f"{number}. {action.text}", hanging="   ")
            yield from (f"   {line}" for line in action.commands)
    if page.changes or page.verified:
        yield from _heading(word("section.changes", reader))
        for each in page.changes:
            yield from _wrapped(f"- {each}", hanging="  ")
        if page.verified:
            yield from _wrapped(page.verified)
    yield from _commands("section.evidence", page.evidence, reader)
    yield from _commands("section.repair", page.repair, reader)
    yield from _heading(word("section.facts", reader))
    for row in (*page.rows, *page.details):
        yield from _wrapped(f"{row.label}: {row.value}", hanging="    ")
    for link in page.links:
        yield f"{link.label}: {link.url}"
    yield from _commands("section.undo", page.undo, reader)
    yield ""
    yield "--"
    yield from _wrapped(page.footer)


def _heading(words: str) -> Iterator[str]:
    yield ""
    yield words.upper()


def _commands(key: str, lines: tuple[str, ...], reader: Reader) -> Iterator[str]:
    if lines:
        yield from _heading(word(key, reader))
        yield from lines


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
