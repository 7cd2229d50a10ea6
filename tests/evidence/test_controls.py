"""The controls of the CIS benchmark: what their filters count, by records that a person wrote."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from tests.control_records import RECORDS, record
from tests.deployed_evidence import BASELINE
from trailkeeper.alerts.control_alerts import Found
from trailkeeper.dialects.filter_patterns import compile_pattern
from trailkeeper.evidence import documents
from trailkeeper.evidence.controls import CONTROLS, control_of

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
    assert RECORDS.keys() == SCANNED.keys() == CONTROLS.keys()


@pytest.mark.parametrize("control", CONTROLS)
def test_a_filter_counts_what_it_is_for_and_nothing_that_looks_alike(control: str) -> None:
    counts = compile_pattern(CONTROLS[control].pattern)
    matching, near_misses = RECORDS[control]

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
        whole = rf"\$\.{re.escape(field)}\s*{operator}\s*(\"?){re.escape(value)}\1(?=[\s)])"
        assert re.search(whole, pattern), (field, value)


@pytest.mark.parametrize("control", CONTROLS)
def test_a_filter_names_no_call_that_the_benchmark_does_not(control: str) -> None:
    """But one that scanners want as well: rules of security groups are changed by it, too."""
    more = {"ModifySecurityGroupRules", "HeadBucket"}
    names = set(re.findall(r'\$\.eventName !?= "?([^\s")]+)', CONTROLS[control].pattern))

    assert names - more == set(SCANNED[control][0].split())


# The filter's metric, and what finds the same calls at the command line, without names of calls.
METRICS_AND_SEARCHES = {
    "unauthorized-calls": ("UnauthorizedCalls", "search --denied"),
    "console-logins-without-mfa": (
        "ConsoleLoginsWithoutMfa",
        "query console-logins-without-mfa",
    ),
    "root-use": ("RootUse", "query root-use"),
    "iam-policy-changes": ("IamPolicyChanges", "search --event {}"),
    "trail-changes": ("TrailChanges", "search --event {}"),
    "failed-console-logins": ("FailedConsoleLogins", "query failed-console-logins"),
    "key-removals": ("KeyRemovals", "search --event {} --source kms.amazonaws.com"),
    "bucket-policy-changes": (
        "BucketPolicyChanges",
        "search --event {} --source s3.amazonaws.com",
    ),
    "config-changes": ("ConfigChanges", "search --event {} --source config.amazonaws.com"),
    "security-group-changes": ("SecurityGroupChanges", "search --event {}"),
    "network-acl-changes": ("NetworkAclChanges", "search --event {}"),
    "gateway-changes": ("GatewayChanges", "search --event {}"),
    "route-table-changes": ("RouteTableChanges", "search --event {} --source ec2.amazonaws.com"),
    "vpc-changes": ("VpcChanges", "search --event {}"),
    "organization-changes": (
        "OrganizationChanges",
        "search --event {} --source organizations.amazonaws.com",
    ),
}


@pytest.mark.parametrize("control", CONTROLS)
def test_what_a_control_counts_can_be_searched_for(control: str) -> None:
    found = CONTROLS[control]
    metric, search = METRICS_AND_SEARCHES[control]
    names = ",".join(re.findall(r"eventName = (\w+)", found.pattern))

    assert (found.metric, found.search) == (metric, search.format(names))
    assert found.alarm == f"trailkeeper-cis-{control}"


# As CloudTrail records these calls: where each names what it was about.
NAMED: dict[str, list[dict[str, Any]]] = {
    "iam-policy-changes": [
        {"roleName": "it", "policyArn": "arn"},
        {"userName": "it", "policyName": "p"},
        {"groupName": "it", "policyArn": "arn"},
        {"policyArn": "it"},
        {"policyName": "it"},
    ],
    "trail-changes": [{"name": "it"}],
    "key-removals": [{"keyId": "it"}],
    "bucket-policy-changes": [{"bucketName": "it"}],
    "config-changes": [
        {"configurationRecorderName": "it"},
        {"deliveryChannelName": "it"},
        {"configurationRecorder": {"name": "it"}},
        {"deliveryChannel": {"name": "it"}},
    ],
    "security-group-changes": [
        {"groupId": "it", "groupName": "g"},
        {"groupName": "g", "response": {"groupId": "it"}},
        {"groupName": "it"},
        {"ModifySecurityGroupRulesRequest": {"GroupId": "it"}},
    ],
    "network-acl-changes": [
        {"networkAclId": "it"},
        {"vpcId": "v", "response": {"networkAcl": {"networkAclId": "it"}}},
        {"vpcId": "it"},
    ],
    "gateway-changes": [
        {"internetGatewayId": "it"},
        {"customerGatewayId": "it"},
        {"response": {"internetGateway": {"internetGatewayId": "it"}}},
        {"response": {"customerGateway": {"customerGatewayId": "it"}}},
    ],
    "route-table-changes": [
        {"routeTableId": "it"},
        {"vpcId": "v", "response": {"routeTable": {"routeTableId": "it"}}},
        {"associationId": "it"},
        {"vpcId": "it"},
    ],
    "vpc-changes": [
        {"vpcId": "it"},
        {"response": {"vpc": {"vpcId": "it"}}},
        {"vpcPeeringConnectionId": "it"},
        {"response": {"vpcPeeringConnection": {"vpcPeeringConnectionId": "it"}}},
    ],
    "organization-changes": [
        {"policyId": "p", "targetId": "it"},
        {"policyId": "it", "name": "n"},
        {"accountId": "it"},
        {"organizationalUnitId": "it", "name": "n"},
        {"handshakeId": "it"},
        {"accountName": "it"},
        {"name": "it"},
    ],
}


@pytest.mark.parametrize(
    ("control", "parameters"),
    [(control, each) for control, cases in NAMED.items() for each in cases],
)
def test_what_a_call_was_about(control: str, parameters: dict[str, Any]) -> None:
    response = parameters.get("response")
    requested = {name: value for name, value in parameters.items() if name != "response"}
    call = record("x", "X", requestParameters=requested, responseElements=response)

    assert Found.of(call, CONTROLS[control]).resource == "it"


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


@pytest.mark.parametrize(
    ("control", "asked"),
    [
        ("organization-changes", " --source organizations.amazonaws.com"),
        ("config-changes", " --source config.amazonaws.com"),
        ("vpc-changes", ""),
    ],
)
def test_the_search_behind_a_control_is_narrowed_to_its_service(control: str, asked: str) -> None:
    search = CONTROLS[control].search

    assert search.startswith("search --event ")
    assert search.partition(" --source")[0] + asked == search
