"""Which regions beyond home get a stack, for what, and what is sent home from there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from trailkeeper.detections import guard_calls
from trailkeeper.detections.catalogue import (
    ALARM_CALLS,
    IAM_CALLS,
    INSTANCE_RULE,
    Rule,
    instance_state_rule,
)
from trailkeeper.detections.regions import iam_sent_from
from trailkeeper.evidence.names import SATELLITE_STACK, SENT_HOME
from trailkeeper.evidence.regions import billing_region


@dataclass(frozen=True, slots=True)
class Satellite:
    """A region beyond home: whether it sends EC2's events and IAM's calls, and has the charges.

    `last_resort`: the topic of last resort stands there.
    """

    region: str
    instances: bool
    iam: bool
    charges: bool
    last_resort: bool = False

    @property
    def stack(self) -> str:
        """The name of its stack."""
        return f"{SATELLITE_STACK}{self.region}"


def satellites(
    home: str,
    *,
    ec2_regions: Collection[str],
    forward_iam_calls: bool,
    charges: bool,
    last_resort_region: str | None,
) -> tuple[Satellite, ...]:
    """The regions beyond home in which something has to stand, in the order of their names.

    `charges`: they are watched, by an alarm or a budget. The rest are the settings of these names.
    """
    iam = iam_sent_from(home) if forward_iam_calls else None
    billing = billing_region(home) if charges else None
    wanted = {*ec2_regions, iam, billing, last_resort_region} - {None, home}
    return tuple(
        Satellite(
            region=region,
            instances=region in ec2_regions,
            iam=region == iam,
            charges=region == billing,
            last_resort=region == last_resort_region,
        )
        for region in sorted(filter(None, wanted))
    )


def sent_home(
    satellite: Satellite, *, states: Collection[str], alarm: bool, watcher: bool
) -> tuple[Rule, ...]:
    """The rules of a region that send home what arises there.

    `states` are EC2's that people want to hear of, `alarm`: there is one on the charges, `watcher`:
    somebody at home hears of calls that silence the region.
    """
    carried = tuple(_carried(satellite, states, alarm=alarm))
    hearing = (guard_calls.satellite_rule(),) if carried and watcher else ()
    return tuple(_to_home(each, satellite.region) for each in (*carried, *hearing))


def _carried(satellite: Satellite, states: Collection[str], *, alarm: bool) -> Iterator[Rule]:
    """The rules whose events have to arrive at home, as they stand there."""
    if satellite.instances:
        yield instance_state_rule(states)
        yield INSTANCE_RULE
    if satellite.iam:
        yield IAM_CALLS
    if satellite.charges and alarm:
        yield ALARM_CALLS


def _to_home(rule: Rule, region: str) -> Rule:
    """The rule of a region that sends there what a rule at home has.

    What came from elsewhere is never sent on, so that two regions cannot send each other the same
    event for ever.
    """
    return Rule(
        name=f"{rule.name}{SENT_HOME}",
        description=f"To the home region: {rule.description}",
        pattern={**rule.pattern, "region": [region]},
        target="home",
    )
