"""A deletion of a stack failed; nothing but another deletion is possible."""

from __future__ import annotations

from trailkeeper.cli.doctor.finding import Finding
from trailkeeper.cli.doctor.stack_states import NEEDS, State, cases_with_failed

# Source: CloudFormation API reference, "DeleteStack".
FINDING = Finding(
    id="stack-half-deleted",
    about="Deployed",
    checks="whether the last deploys went through",
    look=lambda deployment: cases_with_failed(deployment, State.HALF_DELETED),
    words="somebody began to delete {stack}, and that did NOT end ({status}): part of it is "
    "gone, and it takes no deploy",
    fix="aws cloudformation delete-stack --region {region} --stack-name={stack} "
    "--deletion-mode FORCE_DELETE_STACK",
    note="It forgets what could not be deleted, which stays in the account ({failed}); "
    "--retain-resources with logical ids does so for these alone. Retained evidence stays, too. "
    "Then npx cdk deploy --all makes the stack again; docs/leaving.md removes what is in its way.",
    needs=NEEDS,
)
