"""What `trailkeeper status` tells of the stacks: the findings that doctor has of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trailkeeper.cli.account import Account
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.examine import Examined, examine
from trailkeeper.cli.doctor.findings import STACKS
from trailkeeper.cli.doctor.report import Whom, fix_lines, to_json, words
from trailkeeper.cli.sections import section
from trailkeeper.evidence.names import Names

_IN_ORDER = "all are deployed, and no change set waits for whoever executes it"


@dataclass(frozen=True, slots=True)
class Stacks:
    """How the stacks of a deployment are, for whoever asked with these options."""

    deployment: Deployment
    examined: Examined
    whom: Whom

    @property
    def in_order(self) -> bool:
        """Whether each is deployed and nothing waits to change it, as far as anybody could see."""
        return not self.examined.found

    def lines(self) -> Iterator[str]:
        """The section; what is in capitals is to be seen to, with the fix."""
        title = "Stacks"
        if self.in_order and not self.examined.unseen:
            yield from section(title, [_IN_ORDER])
        for each in self.examined.found:
            yield from section(title, [words(each)])
            yield from fix_lines(each, self.whom)
            title = ""
        for unseen in self.examined.unseen:
            yield from section(title, [f"{unseen.what}: NOT seen ({unseen.why})"])
            title = ""

    def to_json(self) -> dict[str, Any]:
        """The same as plain data."""
        shown = to_json(self.examined, self.deployment, self.whom)
        return {name: shown[name] for name in ("findings", "unseen")}


def look(account: Account, trail_arn: str, now: datetime) -> Stacks:
    """Ask AWS; what it refuses is said and hides nothing else."""
    _, partition, _, region, number, trail = trail_arn.split(":", 5)
    names = Names(partition, region, number, trail.rpartition("/")[2])
    deployment = Deployment(account, names, now)
    whom = Whom(account.region, account.profile)
    return Stacks(deployment, examine(deployment, STACKS), whom)
