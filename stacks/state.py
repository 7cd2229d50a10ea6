"""What the functions remember: which alerts went out, who is fighting, whether there is a pause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.findings import acknowledge
from trailkeeper.guards.sides import TableRecord
from trailkeeper.state.table import EXPIRY, PARTITION_KEY, SORT_KEY


class State(Construct):
    """A small table whose entries expire by themselves, and only the functions write."""

    def __init__(
        self, scope: Construct, id_: str, *, record: TableRecord, policy: Mapping[str, Any]
    ) -> None:
        super().__init__(scope, id_)
        self.table = dynamodb.Table(
            self,
            "Table",
            table_name=record.name,
            partition_key=dynamodb.Attribute(
                name=PARTITION_KEY, type=dynamodb.AttributeType.STRING
            ),
            sort_key=dynamodb.Attribute(name=SORT_KEY, type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute=EXPIRY,
            removal_policy=RemovalPolicy.DESTROY,
            deletion_protection=record.protected,
            resource_policy=iam.PolicyDocument.from_json(policy),
        )
        acknowledge(
            self.table,
            "AwsSolutions-DDB3",
            "Entries live for hours; losing them repeats an alert and nothing else, so there is "
            "nothing to go back to in time.",
        )


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
