"""The deliveries function's configuration, made by the stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trailkeeper.environments import variable

VARIABLE = "TRAILKEEPER_DELIVERIES"


@dataclass(frozen=True, slots=True)
class DeliveriesEnviron:
    """What the deliveries function is told at deploy time."""

    account: str
    region: str
    log_bucket: str
    alerts_queue_url: str
    table: str

    def to_environ(self) -> dict[str, str]:
        """The environment variables that `from_environ` reads."""
        return variable.write(VARIABLE, self)

    @classmethod
    def from_environ(cls, variables: Mapping[str, str]) -> DeliveriesEnviron:
        """Read the variables.

        Raises:
            EnvironError: the variable is missing, or not what `to_environ` wrote.
        """
        return variable.read(VARIABLE, cls, variables)
