"""The policies of CloudTrail's administrators: AWS's full access, less what blinds the evidence.

Break glass: with MFA *and* the tag `trailkeeper-break-glass` nothing is denied. Conditions of one
statement all have to hold, so that each of the two that is missing needs statements of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trailkeeper.detections import DETECTIONS
from trailkeeper.detections.detection import Detection
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards.evidence import EVIDENCE
from trailkeeper.guards.guard import Guard
from trailkeeper.policies.denied import account_wide, denials, unless
from trailkeeper.policies.fitting import MANAGED_POLICY, POLICIES_OF_A_GROUP, fitted
from trailkeeper.policies.own_parts import BREAK_GLASS_TAG, BREAK_GLASS_VALUE, tags_kept

AWS_POLICY = "AWSCloudTrail_FullAccess"

# A long-term access key has no MFA key at all, hence IfExists (IAM user guide, "AWS global
# condition context keys", aws:MultiFactorAuthPresent).
_UNLESS: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    "mfa": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    "tag": {"StringNotEquals": {f"aws:PrincipalTag/{BREAK_GLASS_TAG}": BREAK_GLASS_VALUE}},
}


class TooManyPoliciesError(ValueError):
    """When what is denied does not fit into the policies that a group may have."""


def policies(
    baseline: Baseline,
    detections: Iterable[Detection] = DETECTIONS,
    guards: Iterable[Guard] = EVIDENCE,
    planned: Iterable[str] = (),
) -> Mapping[str, tuple[Permission, ...]]:
    """The statements of each policy by the policy's name; `planned` is as `tags_kept` has it.

    `baseline` has names at least as long as those of the account, which decide what fits.

    Raises:
        TooManyPoliciesError: they would be more than a group may have.
        TooLargeError: a statement does not fit into a policy.
    """
    detections = tuple(detections)
    denied = (*denials(detections, guards), *account_wide(detections), tags_kept(planned))
    named = {
        f"{baseline.names.administrators}-without-{missing}-{number}": statements
        for missing, conditions in _UNLESS.items()
        for number, statements in enumerate(
            fitted((unless(each, **conditions) for each in denied), baseline, MANAGED_POLICY),
            start=1,
        )
    }
    if len(named) >= POLICIES_OF_A_GROUP:
        message = (
            f"what is denied to administrators takes {len(named)} policies; "
            f"allowed: {POLICIES_OF_A_GROUP - 1}, beside {AWS_POLICY}"
        )
        raise TooManyPoliciesError(message)
    return named
