"""The log bucket has log files of an account or region that Athena's table does not know."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.cli.doctor.log_files import accounts, regions


def _look(deployment: Deployment) -> Iterator[Case]:
    parameters = (deployment.trail_table or {}).get("Parameters", {})
    if parameters.get("projection.enabled", "").lower() != "true":
        return
    for kind, found in (("account", accounts(deployment)), ("region", regions(deployment))):
        known = parameters.get(f"projection.{kind}.values", "").split(",")
        for each in sorted(set(found) - set(known)):
            yield {"kind": kind, "name": each}


FINDING = Finding(
    id="athena-unknown-partition",
    about="Search",
    checks="whether Athena's table knows every account and region",
    look=_look,
    words="Athena DOES NOT FIND the log files of the {kind} {name}: its table does not know it",
    fix='Put an account into "athena_accounts" in cdk.json; for a region, upgrade Trailkeeper. '
    "Then: npx cdk deploy TrailkeeperSearch",
    needs=("glue:GetTable", "cloudtrail:DescribeTrails", "s3:ListBucket"),
)
