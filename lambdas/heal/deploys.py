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
    for name in (EVIDENCE_STACK, RESPONSE_STACK):
        try:
            stacks = cloudformation.describe_stacks(StackName=name)["Stacks"]
        except (ClientError, BotoCoreError):
            continue
        for stack in stacks:
            since = stack.get("LastUpdatedTime") or stack["CreationTime"]
            if stack["StackStatus"].endswith("_IN_PROGRESS") and now - since <= _LONGEST_DEPLOY:
                return True
    return False
