"""EventBridge, Scheduler and SQS to their targets: permissions, retries, ages, dead letters."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from embedded.account import EmbeddedAccount
from embedded.tests.bare_account import BareAccount, Queue, eventually
from embedded.tests.interpreter import PYTHON

FAILS = "def handler(event, context):\n    raise ValueError('the renderer broke')\n"
WORKS = "def handler(event, context):\n    return event\n"


def rule(account: BareAccount, name: str, target: str, **settings: Any) -> str:
    """An enabled rule for events of the source with the rule's own name; the answer is its ARN."""
    rules = account.client("events")
    arn = rules.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))["RuleArn"]
    rules.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": target, **settings}])
    return str(arn)


def permit(account: BareAccount, function: str, service: str, source_arn: str) -> None:
    account.client("lambda").add_permission(
        FunctionName=function,
        StatementId=service.partition(".")[0],
        Action="lambda:InvokeFunction",
        Principal=service,
        SourceArn=source_arn,
    )


def dead_letters(account: BareAccount, name: str, rule_name: str) -> Queue:
    queue = account.queue(name)
    queue.allow(
        "events.amazonaws.com",
        f"arn:aws:events:us-east-1:{account.root.account}:rule/{rule_name}",
    )
    return queue


def invoked(account: BareAccount, function: str) -> Callable[[], float]:
    return lambda: account.metric("AWS/Lambda", "Invocations", FunctionName=function)


def test_a_rule_may_not_invoke_a_function_that_does_not_permit_it(
    account: BareAccount, events: Callable[[str], None]
) -> None:
    function = account.function("unpermitted", WORKS)
    queue = dead_letters(account, "unpermitted-dead", "unpermitted")
    arn = rule(account, "unpermitted", function, DeadLetterConfig={"Arn": queue.arn})
    permit(account, "unpermitted", "events.amazonaws.com", f"{arn}-of-somebody-else")
    events("unpermitted")
    message = queue.message()
    assert message.body["source"] == "unpermitted"
    assert message.attributes["ERROR_CODE"] == "NO_PERMISSIONS"
    assert message.attributes["RULE_ARN"] == arn
    assert message.attributes["TARGET_ARN"] == function
    assert "lambda:InvokeFunction" in message.attributes["ERROR_MESSAGE"]
    assert account.metric("AWS/Events", "FailedInvocations", RuleName="unpermitted") == 1
    assert invoked(account, "unpermitted")() == 0


def test_a_rule_whose_function_is_gone_says_so_in_the_dead_letter(
    account: BareAccount, events: Callable[[str], None]
) -> None:
    function = f"arn:aws:lambda:us-east-1:{account.root.account}:function:gone"
    queue = dead_letters(account, "gone-dead", "gone")
    rule(account, "gone", function, DeadLetterConfig={"Arn": queue.arn})
    events("gone")
    assert queue.message().attributes["ERROR_CODE"] == "NO_RESOURCE"


def test_a_permitted_rule_invokes_with_the_event(
    account: BareAccount, events: Callable[[str], None]
) -> None:
    function = account.function("permitted", WORKS)
    permit(account, "permitted", "events.amazonaws.com", rule(account, "permitted", function))
    events("permitted")
    assert eventually(invoked(account, "permitted")) == 1
    assert account.metric("AWS/Events", "FailedInvocations", RuleName="permitted") == 0


def test_a_failing_function_is_tried_three_times_and_then_told_of_twice(
    account: BareAccount, events: Callable[[str], None]
) -> None:
    destination, dead = account.queue("failing-destination"), account.queue("failing-dead")
    role = account.role("failing-role", "lambda.amazonaws.com", sqs_SendMessage="*")
    function = account.function(
        "failing", FAILS, Role=role, DeadLetterConfig={"TargetArn": dead.arn}
    )
    account.client("lambda").put_function_event_invoke_config(
        FunctionName="failing", DestinationConfig={"OnFailure": {"Destination": destination.arn}}
    )
    permit(account, "failing", "events.amazonaws.com", rule(account, "failing", function))
    events("failing")

    record = destination.message().body
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["requestContext"]["functionArn"] == f"{function}:$LATEST"
    assert record["requestPayload"]["source"] == "failing"
    assert record["responsePayload"]["errorMessage"] == "the renderer broke"

    letter = dead.message()
    assert letter.body == record["requestPayload"]
    assert letter.attributes["RequestID"] == record["requestContext"]["requestId"]
    assert letter.attributes["ErrorMessage"] == "the renderer broke"
    assert account.metric("AWS/Lambda", "Errors", FunctionName="failing") == 3


def test_no_retries_when_none_are_wanted(account: BareAccount) -> None:
    dead = account.queue("once-dead")
    role = account.role("once-role", "lambda.amazonaws.com", sqs_SendMessage=dead.arn)
    account.function("once", FAILS, Role=role, DeadLetterConfig={"TargetArn": dead.arn})
    functions = account.client("lambda")
    functions.put_function_event_invoke_config(FunctionName="once", MaximumRetryAttempts=0)
    functions.invoke(FunctionName="once", InvocationType="Event", Payload=b'{"n": 1}')
    assert dead.message().body == {"n": 1}
    assert invoked(account, "once")() == 1


WAITS = """
import pathlib, time
def handler(event, context):
    folder = pathlib.Path(event["folder"])
    (folder / "begun").touch()
    for _ in range(200):
        if (folder / "end").exists():
            return
        time.sleep(0.05)
"""


def test_an_invocation_that_outlives_its_function_makes_no_log_group(
    account: BareAccount, tmp_path: Path
) -> None:
    functions, logs = account.client("lambda"), account.client("logs")
    account.function("outlived", WAITS)
    event = json.dumps({"folder": str(tmp_path)})
    functions.invoke(FunctionName="outlived", InvocationType="Event", Payload=event)
    eventually((tmp_path / "begun").exists)
    functions.delete_function(FunctionName="outlived")
    (tmp_path / "end").touch()
    account.root.control.settle()
    eventually(invoked(account, "outlived"))
    groups = logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/outlived")["logGroups"]
    assert groups == []


def test_a_role_without_the_right_cannot_write_the_dead_letter(account: BareAccount) -> None:
    dead = account.queue("mute-dead")
    account.function("mute", FAILS, DeadLetterConfig={"TargetArn": dead.arn})
    account.client("lambda").invoke(FunctionName="mute", InvocationType="Event", Payload=b"{}")
    errors = eventually(
        lambda: account.metric("AWS/Lambda", "DeadLetterErrors", FunctionName="mute")
    )
    assert errors == 1
    assert dead.is_empty()


def test_a_function_with_no_concurrency_gives_its_events_up_at_once(account: BareAccount) -> None:
    destination = account.queue("stopped-destination")
    role = account.role("stopped-role", "lambda.amazonaws.com", sqs_SendMessage="*")
    account.function("stopped", WORKS, Role=role)
    functions = account.client("lambda")
    functions.put_function_event_invoke_config(
        FunctionName="stopped", DestinationConfig={"OnFailure": {"Destination": destination.arn}}
    )
    functions.put_function_concurrency(FunctionName="stopped", ReservedConcurrentExecutions=0)
    functions.invoke(FunctionName="stopped", InvocationType="Event", Payload=b"{}")
    context = destination.message().body["requestContext"]
    assert context["condition"] == "ZeroReservedConcurrency"
    assert context["approximateInvokeCount"] == 0
    assert account.metric("AWS/Lambda", "Throttles", FunctionName="stopped") == 1


def test_an_event_that_would_be_too_old_at_its_next_try_is_given_up(tmp_path: Path) -> None:
    process = EmbeddedAccount(tmp_path, python=PYTHON, retry_delays=(61.0,))
    with process as root:
        account = BareAccount(root, process.mailbox)
        destination = account.queue("old-destination")
        role = account.role("old-role", "lambda.amazonaws.com", sqs_SendMessage="*")
        account.function("old", FAILS, Role=role)
        functions = account.client("lambda")
        functions.put_function_event_invoke_config(
            FunctionName="old",
            MaximumEventAgeInSeconds=60,
            DestinationConfig={"OnFailure": {"Destination": destination.arn}},
        )
        functions.invoke(FunctionName="old", InvocationType="Event", Payload=b"{}")
        context = destination.message().body["requestContext"]
    assert context["condition"] == "EventAgeExceeded"
    assert context["approximateInvokeCount"] == 1


def test_a_queue_gets_events_only_from_the_rule_that_its_policy_names(
    account: BareAccount, events: Callable[[str], None]
) -> None:
    queue = account.queue("guarded")
    rule(account, "stranger", queue.arn)
    queue.allow("events.amazonaws.com", rule(account, "friend", queue.arn))
    events("stranger")
    events("friend")
    assert queue.message().body["source"] == "friend"
    assert queue.is_empty()
    assert account.metric("AWS/Events", "FailedInvocations", RuleName="stranger") == 1


def test_a_target_that_fails_is_tried_as_often_as_its_policy_says(
    account: BareAccount, events: Callable[[str], None]
) -> None:
    small = account.queue("too-small", MaximumMessageSize="1024")
    dead = dead_letters(account, "too-small-dead", "verbose")
    arn = rule(
        account,
        "verbose",
        small.arn,
        Input=json.dumps("x" * 2000),
        RetryPolicy={"MaximumRetryAttempts": 2},
        DeadLetterConfig={"Arn": dead.arn},
    )
    small.allow("events.amazonaws.com", arn)
    events("verbose")
    letter = dead.message()
    assert letter.body["source"] == "verbose"
    assert letter.attributes["ERROR_CODE"] == "SDK_CLIENT_ERROR"
    assert letter.attributes["RETRY_ATTEMPTS"] == "2"
    assert letter.attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert account.metric("AWS/Events", "FailedInvocations", RuleName="verbose") == 1


@pytest.mark.parametrize("may_invoke", [True, False], ids=["permitted", "not permitted"])
def test_a_schedule_acts_with_the_rights_of_its_role(
    account: BareAccount, may_invoke: bool
) -> None:
    name = f"scheduled-{may_invoke}"
    function = account.function(name, WORKS)
    dead = account.queue(f"{name}-dead")
    rights = {"sqs_SendMessage": dead.arn}
    if may_invoke:
        rights["lambda_InvokeFunction"] = function
    role = account.role(f"{name}-schedule", "scheduler.amazonaws.com", **rights)
    arn = account.client("scheduler").create_schedule(
        Name=name,
        ScheduleExpression=f"at({datetime.now(UTC):%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": function,
            "RoleArn": role,
            "Input": '{"schedule": "<aws.scheduler.schedule-arn>"}',
            "DeadLetterConfig": {"Arn": dead.arn},
        },
    )["ScheduleArn"]
    if may_invoke:
        assert eventually(invoked(account, name)) == 1
        return
    letter = dead.message()
    assert letter.attributes["ERROR_CODE"] == "NO_PERMISSIONS"
    assert letter.attributes["SCHEDULE_ARN"] == arn


def test_a_batch_fails_by_message_and_the_failed_one_ends_in_the_dead_letters(
    account: BareAccount,
) -> None:
    dead = account.queue("batch-dead")
    source = account.queue(
        "batch",
        VisibilityTimeout="1",
        RedrivePolicy=json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 2}),
    )
    account.function(
        "batcher",
        "def handler(event, context):\n"
        "    bad = [r['messageId'] for r in event['Records'] if 'bad' in r['body']]\n"
        "    return {'batchItemFailures': [{'itemIdentifier': i} for i in bad]}\n",
        Timeout=1,
        Role=account.role("batch-role", "lambda.amazonaws.com", **{"sqs_*": source.arn}),
    )
    account.client("lambda").create_event_source_mapping(
        FunctionName="batcher",
        EventSourceArn=source.arn,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    for body in ('"good"', '"bad"'):
        source.client.send_message(QueueUrl=source.url, MessageBody=body)
    assert dead.message().body == "bad"
    assert eventually(source.is_empty)
    assert dead.is_empty()


@pytest.mark.parametrize(
    "answer", ["'nonsense'", "{'batchItemFailures': [{'itemIdentifier': 'unknown'}]}", "[1]"]
)
def test_an_unreadable_batch_answer_means_that_all_failed(
    account: BareAccount, answer: str
) -> None:
    name = f"unreadable-{abs(hash(answer))}"
    dead = account.queue(f"{name}-dead")
    source = account.queue(
        name,
        VisibilityTimeout="1",
        RedrivePolicy=json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1}),
    )
    account.function(
        name,
        f"def handler(event, context):\n    return {answer}\n",
        Timeout=1,
        Role=account.role(f"{name}-reader", "lambda.amazonaws.com", **{"sqs_*": source.arn}),
    )
    account.client("lambda").create_event_source_mapping(
        FunctionName=name,
        EventSourceArn=source.arn,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    source.client.send_message(QueueUrl=source.url, MessageBody='"m"')
    assert dead.message().body == "m"


def mapped(account: BareAccount, name: str, **settings: Any) -> Queue:
    """A queue whose messages a function answers with how many it got, in another queue."""
    source, told = account.queue(name, VisibilityTimeout="5"), account.queue(f"{name}-told")
    account.function(
        name,
        "import boto3, os\n"
        "queue = boto3.client('sqs')\n"
        "def handler(event, context):\n"
        "    count = str(len(event['Records']))\n"
        "    queue.send_message(QueueUrl=os.environ['TOLD'], MessageBody=count)\n"
        "    return {}\n",
        Environment={"Variables": {"TOLD": told.url}},
        Timeout=5,
        Role=account.role(
            f"{name}-reader",
            "lambda.amazonaws.com",
            **{"sqs_*": source.arn, "sqs_SendMessage": told.arn},
        ),
    )
    account.client("lambda").create_event_source_mapping(
        FunctionName=name,
        EventSourceArn=source.arn,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        **settings,
    )
    source.client.send_message_batch(
        QueueUrl=source.url,
        Entries=[{"Id": str(n), "MessageBody": str(n)} for n in range(10)],
    )
    source.client.send_message(QueueUrl=source.url, MessageBody="10")
    source.client.send_message(QueueUrl=source.url, MessageBody="11")
    return told


def test_a_window_gathers_one_batch(account: BareAccount) -> None:
    told = mapped(account, "window", BatchSize=1000, MaximumBatchingWindowInSeconds=1)
    assert told.message().body == 12
    assert told.is_empty()


def test_a_mapping_needs_a_role_that_may_read_the_queue(account: BareAccount) -> None:
    source = account.queue("unreadable")
    account.function("reader", WORKS)
    functions = account.client("lambda")
    with pytest.raises(functions.exceptions.InvalidParameterValueException, match="ReceiveMessage"):
        functions.create_event_source_mapping(FunctionName="reader", EventSourceArn=source.arn)


def test_the_right_to_a_call_is_the_right_to_its_batch(account: BareAccount) -> None:
    queue = account.queue("batched")
    account.function(
        "batch-caller",
        "import boto3\n"
        "def handler(event, context):\n"
        "    sent = boto3.client('sqs').send_message_batch(QueueUrl=event['url'],\n"
        "        Entries=[{'Id': '1', 'MessageBody': '1'}])\n"
        "    return len(sent['Successful'])\n",
        Timeout=10,
        Role=account.role("batch-caller-role", "lambda.amazonaws.com", sqs_SendMessage=queue.arn),
    )
    answer = account.client("lambda").invoke(
        FunctionName="batch-caller", Payload=json.dumps({"url": queue.url})
    )
    assert json.load(answer["Payload"]) == 1
