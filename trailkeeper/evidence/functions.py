"""The functions of Trailkeeper as they are deployed, and as the guard of the guard wants them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trailkeeper.evidence.names import (
    ALERT_FUNCTION,
    ALERTS_DEAD_QUEUE,
    DELIVERIES_DEAD_QUEUE,
    DELIVERIES_FUNCTION,
    HEAL_DEAD_QUEUE,
    HEAL_FUNCTION,
    LIVE,
    WATCHER_DEAD_QUEUE,
    WATCHER_FUNCTION,
    Names,
)

# Lambda gives CPU by memory, and a cold start is nearly all CPU.
MEMORY_MB = 512
RETRIES = 2
MAXIMUM_AGE_SECONDS = 6 * 3600
# Of the concurrent executions that an account has, 1,000 as a rule (Lambda developer guide, "Lambda
# quotas"), so many stay to all other functions; AWS itself insists on 100.
LEFT_TO_OTHERS = 500
# The functions' logs tell how Trailkeeper worked; the evidence itself is in the trail.
LOG_RETENTION_DAYS = 365


@dataclass(frozen=True, slots=True)
class FunctionRecord:
    """One function; `seconds` is its time-out, `dead_letters` gets what it could not handle.

    `reserved` of it may run at once whatever else runs in the account, and no more; 0: as many as
    Lambda lets. It is far above what floods were seen to need (docs/figures.md), as a flood is not
    to keep a real event waiting.
    """

    name: str
    handler: str
    seconds: int
    role_arn: Callable[[Names], str]
    dead_letters: str
    reserved: int = 0

    def arn(self, names: Names) -> str:
        """The function itself, which nothing calls."""
        return names.arn("lambda", f"function:{self.name}")

    def live_arn(self, names: Names) -> str:
        """The alias through which everything calls a published version."""
        return names.arn("lambda", f"function:{self.name}:{LIVE}")

    @property
    def log_group(self) -> str:
        """The log group, in which Lambda writes what the function prints."""
        return f"/aws/lambda/{self.name}"

    def dead_letters_arn(self, names: Names) -> str:
        """The ARN of `dead_letters`."""
        return names.arn("sqs", self.dead_letters)


HEAL = FunctionRecord(
    HEAL_FUNCTION,
    "lambdas.heal.handler.handler",
    120,
    lambda names: names.heal_role_arn,
    HEAL_DEAD_QUEUE,
    reserved=200,
)
ALERT = FunctionRecord(
    ALERT_FUNCTION,
    "lambdas.alert.handler.handler",
    60,
    lambda names: names.alert_role_arn,
    ALERTS_DEAD_QUEUE,
    reserved=50,
)
DELIVERIES = FunctionRecord(
    DELIVERIES_FUNCTION,
    "lambdas.deliveries.handler.handler",
    120,
    lambda names: names.deliveries_role_arn,
    DELIVERIES_DEAD_QUEUE,
)
WATCHER = FunctionRecord(
    WATCHER_FUNCTION,
    "lambdas.watcher.handler.handler",
    120,
    lambda names: names.watcher_role_arn,
    WATCHER_DEAD_QUEUE,
    reserved=50,
)
