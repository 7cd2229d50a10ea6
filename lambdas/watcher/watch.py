"""What the watcher does: starts the trail, puts the heal function's side right, tells people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger

from trailkeeper.alerts import guard_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.detections import guard_calls
from trailkeeper.detections.catalogue import API_CALL
from trailkeeper.environments.schedule import LOOK, is_sent_by
from trailkeeper.events.event import ApiCall, MalformedEventError
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.outcome import Outcome, Report
from trailkeeper.guards.watched import Watched
from trailkeeper.reconcile import deploys
from trailkeeper.reconcile.answer import Answer, Did, Trigger
from trailkeeper.reconcile.engine import Reconcile
from trailkeeper.reconcile.patience import Patience
from trailkeeper.reconcile.start_logging import StartLogging
from trailkeeper.wire.typed import dump


@dataclass(frozen=True)
class Watch:
    """One invocation's collaborators; `tell` sends an alert by the second way.

    `every`: after how many minutes it compares the other side again.
    """

    clients: Any
    baseline: Baseline
    watched: Watched
    every: int
    tell: Callable[[Alert], None]
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
        if is_sent_by(LOOK, event):
            report = Report(self._start())
        else:
            kept = () if self._is_deploying() else self._restore()
            report = Report((*self._start(), *kept))
        told = guard_alerts.worth_telling(report, self.now(), self.every)
        alert = guard_alerts.found(told, self.baseline, self.now())
        if alert:
            self.tell(alert)
        return self._answer("swept", report)

    def _status(self) -> dict[str, Any]:
        """What of the heal function's side is not as deployed, and left as it is."""
        guards = self.watched.guards
        run = Reconcile(self.clients, self.baseline, self.patience, guards, dry_run=True)
        report = Report(run.run(), dry_run=True)
        return Answer(Did.SHOWED_STATUS, Trigger.COMMAND, report=report.cut()).to_json()

    def _follow(self, call: ApiCall) -> dict[str, Any]:
        if not guard_calls.is_one(call) or not call.succeeded:
            return {"did": "ignored"}
        ours = self.watched.side.names(self.baseline.names)
        if not guard_calls.may_concern(call, ours, self.watched.side.unnamed):
            return {"did": "ignored"}
        if guard_calls.is_ours(call, self.baseline.names.role_arns):
            return {"did": "ignored"}
        deploying = self._is_deploying()
        ordinary = guard_calls.is_ordinary_deploy(call, self.baseline.account)
        if ordinary or (guard_calls.is_by_deploy(call) and deploying):
            return {"did": "ignored"}
        found = Report() if deploying else Report(self._restore())
        report = guard_alerts.after_call(found, call)
        unimportant = guard_calls.protects(call) or not guard_calls.concerns(call, ours)
        if report.found_nothing and unimportant:
            return {"did": "ignored"}
        self.tell(
            guard_alerts.of_call(report, call, self.baseline, self.now(), deploying=deploying)
        )
        return self._answer("followed", report)

    def _start(self) -> tuple[Outcome, ...]:
        """Start the trail if it does not log: a second hand on the switch."""
        start = StartLogging(self.clients, self.baseline, self.patience, self.now)
        return start.run(deliveries=False).outcomes

    def _restore(self) -> tuple[Outcome, ...]:
        guards = self.watched.guards
        return Reconcile(self.clients, self.baseline, self.patience, guards).run()

    def _is_deploying(self) -> bool:
        return bool(deploys.of_the_guard(self.clients.cloudformation, self.now()))

    def _answer(self, did: str, report: Report) -> dict[str, Any]:
        self.log.info(did, report=dump(report.cut()))
        return {"did": did, "outcomes": [f"{each.key} {each.result}" for each in report.outcomes]}


def _asks_for_status(event: Any) -> bool:
    command = event.get("trailkeeper") if isinstance(event, Mapping) else None
    return isinstance(command, Mapping) and command.get("command") == "status"
