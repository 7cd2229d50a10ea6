"""Which folders of log files the bucket of the trail holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from trailkeeper.cli.doctor.deployment import Deployment, items


@dataclass(frozen=True, slots=True)
class LogFile:
    """Where a log file lies: `folder` is a URL without the slash at its end."""

    account: str
    region: str
    day: str
    folder: str


def newest(deployment: Deployment) -> LogFile | None:
    """A log file of the home region and the last two days, None if there is none."""
    root, account, region = _root(deployment), deployment.names.account, deployment.region
    client = deployment.client("s3")
    for days in (0, 1):
        day = f"{deployment.now - timedelta(days=days):%Y/%m/%d}"
        prefix = f"{root}{account}/CloudTrail/{region}/{day}"
        bucket = deployment.log_bucket
        listed = client.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/", MaxKeys=1)
        if listed.get("Contents"):
            return LogFile(account, region, day, f"s3://{bucket}/{prefix}")
    return None


def accounts(deployment: Deployment) -> Sequence[str]:
    """The accounts that have log files."""
    return [each for each in _below(deployment, _root(deployment)) if each.isdigit()]


def regions(deployment: Deployment) -> Sequence[str]:
    """The regions that this account has log files of."""
    return _below(deployment, f"{_root(deployment)}{deployment.names.account}/CloudTrail/")


def _root(deployment: Deployment) -> str:
    """`AWSLogs/`, or the folder of the organization in it."""
    folders = _below(deployment, "AWSLogs/")
    own = deployment.names.account
    organization = [each for each in folders if each.startswith("o-")]
    return "AWSLogs/" if own in folders or not organization else f"AWSLogs/{organization[0]}/"


def _below(deployment: Deployment, prefix: str) -> Sequence[str]:
    client, bucket = deployment.client("s3"), deployment.log_bucket
    found = deployment.seen(
        f"folders {prefix}",
        lambda: [
            each["Prefix"].removeprefix(prefix).rstrip("/")
            for each in items(
                client,
                "list_objects_v2",
                "CommonPrefixes",
                Bucket=bucket,
                Prefix=prefix,
                Delimiter="/",
            )
        ],
    )
    return found or []
