"""The function that counts what is in each delivered log file, and what calls it."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks import rules
from stacks.functions import Package, handler_function
from stacks.queues import dead_letter_queue
from stacks.rights import deliveries_rights
from stacks.roles import service_role
from trailkeeper.detections.catalogue import delivery_rule
from trailkeeper.environments.deliveries import DeliveriesEnviron
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import DELIVERIES_DEAD_QUEUE, DELIVERIES_FUNCTION, STATE_TABLE


class Deliveries(Construct):
    """From the log bucket by EventBridge to a function.

    S3 itself notifies one function for a prefix and wants it to be there before; by EventBridge the
    bucket needs to know nobody.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        baseline: Baseline,
        package: Package,
        alerts_queue_url: str,
    ) -> None:
        super().__init__(scope, id_)
        self.dead_letters = dead_letter_queue(self, "DeadLetters", name=DELIVERIES_DEAD_QUEUE)
        role = service_role(
            self,
            "Role",
            role_name=baseline.names.deliveries_role,
            description="Trailkeeper: the deliveries function",
            principal=iam.ServicePrincipal("lambda.amazonaws.com"),
            rights=deliveries_rights(),
            baseline=baseline,
        )
        environ = DeliveriesEnviron(
            account=baseline.account,
            region=baseline.region,
            log_bucket=baseline.names.log_bucket,
            alerts_queue_url=alerts_queue_url,
            table=STATE_TABLE,
        )
        self.handler = handler_function(
            self,
            "Function",
            name=DELIVERIES_FUNCTION,
            description="Trailkeeper: counts the records of each delivered log file",
            handler="lambdas.deliveries.handler.handler",
            package=package,
            role=role,
            environment=environ.to_environ(),
            timeout=Duration.seconds(120),
            dead_letters=self.dead_letters,
            made_for=baseline.evidence_key_arn or "",
        )
        rules.to_function(
            self,
            delivery_rule(baseline.names.log_bucket, baseline.account),
            function=self.handler.live,
            dead_letters=self.dead_letters,
        )
