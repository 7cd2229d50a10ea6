"""Metrics and alarms of the embedded account; nobody waits for a period to pass."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded.control import RefusedError
from embedded.tests.bare_account import BareAccount, Queue, eventually
from embedded.tests.users import policy

LOGGING_FUNCTION = """
import json, time
def handler(event, context):
    print(json.dumps({
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [{
                "Namespace": "Product",
                "Dimensions": [["service"]],
                "Metrics": [{"Name": "Failed", "Unit": "Count"}],
            }],
        },
        "service": "heal",
        "Failed": [1, 2],
    }))
    print('{"_aws": {"Timestamp": 1, "CloudWatchMetrics": "nonsense"}}')
"""


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
    account.root.control.move_clock(120)
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
    account.root.control.move_clock(60)
    assert alarm(account, name)["StateValue"] == state


def test_a_heartbeat_clears_the_alarm_about_silence(account: BareAccount) -> None:
    put_alarm(
        account,
        "heartbeat",
        ComparisonOperator="LessThanThreshold",
        EvaluationPeriods=3,
        TreatMissingData="breaching",
    )
    account.root.control.move_clock(60)
    assert alarm(account, "heartbeat")["StateValue"] == "ALARM"
    beat = [{"MetricName": "heartbeat", "Value": 1}]

    account.client("cloudwatch").put_metric_data(Namespace="Test", MetricData=beat)
    assert becomes(account, "heartbeat", "OK")
    account.root.control.move_clock(120)
    assert alarm(account, "heartbeat")["StateValue"] == "OK"
    account.root.control.move_clock(300)
    assert alarm(account, "heartbeat")["StateValue"] == "ALARM"


def test_log_lines_of_a_function_become_metrics(account: BareAccount) -> None:
    account.function("logging", LOGGING_FUNCTION)
    answer = account.client("lambda").invoke(FunctionName="logging")
    assert "FunctionError" not in answer
    assert eventually(lambda: account.metric("Product", "Failed", service="heal") == 3.0)
    assert account.metric("Product", "Failed", service="alert") == 0


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
    account.root.control.move_clock(60)
    assert alarm(account, "dimensions")["StateValue"] == "OK"
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
    account.root.control.move_clock(60)
    assert alarm(account, "disabled")["StateValue"] == "ALARM"
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


MATH = [
    {"Id": "double", "Expression": "m * 2"},
    {
        "Id": "m",
        "ReturnData": False,
        "MetricStat": {
            "Metric": {"Namespace": "Test", "MetricName": "math"},
            "Period": 60,
            "Stat": "Sum",
        },
    },
]
RULE = {
    "EvaluationPeriods": 3,
    "DatapointsToAlarm": 2,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanThreshold",
}


def create_stack(account: BareAccount, name: str, **properties: Any) -> str:
    """Deploy one alarm; the state of the stack when it is done."""
    resource = {"Type": "AWS::CloudWatch::Alarm", "Properties": {**RULE, **properties}}
    stacks = account.client("cloudformation")
    template = json.dumps({"Resources": {"Alarm": resource}})
    stacks.create_stack(StackName=name, TemplateBody=template)

    def status() -> str:
        found = str(stacks.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
        return "" if found.endswith("IN_PROGRESS") else found

    return eventually(status)


def test_metric_math_is_refused(account: BareAccount) -> None:
    with pytest.raises(ClientError, match="metric math and anomaly detection are not available"):
        account.client("cloudwatch").put_metric_alarm(AlarmName="math", Metrics=MATH, **RULE)
    state = create_stack(account, "math", AlarmName="stack-math", Metrics=MATH)
    assert state == "ROLLBACK_COMPLETE"


def test_alarms_of_a_stack_keep_their_datapoints(account: BareAccount) -> None:
    metric = {"Namespace": "Test", "MetricName": "stack", "Statistic": "Sum", "Period": 60}
    assert create_stack(account, "alarms", AlarmName="stack", **metric) == "CREATE_COMPLETE"
    made = alarm(account, "stack")
    assert (made["EvaluationPeriods"], made["DatapointsToAlarm"]) == (3, 2)
    now = time.time()
    for age in (30, 90):
        account.client("cloudwatch").put_metric_data(
            Namespace="Test",
            MetricData=[{"MetricName": "stack", "Value": 4, "Timestamp": now - age}],
        )
    assert becomes(account, "stack", "ALARM")


def test_an_alarm_sees_how_long_a_message_waits(account: BareAccount) -> None:
    queue = account.queue("waiting")
    queue.client.send_message(QueueUrl=queue.url, MessageBody="{}")
    put_alarm(
        account,
        "waiting",
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions=[{"Name": "QueueName", "Value": "waiting"}],
        Statistic="Maximum",
        Period=300,
        Threshold=1800,
    )
    account.root.control.move_clock(1700)
    assert alarm(account, "waiting")["StateValue"] == "OK"
    account.root.control.move_clock(200)
    assert alarm(account, "waiting")["StateValue"] == "ALARM"


def test_time_that_passes_ends_a_delay_but_not_the_work_of_a_receiver(account: BareAccount) -> None:
    queue = account.queue("delayed", VisibilityTimeout="300")
    for name, delay in (("taken", 0), ("short", 120), ("long", 900)):
        queue.client.send_message(
            QueueUrl=queue.url, MessageBody=json.dumps(name), DelaySeconds=delay
        )
    (taken,) = queue.client.receive_message(QueueUrl=queue.url)["Messages"]

    account.root.control.move_clock(600)

    (seen,) = queue.client.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10)["Messages"]
    assert (taken["Body"], seen["Body"]) == ('"taken"', '"short"')


def test_every_change_of_a_long_time_is_told(account: BareAccount) -> None:
    topic, heard = listener(account, "long-topic")
    put_alarm(
        account,
        "long",
        Period=600,
        TreatMissingData="notBreaching",
        AlarmActions=[topic],
        OKActions=[topic],
    )
    account.client("cloudwatch").put_metric_data(
        Namespace="Test", MetricData=[{"MetricName": "long", "Value": 1}]
    )
    account.root.control.move_clock(3600)
    states = [heard.message().body["NewStateValue"] for _ in range(2)]
    assert states == ["ALARM", "OK"]


@pytest.mark.parametrize("seconds", [0, -1, 86401])
def test_the_clock_moves_on_by_a_day_at_most_and_never_back(
    account: BareAccount, seconds: float
) -> None:
    with pytest.raises(RefusedError, match=r"by 1 to 86400 seconds|0 or more"):
        account.root.control.move_clock(seconds)


def test_a_muted_alarm_goes_off_and_tells_nobody_until_it_is_muted_no_more(
    account: BareAccount,
) -> None:
    arn, heard = listener(account, "muted")
    put_alarm(account, "muted", AlarmActions=[arn], TreatMissingData="notBreaching")
    metrics = account.client("cloudwatch")
    begin = datetime.now(UTC) - timedelta(minutes=5)
    metrics.put_alarm_mute_rule(
        Name="quiet",
        Rule={"Schedule": {"Expression": f"at({begin:%Y-%m-%dT%H:%M})", "Duration": "PT1H"}},
        MuteTargets={"AlarmNames": ["muted"]},
    )
    (listed,) = metrics.list_alarm_mute_rules(Statuses=["ACTIVE"])["AlarmMuteRuleSummaries"]
    shown = metrics.get_alarm_mute_rule(AlarmMuteRuleName="quiet")

    metrics.put_metric_data(Namespace="Test", MetricData=[{"MetricName": "muted", "Value": 1}])
    assert becomes(account, "muted", "ALARM")

    assert (
        listed["AlarmMuteRuleArn"]
        == f"arn:aws:cloudwatch:us-east-1:{account.root.account}:alarm-mute-rule:quiet"
    )
    assert (shown["Status"], shown["MuteTargets"]) == ("ACTIVE", {"AlarmNames": ["muted"]})
    assert heard.is_empty()
    metrics.delete_alarm_mute_rule(AlarmMuteRuleName="quiet")
    assert metrics.list_alarm_mute_rules()["AlarmMuteRuleSummaries"] == []
    assert heard.message().body["NewStateValue"] == "ALARM"


@pytest.mark.parametrize(
    ("expression", "duration", "problem"),
    [
        ("cron(0 2 * * *)", "PT1H", "not available in the embedded account"),
        ("at(tomorrow)", "PT1H", "is not valid"),
        ("at(2026-11-20T10:00)", "P16D", "between PT1M and P15D"),
    ],
)
def test_a_mute_rule_that_cannot_be_judged_is_refused(
    account: BareAccount, expression: str, duration: str, problem: str
) -> None:
    with pytest.raises(ClientError, match=problem):
        account.client("cloudwatch").put_alarm_mute_rule(
            Name="refused",
            Rule={"Schedule": {"Expression": expression, "Duration": duration}},
            MuteTargets={"AlarmNames": ["any"]},
        )
