"""The trail."""

from __future__ import annotations

from aws_cdk import aws_cloudtrail as cloudtrail
from constructs import Construct

from stacks import cfn_shapes
from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline


class Trail(Construct):
    """A trail as the baseline wants it.

    `CfnTrail` because CDK's Trail knows basic event selectors only and writes a bucket policy
    without aws:SourceArn. Names in the baseline are plain text, so whoever makes the trail adds the
    dependencies on what CloudTrail checks when it creates one.
    """

    def __init__(self, scope: Construct, id_: str, *, baseline: Baseline) -> None:
        super().__init__(scope, id_)
        insights = cfn_shapes.insight_selectors(documents.insight_selectors(baseline))
        self.trail = cloudtrail.CfnTrail(
            self,
            "Trail",
            trail_name=baseline.trail_name,
            is_logging=True,
            advanced_event_selectors=cfn_shapes.advanced_event_selectors(
                documents.event_selectors(baseline)
            ),
            insight_selectors=insights or None,
            **cfn_shapes.trail_properties(documents.trail_settings(baseline)),
        )
