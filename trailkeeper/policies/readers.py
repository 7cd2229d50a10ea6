"""The policy of those who read the evidence: beside AWS's read-only access, what reading needs.

`AWSCloudTrail_ReadOnlyAccess` shows the trail and the event history, and opens no log file.
"""

from __future__ import annotations

from collections.abc import Mapping

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import DASHBOARD, DATABASE, WORK_GROUP
from trailkeeper.evidence.permission import Permission, everything
from trailkeeper.policies.fitting import MANAGED_POLICY, fitted
from trailkeeper.policies.own_parts import KEY_CONDITION, keys

AWS_POLICY = "AWSCloudTrail_ReadOnlyAccess"

_FOLDER = "AWSLogs"


def _buckets(baseline: Baseline) -> tuple[str, ...]:
    names = baseline.names
    return names.log_bucket_arn, names.fallback_bucket_arn


def _group(baseline: Baseline) -> tuple[str, ...]:
    arn = baseline.names.log_group_arn
    return arn, f"{arn}:*"


_LOG_FILES = (
    Permission(
        ("s3:ListBucket",),
        _buckets,
        "List the log files, and nothing else that may lie in the bucket",
        lambda _: {"StringLike": {"s3:prefix": [_FOLDER, f"{_FOLDER}/*"]}},
    ),
    Permission(
        ("s3:GetBucketLocation",), _buckets, "Athena and the console ask where the bucket is"
    ),
    Permission(
        ("s3:GetObject",),
        lambda baseline: tuple(f"{each}/{_FOLDER}/*" for each in _buckets(baseline)),
        "Read the log files and their digests",
    ),
)
_KEY = Permission(
    ("kms:Decrypt",),
    keys,
    "Decrypt the log files that S3 gives out; our keys are told by their aliases",
    lambda baseline: {**KEY_CONDITION, "StringLike": {"kms:ViaService": f"s3.{baseline.region}.*"}},
)
_LOG_GROUP = (
    Permission(
        (
            "logs:DescribeLogStreams",
            "logs:FilterLogEvents",
            "logs:GetLogEvents",
            "logs:GetLogGroupFields",
            "logs:GetLogRecord",
            "logs:StartQuery",
        ),
        _group,
        "Ask Logs Insights about the trail's log group",
    ),
    Permission(
        (
            "logs:DescribeLogGroups",
            "logs:DescribeQueries",
            "logs:DescribeQueryDefinitions",
            "logs:GetQueryResults",
            "logs:StopQuery",
        ),
        everything,
        "Follow a query and find the saved ones; AWS knows no single group for these actions",
    ),
)
_REGIONS = Permission(
    ("ec2:DescribeRegions",),
    everything,
    "Ask the event history of every region; AWS knows no resource for it",
)
_ATHENA = (
    Permission(
        (
            "athena:BatchGetNamedQuery",
            "athena:BatchGetQueryExecution",
            "athena:GetNamedQuery",
            "athena:GetQueryExecution",
            "athena:GetQueryResults",
            "athena:GetQueryRuntimeStatistics",
            "athena:GetWorkGroup",
            "athena:ListNamedQueries",
            "athena:ListQueryExecutions",
            "athena:StartQueryExecution",
            "athena:StopQueryExecution",
        ),
        lambda baseline: baseline.names.arn("athena", f"workgroup/{WORK_GROUP}"),
        "Ask Athena in our work group, which limits what a query may read",
    ),
    Permission(
        (
            "athena:GetDataCatalog",
            "athena:GetDatabase",
            "athena:GetTableMetadata",
            "athena:ListDatabases",
            "athena:ListTableMetadata",
        ),
        lambda baseline: baseline.names.arn("athena", "datacatalog/AwsDataCatalog"),
        "See the table in Athena's console",
    ),
    Permission(
        ("athena:ListDataCatalogs", "athena:ListEngineVersions", "athena:ListWorkGroups"),
        everything,
        "Find the work group; AWS knows no resource for these actions",
    ),
    Permission(
        (
            "glue:GetDatabase",
            "glue:GetDatabases",
            "glue:GetPartition",
            "glue:GetPartitions",
            "glue:GetTable",
            "glue:GetTables",
        ),
        lambda baseline: (
            baseline.names.arn("glue", "catalog"),
            baseline.names.arn("glue", f"database/{DATABASE}"),
            baseline.names.arn("glue", f"table/{DATABASE}/*"),
        ),
        "Read what the table looks like",
    ),
    Permission(
        (
            "s3:AbortMultipartUpload",
            "s3:GetBucketLocation",
            "s3:GetObject",
            "s3:ListBucket",
            "s3:ListBucketMultipartUploads",
            "s3:ListMultipartUploadParts",
            "s3:PutObject",
        ),
        lambda baseline: (
            baseline.names.results_bucket_arn,
            f"{baseline.names.results_bucket_arn}/*",
        ),
        "Athena writes and reads results with the rights of whoever asks",
    ),
)
_DASHBOARD = (
    Permission(
        ("cloudwatch:GetDashboard",),
        lambda baseline: (
            f"arn:{baseline.partition}:cloudwatch::{baseline.account}:dashboard/{DASHBOARD}"
        ),
        "See the dashboard",
    ),
    Permission(
        (
            "cloudwatch:DescribeAlarms",
            "cloudwatch:GetMetricData",
            "cloudwatch:ListDashboards",
            "cloudwatch:ListMetrics",
        ),
        everything,
        "Draw what the dashboard shows; AWS knows no resource for metrics",
    ),
)


def policies(
    baseline: Baseline, *, kms: bool, athena: bool, dashboard: bool
) -> Mapping[str, tuple[Permission, ...]]:
    """The statements of each policy by its name, for the parts that are deployed.

    `baseline` has names at least as long as those of the account, which decide what fits.

    Raises:
        TooLargeError: a statement does not fit into a policy.
    """
    rights = (
        *_LOG_FILES,
        *((_KEY,) if kms else ()),
        *_LOG_GROUP,
        _REGIONS,
        *(_ATHENA if athena else ()),
        *(_DASHBOARD if dashboard else ()),
    )
    return {
        f"{baseline.names.readers}-{number}": statements
        for number, statements in enumerate(fitted(rights, baseline, MANAGED_POLICY), start=1)
    }
