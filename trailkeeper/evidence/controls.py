"""The monitoring controls of the CIS AWS Foundations Benchmark: what each looks for in the trail.

Each is a metric filter on the trail's log group and an alarm on its metric. Source: CIS AWS
Foundations Benchmark 5.0, section 4, and 7.0, section 5 (the same patterns); 1.2 to 3.0 number them
alike. Where scanners want more names than the benchmark prints, the pattern has them as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from trailkeeper.evidence.names import PREFIX

ALARM_PREFIX = f"{PREFIX}cis-"


@dataclass(frozen=True, slots=True)
class Control:
    """One control.

    `id` names the filter, the alarm and the setting; `number` is that of the benchmark's section.
    `pattern` is the filter's. `resources` are where a call names what it was about, the likeliest
    first, as paths in `requestParameters` or, after "response.", in `responseElements`. `search`
    are the options of `trailkeeper search`, or the question of `trailkeeper query`, that find the
    same calls.
    """

    id: str
    number: int
    metric: str
    pattern: str
    search: str
    resources: tuple[str, ...] = ()

    @property
    def alarm(self) -> str:
        """The name of its alarm."""
        return f"{ALARM_PREFIX}{self.id}"


def _calls(
    id_: str,
    number: int,
    metric: str,
    events: tuple[str, ...],
    *,
    source: str = "",
    resources: tuple[str, ...] = (),
) -> Control:
    """A control on calls of these names; on those of one service, where names are used twice."""
    names = " || ".join(f"($.eventName = {event})" for event in events)
    pattern = f"{{ ($.eventSource = {source}) && ({names}) }}" if source else f"{{ {names} }}"
    search = f"search --event {','.join(events)}" + (f" --source {source}" if source else "")
    return Control(id_, number, metric, pattern, search, resources)


_ALL = (
    Control(
        "unauthorized-calls",
        1,
        "UnauthorizedCalls",
        '{ (($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*"))'
        ' && ($.sourceIPAddress != "delivery.logs.amazonaws.com")'
        ' && ($.eventName != "HeadBucket") }',
        "search --denied",
    ),
    Control(
        "console-logins-without-mfa",
        2,
        "ConsoleLoginsWithoutMfa",
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }',
        "query console-logins-without-mfa",
    ),
    Control(
        "root-use",
        3,
        "RootUse",
        '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS'
        ' && $.eventType != "AwsServiceEvent" }',
        "query root-use",
    ),
    _calls(
        "iam-policy-changes",
        4,
        "IamPolicyChanges",
        (
            *("DeleteGroupPolicy", "DeleteRolePolicy", "DeleteUserPolicy", "PutGroupPolicy"),
            *("PutRolePolicy", "PutUserPolicy", "CreatePolicy", "DeletePolicy"),
            *("CreatePolicyVersion", "DeletePolicyVersion", "AttachRolePolicy"),
            *("DetachRolePolicy", "AttachUserPolicy", "DetachUserPolicy", "AttachGroupPolicy"),
            "DetachGroupPolicy",
        ),
        resources=("roleName", "userName", "groupName", "policyArn", "policyName"),
    ),
    _calls(
        "trail-changes",
        5,
        "TrailChanges",
        ("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"),
        resources=("name",),
    ),
    Control(
        "failed-console-logins",
        6,
        "FailedConsoleLogins",
        '{ ($.eventName = "ConsoleLogin") && ($.errorMessage = "Failed authentication") }',
        "query failed-console-logins",
    ),
    _calls(
        "key-removals",
        7,
        "KeyRemovals",
        ("DisableKey", "ScheduleKeyDeletion"),
        source="kms.amazonaws.com",
        resources=("keyId",),
    ),
    _calls(
        "bucket-policy-changes",
        8,
        "BucketPolicyChanges",
        (
            *("PutBucketAcl", "PutBucketPolicy", "PutBucketCors", "PutBucketLifecycle"),
            *("PutBucketReplication", "DeleteBucketPolicy", "DeleteBucketCors"),
            *("DeleteBucketLifecycle", "DeleteBucketReplication"),
        ),
        source="s3.amazonaws.com",
        resources=("bucketName",),
    ),
    _calls(
        "config-changes",
        9,
        "ConfigChanges",
        (
            *("StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel"),
            "PutConfigurationRecorder",
        ),
        source="config.amazonaws.com",
        resources=(
            *("configurationRecorderName", "deliveryChannelName"),
            *("configurationRecorder.name", "deliveryChannel.name"),
        ),
    ),
    _calls(
        "security-group-changes",
        10,
        "SecurityGroupChanges",
        (
            *("AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"),
            *("RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress"),
            *("CreateSecurityGroup", "DeleteSecurityGroup", "ModifySecurityGroupRules"),
        ),
        resources=(
            *("groupId", "response.groupId", "groupName"),
            "ModifySecurityGroupRulesRequest.GroupId",
        ),
    ),
    _calls(
        "network-acl-changes",
        11,
        "NetworkAclChanges",
        (
            *("CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl"),
            *("DeleteNetworkAclEntry", "ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation"),
        ),
        resources=("networkAclId", "response.networkAcl.networkAclId", "vpcId"),
    ),
    _calls(
        "gateway-changes",
        12,
        "GatewayChanges",
        (
            *("CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway"),
            *("CreateInternetGateway", "DeleteInternetGateway", "DetachInternetGateway"),
        ),
        resources=(
            *("internetGatewayId", "customerGatewayId"),
            "response.internetGateway.internetGatewayId",
            "response.customerGateway.customerGatewayId",
        ),
    ),
    _calls(
        "route-table-changes",
        13,
        "RouteTableChanges",
        (
            *("CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation"),
            *("DeleteRouteTable", "DeleteRoute", "DisassociateRouteTable"),
        ),
        source="ec2.amazonaws.com",
        resources=(
            *("routeTableId", "response.routeTable.routeTableId"),
            *("associationId", "vpcId"),
        ),
    ),
    _calls(
        "vpc-changes",
        14,
        "VpcChanges",
        (
            *("CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection"),
            *("CreateVpcPeeringConnection", "DeleteVpcPeeringConnection"),
            *("RejectVpcPeeringConnection", "AttachClassicLinkVpc", "DetachClassicLinkVpc"),
            *("DisableVpcClassicLink", "EnableVpcClassicLink"),
        ),
        resources=(
            *("vpcId", "response.vpc.vpcId", "vpcPeeringConnectionId"),
            "response.vpcPeeringConnection.vpcPeeringConnectionId",
        ),
    ),
    _calls(
        "organization-changes",
        15,
        "OrganizationChanges",
        (
            *("AcceptHandshake", "AttachPolicy", "CancelHandshake", "CreateAccount"),
            *("CreateOrganization", "CreateOrganizationalUnit", "CreatePolicy"),
            *("DeclineHandshake", "DeleteOrganization", "DeleteOrganizationalUnit"),
            *("DeletePolicy", "DetachPolicy", "DisablePolicyType", "EnableAllFeatures"),
            *("EnablePolicyType", "InviteAccountToOrganization", "LeaveOrganization"),
            *("MoveAccount", "RemoveAccountFromOrganization", "UpdateOrganizationalUnit"),
            "UpdatePolicy",
        ),
        source="organizations.amazonaws.com",
        resources=(
            *("targetId", "policyId", "accountId", "organizationalUnitId", "handshakeId"),
            *("accountName", "name"),
        ),
    ),
)

CONTROLS: Mapping[str, Control] = MappingProxyType({each.id: each for each in _ALL})
"""The controls by id, in the order of the benchmark."""

# A second witness of what the heal function hears by EventBridge: its filter is always there.
TRAIL_CHANGES = CONTROLS["trail-changes"]


def control_of(alarm: str) -> Control | None:
    """The control whose alarm has this name."""
    before, _, id_ = alarm.partition(ALARM_PREFIX)
    return None if before else CONTROLS.get(id_)
