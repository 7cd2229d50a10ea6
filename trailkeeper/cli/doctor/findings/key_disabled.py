"""The key of the alert topics is switched off, so nothing can be published."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    for key in deployment.topic_keys:
        if key["KeyState"] in ("Disabled", "Unavailable", "PendingImport"):
            yield {"key": key["Arn"], "region": key["Arn"].split(":")[3]}


FINDING = Finding(
    id="key-disabled",
    about="Alerts",
    checks="the key of the topics",
    look=_look,
    words="NO ALERT AND NO ALARM IS SENT: the key of the topics is disabled",
    fix="aws kms enable-key --region {region} --key-id {key}",
    needs=("kms:DescribeKey", "sns:GetTopicAttributes"),
)
