"""The bucket that keeps who touched the log bucket."""

from __future__ import annotations

from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks import cfn_shapes
from stacks.findings import acknowledge
from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline


class AccessBucket(Construct):
    """Takes the log bucket's server access logs and nothing else.

    S3 delivers access logs only into a bucket without SSE-KMS, default retention and Requester Pays
    (S3 user guide, "Enabling Amazon S3 server access logging"), so it is encrypted by SSE-S3.
    """

    def __init__(self, scope: Construct, id_: str, *, baseline: Baseline) -> None:
        super().__init__(scope, id_)
        bucket = s3.CfnBucket(
            self,
            "Bucket",
            bucket_name=baseline.names.access_bucket,
            bucket_encryption=s3.CfnBucket.BucketEncryptionProperty(
                server_side_encryption_configuration=[
                    s3.CfnBucket.ServerSideEncryptionRuleProperty(
                        server_side_encryption_by_default=(
                            s3.CfnBucket.ServerSideEncryptionByDefaultProperty(
                                sse_algorithm="AES256"
                            )
                        )
                    )
                ]
            ),
            lifecycle_configuration=cfn_shapes.bucket_lifecycle(
                documents.lifecycle_rules(baseline)
            ),
            ownership_controls=cfn_shapes.bucket_ownership(documents.bucket_ownership(baseline)),
            public_access_block_configuration=cfn_shapes.public_access_block(
                documents.public_access_block(baseline)
            ),
            versioning_configuration=s3.CfnBucket.VersioningConfigurationProperty(status="Enabled"),
        )
        acknowledge(
            bucket,
            "AwsSolutions-S1",
            "This bucket receives access logs; logging its own access into itself never ends.",
        )
        self.policy = s3.CfnBucketPolicy(
            self, "Policy", bucket=bucket.ref, policy_document=_policy(baseline, bucket.attr_arn)
        )


def _policy(baseline: Baseline, bucket: str) -> documents.Document:
    """TLS only, and S3 may deliver the access logs of our log bucket and its fallback alone."""
    prefix = documents.bucket_logging(baseline)["TargetPrefix"]
    return {
        "Version": "2012-10-17",
        "Statement": [
            documents.tls_only(bucket),
            {
                "Sid": "AccessLogsOfTheLogBucket",
                "Effect": "Allow",
                "Principal": {"Service": "logging.s3.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": f"{bucket}/{prefix}*",
                "Condition": {
                    "ArnLike": {
                        "aws:SourceArn": [
                            baseline.names.log_bucket_arn,
                            baseline.names.fallback_bucket_arn,
                        ]
                    },
                    "StringEquals": {"aws:SourceAccount": baseline.account},
                },
            },
        ],
    }
