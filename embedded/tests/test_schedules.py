"""Schedules that are run now, without waiting until they are due."""

from __future__ import annotations

import json

import pytest

from embedded.control import RefusedError
from embedded.tests.bare_account import BareAccount, Queue


def scheduled(account: BareAccount, name: str, expression: str, **settings: object) -> Queue:
    """A queue that a schedule of the same name sends to."""
    queue = account.queue(name)
    role = account.role(f"{name}-role", "scheduler.amazonaws.com", sqs_SendMessage=queue.arn)
    queue.allow("scheduler.amazonaws.com", "*")
    target = {"Arn": queue.arn, "RoleArn": role, "Input": json.dumps({"from": name})}
    account.client("scheduler").create_schedule(
        Name=name,
        ScheduleExpression=expression,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
        **settings,
    )
    return queue


@pytest.mark.parametrize(
    ("name", "expression"), [("yearly", "cron(0 0 1 1 ? *)"), ("rate", "rate(30 days)")]
)
def test_a_schedule_runs_now_as_often_as_wanted(
    account: BareAccount, name: str, expression: str
) -> None:
    queue = scheduled(account, name, expression)
    if name == "rate":  # the first run of a rate is at once
        assert queue.message().body == {"from": name}
    for _ in range(2):
        account.root.control.tick(name)
        assert queue.message(seconds=2).body == {"from": name}
    assert queue.is_empty()


def test_a_rule_with_a_schedule_runs_now(account: BareAccount) -> None:
    queue, events = account.queue("daily"), account.client("events")
    rule = events.put_rule(Name="daily", ScheduleExpression="rate(1 day)")["RuleArn"]
    queue.allow("events.amazonaws.com", rule)
    events.put_targets(Rule="daily", Targets=[{"Id": "queue", "Arn": queue.arn}])
    account.root.control.tick("daily")
    event = queue.message(seconds=2).body
    assert event["detail-type"] == "Scheduled Event"
    assert event["resources"] == [rule]


@pytest.mark.parametrize(
    ("name", "expression", "settings", "why"),
    [
        ("switched-off", "rate(1 day)", {"State": "DISABLED"}, "switched-off is disabled"),
        ("at-last", "at(2099-01-01T00:00:00)", {}, "at-last runs once"),
        ("later", "cron(0 0 1 1 ? *)", {"StartDate": 4070908800}, "outside its start and end"),
    ],
)
def test_what_aws_would_not_run_is_refused(
    account: BareAccount, name: str, expression: str, settings: dict[str, object], why: str
) -> None:
    queue = scheduled(account, name, expression, **settings)
    for _ in range(2):
        with pytest.raises(RefusedError, match=why):
            account.root.control.tick(name)
    assert queue.is_empty()


def test_a_schedule_that_is_not_there_is_named_with_those_that_are(account: BareAccount) -> None:
    scheduled(account, "present", "cron(0 0 1 1 ? *)")
    with pytest.raises(RefusedError, match=r"no schedule 'absent'; there are: .*present"):
        account.root.control.tick("absent")
