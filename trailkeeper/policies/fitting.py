"""Fits statements into policies of a limited size: AWS refuses one character too many."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.permission import Permission

MANAGED_POLICY = 6144
"""Characters of a managed policy, without white space (IAM user guide, "IAM and STS quotas")."""
POLICIES_OF_A_GROUP = 10
"""Managed policies of a group (the same page)."""
SERVICE_CONTROL_POLICY = 5120
"""Bytes of a service control policy (Organizations user guide, "Quotas")."""


class TooLargeError(ValueError):
    """When a single action with its resources and conditions is larger than a policy may be."""


def document(statements: Iterable[Permission], baseline: Baseline) -> dict[str, Any]:
    """A policy document."""
    return {
        "Version": "2012-10-17",
        "Statement": [each.statement(baseline) for each in statements],
    }


def minified(policy: dict[str, Any]) -> str:
    """A document without white space."""
    return json.dumps(policy, separators=(",", ":"))


def fitted(
    statements: Iterable[Permission], baseline: Baseline, limit: int
) -> tuple[tuple[Permission, ...], ...]:
    """The statements, each in the first policy that it fits into: at most `limit` characters.

    A statement that is larger by itself becomes several. Those without a resource are left out.

    Raises:
        TooLargeError: one action alone is too large.
    """
    policies: list[tuple[Permission, ...]] = []
    for statement in _parted(statements, baseline, limit):
        for place, policy in enumerate(policies):
            if _size((*policy, statement), baseline) <= limit:
                policies[place] = (*policy, statement)
                break
        else:
            policies.append((statement,))
    return tuple(policies)


def _parted(
    statements: Iterable[Permission], baseline: Baseline, limit: int
) -> Iterator[Permission]:
    for statement in statements:
        if not statement.actions or not statement.resources(baseline):
            continue
        if _size((statement,), baseline) <= limit:
            yield statement
            continue
        half = len(statement.actions) // 2
        if half == 0:
            message = f"{statement.actions[0]}: its statement is larger than {limit} characters"
            raise TooLargeError(message)
        halves = (statement.actions[:half], statement.actions[half:])
        yield from _parted(
            (replace(statement, actions=actions) for actions in halves), baseline, limit
        )


def _size(statements: Sequence[Permission], baseline: Baseline) -> int:
    return len(minified(document(statements, baseline)))
