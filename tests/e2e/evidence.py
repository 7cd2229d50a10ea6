"""The whole evidence as AWS tells it, read without any of Trailkeeper's own code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from botocore.exceptions import ClientError

from tests.e2e.stage import Stage

Reader = Callable[[Stage], Any]

# What differs from one reading to the next, or after a resource was made again; labels of
# CloudFormation, which nobody else may set; and a trace of a policy that is read by itself.
_NOT_COMPARED = frozenset(
    {
        *("ResponseMetadata", "creationTime", "storedBytes", "CreateDate", "LastUpdatedDate"),
        *("RoleId", "Description", "Tags", "dataProtectionStatus"),
    }
)


def _trail(stage: Stage) -> dict[str, str]:
    return {"TrailName": stage.trail}


def _bucket(stage: Stage) -> dict[str, str]:
    return {"Bucket": stage.ready.log_bucket}


def _key(stage: Stage) -> dict[str, str]:
    return {"KeyId": stage.ready.evidence_key_arn or ""}


def _group(stage: Stage) -> dict[str, str]:
    return {"logGroupName": stage.ready.log_group}


def _role(stage: Stage) -> dict[str, str]:
    return {"RoleName": stage.delivery_role}


_READERS: dict[str, Reader] = {
    "logging.status": lambda s: s.cloudtrail.get_trail_status(Name=s.trail)["IsLogging"],
    "trail.settings": lambda s: s.cloudtrail.describe_trails(trailNameList=[s.trail]),
    "trail.event-selectors": lambda s: s.cloudtrail.get_event_selectors(**_trail(s)),
    "trail.insight-selectors": lambda s: s.cloudtrail.get_insight_selectors(**_trail(s)),
    "trail.event-configuration": lambda s: s.cloudtrail.get_event_configuration(**_trail(s)),
    "trail.tags": lambda s: s.cloudtrail.list_tags(ResourceIdList=[s.trail]),
    "log-bucket.policy": lambda s: s.s3.get_bucket_policy(**_bucket(s)),
    "log-bucket.public-access-block": lambda s: s.s3.get_public_access_block(**_bucket(s)),
    "log-bucket.lifecycle": lambda s: s.s3.get_bucket_lifecycle_configuration(**_bucket(s)),
    "log-bucket.versioning": lambda s: s.s3.get_bucket_versioning(**_bucket(s)),
    "log-bucket.encryption": lambda s: s.s3.get_bucket_encryption(**_bucket(s)),
    "log-bucket.ownership": lambda s: s.s3.get_bucket_ownership_controls(**_bucket(s)),
    "log-bucket.access-logging": lambda s: s.s3.get_bucket_logging(**_bucket(s)),
    "log-bucket.object-lock": lambda s: s.s3.get_object_lock_configuration(**_bucket(s)),
    "log-bucket.replication": lambda s: s.s3.get_bucket_replication(**_bucket(s)),
    "log-bucket.notification": lambda s: s.s3.get_bucket_notification_configuration(**_bucket(s)),
    "log-bucket.request-payment": lambda s: s.s3.get_bucket_request_payment(**_bucket(s)),
    "evidence-key.state": lambda s: s.kms.describe_key(**_key(s))["KeyMetadata"]["KeyState"],
    "evidence-key.policy": lambda s: s.kms.get_key_policy(**_key(s), PolicyName="default"),
    "evidence-key.rotation": lambda s: s.kms.get_key_rotation_status(**_key(s)),
    "evidence-key.grants": lambda s: s.kms.list_grants(**_key(s)),
    "evidence-key.aliases": lambda s: s.kms.list_aliases(**_key(s))["Aliases"],
    "log-group.settings": lambda s: s.logs.describe_log_groups(logGroupNamePrefix=s.log_group),
    "log-group.metric-filters": lambda s: s.logs.describe_metric_filters(**_group(s)),
    "log-group.subscription-filters": lambda s: s.logs.describe_subscription_filters(**_group(s)),
    "log-group.data-protection": lambda s: s.logs.get_data_protection_policy(
        logGroupIdentifier=s.log_group
    ),
    "delivery-role.trust": lambda s: s.iam.get_role(**_role(s))["Role"],
    "delivery-role.policies": lambda s: [
        s.iam.get_role_policy(**_role(s), PolicyName=name)
        for name in s.iam.list_role_policies(**_role(s))["PolicyNames"]
    ],
    "delivery-role.attached-policies": lambda s: s.iam.list_attached_role_policies(**_role(s)),
    "delivery-role.boundary": lambda s: [
        each["Document"]
        for arn in [s.iam.get_role(**_role(s))["Role"]["PermissionsBoundary"]]
        for policy in [s.iam.get_policy(PolicyArn=arn["PermissionsBoundaryArn"])["Policy"]]
        for each in [
            s.iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])[
                "PolicyVersion"
            ]
        ]
    ],
    "alarms": lambda s: [
        {
            name: alarm.get(name)
            for name in (
                *("AlarmName", "ActionsEnabled", "AlarmActions", "OKActions", "MetricName"),
                *("Namespace", "Threshold", "ComparisonOperator", "TreatMissingData", "Metrics"),
            )
        }
        for alarm in s.cloudwatch.describe_alarms(AlarmNamePrefix="trailkeeper-")["MetricAlarms"]
    ],
}


def read(stage: Stage, names: Iterable[str] = ()) -> dict[str, Any]:
    """Every document of the evidence, or only those of these names; an error is its code."""
    return {name: _read(stage, _READERS[name]) for name in names or _READERS}


def is_protected(stage: Stage) -> bool:
    """Whether the log group is protected, which the heal function's first run sees to."""
    (group,) = stage.logs.describe_log_groups(logGroupNamePrefix=stage.log_group)["logGroups"]
    return bool(group["deletionProtectionEnabled"])


def differences(found: dict[str, Any], deployed: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What was found and what was deployed, for every document of `found` that differs."""
    return {
        name: (document, deployed[name])
        for name, document in found.items()
        if document != deployed[name]
    }


def _read(stage: Stage, reader: Reader) -> Any:
    try:
        return _settled(reader(stage))
    except ClientError as error:
        return error.response["Error"]["Code"]


def _settled(value: Any) -> Any:
    """Without what is not compared; documents in strings are read; lists are sorted."""
    if isinstance(value, dict):
        return {key: _settled(each) for key, each in value.items() if key not in _NOT_COMPARED}
    if isinstance(value, list):
        return sorted(map(_settled, value), key=_sort_key)
    if isinstance(value, str) and value.startswith("{"):
        try:
            return _settled(json.loads(value))
        except ValueError:
            return value
    return value


def _sort_key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
