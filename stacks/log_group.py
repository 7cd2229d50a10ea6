"""The log group that gets the trail's events, and the role that brings them there."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks import cfn_shapes
from stacks.findings import acknowledge
from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline


class TrailLogGroup(Construct):
    """The log group as it begins.

    Its deletion protection is not in the template: CloudFormation could not remove a protected
    group again when a first deploy fails. The heal function's first run switches it on.
    """

    def __init__(self, scope: Construct, id_: str, *, baseline: Baseline) -> None:
        super().__init__(scope, id_)
        described = documents.described_log_group(baseline)
        self.group = logs.CfnLogGroup(
            self,
            "Group",
            log_group_name=described["logGroupName"],
            retention_in_days=described["retentionInDays"],
        )
        self.filters = {
            each["filterName"]: logs.CfnMetricFilter(
                self,
                each["filterName"],
                log_group_name=self.group.ref,
                **cfn_shapes.metric_filter(each),
            )
            for each in documents.metric_filters(baseline)
        }
        boundary = iam.CfnManagedPolicy(
            self,
            "DeliveryBoundary",
            managed_policy_name=baseline.names.delivery_boundary,
            description="Trailkeeper: the most that CloudTrail's delivery role can ever do",
            policy_document=documents.delivery_boundary(baseline),
        )
        self.role = iam.CfnRole(
            self,
            "DeliveryRole",
            role_name=baseline.names.delivery_role,
            description=documents.DELIVERY_ROLE_DESCRIPTION,
            assume_role_policy_document=documents.delivery_role_trust(baseline),
            permissions_boundary=boundary.ref,
            policies=[
                iam.CfnRole.PolicyProperty(
                    policy_name=documents.DELIVERY_POLICY_NAME,
                    policy_document=documents.delivery_role_policy(baseline),
                )
            ],
        )
        for statement in documents.delivery_role_policy(baseline)["Statement"]:
            for bound in (self.role, boundary):
                acknowledge(
                    bound,
                    f"AwsSolutions-IAM5[Resource::{statement['Resource']}]",
                    "CloudTrail makes the log streams and ends their names as it likes; the "
                    "account, the region and the log group are named.",
                )
