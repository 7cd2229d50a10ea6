"""The bucket that keeps the log files."""

from __future__ import annotations

from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks import cfn_shapes
from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline


class LogBucket(Construct):
    """Everything about it is the baseline's, so that the heal function can restore it."""

    def __init__(self, scope: Construct, id_: str, *, baseline: Baseline) -> None:
        super().__init__(scope, id_)
        lock = documents.object_lock(baseline)
        self.bucket = s3.CfnBucket(
            self,
            "Bucket",
            bucket_name=baseline.names.log_bucket,
            bucket_encryption=cfn_shapes.bucket_encryption(documents.bucket_encryption(baseline)),
            lifecycle_configuration=cfn_shapes.bucket_lifecycle(
                documents.lifecycle_rules(baseline)
            ),
            logging_configuration=cfn_shapes.bucket_logging(documents.bucket_logging(baseline)),
            notification_configuration=cfn_shapes.bucket_notification(
                documents.bucket_notification(baseline)
            ),
            object_lock_enabled=True if lock else None,
            object_lock_configuration=cfn_shapes.object_lock(lock) if lock else None,
            ownership_controls=cfn_shapes.bucket_ownership(documents.bucket_ownership(baseline)),
            public_access_block_configuration=cfn_shapes.public_access_block(
                documents.public_access_block(baseline)
            ),
            versioning_configuration=s3.CfnBucket.VersioningConfigurationProperty(status="Enabled"),
        )
        self.policy = s3.CfnBucketPolicy(
            self,
            "Policy",
            bucket=self.bucket.ref,
            policy_document=cfn_shapes.by_reference(
                documents.log_bucket_policy(baseline),
                {baseline.log_bucket_arn: self.bucket.attr_arn},
            ),
        )
