"""Roles, policies and keys, read back."""

from __future__ import annotations

from collections.abc import Mapping

from embedded.fidelity.clients import Clients, Document, Reader


def _role(clients: Clients, name: str, declared: Document) -> Document:
    roles = clients("iam")
    attached = roles.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    role = roles.get_role(RoleName=name)["Role"]
    return {
        **role,
        "PermissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        "ManagedPolicyArns": [policy["PolicyArn"] for policy in attached],
        "Policies": [
            {key: answer[key] for key in ("PolicyName", "PolicyDocument")}
            for policy in roles.list_role_policies(RoleName=name)["PolicyNames"]
            for answer in [roles.get_role_policy(RoleName=name, PolicyName=policy)]
        ],
    }


def _policy(clients: Clients, physical_id: str, declared: Document) -> Document:
    name, roles = declared["PolicyName"], declared.get("Roles", [])
    documents = [
        clients("iam").get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for role in roles
    ]
    return {"PolicyName": name, "Roles": roles, "PolicyDocument": documents[0]}


def _managed_policy(clients: Clients, arn: str, declared: Document) -> Document:
    policies = clients("iam")
    policy = policies.get_policy(PolicyArn=arn)["Policy"]
    version = policies.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])
    return {
        **policy,
        "ManagedPolicyName": policy["PolicyName"],
        "PolicyDocument": version["PolicyVersion"]["Document"],
    }


def _group(clients: Clients, name: str, declared: Document) -> Document:
    attached = clients("iam").list_attached_group_policies(GroupName=name)["AttachedPolicies"]
    return {
        **clients("iam").get_group(GroupName=name)["Group"],
        "ManagedPolicyArns": [each["PolicyArn"] for each in attached],
    }


def _key(clients: Clients, key_id: str, declared: Document) -> Document:
    keys = clients("kms")
    rotation = keys.get_key_rotation_status(KeyId=key_id)
    tags = keys.list_resource_tags(KeyId=key_id)["Tags"]
    return {
        **keys.describe_key(KeyId=key_id)["KeyMetadata"],
        "KeyPolicy": keys.get_key_policy(KeyId=key_id, PolicyName="default")["Policy"],
        "EnableKeyRotation": rotation["KeyRotationEnabled"],
        "RotationPeriodInDays": rotation.get("RotationPeriodInDays"),
        "Tags": [{"Key": tag["TagKey"], "Value": tag["TagValue"]} for tag in tags],
    }


def _alias(clients: Clients, name: str, declared: Document) -> Document:
    key = clients("kms").describe_key(KeyId=name)["KeyMetadata"]
    by_arn = str(declared["TargetKeyId"]).startswith("arn:") or "TargetKeyId" not in declared
    target = key["Arn"] if by_arn or not isinstance(declared["TargetKeyId"], str) else key["KeyId"]
    return {"AliasName": name, "TargetKeyId": target}


READERS: Mapping[str, Reader] = {
    "AWS::IAM::Group": _group,
    "AWS::IAM::ManagedPolicy": _managed_policy,
    "AWS::IAM::Policy": _policy,
    "AWS::IAM::Role": _role,
    "AWS::KMS::Alias": _alias,
    "AWS::KMS::Key": _key,
}
