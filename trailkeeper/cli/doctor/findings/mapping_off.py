"""The queue of alerts does not feed the alert function."""

from __future__ import annotations

from collections.abc import Iterator

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding


def _look(deployment: Deployment) -> Iterator[Case]:
    for resource in deployment.resources("AWS::Lambda::EventSourceMapping"):
        found = deployment.mapping(resource)
        if found and found["State"] in ("Disabled", "Disabling"):
            yield {
                "queue": found["EventSourceArn"].rsplit(":", 1)[-1],
                "uuid": resource.id,
                "region": resource.region,
            }


FINDING = Finding(
    id="mapping-off",
    about="Alerts",
    checks="whether the queue feeds the alert function",
    look=_look,
    words="the queue {queue} is DISCONNECTED: alerts wait in it and nobody is told",
    fix="aws lambda update-event-source-mapping --region {region} --uuid {uuid} --enabled",
    needs=("lambda:GetEventSourceMapping",),
)
