"""The whole thing, once: the real stacks, deployed by the real `cdk deploy`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from localaws.account import EmbeddedAccount
from localaws.ready import Ready

ALERT_EMAIL = "security@example.com"


class Deployed(NamedTuple):
    """The account itself, for what Ready does not say, and Ready."""

    account: EmbeddedAccount
    ready: Ready


@pytest.fixture(scope="session")
def deployed() -> Iterator[Deployed]:
    """The account with default settings and one address for alerts; retries wait half a second."""
    account = EmbeddedAccount(settings={"alert_emails": [ALERT_EMAIL]}, retry_delays=(0.5, 0.5))
    with account as ready:
        yield Deployed(account, ready)


@pytest.fixture(scope="session")
def embedded(deployed: Deployed) -> Ready:
    """What a user of the account is told."""
    return deployed.ready
