"""One bare embedded account for the whole folder: no stacks, so it is there within a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from embedded import loopback
from embedded.account import EmbeddedAccount
from embedded.tests.bare_account import BareAccount
from embedded.tests.interpreter import PYTHON

loopback.guard()


@pytest.fixture(autouse=True)
def nothing_leaves_loopback() -> Iterator[None]:
    """Also for code that swallows a refused connection."""
    yield
    assert loopback.refused() == []


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareAccount]:
    """The account; retries of asynchronous invocations wait hundredths of a second."""
    process = EmbeddedAccount(
        tmp_path_factory.mktemp("account"), python=PYTHON, retry_delays=(0.02, 0.02)
    )
    with process as root:
        yield BareAccount(root, process.mailbox)


@pytest.fixture(scope="session")
def events(account: BareAccount) -> Callable[[str], None]:
    """Puts an event of a source of our own on the default bus."""
    bus = account.client("events")

    def put(source: str) -> None:
        bus.put_events(Entries=[{"Source": source, "DetailType": "test", "Detail": '{"n": 1}'}])

    return put
