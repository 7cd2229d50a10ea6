"""The most that a role of ours can ever do, whatever its policies say.

The two functions may write each other's policies, so without a boundary whoever takes the rights of
one could give the other any right, and then take that.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.permission import Permission

# Characters of a managed policy (IAM user guide, "IAM and AWS STS quotas").
LONGEST = 6144


def boundary(rights: Iterable[Permission], baseline: Baseline) -> dict[str, Any]:
    """The same actions, and what leads to more rights only as exactly as in the rights.

    Resources of the others are left out for want of room: the inline policies name them.
    """
    asked = [each for each in rights if each.resources(baseline) and not each.denied]
    plain = {action for each in asked for action in each.actions if not action.startswith("iam:")}
    exact = [each for each in asked if touches_iam(each)]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": sorted(plain), "Resource": "*"},
            *(each.statement(baseline) for each in exact),
        ],
    }


def touches_iam(permission: Permission) -> bool:
    """Whether a right is over IAM."""
    return any(action.startswith("iam:") for action in permission.actions)
