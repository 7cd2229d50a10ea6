"""`make up`: everything is in place when READY is there, and nothing is left when it has ended."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from embedded import fidelity
from stage.places import ROOT
from stage.ready import Ready
from tests.e2e import beyond_home, controls
from tests.e2e.stage import Stage

SETUP_SECONDS = 120
# Two regions, as home is where neither IAM's calls nor the charges are.
SETTINGS = {
    "trail_name": "watched",
    "kms": False,
    "home_region": "eu-central-1",
    "ec2_regions": [beyond_home.AWAY],
    "monthly_budget_usd": 300,
    "cis_alarms": True,
    "grouping_seconds": 0,
    "watcher": False,
}


ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _heard(number: int, _: object) -> None:
    """A handler, which a program that is started then does not inherit: it hears the signal."""
    raise KeyboardInterrupt(number)


@contextmanager
def up(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command in its own process, with a folder of its own for everything temporary."""
    scratch = folder / "a folder with spaces"
    scratch.mkdir()
    # Whoever runs tests in the background, or by nohup, lets all that they start ignore these.
    before = {each: signal.signal(each, _heard) for each in ENDINGS}
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "stage", "up", *arguments],
            cwd=ROOT,
            env=os.environ | {"TMPDIR": str(scratch)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def leftovers(folder: Path) -> list[str]:
    """What the command left in its folder; other programs' caches do not count."""
    scratch = folder / "a folder with spaces"
    return [path.name for path in scratch.iterdir() if path.name.startswith("trailkeeper-")]


def test_ready_is_written_when_all_is_in_place_and_gone_at_the_end(tmp_path: Path) -> None:
    ready_file, settings_file = tmp_path / "ready.json", tmp_path / "settings.json"
    settings_file.write_text(json.dumps(SETTINGS))
    arguments = ("--ready", str(ready_file), "--settings", str(settings_file))
    with up(tmp_path, *arguments) as process:
        deadline = time.monotonic() + SETUP_SECONDS
        while not ready_file.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        if process.poll() is not None:
            pytest.fail(process.communicate()[1])
        ready = json.loads(ready_file.read_text())
        assert ready["trail_arn"].endswith(":trail/watched")
        assert ready["evidence_key_arn"] is None
        session = boto3.Session(
            ready["access_key_id"], ready["secret_access_key"], region_name=ready["region"]
        )
        identity = session.client("sts", endpoint_url=ready["endpoint"]).get_caller_identity()
        assert identity["Arn"] == f"arn:aws:iam::{ready['account']}:user/administrator"
        topics = session.client("sns", endpoint_url=ready["endpoint"])
        listed = topics.list_subscriptions_by_topic(TopicArn=ready["topic_arn"])["Subscriptions"]
        (subscription,) = [each for each in listed if each["Protocol"] == "email"]
        assert subscription["SubscriptionArn"].startswith("arn:")
        assert subscription["Endpoint"] == "you@example.com"
        (mail,) = Path(ready["mailbox"]).glob("*.eml")
        assert "Subject: AWS Notification - Subscription Confirmation" in mail.read_text()
        stage = Stage(Ready(**ready))
        controls.are_counted_and_told(stage)
        beyond_home.is_told(stage)
        beyond_home.doctor_sees_it(stage)
        (assembly,) = tmp_path.glob("*/trailkeeper-*/cdk.out")
        assert fidelity.vanished(assembly, session, ready["endpoint"]) == []
        beyond_home.an_unprepared_region_is_one_clear_error(stage, assembly)

        process.send_signal(signal.SIGTERM)
        exports, _ = process.communicate(timeout=30)
        assert process.returncode == 0
    assert not ready_file.exists()
    assert leftovers(tmp_path) == []
    with pytest.raises(EndpointConnectionError):
        topics.list_topics()

    exported = dict(
        word.split("=", 1)
        for line in exports.splitlines()
        if line.startswith("export ")
        for word in shlex.split(line)[1:]
    )
    assert exported["AWS_ENDPOINT_URL"] == ready["endpoint"]
    assert exported["TRAILKEEPER_TRAIL_ARN"] == ready["trail_arn"]
    assert exported["TRAILKEEPER_EVIDENCE_KEY_ARN"] == ""
    assert exported["AWS_CONFIG_FILE"] == "/dev/null"
    assert "unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN" in exports


@pytest.mark.parametrize("ending", ENDINGS)
def test_ended_during_setup_it_leaves_nothing(tmp_path: Path, ending: signal.Signals) -> None:
    with up(tmp_path, "--ready", str(tmp_path / "ready.json")) as process:
        assert process.stderr is not None
        while "synthesize" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(ending)
        process.communicate(timeout=30)
        assert process.returncode == 0
    assert leftovers(tmp_path) == []
    assert not (tmp_path / "ready.json").exists()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ("[]", "a JSON object of settings is needed"),
        ("{", "Expecting property name"),
        ('{"trail_nam": "x", "home_region": 5}', "probably meant: trail_name"),
    ],
)
def test_settings_that_cannot_be_used_are_one_clear_error(
    tmp_path: Path, settings: str, sentence: str
) -> None:
    settings_file = tmp_path / "settings.json"
    settings_file.write_text(settings)
    with up(tmp_path, "--settings", str(settings_file)) as process:
        _, errors = process.communicate(timeout=SETUP_SECONDS)
    assert process.returncode == 1
    assert "error: " in errors
    assert sentence in errors
    assert "Traceback" not in errors
    assert leftovers(tmp_path) == []
