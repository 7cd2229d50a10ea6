"""Much of the same is told by the second way at once and then together, and never lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.watcher.state import State
from tests.deployed_evidence import NOW
from tests.guarded import NAMES, SIDE
from tests.lambdas.watcher.bed import Bed, call, mail
from trailkeeper.environments.schedule import LOOK, WATCH
from trailkeeper.words.text import Severity

TABLE = "trailkeeper-watcher-state"
RULES = sorted(each.name for each in SIDE.rules)


def disabled(rule: str, event_id: str, *, who: str = "mallory", session: str = "") -> Any:
    """The event of a call that turned a rule off, by a user or by a session of a role."""
    arn = f"arn:aws:iam::{NAMES.account}:{'role' if session else 'user'}/{who}"
    user = {"type": "IAMUser", "arn": arn, "userName": who}
    role = {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{NAMES.account}:assumed-role/{who}/{session}",
        "sessionContext": {"sessionIssuer": {"type": "Role", "userName": who, "arn": arn}},
    }
    return call(
        eventID=event_id,
        eventSource="events.amazonaws.com",
        eventName="DisableRule",
        requestParameters={"name": rule},
        userIdentity=role if session else user,
    )


def turn_off(bed: Bed, rule: str, event_id: str, **who: str) -> None:
    bed.account.events.disable_rule(Name=rule)
    bed.happen(disabled(rule, event_id, **who))


def later(bed: Bed, minutes: float = 31) -> None:
    bed.now += timedelta(minutes=minutes)
    bed.handle(LOOK)


def kept(bed: Bed) -> list[Any]:
    items = bed.account.dynamodb.scan(TableName=TABLE)["Items"]
    return [each for each in items if each["id"]["S"] == "held"]


def test_the_first_is_told_at_once_and_the_rest_of_a_quarter_of_an_hour_together(bed: Bed) -> None:
    for number, rule in enumerate(RULES[:11]):
        turn_off(bed, rule, f"e{number}")

    assert len(bed.told) == 1
    assert f"User mallory called DisableRule on {RULES[0]}" in mail(bed.told[0])
    later(bed)

    _, summary = bed.told
    assert summary.severity is Severity.WARNING
    text = mail(summary)
    assert text.startswith("[Warning] Guard attacked: 10 more calls")
    assert '"user mallory": DisableRule, 10 times' in text
    assert RULES[1] in text
    assert "and 5 more. Put back: the rules that call the functions" in text
    assert "After each of them Trailkeeper put back what had changed" in text
    later(bed)
    assert len(bed.told) == 2


def test_it_is_told_in_korean(bed: Bed) -> None:
    for number, rule in enumerate(RULES[:3]):
        turn_off(bed, rule, f"e{number}")
    later(bed)

    text = mail(bed.told[-1], "ko")

    assert "감시 구성 변경 시도 2건 더" in text
    assert '"user mallory": DisableRule 2회' in text


def test_session_names_make_nobody_another(bed: Bed) -> None:
    for number in range(6):
        turn_off(bed, RULES[0], f"e{number}", who="build", session=f"s{number}")

    assert len(bed.told) == 1


def test_another_principal_and_the_next_window_are_told_at_once(bed: Bed) -> None:
    turn_off(bed, RULES[0], "1")
    turn_off(bed, RULES[0], "2", who="bob")
    assert [mail(each).count("bob") > 0 for each in bed.told] == [False, True]

    bed.now += timedelta(minutes=16)
    turn_off(bed, RULES[0], "3")
    assert len(bed.told) == 3


def test_another_call_is_told_at_once(bed: Bed) -> None:
    turn_off(bed, RULES[0], "1")
    bed.starve()
    bed.handle(call(eventID="2"))

    assert ["PutFunctionConcurrency" in mail(each) for each in bed.told] == [False, True]


def test_the_same_call_after_which_something_else_was_found_is_told_at_once(bed: Bed) -> None:
    """Somebody whose own event was lost must not hide behind the noise of another call."""
    turn_off(bed, RULES[0], "1")
    bed.starve()
    turn_off(bed, RULES[1], "2")

    assert len(bed.told) == 2
    assert "Concurrency of the functions" in mail(bed.told[1])


def test_what_stays_broken_is_told_each_time(bed: Bed) -> None:
    for number in range(3):
        bed.account.sns.subscribe(
            TopicArn=NAMES.alerts_topic_arn, Protocol="email", Endpoint="stranger@example.net"
        )
        bed.happen(
            call(
                eventID=str(number),
                eventSource="sns.amazonaws.com",
                eventName="Subscribe",
                requestParameters={"topicArn": NAMES.alerts_topic_arn},
            )
        )

    assert [each.severity for each in bed.told] == [Severity.CRITICAL] * 3


def test_a_dark_trail_and_what_no_event_told_are_never_kept(bed: Bed) -> None:
    for _ in range(2):
        bed.account.cloudtrail.logs = False
        bed.account.events.disable_rule(Name=RULES[0])
        bed.handle(WATCH)

    assert len(bed.told) == 2


def test_made_up_principals_are_few_mails(bed: Bed) -> None:
    for number in range(60):
        bed.handle(disabled(RULES[0], f"e{number}", who=f"nobody-{number}"))

    assert len(bed.told) == 3
    later(bed)
    text = mail(bed.told[3])
    assert text.startswith("[Warning] Guard attacked: 57 more calls")
    assert "47 calls of others" in text
    assert "all that Trailkeeper compares of the guard was as deployed" in text


def test_noise_of_made_up_principals_hides_nothing_that_was_put_back(bed: Bed) -> None:
    for number in range(10):
        bed.happen(disabled(RULES[0], f"e{number}", who=f"nobody-{number}"))
    turn_off(bed, RULES[0], "real")

    assert "User mallory called DisableRule" in mail(bed.told[-1])


def test_an_event_that_comes_again_is_one(bed: Bed) -> None:
    turn_off(bed, RULES[0], "1")
    for _ in range(3):
        turn_off(bed, RULES[1], "2")
    assert len(kept(bed)) == 1

    later(bed)
    assert mail(bed.told[1]).startswith("[Warning] Guard attacked: 1 more call")


class DownError(Exception):
    """A process that ends."""


@pytest.mark.parametrize("dies", ["hold", "is_first", "release"])
def test_a_crash_at_any_point_loses_nothing(
    bed: Bed, dies: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda tries again, with the same event."""
    real: Callable[..., Any] = getattr(State, dies)

    def crash(*given: Any) -> Any:
        monkeypatch.setattr(State, dies, real)
        real(*given)
        raise DownError

    monkeypatch.setattr(State, dies, crash)
    with pytest.raises(DownError):
        turn_off(bed, RULES[0], "1")
    bed.happen(disabled(RULES[0], "1"))
    later(bed)

    assert 1 <= len([each for each in bed.told if "mallory" in mail(each)]) <= 2


def test_the_first_that_could_not_be_told_is_told_when_it_comes_again(bed: Bed) -> None:
    bed.refusals = 1
    with pytest.raises(ClientError):
        turn_off(bed, RULES[0], "1")
    bed.happen(disabled(RULES[0], "1"))

    assert len(bed.told) == 1


def test_without_its_table_everything_is_told_at_once(bed: Bed) -> None:
    bed.account.dynamodb.delete_table(TableName=TABLE)
    for number in range(3):
        turn_off(bed, RULES[number], f"e{number}")
    later(bed)

    assert len(bed.told) == 3


def test_nothing_that_is_planted_in_the_table_keeps_a_call_from_being_told(bed: Bed) -> None:
    """A mark that somebody else was told already, and one of a window of 2036."""
    turn_off(bed, RULES[0], "1")
    items = bed.account.dynamodb.scan(TableName=TABLE)["Items"]
    marks = [each for each in items if each["id"]["S"] == "told"]
    assert len(marks) == 1
    bed.now += timedelta(minutes=15)
    window, _, rest = marks[0]["at"]["S"].partition("#")
    planted = {"kind": "x", "principal": "mallory", "event_id": "planted"}
    for each in (int(window) + 1, int(window) + 500_000):
        item = {**marks[0], "at": {"S": f"{each:010}#{rest}"}, "body": {"S": json.dumps(planted)}}
        bed.account.dynamodb.put_item(TableName=TABLE, Item=item)
    junk = {"id": {"S": "held"}, "at": {"S": "0#junk"}, "body": {"S": "[]"}}
    bed.account.dynamodb.put_item(TableName=TABLE, Item=junk)

    turn_off(bed, RULES[0], "2")
    later(bed)

    assert len(bed.told) == 2
    assert [each for each in kept(bed) if each["at"]["S"] == "0#junk"] == []


def test_a_kept_call_of_a_time_to_come_is_told_by_nobody(bed: Bed) -> None:
    turn_off(bed, RULES[0], "1")
    turn_off(bed, RULES[1], "2")
    (item,) = kept(bed)
    bed.account.dynamodb.delete_item(TableName=TABLE, Key={"id": item["id"], "at": item["at"]})
    body = {**json.loads(item["body"]["S"]), "at": "2036-01-01T00:00:00+00:00", "who": "alice"}
    planted = {**item, "at": {"S": "0000000001#x"}, "body": {"S": json.dumps(body)}}
    bed.account.dynamodb.put_item(TableName=TABLE, Item=planted)

    later(bed)

    assert bed.now > NOW
    assert len(bed.told) == 1
    assert kept(bed) == []


def noise(bed: Bed, name: str, number: int) -> None:
    """The event of a call that nobody made, by a principal of its own."""
    event = disabled(RULES[0], f"noise-{name}-{number}", who=f"nobody-{name}-{number}")
    event["detail"]["eventName"] = name
    bed.handle(event)


def test_made_up_calls_of_many_names_and_principals_are_a_handful_of_mails(bed: Bed) -> None:
    names = ("DisableRule", "DeleteRule", "PutRule", "PutTargets", "RemoveTargets")

    for minutes in range(4):
        for name in names:
            noise(bed, name, minutes)
        bed.now += timedelta(minutes=10)

    assert len(bed.told) == 5
    turn_off(bed, RULES[1], "real")
    assert f"on {RULES[1]}" in mail(bed.told[-1])  # which was put back, and is no noise
    assert len(bed.told) == 6
