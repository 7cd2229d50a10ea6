"""What the account costs: the metric, the alarm on it, and budgets; nothing before it is said."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded.control import RefusedError
from embedded.tests.bare_account import BareAccount, Queue
from embedded.tests.test_alarms import alarm, listener
from embedded.tests.users import user

METRIC = {
    "Namespace": "AWS/Billing",
    "MetricName": "EstimatedCharges",
    "Dimensions": [{"Name": "Currency", "Value": "USD"}],
}


def billing_alarm(account: BareAccount, name: str, topic: str, threshold: float) -> None:
    account.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        **METRIC,
        Statistic="Maximum",
        Period=21600,
        EvaluationPeriods=1,
        Threshold=threshold,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[topic],
    )


def budget(account: BareAccount, name: str, amount: str, topic: str, *kinds: str) -> None:
    account.client("budgets").create_budget(
        AccountId=account.root.account,
        Budget={
            "BudgetName": name,
            "BudgetType": "COST",
            "TimeUnit": "MONTHLY",
            "BudgetLimit": {"Amount": amount, "Unit": "USD"},
        },
        NotificationsWithSubscribers=[
            {
                "Notification": {
                    "NotificationType": kind,
                    "ComparisonOperator": "GREATER_THAN",
                    "Threshold": 100.0,
                    "ThresholdType": "PERCENTAGE",
                },
                "Subscribers": [{"SubscriptionType": "SNS", "Address": topic}],
            }
            for kind in kinds
        ],
    )


def let_budgets_publish(account: BareAccount, topic: str, budgets: str) -> None:
    number = account.root.account
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "budgets.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": topic,
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": number},
                    "ArnLike": {"aws:SourceArn": f"arn:aws:budgets::{number}:{budgets}"},
                },
            }
        ],
    }
    account.client("sns").set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy)
    )


def texts(queue: Queue) -> list[str]:
    """The messages that are there, as they are: AWS Budgets writes prose."""
    got = queue.client.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10)
    return [each["Body"] for each in got.get("Messages", [])]


def test_charges_raise_the_alarm_that_watches_them(account: BareAccount) -> None:
    topic, heard = listener(account, "charges")
    billing_alarm(account, "charges", topic, 200)
    account.root.control.charge(200)
    assert alarm(account, "charges")["StateValue"] == "OK"

    account.root.control.charge(213.45)

    message = heard.message().body
    assert (message["AlarmName"], message["NewStateValue"]) == ("charges", "ALARM")
    assert "213.45" in message["NewStateReason"]
    assert message["Trigger"]["Threshold"] == 200


def test_an_alarm_says_since_when_it_is_in_its_state(account: BareAccount) -> None:
    """A new one has none of its data yet; the clock moves both on."""
    topic, _ = listener(account, "since-when")
    made = time.time()
    billing_alarm(account, "since-when", topic, 10**6)
    other = dict(METRIC, MetricName="NeverMeasured")
    account.client("cloudwatch").put_metric_alarm(
        AlarmName="never",
        **other,
        Statistic="Maximum",
        Period=21600,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    account.root.control.move_clock(86_400)
    never = alarm(account, "never")
    assert never["StateValue"] == "INSUFFICIENT_DATA"
    since = never["StateTransitionedTimestamp"].timestamp()
    assert abs(made - 86_400 - since) < 60

    account.root.control.charge(1)
    assert alarm(account, "since-when")["StateValue"] == "OK"
    changed = alarm(account, "since-when")["StateTransitionedTimestamp"].timestamp()
    assert abs(time.time() - changed) < 60


def test_the_right_to_one_alarm_is_the_right_to_describe_it(account: BareAccount) -> None:
    topic, _ = listener(account, "described")
    for name in ("described", "another"):
        billing_alarm(account, name, topic, 10**6)
    arn = f"arn:aws:cloudwatch:us-east-1:{account.root.account}:alarm:described"
    reader = user(account, "reader").may("cloudwatch:DescribeAlarms", resource=arn)
    alarms = reader.client("cloudwatch")

    (found,) = alarms.describe_alarms(AlarmNames=["described"])["MetricAlarms"]
    assert found["AlarmName"] == "described"
    for names in ({"AlarmNames": ["another"]}, {}):
        with pytest.raises(ClientError, match="not authorized"):
            alarms.describe_alarms(**names)


def test_the_metric_is_in_us_east_1_alone(account: BareAccount) -> None:
    account.root.control.charge(12)

    def listed(region: str) -> list[Any]:
        metrics = account.client("cloudwatch", region).list_metrics(Namespace="AWS/Billing")
        return list(metrics["Metrics"])

    assert listed("us-east-1")
    assert listed("eu-west-1") == []


def test_a_budget_tells_of_what_was_spent_and_of_what_is_forecast_once_each(
    account: BareAccount,
) -> None:
    topic, heard = listener(account, "budget")
    let_budgets_publish(account, topic, "*")
    budget(account, "monthly", "500", topic, "ACTUAL", "FORECASTED")

    account.root.control.charge(300, forecast=510.5)
    account.root.control.charge(310, forecast=520)
    (forecast,) = texts(heard)
    assert "AWS Account " + account.root.account in forecast
    assert "Budget Name: monthly\n" in forecast
    assert "Alert Type: FORECASTED\nAlert Threshold: > $500.00\n" in forecast
    assert "FORECASTED Amount: $510.50\n" in forecast

    account.root.control.charge(1500.25, forecast=1600)
    (actual,) = texts(heard)
    assert "Budgeted Amount: $500.00\nAlert Type: ACTUAL" in actual
    assert "ACTUAL Amount: $1,500.25\n" in actual

    known = account.client("budgets").describe_budget(
        AccountId=account.root.account, BudgetName="monthly"
    )["Budget"]["CalculatedSpend"]
    assert known["ActualSpend"]["Amount"] == "1500.25"
    assert known["ForecastedSpend"]["Amount"] == "1600.00"


def test_a_budget_publishes_only_where_the_topics_policy_lets_it(account: BareAccount) -> None:
    topic, heard = listener(account, "closed-budget")
    let_budgets_publish(account, topic, "budget/of-somebody-else")
    budget(account, "closed", "5", topic, "ACTUAL")
    account.root.control.charge(2000)
    assert heard.is_empty()


@pytest.mark.parametrize("given", [{"usd": -1}, {"usd": 1, "forecast": -2}])
def test_less_than_nothing_cannot_be_spent(account: BareAccount, given: dict[str, float]) -> None:
    with pytest.raises(RefusedError, match="0 USD or more"):
        account.root.control.charge(**given)


def test_a_stack_makes_a_budget_and_takes_it_away(account: BareAccount) -> None:
    number = account.root.account
    stacks, budgets = account.client("cloudformation"), account.client("budgets")
    topic = account.client("sns").create_topic(Name="stack-budget")["TopicArn"]

    def template(kind: str, amount: int) -> str:
        subscriber = {"SubscriptionType": kind, "Address": topic}
        notification = {
            "NotificationType": "ACTUAL",
            "ComparisonOperator": "GREATER_THAN",
            "Threshold": 100,
        }
        limit = {"Amount": amount, "Unit": "USD"}
        declared = {
            "Budget": {"BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": limit},
            "NotificationsWithSubscribers": [
                {"Notification": notification, "Subscribers": [subscriber]}
            ],
        }
        resource = {"Type": "AWS::Budgets::Budget", "Properties": declared}
        return json.dumps({"Resources": {"Budget": resource}})

    stacks.create_stack(StackName="budget", TemplateBody=template("SNS", 50))
    stacks.get_waiter("stack_create_complete").wait(StackName="budget", WaiterConfig={"Delay": 0.1})
    resources = stacks.describe_stack_resources(StackName="budget")["StackResources"]
    name = resources[0]["PhysicalResourceId"]
    made = budgets.describe_budget(AccountId=number, BudgetName=name)["Budget"]
    assert made["BudgetLimit"] == {"Amount": "50", "Unit": "USD"}

    stacks.delete_stack(StackName="budget")
    stacks.get_waiter("stack_delete_complete").wait(StackName="budget", WaiterConfig={"Delay": 0.1})
    with pytest.raises(ClientError, match="NotFound"):
        budgets.describe_budget(AccountId=number, BudgetName=name)

    stacks.create_stack(StackName="mailed", TemplateBody=template("EMAIL", 50))
    with pytest.raises(Exception, match="terminal failure"):
        stacks.get_waiter("stack_create_complete").wait(
            StackName="mailed", WaiterConfig={"Delay": 0.1}
        )
