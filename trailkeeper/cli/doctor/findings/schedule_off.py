"""A schedule is switched off."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    for schedule in deployment.schedules:
        if schedule["State"] != "ENABLED":
            what = schedule.get("Description") or "what it does"
            yield {"schedule": schedule["Name"], "what": what}


FINDING = Finding(
    id="schedule-off",
    about="Schedules",
    checks="the schedules",
    look=_look,
    words='the schedule {schedule} is OFF ("{what}"): an event that is lost stays lost',
    fix="npx cdk deploy TrailkeeperResponse --revert-drift",
    needs=("scheduler:GetSchedule",),
)
