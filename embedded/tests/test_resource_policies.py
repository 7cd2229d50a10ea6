"""Policies of queues and topics that deny everybody but some roles and the services of AWS."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded.control import RefusedError
from embedded.tests.bare_account import BareAccount, Queue, eventually
from embedded.tests.test_people import session
from embedded.tests.test_role_api import code_of, is_denied, trust
from embedded.tests.test_targets import FAILS, rule
from embedded.tests.users import policy, user


def only(arn: str, action: str, *roles: str) -> dict[str, Any]:
    """Nobody but these roles, and services."""
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": arn,
        "Condition": {
            "ArnNotEquals": {"aws:PrincipalArn": list(roles)},
            "Bool": {"aws:PrincipalIsAWSService": "false"},
        },
    }


def lets(arn: str, action: str, service: str, source_arn: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": action,
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": source_arn}},
    }


def guarded(account: BareAccount, name: str, *statements: dict[str, Any], role: str = "") -> Queue:
    """A queue that nobody but a role of this name, and services, may send to."""
    queue = account.queue(name)
    ours = f"arn:aws:iam::{account.root.account}:role/{role or name}"
    said = policy(only(queue.arn, "sqs:SendMessage", ours), *statements)
    queue.client.set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": said})
    return queue


def test_a_queue_refuses_everybody_but_the_role_that_its_policy_names(
    account: BareAccount,
) -> None:
    queue = guarded(account, "guarded-queue")
    somebody = user(account, "queue-forger").may("*")
    taken = account.client("iam").create_role(
        RoleName="guarded-queue",
        AssumeRolePolicyDocument=trust(
            AWS=f"arn:aws:iam::{account.root.account}:user/queue-forger"
        ),
    )["Role"]["Arn"]
    account.client("iam").put_role_policy(
        RoleName="guarded-queue",
        PolicyName="send",
        PolicyDocument=policy({"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}),
    )
    made = somebody.client("sts").assume_role(RoleArn=taken, RoleSessionName="ours")["Credentials"]

    def send(sqs: Any, body: str) -> Callable[[], object]:
        return lambda: sqs.send_message(QueueUrl=queue.url, MessageBody=body)

    for sqs in (account.client("sqs"), somebody.client("sqs")):
        assert is_denied(send(sqs, '"forged"'))
        assert not is_denied(
            lambda sqs=sqs: sqs.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["All"])
        )
    assert not is_denied(send(session(account, made, "sqs"), '"ours"'))
    assert queue.message().body == "ours"
    assert queue.is_empty()


def test_services_send_to_a_queue_that_denies_everybody_else(
    account: BareAccount, events: Callable[[str], None]
) -> None:
    topic = account.client("sns").create_topic(Name="to-guarded")["TopicArn"]
    number = account.root.account
    arn = f"arn:aws:sqs:us-east-1:{number}:by-services"
    queue = guarded(
        account,
        "by-services",
        lets(
            arn,
            "sqs:SendMessage",
            "events.amazonaws.com",
            f"arn:aws:events:us-east-1:{number}:rule/to-guarded",
        ),
        lets(arn, "sqs:SendMessage", "sns.amazonaws.com", topic),
    )
    rule(account, "to-guarded", queue.arn)
    events("to-guarded")
    assert queue.message().body["source"] == "to-guarded"
    account.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
    )
    account.client("sns").publish(TopicArn=topic, Message='"by SNS"')
    assert queue.message().body == "by SNS"


@pytest.mark.parametrize("named", [True, False], ids=["named", "not named"])
def test_a_destination_is_written_as_the_role_of_the_function(
    account: BareAccount, named: bool
) -> None:
    name = f"destined-{named}"
    queue = guarded(account, name, role=f"{name}-role" if named else "another")
    role = account.role(f"{name}-role", "lambda.amazonaws.com", sqs_SendMessage=queue.arn)
    account.function(name, FAILS, Role=role)
    account.client("lambda").put_function_event_invoke_config(
        FunctionName=name,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": queue.arn}},
    )
    account.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")
    if named:
        assert queue.message().body["requestPayload"] == {}
        return
    failures = ("AWS/Lambda", "DestinationDeliveryFailures")
    assert eventually(lambda: account.metric(*failures, FunctionName=name)) == 1
    assert queue.is_empty()


def test_a_mapping_needs_a_role_that_the_policy_of_the_queue_does_not_deny(
    account: BareAccount,
) -> None:
    queue = account.queue("not-for-all")
    role = account.role("mapping-role", "lambda.amazonaws.com", **{"sqs_*": queue.arn})
    account.function("not-for-all", "def handler(event, context): pass", Role=role)
    functions = account.client("lambda")

    def map_(*roles: str) -> object:
        denied = only(queue.arn, "sqs:ReceiveMessage", *roles)
        said = {"Policy": policy(denied)}
        queue.client.set_queue_attributes(QueueUrl=queue.url, Attributes=said)
        return functions.create_event_source_mapping(
            FunctionName="not-for-all", EventSourceArn=queue.arn, Enabled=False
        )

    with pytest.raises(functions.exceptions.InvalidParameterValueException, match="ReceiveMessage"):
        map_(f"{role}-of-another")
    map_(role)


def test_a_topic_refuses_everybody_but_services_and_alarms_still_publish(
    account: BareAccount,
) -> None:
    topics, heard = account.client("sns"), account.queue("heard-guarded")
    topic = topics.create_topic(Name="guarded-topic")["TopicArn"]
    heard.allow("sns.amazonaws.com", topic)
    topics.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=heard.arn,
        Attributes={"RawMessageDelivery": "true"},
    )
    alarm = f"arn:aws:cloudwatch:us-east-1:{account.root.account}:alarm:guarded-alarm"
    topics.set_topic_attributes(
        TopicArn=topic,
        AttributeName="Policy",
        AttributeValue=policy(
            only(topic, "sns:Publish", "arn:aws:iam::111122223333:role/nobody"),
            lets(topic, "sns:Publish", "cloudwatch.amazonaws.com", alarm),
        ),
    )
    for caller in (topics, user(account, "topic-forger").may("*").client("sns")):
        with pytest.raises(ClientError) as caught:
            caller.publish(TopicArn=topic, Message="forged")
        assert code_of(caught) in {"AuthorizationError", "AccessDenied"}
    metrics = account.client("cloudwatch")
    metrics.put_metric_alarm(
        AlarmName="guarded-alarm",
        Namespace="test",
        MetricName="guarded",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="ignore",
        AlarmActions=[topic],
    )
    metrics.set_alarm_state(AlarmName="guarded-alarm", StateValue="ALARM", StateReason="x")
    assert heard.message().body["AlarmName"] == "guarded-alarm"
    assert heard.is_empty()


@pytest.mark.parametrize("takes", [True, False], ids=["the named source", "another source"])
def test_dead_letters_come_only_from_the_queues_that_the_queue_names(
    account: BareAccount, takes: bool
) -> None:
    source_name = f"source-{takes}"
    named = source_name if takes else "another"
    allowed = {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [f"arn:aws:sqs:us-east-1:{account.root.account}:{named}"],
    }
    dead = account.queue(f"dead-of-{takes}", RedriveAllowPolicy=json.dumps(allowed))
    source = account.queue(
        source_name,
        VisibilityTimeout="0",
        RedrivePolicy=json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1}),
    )
    source.client.send_message(QueueUrl=source.url, MessageBody='"slipped in"')
    for _ in range(2):
        source.client.receive_message(QueueUrl=source.url)
    if takes:
        assert dead.message().body == "slipped in"
    else:
        assert dead.is_empty()
        assert not source.is_empty()


def test_a_function_is_its_role_to_policies(account: BareAccount) -> None:
    queue = guarded(account, "for-a-function")
    role = account.role("for-a-function", "lambda.amazonaws.com", sqs_SendMessage=queue.arn)
    account.function("sends", "def handler(event, context): pass", Role=role)
    key = account.root.control.session("sends")
    made = {
        "AccessKeyId": key.access_key_id,
        "SecretAccessKey": key.secret_access_key,
        "SessionToken": key.session_token,
    }
    session(account, made, "sqs").send_message(QueueUrl=queue.url, MessageBody='"ours"')
    assert queue.message().body == "ours"
    with pytest.raises(RefusedError, match="name of a function that is there"):
        account.root.control.session("not-there")


def test_a_queue_can_be_emptied_whoever_may_do_so(account: BareAccount) -> None:
    queue = account.queue("emptied")
    queue.client.send_message(QueueUrl=queue.url, MessageBody="1")
    account.root.control.empty("emptied")
    assert queue.is_empty()
    with pytest.raises(RefusedError, match="name of a queue that is there"):
        account.root.control.empty("not-there")
