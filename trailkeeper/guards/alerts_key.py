"""Which key the alert topics must have: the one that our stack made, whatever its alias names.

Its id is AWS's choice, and whoever may move an alias could otherwise put a key of his in its place.
"""

from __future__ import annotations

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import ALERTS_KEY_ALIAS, ALERTS_KEY_ID, RESPONSE_STACK
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards.guard import Clients

# What every guard needs that has to know the key.
PERMISSIONS = (
    Permission(
        ("cloudformation:DescribeStackResource",),
        lambda baseline: baseline.names.arn("cloudformation", f"stack/{RESPONSE_STACK}/*"),
        "Know the key of the alert topics, as our stack made it",
    ),
)


def deployed_id(clients: Clients) -> str:
    """The id of the key that our stack made.

    Raises:
        ClientError, BotoCoreError: CloudFormation does not say.
    """
    found = clients.cloudformation.describe_stack_resource(
        StackName=RESPONSE_STACK, LogicalResourceId=ALERTS_KEY_ID
    )
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def deployed_arn(clients: Clients, baseline: Baseline) -> str:
    """The ARN of that key."""
    return baseline.names.arn("kms", f"key/{deployed_id(clients)}")


def is_it(key: str, deployed: str) -> bool:
    """Whether a topic that names its key so has the one with this ARN."""
    return key in {deployed, deployed.rpartition("/")[2], ALERTS_KEY_ALIAS}
