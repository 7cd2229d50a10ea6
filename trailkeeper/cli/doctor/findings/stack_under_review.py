"""A stack of which there is no more than the change set that would create it."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli import times
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.cli.doctor.stack_states import State, began, state


def _look(deployment: Deployment) -> Iterator[Case]:
    for region, stack in deployment.known_stacks():
        if state(stack["StackStatus"]) is State.UNDER_REVIEW:
            since = times.ago(began(stack), deployment.now)
            yield {"stack": stack["StackName"], "region": region, "since": since}


FINDING = Finding(
    id="stack-under-review",
    about="Deployed",
    checks="whether the last deploys went through",
    look=_look,
    words="{stack} is NOT there: a change set that would create it waits since {since}, and "
    "whoever executes it decides what is in it",
    fix="aws cloudformation update-termination-protection --region {region} --stack-name={stack} "
    "--no-enable-termination-protection && "
    "aws cloudformation delete-stack --region {region} --stack-name={stack}",
    note="It deletes the name with its change sets. A deploy that creates the stack makes such a "
    "change set and executes it within minutes: wait for one that is going on.",
    needs=("cloudformation:DescribeStacks",),
)
