"""The heal function's configuration, made by the stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trailkeeper.environments import variable
from trailkeeper.evidence import defaults
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.defaults import Contain, OtherTrails
from trailkeeper.evidence.expected import ExpectedActor

VARIABLE = "TRAILKEEPER_HEAL"


@dataclass(frozen=True, slots=True)
class HealEnviron:
    """What the heal function is told at deploy time.

    `alerts_queue_url` is where alerts go; `alert_emails` are the subscribers the reconcile expects
    on the alerts topic; `break_glass` are principals that are never contained, `expected_actors`
    those whose changes are planned. The status is looked at every `reconcile_minutes`, everything
    every `sweep_minutes`. `drills`: whether somebody may announce a stop of the trail as a drill.
    `watcher`: there is one, which looks every `watch_minutes` and tells `last_resort_emails`, in
    `last_resort_region` first if there is one; the two watch over each other, and reserve
    concurrent executions for each other if `reserve_concurrency`. Every `alive_days` people get a
    sign of life, 0: never. The rest carries the settings of the same names.
    """

    baseline: Baseline
    alerts_queue_url: str
    other_trails: OtherTrails = defaults.OTHER_TRAILS
    contain: Contain = defaults.CONTAIN
    break_glass: tuple[str, ...] = ()
    alert_emails: tuple[str, ...] = ()
    reconcile_minutes: int = defaults.RECONCILE_MINUTES
    sweep_minutes: int = defaults.SWEEP_MINUTES
    drills: bool = True
    expected_actors: tuple[ExpectedActor, ...] = ()
    forward_iam_calls: bool = defaults.FORWARD_IAM_CALLS
    billing_alarm_usd: float | None = defaults.BILLING_ALARM_USD
    monthly_budget_usd: float | None = None
    alerts_key: bool = True
    watcher: bool = False
    watch_minutes: int = defaults.WATCH_MINUTES
    alive_days: int = defaults.ALIVE_DAYS
    last_resort_emails: tuple[str, ...] = ()
    last_resort_region: str | None = None
    count_deliveries: bool = False
    reserve_concurrency: bool = True

    @property
    def last_resort_topics(self) -> tuple[str, ...]:
        """The ARNs of the topics of the second way, the one to try first before the others."""
        names, region = self.baseline.names, self.last_resort_region
        elsewhere = [names.last_resort_elsewhere_arn(region)] if region else []
        return (*elsewhere, names.last_resort_topic_arn)

    def to_environ(self) -> dict[str, str]:
        """The environment variables that `from_environ` reads."""
        return variable.write(VARIABLE, self)

    @classmethod
    def from_environ(cls, variables: Mapping[str, str]) -> HealEnviron:
        """Read the variables.

        Raises:
            EnvironError: the variable is missing, or not what `to_environ` wrote.
        """
        return variable.read(VARIABLE, cls, variables)
