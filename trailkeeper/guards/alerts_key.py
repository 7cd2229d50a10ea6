"""Which key the alert topics must have: the one that our stack made, whatever its alias names.

Its id is AWS's choice, and whoever may move an alias could otherwise put a key of his in its place.
"""

from __future__ import annotations

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import (
    ALERTS_KEY_ALIAS,
    ALERTS_KEY_ID,
    CHARGES_KEY_ID,
    RESPONSE_STACK,
    SATELLITE_STACK,
)
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


def elsewhere(region: str) -> Permission:
    """What is needed to know the key of the topic of charges, which stands in another region."""
    return Permission(
        ("cloudformation:DescribeStackResource",),
        lambda baseline: baseline.names.in_region(region).arn(
            "cloudformation", f"stack/{SATELLITE_STACK}{region}/*"
        ),
        "Know the key of the topic of charges, as our stack made it",
    )


def deployed_id(clients: Clients, region: str = "") -> str:
    """The id of the key that our stack made; `region` if not that of home.

    Raises:
        ClientError, BotoCoreError: CloudFormation does not say.
    """
    if region:
        found = clients.cloudformation_in(region).describe_stack_resource(
            StackName=f"{SATELLITE_STACK}{region}", LogicalResourceId=CHARGES_KEY_ID
        )
    else:
        found = clients.cloudformation.describe_stack_resource(
            StackName=RESPONSE_STACK, LogicalResourceId=ALERTS_KEY_ID
        )
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def deployed_arn(clients: Clients, baseline: Baseline, region: str = "") -> str:
    """The ARN of that key."""
    names = baseline.names.in_region(region) if region else baseline.names
    return names.arn("kms", f"key/{deployed_id(clients, region)}")


def is_it(key: str, deployed: str) -> bool:
    """Whether a topic that names its key so has the one with this ARN."""
    return key in {deployed, deployed.rpartition("/")[2], ALERTS_KEY_ALIAS}
