"""The command line against a heal function that answers as the deployed one does."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from click.testing import CliRunner, Result

from trailkeeper.cli.__main__ import main
from trailkeeper.evidence.names import HEAL_FUNCTION

NOTHING = {"in_order": True, "dry_run": False, "paused_until": None, "outcomes": []}
DRIFT = {
    "in_order": False,
    "dry_run": True,
    "paused_until": None,
    "outcomes": [
        {
            "guard": "log-bucket",
            "document": "policy",
            "result": "deferred",
            "reason": "dry_run",
            "error": "",
            "changes": [["Statement[]", "-", "evil\x1b[31m"]],
        }
    ],
}


class Functions:
    """A stubbed Lambda client, handed to the command in place of the real one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.client = boto3.client("lambda", region_name="us-east-1")
        self.stub = Stubber(self.client)
        self.stub.activate()
        real = boto3.Session.client

        def client(session: Any, service: str, **arguments: Any) -> Any:
            return self.client if service == "lambda" else real(session, service, **arguments)

        monkeypatch.setattr(boto3.Session, "client", client)

    def answer(self, answer: Any, *, failed: bool = False, **command: Any) -> None:
        payload = json.dumps({"trailkeeper": command}).encode()
        self.stub.add_response(
            "invoke",
            {
                "Payload": io.BytesIO(json.dumps(answer).encode()),
                **({"FunctionError": "Unhandled"} if failed else {}),
            },
            {"FunctionName": HEAL_FUNCTION, "Payload": payload},
        )


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Functions:
    return Functions(monkeypatch)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["--region", "us-east-1", *arguments])


def test_a_dry_run_shows_drift_and_no_control_characters(functions: Functions) -> None:
    functions.answer(DRIFT, command="reconcile", dry_run=True)

    result = run("reconcile", "--dry-run")

    assert result.exit_code == 0
    assert "the log bucket's policy: waits (this was a dry run)" in result.output
    assert "\x1b" not in result.output


def test_status_in_order(functions: Functions) -> None:
    functions.answer(
        {
            "guarded": ["logging", "trail"],
            "trail": "arn:aws:cloudtrail:us-east-1:1:trail/t",
            "now": NOTHING,
            "last_reconcile": None,
            "paused": {"until": "2026-11-20T04:00:00+00:00", "reason": "move", "author": "me"},
            "heals": [],
        },
        command="status",
    )

    result = run("status")

    assert "Everything is as the baseline says." in result.output
    assert "Last reconcile: never" in result.output
    assert "by me: move" in result.output


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


def test_no_such_function_says_what_to_do(functions: Functions) -> None:
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
