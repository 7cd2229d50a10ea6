"""What people may not do to the evidence and its guard, from the records of both.

A detection names the calls that hurt, a guard the resource and what restores it: whatever is
detected or guarded later is denied from then on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from trailkeeper.detections import DETECTIONS
from trailkeeper.detections.detection import Detection
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.permission import Permission, Resource, everything
from trailkeeper.guards.evidence import EVIDENCE
from trailkeeper.guards.guard import Guard
from trailkeeper.policies.actions import action_of
from trailkeeper.policies.own_parts import (
    APART,
    KEY_CONDITION,
    PARTS,
    SUBSCRIPTIONS_KEPT,
    key_aliases,
    keys,
)

# Actions of detections and guards that take nothing from what is guarded, and why.
HARMLESS: Mapping[str, str] = {
    "cloudtrail:AddTags": "no right depends on a tag of the trail",
    "cloudtrail:CreateTrail": "another trail takes nothing from the guarded one",
    "cloudtrail:StartLogging": "it only repairs",
    "iam:CreateRole": "it only makes again what is gone",
    "iam:PassRole": "the delivery role trusts CloudTrail for the guarded trail alone",
    "iam:TagRole": "no right depends on a tag of the roles",
    "kms:CancelKeyDeletion": "it only repairs",
    "kms:DisconnectCustomKeyStore": "our keys are in no custom key store",
    "kms:EnableKey": "it only repairs",
    "kms:EnableKeyRotation": "it only repairs",
    "logs:CreateLogGroup": "it only makes again what is gone",
    "logs:TagResource": "no right depends on a tag of the log group",
    "s3:CreateBucket": "it only makes again what is gone",
    "s3:TagResource": "no right depends on a tag of the log bucket",
}
# Actions whose effect is on the whole account, so that no resource can be named.
ACCOUNT_WIDE = frozenset({"logs:PutAccountPolicy"})

_READS = ("Describe", "Get", "List")
_ALIAS = frozenset({"kms:DeleteAlias", "kms:UpdateAlias"})


def denials(
    detections: Iterable[Detection] = DETECTIONS, guards: Iterable[Guard] = EVIDENCE
) -> tuple[Permission, ...]:
    """Every action that weakens evidence or guard, on all of it: a statement for each service."""
    guards = tuple(guards)
    actions = _actions_by_service(detections, guards)
    return (
        *_on_keys(actions.pop("kms", set())),
        *(
            Permission(
                tuple(sorted(of_service - ACCOUNT_WIDE)),
                _resources(service, guards),
                f"Nobody weakens what is guarded of {service}",
                denied=True,
            )
            for service, of_service in sorted(actions.items())
        ),
        *APART,
    )


def account_wide(detections: Iterable[Detection] = DETECTIONS) -> tuple[Permission, ...]:
    """What weakens evidence or guard by changing things of others, too: no resource narrows it."""
    named = {action_of(each.event_source, event) for each in detections for event in each.events}
    return (
        *(
            Permission(
                (each,), everything, "It changes every log group of the account", denied=True
            )
            for each in sorted(named & ACCOUNT_WIDE)
        ),
        SUBSCRIPTIONS_KEPT,
    )


def _actions_by_service(
    detections: Iterable[Detection], guards: Iterable[Guard]
) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    hurting = (action_of(each.event_source, event) for each in detections for event in each.events)
    own = (action for part in PARTS.values() for action in part.actions)
    for action in (*hurting, *_writes(guards), *own):
        service, _, name = action.partition(":")
        if action not in HARMLESS and not name.startswith(_READS):
            found[service].add(action)
    return found


def _writes(guards: Iterable[Guard]) -> Iterator[str]:
    for guard in guards:
        for permission in guard.permissions:
            yield from permission.actions


def _resources(service: str, guards: Iterable[Guard]) -> Resource:
    """What the guards and we have of a service."""

    def arns(baseline: Baseline) -> tuple[str, ...]:
        guarded = (
            arn
            for guard in guards
            for permission in guard.permissions
            for arn in permission.resources(baseline)
            if arn.split(":")[2:3] == [service]
        )
        own = PARTS[service].arns(baseline) if service in PARTS else ()
        return tuple(dict.fromkeys((*guarded, *own)))

    return arns


def _on_keys(actions: set[str]) -> Iterator[Permission]:
    """KMS judges a key by its aliases, so these are protected as well."""
    yield Permission(
        tuple(sorted(actions - _ALIAS)),
        keys,
        "Nobody weakens our keys",
        lambda _: KEY_CONDITION,
        denied=True,
    )
    yield Permission(
        tuple(sorted(actions & _ALIAS)), key_aliases, "Our keys keep their names", denied=True
    )


def unless(denied: Permission, **conditions: Mapping[str, object]) -> Permission:
    """The same, denied only where all of these conditions hold as well."""
    before = denied.conditions or (lambda _: {})
    return replace(denied, conditions=lambda baseline: {**before(baseline), **conditions})
