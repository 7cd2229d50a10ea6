"""How an administrator carries out each technique, and takes back what only people may undo."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

from tests.e2e.stage import ADMINISTRATOR, Stage, wait_for

Act = Callable[[Stage], object]

_OTHER_BUCKET = "attackers-logs"
_OTHER_ACCOUNT = "999999999999"


@dataclass(frozen=True)
class Attack:
    """`make` the attack; `undo` what Trailkeeper rightly leaves to people."""

    make: Act
    undo: Act | None = None


def _ignore(code: str, call: Callable[[], object]) -> None:
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            raise


def _refused(call: Callable[[], object]) -> None:
    """AWS does not let anybody do it."""
    try:
        call()
    except ClientError:
        return
    raise AssertionError("AWS would have refused this call")


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _service_may(service: str, resource: str, *actions: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": list(actions),
        "Resource": resource,
    }


# What the attacker brings along


def _other_bucket(stage: Stage) -> str:
    stage.s3.create_bucket(Bucket=_OTHER_BUCKET)
    arn = f"arn:aws:s3:::{_OTHER_BUCKET}"
    stage.s3.put_bucket_policy(
        Bucket=_OTHER_BUCKET,
        Policy=_policy(
            _service_may("cloudtrail.amazonaws.com", arn, "s3:GetBucketAcl"),
            _service_may("cloudtrail.amazonaws.com", f"{arn}/*", "s3:PutObject"),
        ),
    )
    stage.s3.put_bucket_versioning(
        Bucket=_OTHER_BUCKET, VersioningConfiguration={"Status": "Enabled"}
    )
    return _OTHER_BUCKET


def _other_key(stage: Stage) -> str:
    policy = _policy(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{stage.ready.account}:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        _service_may("cloudtrail.amazonaws.com", "*", "kms:*"),
        _service_may(f"logs.{stage.ready.region}.amazonaws.com", "*", "kms:*"),
    )
    return str(stage.kms.create_key(Policy=policy)["KeyMetadata"]["Arn"])


def _other_role(stage: Stage, service: str = "cloudtrail.amazonaws.com") -> str:
    name = f"attackers-{service.partition('.')[0]}"
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    _ignore(
        "EntityAlreadyExists",
        lambda: stage.iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust)),
    )
    rights = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    stage.iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=_policy(rights))
    return f"arn:aws:iam::{stage.ready.account}:role/{name}"


def _other_group(stage: Stage) -> str:
    _ignore(
        "ResourceAlreadyExistsException",
        lambda: stage.logs.create_log_group(logGroupName="/attackers"),
    )
    return f"arn:aws:logs:{stage.ready.region}:{stage.ready.account}:log-group:/attackers:*"


def _other_queue(stage: Stage) -> str:
    queue = stage.sqs.create_queue(QueueName="attackers")["QueueUrl"]
    arn = f"arn:aws:sqs:{stage.ready.region}:{stage.ready.account}:attackers"
    policy = _policy(_service_may("s3.amazonaws.com", arn, "sqs:SendMessage"))
    stage.sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    return arn


def _other_topic(stage: Stage) -> str:
    topic = str(stage.sns.create_topic(Name="attackers")["TopicArn"])
    policy = _policy(_service_may("cloudtrail.amazonaws.com", topic, "sns:Publish"))
    stage.sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    return topic


def _other_trail(stage: Stage, name: str) -> str:
    bucket = _other_bucket(stage)
    return str(stage.cloudtrail.create_trail(Name=name, S3BucketName=bucket)["TrailARN"])


def _delete_trails(stage: Stage) -> None:
    for trail in stage.cloudtrail.describe_trails()["trailList"]:
        if trail["TrailARN"] != stage.trail:
            stage.cloudtrail.delete_trail(Name=trail["TrailARN"])


def _stranger(stage: Stage, service: str) -> Any:
    """A client of somebody with every right in another account."""
    request = urllib.request.Request(
        f"{stage.ready.endpoint}/_embedded/strangers",
        data=json.dumps({"account": _OTHER_ACCOUNT}).encode(),
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        key = json.load(answer)
    return boto3.client(
        service,
        endpoint_url=stage.ready.endpoint,
        region_name=stage.ready.region,
        aws_access_key_id=key["access_key_id"],
        aws_secret_access_key=key["secret_access_key"],
    )


# The trail


def _update(**settings: Any) -> Act:
    return lambda s: s.cloudtrail.update_trail(Name=s.trail, **settings)


def _basic(**selector: Any) -> Act:
    wanted = {"ReadWriteType": "All", "IncludeManagementEvents": True, **selector}
    return lambda s: s.cloudtrail.put_event_selectors(TrailName=s.trail, EventSelectors=[wanted])


def _advanced(name: str, *fields: tuple[str, str, str]) -> Act:
    selector = {
        "Name": name,
        "FieldSelectors": [{"Field": field, test: [value]} for field, test, value in fields],
    }
    return lambda s: s.cloudtrail.put_event_selectors(
        TrailName=s.trail, AdvancedEventSelectors=[selector]
    )


_MANAGEMENT = ("eventCategory", "Equals", "Management")


def _replace_trail(stage: Stage) -> None:
    bucket = _other_bucket(stage)
    stage.fault(
        service="cloudtrail",
        action="CreateTrail",
        delay_ms=400,
        principal=stage.heal_role,
        times=1,
    )
    stage.cloudtrail.delete_trail(Name=stage.trail)
    stage.cloudtrail.create_trail(
        Name=stage.trail.rsplit("/", 1)[-1], S3BucketName=bucket, IsMultiRegionTrail=True
    )
    stage.cloudtrail.start_logging(Name=stage.trail)


def _fill_quota(stage: Stage) -> None:
    stage.fault(deliver="eventbridge", drop=True, action="CreateTrail", times=4)
    for number in range(4):
        _other_trail(stage, f"filler-{number}")
    stage.fault(
        service="cloudtrail", action="CreateTrail", delay_ms=400, principal=stage.heal_role, times=1
    )
    stage.cloudtrail.delete_trail(Name=stage.trail)
    _other_trail(stage, "filler-4")


def _free_quota(stage: Stage) -> None:
    _delete_trails(stage)
    stage.command("reconcile")


def _stop_other_trail(stage: Stage) -> None:
    arn = _other_trail(stage, "audit")
    stage.cloudtrail.start_logging(Name=arn)
    stage.cloudtrail.stop_logging(Name=arn)


def _other_trail_logs(stage: Stage) -> None:
    arn = stage.trail.replace(stage.trail.rsplit("/", 1)[-1], "audit")
    wait_for(
        "the other trail to log",
        lambda: stage.cloudtrail.get_trail_status(Name=arn)["IsLogging"],
    )
    _delete_trails(stage)


def _guarded_group(stage: Stage) -> str:
    region, account = stage.ready.region, stage.ready.account
    return f"arn:aws:logs:{region}:{account}:log-group:{stage.log_group}:*"


def _redirect_log_group(stage: Stage) -> None:
    group = _other_group(stage)
    role = f"arn:aws:iam::{stage.ready.account}:role/{stage.delivery_role}"
    rights = _policy({"Effect": "Allow", "Action": "logs:*", "Resource": "*"})

    def redirect() -> bool:
        """The role's rights come back, so it takes a race."""
        stage.iam.put_role_policy(**_role(stage), PolicyName="more", PolicyDocument=rights)
        try:
            _update(CloudWatchLogsLogGroupArn=group, CloudWatchLogsRoleArn=role)(stage)
        except ClientError:
            return False
        return True

    wait_for("the trail to take the other log group", redirect)


def _minimise(stage: Stage) -> None:
    stage.cloudtrail.update_trail(
        Name=stage.trail,
        SnsTopicName="",
        IncludeGlobalServiceEvents=False,
        IsMultiRegionTrail=False,
        EnableLogFileValidation=False,
        CloudWatchLogsLogGroupArn="",
        CloudWatchLogsRoleArn="",
        KmsKeyId="",
    )


# The log bucket


def _bucket(stage: Stage) -> dict[str, str]:
    return {"Bucket": stage.ready.log_bucket}


def _lifecycle(**rule: Any) -> Act:
    rules = [{"ID": "tidy", "Status": "Enabled", "Filter": {"Prefix": ""}, **rule}]
    return lambda s: s.s3.put_bucket_lifecycle_configuration(
        **_bucket(s), LifecycleConfiguration={"Rules": rules}
    )


def _bucket_policy(effect: str, action: str, principal: Any) -> Act:
    def act(stage: Stage) -> None:
        policy = json.loads(stage.s3.get_bucket_policy(**_bucket(stage))["Policy"])
        policy["Statement"].append(
            {
                "Effect": effect,
                "Principal": principal,
                "Action": action,
                "Resource": f"arn:aws:s3:::{stage.ready.log_bucket}/*",
            }
        )
        stage.s3.put_bucket_policy(**_bucket(stage), Policy=json.dumps(policy))

    return act


def _empty(s3: Any, bucket: str) -> None:
    versions = s3.list_object_versions(Bucket=bucket)
    for kind in ("Versions", "DeleteMarkers"):
        for each in versions.get(kind, []):
            s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
    for each in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        s3.delete_object(Bucket=bucket, Key=each["Key"])


def _delete_bucket(stage: Stage) -> None:
    def delete() -> bool:
        _empty(stage.s3, stage.ready.log_bucket)
        try:
            stage.s3.delete_bucket(**_bucket(stage))
        except ClientError as error:
            if error.response["Error"]["Code"] != "BucketNotEmpty":
                raise
            return False  # the trail delivered meanwhile
        return True

    wait_for("the bucket to be empty", delete)


def _take_bucket(stage: Stage) -> None:
    stage.fault(
        service="s3", action="CreateBucket", delay_ms=400, principal=stage.heal_role, times=1
    )
    stranger = _stranger(stage, "s3")
    _delete_bucket(stage)
    stranger.create_bucket(**_bucket(stage))


def _give_bucket_back(stage: Stage) -> None:
    _stranger(stage, "s3").delete_bucket(**_bucket(stage))
    stage.command("reconcile")


def _replicate(stage: Stage) -> None:
    _other_bucket(stage)
    rule = {
        "ID": "copy",
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{_OTHER_BUCKET}"},
    }
    stage.s3.put_bucket_replication(
        **_bucket(stage),
        ReplicationConfiguration={"Role": _other_role(stage, "s3.amazonaws.com"), "Rules": [rule]},
    )


def _notify(stage: Stage) -> None:
    queue = {"QueueArn": _other_queue(stage), "Events": ["s3:ObjectCreated:*"]}
    stage.s3.put_bucket_notification_configuration(
        **_bucket(stage), NotificationConfiguration={"QueueConfigurations": [queue]}
    )


def _encrypt_with_other_key(stage: Stage) -> None:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": _other_key(stage)}
    stage.s3.put_bucket_encryption(
        **_bucket(stage),
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": default}]
        },
    )


# The evidence key


def _key(stage: Stage) -> dict[str, str]:
    return {"KeyId": stage.ready.evidence_key_arn or ""}


def _key_policy(change: Callable[[list[dict[str, Any]], Stage], list[dict[str, Any]]]) -> Act:
    def act(stage: Stage) -> None:
        policy = json.loads(stage.kms.get_key_policy(**_key(stage), PolicyName="default")["Policy"])
        policy["Statement"] = change(policy["Statement"], stage)
        stage.kms.put_key_policy(
            **_key(stage),
            PolicyName="default",
            Policy=json.dumps(policy),
            BypassPolicyLockoutSafetyCheck=True,
        )

    return act


def _shared(statements: list[dict[str, Any]], _: Stage) -> list[dict[str, Any]]:
    stranger = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "kms:Decrypt",
        "Resource": "*",
    }
    return [*statements, stranger]


def _locked(_: list[dict[str, Any]], stage: Stage) -> list[dict[str, Any]]:
    only = f"arn:aws:iam::{stage.ready.account}:user/{ADMINISTRATOR}"
    return [{"Effect": "Allow", "Principal": {"AWS": only}, "Action": "kms:*", "Resource": "*"}]


def _unlocked(statements: list[dict[str, Any]], stage: Stage) -> list[dict[str, Any]]:
    root = f"arn:aws:iam::{stage.ready.account}:root"
    return [
        *statements,
        {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"},
    ]


def _unlock(stage: Stage) -> None:
    _key_policy(_unlocked)(stage)
    stage.command("reconcile")


def _grant(stage: Stage) -> str:
    made = stage.kms.create_grant(
        **_key(stage), GranteePrincipal=_other_role(stage), Operations=["Decrypt"]
    )
    return str(made["GrantId"])


def _revoke(stage: Stage) -> None:
    for grant in stage.kms.list_grants(**_key(stage))["Grants"]:
        stage.kms.revoke_grant(**_key(stage), GrantId=grant["GrantId"])


def _alias_to(key: Callable[[Stage], str]) -> Act:
    return lambda s: s.kms.update_alias(AliasName="alias/trailkeeper-evidence", TargetKeyId=key(s))


# The log group and the delivery role


def _group(stage: Stage) -> dict[str, str]:
    return {"logGroupName": stage.log_group}


def _unprotect(stage: Stage) -> None:
    stage.logs.put_log_group_deletion_protection(
        logGroupIdentifier=stage.log_group, deletionProtectionEnabled=False
    )


def _delete_group(stage: Stage) -> None:
    def delete() -> bool:
        """The protection comes back, so it takes a race."""
        _unprotect(stage)
        try:
            stage.logs.delete_log_group(**_group(stage))
        except ClientError:
            return False
        return True

    wait_for("the log group to be deleted", delete)


def _delete_stream(stage: Stage) -> None:
    name = "attackers-stream"
    stage.logs.create_log_stream(**_group(stage), logStreamName=name)
    stage.logs.delete_log_stream(**_group(stage), logStreamName=name)


def _blind_filter(stage: Stage) -> None:
    stage.logs.put_metric_filter(
        **_group(stage),
        filterName="trail-changes",
        filterPattern="{ $.eventName = Nothing }",
        metricTransformations=[
            {"metricName": "TrailChanges", "metricNamespace": "Trailkeeper", "metricValue": "1"}
        ],
    )


def _subscribe(stage: Stage) -> None:
    _ignore(
        "ResourceInUseException",
        lambda: stage.kinesis.create_stream(StreamName="attackers", ShardCount=1),
    )
    stage.logs.put_subscription_filter(
        **_group(stage),
        filterName="copy",
        filterPattern="",
        destinationArn=(
            f"arn:aws:kinesis:{stage.ready.region}:{stage.ready.account}:stream/attackers"
        ),
        roleArn=_other_role(stage, "logs.amazonaws.com"),
    )


def _mask(stage: Stage) -> None:
    identifiers = ["arn:aws:dataprotection::aws:data-identifier/IpAddress"]
    statements = [
        {
            "Sid": "audit",
            "DataIdentifier": identifiers,
            "Operation": {"Audit": {"FindingsDestination": {}}},
        },
        {
            "Sid": "mask",
            "DataIdentifier": identifiers,
            "Operation": {"Deidentify": {"MaskConfig": {}}},
        },
    ]
    policy = {"Name": "mask", "Version": "2021-06-01", "Statement": statements}
    stage.logs.put_data_protection_policy(
        logGroupIdentifier=stage.log_group, policyDocument=json.dumps(policy)
    )


def _role(stage: Stage) -> dict[str, str]:
    return {"RoleName": stage.delivery_role}


def _managed_policy(stage: Stage) -> str:
    deny = _policy({"Effect": "Deny", "Action": "logs:*", "Resource": "*"})
    name = f"attackers-{time.monotonic_ns()}"
    made = stage.iam.create_policy(PolicyName=name, PolicyDocument=deny)
    return str(made["Policy"]["Arn"])


def _delete_role(stage: Stage) -> None:
    def delete() -> bool:
        """The policy comes back, so it takes a race."""
        for name in stage.iam.list_role_policies(**_role(stage))["PolicyNames"]:
            stage.iam.delete_role_policy(**_role(stage), PolicyName=name)
        try:
            stage.iam.delete_role(**_role(stage))
        except ClientError:
            return False
        return True

    wait_for("the role to be deleted", delete)


_STRANGERS_TRUST = _policy(
    {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
)

# Alarms

_ALARM = "trailkeeper-heal-errors"


def _with_alarm(change: Callable[[Stage, dict[str, Any]], object]) -> Attack:
    """Change an alarm and put it as it was, which the next deploy would do."""
    before: dict[str, Any] = {}

    def make(stage: Stage) -> None:
        [before["alarm"]] = stage.cloudwatch.describe_alarms(AlarmNames=[_ALARM])["MetricAlarms"]
        change(stage, before["alarm"])

    def undo(stage: Stage) -> None:
        settable = stage.cloudwatch.meta.service_model.operation_model("PutMetricAlarm")
        members = settable.input_shape.members
        alarm = {name: value for name, value in before["alarm"].items() if name in members}
        stage.cloudwatch.put_metric_alarm(**alarm)

    return Attack(make, undo)


def _edit_alarm(stage: Stage, alarm: dict[str, Any]) -> None:
    members = stage.cloudwatch.meta.service_model.operation_model("PutMetricAlarm").input_shape
    kept = {name: value for name, value in alarm.items() if name in members.members}
    stage.cloudwatch.put_metric_alarm(**{**kept, "Threshold": 10**6, "AlarmActions": []})


ATTACKS: dict[str, Attack] = {
    "trail-stopped": Attack(lambda s: s.cloudtrail.stop_logging(Name=s.trail)),
    "trail-deleted": Attack(lambda s: s.cloudtrail.delete_trail(Name=s.trail)),
    "trail-replaced": Attack(_replace_trail),
    "trail-quota-filled": Attack(_fill_quota, _free_quota),
    "trail-bucket-swapped": Attack(
        lambda s: _update(S3BucketName=_other_bucket(s))(s),
    ),
    "trail-prefix-swapped": Attack(
        lambda s: _update(S3BucketName=_other_bucket(s), S3KeyPrefix="elsewhere")(s)
    ),
    "trail-single-region": Attack(_update(IsMultiRegionTrail=False)),
    "trail-global-events-off": Attack(
        _update(IncludeGlobalServiceEvents=False, IsMultiRegionTrail=False)
    ),
    "trail-validation-off": Attack(_update(EnableLogFileValidation=False)),
    "trail-key-removed": Attack(_update(KmsKeyId="")),
    "trail-key-swapped": Attack(lambda s: _update(KmsKeyId=_other_key(s))(s)),
    "trail-log-group-removed": Attack(
        _update(CloudWatchLogsLogGroupArn="", CloudWatchLogsRoleArn="")
    ),
    "trail-log-group-swapped": Attack(
        lambda s: _update(
            CloudWatchLogsLogGroupArn=_other_group(s), CloudWatchLogsRoleArn=_other_role(s)
        )(s)
    ),
    "trail-log-group-redirected": Attack(_redirect_log_group),
    "trail-delivery-role-swapped": Attack(
        lambda s: _update(
            CloudWatchLogsLogGroupArn=_guarded_group(s), CloudWatchLogsRoleArn=_other_role(s)
        )(s)
    ),
    "trail-topic-added": Attack(lambda s: _update(SnsTopicName=_other_topic(s))(s)),
    "trail-own-deliveries-unrecorded": Attack(_update(RecursiveLogging=False)),
    "trail-minimised": Attack(_minimise),
    "trail-management-events-off": Attack(
        _basic(
            IncludeManagementEvents=False,
            DataResources=[{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}],
        )
    ),
    "trail-reads-only": Attack(_basic(ReadWriteType="ReadOnly")),
    "trail-writes-only": Attack(_basic(ReadWriteType="WriteOnly")),
    "trail-source-excluded": Attack(_basic(ExcludeManagementEventSources=["kms.amazonaws.com"])),
    "trail-data-events-only": Attack(
        _advanced(
            "Management events selector",
            ("eventCategory", "Equals", "Data"),
            ("resources.type", "Equals", "AWS::S3::Object"),
        )
    ),
    "trail-advanced-reads-only": Attack(
        _advanced("All management events", _MANAGEMENT, ("readOnly", "Equals", "true"))
    ),
    "trail-advanced-source-excluded": Attack(
        _advanced(
            "All management events",
            _MANAGEMENT,
            ("eventSource", "NotEquals", "kms.amazonaws.com"),
        )
    ),
    "trail-insights-changed": Attack(
        lambda s: s.cloudtrail.put_insight_selectors(
            TrailName=s.trail, InsightSelectors=[{"InsightType": "ApiCallRateInsight"}]
        )
    ),
    "trail-event-configuration-changed": Attack(
        lambda s: s.cloudtrail.put_event_configuration(
            TrailName=s.trail,
            AggregationConfigurations=[{"Templates": ["API_ACTIVITY"], "EventCategory": "Data"}],
        )
    ),
    "trail-created-elsewhere": Attack(lambda s: _other_trail(s, "elsewhere"), _delete_trails),
    "trail-other-stopped": Attack(_stop_other_trail, _other_trail_logs),
    "log-bucket-lifecycle-shortened": Attack(_lifecycle(Expiration={"Days": 1})),
    "log-bucket-lifecycle-archived": Attack(
        _lifecycle(Transitions=[{"Days": 1, "StorageClass": "DEEP_ARCHIVE"}])
    ),
    "log-bucket-lifecycle-removed": Attack(lambda s: s.s3.delete_bucket_lifecycle(**_bucket(s))),
    "log-bucket-policy-swapped": Attack(_bucket_policy("Deny", "s3:PutObject", "*")),
    "log-bucket-policy-widened": Attack(
        _bucket_policy("Allow", "s3:GetObject", {"AWS": f"arn:aws:iam::{_OTHER_ACCOUNT}:root"})
    ),
    "log-bucket-policy-deleted": Attack(lambda s: s.s3.delete_bucket_policy(**_bucket(s))),
    "log-bucket-deleted": Attack(_delete_bucket),
    "log-bucket-name-taken": Attack(_take_bucket, _give_bucket_back),
    "log-bucket-versioning-suspended": Attack(
        lambda s: s.s3.put_bucket_versioning(
            **_bucket(s), VersioningConfiguration={"Status": "Suspended"}
        )
    ),
    "log-bucket-encryption-removed": Attack(lambda s: s.s3.delete_bucket_encryption(**_bucket(s))),
    "log-bucket-encryption-swapped": Attack(_encrypt_with_other_key),
    "log-bucket-public-access-unblocked": Attack(
        lambda s: s.s3.delete_public_access_block(**_bucket(s))
    ),
    "log-bucket-public-access-weakened": Attack(
        lambda s: s.s3.put_public_access_block(
            **_bucket(s),
            PublicAccessBlockConfiguration={"BlockPublicAcls": True, "IgnorePublicAcls": True},
        )
    ),
    "log-bucket-ownership-changed": Attack(
        lambda s: s.s3.put_bucket_ownership_controls(
            **_bucket(s), OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
        )
    ),
    "log-bucket-ownership-removed": Attack(
        lambda s: s.s3.delete_bucket_ownership_controls(**_bucket(s))
    ),
    "log-bucket-acl-opened": Attack(
        lambda s: _refused(lambda: s.s3.put_bucket_acl(**_bucket(s), ACL="public-read"))
    ),
    "log-bucket-access-logging-off": Attack(
        lambda s: s.s3.put_bucket_logging(**_bucket(s), BucketLoggingStatus={})
    ),
    "log-bucket-replicated": Attack(
        _replicate, lambda s: s.s3.delete_bucket_replication(**_bucket(s))
    ),
    "log-bucket-notified": Attack(
        _notify,
        lambda s: s.s3.put_bucket_notification_configuration(
            **_bucket(s), NotificationConfiguration={}
        ),
    ),
    "evidence-key-disabled": Attack(lambda s: s.kms.disable_key(**_key(s))),
    "evidence-key-deletion-scheduled": Attack(
        lambda s: s.kms.schedule_key_deletion(**_key(s), PendingWindowInDays=7)
    ),
    "evidence-key-policy-replaced": Attack(
        _key_policy(lambda statements, _: statements[:1]),
    ),
    "evidence-key-shared": Attack(_key_policy(_shared)),
    "evidence-key-locked": Attack(_key_policy(_locked), _unlock),
    "evidence-key-rotation-off": Attack(lambda s: s.kms.disable_key_rotation(**_key(s))),
    "evidence-key-granted": Attack(_grant, _revoke),
    "evidence-key-grant-revoked": Attack(
        lambda s: s.kms.revoke_grant(**_key(s), GrantId=_grant(s))
    ),
    "evidence-key-alias-moved": Attack(
        _alias_to(_other_key), _alias_to(lambda s: s.ready.evidence_key_arn or "")
    ),
    "evidence-key-material-deleted": Attack(
        lambda s: _refused(lambda: s.kms.delete_imported_key_material(**_key(s)))
    ),
    "log-group-deleted": Attack(_delete_group),
    "log-stream-deleted": Attack(_delete_stream),
    "log-group-retention-shortened": Attack(
        lambda s: s.logs.put_retention_policy(**_group(s), retentionInDays=1)
    ),
    "log-group-unprotected": Attack(_unprotect),
    "log-group-encrypted-by-others": Attack(
        lambda s: s.logs.associate_kms_key(**_group(s), kmsKeyId=_other_key(s))
    ),
    "log-group-metric-filter-deleted": Attack(
        lambda s: s.logs.delete_metric_filter(**_group(s), filterName="trail-changes")
    ),
    "log-group-metric-filter-blinded": Attack(_blind_filter),
    "log-group-subscribed": Attack(
        _subscribe,
        lambda s: s.logs.delete_subscription_filter(**_group(s), filterName="copy"),
    ),
    "log-group-masked": Attack(_mask),
    "delivery-role-policy-deleted": Attack(
        lambda s: s.iam.delete_role_policy(**_role(s), PolicyName="deliver")
    ),
    "delivery-role-denied": Attack(
        lambda s: s.iam.put_role_policy(
            **_role(s),
            PolicyName="deny",
            PolicyDocument=_policy({"Effect": "Deny", "Action": "logs:*", "Resource": "*"}),
        )
    ),
    "delivery-role-attached": Attack(
        lambda s: s.iam.attach_role_policy(**_role(s), PolicyArn=_managed_policy(s))
    ),
    "delivery-role-bounded": Attack(
        lambda s: s.iam.put_role_permissions_boundary(
            **_role(s), PermissionsBoundary=_managed_policy(s)
        )
    ),
    "delivery-role-trust-changed": Attack(
        lambda s: s.iam.update_assume_role_policy(**_role(s), PolicyDocument=_STRANGERS_TRUST)
    ),
    "delivery-role-deleted": Attack(_delete_role),
    "alarm-deleted": _with_alarm(lambda s, _: s.cloudwatch.delete_alarms(AlarmNames=[_ALARM])),
    "alarm-muted": _with_alarm(
        lambda s, _: s.cloudwatch.disable_alarm_actions(AlarmNames=[_ALARM])
    ),
    "alarm-changed": _with_alarm(_edit_alarm),
    "alarm-state-set": Attack(
        lambda s: s.cloudwatch.set_alarm_state(
            AlarmName=_ALARM, StateValue="OK", StateReason="all is well"
        )
    ),
}

_UNIT = "tests/detections/test_techniques.py"
_ORGANIZATION = "test_an_organization_trail_is_told_and_left_to_the_management_account"
_AUTHOR = "test_a_call_that_changes_no_document_is_told_with_its_author"

# What the embedded account cannot express, and the test that proves it instead.
ELSEWHERE: dict[str, str] = {
    "trail-organization-changed": f"{_UNIT}::{_ORGANIZATION}",
    "trail-tags-removed": f"{_UNIT}::test_tags_that_the_settings_ask_for_come_back",
    "log-bucket-object-lock-weakened": (
        f"{_UNIT}::test_the_retention_of_the_object_lock_comes_back"
    ),
    "evidence-key-store-disconnected": f"{_UNIT}::{_AUTHOR}",
    "log-group-masked-by-account": f"{_UNIT}::{_AUTHOR}",
    "alarm-mute-rule": f"{_UNIT}::{_AUTHOR}",
}
