"""Against what sends home the events of another region: its rules, and the role they send by."""

from __future__ import annotations

from typing import Any

from trailkeeper.evidence.names import SATELLITE_RULE, SATELLITE_STACK
from trailkeeper.evidence.outcome import placed
from trailkeeper.evidence.roles import NEEDS
from trailkeeper.guards.sides import SatelliteRecord
from trailkeeper.guards.techniques.technique import REGION, Intruder, Technique, allow, deny, policy

_RULES = (placed("guard-rules.sent-home", REGION),)
_TRUST = (placed("guard-roles.trust", REGION),)
_POLICIES = (placed("guard-roles.policies", REGION),)
_ATTACHED = (placed("guard-roles.attached-policies", REGION),)
_CARRIED = (
    "Another rule of that region sends the call home, and the watcher writes the rule and its one "
    "target there as they were deployed"
)
_IAM = (
    "The watcher writes the role as it was deployed, inside its boundary; where no event of IAM "
    "reaches home, as by the role of us-east-1 itself, the schedule finds it"
)
_FOUND_LATER = "rules that send events home"


def _there(a: Intruder) -> SatelliteRecord:
    return a.side.satellites[0]


def _events(a: Intruder) -> Any:
    return a.events_in(_there(a).region)


def _rules(a: Intruder) -> list[str]:
    """The one last that would send home what is done to the others."""
    names = (each.name for each in _there(a).rules)
    return sorted(names, key=lambda name: name.startswith(SATELLITE_RULE))


def _first(a: Intruder) -> str:
    return _rules(a)[0]


def _target(a: Intruder) -> dict[str, Any]:
    (found,) = _events(a).list_targets_by_rule(Rule=_first(a))["Targets"]
    return dict(found)


def _disable_all(a: Intruder) -> None:
    for name in reversed(_rules(a)):
        _events(a).disable_rule(Name=name)


def _delete(a: Intruder) -> None:
    events, name = _events(a), _first(a)
    events.remove_targets(Rule=name, Ids=[_target(a)["Id"]])
    events.delete_rule(Name=name)


def _aim(a: Intruder) -> None:
    queue = a.names.in_region(_there(a).region).arn("sqs", "attackers")
    _events(a).put_targets(Rule=_first(a), Targets=[{"Id": _target(a)["Id"], "Arn": queue}])


def _empty(a: Intruder) -> None:
    _events(a).put_rule(Name=_first(a), EventPattern='{"source": ["nothing"]}')


def _role(a: Intruder) -> str:
    return _there(a).role.name(a.names)


def _take_over(a: Intruder) -> None:
    trust = allow("sts:AssumeRole", Principal={"AWS": a.me})
    del trust["Resource"]
    a.iam.update_assume_role_policy(RoleName=_role(a), PolicyDocument=policy(trust))


def _stack(a: Intruder) -> dict[str, str]:
    return {"StackName": f"{SATELLITE_STACK}{_there(a).region}"}


def _stacks(a: Intruder) -> Any:
    return a.cloudformation_in(_there(a).region)


def _delete_role(a: Intruder) -> None:
    a.iam.delete_role_policy(RoleName=_role(a), PolicyName=NEEDS)
    a.iam.delete_role(RoleName=_role(a))


TECHNIQUES = (
    Technique(
        id="region-rule-disabled",
        words="Turn off a rule that sends home the events of another region",
        rights=("events:DisableRule",),
        documents=_RULES,
        how=_CARRIED,
        attack=lambda a: _events(a).disable_rule(Name=_first(a)),
    ),
    Technique(
        id="region-rules-disabled",
        words="Turn off every rule of another region, first the one that would tell of it",
        rights=("events:DisableRule",),
        documents=_RULES,
        how="None of its events comes home any more, so a schedule finds it",
        mail=_FOUND_LATER,
        seen="schedule",
        attack=_disable_all,
    ),
    Technique(
        id="region-rule-deleted",
        words="Delete a rule that sends home the events of another region",
        rights=("events:DeleteRule", "events:RemoveTargets"),
        documents=_RULES,
        how=_CARRIED,
        attack=_delete,
    ),
    Technique(
        id="region-rule-sends-elsewhere",
        words="Let a rule of another region send its events to a queue of the attacker instead",
        rights=("events:PutTargets",),
        documents=_RULES,
        how=_CARRIED,
        attack=_aim,
    ),
    Technique(
        id="region-rule-matches-nothing",
        words="Give a rule of another region a pattern that matches nothing",
        rights=("events:PutRule",),
        documents=_RULES,
        how=_CARRIED,
        attack=_empty,
    ),
    Technique(
        id="region-role-denied",
        words="Deny the role of another region to send events home",
        rights=("iam:PutRolePolicy",),
        documents=_POLICIES,
        how=_IAM,
        attack=lambda a: a.iam.put_role_policy(
            RoleName=_role(a), PolicyName="more", PolicyDocument=policy(deny("events:PutEvents"))
        ),
    ),
    Technique(
        id="region-role-without-rights",
        words="Take the right of the role of another region to send events home",
        rights=("iam:DeleteRolePolicy",),
        documents=_POLICIES,
        how=_IAM,
        attack=lambda a: a.iam.delete_role_policy(RoleName=_role(a), PolicyName=NEEDS),
    ),
    Technique(
        id="region-role-taken-over",
        words="Let the attacker, and no longer EventBridge, take the role of another region",
        rights=("iam:UpdateAssumeRolePolicy",),
        documents=_TRUST,
        how=_IAM,
        attack=_take_over,
    ),
    Technique(
        id="region-role-unbounded",
        words="Take the boundary off the role of another region",
        rights=("iam:DeleteRolePermissionsBoundary",),
        documents=_TRUST,
        how=_IAM,
        attack=lambda a: a.iam.delete_role_permissions_boundary(RoleName=_role(a)),
    ),
    Technique(
        id="region-role-given-more",
        words="Attach a managed policy to the role of another region",
        rights=("iam:AttachRolePolicy",),
        documents=_ATTACHED,
        how=_IAM,
        attack=lambda a: a.iam.attach_role_policy(RoleName=_role(a), PolicyArn=a.own_policy),
    ),
    Technique(
        id="region-role-deleted",
        words="Delete the role by which another region sends its events home",
        rights=("iam:DeleteRole", "iam:DeleteRolePolicy"),
        ends="told",
        how="No function of ours may make a role, and rules are not made again without theirs",
        attack=_delete_role,
    ),
    Technique(
        id="region-stack-unprotected",
        words="Take away the protection from deletion of the stack of another region",
        rights=("cloudformation:UpdateTerminationProtection",),
        documents=(placed("guard-stack.protection", REGION),),
        how="A rule of that region sends the call home, and the watcher protects the stack again",
        attack=lambda a: _stacks(a).update_termination_protection(
            **_stack(a), EnableTerminationProtection=False
        ),
    ),
    Technique(
        id="region-stack-deleted",
        words="Delete the stack of another region",
        rights=("cloudformation:DeleteStack",),
        ends="no effect",
        how="CloudFormation refuses it while the stack is protected",
        mail="",
        attack=lambda a: a.refused(lambda: _stacks(a).delete_stack(**_stack(a))),
    ),
)
