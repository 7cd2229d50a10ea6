"""CloudFormation: the types ministack lacks, the properties it drops, protected stacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from embedded.control import RefusedError
from embedded.tests.bare_account import BareAccount, eventually
from embedded.tests.users import user

NAME = "guarded"
BUCKET = "guarded-logs"


@dataclass
class Stack:
    """One stack of the test, made and changed by its template's resources."""

    client: Any
    name: str

    def deploy(self, resources: dict[str, Any], **options: Any) -> None:
        template = json.dumps({"Resources": resources})
        given = {
            "StackName": self.name,
            "TemplateBody": template,
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
        }
        if self.exists():
            self.client.update_stack(**given, **options)
            self._wait("stack_update_complete")
        else:
            self.client.create_stack(**given, **options)
            self._wait("stack_create_complete")

    def exists(self) -> bool:
        try:
            self.client.describe_stacks(StackName=self.name)
        except ClientError:
            return False
        return True

    def delete(self) -> None:
        self.client.delete_stack(StackName=self.name)
        self._wait("stack_delete_complete")

    def _wait(self, event: str) -> None:
        try:
            self.client.get_waiter(event).wait(
                StackName=self.name, WaiterConfig={"Delay": 1, "MaxAttempts": 15}
            )
        except WaiterError:
            events = self.client.describe_stack_events(StackName=self.name)["StackEvents"]
            pytest.fail("\n".join(each.get("ResourceStatusReason", "") for each in events))


@pytest.fixture
def stack(account: BareAccount, request: pytest.FixtureRequest) -> Iterator[Stack]:
    made = Stack(account.client("cloudformation"), request.node.name.replace("_", "-")[:100])
    yield made
    if made.exists():
        made.client.update_termination_protection(
            StackName=made.name, EnableTerminationProtection=False
        )
        made.client.delete_stack(StackName=made.name)


def evidence(**trail: Any) -> dict[str, Any]:
    """A log bucket that CloudTrail may write to, and a trail with the given properties."""
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "cloudtrail.amazonaws.com"},
                "Action": ["s3:GetBucketAcl", "s3:PutObject"],
                "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
            }
        ],
    }
    properties = {"TrailName": NAME, "S3BucketName": BUCKET, "IsLogging": True, **trail}
    return {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": BUCKET}},
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "DependsOn": "Bucket",
            "Properties": {"Bucket": BUCKET, "PolicyDocument": policy},
        },
        "Trail": {
            "Type": "AWS::CloudTrail::Trail",
            "DependsOn": "Policy",
            "Properties": properties,
        },
    }


def test_a_trail_is_created_changed_and_deleted_with_all_of_its_properties(
    account: BareAccount, stack: Stack
) -> None:
    trails = account.client("cloudtrail")
    selectors = [
        {
            "Name": "management",
            "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
        }
    ]
    stack.deploy(
        evidence(
            AdvancedEventSelectors=selectors,
            EnableLogFileValidation=True,
            IncludeGlobalServiceEvents=True,
            InsightSelectors=[{"InsightType": "ApiCallRateInsight"}],
            IsMultiRegionTrail=True,
            S3KeyPrefix="here",
            Tags=[{"Key": "owner", "Value": "security"}],
        )
    )
    trail = trails.get_trail(Name=NAME)["Trail"]
    arn = trail["TrailARN"]
    assert trail["S3KeyPrefix"] == "here"
    assert trail["IsMultiRegionTrail"]
    assert trail["IncludeGlobalServiceEvents"]
    assert trail["LogFileValidationEnabled"]
    assert trails.get_trail_status(Name=NAME)["IsLogging"]
    assert trails.get_event_selectors(TrailName=NAME)["AdvancedEventSelectors"] == selectors
    insights = trails.get_insight_selectors(TrailName=NAME)["InsightSelectors"]
    assert [each["InsightType"] for each in insights] == ["ApiCallRateInsight"]
    assert tags(trails, arn) == [{"Key": "owner", "Value": "security"}]

    basic = [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]
    stack.deploy(
        evidence(EventSelectors=basic, IsLogging=False, Tags=[{"Key": "team", "Value": "platform"}])
    )
    trail = trails.get_trail(Name=NAME)["Trail"]
    assert trail["TrailARN"] == arn
    assert "S3KeyPrefix" not in trail
    assert not trail["IsMultiRegionTrail"]
    assert not trail["LogFileValidationEnabled"]
    assert not trails.get_trail_status(Name=NAME)["IsLogging"]
    known = trails.get_event_selectors(TrailName=NAME)
    assert "AdvancedEventSelectors" not in known
    assert known["EventSelectors"][0]["ReadWriteType"] == "WriteOnly"
    assert tags(trails, arn) == [{"Key": "team", "Value": "platform"}]

    stack.delete()
    with pytest.raises(trails.exceptions.TrailNotFoundException):
        trails.get_trail(Name=NAME)


def tags(trails: Any, arn: str) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = trails.list_tags(ResourceIdList=[arn])["ResourceTagList"][0][
        "TagsList"
    ]
    return listed


def test_a_bucket_keeps_gets_and_loses_what_its_template_says(
    account: BareAccount, stack: Stack
) -> None:
    buckets = account.client("s3")
    name = "complete-bucket"
    stack.deploy(
        {
            "Bucket": {
                "Type": "AWS::S3::Bucket",
                "Properties": {
                    "BucketName": name,
                    "LifecycleConfiguration": {
                        "Rules": [
                            {
                                "Id": "archive",
                                "Status": "Enabled",
                                "ExpirationInDays": 400,
                                "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
                                "Transitions": [
                                    {"StorageClass": "GLACIER", "TransitionInDays": 90}
                                ],
                            }
                        ]
                    },
                    "LoggingConfiguration": {
                        "DestinationBucketName": name,
                        "LogFilePrefix": "access/",
                    },
                    "NotificationConfiguration": {
                        "EventBridgeConfiguration": {"EventBridgeEnabled": True}
                    },
                    "ObjectLockEnabled": True,
                    "ObjectLockConfiguration": {
                        "ObjectLockEnabled": "Enabled",
                        "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 7}},
                    },
                    "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
                },
            }
        }
    )
    (rule,) = buckets.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert rule["Expiration"] == {"Days": 400}
    assert rule["Transitions"] == [{"Days": 90, "StorageClass": "GLACIER"}]
    logging = buckets.get_bucket_logging(Bucket=name)["LoggingEnabled"]
    assert logging["TargetPrefix"] == "access/"
    lock = buckets.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"]
    assert lock["Rule"]["DefaultRetention"] == {"Mode": "GOVERNANCE", "Days": 7}
    assert buckets.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    controls = buckets.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]
    assert controls == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    told = buckets.get_bucket_notification_configuration(Bucket=name)
    assert told["EventBridgeConfiguration"] == {}

    stack.deploy(
        {
            "Bucket": {
                "Type": "AWS::S3::Bucket",
                "Properties": {
                    "BucketName": name,
                    "ObjectLockEnabled": True,
                    "Tags": [{"Key": "a", "Value": "b"}],
                },
            }
        }
    )
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        buckets.get_bucket_lifecycle_configuration(Bucket=name)
    assert "LoggingEnabled" not in buckets.get_bucket_logging(Bucket=name)
    told = buckets.get_bucket_notification_configuration(Bucket=name)
    assert "EventBridgeConfiguration" not in told
    assert buckets.get_bucket_tagging(Bucket=name)["TagSet"] == [{"Key": "a", "Value": "b"}]


def test_a_role_gets_keeps_and_loses_its_boundary(account: BareAccount, stack: Stack) -> None:
    allow = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}
    limit = {"Version": "2012-10-17", "Statement": [allow]}
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }

    def deploy(**more: Any) -> Any:
        stack.deploy(
            {
                "Limit": {
                    "Type": "AWS::IAM::ManagedPolicy",
                    "Properties": {"ManagedPolicyName": "limit", "PolicyDocument": limit},
                },
                "Role": {
                    "Type": "AWS::IAM::Role",
                    "Properties": {
                        "RoleName": "limited",
                        "AssumeRolePolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": [trust],
                        },
                        **more,
                    },
                },
            }
        )
        return account.client("iam").get_role(RoleName="limited")["Role"].get("PermissionsBoundary")

    arn = f"arn:aws:iam::{account.root.account}:policy/limit"
    assert deploy(PermissionsBoundary={"Ref": "Limit"})["PermissionsBoundaryArn"] == arn
    assert (
        deploy(PermissionsBoundary={"Ref": "Limit"}, Description="same")["PermissionsBoundaryArn"]
        == arn
    )
    assert deploy() is None
    assert deploy(PermissionsBoundary={"Ref": "Limit"})["PermissionsBoundaryArn"] == arn


def test_what_else_ministack_would_drop_is_there(account: BareAccount, stack: Stack) -> None:
    role = account.role("dropped-role", "lambda.amazonaws.com")
    stack.deploy(
        {
            "Dead": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "dropped-dead"}},
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "FunctionName": "dropped",
                    "Runtime": "python3.13",
                    "Handler": "index.handler",
                    "Role": role,
                    "Code": {"ZipFile": "def handler(event, context):\n    pass\n"},
                    "DeadLetterConfig": {"TargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}},
                    "ReservedConcurrentExecutions": 2,
                },
            },
            "Config": {
                "Type": "AWS::Lambda::EventInvokeConfig",
                "Properties": {
                    "FunctionName": {"Ref": "Function"},
                    "Qualifier": "$LATEST",
                    "MaximumRetryAttempts": 1,
                    "DestinationConfig": {
                        "OnFailure": {"Destination": {"Fn::GetAtt": ["Dead", "Arn"]}}
                    },
                },
            },
            "Logs": {
                "Type": "AWS::Logs::LogGroup",
                "Properties": {
                    "LogGroupName": "/dropped",
                    "RetentionInDays": 7,
                    "DeletionProtectionEnabled": False,
                },
            },
            "Table": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "TableName": "dropped",
                    "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
                    "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                },
            },
            "Group": {
                "Type": "AWS::IAM::Group",
                "Properties": {
                    "GroupName": "auditors",
                    "ManagedPolicyArns": ["arn:aws:iam::aws:policy/SecurityAudit"],
                },
            },
        }
    )
    functions = account.client("lambda")
    dead = f"arn:aws:sqs:us-east-1:{account.root.account}:dropped-dead"
    answer = functions.get_function(FunctionName="dropped")
    assert answer["Configuration"]["DeadLetterConfig"] == {"TargetArn": dead}
    assert answer["Concurrency"] == {"ReservedConcurrentExecutions": 2}
    config = functions.get_function_event_invoke_config(FunctionName="dropped")
    assert config["MaximumRetryAttempts"] == 1
    assert config["DestinationConfig"]["OnFailure"] == {"Destination": dead}
    tables = account.client("dynamodb")
    lifetime = tables.describe_time_to_live(TableName="dropped")["TimeToLiveDescription"]
    assert lifetime == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    groups = account.client("iam").list_attached_group_policies(GroupName="auditors")
    assert [each["PolicyName"] for each in groups["AttachedPolicies"]] == ["SecurityAudit"]


def test_a_protected_log_group_cannot_be_deleted_until_it_is_not(account: BareAccount) -> None:
    groups = account.client("logs")
    groups.create_log_group(logGroupName="/protected")
    groups.put_log_group_deletion_protection(
        logGroupIdentifier="/protected", deletionProtectionEnabled=True
    )
    (group,) = groups.describe_log_groups(logGroupNamePrefix="/protected")["logGroups"]
    assert group["deletionProtectionEnabled"] is True
    with pytest.raises(ClientError, match="deletion protection"):
        groups.delete_log_group(logGroupName="/protected")
    groups.put_log_group_deletion_protection(
        logGroupIdentifier=group["arn"], deletionProtectionEnabled=False
    )
    groups.delete_log_group(logGroupName="/protected")


def test_a_protected_stack_stays_and_what_is_retained_outlives_its_stack(
    account: BareAccount, stack: Stack
) -> None:
    retained = {
        "Type": "AWS::SQS::Queue",
        "DeletionPolicy": "Retain",
        "Properties": {"QueueName": "retained"},
    }
    stack.deploy({"Queue": retained}, EnableTerminationProtection=True)
    with pytest.raises(ClientError, match="TerminationProtection"):
        stack.client.delete_stack(StackName=stack.name)
    stack.client.update_termination_protection(
        StackName=stack.name, EnableTerminationProtection=False
    )
    stack.delete()
    assert account.client("sqs").get_queue_url(QueueName="retained")


def test_a_table_has_its_policy_and_stays_while_it_is_protected(
    account: BareAccount, stack: Stack
) -> None:
    tables = account.client("dynamodb")
    arn = f"arn:aws:dynamodb:us-east-1:{account.root.account}:table/protected"
    deny = {"Effect": "Deny", "Principal": "*", "Action": "dynamodb:PutItem", "Resource": arn}
    policy = {"Version": "2012-10-17", "Statement": [deny]}
    own = {
        "TableName": "protected",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }
    more = {"DeletionProtectionEnabled": True, "ResourcePolicy": {"PolicyDocument": policy}}
    stack.deploy({"Table": {"Type": "AWS::DynamoDB::Table", "Properties": own}})
    stack.deploy({"Table": {"Type": "AWS::DynamoDB::Table", "Properties": {**own, **more}}})

    assert json.loads(tables.get_resource_policy(ResourceArn=arn)["Policy"]) == policy
    stack.client.delete_stack(StackName=stack.name)
    with pytest.raises(WaiterError):
        stack.client.get_waiter("stack_delete_complete").wait(
            StackName=stack.name, WaiterConfig={"Delay": 1, "MaxAttempts": 15}
        )
    assert tables.describe_table(TableName="protected")

    tables.update_table(TableName="protected", DeletionProtectionEnabled=False)
    stack.delete()
    with pytest.raises(tables.exceptions.ResourceNotFoundException):
        tables.describe_table(TableName="protected")


def test_an_unknown_type_is_refused_before_anything_is_made(account: BareAccount) -> None:
    stacks = account.client("cloudformation")
    with pytest.raises(ClientError, match="Unrecognized resource types"):
        stacks.create_stack(
            StackName="unknown",
            TemplateBody=json.dumps({"Resources": {"X": {"Type": "AWS::Nobody::Knows"}}}),
        )


def test_a_log_group_that_is_there_already_ends_an_update_half_done(account: BareAccount) -> None:
    logs, stacks = account.client("logs"), account.client("cloudformation")
    logs.create_log_group(logGroupName="/taken")
    logs.create_log_stream(logGroupName="/taken", logStreamName="of-another")
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "half"}}
    made = Stack(stacks, "half-done")
    made.deploy({"Queue": queue})
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/taken"}}

    stacks.update_stack(
        StackName=made.name,
        TemplateBody=json.dumps({"Resources": {"Queue": queue, "Group": group}}),
        DisableRollback=True,
    )

    assert eventually(lambda: status(stacks, made.name) == "UPDATE_FAILED")
    events = stacks.describe_stack_events(StackName=made.name)["StackEvents"]
    assert any("already exists" in each.get("ResourceStatusReason", "") for each in events)
    (stream,) = logs.describe_log_streams(logGroupName="/taken")["logStreams"]
    assert stream["logStreamName"] == "of-another"
    made.delete()


def test_a_stack_says_which_change_set_changed_it_last(account: BareAccount) -> None:
    """CloudFormation API reference, "Stack"; it may be executed by its ARN alone."""
    stacks = account.client("cloudformation")
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "by-change-set"}}
    made = Stack(stacks, "by-change-set")
    made.deploy({"Topic": topic})
    changed = {**topic, "Properties": {**topic["Properties"], "DisplayName": "changed"}}
    body = json.dumps({"Resources": {"Topic": changed}})
    wanted = {"StackName": made.name, "TemplateBody": body}
    ids = [stacks.create_change_set(**wanted, ChangeSetName=each)["Id"] for each in ("one", "two")]
    assert "ChangeSetId" not in stacks.describe_stacks(StackName=made.name)["Stacks"][0]
    listed = stacks.list_change_sets(StackName=made.name)["Summaries"]
    assert {(e["ChangeSetName"], e["Status"], e["ExecutionStatus"]) for e in listed} == {
        ("one", "CREATE_COMPLETE", "AVAILABLE"),
        ("two", "CREATE_COMPLETE", "AVAILABLE"),
    }
    assert all(each["CreationTime"].tzinfo for each in listed)

    stacks.execute_change_set(ChangeSetName=ids[1])

    assert eventually(lambda: status(stacks, made.name) == "UPDATE_COMPLETE")
    assert stacks.describe_stacks(StackName=made.name)["Stacks"][0]["ChangeSetId"] == ids[1]
    left = stacks.list_change_sets(StackName=made.name)["Summaries"]
    assert [(each["ChangeSetName"], each["ExecutionStatus"]) for each in left] == [
        ("two", "EXECUTE_COMPLETE")
    ]
    made.delete()
    with pytest.raises(ClientError, match=r"by-change-set\] does not exist"):
        stacks.list_change_sets(StackName=made.name)


def test_who_may_not_list_change_sets_is_told_which_right_is_missing(account: BareAccount) -> None:
    stacks = user(account, "curious").may("cloudformation:DescribeStacks").client("cloudformation")

    with pytest.raises(ClientError, match="cloudformation:ListChangeSets"):
        stacks.list_change_sets(StackName="any")


def test_a_stack_rests_in_a_status_that_only_cloudformation_brings_on(
    account: BareAccount,
) -> None:
    stacks = account.client("cloudformation")
    made = Stack(stacks, "resting")
    made.deploy({"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}})

    account.root.control.rest("resting", "UPDATE_ROLLBACK_FAILED", "Topic is gone")

    (found,) = stacks.describe_stacks(StackName="resting")["Stacks"]
    assert (found["StackStatus"], found["StackStatusReason"]) == (
        "UPDATE_ROLLBACK_FAILED",
        "Topic is gone",
    )
    with pytest.raises(RefusedError, match="a stack that is there"):
        account.root.control.rest("nobodys", "UPDATE_FAILED")
    account.root.control.rest("resting", "UPDATE_COMPLETE")
    made.delete()


def status(stacks: Any, name: str) -> str:
    return str(stacks.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
