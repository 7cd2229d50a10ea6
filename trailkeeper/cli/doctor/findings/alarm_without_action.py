"""An alarm tells nobody: it has no action, or one to a topic that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    for alarm in deployment.alarms:
        actions = alarm.get("AlarmActions", ())
        gone = [each for each in actions if deployment.is_gone(each)]
        if not actions or gone:
            why = f"{gone[0]} is not there" if gone else "it has no action"
            yield {"alarm": alarm["AlarmName"], "why": why, "stack": alarm["Stack"]}


FINDING = Finding(
    id="alarm-without-action",
    about="Alarms",
    checks="what the alarms do",
    look=_look,
    words="the alarm {alarm} TELLS NOBODY: {why}",
    fix="npx cdk deploy {stack} --revert-drift",
    needs=("cloudwatch:DescribeAlarms", "sns:GetTopicAttributes"),
)
