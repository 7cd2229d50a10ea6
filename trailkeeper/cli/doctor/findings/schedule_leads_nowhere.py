"""A schedule calls something that is not there, or by a role that is not."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    for schedule in deployment.schedules:
        for arn in (schedule["Target"]["Arn"], schedule["Target"]["RoleArn"]):
            if deployment.is_gone(arn):
                yield {"schedule": schedule["Name"], "target": arn}


FINDING = Finding(
    id="schedule-leads-nowhere",
    about="Schedules",
    checks="what the schedules call",
    look=_look,
    words="the schedule {schedule} CALLS NOBODY: {target} is not there",
    fix="npx cdk deploy TrailkeeperResponse --revert-drift",
    needs=("scheduler:GetSchedule", "lambda:GetFunction", "iam:GetRole"),
)
