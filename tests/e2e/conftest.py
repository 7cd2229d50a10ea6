"""The whole thing, once: the real stacks, deployed by the real `cdk deploy`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from stage.account import DeployedAccount
from stage.ready import Ready
from stage.slack import SlackChannel, slack_channel
from tests.e2e import evidence
from tests.e2e.stage import Stage, wait_for
from trailkeeper.evidence.controls import CONTROLS

MONITORED = ("vpc-changes", "trail-changes")
ALERT_EMAIL = "security@example.com"
RECORDED_BUCKET = "invoices-of-the-tests"
WEBHOOK_PARAMETER = "/trailkeeper/slack"


class Deployed(NamedTuple):
    """The account itself, for what Ready does not say, Ready, and a Slack channel."""

    account: DeployedAccount
    ready: Ready
    slack: SlackChannel


@pytest.fixture(scope="session")
def deployed() -> Iterator[Deployed]:
    """The account with one address and one Slack channel for alerts, and little waiting."""
    settings = {
        "alert_emails": [ALERT_EMAIL],
        # Tests break the guard, too, which nobody is to put right meanwhile.
        "watcher": False,
        "slack_webhook": f"ssm:{WEBHOOK_PARAMETER}",
        "grouping_seconds": 5,
        "insight_types": ["ApiErrorRateInsight"],
        "count_deliveries": True,
        "s3_data_events": [RECORDED_BUCKET],
        # One of the controls, whose calls no other test makes, and the one that is always there.
        "cis_alarms": True,
        "cis_alarms_off": [each for each in CONTROLS if each not in MONITORED],
    }
    account = DeployedAccount(settings=settings, retry_delays=(0.5, 0.5))
    with slack_channel() as slack, account as ready:
        slack.be_found(ready.control)
        ready.client("ssm").put_parameter(
            Name=WEBHOOK_PARAMETER, Value=slack.url, Type="SecureString"
        )
        yield Deployed(account, ready, slack)


@pytest.fixture(scope="session")
def embedded(deployed: Deployed) -> Ready:
    """What a user of the account is told."""
    return deployed.ready


@pytest.fixture(scope="session")
def stage(deployed: Deployed) -> Stage:
    """What tests do to the account, and what they see of it."""
    return Stage(deployed.ready)


@pytest.fixture(scope="session")
def as_deployed(stage: Stage) -> dict[str, Any]:
    """The whole evidence before anybody touched it, once the first run has finished the deploy."""
    wait_for("the log group's protection", lambda: evidence.is_protected(stage))
    return evidence.read(stage)


@pytest.fixture
def alone(stage: Stage, as_deployed: dict[str, Any]) -> Iterator[None]:
    """A test that begins with nobody fighting and leaves the evidence as it was deployed."""
    stage.forget_heals()
    stage.forget_floods()
    yield
    stage.no_faults()
    wait_for("the evidence as it was deployed", lambda: evidence.read(stage) == as_deployed)
