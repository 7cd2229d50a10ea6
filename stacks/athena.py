"""The log files as a table of Athena, and the work group in which it is asked."""

from __future__ import annotations

from aws_cdk import RemovalPolicy
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from aws_cdk.region_info import RegionInfo
from constructs import Construct

from stacks import cfn_shapes
from stacks.findings import acknowledge
from stacks.settings import Settings
from trailkeeper import queries
from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import DATABASE, WORK_GROUP

# Athena user guide, "Create the table for CloudTrail logs in Athena using partition projection".
SERDE = "org.apache.hive.hcatalog.data.JsonSerDe"
INPUT_FORMAT = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
OUTPUT_FORMAT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"


class TrailTable(Construct):
    """Glue's database and table: every column, partitions by account, region and day."""

    def __init__(
        self, scope: Construct, id_: str, *, settings: Settings, baseline: Baseline
    ) -> None:
        super().__init__(scope, id_)
        database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=baseline.account,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=DATABASE, description="Trailkeeper: CloudTrail's log files"
            ),
        )
        folder = "/".join(filter(None, ("AWSLogs", settings.organization_id)))
        location = f"s3://{baseline.names.log_bucket}/{folder}"
        table = glue.CfnTable(
            self,
            "Table",
            catalog_id=baseline.account,
            database_name=DATABASE,
            table_input=glue.CfnTable.TableInputProperty(
                name=queries.TABLE,
                description="CloudTrail's log files, pruned by account, region and day",
                table_type="EXTERNAL_TABLE",
                partition_keys=[
                    glue.CfnTable.ColumnProperty(name=name, type=kind)
                    for name, kind in queries.PARTITION_KEYS.items()
                ],
                parameters={
                    "EXTERNAL": "TRUE",
                    "classification": "cloudtrail",
                    **_projection(settings, baseline, location),
                },
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    columns=[
                        # Glue keeps names in lower case, those inside of types as well.
                        glue.CfnTable.ColumnProperty(name=name.lower(), type=kind.lower())
                        for name, kind in queries.columns().items()
                    ],
                    location=f"{location}/",
                    input_format=INPUT_FORMAT,
                    output_format=OUTPUT_FORMAT,
                    serde_info=glue.CfnTable.SerdeInfoProperty(serialization_library=SERDE),
                ),
            ),
        )
        table.add_resource_dependency(database)


class WorkGroup(Construct):
    """The work group, its bucket of results, and the questions saved in it.

    Its settings are enforced: nobody can put results elsewhere or read more than is allowed.
    """

    def __init__(
        self, scope: Construct, id_: str, *, settings: Settings, baseline: Baseline
    ) -> None:
        super().__init__(scope, id_)
        bucket = _results_bucket(self, settings, baseline)
        group = athena.CfnWorkGroup(
            self,
            "Group",
            name=WORK_GROUP,
            description="Trailkeeper: questions to CloudTrail's log files",
            recursive_delete_option=True,
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                bytes_scanned_cutoff_per_query=settings.athena_scan_limit_mb * 1_000_000,
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=True,
                result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                    output_location=f"s3://{bucket.ref}/",
                    expected_bucket_owner=baseline.account,
                    encryption_configuration=(
                        athena.CfnWorkGroup.EncryptionConfigurationProperty(
                            encryption_option="SSE_S3"
                        )
                    ),
                ),
            ),
        )
        for name, query in queries.library().items():
            saved = athena.CfnNamedQuery(
                self,
                name,
                name=query.title,
                description=query.purpose,
                database=DATABASE,
                work_group=WORK_GROUP,
                query_string=query.saved("athena"),
            )
            saved.add_resource_dependency(group)


def _projection(settings: Settings, baseline: Baseline, location: str) -> dict[str, str]:
    """Athena works the partitions out by itself, so nobody has to add one a day."""
    regions = sorted(
        each.name
        for each in RegionInfo.regions
        if each.partition == RegionInfo.get(settings.home_region).partition
    )
    return {
        "projection.enabled": "true",
        "projection.account.type": "enum",
        "projection.account.values": ",".join((baseline.account, *settings.athena_accounts)),
        "projection.region.type": "enum",
        "projection.region.values": ",".join(regions),
        "projection.day.type": "date",
        "projection.day.format": "yyyy/MM/dd",
        "projection.day.range": f"{settings.athena_first_day.replace('-', '/')},NOW",
        "projection.day.interval": "1",
        "projection.day.interval.unit": "DAYS",
        # The folders of digests and of Insights events lie beside this one.
        "storage.location.template": f"{location}/${{account}}/CloudTrail/${{region}}/${{day}}",
    }


def _results_bucket(scope: Construct, settings: Settings, baseline: Baseline) -> s3.CfnBucket:
    bucket = s3.CfnBucket(
        scope,
        "Results",
        bucket_name=baseline.names.results_bucket,
        bucket_encryption=s3.CfnBucket.BucketEncryptionProperty(
            server_side_encryption_configuration=[
                s3.CfnBucket.ServerSideEncryptionRuleProperty(
                    server_side_encryption_by_default=(
                        s3.CfnBucket.ServerSideEncryptionByDefaultProperty(sse_algorithm="AES256")
                    )
                )
            ]
        ),
        lifecycle_configuration=s3.CfnBucket.LifecycleConfigurationProperty(
            rules=[
                s3.CfnBucket.RuleProperty(
                    id="short-life",
                    status="Enabled",
                    prefix="",
                    expiration_in_days=settings.athena_results_days,
                    abort_incomplete_multipart_upload=(
                        s3.CfnBucket.AbortIncompleteMultipartUploadProperty(days_after_initiation=1)
                    ),
                )
            ]
        ),
        ownership_controls=cfn_shapes.bucket_ownership(documents.bucket_ownership(baseline)),
        public_access_block_configuration=cfn_shapes.public_access_block(
            documents.public_access_block(baseline)
        ),
    )
    bucket.apply_removal_policy(RemovalPolicy.DESTROY)
    acknowledge(
        bucket,
        "AwsSolutions-S1",
        "Results are copies that expire within days; CloudTrail records who asked for them.",
    )
    s3.CfnBucketPolicy(
        scope,
        "ResultsPolicy",
        bucket=bucket.ref,
        policy_document={
            "Version": "2012-10-17",
            "Statement": [documents.tls_only(bucket.attr_arn)],
        },
    )
    return bucket
