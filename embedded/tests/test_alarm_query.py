"""Older SDKs speak CloudWatch's Query protocol, and are shown the same alarms as the others."""

from __future__ import annotations

from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.loaders import Loader

from embedded.tests.bare_account import BareAccount

WANTED = {
    "AlarmName": "of-all-fields",
    "AlarmDescription": "Kept <whole> & escaped",
    "ActionsEnabled": False,
    "OKActions": ["arn:aws:sns:us-east-1:111122223333:over"],
    "AlarmActions": [
        "arn:aws:sns:us-east-1:111122223333:on",
        "arn:aws:sns:us-east-1:111122223333:off",
    ],
    "MetricName": "Queries",
    "Namespace": "Test/Queries",
    "Statistic": "Maximum",
    "Dimensions": [{"Name": "QueueName", "Value": "dead"}],
    "Period": 60,
    "EvaluationPeriods": 2,
    "DatapointsToAlarm": 1,
    "Threshold": 1.5,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "notBreaching",
}


class OlderModels(Loader):
    """CloudWatch's model as it was before it had another protocol."""

    def load_service_model(self, *which: Any, **more: Any) -> Any:
        found = super().load_service_model(*which, **more)
        if which[0] == "cloudwatch" and "metadata" in found:
            kept = {name: value for name, value in found["metadata"].items() if name != "protocols"}
            return {**found, "metadata": {**kept, "protocol": "query"}}
        return found


@pytest.fixture(scope="module")
def older(account: BareAccount) -> Any:
    session = botocore.session.Session()
    session.register_component("data_loader", OlderModels())
    key = account.root.session().get_credentials()
    client = boto3.Session(
        key.access_key, key.secret_key, region_name=account.root.region, botocore_session=session
    ).client("cloudwatch", endpoint_url=account.root.endpoint)
    assert client.meta.service_model.resolved_protocol == "query"
    return client


def test_an_alarm_has_all_of_its_fields(account: BareAccount, older: Any) -> None:
    account.client("cloudwatch").put_metric_alarm(**WANTED)

    (shown,) = older.describe_alarms(AlarmNames=["of-all-fields"])["MetricAlarms"]
    (of_metric,) = older.describe_alarms_for_metric(Namespace="Test/Queries", MetricName="Queries")[
        "MetricAlarms"
    ]

    assert {name: shown[name] for name in WANTED} == WANTED
    assert of_metric == shown
    (newer,) = account.client("cloudwatch").describe_alarms(AlarmNames=["of-all-fields"])[
        "MetricAlarms"
    ]
    assert shown.keys() == newer.keys()
    assert shown["StateValue"] == newer["StateValue"]


def test_a_page_leads_to_the_next(account: BareAccount, older: Any) -> None:
    for number in range(3):
        account.client("cloudwatch").put_metric_alarm(**WANTED | {"AlarmName": f"paged-{number}"})

    pages = older.get_paginator("describe_alarms").paginate(
        AlarmNamePrefix="paged-", PaginationConfig={"PageSize": 2}
    )

    found = [each["AlarmName"] for page in pages for each in page["MetricAlarms"]]
    assert found == ["paged-0", "paged-1", "paged-2"]


def test_a_refusal_is_an_error_of_the_protocol(older: Any) -> None:
    with pytest.raises(ClientError, match="ValidationError"):
        older.describe_alarms(MaxRecords=101)
