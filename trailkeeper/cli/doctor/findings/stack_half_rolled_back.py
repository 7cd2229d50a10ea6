"""An update failed, and taking it back failed as well."""

from __future__ import annotations

from trailkeeper.cli.doctor.finding import Finding
from trailkeeper.cli.doctor.stack_states import NEEDS, State, cases_with_failed

# Source: CloudFormation user guide, "Continue rolling back an update".
FINDING = Finding(
    id="stack-half-rolled-back",
    about="Deployed",
    checks="whether the last deploys went through",
    look=lambda deployment: cases_with_failed(deployment, State.HALF_ROLLED_BACK),
    words="the last deploy of {stack} did NOT go through, and could NOT be taken back either "
    "({status}): it takes no other",
    fix="aws cloudformation continue-update-rollback --region {region} --stack-name={stack}",
    note="First put right what it failed at ({failed}). What cannot be taken back, "
    "--resources-to-skip with its logical id leaves as it is, and CloudFormation counts it as "
    "taken back: then npx cdk deploy {stack} --revert-drift",
    needs=NEEDS,
)
