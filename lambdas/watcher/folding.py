"""Tells the first of many like calls at once, and the rest of a quarter of an hour together.

Of calls after which nothing was found to differ the first of an hour are told, as anybody may make
such events up.

Nothing is lost by a crash at any point: a call is kept before anybody decides whether it is the
first, and forgotten after people were told of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from aws_lambda_powertools import Logger

from lambdas.watcher.state import State
from trailkeeper.alerts import guard_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.detections import guard_calls
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.outcome import Report
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.state.watcher_items import Held, ToldAtOnce, hour_of, window_of
from trailkeeper.words.text import LONGEST_FIELD

# Whoever makes up a principal for each event is one, too: so many of a window are told at once of
# calls of one name after which nothing was found.
_MOST_TOLD = 3
# And so many an hour of calls of all names: who makes up events makes up names as well.
_MOST_OF_ALL = 5
_ALL = 100
_ANY_NAME = "any"


@dataclass(frozen=True)
class Folding:
    """What people are told by the second way when it is much; `tell` sends an alert."""

    state: State
    baseline: Baseline
    tell: Callable[[Alert], None]
    now: Callable[[], datetime]
    log: Logger

    def take(self, alert: Alert, call: ApiCall, report: Report) -> None:
        """Tell of a call, or keep it to be told with others.

        Raises:
            ClientError, BotoCoreError: it should have been told now and was not.
        """
        if alert.group is None:
            self.tell(alert)
            return
        held = _held(call, report, self.now())
        if self._is_first(held, call.actor.principal_arn or held.who):
            self.tell(alert)
            self._forget(held)

    def tell_kept(self) -> None:
        """Tell of the calls whose windows are over.

        Raises:
            ClientError, BotoCoreError: they were not told, and the next run tells of them.
        """
        try:
            due = self.state.due(window_of(self.now()))
        except AWS_ERRORS as error:
            self.log.error("what is still to tell cannot be read", reason=str(error))
            return
        if due:
            self.tell(guard_alerts.more(due, self.baseline, self.now()))
        for each in due:
            self._forget(each)

    def _is_first(self, held: Held, principal: str) -> bool:
        """Whether a call is told at once, as all are that nobody can keep."""
        kind = "/".join((held.call, *held.documents))
        told = ToldAtOnce(held.window, kind, principal, held.event_id)
        try:
            self.state.hold(held)
            if held.documents:  # which nobody can make up
                return self.state.is_first(told, _ALL)
            noise = replace(told, window=hour_of(held.window))
            of_all = replace(noise, kind=_ANY_NAME, principal=f"{kind} {principal}")
            return self.state.is_first(noise, _MOST_TOLD) and self.state.is_first(
                of_all, _MOST_OF_ALL
            )
        except AWS_ERRORS as error:
            self.log.error("nothing can be kept; telling it now", reason=str(error))
            return True

    def _forget(self, held: Held) -> None:
        try:
            self.state.release(held)
        except AWS_ERRORS as error:
            self.log.error("what was told may be told again", reason=str(error))


def _held(call: ApiCall, report: Report, now: datetime) -> Held:
    return Held(
        window=window_of(now),
        event_id=call.event_id,
        at=now,
        who=call.actor.display[:LONGEST_FIELD],
        call=guard_calls.called(call),
        resource=guard_calls.resource(call),
        documents=tuple(sorted(each.key for each in report.healed)),
    )
