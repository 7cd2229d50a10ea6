"""The key of the alert topics is to be deleted, so nothing can be published."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    for key in deployment.topic_keys:
        if key["KeyState"] in ("PendingDeletion", "PendingReplicaDeletion"):
            when = key.get("DeletionDate")
            yield {
                "key": key["Arn"],
                "region": key["Arn"].split(":")[3],
                "when": f"on {when:%Y-%m-%d}" if when else "soon",
            }


# Who takes a deletion back has a key that is disabled (KMS API reference, CancelKeyDeletion).
FINDING = Finding(
    id="key-pending-deletion",
    about="Alerts",
    checks="the key of the topics",
    look=_look,
    words="NO ALERT AND NO ALARM IS SENT: the key of the topics is to be deleted {when}",
    fix="aws kms cancel-key-deletion --region {region} --key-id {key} && "
    "aws kms enable-key --region {region} --key-id {key}",
    needs=("kms:DescribeKey", "sns:GetTopicAttributes"),
)
