"""An update failed that was told to leave all as it is then."""

from __future__ import annotations

from trailkeeper.cli.doctor.finding import Finding
from trailkeeper.cli.doctor.stack_states import NEEDS, State, cases_with_failed

FINDING = Finding(
    id="stack-half-updated",
    about="Deployed",
    checks="whether the last deploys went through",
    look=lambda deployment: cases_with_failed(deployment, State.HALF_UPDATED),
    words="the last deploy of {stack} did NOT go through and was NOT taken back ({status}): "
    "it is half done",
    fix="aws cloudformation rollback-stack --region {region} --stack-name={stack}",
    note="It brings back what was deployed before. Then put right what failed ({failed}), and "
    "deploy: npx cdk deploy {stack}",
    needs=NEEDS,
)
