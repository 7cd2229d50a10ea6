"""An alert in one reader's words, still without a channel: what e-mail and chat lay out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from trailkeeper.alerts.alert import Alert, Fact
from trailkeeper.alerts.console import is_console_link
from trailkeeper.rendering import untrusted
from trailkeeper.rendering.wording import Quote, Reader, phrase, word
from trailkeeper.words.text import Moment, Value

# More than any alert of ours has; a forged one cannot fill a mail.
_MOST_FACTS, _MOST_SENTENCES, _MOST_LINKS = 40, 12, 6
_SHOWN_COMMAND = re.compile(r"[\w \"'$%&()*+,./:;<=>?@\[\]^{}~#-]{1,600}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled line."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Button:
    """A link of ours with its words."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything an alert says, in order, in one language, quoted for one channel."""

    severity: str
    headline: str
    rows: tuple[Row, ...]
    actions: tuple[str, ...]
    verified: str | None
    next_steps: tuple[str, ...]
    command: str | None
    links: tuple[Button, ...]
    footer: str


def write(alert: Alert, reader: Reader, *, name: Quote, value: Quote) -> Sheet:
    """Put an alert in words.

    `name` quotes untrusted text inside a sentence, `value` untrusted text that stands alone.
    """

    def shown(item: Value) -> str:
        return value(item) if isinstance(item, str) else phrase(item, reader, name)

    def sentences(texts: tuple[Value, ...]) -> tuple[str, ...]:
        return tuple(phrase(each, reader, name) for each in texts[:_MOST_SENTENCES])

    return Sheet(
        severity=word(f"severity.{alert.severity}", reader),
        headline=phrase(alert.headline, reader, name),
        rows=tuple(
            Row(word(fact.label, reader, untrusted.label), shown(fact.value))
            for fact in list(_facts(alert))[:_MOST_FACTS]
            if fact.value != ""
        ),
        actions=sentences(alert.actions),
        verified=_verified(alert, reader),
        next_steps=sentences(alert.next_steps),
        command=showable_command(alert.command),
        links=tuple(
            Button(word(each.label, reader, untrusted.label), each.url)
            for each in alert.links[:_MOST_LINKS]
            if is_console_link(each.url)
        ),
        footer=word("footer", reader).replace("{detection}", value(alert.detection)),
    )


def _verified(alert: Alert, reader: Reader) -> str | None:
    if alert.verified is None:
        return None
    return word("verified.yes" if alert.verified else "verified.no", reader)


def showable_command(command: str | None) -> str | None:
    """The command if it can be shown as it is; an altered command would be worse than none.

    It may be followed by one line for the AWS CLI and by nothing else, so that no line is faked.
    """
    if command is None:
        return None
    first, _, plain = command.partition("\n")
    by_cli = not plain or (plain.startswith("aws ") and _is_showable(plain))
    return command if _is_showable(first) and by_cli else None


def _is_showable(line: str) -> bool:
    return bool(_SHOWN_COMMAND.fullmatch(line)) and untrusted.inert(line) == line


def _facts(alert: Alert) -> Iterator[Fact]:
    """The alert's facts, with where and when added unless it tells them itself."""
    shown = {fact.label for fact in alert.facts}
    yield from alert.facts
    if alert.account and "label.account" not in shown:
        yield Fact("label.account", alert.account)
    if alert.region and "label.region" not in shown:
        yield Fact("label.region", alert.region)
    if alert.occurred_at and "label.when" not in shown:
        yield Fact("label.when", Moment(alert.occurred_at))
    if alert.event_id and "label.event_id" not in shown:
        yield Fact("label.event_id", alert.event_id)
