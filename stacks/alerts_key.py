"""The key of the alert topics."""

from __future__ import annotations

from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from lambdas.core.baseline import Baseline


class AlertsKey(Construct):
    """A key of its own, so that nobody who publishes alerts can use the evidence key.

    Two publish: CloudWatch alarms, and the alert function. No rule targets a topic, which spares
    the grant to events.amazonaws.com that works only without conditions (SNS developer guide,
    "Managing Amazon SNS encryption keys and costs").
    """

    def __init__(
        self, scope: Construct, id_: str, *, baseline: Baseline, publisher: iam.IRole
    ) -> None:
        super().__init__(scope, id_)
        self.key = kms.Key(
            self,
            "Key",
            alias="trailkeeper-alerts",
            description="Trailkeeper: encrypts alerts on their way to people",
            enable_key_rotation=True,
            pending_window=Duration.days(7),
            removal_policy=RemovalPolicy.DESTROY,
        )
        use = ["kms:Decrypt", "kms:GenerateDataKey*"]
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsPublish",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=use,
                resources=["*"],
                conditions=our_alarms(baseline),
            )
        )
        # Here and not in the role, whose policy is written before the key has an ARN.
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlertFunctionPublishes",
                principals=[iam.ArnPrincipal(publisher.role_arn)],
                actions=use,
                resources=["*"],
                conditions={"StringLike": {"kms:ViaService": f"sns.{baseline.region}.*"}},
            )
        )


def our_alarms(baseline: Baseline) -> dict[str, Any]:
    """The conditions that let only Trailkeeper's own alarms through."""
    alarms = baseline.names.arn("cloudwatch", "alarm:trailkeeper-*")
    return {
        "StringEquals": {"aws:SourceAccount": baseline.account},
        "ArnLike": {"aws:SourceArn": alarms},
    }
