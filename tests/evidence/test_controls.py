"""The controls of the CIS benchmark: what their filters count, by records that a person wrote."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE
from trailkeeper.dialects.filter_patterns import compile_pattern
from trailkeeper.evidence import documents
from trailkeeper.evidence.controls import CONTROLS, control_of

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
TABLE: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
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

# What a widely used scanner requires of a filter that may count as the control's: all of these
# calls by their whole names, of this service if one is named, and these other conditions.
SCANNED: dict[str, tuple[str, str, tuple[tuple[str, str, str], ...]]] = {
    "iam-policy-changes": (
        "DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy "
        "PutUserPolicy CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion "
        "AttachRolePolicy DetachRolePolicy AttachUserPolicy DetachUserPolicy AttachGroupPolicy "
        "DetachGroupPolicy",
        "",
        (),
    ),
    "trail-changes": ("CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging", "", ()),
    "console-logins-without-mfa": (
        "ConsoleLogin",
        "",
        (("additionalEventData.MFAUsed", "!=", "Yes"),),
    ),
    "failed-console-logins": (
        "ConsoleLogin",
        "",
        (("errorMessage", "=", "Failed authentication"),),
    ),
    "root-use": (
        "",
        "",
        (("userIdentity.type", "=", "Root"), ("eventType", "!=", "AwsServiceEvent")),
    ),
    "unauthorized-calls": (
        "",
        "",
        (("errorCode", "=", "*UnauthorizedOperation"), ("errorCode", "=", "AccessDenied*")),
    ),
    "key-removals": ("DisableKey ScheduleKeyDeletion", "kms", ()),
    "bucket-policy-changes": (
        "PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle PutBucketReplication "
        "DeleteBucketPolicy DeleteBucketCors DeleteBucketLifecycle DeleteBucketReplication",
        "s3",
        (),
    ),
    "config-changes": (
        "StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel "
        "PutConfigurationRecorder",
        "config",
        (),
    ),
    "security-group-changes": (
        "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress "
        "RevokeSecurityGroupEgress CreateSecurityGroup DeleteSecurityGroup",
        "",
        (),
    ),
    "network-acl-changes": (
        "CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry "
        "ReplaceNetworkAclEntry ReplaceNetworkAclAssociation",
        "",
        (),
    ),
    "gateway-changes": (
        "CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway CreateInternetGateway "
        "DeleteInternetGateway DetachInternetGateway",
        "",
        (),
    ),
    "route-table-changes": (
        "CreateRoute CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation DeleteRouteTable "
        "DeleteRoute DisassociateRouteTable",
        "ec2",
        (),
    ),
    "vpc-changes": (
        "CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection "
        "CreateVpcPeeringConnection DeleteVpcPeeringConnection RejectVpcPeeringConnection "
        "AttachClassicLinkVpc DetachClassicLinkVpc DisableVpcClassicLink EnableVpcClassicLink",
        "",
        (),
    ),
    "organization-changes": (
        "AcceptHandshake AttachPolicy CancelHandshake CreateAccount CreateOrganization "
        "CreateOrganizationalUnit CreatePolicy DeclineHandshake DeleteOrganization "
        "DeleteOrganizationalUnit DeletePolicy EnableAllFeatures EnablePolicyType "
        "InviteAccountToOrganization LeaveOrganization DetachPolicy DisablePolicyType MoveAccount "
        "RemoveAccountFromOrganization UpdateOrganizationalUnit UpdatePolicy",
        "organizations",
        (),
    ),
}


def test_all_fifteen_are_there_in_the_order_of_the_benchmark() -> None:
    assert [each.number for each in CONTROLS.values()] == list(range(1, 16))
    assert len({each.metric for each in CONTROLS.values()}) == 15
    assert TABLE.keys() == SCANNED.keys() == CONTROLS.keys()


@pytest.mark.parametrize("control", CONTROLS)
def test_a_filter_counts_what_it_is_for_and_nothing_that_looks_alike(control: str) -> None:
    counts = compile_pattern(CONTROLS[control].pattern)
    matching, near_misses = TABLE[control]

    assert [each for each in matching if not counts(json.dumps(each))] == []
    assert [each for each in near_misses if counts(json.dumps(each))] == []


@pytest.mark.parametrize("control", CONTROLS)
def test_a_filter_is_one_that_cloudwatch_logs_takes(control: str) -> None:
    assert len(CONTROLS[control].pattern) <= 1024
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", control)


@pytest.mark.parametrize("control", CONTROLS)
def test_a_scanner_knows_the_filter_for_the_controls(control: str) -> None:
    """As Prowler's checks of CloudWatch do: every condition by itself, quoted or not, any order."""
    pattern = CONTROLS[control].pattern
    names, service, others = SCANNED[control]
    conditions = [("eventName", "=", name) for name in names.split()] + list(others)
    if service:
        conditions.append(("eventSource", "=", f"{service}.amazonaws.com"))

    for field, operator, value in conditions:
        whole = rf"\$\.{re.escape(field)}\s*{operator}\s*\"?{re.escape(value)}(?![\w])"
        assert re.search(whole, pattern), (field, value)


def test_root_is_known_by_a_scanner_only_in_this_order() -> None:
    pattern = CONTROLS["root-use"].pattern

    places = [
        pattern.index(each)
        for each in ("$.userIdentity.type", "$.userIdentity.invokedBy NOT EXISTS", "$.eventType")
    ]
    assert places == sorted(places)


def test_changes_of_trails_are_counted_whatever_the_settings_say() -> None:
    def names(*controls: str) -> list[str]:
        wanted = replace(BASELINE, controls=controls)
        return [each["filterName"] for each in documents.metric_filters(wanted)]

    assert names() == ["trail-changes"]
    assert names("vpc-changes", "root-use") == ["root-use", "trail-changes", "vpc-changes"]


def test_an_alarm_is_that_of_a_control_by_its_whole_name() -> None:
    assert control_of("trailkeeper-cis-vpc-changes") is CONTROLS["vpc-changes"]
    for name in ("vpc-changes", "x-trailkeeper-cis-vpc-changes", "trailkeeper-cis-", "None", ""):
        assert control_of(name) is None
