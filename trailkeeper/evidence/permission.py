"""What a function may do and why: the source of its role's policy and of docs/permissions.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from trailkeeper.evidence.baseline import Baseline

Resource = Callable[[Baseline], str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Permission:
    """One statement of a role's policy; it allows, unless `denied`, which beats every allowance.

    `resource` gives the ARNs from the baseline, or "*" where AWS knows no resource for the actions
    (then `why` says so). `conditions` is the Condition block.
    """

    actions: tuple[str, ...]
    resource: Resource
    why: str
    conditions: Callable[[Baseline], Mapping[str, Any]] | None = None
    denied: bool = False

    def resources(self, baseline: Baseline) -> tuple[str, ...]:
        """The ARNs this statement names."""
        named = self.resource(baseline)
        return (named,) if isinstance(named, str) else named

    def statement(self, baseline: Baseline) -> dict[str, Any]:
        """The IAM policy statement."""
        conditions = self.conditions(baseline) if self.conditions else {}
        return {
            "Effect": "Deny" if self.denied else "Allow",
            "Action": sorted(self.actions),
            "Resource": list(self.resources(baseline)),
            **({"Condition": conditions} if conditions else {}),
        }


def everything(_: Baseline) -> str:
    """For actions that AWS does not tie to a resource."""
    return "*"
