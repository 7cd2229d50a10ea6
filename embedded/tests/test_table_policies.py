"""The policy of a table denies its calls to whom it names, whatever else they may do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded.tests.bare_account import BareAccount
from embedded.tests.users import User, policy, user

TABLE = "denied-to-most"
ITEM = {"id": {"S": "1"}}
WRITER = "arn:aws:iam::111122223333:user/table-writer"
ONLY_THE_WRITER = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem"],
    "Resource": f"arn:aws:dynamodb:us-east-1:111122223333:table/{TABLE}",
    "Condition": {"ArnNotEquals": {"aws:PrincipalArn": WRITER}},
}


@pytest.fixture(scope="module")
def table(account: BareAccount) -> str:
    tables = account.client("dynamodb")
    made = tables.create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    arn = str(made["TableDescription"]["TableArn"])
    tables.put_resource_policy(ResourceArn=arn, Policy=policy(ONLY_THE_WRITER))
    return arn


@pytest.fixture(scope="module")
def other(account: BareAccount) -> User:
    return user(account, "table-other").may("dynamodb:*")


@pytest.fixture(scope="module")
def writer(account: BareAccount) -> User:
    return user(account, "table-writer").may("dynamodb:*")


Write = Callable[[Any, str], object]
WRITES: dict[str, Write] = {
    "by name": lambda client, _: client.put_item(TableName=TABLE, Item=ITEM),
    "by ARN": lambda client, arn: client.put_item(TableName=arn, Item=ITEM),
    "in a batch": lambda client, _: client.batch_write_item(
        RequestItems={TABLE: [{"PutRequest": {"Item": ITEM}}]}
    ),
    "in a transaction": lambda client, _: client.transact_write_items(
        TransactItems=[{"Put": {"TableName": TABLE, "Item": ITEM}}]
    ),
}


@pytest.mark.parametrize("write", WRITES)
def test_who_is_denied_writes_nothing(table: str, other: User, write: str) -> None:
    with pytest.raises(ClientError) as refused:
        WRITES[write](other.client("dynamodb"), table)

    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
    assert "explicit deny" in str(refused.value)


@pytest.mark.parametrize("write", WRITES)
def test_who_is_left_out_of_the_deny_writes(table: str, writer: User, write: str) -> None:
    WRITES[write](writer.client("dynamodb"), table)


def test_what_is_not_denied_stays_allowed(table: str, other: User) -> None:
    client = other.client("dynamodb")

    assert client.scan(TableName=TABLE)["Items"] in ([], [ITEM])
    shown = json.loads(client.get_resource_policy(ResourceArn=table)["Policy"])
    assert shown["Statement"] == [ONLY_THE_WRITER]


def test_without_its_policy_everybody_with_the_right_writes(table: str, other: User) -> None:
    client = other.client("dynamodb")
    client.delete_resource_policy(ResourceArn=table)

    client.put_item(TableName=TABLE, Item=ITEM)

    client.put_resource_policy(ResourceArn=table, Policy=policy(ONLY_THE_WRITER))
