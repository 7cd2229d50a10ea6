"""An alert in one reader's words, still without a channel: what e-mail and chat lay out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trailkeeper.alerts import commands
from trailkeeper.alerts.alert import Alert, Command, Fact, Step
from trailkeeper.alerts.console import is_console_link
from trailkeeper.rendering import untrusted
from trailkeeper.rendering.vocabulary import TEXTS
from trailkeeper.rendering.wording import Quote, Reader, phrase, sentence, word
from trailkeeper.words.text import Moment, Severity, Text, Value

# More than any alert of ours has; a forged one cannot fill a mail.
_MOST_FACTS, _MOST_SENTENCES, _MOST_LINKS = 40, 12, 6


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
class Action:
    """Something to do now, and the command lines that do it."""

    text: str
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything an alert says, in order, in one language, quoted for one channel.

    `headline` is what happened and how it ended; `now` heads `actions`. `rows` are the facts that
    people ask for first, `details` where it happened and the ids.
    """

    severity: str
    headline: str
    now: str
    story: tuple[str, ...]
    actions: tuple[Action, ...]
    changes: tuple[str, ...]
    verified: str | None
    rows: tuple[Row, ...]
    details: tuple[Row, ...]
    evidence: tuple[str, ...]
    repair: tuple[str, ...]
    undo: tuple[str, ...]
    links: tuple[Button, ...]
    footer: str


def write(alert: Alert, reader: Reader, *, name: Quote, value: Quote) -> Sheet:
    """Put an alert in words.

    `name` quotes untrusted text inside a sentence, `value` untrusted text that stands alone.
    """

    def shown(item: Value) -> str:
        return value(item) if isinstance(item, str) else phrase(item, reader, name)

    def sentences(texts: tuple[Text, ...]) -> tuple[str, ...]:
        return tuple(sentence(each, reader, name) for each in texts[:_MOST_SENTENCES])

    def rows(facts: Iterator[Fact]) -> tuple[Row, ...]:
        return tuple(
            Row(word(fact.label, reader, untrusted.label), shown(fact.value))
            for fact in list(facts)[:_MOST_FACTS]
            if fact.value != ""
        )

    return Sheet(
        severity=word(f"severity.{alert.severity}", reader),
        headline=sentence(headline(alert), reader, name),
        now=word("section.unplanned" if alert.severity is Severity.INFO else "section.now", reader),
        story=sentences(alert.story) or (sentence(headline(alert), reader, name),),
        actions=tuple(
            Action(sentence(_leaning(each, alert), reader, name), _shown(each.command))
            for each in alert.steps[:_MOST_SENTENCES]
        ),
        changes=sentences(alert.changes),
        verified=_verified(alert, reader),
        rows=rows(iter(alert.facts)),
        details=rows(_details(alert, reader)),
        evidence=_shown(alert.evidence),
        repair=_shown(alert.repair),
        undo=_shown(alert.undo),
        links=tuple(
            Button(word(each.label, reader, untrusted.label), each.url)
            for each in alert.links[:_MOST_LINKS]
            if is_console_link(each.url)
        ),
        footer=_footer(alert, reader, value),
    )


def headline(alert: Alert) -> Text:
    """What happened and how it ended, in one text."""
    if alert.result is None:
        return Text("subject.what", {"what": alert.what})
    return Text("subject.ended", {"what": alert.what, "result": alert.result})


def _shown(command: Command | None) -> tuple[str, ...]:
    """The lines of a command that no client turns into something else."""
    return tuple(each for each in commands.lines(command) if untrusted.inert(each) == each)


def _leaning(step: Step, alert: Alert) -> Text:
    """What to do, in words that speak of no command where none can be shown.

    A text that leans on a command, its own or those of the alert, has a twin that does not.
    """
    alone = f"{step.text.key}.alone"
    commands_ = (step.command,) if step.command else (alert.evidence, alert.repair)
    if alone not in TEXTS or any(_shown(each) for each in commands_):
        return step.text
    return Text(alone, step.text.params)


def _verified(alert: Alert, reader: Reader) -> str | None:
    if alert.verified is None:
        return None
    return word("verified.yes" if alert.verified else "verified.no", reader)


def _details(alert: Alert, reader: Reader) -> Iterator[Fact]:
    """Where and when, unless the facts tell it themselves."""
    shown = {fact.label for fact in alert.facts}
    if alert.account or alert.region:
        yield Fact("label.where", _where(alert, reader))
    if alert.occurred_at and "label.when" not in shown:
        yield Fact("label.when", Moment(alert.occurred_at))


def _where(alert: Alert, reader: Reader) -> Value:
    if reader.account_name and alert.account:
        named = {"name": reader.account_name, "account": alert.account}
        account: Value = Text("where.account", named)
    else:
        account = alert.account
    if not alert.region or not account:
        return account or alert.region
    return Text("where.both", {"account": account, "region": alert.region})


def _footer(alert: Alert, reader: Reader, value: Quote) -> str:
    footer = word("footer", reader).replace("{detection}", value(alert.detection))
    if not alert.event_id:
        return footer
    return f"{footer}{word('footer.event', reader).replace('{event}', value(alert.event_id))}"
