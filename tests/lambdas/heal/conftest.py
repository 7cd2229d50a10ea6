"""The bed of every test of the heal function."""

from __future__ import annotations

from datetime import timedelta

import pytest
from moto.backends import get_backend

from tests.deployed_evidence import (
    ACCOUNT,
    NOW,
    REGION,
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
    bed = Bed(account, deploy(account))
    # Moto's clock is the real one.
    status = get_backend("cloudtrail")[ACCOUNT][REGION].trails["trailkeeper"].status
    status.started = NOW - timedelta(days=1)
    return bed
