"""Athena's table does not find the log files."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.cli.doctor.log_files import newest
from trailkeeper.evidence.names import SEARCH_STACK


def _look(deployment: Deployment) -> Iterator[Case]:
    table = deployment.trail_table
    if table is None:
        return
    parameters = table.get("Parameters", {})
    if parameters.get("projection.enabled", "").lower() != "true":
        yield {"why": "the projection of its partitions is off"}
        return
    file = newest(deployment)
    template = parameters.get("storage.location.template", "")
    if file is None:
        return
    folder = (
        template.replace("${account}", file.account)
        .replace("${region}", file.region)
        .replace("${day}", file.day)
    )
    if folder.rstrip("/") != file.folder:
        yield {"why": f"it looks in {template}, and log files are in {file.folder}"}
    elif parameters.get("projection.day.range", "").partition(",")[0] > file.day:
        yield {"why": f"it begins after {file.day}, the day of the newest log file"}


FINDING = Finding(
    id="athena-blind",
    about="Search",
    checks="whether Athena's table finds the log files",
    look=_look,
    words="Athena FINDS NOTHING: {why}",
    fix=f"npx cdk deploy {SEARCH_STACK} --revert-drift",
    needs=("glue:GetTable", "cloudtrail:DescribeTrails", "s3:ListBucket"),
)
