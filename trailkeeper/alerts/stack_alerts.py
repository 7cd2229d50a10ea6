"""What people are told of an operation on one of our stacks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

from trailkeeper.alerts import call_facts
from trailkeeper.alerts.alert import Alert, Command, Fact, Step
from trailkeeper.alerts.commands import shown, window
from trailkeeper.events.event import ApiCall
from trailkeeper.events.principal import short
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import EVIDENCE_STACK
from trailkeeper.words.text import LONGEST_FIELD, Moment, Severity, Text, Value

DETECTION = "stack-changed"
_AROUND = timedelta(minutes=5)
# By the beginning of a stack's status (CloudFormation user guide, "Stack status codes").
_KINDS = ("delete", "review", "import", "rollback", "update", "create")


class StackOperation(Protocol):
    """What CloudFormation shows of a stack since `at`; `told` is whom people are told of."""

    @property
    def at(self) -> datetime: ...
    @property
    def stack(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def told(self) -> str: ...
    @property
    def deletes(self) -> bool: ...


def operation(
    shown_: StackOperation,
    call: ApiCall | None,
    baseline: Baseline,
    now: datetime,
    *,
    again: bool = False,
) -> Alert:
    """The alert of what CloudFormation shows of a stack, and of who began it if that is known.

    `again`: people were told of it before, without its author or with somebody else.
    """
    deletes = shown_.deletes
    return Alert(
        detection=DETECTION,
        category="guard",
        severity=Severity.CRITICAL if deletes else Severity.WARNING,
        what=Text(f"subject.stack.{_kind(shown_)}", {"stack": shown_.stack}),
        result=Text("result.told" if deletes else "result.deferred"),
        who=short(call.actor) if call else Text("actor.nobody"),
        story=tuple(_story(shown_, call, again=again)),
        dedup_key=f"stack/{_named(shown_)}/{shown_.told[:LONGEST_FIELD]}",
        account=baseline.account,
        region=baseline.region,
        steps=tuple(_steps(shown_, call, now)),
        facts=tuple(_facts(shown_, call)),
        evidence=call_facts.evidence(call) if call else _written(shown_, baseline),
        occurred_at=shown_.at.isoformat(),
        event_id=call.event_id if call else None,
    )


def _named(shown_: StackOperation) -> str:
    """What makes an operation itself, and nobody but CloudFormation says."""
    if shown_.deletes:
        return f"{shown_.stack}/{shown_.number or shown_.at.isoformat()}/deleted"
    return f"{shown_.stack}/{shown_.number}/{shown_.at.isoformat()}"


def _kind(shown_: StackOperation) -> str:
    """Rolling back is more than the creation or update that failed."""
    if "ROLLBACK" in shown_.status:
        return "rollback"
    return next((each for each in _KINDS if shown_.status.lower().startswith(each)), "update")


def _story(shown_: StackOperation, call: ApiCall | None, *, again: bool) -> Iterator[Text]:
    stack: dict[str, Value] = {"stack": shown_.stack}
    if call is not None:
        known: dict[str, Value] = {
            "who": call_facts.author(call.actor),
            "call": call.name,
            "resource": shown_.stack,
            "at": Moment(call.time) if call.time else Moment(shown_.at.isoformat()),
        }
        yield Text("story.guard_call", known)
        if again:
            yield Text("story.stack.before")
    else:
        at = {"at": Moment(shown_.at.isoformat())}
        yield Text(f"story.stack.{_kind(shown_)}", {**stack, **at})
        yield Text("story.stack.unknown")
    if shown_.deletes:
        yield Text("ended.stack.deleted")
    elif shown_.stack == EVIDENCE_STACK:
        yield Text("ended.stack.evidence")
    else:
        yield Text("ended.stack.guard")


def _steps(shown_: StackOperation, call: ApiCall | None, now: datetime) -> Iterator[Step]:
    if call is not None:
        yield from call_facts.steps(call, now)
    else:
        yield Step(Text("next.find_author"))
    yield Step(Text("next.stack.deploy" if shown_.deletes else "next.stack.look"))


def _facts(shown_: StackOperation, call: ApiCall | None) -> Iterator[Fact]:
    if call is not None:
        for each in call_facts.facts(call):
            is_resource = each.label == "label.resource"
            yield Fact(each.label, shown_.stack) if is_resource else each
    else:
        yield Fact("label.resource", shown_.stack)
    yield Fact("label.stack_status", shown_.status)


def _written(shown_: StackOperation, baseline: Baseline) -> Command | None:
    span = window(shown_.at.isoformat(), _AROUND, _AROUND)
    return shown(Command("writes", {"region": baseline.region, **span}))
