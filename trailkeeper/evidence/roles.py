"""The roles of Trailkeeper's functions and schedules as they are deployed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import Names

# The inline policy that has all that the code says it needs.
NEEDS = "needs"
# The one that lets a role publish to encrypted topics; it names the key, whose id is AWS's choice.
ALERTS_KEY_POLICY = "alerts-key"

Conditions = Callable[[Baseline], Mapping[str, Any]]


def of_our_schedules(baseline: Baseline) -> Mapping[str, Any]:
    """What keeps other accounts' schedules from using a role (EventBridge Scheduler user guide)."""
    return {
        "StringEquals": {
            "aws:SourceAccount": baseline.account,
            "aws:SourceArn": baseline.names.arn("scheduler", "schedule-group/default"),
        }
    }


@dataclass(frozen=True, slots=True)
class RoleRecord:
    """One role that a service of AWS takes; its name ends in the region, as IAM is global.

    `short` stands between `trailkeeper-` and the region, which is `region`, if that is not home.
    `uses_key`: it publishes to topics.
    `overflows`: its rights are too long for policies of its own (10,240 characters in all; IAM user
    guide, "IAM and AWS STS quotas"), so those over the other side are in a managed policy.
    """

    short: str
    service: str
    conditions: Conditions | None = None
    uses_key: bool = False
    overflows: bool = False
    region: str = ""

    def name(self, names: Names) -> str:
        """The role's name."""
        return f"trailkeeper-{self.short}-{self._region(names)}"

    def arn(self, names: Names) -> str:
        """The role's ARN."""
        return f"arn:{names.partition}:iam::{names.account}:role/{self.name(names)}"

    def boundary(self, names: Names) -> str:
        """The name of the managed policy that bounds it."""
        return f"trailkeeper-{self.short}-boundary-{self._region(names)}"

    def boundary_arn(self, names: Names) -> str:
        """The ARN of that policy."""
        return f"arn:{names.partition}:iam::{names.account}:policy/{self.boundary(names)}"

    def attached(self, names: Names) -> tuple[str, ...]:
        """The names of the managed policies that it has."""
        return (f"trailkeeper-{self.short}-watch-{self._region(names)}",) if self.overflows else ()

    def attached_arns(self, names: Names) -> tuple[str, ...]:
        """The ARNs of those policies."""
        account = f"arn:{names.partition}:iam::{names.account}"
        return tuple(f"{account}:policy/{each}" for each in self.attached(names))

    def _region(self, names: Names) -> str:
        return self.region or names.region

    def trust(self, baseline: Baseline) -> dict[str, Any]:
        """Who may take the role: the service, for us."""
        return {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": self.service},
                    "Action": "sts:AssumeRole",
                    **({"Condition": self.conditions(baseline)} if self.conditions else {}),
                }
            ],
        }


def every_policy(baseline: Baseline) -> str:
    """The ARNs of all managed policies of ours in this region, for rights to read them."""
    account = f"arn:{baseline.partition}:iam::{baseline.account}"
    return f"{account}:policy/trailkeeper-*-{baseline.region}"


def satellite(region: str) -> RoleRecord:
    """The role by which EventBridge sends the events of a region home."""
    return RoleRecord(_SATELLITE, "events.amazonaws.com", region=region)


def every_satellite(baseline: Baseline) -> str:
    """The ARNs of the roles of all regions beyond home: one by one they would not fit."""
    account = f"arn:{baseline.partition}:iam::{baseline.account}"
    return f"{account}:role/trailkeeper-{_SATELLITE}-*"


def every_satellite_boundary(baseline: Baseline) -> str:
    """The ARNs of the managed policies that bound them."""
    account = f"arn:{baseline.partition}:iam::{baseline.account}"
    return f"{account}:policy/trailkeeper-{_SATELLITE}-boundary-*"


_SATELLITE = "satellite"
_LAMBDA, _SCHEDULER = "lambda.amazonaws.com", "scheduler.amazonaws.com"
HEAL = RoleRecord("heal", _LAMBDA, overflows=True)
ALERT = RoleRecord("alert", _LAMBDA, uses_key=True)
DELIVERIES = RoleRecord("deliveries", _LAMBDA)
WATCHER = RoleRecord("watcher", _LAMBDA)
SCHEDULE = RoleRecord("schedule", _SCHEDULER, of_our_schedules)
WATCH_SCHEDULE = RoleRecord("watch", _SCHEDULER, of_our_schedules)
