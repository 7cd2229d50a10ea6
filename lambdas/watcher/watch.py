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
from trailkeeper.detections import stack_events
from trailkeeper.detections.catalogue import API_CALL
from trailkeeper.detections.stack_events import STATUS_CHANGE
from trailkeeper.environments.schedule import ALIVE, LATE, LOOK, is_sent_by
from trailkeeper.events.event import ApiCall, MalformedEventError
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.defaults import WATCH_LOOK_MINUTES
from trailkeeper.evidence.expected import ExpectedActor
from trailkeeper.evidence.names import (
    ALERT_FUNCTION,
    EVIDENCE_STACK,
    HEAL_FUNCTION,
    WATCHER_FUNCTION,
)
from trailkeeper.evidence.outcome import Report
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.guards.sides import FOLLOWED_BY_WATCHER
from trailkeeper.guards.watched import Watched
from trailkeeper.reconcile.answer import Answer, Did, Trigger
from trailkeeper.reconcile.begun import Notes
from trailkeeper.reconcile.confirming import Confirming
from trailkeeper.reconcile.expected_deploys import ExpectedDeploys
from trailkeeper.reconcile.history import History
from trailkeeper.reconcile.other_half import OtherHalf
from trailkeeper.reconcile.patience import Patience
from trailkeeper.reconcile.stack_operations import StackOperations
from trailkeeper.reconcile.start_logging import Started, StartLogging
from trailkeeper.state.operation_items import StackOperation
from trailkeeper.state.store import Store
from trailkeeper.wire.typed import dump

_COUNTED = (HEAL_FUNCTION, ALERT_FUNCTION, WATCHER_FUNCTION)
_DAY_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Watch:
    """One invocation's collaborators; `tell` sends an alert by the second way, as `folding` does.

    `store` is the watcher's own table. `deployers` are those of the settings who may deploy.

    `every`: after how many minutes it compares the other side again; `alive_days`: after how many
    days it says that it is alive.
    """

    clients: Any
    baseline: Baseline
    watched: Watched
    every: int
    alive_days: int
    deployers: tuple[ExpectedActor, ...]
    tell: Callable[[Alert], None]
    folding: Folding
    store: Store
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
        if isinstance(event, Mapping) and event.get("detail-type") == STATUS_CHANGE:
            return self._hear(event)
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
        self._confirming.check()
        if self._operations.check() and not compares:
            report = self._heal_side.sweep(self.every)
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
            self.store,
            self._table_failed,
            self._operations,
        )

    @property
    def _operations(self) -> StackOperations:
        deploys = ExpectedDeploys(
            self.deployers, self.baseline, lambda: self.clients.iam, self.now, self._failed
        )
        return StackOperations(
            stacks=FOLLOWED_BY_WATCHER,
            deleted_only=(EVIDENCE_STACK,),
            clients=self.clients,
            baseline=self.baseline,
            history=self._history,
            store=self.store,
            patience=self.patience,
            now=self.now,
            planned=deploys.has,
            tell=self.tell,
            failed=self._failed,
        )

    @property
    def _history(self) -> History:
        return History(self.clients, self.patience, self._failed)

    @property
    def _confirming(self) -> Confirming:
        return Confirming(
            function=WATCHER_FUNCTION,
            baseline=self.baseline,
            history=self._history,
            store=self.store,
            now=self.now,
            tell=self.tell,
            failed=self._failed,
        )

    def _table_failed(self, error: Exception) -> None:
        self._failed("the state table cannot be reached", error)

    def _failed(self, what: str, error: Exception) -> None:
        self.log.error(what, reason=str(error))

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
        deployed: tuple[StackOperation, ...] = ()
        try:
            deployed = self.store.deploys(self.now() - timedelta(days=self.alive_days), self.now())
        except AWS_ERRORS as error:
            self._table_failed(error)
        self.tell(
            alive_alerts.watcher_alive(calls, self.alive_days, self.baseline, self.now(), deployed)
        )
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
        self._confirming.expect(call)
        return self._answer("followed", followed.report)

    def _hear(self, event: Mapping[str, Any]) -> dict[str, Any]:
        stack = stack_events.stack_of(event, FOLLOWED_BY_WATCHER, self.baseline.names)
        operation = self._operations.hear(stack) if stack else None
        if operation is None:
            return {"did": "ignored"}
        self.log.info("heard", stack=stack, status=operation.status)
        return {"did": "heard"}

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
