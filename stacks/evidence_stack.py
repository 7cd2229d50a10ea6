"""What must outlive us: the trail and all that it writes to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aws_cdk import Annotations, CfnOutput, CfnResource, RemovalPolicy, Stack
from constructs import Construct

from stacks.access_bucket import AccessBucket
from stacks.data_events import expected_cost
from stacks.deployment import baseline_of, tag
from stacks.evidence_key import EvidenceKey
from stacks.log_bucket import LogBucket
from stacks.log_group import TrailLogGroup
from stacks.settings import Settings
from stacks.trail import Trail
from trailkeeper.evidence.controls import TRAIL_CHANGES


class EvidenceStack(Stack):
    """Key, log bucket, trail and log group: retained, and protected against termination.

    Whatever a failed first deploy made is removed again; later nothing ever is.
    """

    def __init__(
        self, scope: Construct, id_: str, *, settings: Settings, **stack_options: Any
    ) -> None:
        super().__init__(
            scope,
            id_,
            description="Trailkeeper: the CloudTrail trail and its evidence",
            termination_protection=True,
            **stack_options,
        )
        baseline = baseline_of(self, settings, evidence_key_arn=None)
        if settings.kms:
            key = EvidenceKey(self, "EvidenceKey", baseline=baseline)
            baseline = replace(baseline, evidence_key_arn=key.arn)
        else:
            Annotations.of(self).add_info(
                f"kms is off (profile {settings.profile}). The key of an earlier deploy stays, for "
                "the log files that it encrypted, and goes on costing 1 USD a month; new files are "
                "encrypted by S3."
            )
        access = AccessBucket(self, "AccessBucket", baseline=baseline)
        logs = LogBucket(self, "LogBucket", baseline=baseline)
        logs.bucket.add_resource_dependency(access.policy)
        group = TrailLogGroup(self, "LogGroup", baseline=baseline)
        others = _resources(self)
        trail = Trail(self, "Trail", baseline=baseline).trail
        # Last: a rollback cannot remove a bucket that a trail has begun to fill.
        for other in others:
            trail.add_resource_dependency(other)
        for resource in _resources(self):
            # A first deploy that fails must leave nothing in the way of the second.
            resource.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        for name, switched in group.filters.items():
            # It holds no evidence; one that stayed behind would be in the way when it is wanted
            # again.
            if name != TRAIL_CHANGES.id:
                switched.apply_removal_policy(RemovalPolicy.DESTROY)
        tag(self, settings)
        if words := expected_cost(settings):
            Annotations.of(self).add_info_v2("trailkeeper:data-events", words)

        CfnOutput(self, "TrailArn", value=trail.attr_arn, description="The guarded trail")
        CfnOutput(self, "LogBucketName", value=logs.bucket.ref, description="Where log files are")
        CfnOutput(self, "LogGroupName", value=group.group.ref, description="Where to search first")


def _resources(stack: Stack) -> list[CfnResource]:
    return [each for each in stack.node.find_all() if isinstance(each, CfnResource)]
