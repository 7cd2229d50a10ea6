"""An operation on a stack failed in a way for which CloudFormation has no call to go on."""

from __future__ import annotations

from trailkeeper.cli.doctor.finding import Finding
from trailkeeper.cli.doctor.stack_states import State, cases

FINDING = Finding(
    id="stack-failed",
    about="Deployed",
    checks="whether the last deploys went through",
    look=lambda deployment: cases(deployment, State.OTHERWISE_FAILED),
    words="the last operation on {stack} did NOT go through ({status}): it may be half done",
    fix="Read what its events say in the CloudFormation console, put that right and deploy again; "
    "where CloudFormation refuses that, docs/first-deploy.md says how to make the stack anew.",
    needs=("cloudformation:DescribeStacks",),
)
