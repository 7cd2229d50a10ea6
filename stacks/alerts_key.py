"""The key of the alert topics."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import ALERTS_KEY_ALIAS
from trailkeeper.evidence.roles import ALERTS_KEY_POLICY
from trailkeeper.guards.side_documents import our_alarms_if_known
from trailkeeper.rights.roles import alerts_key_rights


class AlertsKey(Construct):
    """A key of its own, so that nobody who publishes alerts can use the evidence key.

    CloudWatch alarms publish, the alert function, and budgets if there are some. No rule targets a
    topic, which spares the grant to events.amazonaws.com that works only without conditions (SNS
    developer guide, "Managing Amazon SNS encryption keys and costs").
    """

    def __init__(self, scope: Construct, id_: str, *, baseline: Baseline) -> None:
        super().__init__(scope, id_)
        self.key = kms.Key(
            self,
            "Key",
            alias=ALERTS_KEY_ALIAS.removeprefix("alias/"),
            description="Trailkeeper: encrypts alerts on their way to people",
            enable_key_rotation=True,
            pending_window=Duration.days(7),
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsPublish",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                resources=["*"],
                conditions=our_alarms_if_known(baseline),
            )
        )

    def let_publish(self, role: iam.Role, *, baseline: Baseline) -> iam.Policy:
        """Let a role publish to topics with this key.

        By a policy of its own: in the key's policy, the role would have to be known all over IAM by
        the time that the key is made; and the role's other rights are written before the key has an
        ARN.
        """
        return iam.Policy(
            self,
            "Publish",
            policy_name=ALERTS_KEY_POLICY,
            roles=[role],
            statements=[
                iam.PolicyStatement.from_json(each.statement(baseline))
                for each in alerts_key_rights(self.key.key_arn)
            ],
        )
