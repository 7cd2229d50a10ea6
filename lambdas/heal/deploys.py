"""Whether one of our own stacks is being deployed: a deploy and a repair must not fight."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from trailkeeper.evidence.names import EVIDENCE_STACK, RESPONSE_STACK

# Somebody who holds a stack in progress for longer must not hold off the repairs with it.
_LONGEST_DEPLOY = timedelta(hours=1)


def in_progress(cloudformation: Any, now: datetime) -> bool:
    """Whether CloudFormation is working on one of our stacks; False when it cannot be asked."""
    return any(
        stack["StackStatus"].endswith("_IN_PROGRESS") and _is_recent(stack, now)
        for name in (EVIDENCE_STACK, RESPONSE_STACK)
        for stack in _described(cloudformation, name)
    )


def changed_evidence(cloudformation: Any, now: datetime) -> bool:
    """Whether the evidence stack was deployed within the hour; False when it cannot be asked."""
    return any(_is_recent(stack, now) for stack in _described(cloudformation, EVIDENCE_STACK))


def _described(cloudformation: Any, name: str) -> list[dict[str, Any]]:
    try:
        stacks: list[dict[str, Any]] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except (ClientError, BotoCoreError):
        return []
    return stacks


def _is_recent(stack: dict[str, Any], now: datetime) -> bool:
    since: datetime = stack.get("LastUpdatedTime") or stack["CreationTime"]
    return now - since <= _LONGEST_DEPLOY
