"""A deploy of a stack failed and left it half done."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding

# Source: CloudFormation user guide, "Stack status codes". After UPDATE_ROLLBACK_COMPLETE all is as
# it was before the deploy.
_HALF_DONE = ("_FAILED", "ROLLBACK_COMPLETE")
_WHOLE = "UPDATE_ROLLBACK_COMPLETE"


def _look(deployment: Deployment) -> Iterator[Case]:
    for region in (deployment.region, *deployment.other_regions):
        for name, stack in deployment.stacks_in(region).items():
            status = stack["StackStatus"]
            if status.endswith(_HALF_DONE) and status != _WHOLE:
                yield {"stack": name, "status": status}


FINDING = Finding(
    id="stack-failed",
    about="Deployed",
    checks="whether the last deploys went through",
    look=_look,
    words="the last deploy of {stack} did NOT go through ({status}): it may be half done",
    fix="Read what its events say in the CloudFormation console, put that right and deploy again; "
    "docs/first-deploy.md is about a first deploy.",
    needs=("cloudformation:DescribeStacks",),
)
