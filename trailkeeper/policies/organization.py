"""Service control policies: what nobody in the account may do, administrators and root included.

They bind every principal of a member account but service-linked roles, and nobody in the management
account (Organizations user guide, "Service control policies"). So they name who goes on: our own
roles, the roles that deploy, and whom the settings name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from trailkeeper.detections import DETECTIONS
from trailkeeper.detections.detection import Detection
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards.evidence import EVIDENCE
from trailkeeper.guards.guard import Guard
from trailkeeper.policies.denied import denials, unless
from trailkeeper.policies.fitting import SERVICE_CONTROL_POLICY, document, fitted, minified

QUALIFIER = "hnb659fds"
"""Of the roles that `cdk bootstrap` makes, unless told otherwise (CDK guide, "Bootstrapping")."""
ATTACHABLE = 4
"""Policies of an account beside FullAWSAccess; five in all (Organizations user guide, "Quotas")."""

_DEPLOYING = ("deploy-role", "cfn-exec-role")


def exempt(baseline: Baseline, regions: Iterable[str], qualifier: str) -> tuple[str, ...]:
    """The ARNs of those who have to go on: our roles, and those of CDK in these regions."""
    roles = f"arn:{baseline.partition}:iam::{baseline.account}:role"
    return (
        *baseline.names.role_arns,
        *(
            f"{roles}/cdk-{qualifier}-{role}-{baseline.account}-{region}"
            for region in dict.fromkeys(regions)
            for role in _DEPLOYING
        ),
    )


def policies(
    baseline: Baseline,
    exempted: Iterable[str],
    detections: Iterable[Detection] = DETECTIONS,
    guards: Iterable[Guard] = EVIDENCE,
) -> tuple[str, ...]:
    """The policies, minified, each of a size that Organizations takes.

    What would bind others as well, such as every subscription of the account, is not in them.

    Raises:
        TooLargeError: a statement does not fit into a policy.
    """
    apart = {"ArnNotLike": {"aws:PrincipalArn": list(exempted)}}
    denied = (unless(each, **apart) for each in denials(detections, guards))
    return tuple(
        minified(document(each, baseline))
        for each in fitted(_merged(denied, baseline), baseline, SERVICE_CONTROL_POLICY)
    )


def _merged(denied: Iterable[Permission], baseline: Baseline) -> tuple[Permission, ...]:
    """Statements of different services with the same conditions as one, as far as one policy goes.

    An action is asked for with a resource of its own service alone, so nothing more is denied.
    """
    merged: list[Permission] = []
    for each in denied:
        if not each.actions or not each.resources(baseline):
            continue
        for place, other in enumerate(merged):
            both = _together(other, each, baseline)
            if both is not None:
                merged[place] = both
                break
        else:
            merged.append(each)
    return tuple(merged)


def _together(one: Permission, other: Permission, baseline: Baseline) -> Permission | None:
    if _services(one) & _services(other) or _conditions(one, baseline) != _conditions(
        other, baseline
    ):
        return None
    both = replace(
        one,
        actions=(*one.actions, *other.actions),
        resource=lambda known: (*one.resources(known), *other.resources(known)),
    )
    size = len(minified(document((both,), baseline)))
    return both if size <= SERVICE_CONTROL_POLICY else None


def _services(permission: Permission) -> set[str]:
    return {action.partition(":")[0] for action in permission.actions}


def _conditions(permission: Permission, baseline: Baseline) -> Mapping[str, object]:
    return permission.conditions(baseline) if permission.conditions else {}
