"""What the watcher does: starts the trail, puts the heal function's side right, tells people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from lambdas.watcher.folding import Folding
from trailkeeper.alerts import alive_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.detections.catalogue import API_CALL
from trailkeeper.environments.schedule import ALIVE, LATE, LOOK, is_sent_by
from trailkeeper.events.event import ApiCall, MalformedEventError
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.defaults import WATCH_LOOK_MINUTES
from trailkeeper.evidence.names import (
    ALERT_FUNCTION,
    HEAL_FUNCTION,
    WATCHER_FUNCTION,
    WATCHER_TABLE,
)
from trailkeeper.evidence.outcome import Report
from trailkeeper.guards.watched import Watched
from trailkeeper.reconcile.answer import Answer, Did, Trigger
from trailkeeper.reconcile.begun import Notes
from trailkeeper.reconcile.other_half import OtherHalf
from trailkeeper.reconcile.patience import Patience
from trailkeeper.reconcile.start_logging import Started, StartLogging
from trailkeeper.state.store import Store
from trailkeeper.wire.typed import dump

_COUNTED = (HEAL_FUNCTION, ALERT_FUNCTION, WATCHER_FUNCTION)
_DAY_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Watch:
    """One invocation's collaborators; `tell` sends an alert by the second way, as `folding` does.

    `every`: after how many minutes it compares the other side again; `alive_days`: after how many
    days it says that it is alive.
    """

    clients: Any
    baseline: Baseline
    watched: Watched
    every: int
    alive_days: int
    tell: Callable[[Alert], None]
    folding: Folding
    patience: Patience
    now: Callable[[], datetime]
    log: Logger

    def handle(self, event: Any) -> dict[str, Any]:
        """Look at everything, after a call of somebody or because it is time."""
        if isinstance(event, Mapping) and event.get("detail-type") == API_CALL:
            try:
                call = ApiCall.parse(event)
            except MalformedEventError as error:
                self.log.error("unreadable event", reason=str(error))
            else:
                return self._follow(call)
        if _asks_for_status(event):
            return self._status()
        if is_sent_by(ALIVE, event):
            return self._say_alive()
        notes = self._heal_side.notes()
        first = self._start(notes)  # before all else: what is called while it is off is lost
        compares = not is_sent_by(LOOK, event) or first.was_dark_since(self._look_before)
        report = Report(first.outcomes)
        if compares:
            report = self._heal_side.sweep(self.every, first.outcomes, notes)
        else:
            self._heal_side.tell_news(report, self.every)
        self.folding.tell_kept()
        return self._answer("swept", report)

    @property
    def _heal_side(self) -> OtherHalf:
        return OtherHalf(
            self.clients,
            self.baseline,
            self.watched,
            self.patience,
            self.now,
            self.tell,
            Store(self.clients, self.now, WATCHER_TABLE),
            self._table_failed,
        )

    def _table_failed(self, error: Exception) -> None:
        self.log.error("the state table cannot be reached", reason=str(error))

    def _status(self) -> dict[str, Any]:
        """What of the heal function's side is not as deployed, and left as it is."""
        report = self._heal_side.look().cut()
        return Answer(Did.SHOWED_STATUS, Trigger.COMMAND, report=report).to_json()

    def _say_alive(self) -> dict[str, Any]:
        """Tell people that this second way works, so that they notice its silence."""
        calls: dict[str, int] | None = None
        try:
            calls = {name: self._invocations(name) for name in _COUNTED}
        except (ClientError, BotoCoreError) as error:
            self.log.error("what Lambda counted cannot be read", reason=str(error))
        self.tell(alive_alerts.watcher_alive(calls, self.alive_days, self.baseline, self.now()))
        return {"did": "said-alive"}

    def _invocations(self, function: str) -> int:
        """How often a function was called, as Lambda counted: nobody else can count there."""
        answer = self.clients.cloudwatch.get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName="Invocations",
            Dimensions=[{"Name": "FunctionName", "Value": function}],
            StartTime=self.now() - timedelta(days=self.alive_days),
            EndTime=self.now(),
            Period=_DAY_SECONDS,
            Statistics=["Sum"],
        )
        return int(sum(each["Sum"] for each in answer["Datapoints"]))

    def _follow(self, call: ApiCall) -> dict[str, Any]:
        followed = self._heal_side.follow(
            call, lambda alert, report: self.folding.take(alert, call, report)
        )
        if followed is None or followed.why:
            return {"did": "ignored"}
        return self._answer("followed", followed.report)

    def _start(self, notes: Notes) -> Started:
        """Start the trail if it does not log: a second hand on the switch."""
        start = StartLogging(
            self.clients,
            self.baseline,
            self.patience,
            self.now,
            announce=notes.announce_start,
        )
        return start.run(deliveries=False)

    @property
    def _look_before(self) -> datetime:
        """When the trail was looked at before, at the latest."""
        return self.now() - timedelta(minutes=WATCH_LOOK_MINUTES) - LATE

    def _answer(self, did: str, report: Report) -> dict[str, Any]:
        self.log.info(did, report=dump(report.cut()))
        return {"did": did, "outcomes": [f"{each.key} {each.result}" for each in report.outcomes]}


def _asks_for_status(event: Any) -> bool:
    command = event.get("trailkeeper") if isinstance(event, Mapping) else None
    return isinstance(command, Mapping) and command.get("command") == "status"
