from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws
from moto.moto_api._internal import moto_api_backend

from tests.evidence import Account


@pytest.fixture(scope="session")
def moto_account() -> Iterator[Account]:
    """One set of clients for all tests: making one costs more than a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        with mock_aws():
            yield Account()


@pytest.fixture
def account(moto_account: Account) -> Account:
    moto_api_backend.reset()
    moto_account.forget()
    return moto_account
