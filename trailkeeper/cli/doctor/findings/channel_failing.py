"""A channel did not take the last alert that it was given."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli import times
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.cli.heal_function import AskError
from trailkeeper.cli.reach import channel_name


def _look(deployment: Deployment) -> Iterator[Case]:
    try:
        status = deployment.answer.status
    except AskError:  # heal-silent tells
        return
    for each in status.told if status else ():
        if each.error:
            ago = times.ago(each.at, deployment.now)
            yield {"channel": channel_name(each.channel), "ago": ago, "why": each.error}


FINDING = Finding(
    id="channel-failing",
    about="Alerts",
    checks="what the channels took",
    look=_look,
    words="{channel} did NOT take the last alert, {ago}: {why}",
    fix="Put right what it says (for Slack, the URL at the place that slack_webhook names), then: "
    "trailkeeper alerts redrive",
    needs=("lambda:InvokeFunction",),
)
