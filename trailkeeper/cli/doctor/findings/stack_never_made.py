"""A stack of which the creation failed; no deploy changes it before it is deleted."""

from __future__ import annotations

from trailkeeper.cli.doctor.finding import Finding
from trailkeeper.cli.doctor.stack_states import State, cases

FINDING = Finding(
    id="stack-never-made",
    about="Deployed",
    checks="whether the last deploys went through",
    look=lambda deployment: cases(deployment, State.NEVER_MADE),
    words="{stack} was NEVER made whole ({status})",
    # CDK protects a stack before it fills it.
    fix="aws cloudformation update-termination-protection --region {region} --stack-name={stack} "
    "--no-enable-termination-protection && "
    "aws cloudformation delete-stack --region {region} --stack-name={stack} && "
    "aws cloudformation wait stack-delete-complete --region {region} --stack-name={stack}",
    note="Put right what its first CREATE_FAILED says; npx cdk deploy --all then makes it anew. "
    "What is retained, as evidence is, outlives the stack: docs/first-deploy.md, and "
    "docs/leaving.md of what is then in the way.",
    needs=("cloudformation:DescribeStacks",),
)
