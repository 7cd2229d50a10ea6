"""A policy lets a service in as IAM would, and nobody is accused where that cannot be known."""

from __future__ import annotations

import json
from typing import Any

import pytest

from trailkeeper.cli.doctor.policy import lets_in

TOPIC = "arn:aws:sns:us-east-1:111122223333:trailkeeper-alarms"
ALARM = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:trailkeeper-heal-errors"
ALLOW = {
    "Effect": "Allow",
    "Principal": {"Service": "cloudwatch.amazonaws.com"},
    "Action": "sns:Publish",
    "Resource": TOPIC,
}
OURS = {"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:111122223333:alarm:trail*"}}
DENY = {"Effect": "Deny", "Principal": "*", "Action": "sns:*", "Resource": "*"}


def opened(*statements: dict[str, Any], sends: bool = True) -> bool:
    context = {"aws:sourcearn": ALARM, "aws:sourceaccount": "111122223333"} if sends else {}
    return lets_in(
        json.dumps({"Statement": list(statements)}),
        service="cloudwatch.amazonaws.com",
        action="sns:Publish",
        resource=TOPIC,
        context=context,
    )


@pytest.mark.parametrize(
    "statement",
    [
        ALLOW,
        {**ALLOW, "Principal": "*"},
        {**ALLOW, "Principal": {"AWS": "*"}},
        {**ALLOW, "Principal": {"Service": ["x.amazonaws.com", "cloudwatch.amazonaws.com"]}},
        {**ALLOW, "Action": ["SNS:Pub*"]},
        {**ALLOW, "Resource": "arn:aws:sns:*:*:trailkeeper-?larms"},
        {**ALLOW, "Condition": OURS},
        {**ALLOW, "Condition": {"ArnLike": {"AWS:SourceArn": ALARM}}},
        {**ALLOW, "Condition": {"StringEquals": {"aws:SourceAccount": ["1", "111122223333"]}}},
        {**ALLOW, "Condition": {"StringNotEquals": {"aws:SourceAccount": "444455556666"}}},
        {**ALLOW, "Condition": {"Null": {"aws:SourceArn": "false"}}},
        {**ALLOW, "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}},
    ],
)
def test_what_lets_it_in(statement: dict[str, Any]) -> None:
    assert opened(statement)


@pytest.mark.parametrize(
    "statement",
    [
        {**ALLOW, "Principal": {"Service": "events.amazonaws.com"}},
        {**ALLOW, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}},
        {**ALLOW, "Action": "sns:Subscribe"},
        {**ALLOW, "NotAction": "sns:Publish", "Action": []},
        {**ALLOW, "Resource": "arn:aws:sns:us-east-1:111122223333:another"},
        {**ALLOW, "Condition": {"StringEquals": {"aws:SourceAccount": "444455556666"}}},
        {**ALLOW, "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:events:*"}}},
        {**ALLOW, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {**ALLOW, "Condition": {**OURS, "StringEquals": {"aws:PrincipalOrgID": "o-1"}}},
    ],
)
def test_what_does_not(statement: dict[str, Any]) -> None:
    assert not opened(statement)


def test_a_deny_wins() -> None:
    assert not opened(ALLOW, DENY)


def test_a_deny_of_what_is_not_encrypted_denies_no_service() -> None:
    assert opened(ALLOW, {**DENY, "Condition": {"Bool": {"aws:SecureTransport": "false"}}})


def test_a_deny_under_a_condition_that_nobody_here_knows_is_not_held_against_it() -> None:
    assert opened(ALLOW, {**DENY, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}})


def test_a_service_that_does_not_say_for_whom_it_asks() -> None:
    hard = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
    soft = {"StringEqualsIfExists": {"aws:SourceAccount": "111122223333"}}

    assert not opened({**ALLOW, "Condition": hard}, sends=False)
    assert opened({**ALLOW, "Condition": soft}, sends=False)


def test_no_policy_lets_nobody_in() -> None:
    assert not lets_in(None, service="a", action="b", resource="c", context={})
