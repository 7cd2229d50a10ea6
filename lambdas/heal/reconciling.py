"""A reconcile as the heal function does it: a pause is kept, people alerted, the end remembered."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from lambdas.heal import (
    baselines,
    callers,
    checks,
    dark_time,
    drills,
    fight,
    guarding,
    news,
    other_trails,
    pauses,
)
from lambdas.heal.invocation import HealFailedError, Invocation
from trailkeeper.alerts import heal_alerts
from trailkeeper.alerts.heal_alerts import Open
from trailkeeper.environments.schedule import LATE
from trailkeeper.evidence.outcome import Report, Result
from trailkeeper.guards.evidence import finishes_deploy
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.reconcile import deploys
from trailkeeper.reconcile.answer import Answer, Did, Trigger
from trailkeeper.reconcile.begun import Notes
from trailkeeper.reconcile.engine import Announce, nobody
from trailkeeper.reconcile.evidence import reconcile_evidence
from trailkeeper.reconcile.reading import AskedOnce
from trailkeeper.reconcile.start_logging import Started, StartLogging
from trailkeeper.state.heal_items import Deed, Heal, LastReconcile, Pause, Ran, Schedule
from trailkeeper.wire.typed import dump
from trailkeeper.words.text import LONGEST_FIELD

_BY_SCHEDULE = frozenset({Trigger.LOOK, Trigger.SWEEP})


def look(invocation: Invocation) -> Answer:
    """Look at the trail's status, start it if need be, and at everything if that was amiss.

    Raises:
        HealFailedError: something is still not in order.
    """
    noted = notes(invocation)
    first = _logging(invocation, announce=noted.announce_start).run(deliveries=False)
    was_dark = dark_time.untold(invocation, first.found)
    try:
        if (
            first.outcomes
            or was_dark
            or _fails_to_deliver(invocation, first)
            or _is_over(invocation, pauses.told(invocation))
        ):
            return reconcile(invocation, Trigger.LOOK, first=first, noted=noted)
        _remember_run(invocation, Trigger.LOOK)
        fight.confirm(invocation)
        callers.check(invocation, first.found)
        return Answer(Did.LOOKED, Trigger.LOOK, report=Report())
    finally:
        if first.was_dark_since(_look_before(invocation)):
            guarding.sweep(invocation)


def _look_before(invocation: Invocation) -> datetime:
    """When the trail was looked at before, at the latest."""
    return invocation.now() - timedelta(minutes=invocation.environ.reconcile_minutes) - LATE


def _fails_to_deliver(invocation: Invocation, first: Started) -> bool:
    """Whether logs have lately begun not to arrive: what keeps them away may have had no event."""
    every = timedelta(minutes=invocation.environ.reconcile_minutes)
    return first.found is not None and first.found.began_to_fail(invocation.now(), every)


def _logging(
    invocation: Invocation,
    *,
    dry_run: bool = False,
    stopped_at: datetime | None = None,
    announce: Announce = nobody,
) -> StartLogging:
    return StartLogging(
        invocation.clients,
        invocation.baseline,
        invocation.patience,
        invocation.now,
        dry_run,
        stopped_at,
        announce=announce,
    )


def notes(invocation: Invocation) -> Notes:
    """What one run is about to restore, for the case that it is cut off."""
    return Notes(invocation.state, invocation.patience, invocation.now, invocation.table_failed)


def _is_over(invocation: Invocation, pause: Pause | None) -> bool:
    """Whether a pause that was told has to be ended, and what it held off repaired."""
    return pause is not None and invocation.now() >= pause.end


def reconcile(
    invocation: Invocation,
    trigger: Trigger,
    *,
    dry_run: bool = False,
    first: Started | None = None,
    noted: Notes | None = None,
) -> Answer:
    """Compare everything with the baseline, repair it unless `dry_run`, and alert people.

    `first` is what a look has already done about the logging, `noted` what it noted before.
    What a command finds is its answer, and no failure.

    Raises:
        HealFailedError: something is still not in order.
    """
    noted = noted or notes(invocation)
    start = _logging(invocation, dry_run=dry_run, announce=noted.announce_start)
    first = first or start.run()
    asked: Any = AskedOnce(invocation.clients)
    by_watch = trigger in _BY_SCHEDULE and invocation.watched is not None
    report = run(
        invocation, noted, dry_run=dry_run, first=first, asked=asked, asks_early=not by_watch
    )
    answer = Answer(Did.RECONCILED, trigger, report=report.cut())
    if dry_run:
        return answer
    if not report.resumed:
        found = fresh(invocation, report.unplanned)
        drill = drills.of_find(invocation, report)
        for alert in heal_alerts.of_report(
            found,
            invocation.baseline,
            invocation.now(),
            last_good=last_good(invocation, found),
            response_failed=_response_failed(invocation, found),
        ):
            invocation.alert(drills.told_of_find(drill, alert) if drill else alert)
    if report.started_logging:
        heal = Heal(invocation.now(), author="")
        invocation.remember(lambda: invocation.state.remember_heal(heal))
    also: list[checks.Check] = [
        partial(_remember_run, trigger=trigger),
        partial(other_trails.compare, asked=asked),
    ]
    if not by_watch:
        also += checks.OF_PEOPLE
    if report.gap is None or report.gap != dark_time.ended_by(noted.starts_cut_off, first.found):
        also.append(partial(dark_time.check, found=first.found))
    if trigger is not Trigger.COMMAND:
        also += (fight.confirm, partial(callers.check, found=first.found))
    checks.run(invocation, also)
    finish(invocation, report, noted, retry=trigger is not Trigger.COMMAND)
    return answer


def run(
    invocation: Invocation,
    noted: Notes,
    *,
    stopped_at: datetime | None = None,
    dry_run: bool = False,
    first: Started | None = None,
    asked: Any = None,
    asks_early: bool = True,
) -> Report:
    """Reconcile the evidence; repairs wait for a pause or a deploy, and a pause that is over ends.

    `noted` says what was to be restored, until `finish` knows that people were told. `stopped_at`
    is when an event says that the trail was stopped, `first` what was already done about the
    logging, and `asked` that of `reconcile_evidence`. A pause is asked for while the evidence is
    read, or unless `asks_early` once something is amiss that it may hold off.
    """
    first = first or _logging(invocation, dry_run=dry_run, stopped_at=stopped_at).run()
    # Nothing may come before logging; what is remembered is read while the evidence is.
    with ThreadPoolExecutor(2, thread_name_prefix="memory") as memory:
        look_up = partial(pauses.look_up, invocation, announce=not dry_run)
        known = memory.submit(look_up).result if asks_early else cache(look_up)
        cut_off = memory.submit(noted.of_runs_cut_off)

        def wait() -> str:
            baselines.compare(invocation)
            return pauses.why_wait(invocation, known().running)

        report = reconcile_evidence(
            invocation.clients,
            invocation.baseline,
            invocation.patience,
            invocation.now,
            wait=cache(wait),
            announce=noted.announce,
            dry_run=dry_run,
            stopped_at=stopped_at,
            first=first,
            before=lambda: _report_before(invocation),
            asked=asked,
        )
        matters = asks_early or report.outcomes or pauses.told(invocation)
        paused = known() if matters else pauses.NONE
        report = _without_finished_deploy(invocation, noted.completed(report, cut_off.result()))
    if report.gap is None:
        gap = dark_time.ended_by(noted.starts_cut_off, first.found)
        report = replace(report, gap=gap)
    if dry_run:
        return report
    if paused.running is not None:
        return replace(report, paused_until=paused.running.end)
    pauses.end(invocation, paused, report)
    return replace(report, resumed=paused.over is not None)


def finish(
    invocation: Invocation,
    report: Report,
    noted: Notes,
    *,
    retry: bool = True,
    author: str = "",
    call: str = "",
    stopped_at: datetime | None = None,
) -> None:
    """Remember how it ended, and by whose call what was healed had come about, if that is known.

    People were told of the report, and of the call that stopped the trail at `stopped_at`.

    Raises:
        HealFailedError: something is still not in order, and `retry`.
    """
    now = invocation.now()
    last = LastReconcile(now, report.cut(), news.waiting(report, lambda: _last(invocation), now))
    invocation.remember(lambda: invocation.state.remember_reconcile(last))
    _remember_deeds(invocation, report, author, call)
    noted.told()
    dark_time.remember_told(invocation, report, stopped_at)
    invocation.log.info("reconciled", report=dump(last.report))
    if report.failed and retry:
        names = ", ".join(f"{each.guard} {each.document}" for each in report.failed)
        raise HealFailedError(f"still not in order: {names}")


def _remember_run(invocation: Invocation, trigger: Trigger) -> None:
    """Note that a schedule came; one that finds the trail stopped sweeps in the look's place."""
    schedules: dict[Trigger, Schedule] = {Trigger.LOOK: "look", Trigger.SWEEP: "sweep"}
    if trigger in schedules:
        schedule, state = schedules[trigger], invocation.state

        def remember() -> None:
            before = state.last_run(schedule)
            count = before.count + 1 if before else 1
            state.remember_run(Ran(schedule, invocation.now(), count))

        invocation.remember(remember)


def _remember_deeds(invocation: Invocation, report: Report, author: str, call: str) -> None:
    now, who = invocation.now(), author[:LONGEST_FIELD]
    healed = tuple(each.key for each in report.healed)
    waits = tuple(each.key for each in report.outcomes if each.result is Result.DEFERRED)
    if healed:
        deed = Deed("healed", now, healed, who, call[:LONGEST_FIELD])
        invocation.remember(lambda: invocation.state.remember_deed(deed))
    if waits and call:
        waiting = Deed("waits", now, waits, who, call[:LONGEST_FIELD])
        invocation.remember(lambda: invocation.state.remember_deed(waiting))


def _without_finished_deploy(invocation: Invocation, report: Report) -> Report:
    """Leave out what a deploy of ours left to this run, which is no news to anybody."""
    done = tuple(each for each in report.healed if finishes_deploy(each))
    cloudformation = invocation.clients.cloudformation
    if not done or not deploys.changed_evidence(cloudformation, invocation.now()):
        return report
    invocation.log.info("finished a deploy", done=dump(done))
    left = tuple(each for each in report.outcomes if each not in done)
    return replace(report, outcomes=left)


def fresh(
    invocation: Invocation, report: Report, *, keep: Callable[[str], bool] = lambda _: False
) -> Report:
    """The report without what people were told of within the week, as `news.fresh` says."""
    return news.fresh(report, lambda: _last(invocation), invocation.now(), keep=keep)


def still_open(invocation: Invocation, whole: Report, told: Report) -> tuple[Open, ...]:
    """What was left out of a report because people know of it, and since when they do."""
    left_out = [each for each in whole.outcomes if each not in told.outcomes]
    last = _last(invocation) if left_out else None
    since = {each.what: each.at for each in last.waiting} if last else {}
    return tuple(
        Open(each, since[each.fingerprint]) for each in left_out if each.fingerprint in since
    )


def last_good(invocation: Invocation, report: Report) -> datetime | None:
    """When the reconcile before found everything in order, None if that is not known.

    It is asked only for a report that found something.
    """
    last = None if report.found_nothing else _last(invocation)
    return last.at if last and last.report.found_nothing else None


def _response_failed(invocation: Invocation, report: Report) -> bool:
    """Whether what was healed may be a setting whose deploy stopped half-way."""
    cloudformation = invocation.clients.cloudformation
    return bool(report.healed) and deploys.response_failed(cloudformation, invocation.now())


def _report_before(invocation: Invocation) -> Report | None:
    last = _last(invocation)
    return last.report if last else None


def _last(invocation: Invocation) -> LastReconcile | None:
    try:
        return invocation.state.last_reconcile()
    except AWS_ERRORS as error:
        invocation.log.error("no word of the last reconcile", reason=str(error))
        return None
