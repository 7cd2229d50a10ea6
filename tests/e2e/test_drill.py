"""A drill on the deployed account: healed, measured, told as one; and whatever fails, it logs."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.e2e.command_line import COMMAND, trailkeeper
from tests.e2e.conftest import Deployed
from tests.e2e.stage import ADMINISTRATOR, Stage


@pytest.fixture(scope="module")
def remembered(stage: Stage) -> Iterator[Stage]:
    stage.remember()
    return stage


@pytest.fixture
def calm(remembered: Stage) -> Iterator[Stage]:
    """The account as it was, without the drills of others."""
    yield remembered
    assert remembered.logs_events()
    remembered.go_back()


@pytest.fixture
def unhealed(calm: Stage) -> Stage:
    """The same where no event reaches the heal function, nor for some minutes its schedule."""
    calm.look_now("trailkeeper-reconcile")
    calm.ready.control.settle()
    calm.events.disable_rule(Name="trailkeeper-trail")
    return calm


def test_a_drill_is_healed_measured_and_told(calm: Stage, deployed: Deployed) -> None:
    shown = trailkeeper(calm.ready, "drill", "--yes", "--wait", "60")

    for line in (
        f"by arn:aws:iam::{calm.ready.account}:user/{ADMINISTRATOR}",
        "0.0 s  stopped",
        "seen by the heal function",
        "logging again: dark for",
        "e-mail took the alert",
        "Slack took the alert",
        "Healed and told in time. The trail logs.",
    ):
        assert line in shown
    announced, told = (each for each in calm.mails() if "rill" in each.subject)
    assert announced.subject.startswith("[Info] Drill announced")
    assert told.subject.startswith("[Info] Drill: Trail stopped")
    assert f"This is a drill: {ADMINISTRATOR} announced it" in told.text
    assert f"User {ADMINISTRATOR} stopped" in told.text


def test_ctrl_c_in_the_middle_leaves_the_trail_logging(unhealed: Stage) -> None:
    environ = {**unhealed.environ(), "PATH": os.environ["PATH"]}
    command = [str(COMMAND), "drill", "--yes"]
    drill = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)
    assert drill.stdout is not None
    lines = []
    while not lines or "stopped" not in lines[-1]:
        lines.append(drill.stdout.readline())
        assert lines[-1], lines
    assert not unhealed.logs_events()

    drill.send_signal(signal.SIGINT)
    rest, _ = drill.communicate(timeout=30)

    assert "Interrupted.\nThe trail logs again: this command started it." in rest
    assert drill.returncode == 1


def test_a_healer_that_hears_of_nothing_is_found_out(unhealed: Stage) -> None:
    shown = trailkeeper(unhealed.ready, "drill", "--yes", "--wait", "2", expect=1)

    assert "NOT HEALED within 2 s" in shown
    assert "The trail logs again: this command started it." in shown


def test_a_healer_that_is_switched_off_stops_nothing(calm: Stage) -> None:
    before = calm.calls("StopLogging")
    calm.client_of_lambda.put_function_concurrency(
        FunctionName=calm.ready.heal_function, ReservedConcurrentExecutions=0
    )

    shown = trailkeeper(calm.ready, "drill", "--yes", expect=2)

    assert "nothing was stopped: trailkeeper-heal cannot be invoked" in shown
    assert calm.calls("StopLogging") == before


def test_a_dry_drill_sends_a_test_through_every_channel(calm: Stage, deployed: Deployed) -> None:
    before = calm.calls("StopLogging")

    shown = trailkeeper(calm.ready, "drill", "--dry", "--wait", "60")

    assert "Every channel took the alert." in shown
    (mail,) = (each for each in calm.mails() if "Test of the alerts" in each.subject)
    assert "nothing happened" in mail.subject
    assert any("Test of the alerts" in str(each) for each in deployed.slack.messages)
    assert calm.calls("StopLogging") == before
