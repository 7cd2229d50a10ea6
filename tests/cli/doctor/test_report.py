"""What is printed can be pasted, whatever names an attacker chose, and is the same in JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner, Result

from tests.cli.doctor.seen import NAMES, NOW, Clients, finding
from trailkeeper.cli.__main__ import main
from trailkeeper.cli.account import Account
from trailkeeper.cli.doctor import command
from trailkeeper.cli.doctor.deployment import Deployment, UnreadError
from trailkeeper.cli.doctor.examine import Examined, Found
from trailkeeper.cli.doctor.finding import Finding
from trailkeeper.cli.doctor.report import Whom, fix, lines, words
from trailkeeper.evidence.outcome import Outcome
from trailkeeper.evidence.outcome import Result as Ended

RULE = finding("alarm-muted")


def muted(rule: str) -> Found:
    return Found(RULE, {"rule": rule, "alarms": "trailkeeper-x", "region": "us-east-1"})


def test_a_name_with_signs_of_the_shell_is_quoted() -> None:
    assert fix(muted("a; rm -rf ~"), Whom()) == (
        "aws cloudwatch delete-alarm-mute-rule --region us-east-1 "
        "--alarm-mute-rule-name='a; rm -rf ~'"
    )


@pytest.mark.parametrize("name", ["a\nrm", "a\x1b[2K", "a\u202e", "\u2028"])
def test_a_name_that_no_terminal_takes_as_it_is_makes_no_command(name: str) -> None:
    shown = fix(muted(name), Whom())

    assert shown.startswith("It has a name that cannot be pasted")
    assert name not in words(muted(name))


@pytest.mark.parametrize(
    ("id_", "command_line"),
    [
        ("dead-alerts", "trailkeeper --region eu-west-3 --profile prod alerts redrive"),
        ("stack-gone", "npx cdk deploy --all --profile prod"),
        (
            "key-pending-deletion",
            "aws --profile prod kms cancel-key-deletion --region eu-west-3 --key-id K && "
            "aws --profile prod kms enable-key --region eu-west-3 --key-id K",
        ),
    ],
)
def test_a_command_asks_as_the_caller_did(id_: str, command_line: str) -> None:
    found = Found(finding(id_), {"region": "eu-west-3", "key": "K", "when": "", "count": ""})

    assert fix(found, Whom("eu-west-3", "prod")) == command_line


def test_a_command_is_one_line_however_long() -> None:
    deployment = Deployment(cast(Account, Clients({})), NAMES, NOW)
    shown = list(lines(Examined((muted("r" * 100),), (), ()), deployment, Whom()))

    assert [each for each in shown if each.startswith("  fix     aws ")] == [
        f"  fix     aws cloudwatch delete-alarm-mute-rule --region us-east-1 "
        f"--alarm-mute-rule-name={'r' * 100}"
    ]


def refused(_: Deployment) -> Any:
    message = "User: x is not authorized to perform: events:DescribeRule on resource: y"
    error = {"Error": {"Code": "AccessDeniedException", "Message": message}}
    raise ClientError(error, "DescribeRule")


FINE = Finding("fine", "Rules", "the rules", lambda _: (), "", "")
WRONG = Finding("wrong", "Rules", "the rules", lambda _: [{}], "it is WRONG", "trailkeeper status")
BLIND = Finding("blind", "Rules", "the targets", refused, "", "")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command over findings of the test."""

    def with_findings(*findings: Finding, json: bool = False) -> Result:
        monkeypatch.setattr(command, "FINDINGS", findings)
        monkeypatch.setattr(command, "find", lambda account: NAMES)
        monkeypatch.setattr(
            command, "Deployment", lambda _, names, now: Deployment(_without_drift(), names, now)
        )
        options = ["--json"] if json else []
        return CliRunner().invoke(main, ["--region", "us-east-1", "doctor", *options])

    return with_findings


def _without_drift() -> Account:
    """Nobody may read the functions, so nothing is compared."""
    return cast(Account, Clients({"GetFunctionConfiguration": "ResourceNotFoundException"}))


@pytest.mark.parametrize(
    ("findings", "code"),
    [((FINE,), 0), ((FINE, WRONG), 1), ((FINE, BLIND), 2), ((BLIND, WRONG), 1)],
)
def test_the_exit_code(run: Any, findings: tuple[Finding, ...], code: int) -> None:
    assert run(*findings).exit_code == code


def test_what_cannot_be_seen_names_the_right(run: Any) -> None:
    shown = run(BLIND).output

    assert "Unseen    the targets: the right events:DescribeRule is missing" in shown
    assert "nothing to put right" not in shown


def test_json_says_the_same(run: Any) -> None:
    shown = json.loads(run(FINE, WRONG, BLIND, json=True).output)

    assert shown == {
        "account": "111122223333",
        "region": "us-east-1",
        "healthy": False,
        "findings": [
            {
                "id": "wrong",
                "words": "it is WRONG",
                "fix": "trailkeeper --region us-east-1 status",
                "note": "",
                "is_command": True,
            }
        ],
        "unseen": [
            {
                "what": "the targets",
                "why": "the right events:DescribeRule is missing",
                "right": "events:DescribeRule",
            }
        ],
        "in_order": ["fine"],
    }


def test_a_part_of_the_evidence_that_cannot_be_read_names_the_right(run: Any) -> None:
    denied = Outcome("log-bucket", "policy", Ended.UNREADABLE, error="AccessDenied: Access Denied")

    def look(_: Deployment) -> Any:
        raise UnreadError([denied])

    shown = run(replace(FINE, look=look)).output

    assert "Unseen    log bucket policy: the right s3:GetBucketPolicy is missing" in shown
