"""Streams the trail's log group on: to Firehose, and with it to OpenSearch, or to Kinesis."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.roles import service_role
from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import LOG_GROUP
from trailkeeper.rights.roles import stream_rights


class LogStream(Construct):
    """A subscription filter that lets everything through, and the role that CloudWatch Logs takes.

    The destination is somebody else's: it has to be there before. The guard of the log group knows
    this filter from the baseline and tells of every other one.
    """

    def __init__(self, scope: Construct, id_: str, *, baseline: Baseline) -> None:
        super().__init__(scope, id_)
        (wanted,) = documents.subscription_filters(baseline)
        role = service_role(
            self,
            "Role",
            role_name=baseline.names.stream_role,
            description="Trailkeeper: CloudWatch Logs streams the trail's log group on",
            principal=iam.ServicePrincipal(
                "logs.amazonaws.com",
                # As the CloudWatch Logs user guide spells it; a narrower one is not documented.
                conditions={
                    "StringLike": {"aws:SourceArn": baseline.names.arn("logs", "*")},
                },
            ),
            rights=stream_rights(wanted["destinationArn"]),
            baseline=baseline,
        )
        self.filter = logs.CfnSubscriptionFilter(
            self,
            "Filter",
            log_group_name=LOG_GROUP,
            filter_name=wanted["filterName"],
            filter_pattern="",
            destination_arn=wanted["destinationArn"],
            role_arn=role.role_arn,
        )
