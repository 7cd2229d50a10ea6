"""Metrics and alarms of the embedded account, sixty times as fast as declared."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded.server_process import ServerProcess
from embedded.tests.bare_account import BareAccount, Queue, eventually
from embedded.tests.users import policy

LOGGING_FUNCTION = """
import json, time
def handler(event, context):
    print(json.dumps({
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [{
                "Namespace": "Trailkeeper",
                "Dimensions": [["service"]],
                "Metrics": [{"Name": "Failed", "Unit": "Count"}],
            }],
        },
        "service": "heal",
        "Failed": [1, 2],
    }))
    print('{"_aws": {"Timestamp": 1, "CloudWatchMetrics": "nonsense"}}')
"""
ACTION_FUNCTION = """
import json, os, boto3
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["OUT"], MessageBody=json.dumps(event))
"""


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareAccount]:
    """An account of its own: a minute of an alarm takes a second."""
    process = ServerProcess(tmp_path_factory.mktemp("alarms"), alarm_speed=60)
    with process as root:
        yield BareAccount(root, process.mailbox)


def listener(account: BareAccount, name: str, **topic: str) -> tuple[str, Queue]:
    """A topic, and a queue that gets its bare messages."""
    sns = account.client("sns")
    arn = sns.create_topic(Name=name, Attributes=topic)["TopicArn"]
    queue = account.queue(name)
    queue.allow("sns.amazonaws.com", arn)
    sns.subscribe(
        TopicArn=arn,
        Protocol="sqs",
        Endpoint=queue.arn,
        Attributes={"RawMessageDelivery": "true"},
    )
    return arn, queue


def put_alarm(account: BareAccount, name: str, **settings: Any) -> None:
    account.client("cloudwatch").put_metric_alarm(
        **{
            "AlarmName": name,
            "Namespace": "Test",
            "MetricName": name,
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            **settings,
        }
    )


def alarm(account: BareAccount, name: str) -> dict[str, Any]:
    found = account.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return dict(found[0])


def becomes(account: BareAccount, name: str, state: str) -> bool:
    return eventually(lambda: alarm(account, name)["StateValue"] == state)


def test_messages_in_a_queue_raise_an_alarm_and_their_end_clears_it(account: BareAccount) -> None:
    topic, heard = listener(account, "dead-letters-topic")
    dead = account.queue("dead")
    put_alarm(
        account,
        "dead-letters",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": "dead"}],
        Statistic="Maximum",
        TreatMissingData="notBreaching",
        AlarmActions=[topic],
        OKActions=[topic],
    )
    assert heard.message().body["NewStateValue"] == "OK"
    dead.client.send_message(QueueUrl=dead.url, MessageBody="{}")

    raised = heard.message().body
    assert (raised["OldStateValue"], raised["NewStateValue"]) == ("OK", "ALARM")
    assert raised["Region"] == "US East (N. Virginia)"
    assert raised["AWSAccountId"] == account.root.account
    assert raised["AlarmArn"] == alarm(account, "dead-letters")["AlarmArn"]
    assert raised["Trigger"]["Statistic"] == "MAXIMUM"
    assert raised["Trigger"]["Dimensions"] == [{"name": "QueueName", "value": "dead"}]

    dead.message()
    assert heard.message().body["NewStateValue"] == "OK"


@pytest.mark.parametrize(
    ("treatment", "state"),
    [
        ("missing", "INSUFFICIENT_DATA"),
        ("ignore", "INSUFFICIENT_DATA"),
        ("breaching", "ALARM"),
        ("notBreaching", "OK"),
    ],
)
def test_silence_is_what_the_alarm_says_it_is(
    account: BareAccount, treatment: str, state: str
) -> None:
    name = f"silence-{treatment}"
    put_alarm(account, name, EvaluationPeriods=3, TreatMissingData=treatment)
    put_alarm(account, f"{name}-witness", TreatMissingData="breaching")
    assert becomes(account, f"{name}-witness", "ALARM")
    assert becomes(account, name, state)


def test_a_heartbeat_clears_the_alarm_about_silence(account: BareAccount) -> None:
    put_alarm(
        account,
        "heartbeat",
        ComparisonOperator="LessThanThreshold",
        EvaluationPeriods=3,
        TreatMissingData="breaching",
    )
    assert becomes(account, "heartbeat", "ALARM")
    beat = [{"MetricName": "heartbeat", "Value": 1}]

    def beating() -> bool:
        account.client("cloudwatch").put_metric_data(Namespace="Test", MetricData=beat)
        return str(alarm(account, "heartbeat")["StateValue"]) == "OK"

    assert eventually(beating)


def test_log_lines_of_a_function_become_metrics(account: BareAccount) -> None:
    account.function("logging", LOGGING_FUNCTION)
    answer = account.client("lambda").invoke(FunctionName="logging")
    assert "FunctionError" not in answer
    assert eventually(lambda: account.metric("Trailkeeper", "Failed", service="heal") == 3.0)
    assert account.metric("Trailkeeper", "Failed", service="alert") == 0


def test_an_alarm_looks_only_at_its_own_dimensions(account: BareAccount) -> None:
    put_alarm(
        account,
        "dimensions",
        Dimensions=[{"Name": "who", "Value": "me"}],
        TreatMissingData="notBreaching",
    )
    datum = {"MetricName": "dimensions", "Value": 9}
    other = [{"Name": "who", "Value": "you"}]
    metrics = account.client("cloudwatch")
    metrics.put_metric_data(Namespace="Test", MetricData=[{**datum, "Dimensions": other}])
    assert becomes(account, "dimensions", "OK")
    mine = [{"Name": "who", "Value": "me"}]
    metrics.put_metric_data(Namespace="Test", MetricData=[{**datum, "Dimensions": mine}])
    assert becomes(account, "dimensions", "ALARM")


def test_statistics_without_dimensions_are_of_one_metric(account: BareAccount) -> None:
    datum = {"MetricName": "apart", "Value": 1}
    tagged = {**datum, "Value": 100, "Dimensions": [{"Name": "who", "Value": "me"}]}
    metrics = account.client("cloudwatch")
    metrics.put_metric_data(Namespace="Test", MetricData=[datum, tagged])
    assert account.metric("Test", "apart") == 1
    assert account.metric("Test", "apart", who="me") == 100


def test_disabled_actions_are_not_called(account: BareAccount) -> None:
    topic, heard = listener(account, "disabled-topic")
    put_alarm(
        account,
        "disabled",
        TreatMissingData="breaching",
        AlarmActions=[topic],
        ActionsEnabled=False,
    )
    assert becomes(account, "disabled", "ALARM")
    assert heard.is_empty()
    metrics = account.client("cloudwatch")
    metrics.enable_alarm_actions(AlarmNames=["disabled"])
    metrics.set_alarm_state(AlarmName="disabled", StateValue="OK", StateReason="drill")
    assert heard.message().body["NewStateValue"] == "ALARM"


def test_a_state_that_is_set_calls_actions_and_makes_an_event(account: BareAccount) -> None:
    topic, heard = listener(account, "set-topic")
    seen, events = account.queue("alarm-events"), account.client("events")
    rule = events.put_rule(
        Name="alarm-events",
        EventPattern=json.dumps(
            {"source": ["aws.cloudwatch"], "detail": {"alarmName": ["set-by-hand"]}}
        ),
    )["RuleArn"]
    seen.allow("events.amazonaws.com", rule)
    events.put_targets(Rule="alarm-events", Targets=[{"Id": "queue", "Arn": seen.arn}])
    put_alarm(account, "set-by-hand", TreatMissingData="ignore", AlarmActions=[topic])
    metrics = account.client("cloudwatch")
    metrics.set_alarm_state(AlarmName="set-by-hand", StateValue="ALARM", StateReason="a drill")
    assert heard.message().body["NewStateReason"] == "a drill"
    event = seen.message().body
    assert event["detail-type"] == "CloudWatch Alarm State Change"
    assert event["detail"]["state"]["value"] == "ALARM"
    assert event["detail"]["previousState"]["value"] == "INSUFFICIENT_DATA"
    with pytest.raises(ClientError, match="ValidationError"):
        metrics.set_alarm_state(AlarmName="set-by-hand", StateValue="RED", StateReason="x")


def test_a_function_is_an_action_when_its_policy_says_so(account: BareAccount) -> None:
    out = account.queue("action-out")
    role = account.role("action", "lambda.amazonaws.com", sqs_SendMessage=out.arn)
    function = account.function(
        "action", ACTION_FUNCTION, Role=role, Environment={"Variables": {"OUT": out.url}}
    )
    put_alarm(account, "action", TreatMissingData="ignore", AlarmActions=[function])
    metrics = account.client("cloudwatch")

    def fire() -> None:
        for state in ("OK", "ALARM"):
            metrics.set_alarm_state(AlarmName="action", StateValue=state, StateReason="drill")

    fire()
    history = metrics.describe_alarm_history(AlarmName="action", HistoryItemType="Action")
    assert history["AlarmHistoryItems"][0]["HistorySummary"].startswith("Failed to execute")
    account.client("lambda").add_permission(
        FunctionName="action",
        StatementId="alarms",
        Action="lambda:InvokeFunction",
        Principal="lambda.alarms.cloudwatch.amazonaws.com",
        SourceArn=alarm(account, "action")["AlarmArn"],
    )
    fire()
    called = out.message().body
    assert called["alarmData"]["alarmName"] == "action"
    assert called["alarmData"]["state"]["value"] == "ALARM"


def test_an_alarm_is_silent_on_an_encrypted_topic_without_a_key_grant(
    account: BareAccount,
) -> None:
    number = account.root.account
    kms, metrics = account.client("kms"), account.client("cloudwatch")
    owner = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{number}:root"}}
    owner |= {"Action": "kms:*", "Resource": "*"}
    key = kms.create_key(Policy=policy(owner))["KeyMetadata"]["Arn"]
    topic, heard = listener(account, "encrypted-topic", KmsMasterKeyId=key)
    put_alarm(account, "encrypted", TreatMissingData="ignore", AlarmActions=[topic])

    def fire() -> None:
        for state in ("OK", "ALARM"):
            metrics.set_alarm_state(AlarmName="encrypted", StateValue=state, StateReason="x")

    fire()
    assert heard.is_empty()
    history = metrics.describe_alarm_history(AlarmName="encrypted", HistoryItemType="Action")
    assert history["AlarmHistoryItems"][0]["HistorySummary"].startswith("Failed to execute")
    grant = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": number}},
    }
    kms.put_key_policy(KeyId=key, Policy=policy(owner, grant))
    fire()
    assert heard.message().body["NewStateValue"] == "ALARM"


def test_metric_math_is_evaluated_or_refused_in_plain_words(account: BareAccount) -> None:
    def put(name: str, expression: str) -> None:
        metric = {"Namespace": "Test", "MetricName": "math"}
        stat = {"Metric": metric, "Period": 60, "Stat": "Sum"}
        account.client("cloudwatch").put_metric_alarm(
            AlarmName=name,
            EvaluationPeriods=1,
            Threshold=5,
            ComparisonOperator="GreaterThanThreshold",
            Metrics=[
                {"Id": "result", "Expression": expression, "ReturnData": True},
                {"Id": "m", "MetricStat": stat, "ReturnData": False},
            ],
        )

    put("math-simple", "FILL(m, 3) * 2")
    put("math-hard", "ANOMALY_DETECTION_BAND(m)")
    assert becomes(account, "math-simple", "ALARM")
    assert [each["Id"] for each in alarm(account, "math-simple")["Metrics"]] == ["result", "m"]
    reason = "Not evaluated in the embedded account: expression ANOMALY_DETECTION_BAND(m)"
    assert eventually(lambda: alarm(account, "math-hard")["StateReason"] == reason)
    assert alarm(account, "math-hard")["StateValue"] == "INSUFFICIENT_DATA"


def test_alarms_of_a_stack_keep_metric_math_and_datapoints(account: BareAccount) -> None:
    metric = {"Namespace": "Test", "MetricName": "stack"}
    template = {
        "Resources": {
            "Math": {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {
                    "AlarmName": "stack-math",
                    "EvaluationPeriods": 3,
                    "DatapointsToAlarm": 2,
                    "Threshold": 1,
                    "ComparisonOperator": "GreaterThanThreshold",
                    "Metrics": [
                        {"Id": "e", "Expression": "m * 2"},
                        {
                            "Id": "m",
                            "ReturnData": False,
                            "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"},
                        },
                    ],
                },
            }
        }
    }
    stacks = account.client("cloudformation")
    stacks.create_stack(StackName="alarms", TemplateBody=json.dumps(template))

    def status() -> str:
        return str(stacks.describe_stacks(StackName="alarms")["Stacks"][0]["StackStatus"])

    assert eventually(lambda: status() == "CREATE_COMPLETE"), status()
    made = alarm(account, "stack-math")
    assert (made["EvaluationPeriods"], made["DatapointsToAlarm"]) == (3, 2)
    assert made["Metrics"][1]["MetricStat"]["Stat"] == "Sum"
    assert "MetricName" not in made
    metrics = account.client("cloudwatch")
    started = time.time()
    for age in (0.5, 1.5):
        metrics.put_metric_data(
            Namespace="Test",
            MetricData=[{"MetricName": "stack", "Value": 4, "Timestamp": started - age}],
        )
    assert becomes(account, "stack-math", "ALARM")
