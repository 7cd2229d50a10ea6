"""A filter between the queue and the alert function throws alerts away."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    for resource in deployment.resources("AWS::Lambda::EventSourceMapping"):
        found = deployment.mapping(resource) or {}
        if found.get("FilterCriteria", {}).get("Filters"):
            yield {
                "queue": found["EventSourceArn"].rsplit(":", 1)[-1],
                "uuid": resource.id,
                "region": resource.region,
            }


FINDING = Finding(
    id="mapping-filtered",
    about="Alerts",
    checks="whether anything filters the alerts",
    look=_look,
    words="a FILTER THROWS ALERTS AWAY between the queue {queue} and the alert function",
    fix="aws lambda update-event-source-mapping --region {region} --uuid {uuid} "
    "--filter-criteria '{{}}'",
    needs=("lambda:GetEventSourceMapping",),
)
