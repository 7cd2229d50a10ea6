"""Statements, and policies that are short enough for IAM."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from tools.deploy_policy.shapes import Rights

# IAM and STS quotas: characters of a managed policy, without white space.
LONGEST_POLICY = 6144
HOME, EVERYWHERE = "REGION", "*"
_LONGEST_REGION = "ap-northeast-1"
Statement = dict[str, Any]
Policy = dict[str, Any]


def length(policy: Policy) -> int:
    """The characters that IAM counts, once an account and the longest region are filled in."""
    text = json.dumps(policy, separators=(",", ":"))
    return len(text.replace("ACCOUNT", "0" * 12).replace("REGION", _LONGEST_REGION))


def statements(rights: Iterable[tuple[tuple[str, ...], set[str]]]) -> list[Statement]:
    """One statement for each set of resources; a service's sets beside each other."""
    together: Rights = defaultdict(set)
    for resources, actions in rights:
        together[resources] |= actions
    ordered = sorted(together.items(), key=lambda pair: (min(pair[1]).partition(":")[0], pair[0]))
    return [allow("", actions, resources) for resources, actions in ordered]


def packed(statements: Iterable[Statement]) -> list[Policy]:
    """As few policies as hold them in this order."""
    packed: list[Policy] = []
    for each in (part for statement in statements for part in _parts(statement)):
        last = packed[-1] if packed else None
        if last is not None and length(_policy([*last["Statement"], each])) <= LONGEST_POLICY:
            last["Statement"].append(each)
        else:
            packed.append(_policy([each]))
    return packed


def _parts(statement: Statement) -> Iterator[Statement]:
    """A statement that is too long for a policy as several with fewer resources."""
    resources = statement["Resource"]
    if length(_policy([statement])) <= LONGEST_POLICY or len(resources) == 1:
        yield statement
        return
    half = len(resources) // 2
    for some in (resources[:half], resources[half:]):
        yield from _parts({**statement, "Resource": some})


def _policy(statements: list[Statement]) -> Policy:
    return {"Version": "2012-10-17", "Statement": statements}


def allow(sid: str, actions: Iterable[str], resources: Iterable[str]) -> Statement:
    """A statement that allows the actions on the resources; without a name if `sid` is empty."""
    named = {"Sid": sid} if sid else {}
    return {
        **named,
        "Effect": "Allow",
        "Action": sorted(actions),
        "Resource": list(resources),
    }


def arn_of(service: str, resource: str, region: str = HOME) -> str:
    """The ARN of a resource of the account that ACCOUNT stands for."""
    return f"arn:aws:{service}:{region}:ACCOUNT:{resource}"
