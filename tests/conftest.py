"""Keeps every test on this machine and away from real accounts: loopback, dummy credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import RLock
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from embedded import loopback

loopback.guard()

_DUMMY = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}

# The same examples on every machine, and no verdict that depends on how busy it is.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")

if TYPE_CHECKING:
    from tests.deployed_evidence import Account


@pytest.fixture(scope="session")
def moto() -> Iterator[Callable[[], None]]:
    """The one mock of AWS in a process; what it gives empties every account.

    Tests share it, as entering a second one, or making new clients, costs more than a test. So
    whoever uses it empties it first, and depends on nobody who ran before.
    """
    from moto import mock_aws
    from moto.core.botocore_stubber import BotocoreStubber
    from moto.moto_api._internal import moto_api_backend

    answer, one = BotocoreStubber.process_request, RLock()

    def one_at_a_time(self: BotocoreStubber, request: Any) -> Any:
        """Moto's tables are plain dictionaries, which calls at the same time would break."""
        with one:
            return answer(self, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BotocoreStubber, "process_request", one_at_a_time)
        for name, value in _DUMMY.items():
            patch.setenv(name, value)
        with mock_aws():
            yield moto_api_backend.reset


@pytest.fixture(scope="session")
def moto_account(moto: Callable[[], None]) -> Account:
    """One set of clients for all tests."""
    from tests.deployed_evidence import Account

    return Account()


@pytest.fixture
def account(moto_account: Account, moto: Callable[[], None]) -> Account:
    """An empty account of moto."""
    moto()
    moto_account.forget()
    return moto_account


@pytest.fixture(autouse=True)
def nothing_leaves_loopback() -> Iterator[None]:
    """Also for code that swallows a refused connection, as a client without details does."""
    yield
    assert loopback.refused() == []


@pytest.fixture(autouse=True)
def dummy_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in _DUMMY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
