"""CloudTrail's API on the embedded account: what it accepts, refuses and answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from embedded.tests.bare_account import BareAccount, eventually
from embedded.tests.trail_bed import TrailBed, statement, trail_bed

MANAGEMENT = [
    {
        "Name": "Management",
        "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
    }
]


@pytest.fixture
def bed(account: BareAccount) -> Iterator[TrailBed]:
    made = trail_bed(account)
    yield made
    trails = account.client("cloudtrail")
    for trail in trails.list_trails()["Trails"]:
        account.client("cloudtrail", trail["HomeRegion"]).delete_trail(Name=trail["TrailARN"])


@pytest.fixture
def trails(account: BareAccount) -> Any:
    return account.client("cloudtrail")


def refusal(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    return str(refused.value.response["Error"]["Code"])


def test_a_new_trail_does_not_log_and_is_described_as_it_was_made(bed: TrailBed, trails: Any):
    bed.create(
        IsMultiRegionTrail=True,
        EnableLogFileValidation=True,
        TagsList=[{"Key": "owner", "Value": "security"}],
        **bed.with_logs(),
    )
    described = trails.get_trail(Name=bed.name)["Trail"]
    assert described == {
        "Name": bed.name,
        "S3BucketName": bed.bucket,
        "IncludeGlobalServiceEvents": True,
        "IsMultiRegionTrail": True,
        "HomeRegion": "us-east-1",
        "TrailARN": bed.arn,
        "LogFileValidationEnabled": True,
        **bed.with_logs(),
        "HasCustomEventSelectors": False,
        "HasInsightSelectors": False,
        "IsOrganizationTrail": False,
        "RecursiveLogging": True,
    }
    assert trails.describe_trails(trailNameList=[bed.arn])["trailList"] == [described]
    status = trails.get_trail_status(Name=bed.arn)
    assert not status["IsLogging"]
    assert "StartLoggingTime" not in status
    tags = trails.list_tags(ResourceIdList=[bed.arn])["ResourceTagList"]
    assert tags == [{"ResourceId": bed.arn, "TagsList": [{"Key": "owner", "Value": "security"}]}]


def test_starting_and_stopping_leave_their_times(bed: TrailBed, trails: Any):
    bed.create()
    trails.start_logging(Name=bed.name)
    assert trails.get_trail_status(Name=bed.name)["IsLogging"]
    trails.stop_logging(Name=bed.arn)
    status = trails.get_trail_status(Name=bed.arn)
    assert not status["IsLogging"]
    assert status["StopLoggingTime"] >= status["StartLoggingTime"]
    assert status["TimeLoggingStopped"].endswith("Z")


def test_time_that_passes_makes_a_delivery_older(bed: TrailBed, trails: Any, account: BareAccount):
    bed.create()
    trails.start_logging(Name=bed.arn)
    trails.put_event_selectors(TrailName=bed.arn, EventSelectors=[{"ReadWriteType": "All"}])
    account.root.control.settle()
    account.root.control.fault(deliver="s3", drop=True)
    before = trails.get_trail_status(Name=bed.arn)

    account.root.control.move_clock(3600)

    after = trails.get_trail_status(Name=bed.arn)
    account.root.control.no_faults()
    for time in ("StartLoggingTime", "LatestDeliveryTime"):
        assert before[time] - after[time] == timedelta(hours=1)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("ab", "too short"),
        ("a" * 129, "too long"),
        ("with space", "characters"),
        ("-starts", "first character"),
        ("ends_", "last character"),
        ("two..dots", "adjacent"),
        ("10.0.0.1", "an address"),
    ],
)
def test_names_that_no_trail_can_have(bed: TrailBed, trails: Any, name: str, why: str):
    code = refusal(trails.create_trail, Name=name, S3BucketName=bed.bucket)
    assert code == "InvalidTrailNameException", why


def test_a_trail_needs_a_bucket_that_admits_it(bed: TrailBed, trails: Any, account: BareAccount):
    assert refusal(trails.create_trail, Name=bed.name, S3BucketName="no-such-bucket") == (
        "S3BucketDoesNotExistException"
    )
    account.client("s3").delete_bucket_policy(Bucket=bed.bucket)
    assert refusal(bed.create) == "InsufficientS3BucketPolicyException"
    bed.admit()
    assert refusal(bed.create, S3KeyPrefix="elsewhere") == "InsufficientS3BucketPolicyException"
    other = {"Name": f"{bed.name}-other", "S3BucketName": bed.bucket}
    assert refusal(trails.create_trail, **other) == "InsufficientS3BucketPolicyException"
    bed.create()


def test_a_key_must_exist_be_enabled_and_admit_cloudtrail(
    bed: TrailBed, trails: Any, account: BareAccount
):
    keys = account.client("kms")
    key = keys.create_key()["KeyMetadata"]
    missing = key["Arn"][:-4] + "0000"
    assert refusal(bed.create, KmsKeyId=missing) == "KmsKeyNotFoundException"
    assert refusal(bed.create, KmsKeyId=key["KeyId"]) == "InsufficientEncryptionPolicyException"
    keys.disable_key(KeyId=key["KeyId"])
    assert refusal(bed.create, KmsKeyId=key["KeyId"]) == "KmsKeyDisabledException"
    keys.enable_key(KeyId=key["KeyId"])
    _admit_to_key(account, key["Arn"], bed.arn)
    created = bed.create(KmsKeyId=key["KeyId"])
    assert created["KmsKeyId"] == key["Arn"]


def test_a_log_group_and_a_role_that_may_write_to_it(bed: TrailBed, account: BareAccount):
    logs = bed.with_logs()
    group = "CloudWatchLogsLogGroupArn"
    absent = logs[group].replace(bed.log_group, "/absent")
    assert refusal(bed.create, **{**logs, group: absent}) == (
        "InvalidCloudWatchLogsLogGroupArnException"
    )
    stranger = account.role(f"stranger-{bed.name}", "cloudtrail.amazonaws.com")
    for role in (stranger, bed.role_arn.replace("delivery-", "absent-")):
        assert refusal(bed.create, **{**logs, "CloudWatchLogsRoleArn": role}) == (
            "InvalidCloudWatchLogsRoleArnException"
        )
    bed.create(**logs)


def test_a_log_group_and_its_role_are_named_together(bed: TrailBed, trails: Any):
    logs = bed.with_logs()
    group, role = "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn"
    assert refusal(bed.create, **{group: logs[group]}) == "InvalidCloudWatchLogsRoleArnException"
    bed.create(**logs)

    def update(**settings: str) -> str:
        return refusal(trails.update_trail, Name=bed.name, **settings)

    assert update(**{group: logs[group]}) == "InvalidCloudWatchLogsRoleArnException"
    assert update(**{role: logs[role]}) == "InvalidCloudWatchLogsLogGroupArnException"
    assert update(**{group: ""}) == "InvalidCloudWatchLogsRoleArnException"
    assert update(**{role: ""}) == "InvalidCloudWatchLogsLogGroupArnException"


def test_no_more_than_five_trails_in_a_region(bed: TrailBed, account: BareAccount, trails: Any):
    for number in range(5):
        each = trail_bed(account)
        each.create(IsMultiRegionTrail=number == 0)
    assert refusal(bed.create) == "MaximumNumberOfTrailsExceededException"
    elsewhere = trail_bed(account, "eu-west-1")
    elsewhere.create()


def test_a_name_is_taken_once(bed: TrailBed, account: BareAccount):
    bed.create(IsMultiRegionTrail=True)
    assert refusal(bed.create) == "TrailAlreadyExistsException"
    abroad = TrailBed(account, bed.name, bed.bucket, bed.log_group, bed.role_arn, "eu-west-1")
    account.client("s3").delete_bucket_policy(Bucket=bed.bucket)
    abroad.admit()
    assert refusal(abroad.create) == "TrailAlreadyExistsException"


def test_an_empty_text_clears_an_option(bed: TrailBed, trails: Any):
    bed.create(**bed.with_logs(), EnableLogFileValidation=True)
    trails.update_trail(
        Name=bed.name,
        CloudWatchLogsLogGroupArn="",
        CloudWatchLogsRoleArn="",
        SnsTopicName="",
        KmsKeyId="",
        EnableLogFileValidation=False,
    )
    described = trails.get_trail(Name=bed.name)["Trail"]
    assert not described["LogFileValidationEnabled"]
    assert not {"CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn", "KmsKeyId"} & set(described)


def test_a_topic_must_admit_the_trail_and_hears_of_files(bed: TrailBed, account: BareAccount):
    topic = account.client("sns").create_topic(Name=bed.name)["TopicArn"]
    assert refusal(bed.create, SnsTopicName=topic) == "InsufficientSnsTopicPolicyException"
    assert refusal(bed.create, SnsTopicName="absent") == "InsufficientSnsTopicPolicyException"
    publish = statement("sns:Publish", topic, {"aws:SourceArn": bed.arn})
    account.client("sns").set_topic_attributes(
        TopicArn=topic,
        AttributeName="Policy",
        AttributeValue=json.dumps({"Version": "2012-10-17", "Statement": [publish]}),
    )
    created = bed.create(SnsTopicName=bed.name)
    assert (created["SnsTopicARN"], created["SnsTopicName"]) == (topic, bed.name)
    queue = account.queue(f"files-{bed.name}")
    queue.allow("sns.amazonaws.com", topic)
    account.client("sns").subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=queue.arn,
        Attributes={"RawMessageDelivery": "true"},
    )
    account.client("cloudtrail").start_logging(Name=bed.arn)
    told = queue.message().body
    assert told["s3Bucket"] == bed.bucket
    assert told["s3ObjectKey"][0] in bed.files()
    assert "LatestNotificationTime" in bed.status()


def test_a_trail_reduced_to_one_region_loses_global_events(bed: TrailBed, trails: Any):
    bed.create(IsMultiRegionTrail=True)
    assert refusal(trails.update_trail, Name=bed.name, IncludeGlobalServiceEvents=False) == (
        "InvalidParameterCombinationException"
    )
    reduced = trails.update_trail(Name=bed.name, IsMultiRegionTrail=False)
    assert (reduced["IsMultiRegionTrail"], reduced["IncludeGlobalServiceEvents"]) == (False, False)
    extended = trails.update_trail(Name=bed.arn, IsMultiRegionTrail=True)
    assert extended["IncludeGlobalServiceEvents"]


def test_only_the_home_region_changes_a_trail(bed: TrailBed, account: BareAccount):
    bed.create(IsMultiRegionTrail=True)
    abroad = account.client("cloudtrail", "eu-west-1")
    calls = [
        (abroad.stop_logging, {"Name": bed.name}),
        (abroad.start_logging, {"Name": bed.arn}),
        (abroad.delete_trail, {"Name": bed.arn}),
        (abroad.update_trail, {"Name": bed.name, "S3KeyPrefix": "x"}),
        (abroad.put_event_selectors, {"TrailName": bed.arn, "AdvancedEventSelectors": MANAGEMENT}),
        (abroad.put_insight_selectors, {"TrailName": bed.arn, "InsightSelectors": []}),
        (abroad.put_event_configuration, {"TrailName": bed.arn}),
    ]
    for call, parameters in calls:
        assert refusal(call, **parameters) == "InvalidHomeRegionException"
    assert abroad.describe_trails()["trailList"][0]["HomeRegion"] == "us-east-1"
    assert abroad.describe_trails(includeShadowTrails=False)["trailList"] == []
    assert abroad.get_trail_status(Name=bed.arn)["IsLogging"] is False
    assert refusal(abroad.get_trail_status, Name=bed.name) == "TrailNotFoundException"


def test_what_is_not_there_is_not_found(bed: TrailBed, trails: Any):
    for name in ("not-there", bed.arn):
        assert refusal(trails.stop_logging, Name=name) == "TrailNotFoundException"
        assert refusal(trails.get_trail, Name=name) == "TrailNotFoundException"
        assert trails.describe_trails(trailNameList=[name])["trailList"] == []
    bad = "arn:aws:cloudtrail:us-east-1:111122223333:channel/x"
    assert refusal(trails.stop_logging, Name=bad) == "CloudTrailARNInvalidException"


def test_one_kind_of_selectors_replaces_the_other(bed: TrailBed, trails: Any):
    bed.create()
    assert trails.get_event_selectors(TrailName=bed.name)["EventSelectors"][0]["ReadWriteType"] == (
        "All"
    )
    trails.put_event_selectors(TrailName=bed.arn, AdvancedEventSelectors=MANAGEMENT)
    advanced = trails.get_event_selectors(TrailName=bed.name)
    assert advanced["AdvancedEventSelectors"] == MANAGEMENT
    assert "EventSelectors" not in advanced
    assert trails.get_trail(Name=bed.name)["Trail"]["HasCustomEventSelectors"]
    trails.put_event_selectors(TrailName=bed.name, EventSelectors=[{"ReadWriteType": "WriteOnly"}])
    basic = trails.get_event_selectors(TrailName=bed.arn)
    assert "AdvancedEventSelectors" not in basic
    assert basic["EventSelectors"] == [
        {
            "ReadWriteType": "WriteOnly",
            "IncludeManagementEvents": True,
            "DataResources": [],
            "ExcludeManagementEventSources": [],
        }
    ]


@pytest.mark.parametrize(
    "selectors",
    [
        {},
        {"EventSelectors": [{"ReadWriteType": "All"}], "AdvancedEventSelectors": MANAGEMENT},
        {"EventSelectors": [{"ReadWriteType": "All"}] * 6},
        {"EventSelectors": [{"ExcludeManagementEventSources": ["iam.amazonaws.com"]}]},
        {
            "AdvancedEventSelectors": [
                {"FieldSelectors": [{"Field": "readOnly", "Equals": ["true"]}]}
            ]
        },
        {
            "AdvancedEventSelectors": [
                {
                    "FieldSelectors": [
                        {"Field": "eventCategory", "Equals": ["Management"]},
                        {"Field": "resources.ARN", "StartsWith": ["arn:"]},
                    ]
                }
            ]
        },
    ],
)
def test_selectors_that_are_refused(bed: TrailBed, trails: Any, selectors: dict[str, Any]):
    bed.create()
    assert refusal(trails.put_event_selectors, TrailName=bed.name, **selectors) == (
        "InvalidEventSelectorsException"
    )


def test_insights_are_off_until_asked_for_and_after_an_empty_list(bed: TrailBed, trails: Any):
    bed.create()
    wanted = [{"InsightType": "ApiCallRateInsight"}]
    assert refusal(trails.get_insight_selectors, TrailName=bed.arn) == "InsightNotEnabledException"
    trails.put_insight_selectors(TrailName=bed.name, InsightSelectors=wanted)
    assert trails.get_insight_selectors(TrailName=bed.arn)["InsightSelectors"] == wanted
    assert trails.get_trail(Name=bed.name)["Trail"]["HasInsightSelectors"]
    trails.put_insight_selectors(TrailName=bed.arn, InsightSelectors=[])
    assert refusal(trails.get_insight_selectors, TrailName=bed.name) == "InsightNotEnabledException"


def test_event_configuration_of_a_trail(bed: TrailBed, trails: Any):
    bed.create()
    aggregations = [{"Templates": ["API_ACTIVITY"], "EventCategory": "Data"}]
    trails.put_event_configuration(TrailName=bed.name, AggregationConfigurations=aggregations)
    got = trails.get_event_configuration(TrailName=bed.arn)
    assert got["AggregationConfigurations"] == aggregations
    assert (
        refusal(trails.put_event_configuration, TrailName=bed.name, MaxEventSize="Large")
        == "InvalidParameterCombinationException"
    )
    trails.put_event_configuration(TrailName=bed.name, AggregationConfigurations=[])
    assert "AggregationConfigurations" not in trails.get_event_configuration(TrailName=bed.name)


def test_tags_are_added_replaced_and_removed(bed: TrailBed, trails: Any):
    bed.create()
    tag = {"Key": "owner", "Value": "security"}
    trails.add_tags(ResourceId=bed.arn, TagsList=[tag, {"Key": "tier", "Value": "1"}])
    trails.add_tags(ResourceId=bed.arn, TagsList=[{"Key": "tier", "Value": "2"}])
    trails.remove_tags(ResourceId=bed.arn, TagsList=[tag])
    tags = trails.list_tags(ResourceIdList=[bed.arn])["ResourceTagList"][0]["TagsList"]
    assert tags == [{"Key": "tier", "Value": "2"}]
    assert refusal(trails.add_tags, ResourceId=bed.name, TagsList=[tag]) == (
        "CloudTrailARNInvalidException"
    )
    assert refusal(trails.list_tags, ResourceIdList=[f"{bed.arn}-other"]) == (
        "ResourceNotFoundException"
    )


def test_the_status_says_why_files_are_not_delivered(bed: TrailBed, account: BareAccount):
    bed.create()
    account.client("cloudtrail").start_logging(Name=bed.arn)
    assert eventually(lambda: "LatestDeliveryTime" in bed.status())
    buckets = account.client("s3")
    buckets.delete_bucket_policy(Bucket=bed.bucket)
    assert eventually(lambda: bed.status().get("LatestDeliveryError") == "AccessDenied")
    bed.admit()
    assert eventually(lambda: "LatestDeliveryError" not in bed.status())
    assert bed.delivered("DeleteBucketPolicy")


def test_a_disabled_key_stops_deliveries(bed: TrailBed, account: BareAccount):
    keys = account.client("kms")
    key = keys.create_key()["KeyMetadata"]["Arn"]
    _admit_to_key(account, key, bed.arn)
    bed.create(KmsKeyId=key)
    account.client("cloudtrail").start_logging(Name=bed.arn)
    keys.disable_key(KeyId=key)
    assert eventually(lambda: bed.status().get("LatestDeliveryError") == "KMS.DisabledException")
    keys.enable_key(KeyId=key)
    assert bed.delivered("DisableKey")
    written = next(iter(bed.files()))
    head = account.client("s3").head_object(Bucket=bed.bucket, Key=written)
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", key)


def test_the_status_says_why_log_events_are_not_delivered(bed: TrailBed, account: BareAccount):
    bed.create(**bed.with_logs())
    account.client("cloudtrail").start_logging(Name=bed.arn)
    role = bed.role_arn.rsplit("/", 1)[-1]
    account.client("iam").delete_role_policy(RoleName=role, PolicyName="logs_PutLogEvents")
    error = "LatestCloudWatchLogsDeliveryError"
    assert eventually(lambda: bed.status().get(error) == "AccessDenied")
    account.client("logs").delete_log_group(logGroupName=bed.log_group)
    assert eventually(lambda: bed.status().get(error) == "ResourceNotFoundException")


def _admit_to_key(account: BareAccount, key: str, trail: str) -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account.root.account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                **statement("kms:GenerateDataKey*", "*", {"aws:SourceArn": trail}),
                "Condition": {
                    "StringEquals": {"aws:SourceArn": trail},
                    "StringLike": {
                        "kms:EncryptionContext:aws:cloudtrail:arn": "arn:aws:cloudtrail:*:*:trail/*"
                    },
                },
            },
        ],
    }
    account.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))


def test_rights_are_asked_for_the_trail_and_for_the_role_that_is_passed(
    bed: TrailBed, account: BareAccount
):
    bed.create()
    people = account.client("iam")
    people.create_user(UserName=bed.name)
    key = people.create_access_key(UserName=bed.name)["AccessKey"]
    session = boto3.Session(
        key["AccessKeyId"], key["SecretAccessKey"], region_name=account.root.region
    )

    def allow(name: str, action: str, resource: str) -> None:
        allowed = {"Effect": "Allow", "Action": action, "Resource": resource}
        people.put_user_policy(
            UserName=bed.name,
            PolicyName=name,
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
        )

    with closing(session.client("cloudtrail", endpoint_url=account.root.endpoint)) as trails:
        allow("trail", "cloudtrail:*", bed.arn)
        tags = [{"Key": "owner", "Value": "security"}]
        trails.add_tags(ResourceId=bed.arn, TagsList=tags)
        assert trails.list_tags(ResourceIdList=[bed.arn])["ResourceTagList"][0]["TagsList"] == tags
        assert refusal(trails.add_tags, ResourceId=f"{bed.arn}-other", TagsList=tags) == (
            "AccessDeniedException"
        )
        assert refusal(trails.update_trail, Name=bed.name, **bed.with_logs()) == (
            "AccessDeniedException"
        )
        allow("pass", "iam:PassRole", bed.role_arn)
        trails.update_trail(Name=bed.name, **bed.with_logs())
