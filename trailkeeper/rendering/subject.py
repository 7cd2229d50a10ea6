"""The line that people read first: what happened and how it ended, who, in which account."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.alerts.alert import Alert
from trailkeeper.detections import DETECTIONS
from trailkeeper.rendering import untrusted
from trailkeeper.rendering.sheet import headline
from trailkeeper.rendering.wording import Reader, phrase, sentence, word
from trailkeeper.words.text import Text

# Names inside what happened: a Name tag may be a path of 255 characters.
_NAME_LIMIT = 30
_SHORTEST_WHO = 10
# The names of calls say what happened, so they are whole.
_CALLS = frozenset(event for each in DETECTIONS for event in each.events)


def write(alert: Alert, reader: Reader, limit: int, *, tag: bool = True) -> str:
    """The subject in at most `limit` characters.

    What happened and how it ended are never cut: the author is shortened first, then the account's
    number goes, then the account and at last the author.
    """
    severity = f"[{word(f'severity.{alert.severity}', reader)}] " if tag else ""
    head = severity + sentence(headline(alert), reader, _short_name)
    separator = word("subject.separator", reader)
    author = phrase(alert.who, reader, _author) if alert.who else ""
    for account in _accounts(alert, reader):
        tail = f"{separator}{account}" if account else ""
        room = limit - len(head) - len(tail) - len(separator)
        if not author and room + len(separator) >= 0:
            return head + tail
        shortest = _SHORTEST_WHO if _is_name(alert.who) else len(author)
        if author and room >= min(len(author), shortest):
            return f"{head}{separator}{untrusted.cut(author, room)}{tail}"
    return untrusted.cut_at_word(head, limit)


def _is_name(who: Text | None) -> bool:
    """Whether a part of it still says who it was: not of our own words, nor of a number."""
    return who is not None and bool(who.params) and who.key != "actor.account_short"


def _accounts(alert: Alert, reader: Reader) -> Iterator[str]:
    number = untrusted.value(alert.account, 20)
    if number and reader.account_name:
        yield f"{untrusted.value(reader.account_name, 30)} {number}"
        yield untrusted.value(reader.account_name, 30)
    elif number:
        yield number
    yield ""


def _short_name(text: str) -> str:
    """A name with its middle left out: of a path, the beginning and the end say most."""
    shown = untrusted.name(text)
    if len(shown) <= _NAME_LIMIT or shown in _CALLS:
        return shown
    end = (_NAME_LIMIT - 1) // 2
    return shown[: _NAME_LIMIT - 1 - end] + untrusted.ELLIPSIS + shown[-end:]


def _author(text: str) -> str:
    return untrusted.value(text, 60)
