"""Policies of AWS's own that the emulator does not have, as AWS publishes them.

Source: AWS Managed Policy Reference, AWSCloudTrail_FullAccess (v3), AWSCloudTrail_ReadOnlyAccess
(v1), AWSDenyAll (v1).
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from ministack.services import iam

PRIVATE_NAMES: tuple[str, ...] = ("ministack.services.iam:_aws_managed_policies",)

_ARN = "arn:aws:iam::aws:policy/{}"
# By name: the description and the statements.
_POLICIES: Mapping[str, tuple[str, list[dict[str, Any]]]] = {
    "AWSCloudTrail_FullAccess": (
        "Provides full access to AWS CloudTrail.",
        [
            {
                "Action": [
                    "sns:AddPermission",
                    "sns:CreateTopic",
                    "sns:SetTopicAttributes",
                    "sns:GetTopicAttributes",
                ],
                "Effect": "Allow",
                "Resource": ["arn:aws:sns:*:*:aws-cloudtrail-logs*"],
            },
            {"Action": ["sns:ListTopics"], "Effect": "Allow", "Resource": "*"},
            {
                "Action": [
                    "s3:CreateBucket",
                    "s3:PutBucketPolicy",
                    "s3:PutBucketPublicAccessBlock",
                ],
                "Effect": "Allow",
                "Resource": ["arn:aws:s3:::aws-cloudtrail-logs*"],
            },
            {
                "Action": ["s3:ListAllMyBuckets", "s3:GetBucketLocation", "s3:GetBucketPolicy"],
                "Effect": "Allow",
                "Resource": "*",
            },
            {"Action": "cloudtrail:*", "Effect": "Allow", "Resource": "*"},
            {
                "Action": ["logs:CreateLogGroup"],
                "Effect": "Allow",
                "Resource": ["arn:aws:logs:*:*:log-group:aws-cloudtrail-logs*"],
            },
            {
                "Action": ["iam:ListRoles", "iam:GetRolePolicy", "iam:GetUser"],
                "Effect": "Allow",
                "Resource": "*",
            },
            {
                "Action": ["iam:PassRole"],
                "Condition": {"StringEquals": {"iam:PassedToService": "cloudtrail.amazonaws.com"}},
                "Effect": "Allow",
                "Resource": "*",
            },
            {
                "Action": ["kms:CreateKey", "kms:CreateAlias", "kms:ListKeys", "kms:ListAliases"],
                "Effect": "Allow",
                "Resource": "*",
            },
            {"Action": ["lambda:ListFunctions"], "Effect": "Allow", "Resource": "*"},
            {
                "Action": ["dynamodb:ListGlobalTables", "dynamodb:ListTables"],
                "Effect": "Allow",
                "Resource": "*",
            },
        ],
    ),
    "AWSCloudTrail_ReadOnlyAccess": (
        "Provides read only access to AWS CloudTrail.",
        [
            {
                "Action": [
                    "cloudtrail:Get*",
                    "cloudtrail:Describe*",
                    "cloudtrail:List*",
                    "cloudtrail:LookupEvents",
                ],
                "Effect": "Allow",
                "Resource": "*",
            }
        ],
    ),
    "AWSDenyAll": (
        "Deny all access.",
        [{"Sid": "DenyAll", "Effect": "Deny", "Action": ["*"], "Resource": "*"}],
    ),
}


def add() -> None:
    """Make them known; the emulator knows only those that are attached most often."""
    known = iam._aws_managed_policies
    for name, (description, statements) in _POLICIES.items():
        made = copy.deepcopy(known[_ARN.format("AdministratorAccess")])
        made |= {"PolicyName": name, "Arn": _ARN.format(name), "Description": description}
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        for version in made["Versions"].values():
            version["Document"] = document
        known[made["Arn"]] = made
