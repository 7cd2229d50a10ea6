"""The bed of every test of the heal function."""

from __future__ import annotations

import pytest

from tests.deployed_evidence import (
    Account,
    deploy,
)
from tests.lambdas.heal.bed import Bed
from trailkeeper.evidence.names import STATE_TABLE


@pytest.fixture
def bed(account: Account) -> Bed:
    account.dynamodb.create_table(
        TableName=STATE_TABLE,
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return Bed(account, deploy(account))
