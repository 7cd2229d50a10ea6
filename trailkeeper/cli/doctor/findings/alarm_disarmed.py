"""An alarm tells nobody: its actions are switched off."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    for alarm in deployment.alarms:
        if not alarm["ActionsEnabled"]:
            yield {"alarm": alarm["AlarmName"], "region": alarm["AlarmArn"].split(":")[3]}


FINDING = Finding(
    id="alarm-disarmed",
    about="Alarms",
    checks="whether the alarms tell anybody",
    look=_look,
    words="the alarm {alarm} TELLS NOBODY: its actions are switched off",
    fix="aws cloudwatch enable-alarm-actions --region {region} --alarm-names {alarm}",
    needs=("cloudwatch:DescribeAlarms",),
)
