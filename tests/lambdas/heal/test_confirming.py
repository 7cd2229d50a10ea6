"""Event history is asked for every call that people are told of; who made none of them is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from lambdas.heal import confirming
from tests.deployed_evidence import ACCOUNT
from tests.lambdas.heal.bed import Bed, call, fight, made, stop_call
from tests.tampered import Tampered, failing
from trailkeeper.alerts.alert import Alert
from trailkeeper.environments.schedule import LOOK
from trailkeeper.events.event import ApiCall
from trailkeeper.state.heal_items import ForgedTold
from trailkeeper.words.text import Text

FORGED = "99999999-2222-3333-4444-555555555555"
INNOCENT = {
    "type": "IAMUser",
    "arn": f"arn:aws:iam::{ACCOUNT}:user/innocent",
    "accountId": ACCOUNT,
    "userName": "innocent",
}


def looks(bed: Bed, minutes: int) -> None:
    """So many minutes, with a look every five."""
    for _ in range(minutes // 5):
        bed.now += timedelta(minutes=5)
        bed.handle(LOOK)


def told(bed: Bed) -> list[Alert]:
    return [each for each in bed.alerts if each.detection == "call-not-made"]


def forge(bed: Bed, **detail: Any) -> None:
    bed.handle(call(eventID=FORGED, userIdentity=INNOCENT, **detail))


def test_a_call_that_the_history_has_is_told_once(bed: Bed) -> None:
    event = stop_call(bed, "real")
    bed.stop()
    bed.handle(event)
    looks(bed, 10)
    bed.account.cloudtrail.history["real"] = event["detail"]

    looks(bed, 60)

    assert told(bed) == []


def test_a_call_that_nobody_made_is_told_after_half_an_hour_and_once(bed: Bed) -> None:
    forge(bed)
    (first,) = bed.alerts
    assert first.who == Text("actor.short", {"name": "innocent"})

    looks(bed, 25)
    assert told(bed) == []
    looks(bed, 35)

    (alert,) = told(bed)
    assert alert.story[0].params["who"] == "user innocent"
    assert alert.story[1].key == "story.forged_none"


@pytest.mark.parametrize(
    "forged",
    [
        {"eventName": "DeleteTrail", "requestParameters": {"name": "other"}},
        {"errorCode": "AccessDenied"},
    ],
    ids=["on another trail", "that was refused"],
)
def test_a_made_up_call_of_any_kind_is_told(bed: Bed, forged: dict[str, Any]) -> None:
    forge(bed, **forged)

    looks(bed, 30)

    assert len(told(bed)) == 1


def test_an_event_that_names_somebody_else_than_the_history_is_told_at_once(bed: Bed) -> None:
    real = stop_call(bed, FORGED)["detail"]
    bed.account.cloudtrail.history[FORGED] = real
    forge(bed)

    looks(bed, 5)

    (alert,) = told(bed)
    assert alert.story[1] == Text("story.forged_other", {"real": "user deploy-bot (StopLogging)"})


def test_a_history_that_cannot_be_asked_says_nothing_about_anybody(bed: Bed) -> None:
    forge(bed)
    bed.clients = Tampered(bed.account, "cloudtrail", "lookup_events", failing("AccessDenied"))

    looks(bed, 60)

    assert told(bed) == []
    bed.clients = None
    looks(bed, 5)
    assert len(told(bed)) == 1


@pytest.mark.parametrize(("said", "made_up"), [("us-east-1", False), ("ap-south-1", True)])
def test_the_history_of_the_region_that_sent_a_call_home_is_asked(
    bed: Bed, said: str, *, made_up: bool
) -> None:
    """IAM's calls are in us-east-1 alone, whatever the home region; an event may say any."""
    bed.baseline = replace(bed.baseline, region="eu-central-1")
    event = made(bed, call("PutRolePolicy", eventSource="iam.amazonaws.com", awsRegion=said))
    assert bed.account.cloudtrail_in("us-east-1").history

    confirming.expect(bed.invocation(), ApiCall.parse(event))
    bed.now += timedelta(minutes=31)
    confirming.check(bed.invocation())

    assert len(told(bed)) == made_up


def test_an_event_that_comes_again_is_told_as_one(bed: Bed) -> None:
    for _ in range(3):
        forge(bed)

    looks(bed, 60)

    assert [each.what.params["count"] for each in told(bed)] == [1]


def test_a_flood_of_made_up_calls_is_told_together(bed: Bed) -> None:
    for number in range(60):
        bed.handle(call(eventID=f"forged-{number}", userIdentity=INNOCENT))

    looks(bed, 120)

    first, rest = told(bed)
    counted = [each.what.params["count"] for each in (first, rest)]
    # Fifty of them are asked for, ten a look: the first are told at once, the others an hour later.
    assert counted == [10, 40]
    before, after = (datetime.fromisoformat(str(each.occurred_at)) for each in (first, rest))
    assert timedelta(hours=1) <= after - before <= timedelta(minutes=65)
    assert len([each for each in rest.facts if each.label == "label.told_before"]) == 5 + 1


def test_one_a_day_is_told_each_time(bed: Bed) -> None:
    for number in range(3):
        bed.handle(call(eventID=f"forged-{number}", userIdentity=INNOCENT))
        looks(bed, 40)
        bed.now += timedelta(days=1)

    assert [each.what.params["count"] for each in told(bed)] == [1, 1, 1]


def test_what_is_kept_is_told_though_the_table_lies_about_the_last_time(bed: Bed) -> None:
    """A time to come is no time; what else somebody writes delays an alert by an hour at most."""
    item = ForgedTold(bed.now + timedelta(days=900)).item()
    bed.account.dynamodb.put_item(TableName="trailkeeper-state", Item=item)
    forge(bed)

    looks(bed, 40)

    assert [each.what.params["count"] for each in told(bed)] == [1]


class TestContaining:
    """Nobody is contained for what an event says alone."""

    @pytest.fixture(autouse=True)
    def containing(self, bed: Bed) -> None:
        bed.settings = {"contain": "deny"}
        for name in ("deploy-bot", "innocent"):
            bed.account.iam.create_user(UserName=name)

    def forged_fight(self, bed: Bed) -> None:
        """Real stops by deploy-bot, whose events come late, and made-up ones that name another."""
        for number in range(4):
            bed.stop()
            real = stop_call(bed, f"real-{number}")
            bed.account.cloudtrail.history[f"real-{number}"] = real["detail"]
            bed.handle(stop_call(bed, f"forged-{number}", userIdentity=INNOCENT))
            bed.now += timedelta(seconds=30)

    def test_waits_for_the_history(self, bed: Bed) -> None:
        records = {}
        for number in range(3):
            bed.stop()
            event = stop_call(bed, f"late-{number}")
            records[f"late-{number}"] = event["detail"]
            bed.handle(event)
            bed.now += timedelta(seconds=30)
        assert bed.account.iam.attached == {}
        assert bed.alerts[-1].story[-1].params["reason"] == Text("reason.to_be_confirmed")
        bed.account.cloudtrail.history.update(records)
        bed.alerts.clear()

        looks(bed, 10)

        assert set(bed.account.iam.attached) == {"deploy-bot"}
        (alert,) = bed.alerts
        assert alert.what == Text("subject.contained", {"count": 3})

    def test_is_never_for_events_that_the_history_does_not_have(self, bed: Bed) -> None:
        self.forged_fight(bed)

        looks(bed, 60)

        assert bed.account.iam.attached == {}

    def test_is_never_for_calls_that_the_history_has_of_somebody_else(self, bed: Bed) -> None:
        """Made-up events that carry the ids of real stops."""
        for number in range(4):
            bed.stop()
            real = stop_call(bed, f"real-{number}")
            bed.account.cloudtrail.history[f"real-{number}"] = real["detail"]
            bed.handle(stop_call(bed, f"real-{number}", userIdentity=INNOCENT))
            bed.now += timedelta(seconds=30)

        looks(bed, 60)

        assert bed.account.iam.attached == {}

    def test_is_over_after_half_an_hour_without_the_history(self, bed: Bed) -> None:
        self.forged_fight(bed)
        looks(bed, 35)
        for number in range(4):
            record = stop_call(bed, f"forged-{number}", userIdentity=INNOCENT)["detail"]
            bed.account.cloudtrail.history[f"forged-{number}"] = record

        looks(bed, 30)

        assert bed.account.iam.attached == {}

    def test_is_done_to_a_few_an_hour(self, bed: Bed) -> None:
        for name in ("a", "b", "c", "d"):
            bed.account.iam.create_user(UserName=name)
            identity = {**INNOCENT, "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "userName": name}
            for number in range(3):
                bed.stop()
                event = stop_call(bed, f"{name}-{number}", userIdentity=identity)
                bed.account.cloudtrail.history[f"{name}-{number}"] = event["detail"]
                bed.handle(event)
                bed.now += timedelta(seconds=1)

        assert set(bed.account.iam.attached) == {"a", "b", "c"}
        assert bed.alerts[-1].story[-1].params["reason"] == Text("reason.contained_enough")

    def test_counts_nobody_whom_aws_did_not_let_us_contain(self, bed: Bed) -> None:
        bed.clients = Tampered(bed.account, "iam", "attach_user_policy", failing("AccessDenied"))

        fight(bed, 7)

        assert bed.alerts[-1].story[-1].params["reason"] == "AccessDenied"

    def test_is_not_done_without_a_memory_of_how_many(self, bed: Bed) -> None:
        bed.stop()
        fight(bed, 2)
        bed.clients = Tampered(bed.account, "cloudtrail", "lookup_events", failing("AccessDenied"))

        fight(bed, 3)

        assert bed.account.iam.attached == {}
