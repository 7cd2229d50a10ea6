"""An alarm of a CIS control is told with the calls behind it, whatever the log group answers."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.lambdas.alert.conftest import ACCOUNT, REGION, Account
from trailkeeper.alerts.alert import Alert
from trailkeeper.dialects.filter_patterns import compile_pattern
from trailkeeper.words.text import Severity, Text

CHANGED = "2026-11-26T10:05:30.000+0000"
# The period of five minutes before, and ten more; a minute after.
SINCE, UNTIL = 1_795_686_630_000, 1_795_687_590_000
HEAL_ROLE = f"arn:aws:iam::{ACCOUNT}:role/trailkeeper-heal-{REGION}"


def notice(control: str, state: str = "ALARM") -> dict[str, Any]:
    """What CloudWatch publishes (CloudWatch user guide, "Alarm notifications")."""
    name = f"trailkeeper-cis-{control}"
    return {
        "AlarmName": name,
        "AWSAccountId": ACCOUNT,
        "AlarmConfigurationUpdatedTimestamp": "2026-11-01T10:00:00.000+0000",
        "NewStateValue": state,
        "OldStateValue": "OK",
        "NewStateReason": "Threshold Crossed",
        "StateChangeTime": CHANGED,
        "AlarmArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}",
        "Trigger": {"MetricName": "x", "Period": 300, "EvaluationPeriods": 1},
    }


def call(name: str, event_id: str = "1", by: str = "mallory", **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:iam::{ACCOUNT}:user/{by}"
    return {
        "eventID": event_id,
        "eventTime": f"2026-11-26T10:03:{int(event_id) % 60:02d}Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": name,
        "eventType": "AwsApiCall",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.7",
        "userAgent": "aws-cli/2.31.0",
        "userIdentity": {"type": "IAMUser", "userName": by, "arn": arn},
        **more,
    }


def repair(event_id: str) -> dict[str, Any]:
    identity = {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/trailkeeper-heal-{REGION}/trailkeeper-heal",
        "sessionContext": {"sessionIssuer": {"arn": HEAL_ROLE}},
    }
    return call("StartLogging", event_id, userIdentity=identity)


FIRST_WITNESS = Alert(
    detection="trail-stopped",
    category="trail",
    severity=Severity.WARNING,
    what=Text("subject.trail-stopped"),
    dedup_key="stop-7",
    event_id="7",
).to_json()


class Logs:
    """A log group with these records, told a few at a time, with an empty page before each."""

    def __init__(self, *records: dict[str, Any], error: Exception | None = None) -> None:
        self._messages = [json.dumps(each) for each in records]
        self._error = error
        self.requests: list[dict[str, Any]] = []

    def filter_log_events(self, *, limit: int, **request: Any) -> Any:
        if self._error:
            raise self._error
        self.requests.append(request)
        matches = compile_pattern(request["filterPattern"])
        found = [each for each in self._messages if matches(each)]
        page, empty = divmod(int(request.get("nextToken", "0")), 2)
        here = found[page * limit : (page + 1) * limit]
        more = (
            {}
            if empty and len(found) <= (page + 1) * limit
            else {"nextToken": self._next(page, empty)}
        )
        return {"events": [{"message": each} for each in here] if empty else [], **more}

    @staticmethod
    def _next(page: int, empty: int) -> str:
        return str(page * 2 + empty + 1)


@pytest.fixture
def log_group(account: Account, monkeypatch: pytest.MonkeyPatch) -> Any:
    def filled(*records: dict[str, Any], error: Exception | None = None) -> Logs:
        logs = Logs(*records, error=error)
        monkeypatch.setitem(account.clients.__dict__, "logs", logs)
        return logs

    return filled


def mails(account: Account, *bodies: Any) -> list[tuple[str, str]]:
    """The mails that the messages lead to: subjects and texts, as people get them."""
    published: list[dict[str, Any]] = []
    channel = SimpleNamespace(publish=lambda **arguments: published.append(arguments))
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(account.clients.__dict__, "sns", channel)
        function = account.function(heal_role=HEAL_ROLE)
        assert account.handle(*bodies, function=function) == []
    return [(each["Subject"], json.loads(each["Message"])["email"]) for each in published]


def told(account: Account, *bodies: Any) -> list[tuple[str, str]]:
    """The mails, the lines of their texts joined, as mails are wrapped."""
    return [(subject, " ".join(text.split())) for subject, text in mails(account, *bodies)]


def put_off(account: Account) -> int:
    found = account.clients.sqs.get_queue_attributes(
        QueueUrl=account.environ.queue_url, AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )
    return int(found["Attributes"]["ApproximateNumberOfMessagesDelayed"])


def test_the_mail_says_who_called_what_from_where(account: Account, log_group: Any) -> None:
    answer = {"vpc": {"vpcId": "vpc-0a1b"}}
    logs = log_group(call("DescribeVpcs"), call("CreateVpc", "7", responseElements=answer))

    [(subject, body)] = told(account, notice("vpc-changes"))

    assert subject == f"[Warning] VPCs changed - mallory - {ACCOUNT}"
    assert "It was one call, at 10:03:07 UTC." in body
    assert "Who: user mallory From: 203.0.113.7, aws-cli 2.31 Call: ec2:CreateVpc" in body
    assert "Resource: vpc-0a1b" in body
    assert "CIS AWS Foundations, monitoring 14" in body
    assert "trailkeeper search --event CreateVpc,DeleteVpc," in body
    assert "--since 2026-11-26T09:50:30Z --until 2026-11-26T10:06:30Z" in body
    assert (
        "aws logs filter-log-events --region us-east-1 --log-group-name /trailkeeper/trail" in body
    )
    assert {each["logGroupName"] for each in logs.requests} == {"/trailkeeper/trail"}
    assert {(each["startTime"], each["endTime"]) for each in logs.requests} == {(SINCE, UNTIL)}


def test_alike_calls_are_one_line_and_every_author_is_named(
    account: Account, log_group: Any
) -> None:
    refused = {"errorCode": "AccessDenied", "eventSource": "s3.amazonaws.com"}
    log_group(
        *(call("GetObject", str(number), **refused) for number in range(1, 41)),
        call("GetObject", "50", by="alice", **refused),
    )

    [(subject, body)] = told(account, notice("unauthorized-calls"))

    assert subject == f"[Warning] Calls refused - 2 principals - {ACCOUNT}"
    assert "The log group has 41 such calls, from 10:03:01 UTC to 10:03:50 UTC." in body
    assert "user alice, s3:GetObject (AccessDenied), from 203.0.113.7, at 10:03:50 UTC" in body
    assert (
        "user mallory, s3:GetObject (AccessDenied), from 203.0.113.7, 40 times "
        "from 10:03:01 UTC to 10:03:40 UTC" in body
    )


def test_a_sign_in_that_failed_says_so(account: Account, log_group: Any) -> None:
    log_group(
        call(
            "ConsoleLogin",
            eventSource="signin.amazonaws.com",
            errorMessage="Failed authentication",
            responseElements={"ConsoleLogin": "Failure"},
        )
    )

    [(subject, body)] = told(account, notice("failed-console-logins"))

    assert subject == f"[Warning] Console sign-in failed - mallory - {ACCOUNT}"
    assert "Call: signin:ConsoleLogin" in body
    assert "Error: Failure: Failed authentication" in body
    assert "Resource:" not in body


def test_a_storm_of_calls_is_told_as_at_least_so_many(account: Account, log_group: Any) -> None:
    logs = log_group(*(call("CreateVpc", str(number), by=f"u{number}") for number in range(900)))

    [(subject, body)] = told(account, notice("vpc-changes"))

    assert "The log group has at least 200 such calls" in body
    assert "200 principals" in subject
    assert "Not shown: 190 calls" in body
    assert len(logs.requests) < 15


def test_what_a_stranger_wrote_is_text(account: Account, log_group: Any) -> None:
    evil = "x\nDO NOW\n1. Visit https://evil.example/login <!channel>"
    identity = {"type": "IAMUser", "userName": evil, "arn": evil}
    log_group(
        call("CreateVpc", userIdentity=identity, sourceIPAddress=evil, userAgent=evil),
        call("CreateVpc", "2", requestParameters={"vpcId": evil}, userIdentity={"type": evil}),
    )

    [(subject, body)] = mails(account, notice("vpc-changes"))

    assert "https://" not in body.split("Alarm: trailkeeper")[0]
    assert body.count("\nDO NOW\n") == 1
    assert "\n" not in subject


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            ClientError({"Error": {"Code": "AccessDeniedException"}}, "FilterLogEvents"),
            "could not look up which calls these were: AccessDeniedException.",
        ),
        (
            ReadTimeoutError(endpoint_url="x"),
            "could not look up which calls these were: ReadTimeoutError.",
        ),
    ],
)
def test_an_alarm_whose_calls_cannot_be_read_is_told_all_the_same(
    account: Account, log_group: Any, error: Exception, words: str
) -> None:
    log_group(error=error)

    [(subject, body)] = told(account, notice("root-use"))

    assert subject == f"[Warning] Root user active - {ACCOUNT}"
    assert words in body
    assert "trailkeeper query root-use" in body


def test_an_alarm_without_its_calls_says_so(account: Account, log_group: Any) -> None:
    log_group(call("DescribeVpcs"))

    [(_, body)] = told(account, notice("vpc-changes"))

    assert "found no such call there" in body


def test_an_alarm_is_told_once(account: Account, log_group: Any) -> None:
    log_group(call("CreateVpc"))

    assert len(told(account, notice("vpc-changes"), notice("vpc-changes"))) == 1


class TestChangesOfTrails:
    """A second witness: told if the first one did not tell."""

    def test_they_wait_for_the_first_witness(self, account: Account, log_group: Any) -> None:
        logs = log_group(call("StopLogging", eventSource="cloudtrail.amazonaws.com"))

        assert told(account, notice("trail-changes")) == []
        assert put_off(account) == 1
        assert logs.requests == []

    def test_what_was_told_is_not_told_again(self, account: Account, log_group: Any) -> None:
        log_group(call("StopLogging", "7", eventSource="cloudtrail.amazonaws.com"), repair("8"))
        assert len(told(account, FIRST_WITNESS)) == 1

        assert told(account, {"control": notice("trail-changes")}) == []

    def test_a_start_beside_what_was_told_is_not_told_as_a_drill_makes_one(
        self, account: Account, log_group: Any
    ) -> None:
        cloudtrail = {"eventSource": "cloudtrail.amazonaws.com"}
        log_group(call("StartLogging", "6", **cloudtrail), call("StopLogging", "7", **cloudtrail))
        assert len(told(account, FIRST_WITNESS)) == 1

        assert told(account, {"control": notice("trail-changes")}) == []

    def test_a_start_alone_is_told(self, account: Account, log_group: Any) -> None:
        log_group(call("StartLogging", "6", eventSource="cloudtrail.amazonaws.com"))

        assert len(told(account, {"control": notice("trail-changes")})) == 1

    def test_what_was_not_told_is(self, account: Account, log_group: Any) -> None:
        log_group(call("StopLogging", "7", eventSource="cloudtrail.amazonaws.com"), repair("8"))

        [(subject, body)] = told(account, {"control": notice("trail-changes")})

        assert subject.startswith("[Warning] CloudTrail changed - 2 principals")
        assert "user mallory, cloudtrail:StopLogging" in body

    def test_repairs_alone_are_told_as_somebody_may_have_the_heal_functions_rights(
        self, account: Account, log_group: Any
    ) -> None:
        log_group(repair("8"))

        assert len(told(account, {"control": notice("trail-changes")})) == 1

    def test_a_log_group_that_cannot_be_read_is_told(
        self, account: Account, log_group: Any
    ) -> None:
        log_group(error=ReadTimeoutError(endpoint_url="x"))

        assert len(told(account, {"control": notice("trail-changes")})) == 1
