"""The whole thing, once: the real stacks, deployed by the real `cdk deploy`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from localaws.account import EmbeddedAccount
from localaws.ready import Ready
from localaws.slack import SlackChannel, slack_channel

ALERT_EMAIL = "security@example.com"
WEBHOOK_PARAMETER = "/trailkeeper/slack"


class Deployed(NamedTuple):
    """The account itself, for what Ready does not say, Ready, and a Slack channel."""

    account: EmbeddedAccount
    ready: Ready
    slack: SlackChannel


@pytest.fixture(scope="session")
def deployed() -> Iterator[Deployed]:
    """The account with one address and one Slack channel for alerts, and little waiting."""
    settings = {
        "alert_emails": [ALERT_EMAIL],
        "slack_webhook": f"ssm:{WEBHOOK_PARAMETER}",
        "grouping_seconds": 5,
    }
    account = EmbeddedAccount(settings=settings, retry_delays=(0.5, 0.5))
    with slack_channel() as slack, account as ready:
        ready.client("ssm").put_parameter(
            Name=WEBHOOK_PARAMETER, Value=slack.url, Type="SecureString"
        )
        yield Deployed(account, ready, slack)


@pytest.fixture(scope="session")
def embedded(deployed: Deployed) -> Ready:
    """What a user of the account is told."""
    return deployed.ready
