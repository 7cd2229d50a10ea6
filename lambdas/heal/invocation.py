"""What one invocation of the heal function works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from typing import Any, Protocol

from aws_lambda_powertools import Logger

from lambdas.heal.state import State
from trailkeeper.alerts.alert import Alert
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.guards.guard import AWS_ERRORS, Clients
from trailkeeper.guards.watched import Watched
from trailkeeper.reconcile.patience import Patience


class HealFailedError(Exception):
    """When something is still not in order: Lambda tries again, then keeps a dead letter."""


class HealClients(Clients, Protocol):
    """What the heal function needs beside the guards' clients."""

    @property
    def cloudformation(self) -> Any: ...

    def cloudtrail_in(self, region: str) -> Any:
        """CloudTrail of a region, for its event history."""


@dataclass(frozen=True)
class Invocation:
    """One invocation's collaborators; nothing here survives from one event to the next.

    `alert` hands an alert to the alert function, `now` tells the time in UTC. `watched` is the
    other half of the guard, if there is one. `began` is when this run began, ahead of all work:
    at `since`, or if that is not said when this was made.
    """

    environ: HealEnviron
    clients: HealClients
    state: State
    alert: Callable[[Alert], None]
    patience: Patience
    now: Callable[[], datetime]
    log: Logger
    watched: Watched | None = None
    since: InitVar[datetime | None] = None
    began: datetime = field(init=False)

    def __post_init__(self, since: datetime | None) -> None:
        object.__setattr__(self, "began", since or self.now())

    @property
    def baseline(self) -> Baseline:
        return self.environ.baseline

    def remember(self, write: Callable[[], None]) -> None:
        """Write to the state table if it can be reached; losing it never stops a repair."""
        try:
            write()
        except AWS_ERRORS as error:
            self.table_failed(error)

    def table_failed(self, error: Exception) -> None:
        """Log why the state table could not be reached."""
        self.failed("the state table cannot be reached", error)

    def failed(self, what: str, error: Exception) -> None:
        """Log what could not be done, and why."""
        self.log.error(what, reason=str(error))
