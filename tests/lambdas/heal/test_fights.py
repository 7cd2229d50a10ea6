"""Somebody who keeps stopping the trail: which rounds count, for whom, and what is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lambdas.heal.invocation import HealFailedError
from lambdas.heal.state import State
from tests.deployed_evidence import (
    ACCOUNT,
    NOW,
)
from tests.lambdas.heal.bed import BOT, Bed, call, fight, stop_call, stop_now
from tests.tampered import Tampered, failing
from trailkeeper.alerts.alert import Alert
from trailkeeper.state.heal_items import Heal
from trailkeeper.words.text import Text


def test_a_fight_is_won_every_round_and_told_once(bed: Bed) -> None:
    fight(bed, 8)

    assert bed.logging()
    fights = [alert for alert in bed.alerts if alert.detection == "trail-fight"]
    assert len({alert.dedup_key for alert in fights}) == 1
    assert len(bed.alerts) - len(fights) == 2
    assert fights[0].story[0].params["who"].params == {"name": "deploy-bot"}


def test_a_round_that_another_run_healed_is_a_round_of_the_same_fight(bed: Bed) -> None:
    fight(bed, 3)
    told = len(bed.alerts)

    for number in range(3):
        bed.now += timedelta(seconds=1)
        bed.handle(stop_call(bed, f"late-{number}"))

    assert {alert.detection for alert in bed.alerts[told:]} == {"trail-fight"}


def person(name: str) -> dict[str, Any]:
    return {**BOT, "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "userName": name}


def fights(bed: Bed) -> list[Alert]:
    return [alert for alert in bed.alerts if alert.detection == "trail-fight"]


def test_only_who_stopped_it_three_times_is_named_and_contained(bed: Bed) -> None:
    bed.settings = {"contain": "deny"}
    for name in ("alice", "bob"):
        bed.account.iam.create_user(UserName=name)

    for number, name in enumerate(["bob", "bob", "alice", "bob"]):
        assert fights(bed) == []
        stop_now(bed, f"round-{number}", userIdentity=person(name))
        bed.now += timedelta(seconds=30)

    assert set(bed.account.iam.attached) == {"bob"}
    (alert,) = fights(bed)
    assert alert.story[0].params["who"].params == {"name": "bob"}
    assert alert.what.params == {"count": 3}
    (others,) = (each.value for each in alert.facts if each.label == "label.others")
    assert others.params == {"count": 1, "name": f"arn:aws:iam::{ACCOUNT}:user/alice"}


def test_a_single_stop_during_somebody_elses_fight_is_told_as_its_own(bed: Bed) -> None:
    fight(bed, 3)

    stop_now(bed, "alone", userIdentity=person("alice"))

    assert bed.alerts[-1].detection == "trail-stopped"
    assert bed.alerts[-1].story[0].params["who"].params == {"name": "alice"}


@pytest.mark.parametrize("year", [2016, 2036])
def test_stops_that_the_trail_does_not_show_are_no_fight(bed: Bed, year: int) -> None:
    bed.settings = {"contain": "deny"}
    bed.account.iam.create_user(UserName="innocent")

    for number in range(4):
        when = f"{year}-01-01T00:0{number}:00Z"
        bed.handle(call(eventID=f"e{number}", eventTime=when, userIdentity=person("innocent")))
        bed.handle(stop_call(bed, f"now-{number}", userIdentity=person("innocent")))

    assert fights(bed) == []
    assert bed.account.iam.attached == {}


def test_events_of_the_hour_without_a_stop_at_their_times_are_no_fight(bed: Bed) -> None:
    bed.settings = {"contain": "deny"}
    bed.account.iam.create_user(UserName="innocent")
    stop_now(bed, "a real one")

    for minutes in (40, 32, 24, 16, 8, 5, 3):
        when = f"{bed.now - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"
        made_up = call(eventID=f"e{minutes}", eventTime=when, userIdentity=person("innocent"))
        bed.handle(made_up)

    assert fights(bed) == []
    assert bed.account.iam.attached == {}


def test_many_events_of_one_stop_are_one_round(bed: Bed) -> None:
    bed.stop()

    for number in range(5):
        bed.handle(stop_call(bed, f"again-{number}"))

    assert fights(bed) == []


@pytest.mark.parametrize("apart", [timedelta(minutes=1), timedelta(minutes=9), timedelta(days=1)])
def test_a_heal_of_the_future_counts_for_nobody(bed: Bed, apart: timedelta) -> None:
    for number in range(3):
        State(bed.account).remember_heal(Heal(NOW + (number + 1) * apart, BOT["arn"]))

    stop_now(bed, "first")

    assert fights(bed) == []


@pytest.mark.parametrize(("minutes", "is_fight"), [(6, True), (9.9, True), (10.1, False)])
def test_three_stops_without_ten_quiet_minutes_between_are_a_fight(
    bed: Bed, minutes: float, is_fight: bool
) -> None:
    for number in range(3):
        stop_now(bed, f"slow-{number}")
        bed.now += timedelta(minutes=minutes)

    assert bool(fights(bed)) is is_fight


def test_a_trail_that_is_deleted_again_and_again_is_a_fight(bed: Bed) -> None:
    for number in range(3):
        bed.account.cloudtrail.delete_trail(Name="trailkeeper")
        bed.handle(stop_call(bed, f"gone-{number}", eventName="DeleteTrail"))
        bed.now += timedelta(minutes=1)

    assert len(fights(bed)) == 1


def test_what_else_is_done_under_the_cover_of_a_fight_is_told(bed: Bed) -> None:
    fight(bed, 3)
    told = len(bed.alerts)
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    bed.stop()
    bed.now += timedelta(seconds=1)
    bed.handle(stop_call(bed, "cover"))

    assert any("document.log-bucket.policy" in each.to_json() for each in bed.alerts[told:])


def test_a_round_that_is_lost_is_told_as_a_failure(bed: Bed) -> None:
    fight(bed, 3)
    bed.stop()
    bed.clients = Tampered(bed.account, "cloudtrail", "start_logging", failing("AccessDenied"))
    bed.now += timedelta(seconds=1)

    with pytest.raises(HealFailedError):
        bed.handle(stop_call(bed, "lost"))

    assert bed.alerts[-1].verified is False


def test_the_same_stop_again_and_again_is_no_fight(bed: Bed) -> None:
    bed.stop()

    for _ in range(5):
        bed.handle(call())

    assert {alert.detection for alert in bed.alerts} == {"trail-stopped"}


def test_an_echo_of_our_own_repair_that_heals_makes_nobody_a_fighter(bed: Bed) -> None:
    role = bed.baseline.names.heal_role_arn
    echo = {
        "type": "AssumedRole",
        "arn": "arn:aws:sts::1:assumed-role/trailkeeper-heal-us-east-1/trailkeeper-heal",
        "sessionContext": {"sessionIssuer": {"arn": role}},
    }
    fight(bed, 3)
    told = len(bed.alerts)
    bed.stop()
    bed.now += timedelta(seconds=1)

    bed.handle(call("PutEventSelectors", userIdentity=echo))

    assert bed.logging()
    assert bed.alerts[told:] == []


def forged(bed: Bed, number: str, name: str) -> None:
    """An event of a stop, of which nothing shows that anybody made it."""
    event = call(eventID=f"forged-{number}", userIdentity=person(name))
    event["detail"]["eventTime"] = f"{bed.now:%Y-%m-%dT%H:%M:%SZ}"
    bed.handle(event)


def test_a_stop_that_events_name_several_callers_of_is_blamed_on_nobody(bed: Bed) -> None:
    """Made-up events beside each real stop: not three rounds of an innocent."""
    bed.settings = {"contain": "deny"}
    for name in ("mallory", "innocent"):
        bed.account.iam.create_user(UserName=name)
    for number in range(3):
        forged(bed, f"before-{number}", "innocent")
        stop_now(bed, f"real-{number}", userIdentity=person("mallory"))
        forged(bed, f"after-{number}", "innocent")
        bed.now += timedelta(seconds=90)

    told = fights(bed)
    assert told
    for alert in told:
        assert "innocent" not in str(alert.story[0].params)
        assert alert.what.params == {"count": 3}
    disputed = [each for each in told if each.who == Text("actor.nobody")]
    assert len({each.dedup_key for each in disputed}) == 1
    named = {str(each.value.params["name"]).rpartition("/")[2] for each in disputed[0].facts}
    assert named == {"mallory", "innocent"}
    assert set(bed.account.iam.attached) <= {"mallory"}


def test_one_real_stop_is_one_round_however_many_events_name_it(bed: Bed) -> None:
    stop_now(bed, "real", userIdentity=person("mallory"))
    for number in range(6):
        forged(bed, str(number), "mallory")
        bed.now += timedelta(seconds=5)

    assert fights(bed) == []


def test_one_deletion_is_one_round_however_many_runs_see_it(bed: Bed) -> None:
    """At the same time, before any of them has made the trail again."""
    for number in range(3):
        bed.account.cloudtrail.delete_trail(Name="trailkeeper")
        bed.handle(stop_call(bed, f"gone-{number}", eventName="DeleteTrail"))
        bed.now += timedelta(milliseconds=200)

    assert fights(bed) == []
