"""A refusal is told as the right that is missing, and as whose policy takes it away."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from trailkeeper.cli.doctor.rights import missing

USER = "User: arn:aws:iam::111122223333:user/kim is not authorized to perform: "


def refusal(code: str, message: str, operation: str = "DescribeRule") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.mark.parametrize(
    ("code", "message", "words"),
    [
        (
            "AccessDeniedException",
            f"{USER}events:DescribeRule on resource: arn:x because no identity-based policy allows "
            "the events:DescribeRule action",
            "the right events:DescribeRule is missing",
        ),
        (
            "AccessDenied",
            f"{USER}events:DescribeRule on resource: arn:x with an explicit deny in a service "
            "control policy",
            "a service control policy of your organization denies events:DescribeRule",
        ),
        (
            "AccessDenied",
            f"{USER}events:DescribeRule because no service control policy allows the "
            "events:DescribeRule action",
            "a service control policy of your organization denies events:DescribeRule",
        ),
        (
            "AccessDenied",
            f"{USER}events:DescribeRule because no permissions boundary allows it",
            "the permissions boundary of whoever asks denies events:DescribeRule",
        ),
        (
            "AccessDenied",
            "Access Denied",
            "the right s3:GetBucketPolicy or s3:ListBucket is missing",
        ),
    ],
)
def test_what_is_missing(code: str, message: str, words: str) -> None:
    found = missing(refusal(code, message), ("s3:GetBucketPolicy", "s3:ListBucket"))

    assert str(found) == words


@pytest.mark.parametrize("code", ["ThrottlingException", "ResourceNotFoundException"])
def test_another_error_is_no_missing_right(code: str) -> None:
    assert missing(refusal(code, "Rate exceeded"), ("a:B",)) is None
