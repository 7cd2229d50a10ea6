"""What `trailkeeper status` tells: first whether anybody can be reached, then all the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from trailkeeper.cli import show, times
from trailkeeper.cli.reach import Reach, channel_name
from trailkeeper.cli.runs import Run, look, sweep
from trailkeeper.cli.sections import section
from trailkeeper.evidence.names import ALERTS_DEAD_QUEUE
from trailkeeper.evidence.outcome import Report
from trailkeeper.reconcile.answer import Address, Answer, SeenTrail, Status
from trailkeeper.rendering.untrusted import clean
from trailkeeper.state.alert_items import Told
from trailkeeper.words.text import LONGEST_FIELD

_TROUBLES = {
    "": "confirmed",
    "pending": "NOT CONFIRMED",
    "missing": "NOT SUBSCRIBED",
    "filtered": "A FILTER KEEPS ALERTS AWAY",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A status in lines; `calm` is False when there is something for people to see to."""

    lines: tuple[str, ...]
    calm: bool


def show_status(answer: Answer, reach: Reach, now: datetime) -> Shown:
    """Put a status in words. Whatever is written in capitals is for people to see to."""
    found, report = answer.status, answer.report or Report()
    if found is None:
        return Shown((), calm=False)
    sections = [
        ("Alerts", [*_people(found, reach), *_letters(reach), _last_alert(found.told, reach, now)]),
        ("Account", [_account(found)]),
        ("Trail", [_trail(found, report)]),
        ("Looked", [_looked(found, now)]),
        ("Swept", [_swept(found, now)]),
        ("Paused", [_paused(found, reach, now)]),
        ("Drift", list(_drift(report, paused=found.pause is not None))),
        ("Healed", list(_healed(found, reach))),
        ("Others", list(_others(found.other_trails))),
    ]
    if reach.unknown:
        sections.append(("Unknown", list(reach.unknown)))
    lines = tuple(line for title, texts in sections for line in section(title, texts))
    return Shown(lines, calm=not report.outcomes and not any(map(_is_loud, lines)))


def _is_loud(line: str) -> bool:
    return any(word in line for word in _LOUD)


_LOUD = ("NOT ", "NOBODY", "KEEPS ALERTS AWAY", "OVERDUE", "NEVER")


def _people(found: Status, reach: Reach) -> Iterator[str]:
    if found.addresses is None:
        yield "who is subscribed is NOT known: SNS did not say"
    elif not any(each.trouble == "" for each in found.addresses) and not reach.channels:
        yield "NOBODY CAN BE REACHED: no address is confirmed"
    for each in found.addresses or ():
        yield f"{_clean(each.endpoint)} {_TROUBLES[each.trouble]}{_advice(each)}"
    by_name = {each.channel: each for each in found.told}
    for channel in dict.fromkeys((*reach.channels, *by_name)):
        name, last = channel_name(channel), by_name.get(channel)
        if last is not None and last.error:
            yield f"{name} did NOT take the last alert: {_clean(last.error)}"
        elif channel != "sns":
            yield f"{name} ok" if last else f"{name} set up, nothing sent in 30 days"


def _advice(address: Address) -> str:
    if address.trouble == "pending":
        return ": click the link in AWS's mail; after three days it has to be subscribed again"
    return ""


def _letters(reach: Reach) -> Iterator[str]:
    if reach.dead and not any(reach.dead.values()):
        yield "no dead letters"
    for queue, count in reach.dead.items():
        if count and queue == ALERTS_DEAD_QUEUE:
            yield f"{count} alerts NOT DELIVERED: trailkeeper alerts redrive"
        elif count:
            yield f"{count} runs of the heal function NOT done: trailkeeper dead-letters"


def _last_alert(told: Iterable[Told], reach: Reach, now: datetime) -> str:
    taken = [each.at for each in told if not each.error]
    if not taken:
        return "last alert: none in 30 days"
    last = max(taken)
    return f"last alert {times.at(last, reach.zone)} ({times.ago(last, now)})"


def _account(found: Status) -> str:
    _, _, _, region, account, _ = found.trail.split(":", 5)
    return f"{account}, {region}, Trailkeeper {_clean(found.version)}"


def _trail(found: Status, report: Report) -> str:
    name = found.trail.rsplit("/", 1)[-1]
    return f"{name} does NOT log" if report.of("logging") else f"{name} logs"


def _looked(found: Status, now: datetime) -> str:
    return _came(look(found), now)


def _swept(found: Status, now: datetime) -> str:
    came, last = _came(sweep(found), now), found.last_reconcile
    if last is None:
        return came
    return f"{came}; last comparison {times.ago(last.at, now)}: {show.summary(last.report)}"


def _came(run: Run, now: datetime) -> str:
    often = f"every {times.span(run.every)}"
    if run.last is None:
        return f"{run.what} {often}; NEVER yet, as far as is known"
    if run.is_overdue(now):
        return f"{run.what} {times.ago(run.last, now)}, OVERDUE ({often})"
    left = max(run.last + run.every - now, timedelta(0))
    return f"{run.what} {times.ago(run.last, now)}, next in {times.span(left)} ({often})"


def _paused(found: Status, reach: Reach, now: datetime) -> str:
    pause = found.pause
    if pause is None:
        return "no"
    author = _clean(pause.author) or "somebody"
    left = times.span(pause.end - now)
    return f"until {times.at(pause.end, reach.zone)} ({left} left) by {author}: " + _clean(
        pause.reason
    )


def _drift(report: Report, *, paused: bool) -> Iterator[str]:
    if report.found_nothing:
        yield "none: everything is as the baseline says"
    for outcome in report.outcomes:
        yield from show.outcome(outcome, paused=paused)


def _healed(found: Status, reach: Reach) -> Iterator[str]:
    if not found.heals:
        yield "nothing in 30 days"
        return
    yield "in 30 days, newest first:"
    for deed in found.heals:
        what = ", ".join(show.document(each) for each in deed.what)
        by = f"{_clean(deed.call)} by {_clean(deed.author)}" if deed.call else "author unknown"
        yield f"  {times.at(deed.at, reach.zone)}  {what}: {by}"


def _others(trails: Iterable[SeenTrail]) -> Iterator[str]:
    found = list(trails)
    if not found:
        yield "no other trail of all regions"
        return
    for each in found:
        kind = "of an organization" if each.organization else "of all regions"
        yield f"trail {_clean(each.name)} {kind}, home {_clean(each.home_region)}"
    yield show.second_copy()


def _clean(text: str) -> str:
    return clean(text, LONGEST_FIELD)
