"""The whole evidence in a moto account, built from the same documents that the stacks deploy."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.exceptions import ClientError
from moto.backends import get_backend

from tests.moto_accounts import client
from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import LOG_GROUP
from trailkeeper.reconcile.patience import Patience

REGION = "us-east-1"
ACCOUNT = "123456789012"
NOW = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)

BASELINE = Baseline(
    partition="aws",
    region=REGION,
    account=ACCOUNT,
    trail_name="trailkeeper",
    evidence_key_arn=None,
    log_retention_days=365,
    archive_after_days=90,
    expire_after_days=2557,
)


def looked_up(
    history: Mapping[str, Mapping[str, Any]],
    asked: Sequence[Mapping[str, str]],
    most: int,
    *,
    StartTime: datetime | None = None,
    EndTime: datetime | None = None,
) -> Iterator[Mapping[str, Any]]:
    """The records, by their ids, that LookupEvents gives for an event's id, or for a name."""
    ((key, value),) = ((each["AttributeKey"], each["AttributeValue"]) for each in asked)
    if key == "EventId":
        assert most == 1
        yield from [history[value]] if value in history else []
        return
    assert (key, most) == ("EventName", 50)
    assert StartTime is not None
    assert EndTime is not None
    for record in history.values():
        at = datetime.fromisoformat(record["eventTime"])
        if record["eventName"] == value and StartTime <= at <= EndTime:
            yield record


class NotInMoto:
    """The calls of two services that moto does not know, or takes when AWS refuses them."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.forget()

    def forget(self) -> None:
        self.protected: set[str] = set()
        self.masks: dict[str, str] = {}
        self.account_policies: dict[str, list[dict[str, Any]]] = {}
        self.event_configuration: dict[str, Any] = {}
        self.history: dict[str, dict[str, Any]] = {}

    def lookup_events(
        self, *, LookupAttributes: list[dict[str, str]], MaxResults: int, **span: datetime
    ) -> Any:
        """Event history, asked by an event's id or by a name; `history` is its records by ids."""
        return {
            "Events": [
                {"CloudTrailEvent": json.dumps(each)}
                for each in looked_up(self.history, LookupAttributes, MaxResults, **span)
            ]
        }

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def create_log_group(
        self, *, logGroupName: str, deletionProtectionEnabled: bool, **rest: Any
    ) -> None:
        self._client.create_log_group(logGroupName=logGroupName, **rest)
        if deletionProtectionEnabled:
            self.protected.add(logGroupName)

    def delete_log_group(self, *, logGroupName: str) -> None:
        self.protected.discard(logGroupName)
        self._client.delete_log_group(logGroupName=logGroupName)

    def put_log_group_deletion_protection(
        self, *, logGroupIdentifier: str, deletionProtectionEnabled: bool
    ) -> None:
        if deletionProtectionEnabled:
            self.protected.add(logGroupIdentifier)
        else:
            self.protected.discard(logGroupIdentifier)

    def describe_log_groups(self, **arguments: Any) -> Any:
        answer = self._client.describe_log_groups(**arguments)
        for group in answer["logGroups"]:
            name = group["logGroupName"]
            group["deletionProtectionEnabled"] = name in self.protected
            if name in self.masks:
                group["dataProtectionStatus"] = "ACTIVATED" if self.masks[name] else "DELETED"
        return answer

    def describe_account_policies(self, *, policyType: str) -> Any:
        return {"accountPolicies": self.account_policies.get(policyType, [])}

    def get_data_protection_policy(self, *, logGroupIdentifier: str) -> Any:
        mask = self.masks.get(logGroupIdentifier)
        return {"policyDocument": mask} if mask else {}

    def put_data_protection_policy(self, *, logGroupIdentifier: str, policyDocument: str) -> None:
        self.masks[logGroupIdentifier] = policyDocument

    def delete_data_protection_policy(self, *, logGroupIdentifier: str) -> None:
        if logGroupIdentifier in self.masks:
            self.masks[logGroupIdentifier] = ""

    def update_trail(self, **settings: Any) -> Any:
        if ("CloudWatchLogsLogGroupArn" in settings) != ("CloudWatchLogsRoleArn" in settings):
            raise refused("InvalidCloudWatchLogsRoleArnException", "UpdateTrail")
        return self._client.update_trail(**settings)

    def get_event_configuration(self, **_: Any) -> Any:
        return self.event_configuration

    def put_event_configuration(self, **arguments: Any) -> None:
        arguments.pop("TrailName")
        self.event_configuration = arguments


class WithDenyAll:
    """IAM with AWS's own policy AWSDenyAll, which moto does not know, and the quota of attachments.

    `attached` is the policy of each name that got one; `full` lets the next one be refused.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.forget()

    def forget(self) -> None:
        self.attached: dict[str, str] = {}
        self.full = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def attach_user_policy(self, *, UserName: str, PolicyArn: str) -> None:
        self._client.get_user(UserName=UserName)
        self._attach(UserName, PolicyArn)

    def attach_role_policy(self, *, RoleName: str, PolicyArn: str) -> None:
        self._client.get_role(RoleName=RoleName)
        if not PolicyArn.startswith("arn:aws:iam::aws:"):
            self._client.attach_role_policy(RoleName=RoleName, PolicyArn=PolicyArn)
        else:
            self._attach(RoleName, PolicyArn)

    def _attach(self, name: str, policy: str) -> None:
        if self.full:
            raise refused("LimitExceeded", "AttachUserPolicy")
        self.attached[name] = policy


class WithMoreSettings:
    """S3 with what moto drops: who pays for requests, whether EventBridge is told, first tags."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.forget()

    def forget(self) -> None:
        self._payers: dict[str, str] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def create_bucket(self, *, Bucket: str, **rest: Any) -> None:
        """moto drops the tags of a new bucket."""
        configuration = dict(rest.pop("CreateBucketConfiguration", {}))
        tags = configuration.pop("Tags", [])
        place = {"CreateBucketConfiguration": configuration} if configuration else {}
        self._client.create_bucket(Bucket=Bucket, **rest, **place)
        if tags:
            self._client.put_bucket_tagging(Bucket=Bucket, Tagging={"TagSet": tags})

    def delete_bucket(self, *, Bucket: str, **rest: Any) -> None:
        self._payers.pop(Bucket, None)
        self._client.delete_bucket(Bucket=Bucket, **rest)

    def get_bucket_request_payment(self, *, Bucket: str, **rest: Any) -> Any:
        self._client.head_bucket(Bucket=Bucket, **rest)
        return {"Payer": self._payers.get(Bucket, "BucketOwner")}

    def put_bucket_request_payment(
        self, *, Bucket: str, RequestPaymentConfiguration: dict[str, str], **rest: Any
    ) -> None:
        self._client.head_bucket(Bucket=Bucket, **rest)
        self._payers[Bucket] = RequestPaymentConfiguration["Payer"]

    def get_bucket_notification_configuration(self, *, Bucket: str, **rest: Any) -> Any:
        answer = self._client.get_bucket_notification_configuration(Bucket=Bucket, **rest)
        kept = get_backend("s3")[ACCOUNT]["aws"].buckets[Bucket].notification_configuration
        to_bus = kept is not None and kept.event_bridge is not None
        return {**answer, "EventBridgeConfiguration": {}} if to_bus else answer


class Stacks:
    """CloudFormation as the heal function asks it: the status of our stacks.

    `response` is the status and time of the response stack, None if they are the evidence stack's.
    """

    def __init__(self) -> None:
        self.status = "UPDATE_COMPLETE"
        self.since = NOW
        self.response: tuple[str, datetime] | None = None

    def describe_stacks(self, *, StackName: str) -> Any:
        status, since = self.status, self.since
        if StackName == "TrailkeeperResponse" and self.response:
            status, since = self.response
        before = since - timedelta(days=100)
        return {
            "Stacks": [
                {"StackStatus": status, "CreationTime": before, "LastUpdatedTime": since},
            ]
        }


class ByKeyId:
    """moto finds a key by its ARN in some calls and only by its id in others."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name not in (
            "disable_key",
            "enable_key",
            "schedule_key_deletion",
            "cancel_key_deletion",
        ):
            return call
        return lambda *, KeyId, **rest: call(KeyId=KeyId.rsplit("/", 1)[-1], **rest)


_WRAPPED: dict[str, Any] = {
    "cloudtrail": NotInMoto,
    "logs": NotInMoto,
    "kms": ByKeyId,
    "s3": WithMoreSettings,
    "iam": WithDenyAll,
}


class Parameters:
    """Parameter Store with one parameter: moto's does not say who wrote it, nor when."""

    def __init__(self) -> None:
        self.versions: list[dict[str, Any]] = []

    def write(self, value: str, author: str, at: datetime) -> None:
        """Write another version, as whoever signs the request."""
        version = {
            "Version": len(self.versions) + 1,
            "Value": value,
            "LastModifiedUser": author,
            "LastModifiedDate": at,
        }
        self.versions.append(version)

    def get_parameter_history(
        self, *, Name: str, MaxResults: int, NextToken: str = "0"
    ) -> dict[str, Any]:
        assert Name == "/trailkeeper/pause"
        assert MaxResults <= 50
        if not self.versions:
            raise refused("ParameterNotFound")
        first = int(NextToken)
        page = self.versions[first : first + MaxResults]
        more = first + MaxResults < len(self.versions)
        return {"Parameters": page, **({"NextToken": str(first + MaxResults)} if more else {})}


class Account:
    """Clients of a moto account, and a list of every write that went through them."""

    def __init__(self) -> None:
        self.writes: list[str] = []
        self.calls: list[str] = []
        session = boto3.Session(region_name=REGION)
        for service in ("cloudtrail", "s3", "kms", "logs", "iam", "sns", "sqs", "dynamodb"):
            client = session.client(service)
            client.meta.events.register("before-call", self._note)
            setattr(self, service, _WRAPPED.get(service, lambda same: same)(client))
        self.billing = session.client("cloudwatch", region_name="us-east-1")
        self.billing.meta.events.register("before-call", self._note)
        self.cloudformation = Stacks()
        self.ssm = Parameters()
        self.elsewhere: dict[str, NotInMoto] = {}

    def cloudtrail_in(self, region: str) -> Any:
        """CloudTrail of a region: beyond home it has a history alone."""
        if region == REGION:
            return self.cloudtrail
        return self.elsewhere.setdefault(region, NotInMoto(None))

    def sns_in(self, region: str) -> Any:
        """SNS of a region."""
        return self.sns if region == REGION else client("sns", region)

    def events_in(self, region: str) -> Any:
        """EventBridge of a region."""
        return client("events", region)

    billing: Any
    cloudtrail: Any
    s3: Any
    kms: Any
    logs: Any
    iam: Any
    sns: Any
    sqs: Any
    dynamodb: Any

    def forget(self) -> None:
        """Begin with an empty account."""
        self.writes.clear()
        self.calls.clear()
        self.cloudtrail.forget()
        self.logs.forget()
        self.s3.forget()
        self.iam.forget()
        self.cloudformation = Stacks()
        self.ssm = Parameters()
        self.elsewhere.clear()

    def _note(self, model: Any, **_: Any) -> None:
        self.calls.append(model.name)
        if not model.name.startswith(("Get", "Describe", "List", "Head", "Query")):
            self.writes.append(model.name)


def deploy(account: Account, baseline: Baseline = BASELINE) -> Baseline:
    """What `cdk deploy` leaves behind, with a real key when the baseline wants one.

    It is put there call by call once, and copied from then on.
    """
    if baseline in _DEPLOYED:
        saved = copy.deepcopy(_DEPLOYED[baseline])
        for service, state in saved.backends.items():
            get_backend(service)[ACCOUNT][_SCOPE.get(service, REGION)].__dict__.update(state)
        account.cloudtrail.protected, account.logs.protected = set(), saved.protected
        return saved.baseline
    deployed = deploy_anew(account, baseline)
    backends = {
        service: get_backend(service)[ACCOUNT][_SCOPE.get(service, REGION)].__dict__
        for service in ("cloudtrail", "s3", "kms", "logs", "iam")
    }
    saved = Saved(deployed, backends, account.logs.protected)
    _DEPLOYED[baseline] = copy.deepcopy(saved)
    return deployed


@dataclass
class Saved:
    """A moto account after a deploy."""

    baseline: Baseline
    backends: dict[str, dict[str, Any]]
    protected: set[str]


_DEPLOYED: dict[Baseline, Saved] = {}
_SCOPE = {"s3": "aws", "iam": "aws"}


def deploy_anew(account: Account, baseline: Baseline) -> Baseline:
    """The same call by call, beside whatever is there already."""
    names = baseline.names
    if baseline.evidence_key_arn == "new":
        made = account.kms.create_key()["KeyMetadata"]["Arn"]
        baseline = replace(baseline, evidence_key_arn=made)
        account.kms.put_key_policy(
            KeyId=made,
            PolicyName="default",
            Policy=json.dumps(documents.evidence_key_policy(baseline)),
        )
        account.kms.enable_key_rotation(KeyId=made)
    account.iam.create_policy(
        PolicyName=names.delivery_boundary,
        PolicyDocument=json.dumps(documents.delivery_boundary(baseline)),
    )
    account.s3.create_bucket(Bucket=names.access_bucket)
    account.s3.put_bucket_policy(
        Bucket=names.access_bucket,
        Policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "logging.s3.amazonaws.com"},
                        "Action": "s3:PutObject",
                        "Resource": f"{names.access_bucket_arn}/log-bucket/*",
                    }
                ],
            }
        ),
    )
    from trailkeeper.guards import trail
    from trailkeeper.guards.evidence import EVIDENCE
    from trailkeeper.guards.guard import Drift

    for guard in EVIDENCE:
        if guard.create is not None:
            guard.create(account, baseline)
        for document in guard.documents:
            if document.write is None or not document.applies(baseline) or guard.name in _KEY:
                continue
            found = guard.compare(document, account, baseline)
            if isinstance(found, Drift):
                document.write(account, baseline, found)
    account.cloudtrail.start_logging(Name=names.trail_arn)
    assert trail.GUARD.observe(account, baseline) == ()
    account.writes.clear()
    account.calls.clear()
    return baseline


_KEY = ("evidence-key",)


def patience(seconds: float = 30.0) -> Patience:
    """A budget on a clock that only moves when somebody sleeps."""
    clock = [0.0]

    def sleep(pause: float) -> None:
        clock[0] += pause

    return Patience(seconds, lambda: clock[0], sleep, lambda _, most: most)


def refused(code: str, operation: str = "Any") -> ClientError:
    """An error of AWS."""
    return ClientError({"Error": {"Code": code, "Message": f"{code} from the test"}}, operation)


LOG_GROUP_NAME = LOG_GROUP
