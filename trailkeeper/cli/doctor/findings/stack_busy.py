"""An operation on a stack goes on for longer than any of ours, or takes the stack away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from trailkeeper.cli import times
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.cli.doctor.stack_states import State, began, state

_LONG = timedelta(hours=1)


def _look(deployment: Deployment) -> Iterator[Case]:
    for region, stack in deployment.known_stacks():
        status = stack["StackStatus"]
        lasts = deployment.now - began(stack)
        if state(status) is not State.AT_WORK:
            continue
        if lasts >= _LONG or status.startswith("DELETE"):
            yield {
                "stack": stack["StackName"],
                "region": region,
                "status": status,
                "lasts": times.span(lasts),
            }


FINDING = Finding(
    id="stack-busy",
    about="Deployed",
    checks="whether the last deploys went through",
    look=_look,
    words="what is done to {stack} is NOT over after {lasts} ({status}); repairs wait for no "
    "operation that long",
    fix="aws cloudformation describe-stack-events --region {region} --stack-name={stack} "
    "--max-items 20",
    note="aws cloudformation cancel-update-stack takes back an update that goes on, and deleting a "
    "stack ends its creation; all else CloudFormation ends itself. Once a stack is gone, "
    "npx cdk deploy --all makes it again",
    needs=("cloudformation:DescribeStacks",),
)
