"""What the deliveries function may do, and why."""

from __future__ import annotations

from trailkeeper.evidence.permission import Permission

PERMISSIONS: tuple[Permission, ...] = (
    Permission(
        ("s3:GetObject",),
        lambda baseline: f"{baseline.names.log_bucket_arn}/AWSLogs/*",
        "read the log files that CloudTrail delivers",
    ),
    Permission(
        ("kms:Decrypt",),
        lambda baseline: baseline.evidence_key_arn or (),
        "decrypt them, and nothing else",
        lambda baseline: {"StringLike": {"kms:ViaService": f"s3.{baseline.region}.*"}},
    ),
    Permission(
        ("sqs:SendMessage",),
        lambda baseline: baseline.names.alerts_queue_arn,
        "tell of a file that cannot be read",
    ),
    Permission(
        ("dynamodb:PutItem",),
        lambda baseline: baseline.names.state_table_arn,
        "count every file once",
    ),
)
