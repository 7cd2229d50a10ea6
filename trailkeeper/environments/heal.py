"""The heal function's environment, made by the stack and read once by the handler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import RESPONSE_STACK

OtherTrails = Literal["restart", "alert", "ignore"]
Contain = Literal["off", "deny"]


class MissingVariableError(KeyError):
    """When the function was deployed without a variable that it needs."""


@dataclass(frozen=True, slots=True)
class HealEnviron:
    """What the heal function is told at deploy time.

    `alerts_queue_url` is where alerts go; `alert_emails` are the subscribers the reconcile expects
    on the alerts topic; `break_glass` are principals that are never contained.
    """

    baseline: Baseline
    alerts_queue_url: str
    other_trails: OtherTrails = "restart"
    contain: Contain = "off"
    break_glass: tuple[str, ...] = ()
    alert_emails: tuple[str, ...] = ()
    reconcile_minutes: int = 5

    def to_environ(self) -> dict[str, str]:
        """The variables, all strings."""
        return {
            "BASELINE": self.baseline.to_json(),
            "ALERTS_QUEUE_URL": self.alerts_queue_url,
            "OTHER_TRAILS": self.other_trails,
            "CONTAIN": self.contain,
            "BREAK_GLASS": " ".join(self.break_glass),
            "ALERT_EMAILS": " ".join(self.alert_emails),
            "RECONCILE_MINUTES": str(self.reconcile_minutes),
        }

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> HealEnviron:
        """Read what `to_environ` wrote.

        Raises:
            MissingVariableError: a variable is not there.
            MalformedBaselineError: the baseline cannot be read.
        """
        try:
            return cls(
                baseline=Baseline.from_json(environ["BASELINE"]),
                alerts_queue_url=environ["ALERTS_QUEUE_URL"],
                other_trails=_one_of(environ["OTHER_TRAILS"]),
                contain="deny" if environ["CONTAIN"] == "deny" else "off",
                break_glass=tuple(environ["BREAK_GLASS"].split()),
                alert_emails=tuple(environ["ALERT_EMAILS"].split()),
                reconcile_minutes=int(environ["RECONCILE_MINUTES"]),
            )
        except KeyError as missing:
            message = (
                f"the heal function needs the variable {missing}; "
                f"npx cdk deploy {RESPONSE_STACK} --revert-drift restores it"
            )
            raise MissingVariableError(message) from missing


def _one_of(given: str) -> OtherTrails:
    for allowed in ("restart", "alert", "ignore"):
        if given == allowed:
            return allowed
    return "restart"
