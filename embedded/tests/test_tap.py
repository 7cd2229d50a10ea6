"""API calls on the embedded account become CloudTrail records, and arrive where AWS brings them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from embedded.tests.bare_account import BareAccount, Queue, eventually
from embedded.tests.trail_bed import TrailBed, events_of, queue_of_rule, trail_bed

API_CALLS = {"detail-type": ["AWS API Call via CloudTrail"]}

Event = dict[str, Any]
SignIn = Callable[..., Any]


@pytest.fixture
def bed(account: BareAccount) -> Iterator[TrailBed]:
    """A trail of all regions that logs, also to its log group."""
    made = trail_bed(account)
    made.create(IsMultiRegionTrail=True, **made.with_logs())
    trails = account.client("cloudtrail")
    trails.start_logging(Name=made.arn)
    yield made
    for trail in trails.describe_trails()["trailList"]:
        trails.delete_trail(Name=trail["TrailARN"])


@pytest.fixture(scope="module")
def calls(account: BareAccount) -> Queue:
    """The API events that reach the default bus."""
    return queue_of_rule(account, API_CALLS)


@pytest.fixture
def sign_in(account: BareAccount) -> Iterator[SignIn]:
    """Makes clients of a service with a key, and closes them."""
    with ExitStack() as opened:

        def sign(service: str, *keys: str) -> Any:
            session = boto3.Session(*keys, region_name=account.root.region)
            client = session.client(service, endpoint_url=account.root.endpoint)
            return opened.enter_context(closing(client))

        yield sign


def detail(queue: Queue, name: str) -> Event:
    """The record of the next event of a name."""
    *_, event = events_of(queue, lambda event: event["detail"]["eventName"] == name)
    found: Event = event["detail"]
    return found


def test_stopping_a_trail_arrives_as_the_last_event(
    bed: TrailBed, account: BareAccount, calls: Queue
):
    account.client("cloudtrail").stop_logging(Name=bed.name)
    account.client("iam").create_group(GroupName=f"dark-{bed.name}")
    account.client("cloudtrail").start_logging(Name=bed.arn)
    stopped = detail(calls, "StopLogging")
    assert stopped["requestParameters"] == {"name": bed.name}
    assert stopped["responseElements"] is None
    assert "errorCode" not in stopped
    following = calls.message().body["detail"]
    assert following["eventName"] == "StartLogging"
    assert following["requestParameters"] == {"name": bed.arn}


def test_selectors_that_select_nothing_arrive_and_silence_what_follows(
    bed: TrailBed, account: BareAccount, calls: Queue
):
    trails = account.client("cloudtrail")
    reads = [
        {"Field": "eventCategory", "Equals": ["Management"]},
        {"Field": "readOnly", "Equals": ["true"]},
    ]
    trails.put_event_selectors(
        TrailName=bed.name, AdvancedEventSelectors=[{"Name": "reads", "FieldSelectors": reads}]
    )
    account.client("iam").create_group(GroupName=f"unseen-{bed.name}")
    trails.put_event_selectors(TrailName=bed.arn, EventSelectors=[{"ReadWriteType": "All"}])
    silencing = detail(calls, "PutEventSelectors")
    assert silencing["requestParameters"] == {
        "trailName": bed.name,
        "advancedEventSelectors": [
            {
                "name": "reads",
                "fieldSelectors": [
                    {"field": "eventCategory", "equals": ["Management"]},
                    {"field": "readOnly", "equals": ["true"]},
                ],
            }
        ],
    }
    assert silencing["responseElements"]["trailARN"] == bed.arn
    assert calls.message().body["detail"]["requestParameters"]["trailName"] == bed.arn


def test_a_deleted_trail_still_delivers_its_deletion(
    bed: TrailBed, account: BareAccount, calls: Queue
):
    account.client("cloudtrail").delete_trail(Name=bed.arn)
    while detail(calls, "DeleteTrail")["requestParameters"] != {"name": bed.arn}:
        """Trails of tests before this one were deleted too."""
    assert bed.delivered("DeleteTrail")


def test_who_called_is_told_of_users_roles_and_root(
    bed: TrailBed, account: BareAccount, calls: Queue, sign_in: SignIn
):
    people = account.client("iam")
    user = people.create_user(UserName=f"user-{bed.name}", Path="/ops/")["User"]
    root = detail(calls, "CreateUser")["userIdentity"]
    assert root["type"] == "Root"
    assert root["arn"] == f"arn:aws:iam::{account.root.account}:root"
    assert "userName" not in root

    people.attach_user_policy(
        UserName=user["UserName"], PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
    )
    key = people.create_access_key(UserName=user["UserName"])["AccessKey"]
    user_keys = (key["AccessKeyId"], key["SecretAccessKey"])
    sign_in("iam", *user_keys).create_group(GroupName=user["UserName"])
    assert detail(calls, "CreateGroup")["userIdentity"] == {
        "type": "IAMUser",
        "principalId": user["UserId"],
        "arn": user["Arn"],
        "accountId": account.root.account,
        "accessKeyId": key["AccessKeyId"],
        "userName": user["UserName"],
    }

    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": user["Arn"]}, "Action": "sts:AssumeRole"}
        ],
    }
    role = people.create_role(
        RoleName=f"role-{bed.name}", Path="/ops/", AssumeRolePolicyDocument=json.dumps(trust)
    )["Role"]
    people.attach_role_policy(
        RoleName=role["RoleName"], PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
    )
    got = sign_in("sts", *user_keys).assume_role(RoleArn=role["Arn"], RoleSessionName="eve")[
        "Credentials"
    ]
    session_keys = (got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"])
    sign_in("iam", *session_keys).delete_group(GroupName=user["UserName"])
    identity = detail(calls, "DeleteGroup")["userIdentity"]
    created = identity["sessionContext"]["attributes"].pop("creationDate")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", created)
    assert identity == {
        "type": "AssumedRole",
        "principalId": f"{role['RoleId']}:eve",
        "arn": f"arn:aws:sts::{account.root.account}:assumed-role/{role['RoleName']}/eve",
        "accountId": account.root.account,
        "accessKeyId": got["AccessKeyId"],
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": role["RoleId"],
                "arn": role["Arn"],
                "accountId": account.root.account,
                "userName": role["RoleName"],
            },
            "attributes": {"mfaAuthenticated": "false"},
        },
    }


def test_a_denied_call_is_recorded_with_its_refusal(
    bed: TrailBed, account: BareAccount, calls: Queue, sign_in: SignIn
):
    nobody = _user_without_rights(account, f"nobody-{bed.name}")
    trails = sign_in("cloudtrail", *nobody)
    with pytest.raises(ClientError):
        trails.stop_logging(Name=bed.arn)
    denied = detail(calls, "StopLogging")
    assert denied["errorCode"] == "AccessDenied"
    assert "not authorized to perform: cloudtrail:StopLogging" in denied["errorMessage"]
    assert denied["responseElements"] is None
    assert denied["userIdentity"]["userName"] == f"nobody-{bed.name}"
    instances = sign_in("ec2", *nobody)
    with pytest.raises(ClientError):
        instances.terminate_instances(InstanceIds=["i-0123456789abcdef0"])
    assert detail(calls, "TerminateInstances")["errorCode"] == "Client.UnauthorizedOperation"


def test_reads_reach_the_log_group_and_the_bucket_but_not_the_bus(
    bed: TrailBed, account: BareAccount, calls: Queue
):
    trails = account.client("cloudtrail")
    trails.describe_trails(trailNameList=[bed.name])
    trails.stop_logging(Name=bed.arn)
    between = list(events_of(calls, lambda event: event["detail"]["eventName"] == "StopLogging"))
    assert "DescribeTrails" not in [event["detail"]["eventName"] for event in between]
    logged = [each["eventName"] for each in bed.log_events()]
    assert logged[-2:] == ["DescribeTrails", "StopLogging"]
    read = bed.delivered("DescribeTrails")[-1]
    assert read["readOnly"] is True
    assert read["requestParameters"] == {"trailNameList": [bed.name]}


def test_files_have_the_key_layout_of_aws(bed: TrailBed, account: BareAccount):
    account.client("logs", "eu-west-1").create_log_group(logGroupName=f"/abroad/{bed.name}")
    abroad = bed.delivered("CreateLogGroup")
    assert abroad[0]["awsRegion"] == "eu-west-1"
    owner = account.root.account
    layout = re.compile(
        rf"AWSLogs/{owner}/CloudTrail/(?P<region>[\w-]+)/\d{{4}}/\d\d/\d\d/"
        rf"{owner}_CloudTrail_(?P=region)_\d{{8}}T\d{{4}}Z_[A-Za-z0-9]{{16}}\.json\.gz"
    )
    for key, records in bed.files().items():
        found = layout.fullmatch(key)
        assert found, key
        assert {record["awsRegion"] for record in records} == {found["region"]}


def test_data_events_are_delivered_only_when_selected(bed: TrailBed, account: BareAccount):
    objects = account.client("s3")
    objects.put_object(Bucket=bed.bucket, Key="unselected", Body=b"x")
    fields = [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
        {"Field": "resources.ARN", "StartsWith": [f"arn:aws:s3:::{bed.bucket}/watched/"]},
    ]
    management = [{"Field": "eventCategory", "Equals": ["Management"]}]
    account.client("cloudtrail").put_event_selectors(
        TrailName=bed.arn,
        AdvancedEventSelectors=[{"FieldSelectors": management}, {"FieldSelectors": fields}],
    )
    objects.put_object(Bucket=bed.bucket, Key="watched/one", Body=b"x")
    objects.put_object(Bucket=bed.bucket, Key="other", Body=b"x")
    (written,) = bed.delivered("PutObject")
    assert written["requestParameters"]["key"] == "watched/one"
    assert (written["eventCategory"], written["managementEvent"]) == ("Data", False)
    assert written["resources"][0]["ARN"] == f"arn:aws:s3:::{bed.bucket}/watched/one"
    queue = account.queue(f"unseen-{bed.name}")
    account.client("sqs").send_message(QueueUrl=queue.url, MessageBody="x")
    assert bed.delivered("CreateQueue")
    assert "SendMessage" not in {r["eventName"] for rs in bed.files().values() for r in rs}


def test_instances_tell_their_states_before_the_call_arrives(bed: TrailBed, account: BareAccount):
    queue = queue_of_rule(account, {"source": ["aws.ec2"]})
    instances = account.client("ec2")
    instance = instances.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)
    identifier = instance["Instances"][0]["InstanceId"]
    instances.stop_instances(InstanceIds=[identifier])
    instances.stop_instances(InstanceIds=[identifier])
    instances.start_instances(InstanceIds=[identifier])
    instances.terminate_instances(InstanceIds=[identifier])
    told = list(
        events_of(queue, lambda event: event["detail"].get("eventName") == "TerminateInstances")
    )
    assert [e["detail"].get("state") or e["detail"]["eventName"] for e in told] == [
        "pending", "running", "RunInstances",
        "stopping", "stopped", "StopInstances",
        "StopInstances",
        "pending", "running", "StartInstances",
        "shutting-down", "terminated", "TerminateInstances",
    ]  # fmt: skip
    arn = f"arn:aws:ec2:us-east-1:{account.root.account}:instance/{identifier}"
    assert told[0]["detail-type"] == "EC2 Instance State-change Notification"
    assert told[0]["resources"] == [arn]
    assert told[0]["detail"] == {"instance-id": identifier, "state": "pending"}
    launched = told[2]["detail"]
    assert launched["requestParameters"]["instancesSet"]["items"] == [
        {"imageId": "ami-12345678", "minCount": 1, "maxCount": 1}
    ]
    assert launched["responseElements"]["instancesSet"]["items"][0]["instanceId"] == identifier
    assert told[5]["detail"]["requestParameters"] == {
        "instancesSet": {"items": [{"instanceId": identifier}]}
    }


def test_states_are_told_even_when_no_trail_logs(account: BareAccount):
    queue = queue_of_rule(account, {"source": ["aws.ec2"]})
    account.client("ec2").run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)
    states = [queue.message().body["detail"]["state"] for _ in range(2)]
    assert states == ["pending", "running"]
    assert queue.is_empty()


def test_names_and_parameters_are_spelt_as_cloudtrail_does(
    bed: TrailBed, account: BareAccount, calls: Queue
):
    buckets, keys = account.client("s3"), account.client("kms")
    rule = {"ID": "x", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    buckets.put_bucket_lifecycle_configuration(
        Bucket=bed.bucket, LifecycleConfiguration={"Rules": [rule]}
    )
    lifecycle = detail(calls, "PutBucketLifecycle")
    assert lifecycle["eventSource"] == "s3.amazonaws.com"
    assert lifecycle["requestParameters"] == {
        "bucketName": bed.bucket,
        "Host": account.root.endpoint.removeprefix("http://"),
        "lifecycle": "",
        "LifecycleConfiguration": {
            "xmlns": "http://s3.amazonaws.com/doc/2006-03-01/",
            "Rule": {
                "ID": "x",
                "Status": "Enabled",
                "Filter": {"Prefix": ""},
                "Expiration": {"Days": 1},
            },
        },
    }
    buckets.delete_public_access_block(Bucket=bed.bucket)
    assert detail(calls, "DeleteBucketPublicAccessBlock")["resources"] == [
        {
            "accountId": account.root.account,
            "type": "AWS::S3::Bucket",
            "ARN": f"arn:aws:s3:::{bed.bucket}",
        }
    ]
    key = keys.create_key()["KeyMetadata"]
    keys.disable_key(KeyId=key["KeyId"])
    disabled = detail(calls, "DisableKey")
    assert disabled["requestParameters"] == {"keyId": key["KeyId"]}
    assert disabled["responseElements"] == {"keyId": key["Arn"]}
    assert disabled["resources"][0]["ARN"] == key["Arn"]
    account.function(f"fn-{bed.name}", "def handler(event, context): pass")
    created = detail(calls, "CreateFunction20150331")
    assert created["requestParameters"]["functionName"] == f"fn-{bed.name}"
    assert "zipFile" not in created["requestParameters"]["code"]
    account.client("lambda").put_function_concurrency(
        FunctionName=f"fn-{bed.name}", ReservedConcurrentExecutions=0
    )
    assert detail(calls, "PutFunctionConcurrency20171031")["requestParameters"] == {
        "functionName": f"fn-{bed.name}",
        "reservedConcurrentExecutions": 0,
    }
    account.client("cloudwatch").delete_alarms(AlarmNames=["none"])
    alarms = detail(calls, "DeleteAlarms")
    assert alarms["eventSource"] == "monitoring.amazonaws.com"
    assert alarms["requestParameters"] == {"alarmNames": ["none"]}


def test_secrets_stay_out_of_records(bed: TrailBed, account: BareAccount, calls: Queue):
    people = account.client("iam")
    people.create_user(UserName=f"secret-{bed.name}")
    key = people.create_access_key(UserName=f"secret-{bed.name}")["AccessKey"]
    record = detail(calls, "CreateAccessKey")
    assert record["responseElements"]["accessKey"]["accessKeyId"] == key["AccessKeyId"]
    assert key["SecretAccessKey"] not in json.dumps(record)
    account.client("ssm").put_parameter(Name=f"/{bed.name}", Value="hush", Type="SecureString")
    stored = detail(calls, "PutParameter")["requestParameters"]
    assert (stored["name"], stored["value"]) == (f"/{bed.name}", "HIDDEN_DUE_TO_SECURITY_REASONS")


def test_parameters_that_are_too_large_are_left_out(
    bed: TrailBed, account: BareAccount, calls: Queue
):
    with pytest.raises(ClientError):
        account.client("cloudtrail").update_trail(Name=bed.arn, S3KeyPrefix="p" * 120_000)
    huge = detail(calls, "UpdateTrail")
    assert huge["requestParameters"]["reason"] == "requestParameters too large"
    assert huge["requestParameters"]["omitted"] is True
    assert huge["requestParameters"]["originalSize"] > 120_000


def test_history_knows_calls_that_no_trail_recorded(account: BareAccount):
    trails, group = account.client("cloudtrail"), f"history-{time.monotonic_ns()}"
    account.client("iam").create_group(GroupName=group)
    by_resource = {"AttributeKey": "ResourceName", "AttributeValue": group}
    (event,) = trails.lookup_events(LookupAttributes=[by_resource])["Events"]
    assert (event["EventName"], event["Username"]) == ("CreateGroup", "root")
    assert event["Resources"] == [{"ResourceType": "AWS::IAM::Group", "ResourceName": group}]
    assert json.loads(event["CloudTrailEvent"])["requestParameters"] == {"groupName": group}
    for _ in range(3):
        trails.lookup_events(MaxResults=1)
    looked = {"AttributeKey": "EventName", "AttributeValue": "LookupEvents"}
    pages = trails.get_paginator("lookup_events").paginate(
        LookupAttributes=[looked], PaginationConfig={"PageSize": 1}
    )
    found = [event["EventId"] for page in pages for event in page["Events"]]
    assert len(found) == len(set(found)) >= 4
    assert trails.lookup_events(EndTime=0)["Events"] == []
    with pytest.raises(trails.exceptions.InvalidLookupAttributesException):
        trails.lookup_events(LookupAttributes=[by_resource, looked])


def test_a_caller_that_cannot_prove_itself_is_not_recorded(
    bed: TrailBed, account: BareAccount, sign_in: SignIn
):
    key, _ = _user_without_rights(account, f"forged-{bed.name}")
    with pytest.raises(ClientError):
        sign_in("cloudtrail", key, "not-the-secret").stop_logging(Name=bed.arn)
    for root_key in (account.root.access_key_id, "test", account.root.account):
        with pytest.raises(ClientError):
            sign_in("cloudtrail", root_key, "test").stop_logging(Name=bed.arn)
    account.client("cloudtrail").stop_logging(Name=bed.arn)
    assert eventually(bed.log_events)
    stops = [each for each in bed.log_events() if each["eventName"] == "StopLogging"]
    assert len(stops) == 1


def _user_without_rights(account: BareAccount, name: str) -> tuple[str, str]:
    people = account.client("iam")
    people.create_user(UserName=name)
    key = people.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]
