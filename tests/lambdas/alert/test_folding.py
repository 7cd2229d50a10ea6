"""Floods of calls that changed nothing: the first are told, the others counted, nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.lambdas.alert.conftest import Account
from trailkeeper.alerts.alert import Alert
from trailkeeper.words.text import Severity, Text

CALL = Alert(
    detection="trail-tags-changed",
    category="trail",
    severity=Severity.INFO,
    what=Text("subject.trail-tags-changed"),
    result=Text("result.in_order"),
    who=Text("actor.short", {"name": "mallory"}),
    story=(Text("ended.in_order"),),
    dedup_key="",
    group="calls/trail-tags-changed/arn:aws:iam::123456789012:role/Admin",
)
HOUR = 3600


def many(count: int, alert: Alert = CALL, **changes: Any) -> list[str]:
    return [
        replace(alert, dedup_key=f"call/{number}/ok", **changes).to_json()
        for number in range(count)
    ]


def end_of_the_hour(account: Account) -> str:
    """The one message that the function sent itself, once the hour is over."""
    (message,) = account.sent()
    account.clock.now += HOUR
    return message


def subjects(account: Account) -> list[str]:
    return [subject for subject, _ in account.mails()]


def test_two_calls_that_changed_nothing_are_two_mails(account: Account) -> None:
    assert account.handle(*many(2)) == []

    assert len(account.mails()) == 2
    assert account.sent() == []


def test_sixty_are_two_mails_and_one_that_counts_the_others(account: Account) -> None:
    for each in many(60):
        account.handle(each)
    assert len(account.mails()) == 2

    assert account.handle(end_of_the_hour(account)) == []

    ((subject, _),) = account.mails()
    assert subject == "[Info] 58 more: Trail's tags changed, already as deployed - mallory"


def test_the_count_waits_for_the_end_of_the_hour(account: Account) -> None:
    account.handle(*many(6))
    account.mails()
    (message,) = account.sent()

    account.handle(message)

    assert account.mails() == []
    account.handle(end_of_the_hour(account))
    assert len(account.mails()) == 1


def test_a_count_that_comes_twice_is_told_once(account: Account) -> None:
    account.handle(*many(7))
    account.mails()
    message = end_of_the_hour(account)

    account.handle(message)
    account.handle(message)

    assert len(account.mails()) == 1


def test_a_new_hour_begins_anew(account: Account) -> None:
    account.handle(*many(2))
    account.clock.now += HOUR
    account.handle(*many(2, replace(CALL, what=Text("subject.trail-stopped"))))

    assert account.sent() == []


def test_denied_tries_are_one_mail_and_one_count(account: Account) -> None:
    tried = replace(CALL, dedup_key="attempts/x/03", group="attempts/trail-stopped/role/Admin")
    for number in range(60):
        account.handle(replace(tried, event_id=f"e{number}").to_json())
    account.handle(end_of_the_hour(account))

    assert [each.split(" - ")[0] for each in subjects(account)] == [
        "[Info] Trail's tags changed, already as deployed",
        "[Info] 59 more: Trail's tags changed, already as deployed",
    ]


def test_made_up_principals_are_counted_together(account: Account) -> None:
    for number in range(100):
        made_up = replace(CALL, dedup_key=f"c/{number}", group=f"calls/trail-tags-changed/{number}")
        account.handle(made_up.to_json())
    assert len(account.mails()) == 3

    account.handle(end_of_the_hour(account))

    ((subject, text),) = account.mails()
    assert subject.startswith("[Info] 97 more: Trail's tags changed, already as deployed - 97")
    said = " ".join(text.split())
    assert "Events name 97 principals for 97 more calls that changed nothing" in said
    assert "10, 11, 12, 13, 14 and 92 more" in said


def test_however_many_principals_make_many_calls_each_one_alert_counts_them(
    account: Account,
) -> None:
    """Were each counted apart, whoever makes up principals would have as many mails as he likes."""
    for number in range(40):
        who = replace(CALL, group=f"calls/trail-tags-changed/{number % 10}")
        account.handle(replace(who, dedup_key=f"c/{number}").to_json())
    assert len(account.mails()) == 3

    account.handle(end_of_the_hour(account))

    ((subject, _),) = account.mails()
    assert subject.startswith("[Info] 37 more: Trail's tags changed, already as deployed - 10")


def test_of_several_kinds_the_count_says_what_they_have_in_common(account: Account) -> None:
    for number in range(12):
        what = replace(CALL, group=f"calls/kind-{number % 4}/{number}")
        account.handle(replace(what, dedup_key=f"c/{number}").to_json())
    assert len(account.mails()) == 5

    account.handle(end_of_the_hour(account))

    ((subject, _),) = account.mails()
    assert subject.startswith("[Info] 7 more calls that changed nothing - 7 principals")


def test_more_principals_than_are_kept_are_said_to_be_more(account: Account) -> None:
    for number in range(108):
        who = replace(CALL, group=f"calls/trail-tags-changed/{number:03}")
        account.handle(replace(who, dedup_key=f"c/{number}").to_json())
    account.mails()

    account.handle(end_of_the_hour(account))

    ((subject, _),) = account.mails()
    assert subject.endswith("already as deployed - 100 principals or more")


def test_noise_hides_nobody_who_is_named_for_a_stop_of_the_trail(account: Account) -> None:
    noise = [replace(CALL, group=f"calls/trail-stopped/{number}") for number in range(20)]
    account.handle(*(replace(each, dedup_key=f"{each.group}").to_json() for each in noise))
    account.mails()
    stops = [
        replace(CALL, group=f"stops/2026-11-20T03:0{minute}:00+00:00/user/mallory")
        for minute in range(4)
    ]
    account.handle(*(replace(each, dedup_key=f"{each.group}").to_json() for each in stops))

    assert len(account.mails()) == 4


def fight(number: int, *, contained: bool = False) -> str:
    """What the heal function sends of somebody who keeps stopping the trail."""
    what = Text("subject.fighting", {"count": 3})
    call = replace(CALL, severity=Severity.CRITICAL, what=what, result=None)
    group = None if contained else f"fights/stops/user/innocent-{number}"
    return replace(call, dedup_key=f"fight/{number}/{contained}", group=group).to_json()


def test_of_many_who_are_said_to_fight_three_are_told_and_the_others_counted(
    account: Account,
) -> None:
    for number in range(40):
        account.handle(fight(number))
    assert len(account.mails()) == 3

    account.handle(end_of_the_hour(account))

    ((subject, text),) = account.mails()
    assert subject.startswith("[Critical] 37 more: Trail stopped 3 times")
    assert subject.split(" - ")[1] == "37 principals"
    assert "Somebody may be making them up" in " ".join(text.split())


def test_whoever_was_contained_is_told_on_his_own(account: Account) -> None:
    for number in range(10):
        account.handle(fight(number))
    account.mails()

    account.handle(fight(11, contained=True))

    assert len(account.mails()) == 1


def test_losses_of_one_kind_are_five_mails_and_one_that_counts_the_others(account: Account) -> None:
    grants = replace(
        CALL,
        severity=Severity.CRITICAL,
        what=Text("subject.evidence-key-access-changed"),
        result=Text("result.told"),
        story=(Text("ended.told"),),
        group="losses/evidence-key-access-changed:evidence-key.grants/user/mallory",
    )
    account.handle(*many(60, grants))
    assert len(account.mails()) == 5

    account.handle(end_of_the_hour(account))

    ((subject, text),) = account.mails()
    assert subject.startswith(
        "[Critical] 55 more: Log encryption key grants or alias changed, NOT undone - mallory"
    )
    assert "of which Trailkeeper put nothing back" in " ".join(text.split())


def test_no_flood_of_losses_hides_one_of_another_kind(account: Account) -> None:
    for number in range(40):
        made_up = replace(
            CALL, group=f"losses/evidence-key-access-changed:evidence-key.grants/{number}"
        )
        account.handle(replace(made_up, dedup_key=f"g/{number}").to_json())
    assert len(account.mails()) == 15

    other = replace(CALL, group="losses/trail-deleted:trail.trail/mallory")
    account.handle(replace(other, dedup_key="other").to_json())

    assert len(account.mails()) == 1


def guard(found: str, who: str = "mallory", call: str = "DisableRule") -> Alert:
    """An alert of a call against the guard, by what was put back after it."""
    return replace(CALL, group=f"guard/{call}/{found}/arn:aws:iam::123456789012:user/{who}")


def test_like_calls_against_the_guard_are_one_mail_and_one_that_counts(account: Account) -> None:
    for each in many(11, guard("guard-rules.rules")):
        account.handle(each)
    assert len(account.mails()) == 1

    account.handle(end_of_the_hour(account))

    ((subject, body),) = account.mails()
    assert subject.startswith("[Info] 10 more: ")
    assert "The same principal made 10 more such calls, which ended as this one did" in body


def test_noise_about_the_guard_is_few_mails_and_hides_nothing_that_was_put_back(
    account: Account,
) -> None:
    noise = [guard("-", f"nobody-{number}") for number in range(20)]
    account.handle(*(replace(each, dedup_key=f"{each.group}").to_json() for each in noise))
    assert len(account.mails()) == 3

    real = [guard("guard-rules.rules"), guard("guard-roles.trust"), guard("-", call="PutRule")]
    account.handle(*(replace(each, dedup_key=f"{each.group}").to_json() for each in real))
    assert len(account.mails()) == 3


def test_what_changed_something_is_never_counted(account: Account) -> None:
    account.handle(*many(40, severity=Severity.CRITICAL, group=None))

    assert len(account.mails()) == 40


def test_without_the_table_each_is_told(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "UpdateItem")

    for name in ("update_item", "put_item", "get_item"):
        monkeypatch.setattr(account.clients.dynamodb, name, refuse)

    account.handle(*many(8))

    assert len(account.mails()) == 8


def test_what_was_to_be_told_by_itself_is_so_when_it_comes_again(account: Account) -> None:
    """A channel that did not take it, or a redrive of the dead letters."""
    told, *others = many(6)
    account.handle(told, *others)
    account.mails()
    account.sent()
    slack = account.function(slack_webhook="ssm:/slack/none")

    assert account.handle(told, function=slack) == ["m0"]

    assert account.sent() == []


def test_what_is_counted_is_so_once_however_often_it_comes(account: Account) -> None:
    *first, folded = many(3)
    account.handle(*first, folded)
    account.mails()
    message = end_of_the_hour(account)

    for _ in range(3):
        assert account.handle(folded) == []
    account.handle(message)

    ((subject, _),) = account.mails()
    assert subject == "[Info] 1 more: Trail's tags changed, already as deployed - mallory"


def test_a_forged_count_tells_nothing(account: Account) -> None:
    forged = {"fold": {"alert": CALL.to_json(), "hour": 1}}

    assert account.handle(forged) == []

    assert account.mails() == []
