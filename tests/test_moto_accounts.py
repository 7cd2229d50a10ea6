"""Accounts of moto that were put back are as good as new ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from tests.moto_accounts import KeptAccounts, client


def test_they_hold_what_they_held_and_go_on_from_there(moto: Callable[[], None]) -> None:
    moto()
    queues, rules = client("sqs", "us-east-1"), client("events", "us-east-1")
    url = queues.create_queue(QueueName="kept")["QueueUrl"]
    kept = KeptAccounts()
    for _ in range(2):
        queues.send_message(QueueUrl=url, MessageBody="after it was kept")
        rules.put_rule(Name="after-it-was-kept", EventPattern="{}")

        kept.put_back()

        assert "Messages" not in queues.receive_message(QueueUrl=url)
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            rules.describe_rule(Name="after-it-was-kept")
        queues.send_message(QueueUrl=url, MessageBody="since")
        (message,) = queues.receive_message(QueueUrl=url)["Messages"]
        assert message["Body"] == "since"
