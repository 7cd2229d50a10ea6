"""What each filter means, on records whose answer a person wrote down."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.search import logs
from trailkeeper.search.errors import SearchError
from trailkeeper.search.question import Question


@pytest.mark.parametrize(
    ("filters", "answers"),
    [
        ({}, "launch stop denied missing login scaling lookup"),
        ({"events": ["RunInstances"]}, "launch denied"),
        ({"events": ["StopInstances,ConsoleLogin"]}, "stop login"),
        ({"events": ["*Instances"]}, "launch stop denied scaling"),
        ({"events": ["?topInstances"]}, "stop"),
        ({"events": ["runinstances"]}, ""),
        ({"users": ["alice"]}, "launch missing lookup"),
        ({"users": ["deployer"]}, "stop denied"),
        ({"users": ["ci-run-7"]}, "stop denied"),
        ({"users": ["ci-*", "root"]}, "stop denied login"),
        ({"principals": [f"arn:aws:iam::{logs.ACCOUNT}:role/deployer"]}, "stop denied"),
        ({"principals": ["arn:aws:sts::*:assumed-role/deployer/*"]}, "stop denied"),
        ({"principals": ["AIDAALICE"]}, "launch missing lookup"),
        ({"principals": ["AROADEPLOY"]}, "stop denied"),
        ({"principals": ["autoscaling.amazonaws.com"]}, "scaling"),
        ({"access_keys": [logs.JOB_KEY]}, "stop denied"),
        ({"resources": ["i-0abc"]}, "launch stop"),
        ({"resources": ["i-0*"]}, "launch stop scaling"),
        ({"resources": ["plans"]}, "missing"),
        ({"resources": ["arn:aws:s3:::plans"]}, "missing"),
        ({"resources": ["plan.md"]}, "missing"),
        ({"sources": ["ec2"]}, "launch stop denied scaling"),
        ({"sources": ["s3.amazonaws.com", "signin"]}, "missing login"),
        ({"ips": ["203.0.113.7"]}, "launch missing lookup"),
        ({"ips": ["198.51.100.0/24"]}, "stop denied"),
        ({"ips": ["198.51.100.20/31"]}, "stop denied"),
        ({"ips": ["2001:db8:0::11/124", "2001:db8::0:17"]}, "login"),
        ({"ips": ["autoscaling.amazonaws.com"]}, "scaling"),
        ({"regions": ["us-east-1"]}, "missing login"),
        ({"regions": ["eu-*"]}, "launch stop denied scaling lookup"),
        ({"accounts": [logs.OTHER]}, "scaling"),
        ({"errors": True}, "denied missing"),
        ({"denied": True}, "denied"),
        ({"events": ["RunInstances"], "users": ["alice"]}, "launch"),
        ({"since": datetime(2026, 3, 2, 12, tzinfo=UTC)}, "missing login scaling lookup"),
        ({"until": datetime(2026, 3, 2, 12, tzinfo=UTC)}, "launch stop denied"),
    ],
)
def test_filters(filters: dict[str, Any], answers: str) -> None:
    question = Question.of(**filters)

    assert [each["eventID"] for each in logs.ALL if question.matches(each)] == answers.split()


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"userIdentity": None, "eventName": None, "resources": "x"},
        {"userIdentity": [1], "eventName": 5, "errorCode": {}, "resources": [None, 3]},
        {"userIdentity": {"sessionContext": "x", "principalId": 7}, "eventTime": "soon"},
    ],
)
def test_strange_records_are_no_answers_and_no_errors(odd: dict[str, Any]) -> None:
    question = Question.of(
        events=["*"],
        users=["*"],
        principals=["*"],
        resources=["*"],
        ips=["0.0.0.0/0"],
        denied=True,
        since=datetime(2026, 1, 1, tzinfo=UTC),
    )

    assert not question.matches(odd)


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"events": ["Run Instances"]}, ("--event", "'Run Instances'", "RunInstances")),
        ({"events": ["A,,B"]}, ("--event", "''")),
        ({"users": [" "]}, ("--user", "''")),
        ({"ips": ["203.0.113.777"]}, ("--ip", "'203.0.113.777'", "203.0.113.0/24")),
        ({"accounts": ["12345"]}, ("--account", "'12345'", "12 digits")),
        ({"regions": ["Frankfurt am Main"]}, ("--region", "eu-central-1")),
        ({"sources": ["EC2!"]}, ("--source", "'EC2!'", "ec2")),
        ({"access_keys": ["AKIA…"]}, ("--access-key",)),
        ({"limit": 0}, ("--limit 0", "1 and more")),
    ],
)
def test_values_that_name_nothing(filters: dict[str, Any], words: tuple[str, ...]) -> None:
    with pytest.raises(SearchError) as caught:
        Question.of(**filters)

    message = str(caught.value)
    assert [word for word in words if word not in message] == []
    assert "\n" not in message
