"""The server process: loopback only, clear when it cannot start, and nothing left when it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from embedded.account import AccountError, EmbeddedAccount
from embedded.tests.bare_account import BareAccount, eventually
from embedded.tests.interpreter import PYTHON


def children(pid: int) -> set[int]:
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    pairs = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    return {child for child, parent in pairs if parent == pid}


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_its_end_leaves_no_process_and_no_file(tmp_path: Path, signal_number: int) -> None:
    process = EmbeddedAccount(tmp_path, python=PYTHON)
    with process as root:
        account = BareAccount(root, process.mailbox)
        account.function("sleeper", "def handler(event, context):\n    return event\n")
        account.client("lambda").invoke(FunctionName="sleeper", Payload=b"{}")
        workers = children(process.pid)
        assert len(workers) == 1
        os.kill(process.pid, signal_number)
        assert process.wait() == 0
    assert not any(is_running(worker) for worker in workers)
    assert {path.name for path in tmp_path.iterdir()} == {
        "mailbox",
        "sdk",
        "server.err",
        "server.log",
    }
    assert (tmp_path / "server.err").read_text() == ""


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    process = EmbeddedAccount(tmp_path, python=PYTHON)
    with process:
        pid = process.pid
        assert process._process is not None
        assert process._process.stdin is not None
        process._process.stdin.close()
        assert process.wait() == 0
    assert not is_running(pid)


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(AccountError) as error,
            EmbeddedAccount(tmp_path, python=PYTHON, port=port),
        ):
            pass
    assert str(error.value) == f"cannot listen on 127.0.0.1:{port}: Address already in use"


def test_it_listens_on_loopback_only(account: BareAccount) -> None:
    port = int(account.root.endpoint.rsplit(":", 1)[1])
    # A server on all addresses would answer here too, and no other machine is asked.
    with pytest.raises(OSError, match=r"refused|timed out|assign"):
        socket.create_connection(("127.0.0.2", port), timeout=2)


def test_a_user_may_do_only_what_its_policies_allow(account: BareAccount) -> None:
    users = account.client("iam")
    users.create_user(UserName="without-rights")
    key = users.create_access_key(UserName="without-rights")["AccessKey"]
    session = account.root.session()
    queues = session.client(
        "sqs",
        endpoint_url=account.root.endpoint,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    with pytest.raises(ClientError, match="AccessDenied"):
        queues.create_queue(QueueName="forbidden")


def test_a_function_sees_what_aws_gives_it_and_nothing_of_the_emulator(
    account: BareAccount,
) -> None:
    account.function(
        "looker",
        "import os, sys\n"
        "def handler(event, context):\n"
        "    import boto3\n"
        "    return {'env': dict(os.environ), 'path': sys.path, 'boto3': boto3.__version__}\n",
        Environment={"Variables": {"GIVEN": "yes", "AWS_REGION": "no"}},
    )
    answer = account.client("lambda").invoke(FunctionName="looker", Payload=b"{}")
    seen = json.load(answer["Payload"])
    assert seen["boto3"] == boto3.__version__
    assert not [path for path in seen["path"] if "site-packages" in path or ".venv" in path]
    assert seen["env"]["GIVEN"] == "yes"
    assert seen["env"]["AWS_REGION"] == "us-east-1"
    assert seen["env"]["AWS_ENDPOINT_URL"] == account.root.endpoint
    assert seen["env"]["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    allowed = ("AWS_", "GIVEN", "LAMBDA_TASK_ROOT", "LANG", "LC_CTYPE", "PATH", "TZ", "_HANDLER")
    assert [name for name in seen["env"] if not name.startswith(allowed)] == []


def test_a_function_without_a_right_is_denied_and_its_log_says_so(account: BareAccount) -> None:
    account.function(
        "powerless",
        "import boto3\ndef handler(event, context):\n    boto3.client('sqs').list_queues()\n",
    )
    answer = account.client("lambda").invoke(FunctionName="powerless", Payload=b"{}")
    assert answer["FunctionError"] == "Unhandled"
    logs = account.client("logs")
    text = eventually(
        lambda: [
            event["message"]
            for event in logs.filter_log_events(logGroupName="/aws/lambda/powerless")["events"]
            if "AccessDenied" in event["message"]
        ]
    )
    assert "powerless-role" in text[0]


def test_a_function_that_raised_goes_on_warm_and_one_that_died_starts_cold(
    account: BareAccount,
) -> None:
    account.function(
        "unsteady",
        "import os\n"
        "calls = []\n"
        "def handler(event, context):\n"
        "    calls.append(event)\n"
        "    if event == 'raise':\n"
        "        raise ValueError('no ' + event)\n"
        "    if event == 'die':\n"
        "        os._exit(1)\n"
        "    return len(calls)\n",
    )

    def call(event: str) -> Any:
        answer = account.client("lambda").invoke(
            FunctionName="unsteady", Payload=json.dumps(event).encode()
        )
        return answer.get("FunctionError"), json.load(answer["Payload"])

    error, document = call("raise")
    assert (error, document["errorMessage"]) == ("Unhandled", "no raise")
    assert call("count") == (None, 2)
    assert call("die")[0] == "Unhandled"
    assert call("count") == (None, 1)
