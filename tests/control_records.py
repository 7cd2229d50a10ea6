"""Records that the controls of the CIS benchmark count, and those that look alike.

Written by a person, and kept apart from the controls: tests of the patterns and of a deployed
account go by the same.
"""

from __future__ import annotations

from typing import Any

USER = {"type": "IAMUser", "userName": "mallory"}


def record(source: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "eventVersion": "1.11",
        "userIdentity": USER,
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "eventType": "AwsApiCall",
        "sourceIPAddress": "203.0.113.7",
        **more,
    }


def login(outcome: str, mfa: str | None = "Yes", **more: Any) -> dict[str, Any]:
    said = {"MFAUsed": mfa} if mfa else {}
    return record(
        "signin",
        "ConsoleLogin",
        eventType="AwsConsoleSignIn",
        responseElements={"ConsoleLogin": outcome},
        additionalEventData={"LoginTo": "https://console.aws.amazon.com", **said},
        **more,
    )


ROOT = {"type": "Root", "arn": "arn:aws:iam::111122223333:root"}

# By control: records that it counts, and those that look alike and are something else.
RECORDS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "unauthorized-calls": (
        [
            record("ec2", "RunInstances", errorCode="Client.UnauthorizedOperation"),
            record("iam", "CreateUser", errorCode="AccessDenied"),
            record("kms", "Decrypt", errorCode="AccessDeniedException"),
        ],
        [
            record("s3", "HeadBucket", errorCode="AccessDenied"),
            record(
                "s3",
                "PutObject",
                errorCode="AccessDenied",
                sourceIPAddress="delivery.logs.amazonaws.com",
            ),
            record("iam", "CreateUser", errorCode="EntityAlreadyExists"),
            record("iam", "CreateUser"),
        ],
    ),
    "console-logins-without-mfa": (
        [login("Success", mfa="No")],
        [login("Success", mfa="Yes"), record("sts", "AssumeRole")],
    ),
    "root-use": (
        [record("iam", "CreateUser", userIdentity=ROOT)],
        [
            record("s3", "CreateBucket", userIdentity={**ROOT, "invokedBy": "s3.amazonaws.com"}),
            record("kms", "RotateKey", userIdentity=ROOT, eventType="AwsServiceEvent"),
            record("iam", "CreateUser"),
        ],
    ),
    "iam-policy-changes": (
        [record("iam", "AttachUserPolicy"), record("iam", "DetachGroupPolicy")],
        [record("iam", "GetRolePolicy"), record("iam", "UpdateAssumeRolePolicy")],
    ),
    "trail-changes": (
        [record("cloudtrail", "StopLogging"), record("cloudtrail", "CreateTrail")],
        [record("cloudtrail", "DescribeTrails"), record("cloudtrail", "AddTags")],
    ),
    "failed-console-logins": (
        [login("Failure", errorMessage="Failed authentication")],
        [login("Success"), login("Failure", errorMessage="No username found in supplied account")],
    ),
    "key-removals": (
        [record("kms", "DisableKey"), record("kms", "ScheduleKeyDeletion")],
        [record("kms", "CancelKeyDeletion"), record("keys.example", "DisableKey")],
    ),
    "bucket-policy-changes": (
        [record("s3", "PutBucketPolicy"), record("s3", "DeleteBucketReplication")],
        [record("s3", "GetBucketPolicy"), record("s3express", "PutBucketPolicy")],
    ),
    "config-changes": (
        [record("config", "StopConfigurationRecorder"), record("config", "PutDeliveryChannel")],
        [record("config", "StartConfigurationRecorder"), record("x", "PutDeliveryChannel")],
    ),
    "security-group-changes": (
        [
            record("ec2", "AuthorizeSecurityGroupIngress"),
            record("ec2", "ModifySecurityGroupRules"),
        ],
        [record("ec2", "DescribeSecurityGroups")],
    ),
    "network-acl-changes": (
        [record("ec2", "ReplaceNetworkAclEntry"), record("ec2", "DeleteNetworkAcl")],
        [record("ec2", "DescribeNetworkAcls")],
    ),
    "gateway-changes": (
        [record("ec2", "AttachInternetGateway"), record("ec2", "DeleteCustomerGateway")],
        [record("ec2", "CreateNatGateway")],
    ),
    "route-table-changes": (
        [record("ec2", "CreateRoute"), record("ec2", "DisassociateRouteTable")],
        [record("ec2", "AssociateRouteTable"), record("appmesh", "CreateRoute")],
    ),
    "vpc-changes": (
        [record("ec2", "CreateVpc"), record("ec2", "AcceptVpcPeeringConnection")],
        [record("ec2", "CreateVpcEndpoint"), record("ec2", "DescribeVpcs")],
    ),
    "organization-changes": (
        [record("organizations", "LeaveOrganization"), record("organizations", "AttachPolicy")],
        [record("organizations", "DescribeOrganization"), record("iot", "AttachPolicy")],
    ),
}
