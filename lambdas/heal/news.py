"""What of a report is news: what only people can put right is told when it appears, and weekly.

What was told is kept with the last reconcile. When that is lost, people are told once too often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from trailkeeper.evidence.outcome import Outcome, Report, Result
from trailkeeper.state.heal_items import LastReconcile, Waiting

_AGAIN = timedelta(days=7)


def fresh(
    report: Report,
    last: Callable[[], LastReconcile | None],
    now: datetime,
    *,
    keep: Callable[[str], bool] = lambda _: False,
) -> Report:
    """The report without what waits for people, who were told of it within the week.

    `keep` says by a document's name what is told all the same. `last` is asked only if something
    waits for people.
    """
    if not any(each.for_people for each in report.outcomes):
        return report
    known = {each.what for each in _told(last(), now)}
    outcomes = tuple(
        each
        for each in report.outcomes
        if not (each.for_people and each.fingerprint in known) or keep(each.key)
    )
    return replace(report, outcomes=outcomes)


def waiting(
    report: Report, last: Callable[[], LastReconcile | None], now: datetime
) -> tuple[Waiting, ...]:
    """What waits for people after a run, and when they were told of it.

    What could not be read in this run may still be as it was.
    """
    unread = {each.key for each in report.outcomes if each.result is Result.UNREADABLE}
    found = [each for each in report.outcomes if each.for_people]
    if not found and not unread:
        return ()
    known = _told(last(), now)
    times = {each.what: each.at for each in known}
    kept = [each for each in known if each.document in unread]
    return (*_each_once(found, times, now), *kept)


def _each_once(
    waiting: Iterable[Outcome], times: dict[str, datetime], now: datetime
) -> Iterable[Waiting]:
    for each in waiting:
        yield Waiting(each.key, each.fingerprint, times.get(each.fingerprint, now))


def _told(last: LastReconcile | None, now: datetime) -> tuple[Waiting, ...]:
    if last is None:
        return ()
    return tuple(each for each in last.waiting if now - each.at < _AGAIN)
