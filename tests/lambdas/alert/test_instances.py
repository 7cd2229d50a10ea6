"""State changes of instances: who, what, how many mails, and nothing lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from lambdas.alert.instance_events import InstanceEvents
from lambdas.alert.state import State
from tests.hostile import NASTY
from tests.lambdas.alert.conftest import GROUP, Account, api_call, state_change
from trailkeeper.evidence.names import STATE_TABLE


def text(message: str) -> dict[str, object]:
    document: dict[str, object] = json.loads(message)
    return document


def test_first_change_of_a_quiet_group_is_told_at_once_with_all_that_is_known(
    account: Account,
) -> None:
    instance = account.run_instance(Name="web 1", Owner="platform")
    assert account.handle(api_call("StopInstances", instance)) == []
    assert account.mails() == []
    assert account.handle(state_change(instance, "stopped", "e1")) == []
    (mail,) = account.published()
    assert mail["Subject"].startswith('[Info] EC2 "web 1" stopped in us-east-1 - deploy-bot')
    told = {fact["name"]: fact["value"] for fact in json.loads(mail["Message"])["facts"]}
    assert told["who"] == "user deploy-bot"
    assert (told["owner"], told["type"]) == ("platform", "t3.micro")
    assert told["source_ip"].startswith("203.0.113.7, ")
    assert told["origin"] == "On-Demand, launched directly"
    assert told["private_address"]
    assert mail["MessageAttributes"]["severity"]["Value"] == "info"
    assert mail["MessageAttributes"]["category"]["Value"] == "instances"
    assert mail["MessageAttributes"]["detection"]["Value"] == "ec2-state-change"


@pytest.mark.parametrize(
    ("call", "time"),
    [
        ("StartInstances", "2026-11-20T09:17:20Z"),
        ("StopInstances", "2026-11-19T09:17:20Z"),
        ("StopInstances", "2026-11-20T10:17:20Z"),
        ("StopInstances", "yesterday"),
    ],
    ids=["another call", "a call of yesterday", "a later call", "no time"],
)
def test_a_call_that_cannot_be_the_cause_is_not_named(
    account: Account, call: str, time: str
) -> None:
    account.handle(api_call(call, "i-0123456789abcdef0", time=time))
    account.handle(state_change("i-0123456789abcdef0", "stopped", "e1"))
    (mail,) = account.published()
    facts = {fact["name"]: fact["value"] for fact in json.loads(mail["Message"])["facts"]}
    assert facts["who"] == "not in the events that came in time"
    assert "deploy-bot" not in mail["Message"]


def test_further_changes_become_one_counted_summary(account: Account) -> None:
    instances = [f"i-{number:017x}" for number in range(30)]
    account.handle(state_change(instances[0], "stopped", "e0"))
    for number, instance in enumerate(instances[1:], 1):
        account.handle(state_change(instance, "stopped", f"e{number}"))
    # The caller becomes known after the changes were held.
    account.handle(*(api_call("StopInstances", instance) for instance in instances))
    assert len(account.mails()) == 1
    assert account.flush() == []
    ((subject, _),) = account.mails()
    assert (
        subject == "[Info] 29 EC2 instances stopped in us-east-1 - user deploy-bot - 123456789012"
    )


def test_the_same_event_twice_is_told_once(account: Account) -> None:
    change = state_change("i-0123456789abcdef0", "stopped", "e1")
    account.handle(change, change)
    account.handle(change)
    account.flush()
    account.clock.now += 3600
    account.handle(change)
    assert len(account.mails()) == 1


def test_one_held_change_is_told_in_full(account: Account) -> None:
    account.handle(state_change("i-0123456789abcdef0", "stopped", "e1"))
    account.handle(state_change("i-0123456789abcdef1", "stopped", "e2"))
    account.flush()
    _, (subject, _) = account.mails()
    assert (
        subject
        == "[Info] EC2 i-0123456789abcdef1 stopped in us-east-1 - by whom unknown - 123456789012"
    )


def test_the_first_of_each_state_is_told_at_once(account: Account) -> None:
    for state in ("running", "stopped", "terminated"):
        account.handle(state_change("i-0123456789abcdef0", state, state))
    assert len(account.mails()) == 3


def test_many_in_one_batch_are_one_mail(account: Account) -> None:
    changes = [state_change(f"i-{number:017x}", "running", f"e{number}") for number in range(200)]
    account.handle(*changes)
    ((subject, _),) = account.mails()
    assert subject.startswith("[Info] 200 EC2 instances running in us-east-1 - by whom unknown")


def test_a_busy_group_stays_in_summaries_and_a_quiet_one_speaks_at_once_again(
    account: Account,
) -> None:
    account.handle(state_change("i-0123456789abcdef0", "stopped", "e1"))
    account.handle(state_change("i-0123456789abcdef1", "stopped", "e2"))
    account.flush()
    account.handle(state_change("i-0123456789abcdef2", "stopped", "e3"))
    assert len(account.mails()) == 2
    account.flush()
    account.flush()
    assert len(account.mails()) == 1
    account.handle(state_change("i-0123456789abcdef3", "stopped", "e4"))
    assert len(account.mails()) == 1


def test_auto_scaling_is_only_counted(account: Account) -> None:
    group = {"aws:autoscaling:groupName": "web"}
    instances = [account.run_instance(**group) for _ in range(3)]
    for number, instance in enumerate(instances):
        account.handle(state_change(instance, "running", f"e{number}"))
    assert account.mails() == []
    account.flush(what="running")
    ((subject, _),) = account.mails()
    assert subject == (
        "[Info] 3 EC2 instances running in us-east-1 - Auto Scaling group web - 123456789012"
    )


@pytest.mark.parametrize(("setting", "mails"), [("each", 1), ("ignore", 0)])
def test_auto_scaling_by_setting(account: Account, setting: str, mails: int) -> None:
    instance = account.run_instance(**{"aws:autoscaling:groupName": "web"})
    function = account.function(autoscaling=setting)
    account.handle(state_change(instance, "running", "e1"), function=function)
    assert len(account.mails()) == mails


@pytest.mark.parametrize(
    ("changes", "mails"),
    [
        ({"ec2_states": ("terminated",)}, 0),
        ({"home_region": "eu-central-1"}, 0),
        ({"home_region": "eu-central-1", "ec2_regions": ("us-east-1",)}, 1),
        ({"ec2_tags": {"env": ("prod", "stage")}}, 1),
        ({"ec2_tags": {"env": ()}}, 1),
        ({"ec2_tags": {"env": ("dev",)}}, 0),
        ({"ec2_tags": {"other": ()}}, 0),
    ],
)
def test_filters(account: Account, changes: dict[str, object], mails: int) -> None:
    instance = account.run_instance(env="prod")
    account.handle(state_change(instance, "running", "e1"), function=account.function(**changes))
    assert len(account.mails()) == mails


def test_no_grouping_tells_each(account: Account) -> None:
    changes = [state_change(f"i-{number:017x}", "running", f"e{number}") for number in range(3)]
    account.handle(*changes, function=account.function(grouping_seconds=0))
    account.handle(*changes, function=account.function(grouping_seconds=0))
    assert len(account.mails()) == 3


def test_a_denied_call_is_told(account: Account) -> None:
    denied = api_call("RunInstances", "x", error="Client.UnauthorizedOperation")
    assert account.handle(denied) == []
    ((subject, body),) = account.mails()
    assert subject == (
        "[Warning] EC2 RunInstances denied in us-east-1, nothing changed - deploy-bot - "
        "123456789012"
    )
    assert "203.0.113.7" in body
    account.handle(denied)
    account.flush(what="RunInstances")
    assert account.mails() == []


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "UnauthorizedOperation"}}, "DescribeInstances"),
        ClientError({"Error": {"Code": "RequestLimitExceeded"}}, "DescribeInstances"),
        EndpointConnectionError(endpoint_url="https://ec2"),
    ],
    ids=["denied", "throttled", "unreachable"],
)
def test_without_details_the_alert_still_goes_out(
    account: Account, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    class Refusing:
        def get_paginator(self, _: str) -> object:
            raise error

    monkeypatch.setattr(account.clients, "ec2", lambda region: Refusing())
    function = account.function(ec2_tags={"env": ("prod",)})
    assert (
        account.handle(state_change("i-0123456789abcdef0", "stopped", "e1"), function=function)
        == []
    )
    ((_, body),) = account.mails()
    assert "not available" in body


def test_without_the_table_everything_is_told_in_few_mails(account: Account) -> None:
    account.clients.dynamodb.delete_table(TableName="trailkeeper-state")
    changes = [state_change(f"i-{number:017x}", "running", f"e{number}") for number in range(50)]
    assert account.handle(*changes) == []
    ((subject, _),) = account.mails()
    assert subject.startswith("[Info] 50 EC2 instances running in us-east-1")
    account.clients.dynamodb.create_table(
        TableName="trailkeeper-state",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def test_the_flush_is_enqueued_before_the_window_opens(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(account.clients.dynamodb, "put_item", crash)
    assert account.handle(state_change("i-0123456789abcdef0", "stopped", "e1")) == ["m0"]
    queue = account.clients.sqs.get_queue_attributes(
        QueueUrl=account.environ.queue_url,
        AttributeNames=["ApproximateNumberOfMessagesDelayed"],
    )
    assert queue["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "1"


def test_hostile_events_break_nothing_and_take_nothing_with_them(account: Account) -> None:
    fine = [state_change(f"i-{number:017x}", "stopped", f"e{number}") for number in range(2)]
    assert account.handle(fine[0], *_hostile_events(), fine[1]) == []
    subjects = [subject for subject, _ in account.mails()]
    assert (
        "[Info] 2 EC2 instances stopped in us-east-1 - by whom unknown - 123456789012" in subjects
    )


def _hostile_events() -> Iterator[dict[str, Any]]:
    for text in NASTY:
        yield state_change(text, "stopped", text) | {"region": text, "account": text, "time": text}
        yield api_call(text, text, time=text, event_id=text)
        denied = api_call("RunInstances", text, time=text, error="AccessDenied", event_id=text)
        denied["detail"]["userIdentity"] = {"type": "IAMUser", "userName": text, "arn": text}
        yield denied


def test_one_event_that_breaks_something_is_retried_alone(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = InstanceEvents.take

    def break_on_poison(self: InstanceEvents, contents: Any) -> set[str]:
        if any(each.event_id == "poison" for _, each in contents):
            raise ZeroDivisionError
        return take(self, contents)

    monkeypatch.setattr(InstanceEvents, "take", break_on_poison)
    bodies = [state_change("i-0123456789abcdef0", "stopped", each) for each in ("a", "poison", "b")]
    assert account.handle(*bodies) == ["m1"]
    monkeypatch.undo()
    account.flush()
    assert len(account.mails()) == 2


def test_a_summary_that_was_not_sent_is_not_let_go(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.handle(state_change("i-0123456789abcdef0", "stopped", "e1"))
    for number in range(2, 5):
        account.handle(state_change(f"i-{number:017x}", "stopped", f"e{number}"))
    account.mails()
    window = account.open_window()
    with monkeypatch.context() as patch:
        patch.setattr(account.clients.sns, "publish", _throttled)
        patch.setattr(account.clients.sqs, "send_message", _throttled)
        assert account.flush(window) == ["m0"]
    assert account.flush(window) == []
    ((subject, _),) = account.mails()
    assert subject.startswith("[Info] 3 EC2 instances stopped in us-east-1")
    assert account.flush(window) == []
    assert account.mails() == []


def test_a_crash_between_telling_and_letting_go_does_not_tell_twice(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.handle(state_change("i-0123456789abcdef0", "stopped", "e1"))
    for number in range(2, 5):
        account.handle(state_change(f"i-{number:017x}", "stopped", f"e{number}"))
    window = account.open_window()
    with monkeypatch.context() as patch:
        patch.setattr("lambdas.alert.state.State.release", _throttled)
        assert account.flush(window) == ["m0"]
    assert account.flush(window) == []
    assert len(account.mails()) == 2


def test_what_is_held_in_a_window_that_just_closed_is_told_by_another_flush(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.handle(state_change("i-0123456789abcdef0", "stopped", "e1"))
    window = account.open_window()
    hold = State.hold

    def hold_late(self: State, *arguments: object) -> None:
        account.flush(window)
        hold(self, *arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(State, "hold", hold_late)
        account.handle(state_change("i-0123456789abcdef1", "stopped", "e2"))
    account.mails()
    again = account.clients.sqs.receive_message(QueueUrl=account.environ.queue_url)["Messages"]
    assert json.loads(again[0]["Body"])["flush"] == {
        "group": f"{GROUP}stopped",
        "window": window,
        "seconds": 60,
    }
    account.flush(window)
    assert [subject for subject, _ in account.mails()] == [
        "[Info] EC2 i-0123456789abcdef1 stopped in us-east-1 - by whom unknown - 123456789012"
    ]


def test_a_window_whose_flush_never_came_does_not_swallow_events(account: Account) -> None:
    account.handle(state_change("i-0123456789abcdef0", "stopped", "e1"))
    lost = account.open_window()
    account.clock.now += 3600
    account.handle(state_change("i-0123456789abcdef1", "stopped", "e2"))
    assert account.open_window() != lost
    assert len(account.mails()) == 2


def _throttled(*_: object, **__: object) -> None:
    raise ClientError({"Error": {"Code": "Throttling"}}, "Publish")


def test_flushes_go_on_no_longer_than_things_happen(account: Account) -> None:
    """The bound for which Lambda's own loop detection is off: a message needs a happening."""
    account.handle(state_change("i-0123456789abcdef0", "stopped", "first"))
    windows = 6
    for number in range(windows):
        account.handle(state_change(f"i-{number:017x}", "stopped", f"e{number}"))
        account.flush()
    assert _messages(account) == 1 + windows

    before, last = _messages(account), account.open_window()
    account.flush(last)
    account.flush(last)

    assert _messages(account) == before
    with pytest.raises(KeyError):
        account.open_window()


def _messages(account: Account) -> int:
    """How many messages the function has sent to its own queue, which nobody empties here."""
    counts = account.clients.sqs.get_queue_attributes(
        QueueUrl=account.environ.queue_url, AttributeNames=["All"]
    )["Attributes"]
    visible, delayed = "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"
    return int(counts[visible]) + int(counts[delayed])


def test_a_window_that_somebody_made_up_holds_nothing_and_is_told(account: Account) -> None:
    """One that closes in ten years would hold all alerts of its group until then."""
    window = {
        "id": {"S": f"window#{GROUP}stopped"},
        "at": {"S": "window"},
        "window": {"S": "forged"},
        "closes": {"N": str(account.clock.now + 315_360_000)},
        "seconds": {"N": "60"},
    }
    account.clients.dynamodb.put_item(TableName=STATE_TABLE, Item=window)

    account.handle(state_change(account.run_instance(), "stopped", "e1"))

    assert len(account.mails()) == 1
    assert account.open_window() != "forged"
    assert any("state-item-strange" in each for each in account.sent())
