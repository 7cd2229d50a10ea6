"""A billing alarm is there and AWS publishes no charges for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.finding import Case, Finding
from trailkeeper.evidence.regions import billing_region

# The metric comes several times a day; a new alarm may have to wait for the first.
_PATIENCE = timedelta(days=1)
_PERIOD = timedelta(hours=6)
_METRIC = {
    "Namespace": "AWS/Billing",
    "MetricName": "EstimatedCharges",
    "Dimensions": [{"Name": "Currency", "Value": "USD"}],
}


def _look(deployment: Deployment) -> Iterator[Case]:
    deployment.see_other_regions()
    ours = [
        each
        for each in deployment.alarms
        if each.get("Namespace") == _METRIC["Namespace"]
        and deployment.now - each["AlarmConfigurationUpdatedTimestamp"] > _PATIENCE
    ]
    if not ours:
        return
    answer = deployment.client(
        "cloudwatch", billing_region(deployment.region)
    ).get_metric_statistics(
        **_METRIC,
        StartTime=deployment.now - 2 * _PATIENCE,
        EndTime=deployment.now,
        Period=int(_PERIOD.total_seconds()),
        Statistics=["Maximum"],
    )
    if not answer["Datapoints"]:
        for alarm in ours:
            yield {"alarm": alarm["AlarmName"]}


FINDING = Finding(
    id="billing-data-missing",
    about="Cost",
    checks="whether AWS publishes the charges",
    look=_look,
    words="the alarm {alarm} has NO DATA: AWS publishes no charges of this account",
    fix='Billing and Cost Management > Billing preferences > Alert preferences: "Receive '
    'CloudWatch billing alerts", as root or with the right to billing; in an organization the '
    "management account has to.",
    needs=(
        "cloudformation:DescribeStacks",
        "cloudformation:ListStackResources",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricStatistics",
    ),
)
