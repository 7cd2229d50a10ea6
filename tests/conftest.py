"""Keeps every test on this machine and away from real accounts: loopback, dummy credentials."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from embedded import loopback

loopback.guard()

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
def moto_account() -> Iterator[Account]:
    """One set of clients for all tests: making one costs more than a test."""
    from moto import mock_aws

    from tests.deployed_evidence import Account

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        with mock_aws():
            yield Account()


@pytest.fixture
def account(moto_account: Account) -> Account:
    """An empty account of moto."""
    from moto.moto_api._internal import moto_api_backend

    moto_api_backend.reset()
    moto_account.forget()
    return moto_account


@pytest.fixture(autouse=True)
def nothing_leaves_loopback() -> Iterator[None]:
    """Also for code that swallows a refused connection, as a client without details does."""
    yield
    assert loopback.refused() == []


@pytest.fixture(autouse=True)
def dummy_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
