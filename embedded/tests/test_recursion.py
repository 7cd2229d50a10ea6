"""Lambda ends a chain of a function that feeds its own queue, unless the function may go on."""

from __future__ import annotations

import json

from embedded.tests.bare_account import BareAccount, Queue, eventually

# Hands on the number that it got, plus one, until it is 20; then it tells that it got there.
ECHO = """
import boto3, os
queues = boto3.client("sqs")

def handler(event, context):
    for record in event["Records"]:
        number = int(record["body"]) + 1
        target = os.environ["SOURCE"] if number < 20 else os.environ["TOLD"]
        queues.send_message(QueueUrl=target, MessageBody=str(number))
    return {}
"""


def echo(account: BareAccount, name: str) -> tuple[Queue, Queue, Queue]:
    """The function's queue, its dead letters, and where it tells that it got to the end."""
    dead, told = account.queue(f"{name}-dead"), account.queue(f"{name}-told")
    redrive = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 5})
    source = account.queue(name, VisibilityTimeout="5", RedrivePolicy=redrive)
    account.function(
        name,
        ECHO,
        Environment={"Variables": {"SOURCE": source.url, "TOLD": told.url}},
        Timeout=5,
        Role=account.role(
            f"{name}-role",
            "lambda.amazonaws.com",
            **{"sqs_*": source.arn, "sqs_SendMessage": told.arn},
        ),
    )
    account.client("lambda").create_event_source_mapping(
        FunctionName=name,
        EventSourceArn=source.arn,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    return source, dead, told


def test_the_seventeenth_round_is_a_dead_letter(account: BareAccount) -> None:
    source, dead, told = echo(account, "looping")

    source.client.send_message(QueueUrl=source.url, MessageBody="0")

    assert dead.message(15).body == 16
    assert eventually(source.is_empty)
    assert told.is_empty()
    assert account.metric("AWS/Lambda", "RecursiveInvocationsDropped", FunctionName="looping") == 1


def test_a_function_that_may_loop_goes_on(account: BareAccount) -> None:
    source, dead, told = echo(account, "allowed")
    account.client("lambda").put_function_recursion_config(
        FunctionName="allowed", RecursiveLoop="Allow"
    )

    source.client.send_message(QueueUrl=source.url, MessageBody="0")

    assert told.message(15).body == 20
    assert dead.is_empty()


def test_messages_that_people_send_begin_a_chain_of_their_own(account: BareAccount) -> None:
    source, dead, told = echo(account, "apart")

    # Together more rounds than one chain may have, each alone far fewer: as both may travel in one
    # batch, the one behind counts the rounds of the one ahead.
    for body in ("10", "11"):
        source.client.send_message(QueueUrl=source.url, MessageBody=body)

    assert {told.message(15).body, told.message(15).body} == {20}
    assert dead.is_empty()
