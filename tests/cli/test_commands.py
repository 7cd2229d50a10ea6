"""The command line against a heal function that answers as the deployed one does."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from click.testing import CliRunner, Result

from tests.deployed_evidence import NOW
from trailkeeper.cli.__main__ import main
from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.names import HEAL_FUNCTION
from trailkeeper.evidence.outcome import Outcome, Report
from trailkeeper.evidence.outcome import Result as Ended
from trailkeeper.reconcile.answer import Answer, Did, Trigger
from trailkeeper.state.heal_items import Pause

EVIL = (Change("Statement[]", "-", "evil\x1b[31m"),)
DRIFT = Report((Outcome("log-bucket", "policy", Ended.DEFERRED, EVIL, "dry_run"),), dry_run=True)
HEALED = Report((Outcome("log-bucket", "policy", Ended.HEALED, EVIL),))
MIXED = Report((*HEALED.outcomes, Outcome("log-bucket", "replication", Ended.TOLD)))


class Functions:
    """A stubbed Lambda client, handed to the command in place of the real one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.client = boto3.client("lambda", region_name="us-east-1")
        self.stub = Stubber(self.client)
        self.stub.activate()
        self.parameters = boto3.client("ssm", region_name="us-east-1")
        self.written = Stubber(self.parameters)
        self.written.activate()
        stubbed = {"lambda": self.client, "ssm": self.parameters}
        real = boto3.Session.client

        def client(session: Any, service: str, **arguments: Any) -> Any:
            return stubbed.get(service) or real(session, service, **arguments)

        monkeypatch.setattr(boto3.Session, "client", client)

    def expect_pause(self, minutes: int, reason: str) -> None:
        """The parameter is written by whoever runs the command, so that AWS knows him."""
        self.written.add_response(
            "put_parameter",
            {"Version": 1},
            {
                "Name": "/trailkeeper/pause",
                "Description": "Trailkeeper: for how many minutes repairs wait, and why",
                "Value": json.dumps({"minutes": minutes, "reason": reason}),
                "Type": "String",
                "Overwrite": True,
            },
        )

    def answer(self, answer: Any, *, failed: bool = False, **command: Any) -> None:
        payload = json.dumps({"trailkeeper": command}).encode()
        plain = answer.to_json() if isinstance(answer, Answer) else answer
        self.stub.add_response(
            "invoke",
            {
                "Payload": io.BytesIO(json.dumps(plain).encode()),
                **({"FunctionError": "Unhandled"} if failed else {}),
            },
            {"FunctionName": HEAL_FUNCTION, "Qualifier": "live", "Payload": payload},
        )


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Functions:
    return Functions(monkeypatch)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["--region", "us-east-1", *arguments])


def test_a_dry_run_shows_drift_and_no_control_characters(functions: Functions) -> None:
    answer = Answer(Did.RECONCILED, Trigger.COMMAND, report=DRIFT)
    functions.answer(answer, command="reconcile", dry_run=True)

    result = run("reconcile", "--dry-run")

    assert result.exit_code == 0
    assert "log bucket policy: would be restored" in result.output
    assert "\x1b" not in result.output


def test_a_pause_and_its_end_are_said(functions: Functions) -> None:
    pause = Pause(NOW, NOW + timedelta(minutes=30), "move", "me")
    for answer in (
        Answer(Did.RESUMED, Trigger.COMMAND, report=HEALED, pause=pause),
        Answer(Did.RESUMED, Trigger.COMMAND, report=Report()),
    ):
        functions.expect_pause(0, "")
        functions.answer(answer, command="resume")

    ended = "Repairs are on. They were paused for 30 min by me: move\nlog bucket policy: healed"
    assert ended in run("resume").output
    assert "Repairs were not paused.\nEverything is as the baseline says." in run("resume").output


def test_json_is_the_answer_as_it_came(functions: Functions) -> None:
    answer = Answer(Did.RECONCILED, Trigger.COMMAND, report=HEALED)
    functions.answer(answer, command="reconcile", dry_run=False)

    assert json.loads(run("reconcile", "--json").output) == answer.to_json()


@pytest.mark.parametrize("answer", [None, [], {"in_order": True}, {"did": "danced"}])
def test_a_function_of_another_version_says_so(functions: Functions, answer: Any) -> None:
    functions.answer(answer, command="status")

    result = run("status")

    assert result.exit_code == 1
    assert "trailkeeper-heal is of another version than this command" in result.output
    assert len(result.output.splitlines()) == 1


def test_a_heal_that_failed_ends_with_its_reason(functions: Functions) -> None:
    functions.answer(
        {"errorType": "HealFailedError", "errorMessage": "still not in order: logging status"},
        failed=True,
        command="reconcile",
        dry_run=False,
    )

    result = run("reconcile")

    assert result.exit_code == 1
    assert result.output == "Error: still not in order: logging status\n"


def test_what_the_function_refuses_is_an_error(functions: Functions) -> None:
    refused = Answer(Did.REFUSED, Trigger.COMMAND, "the pause could not be begun: no queue")
    functions.expect_pause(30, "x")
    functions.answer(refused, command="pause")

    result = run("pause", "--reason", " x ")

    assert result.exit_code == 1
    assert result.output == "Error: the pause could not be begun: no queue\n"


def test_a_pause_that_may_not_be_written_asks_nobody(functions: Functions) -> None:
    functions.written.add_client_error("put_parameter", "AccessDeniedException", "not authorized")

    result = run("pause", "--reason", "x")

    assert result.exit_code == 1
    assert "/trailkeeper/pause cannot be written" in result.output
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize(
    ("reason", "words"), [("  ", "it is empty"), ("x" * 201, "at most 200 characters, given: 201")]
)
def test_a_reason_that_the_function_would_refuse_is_not_sent(reason: str, words: str) -> None:
    result = run("pause", "--reason", reason)

    assert result.exit_code == 2
    assert words in result.output


def test_a_reconcile_that_left_something_shows_it_and_fails(functions: Functions) -> None:
    left = Report((Outcome("log-bucket", "policy", Ended.FAILED, error="AccessDenied: no"),))
    answer = Answer(Did.RECONCILED, Trigger.COMMAND, report=left)
    functions.answer(answer, command="reconcile", dry_run=False)

    result = run("reconcile")

    assert result.exit_code == 1
    assert "log bucket policy: NOT healed (AccessDenied: no)" in result.output


def test_no_such_function_says_what_to_do(functions: Functions) -> None:
    functions.expect_pause(0, "")
    functions.stub.add_client_error("invoke", "ResourceNotFoundException")

    result = run("resume")

    assert result.exit_code == 1
    assert "deploy the stacks, or choose another region" in result.output


@pytest.mark.parametrize("minutes", ["0", "241", "soon"])
def test_a_pause_has_bounds(minutes: str) -> None:
    result = run("pause", "--minutes", minutes, "--reason", "x")

    assert result.exit_code == 2
    assert minutes in result.output


def test_a_pause_needs_a_reason() -> None:
    assert "Missing option '--reason'" in run("pause").output


def test_preview_without_a_deployed_account(tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text(
        json.dumps(
            {
                "detail-type": "EC2 Instance State-change Notification",
                "source": "aws.ec2",
                "id": "1",
                "time": "2026-11-20T03:04:05Z",
                "region": "us-east-1",
                "account": "111122223333",
                "detail": {"instance-id": "i-0123456789abcdef0", "state": "stopping"},
            }
        )
    )
    settings = tmp_path / "cdk.json"
    settings.write_text(json.dumps({"context": {"trailkeeper": {"ec2_states": ["stopped"]}}}))

    result = run("preview", "--event", str(event), "--settings", str(settings))

    assert result.exit_code == 0, result.output
    assert "nothing would be sent" in result.output


def test_an_event_file_that_is_no_json(tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text("{")

    result = run("preview", "--event", str(event))

    assert result.exit_code == 1
    assert "is no JSON" in result.output


RECORD = {
    "eventID": "0a1b2c3d",
    "eventTime": "2026-11-20T03:04:05Z",
    "eventSource": "cloudtrail.amazonaws.com",
    "eventName": "StopLogging",
    "awsRegion": "us-east-1",
    "recipientAccountId": "111122223333",
    "requestParameters": {"name": "trailkeeper"},
    "userIdentity": {"type": "IAMUser", "userName": "alice"},
}


def written(path: Path, document: Any) -> str:
    path.write_text(json.dumps(document))
    return str(path)


def test_preview_of_a_log_file_counts_what_nobody_is_told_of(tmp_path: Path) -> None:
    others = [{**RECORD, "eventName": "DescribeTrails"}] * 3
    events = written(tmp_path / "events.json", {"Records": [*others, RECORD]})
    settings = written(tmp_path / "cdk.json", {"context": {"trailkeeper": {}}})

    shown = run("preview", "--event", events, "--settings", settings).output

    assert shown.startswith("4 events, 1 of them would be told.\n  3 x nothing would be sent: no")
    assert "--- StopLogging 2026-11-20T03:04:05Z ---\nVerdict: an alert would be sent" in shown
    assert "alice" in shown


def test_preview_names_a_misspelt_setting(tmp_path: Path) -> None:
    event = written(tmp_path / "event.json", RECORD)
    settings = written(tmp_path / "cdk.json", {"context": {"trailkeeper": {"ec2_state": []}}})

    result = run("preview", "--event", event, "--settings", settings)

    assert result.exit_code == 1
    assert result.output == "Error: there is no setting ec2_state; did you mean ec2_states?\n"


@pytest.mark.parametrize(
    ("context", "words"),
    [
        ({"trailkeeper": {"language": "fr"}}, 'language: given "fr"; allowed: en, ko'),
        ({"trailkeeper": {"home_region": 1}}, "home_region: given 1; allowed: a string"),
        ({"trailkeeper": []}, ""),
        ({"trailkeeper": "x"}, "trailkeeper must be an object of settings"),
        ({"trailkeeper:languge": "ko"}, "there is no setting languge; did you mean language?"),
        (
            {"trailkeeper": {"expected_actors": [{"calls": ["AddTags"], "until": "soon"}]}},
            'expected_actors[0].until: given "soon"; allowed: a day such as 2026-11-26',
        ),
        ({"trailkeeper": {"expected_actors": [{}]}}, "expected_actors[0].calls: missing"),
        ({"trailkeeper": {"expected_actors": ["x"]}}, 'expected_actors[0]: given "x"; allowed'),
        ({"trailkeeper": {"expected_actors": "x"}}, 'expected_actors: given "x"; allowed: a list'),
        ({"trailkeeper": {"qqqq": 1}}, "there is no setting qqqq; there are home_region, "),
    ],
)
def test_preview_says_what_is_wrong_with_settings(context: Any, words: str, tmp_path: Path) -> None:
    event = written(tmp_path / "event.json", RECORD)
    settings = written(tmp_path / "cdk.json", {"context": context})

    result = run("preview", "--event", event, "--settings", settings)

    assert result.exit_code == (1 if words else 0)
    assert words in result.output
    if words:
        assert len(result.output.splitlines()) == 1


def test_preview_says_which_planned_change_of_a_cdk_json_applies(tmp_path: Path) -> None:
    arn = "arn:aws:iam::111122223333:user/alice"
    by_alice = {**RECORD, "userIdentity": {"type": "IAMUser", "userName": "alice", "arn": arn}}
    event = written(tmp_path / "event.json", {**by_alice, "eventName": "AddTags"})
    plan = {"principal": arn, "calls": ["AddTags"], "until": None, "reason": "cost centres"}
    settings = written(tmp_path / "cdk.json", {"trailkeeper": {"expected_actors": [plan]}})

    shown = run("preview", "--event", event, "--settings", settings).output

    assert f"  - expected_actors[0] applies: planned for {arn}: cost centres\n" in shown


def test_preview_takes_the_output_of_describe_instances(tmp_path: Path) -> None:
    change = {
        "detail-type": "EC2 Instance State-change Notification",
        "source": "aws.ec2",
        "id": "1",
        "time": "2026-11-20T03:04:05Z",
        "region": "us-east-1",
        "account": "111122223333",
        "detail": {"instance-id": "i-0123456789abcdef0", "state": "stopped"},
    }
    described = [
        {"InstanceId": "i-0123456789abcdef1", "Tags": [{"Key": "Name", "Value": "db-1"}]},
        {"InstanceId": "i-0123456789abcdef0", "Tags": [{"Key": "Name", "Value": "web-1"}]},
    ]
    event = written(tmp_path / "event.json", change)
    settings = written(tmp_path / "cdk.json", {"home_region": "us-east-1"})
    given = ("preview", "--event", event, "--settings", settings, "--instance")
    both = {"Reservations": [{"Instances": [each]} for each in described]}

    shown = run(*given, written(tmp_path / "both.json", both)).output
    assert "EC2 web-1 stopped" in shown
    refused = run(*given, written(tmp_path / "other.json", described[0]))
    assert refused.exit_code == 1
    assert refused.output == (
        "Error: --instance has no i-0123456789abcdef0, which the event is about; "
        "it has i-0123456789abcdef1\n"
    )


def test_an_event_comes_by_standard_input_too(tmp_path: Path) -> None:
    settings = written(tmp_path / "cdk.json", {"context": {}})

    result = CliRunner().invoke(
        main, ["preview", "--event", "-", "--settings", settings], input=json.dumps(RECORD)
    )

    assert "Verdict: an alert would be sent" in result.output
