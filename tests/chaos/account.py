"""An account in memory: the services of the evidence, as far as guards and attacks call them.

It is much faster than an emulator, so that hundreds of histories can be played, and it may be told
to fail between any two writes. What a call answers follows the API references; a call that nobody
taught it fails loudly.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from botocore.exceptions import ClientError

from tests.chaos.plain import copied

ACCOUNT = "123456789012"
REGION = "us-east-1"

# Writes whose answer nobody reads.
_ANSWERS_NOTHING = frozenset(
    {
        *("delete_function_concurrency", "put_event_selectors", "put_metric_alarm", "put_rule"),
        *("put_retention_policy", "put_role_policy", "set_queue_attributes", "start_logging"),
        *("update_alias", "update_schedule", "update_termination_protection", "update_trail"),
        *("put_bucket_policy", "put_key_policy", "set_topic_attributes", "update_table"),
        *("put_function_event_invoke_config", "put_role_permissions_boundary"),
        *("update_assume_role_policy", "update_event_source_mapping", "put_resource_policy"),
    }
)
_READS = ("get_", "list_", "describe_", "lookup_", "query", "get_paginator")
# Writes into the tables.
_NOTES = ("put_item", "update_item", "delete_item", "batch_write_item")
THROTTLED = "ThrottlingException"


class Crash(BaseException):
    """When the process ends in the middle of an invocation, as Lambda's may."""


def refused(code: str, operation: str) -> ClientError:
    """AWS's answer to a call that it does not carry out."""
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


@dataclass
class Clock:
    """The time of everybody in a history."""

    now: datetime
    passed: float = 0.0

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.passed

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.passed += seconds


Kind = Literal["crash", "deploy", "mute", "swallow", "throttle", "throttle writes"]


@dataclass
class Mishap:
    """What goes wrong after so many calls of the guard, or writes, and how often in a row."""

    kind: Kind
    after: int
    times: int = 1


@dataclass
class Faults:
    """What goes wrong with the guard's calls.

    A crash comes after a write or, of a mute run, before people are told; a deploy that somebody
    begins (`deploy`) comes after a write. A throttled call is refused for now; throttled writes are
    those of what is guarded. What is swallowed is taken and not done, as far as reads show.
    `struck` counts what went wrong with calls, `refused` the throttles among it.
    """

    mishaps: list[Mishap] = field(default_factory=list)
    deploy: Callable[[], None] = lambda: None
    struck: int = 0
    refused: int = 0

    def before(self, operation: str) -> None:
        if self._strikes("throttle") or (
            not operation.startswith((*_READS, *_NOTES)) and self._strikes("throttle writes")
        ):
            self.refused += 1
            raise refused(THROTTLED, operation)

    def swallows(self, operation: str) -> bool:
        return operation in _ANSWERS_NOTHING and self._strikes("swallow")

    def after_write(self) -> None:
        if self._strikes("deploy"):
            self.deploy()
        if self._strikes("crash"):
            raise Crash

    def before_telling(self) -> None:
        if self._strikes("mute"):
            raise Crash

    def end(self) -> None:
        """Let nothing go wrong any more."""
        self.mishaps.clear()

    def _strikes(self, kind: Kind) -> bool:
        """Whether the time of a mishap has come; it is counted as one call nearer."""
        mishap = next((each for each in self.mishaps if each.kind == kind), None)
        if mishap is None:
            return False
        mishap.after -= 1
        if mishap.after > 0:
            return False
        mishap.times -= 1
        if mishap.times <= 0:
            self.mishaps.remove(mishap)
        self.struck += kind != "deploy"
        return True


class Client:
    """One service as one caller sees it."""

    def __init__(self, service: object, name: str, faults: Faults, note: Callable[[str], None]):
        self._service, self._name, self._faults, self._note = service, name, faults, note

    def __getattr__(self, operation: str) -> Any:
        carry_out = getattr(self._service, operation, None)
        if carry_out is None:
            raise AssertionError(f"the account in memory knows no {self._name}.{operation}")

        def call(*names: str, **arguments: Any) -> Any:
            self._faults.before(operation)
            if operation.startswith(_READS):
                return copied(carry_out(*names, **arguments))
            self._note(f"{self._name}.{operation}")
            answer = None
            if not self._faults.swallows(operation):
                answer = copied(carry_out(*names, **arguments))
            self._faults.after_write()
            return {} if answer is None else answer

        return call


@dataclass
class Trail:
    """A trail as CloudTrail keeps it."""

    settings: dict[str, Any]
    basic: list[Any] = field(default_factory=list)
    advanced: list[Any] = field(default_factory=list)
    insights: list[Any] = field(default_factory=list)
    events: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    logging: bool = False
    started: datetime | None = None
    stopped: datetime | None = None


# CloudTrail user guide, "Working with CloudTrail event history": within about five minutes.
_RECORDED = timedelta(minutes=5)


class CloudTrail:
    """Trails by their ARN."""

    _NAMES: Mapping[str, str] = {"EnableLogFileValidation": "LogFileValidationEnabled"}

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.trails: dict[str, Trail] = {}
        self.starts: list[datetime] = []
        self._history: dict[str, tuple[datetime, str]] = {}

    def record(self, detail: Mapping[str, Any]) -> None:
        """Let the event history have a call, some minutes after it was made."""
        self._history[detail["eventID"]] = (self._clock() + _RECORDED, json.dumps(detail))

    def lookup_events(
        self,
        *,
        LookupAttributes: list[dict[str, str]],
        MaxResults: int,
        StartTime: datetime | None = None,
        EndTime: datetime | None = None,
    ) -> Any:
        ((key, value),) = (
            (each["AttributeKey"], each["AttributeValue"]) for each in LookupAttributes
        )
        assert (key, MaxResults) in (("EventId", 1), ("EventName", 50))
        known = [json.loads(each) for at, each in self._history.values() if at <= self._clock()]
        found = [
            each
            for each in known
            if value == each["eventID" if key == "EventId" else "eventName"]
            and (StartTime is None or StartTime <= datetime.fromisoformat(each["eventTime"]))
            and (EndTime is None or datetime.fromisoformat(each["eventTime"]) <= EndTime)
        ]
        return {"Events": [{"CloudTrailEvent": json.dumps(each)} for each in found[:MaxResults]]}

    def _arn(self, name: str) -> str:
        return name if ":" in name else f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/{name}"

    def _trail(self, name: str, operation: str) -> Trail:
        if self._arn(name) not in self.trails:
            raise refused("TrailNotFoundException", operation)
        return self.trails[self._arn(name)]

    def create_trail(
        self, *, Name: str, TagsList: tuple[dict[str, str], ...] = (), **settings: Any
    ) -> Any:
        arn = self._arn(Name)
        if arn in self.trails:
            raise refused("TrailAlreadyExistsException", "CreateTrail")
        trail = Trail(
            {
                "Name": Name,
                "TrailARN": arn,
                "HomeRegion": REGION,
                "IsOrganizationTrail": False,
                "IncludeGlobalServiceEvents": True,
                "IsMultiRegionTrail": False,
                "LogFileValidationEnabled": False,
                "RecursiveLogging": True,
            },
            basic=[
                {
                    "ReadWriteType": "All",
                    "IncludeManagementEvents": True,
                    "DataResources": [],
                    "ExcludeManagementEventSources": [],
                }
            ],
            tags={each["Key"]: each["Value"] for each in TagsList},
        )
        self.trails[arn] = trail
        self._set(trail, settings)
        return {"TrailARN": arn}

    def update_trail(self, *, Name: str, **settings: Any) -> None:
        trail = self._trail(Name, "UpdateTrail")
        if ("CloudWatchLogsLogGroupArn" in settings) != ("CloudWatchLogsRoleArn" in settings):
            raise refused("InvalidCloudWatchLogsRoleArnException", "UpdateTrail")
        self._set(trail, settings)

    def _set(self, trail: Trail, settings: Mapping[str, Any]) -> None:
        for name, value in settings.items():
            kept = self._NAMES.get(name, name)
            if value == "":
                trail.settings.pop(kept, None)
            else:
                trail.settings[kept] = value

    def delete_trail(self, *, Name: str) -> None:
        self._trail(Name, "DeleteTrail")
        del self.trails[self._arn(Name)]

    def describe_trails(
        self, *, trailNameList: tuple[str, ...] = (), includeShadowTrails: bool = True
    ) -> Any:
        found = [
            each.settings
            for arn, each in self.trails.items()
            if not trailNameList or arn in map(self._arn, trailNameList)
        ]
        return {"trailList": found}

    def get_trail_status(self, *, Name: str) -> Any:
        trail = self._trail(Name, "GetTrailStatus")
        status: dict[str, Any] = {"IsLogging": trail.logging}
        if trail.started:
            # A trail in order delivers; what becomes of one that does not is tested elsewhere.
            status |= {"StartLoggingTime": trail.started, "LatestDeliveryTime": self._clock()}
        if trail.stopped:
            status["StopLoggingTime"] = trail.stopped
        return status

    def start_logging(self, *, Name: str) -> None:
        trail = self._trail(Name, "StartLogging")
        if not trail.logging:
            trail.logging, trail.started = True, self._clock()
            self.starts.append(self._clock())

    def stop_logging(self, *, Name: str) -> None:
        trail = self._trail(Name, "StopLogging")
        trail.logging, trail.stopped = False, self._clock()

    def get_event_selectors(self, *, TrailName: str) -> Any:
        trail = self._trail(TrailName, "GetEventSelectors")
        return {"EventSelectors": trail.basic, "AdvancedEventSelectors": trail.advanced}

    def put_event_selectors(
        self,
        *,
        TrailName: str,
        EventSelectors: tuple[Any, ...] = (),
        AdvancedEventSelectors: tuple[Any, ...] = (),
    ) -> None:
        trail = self._trail(TrailName, "PutEventSelectors")
        trail.basic, trail.advanced = list(EventSelectors), list(AdvancedEventSelectors)

    def get_insight_selectors(self, *, TrailName: str) -> Any:
        trail = self._trail(TrailName, "GetInsightSelectors")
        if not trail.insights:
            raise refused("InsightNotEnabledException", "GetInsightSelectors")
        return {"InsightSelectors": trail.insights}

    def put_insight_selectors(self, *, TrailName: str, InsightSelectors: list[Any]) -> None:
        self._trail(TrailName, "PutInsightSelectors").insights = InsightSelectors

    def get_event_configuration(self, *, TrailName: str) -> Any:
        return self._trail(TrailName, "GetEventConfiguration").events

    def put_event_configuration(self, *, TrailName: str, **configuration: Any) -> None:
        """What is empty or standard is answered as if nobody had ever set it."""
        said = {name: value for name, value in configuration.items() if value}
        if said.get("MaxEventSize") == "Standard":
            del said["MaxEventSize"]
        self._trail(TrailName, "PutEventConfiguration").events = said

    def list_tags(self, *, ResourceIdList: list[str]) -> Any:
        (arn,) = ResourceIdList
        tags = self._trail(arn, "ListTags").tags
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        return {"ResourceTagList": [{"ResourceId": arn, "TagsList": listed}]}

    def add_tags(self, *, ResourceId: str, TagsList: list[dict[str, str]]) -> None:
        tags = self._trail(ResourceId, "AddTags").tags
        tags |= {each["Key"]: each["Value"] for each in TagsList}

    def remove_tags(self, *, ResourceId: str, TagsList: list[dict[str, str]]) -> None:
        tags = self._trail(ResourceId, "RemoveTags").tags
        for each in TagsList:
            tags.pop(each["Key"], None)


@dataclass(frozen=True)
class _Part:
    """A configuration of a bucket: its argument, its place in answers, its code when unset."""

    argument: str
    answer: str = ""
    code: str = ""


class S3:
    """Buckets, each with its configurations."""

    _PARTS: Mapping[str, _Part] = {
        "bucket_policy": _Part("Policy", "Policy", "NoSuchBucketPolicy"),
        "public_access_block": _Part(
            "PublicAccessBlockConfiguration",
            "PublicAccessBlockConfiguration",
            "NoSuchPublicAccessBlockConfiguration",
        ),
        "bucket_lifecycle_configuration": _Part(
            "LifecycleConfiguration", "", "NoSuchLifecycleConfiguration"
        ),
        "bucket_versioning": _Part("VersioningConfiguration"),
        "bucket_encryption": _Part(
            "ServerSideEncryptionConfiguration",
            "ServerSideEncryptionConfiguration",
            "ServerSideEncryptionConfigurationNotFoundError",
        ),
        "bucket_ownership_controls": _Part(
            "OwnershipControls", "OwnershipControls", "OwnershipControlsNotFoundError"
        ),
        "bucket_logging": _Part("BucketLoggingStatus"),
        "object_lock_configuration": _Part(
            "ObjectLockConfiguration",
            "ObjectLockConfiguration",
            "ObjectLockConfigurationNotFoundError",
        ),
        "bucket_replication": _Part(
            "ReplicationConfiguration",
            "ReplicationConfiguration",
            "ReplicationConfigurationNotFoundError",
        ),
        "bucket_notification_configuration": _Part("NotificationConfiguration"),
        "bucket_request_payment": _Part("RequestPaymentConfiguration"),
    }
    _DELETES: Mapping[str, str] = {"bucket_lifecycle": "bucket_lifecycle_configuration"}
    _BESIDES = ("SkipDestinationValidation", "ChecksumAlgorithm")

    def __init__(self) -> None:
        self.buckets: dict[str, dict[str, Any]] = {}

    def __getattr__(self, operation: str) -> Any:
        verb, _, part = operation.partition("_")
        part = self._DELETES.get(part, part) if verb == "delete" else part
        if part not in self._PARTS or verb not in ("get", "put", "delete"):
            raise AttributeError(operation)
        return lambda **arguments: getattr(self, f"_{verb}")(part, **arguments)

    def _bucket(self, arguments: dict[str, Any], operation: str) -> dict[str, Any]:
        owner = arguments.pop("ExpectedBucketOwner", ACCOUNT)
        name = arguments.pop("Bucket")
        if name not in self.buckets:
            raise refused("NoSuchBucket", operation)
        if owner != ACCOUNT:
            raise refused("AccessDenied", operation)
        return self.buckets[name]

    def _get(self, part: str, **arguments: Any) -> Any:
        kept = self._bucket(arguments, f"get_{part}")
        described = self._PARTS[part]
        if part not in kept:
            if described.code:
                raise refused(described.code, f"get_{part}")
            return {}
        return {described.answer: kept[part]} if described.answer else kept[part]

    def _put(self, part: str, **arguments: Any) -> None:
        kept = self._bucket(arguments, f"put_{part}")
        for each in self._BESIDES:
            arguments.pop(each, None)
        kept[part] = arguments.pop(self._PARTS[part].argument)
        if arguments:
            raise AssertionError(f"put_{part}: {', '.join(arguments)} is not known here")

    def _delete(self, part: str, **arguments: Any) -> None:
        self._bucket(arguments, f"delete_{part}").pop(part, None)

    def create_bucket(
        self,
        *,
        Bucket: str,
        ObjectOwnership: str = "BucketOwnerEnforced",
        ObjectLockEnabledForBucket: bool = False,
        CreateBucketConfiguration: Mapping[str, Any] | None = None,
    ) -> None:
        if Bucket in self.buckets:
            raise refused("BucketAlreadyOwnedByYou", "CreateBucket")
        # Amazon S3 user guide, "Default settings for new buckets".
        self.buckets[Bucket] = {
            "bucket_ownership_controls": {"Rules": [{"ObjectOwnership": ObjectOwnership}]},
            "public_access_block": dict.fromkeys(
                (
                    "BlockPublicAcls",
                    "IgnorePublicAcls",
                    "BlockPublicPolicy",
                    "RestrictPublicBuckets",
                ),
                True,
            ),
            "bucket_request_payment": {"Payer": "BucketOwner"},
            "bucket_encryption": {
                "Rules": [
                    {
                        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
                        "BucketKeyEnabled": False,
                    }
                ]
            },
        }

    def delete_bucket(self, *, Bucket: str) -> None:
        self._bucket({"Bucket": Bucket}, "DeleteBucket")
        del self.buckets[Bucket]

    def list_buckets(self, **_: Any) -> Any:
        return {"Buckets": [{"Name": each} for each in self.buckets]}

    def list_object_versions(self, **_: Any) -> Any:
        return {}

    def list_objects_v2(self, **_: Any) -> Any:
        return {}


@dataclass
class Key:
    """A key as KMS keeps it."""

    policy: str
    state: str = "Enabled"
    rotation: bool = False
    grants: list[Any] = field(default_factory=list)


class Kms:
    """Keys by their ARN."""

    def __init__(self) -> None:
        self.keys: dict[str, Key] = {}

    def create_key(self, *, Policy: str = "{}") -> Any:
        arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{len(self.keys)}"
        self.keys[arn] = Key(Policy)
        return {"KeyMetadata": {"Arn": arn}}

    def _key(self, arn: str, operation: str, *states: str) -> Key:
        if arn not in self.keys:
            raise refused("NotFoundException", operation)
        key = self.keys[arn]
        if states and key.state not in states:
            raise refused("KMSInvalidStateException", operation)
        return key

    def describe_key(self, *, KeyId: str) -> Any:
        state = self._key(KeyId, "DescribeKey").state
        return {"KeyMetadata": {"Arn": KeyId, "KeyState": state, "Enabled": state == "Enabled"}}

    def disable_key(self, *, KeyId: str) -> None:
        self._key(KeyId, "DisableKey", "Enabled", "Disabled").state = "Disabled"

    def enable_key(self, *, KeyId: str) -> None:
        self._key(KeyId, "EnableKey", "Enabled", "Disabled").state = "Enabled"

    def schedule_key_deletion(self, *, KeyId: str, PendingWindowInDays: int) -> None:
        self._key(KeyId, "ScheduleKeyDeletion", "Enabled", "Disabled").state = "PendingDeletion"

    def cancel_key_deletion(self, *, KeyId: str) -> None:
        self._key(KeyId, "CancelKeyDeletion", "PendingDeletion").state = "Disabled"

    def get_key_policy(self, *, KeyId: str, PolicyName: str) -> Any:
        return {"Policy": self._key(KeyId, "GetKeyPolicy").policy}

    def put_key_policy(self, *, KeyId: str, PolicyName: str, Policy: str, **_: Any) -> None:
        self._key(KeyId, "PutKeyPolicy", "Enabled", "Disabled").policy = Policy

    def get_key_rotation_status(self, *, KeyId: str) -> Any:
        key = self._key(KeyId, "GetKeyRotationStatus")
        return {"KeyRotationEnabled": key.rotation and key.state != "PendingDeletion"}

    def enable_key_rotation(self, *, KeyId: str) -> None:
        self._key(KeyId, "EnableKeyRotation", "Enabled").rotation = True

    def disable_key_rotation(self, *, KeyId: str) -> None:
        self._key(KeyId, "DisableKeyRotation", "Enabled").rotation = False

    def list_grants(self, *, KeyId: str, **_: Any) -> Any:
        return {"Grants": self._key(KeyId, "ListGrants").grants, "Truncated": False}


@dataclass
class LogGroup:
    """A log group as CloudWatch Logs keeps it."""

    settings: dict[str, Any]
    filters: dict[str, Any] = field(default_factory=dict)
    subscriptions: dict[str, Any] = field(default_factory=dict)
    mask: str = ""


class Logs:
    """Log groups by name."""

    def __init__(self) -> None:
        self.groups: dict[str, LogGroup] = {}

    def _group(self, name: str, operation: str) -> LogGroup:
        if name not in self.groups:
            raise refused("ResourceNotFoundException", operation)
        return self.groups[name]

    def create_log_group(
        self,
        *,
        logGroupName: str,
        deletionProtectionEnabled: bool = False,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        if logGroupName in self.groups:
            raise refused("ResourceAlreadyExistsException", "CreateLogGroup")
        self.groups[logGroupName] = LogGroup(
            {"logGroupName": logGroupName, "deletionProtectionEnabled": deletionProtectionEnabled}
        )

    def delete_log_group(self, *, logGroupName: str) -> None:
        if self._group(logGroupName, "DeleteLogGroup").settings["deletionProtectionEnabled"]:
            raise refused("ValidationException", "DeleteLogGroup")
        del self.groups[logGroupName]

    def describe_log_groups(self, *, logGroupNamePrefix: str) -> Any:
        found = [
            {
                **each.settings,
                "metricFilterCount": len(each.filters),
                "storedBytes": 0,
                **({"dataProtectionStatus": "ACTIVATED"} if each.mask else {}),
            }
            for name, each in self.groups.items()
            if name.startswith(logGroupNamePrefix)
        ]
        return {"logGroups": found}

    def put_retention_policy(self, *, logGroupName: str, retentionInDays: int) -> None:
        settings = self._group(logGroupName, "PutRetentionPolicy").settings
        settings["retentionInDays"] = retentionInDays

    def delete_retention_policy(self, *, logGroupName: str) -> None:
        self._group(logGroupName, "DeleteRetentionPolicy").settings.pop("retentionInDays", None)

    def associate_kms_key(self, *, logGroupName: str, kmsKeyId: str) -> None:
        self._group(logGroupName, "AssociateKmsKey").settings["kmsKeyId"] = kmsKeyId

    def disassociate_kms_key(self, *, logGroupName: str) -> None:
        self._group(logGroupName, "DisassociateKmsKey").settings.pop("kmsKeyId", None)

    def put_log_group_deletion_protection(
        self, *, logGroupIdentifier: str, deletionProtectionEnabled: bool
    ) -> None:
        settings = self._group(logGroupIdentifier, "PutLogGroupDeletionProtection").settings
        settings["deletionProtectionEnabled"] = deletionProtectionEnabled

    def describe_metric_filters(self, *, logGroupName: str) -> Any:
        filters = self._group(logGroupName, "DescribeMetricFilters").filters
        return {"metricFilters": list(filters.values())}

    def put_metric_filter(self, *, logGroupName: str, **described: Any) -> None:
        filters = self._group(logGroupName, "PutMetricFilter").filters
        filters[described["filterName"]] = described

    def delete_metric_filter(self, *, logGroupName: str, filterName: str) -> None:
        self._group(logGroupName, "DeleteMetricFilter").filters.pop(filterName, None)

    def describe_subscription_filters(self, *, logGroupName: str) -> Any:
        subscriptions = self._group(logGroupName, "DescribeSubscriptionFilters").subscriptions
        return {"subscriptionFilters": list(subscriptions.values())}

    def describe_account_policies(self, *, policyType: str) -> Any:
        return {"accountPolicies": []}

    def get_data_protection_policy(self, *, logGroupIdentifier: str) -> Any:
        mask = self._group(logGroupIdentifier, "GetDataProtectionPolicy").mask
        return {"policyDocument": mask} if mask else {}

    def put_data_protection_policy(self, *, logGroupIdentifier: str, policyDocument: str) -> None:
        self._group(logGroupIdentifier, "PutDataProtectionPolicy").mask = policyDocument

    def delete_data_protection_policy(self, *, logGroupIdentifier: str) -> None:
        self._group(logGroupIdentifier, "DeleteDataProtectionPolicy").mask = ""


@dataclass
class Role:
    """A role as IAM keeps it."""

    trust: Any
    boundary: str = ""
    inline: dict[str, Any] = field(default_factory=dict)
    attached: list[str] = field(default_factory=list)


class Iam:
    """Roles, managed policies, and who was denied everything."""

    def __init__(self, decode: Callable[[str], Any]) -> None:
        self._decode = decode
        self.roles: dict[str, Role] = {}
        self.policies: dict[str, Any] = {}
        self.contained: list[str] = []

    def _role(self, name: str, operation: str) -> Role:
        if name not in self.roles:
            raise refused("NoSuchEntity", operation)
        return self.roles[name]

    def create_role(
        self,
        *,
        RoleName: str,
        AssumeRolePolicyDocument: str,
        PermissionsBoundary: str = "",
        Description: str = "",
        Tags: tuple[Any, ...] = (),
    ) -> None:
        if RoleName in self.roles:
            raise refused("EntityAlreadyExists", "CreateRole")
        self.roles[RoleName] = Role(self._decode(AssumeRolePolicyDocument), PermissionsBoundary)

    def delete_role(self, *, RoleName: str) -> None:
        role = self._role(RoleName, "DeleteRole")
        if role.inline or role.attached:
            raise refused("DeleteConflict", "DeleteRole")
        del self.roles[RoleName]

    def get_role(self, *, RoleName: str) -> Any:
        role = self._role(RoleName, "GetRole")
        described: dict[str, Any] = {"RoleName": RoleName, "AssumeRolePolicyDocument": role.trust}
        if role.boundary:
            described["PermissionsBoundary"] = {"PermissionsBoundaryArn": role.boundary}
        return {"Role": described}

    def update_assume_role_policy(self, *, RoleName: str, PolicyDocument: str) -> None:
        self._role(RoleName, "UpdateAssumeRolePolicy").trust = self._decode(PolicyDocument)

    def put_role_permissions_boundary(self, *, RoleName: str, PermissionsBoundary: str) -> None:
        self._role(RoleName, "PutRolePermissionsBoundary").boundary = PermissionsBoundary

    def delete_role_permissions_boundary(self, *, RoleName: str) -> None:
        self._role(RoleName, "DeleteRolePermissionsBoundary").boundary = ""

    def list_role_policies(self, *, RoleName: str) -> Any:
        return {"PolicyNames": sorted(self._role(RoleName, "ListRolePolicies").inline)}

    def get_role_policy(self, *, RoleName: str, PolicyName: str) -> Any:
        inline = self._role(RoleName, "GetRolePolicy").inline
        if PolicyName not in inline:
            raise refused("NoSuchEntity", "GetRolePolicy")
        return {"PolicyDocument": inline[PolicyName]}

    def put_role_policy(self, *, RoleName: str, PolicyName: str, PolicyDocument: str) -> None:
        inline = self._role(RoleName, "PutRolePolicy").inline
        inline[PolicyName] = self._decode(PolicyDocument)

    def delete_role_policy(self, *, RoleName: str, PolicyName: str) -> None:
        inline = self._role(RoleName, "DeleteRolePolicy").inline
        if inline.pop(PolicyName, None) is None:
            raise refused("NoSuchEntity", "DeleteRolePolicy")

    def list_attached_role_policies(self, *, RoleName: str) -> Any:
        attached = self._role(RoleName, "ListAttachedRolePolicies").attached
        return {"AttachedPolicies": [{"PolicyArn": each} for each in attached]}

    def attach_role_policy(self, *, RoleName: str, PolicyArn: str) -> None:
        if PolicyArn.endswith("/AWSDenyAll"):
            self.contained.append(RoleName)
        else:
            self._role(RoleName, "AttachRolePolicy").attached.append(PolicyArn)

    def attach_user_policy(self, *, UserName: str, PolicyArn: str) -> None:
        self.contained.append(UserName)

    def detach_role_policy(self, *, RoleName: str, PolicyArn: str) -> None:
        attached = self._role(RoleName, "DetachRolePolicy").attached
        if PolicyArn not in attached:
            raise refused("NoSuchEntity", "DetachRolePolicy")
        attached.remove(PolicyArn)

    def create_policy(self, *, PolicyName: str, PolicyDocument: str) -> Any:
        arn = f"arn:aws:iam::{ACCOUNT}:policy/{PolicyName}"
        self.policies[arn] = self._decode(PolicyDocument)
        return {"Policy": {"Arn": arn}}

    def get_policy(self, *, PolicyArn: str) -> Any:
        if PolicyArn not in self.policies:
            raise refused("NoSuchEntity", "GetPolicy")
        return {"Policy": {"Arn": PolicyArn, "DefaultVersionId": "v1"}}

    def get_policy_version(self, *, PolicyArn: str, VersionId: str) -> Any:
        return {"PolicyVersion": {"Document": self.policies[PolicyArn]}}


class Ssm:
    """Parameter Store, in which nobody has asked for a pause."""

    def get_parameter_history(self, **_: Any) -> Any:
        raise refused("ParameterNotFound", "GetParameterHistory")
