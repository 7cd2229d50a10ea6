"""A drill is healed and told like any stop, as what it is; nothing else is taken for one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lambdas.heal.healer import handle
from tests.lambdas.heal.bed import BOT, Bed, call, fight, made, stop_call, stop_now
from trailkeeper.alerts.alert import Alert
from trailkeeper.environments.schedule import LOOK
from trailkeeper.reconcile.answer import Did
from trailkeeper.words.text import Severity

MARK = "0123456789abcdef" * 2
OTHER_MARK = "f" * 32
ALICE = {**BOT, "arn": BOT["arn"].replace("deploy-bot", "alice"), "userName": "alice"}


def announce(bed: Bed, **changes: Any) -> Any:
    return bed.command(**{"command": "drill", "mark": MARK, "author": BOT["arn"], **changes})


def carrying(mark: str) -> dict[str, Any]:
    return {"userAgent": f"Boto3/1.44.5 md/Botocore#1.44.5 trailkeeper-drill/{mark}"}


def stop_as(bed: Bed, mark: str = MARK, event_id: str = "the-drill", **detail: Any) -> Alert:
    """Stop the trail with a mark; the alert of it."""
    before = len(bed.alerts)
    stop_now(bed, event_id, **carrying(mark), **detail)
    return bed.alerts[before]


def is_drill(alert: Alert) -> bool:
    return alert.what.key == "subject.drill"


def test_a_drill_is_announced_to_everybody_before_anything_is_stopped(bed: Bed) -> None:
    answer = announce(bed)

    assert answer.did is Did.ANNOUNCED_DRILL
    (told,) = bed.alerts
    assert told.detection == "drill-announced"
    assert told.story[0].params["who"] == "deploy-bot"
    assert [fact.value for fact in told.facts] == [BOT["arn"]]
    assert bed.logging()


def test_its_stop_is_healed_and_told_as_a_drill_with_who_ran_it(bed: Bed) -> None:
    announce(bed)

    told = stop_as(bed)

    assert bed.logging()
    assert is_drill(told)
    assert told.what.params["what"].key == "subject.trail-stopped"  # type: ignore[union-attr]
    assert told.detection == "trail-stopped"
    assert told.severity is Severity.INFO
    assert told.verified is True
    assert told.story[-1].params["who"] == "deploy-bot"
    assert [fact.value for fact in told.facts if fact.label == "label.principal"] == [BOT["arn"]]


def test_the_same_event_again_is_the_same_drill(bed: Bed) -> None:
    announce(bed)
    first = stop_as(bed)

    bed.handle(call(eventID="the-drill", **carrying(MARK)))

    assert is_drill(bed.alerts[-1])
    assert first.dedup_key.split("/")[:3] == bed.alerts[-1].dedup_key.split("/")[:3]


@pytest.mark.parametrize(
    "stop",
    [
        {"mark": OTHER_MARK},
        {"mark": "nothing"},
        {"userIdentity": ALICE},
    ],
    ids=["another mark", "no mark", "another author"],
)
def test_a_stop_by_somebody_else_during_a_drill_is_told_as_one(
    bed: Bed, stop: dict[str, Any]
) -> None:
    announce(bed)

    told = stop_as(bed, **stop)

    assert told.what.key == "subject.trail-stopped"
    assert told.severity is Severity.WARNING
    assert is_drill(stop_as(bed))


def test_a_mark_that_nobody_announced_makes_no_drill(bed: Bed) -> None:
    assert not is_drill(stop_as(bed))


def test_a_drill_is_one_stop(bed: Bed) -> None:
    announce(bed)
    assert is_drill(stop_as(bed))

    assert not is_drill(stop_as(bed, event_id="another"))


def test_a_drill_that_never_came_is_over_after_a_quarter_of_an_hour(bed: Bed) -> None:
    announce(bed)
    bed.now += timedelta(minutes=15, seconds=1)

    assert not is_drill(stop_as(bed))


def test_a_deletion_of_the_trail_is_never_a_drill(bed: Bed) -> None:
    announce(bed)
    bed.account.cloudtrail.delete_trail(Name=bed.baseline.names.trail_arn)

    bed.handle(call("DeleteTrail", **carrying(MARK)))

    assert bed.alerts[1].what.key == "subject.trail-deleted"


def test_a_drill_is_no_round_of_a_fight(bed: Bed) -> None:
    announce(bed)
    fight(bed, 2)
    assert is_drill(stop_as(bed))
    bed.now += timedelta(seconds=1)

    assert not [each for each in bed.alerts if each.detection == "trail-fight"]
    stop_now(bed, "third")
    assert [each for each in bed.alerts if each.detection == "trail-fight"]


def test_a_trail_that_a_look_finds_stopped_may_be_the_drill_and_may_be_not(bed: Bed) -> None:
    announce(bed)
    bed.stop()

    bed.handle(LOOK)

    found = bed.alerts[-1]
    assert found.what.key == "subject.found_stopped"
    assert found.severity is Severity.WARNING
    assert found.story[-1].key == "story.drill_perhaps"
    assert bed.command(command="drill-seen", mark=MARK).drill.seen == bed.now  # type: ignore[union-attr]


def test_it_is_seen_when_the_event_came_and_not_when_all_was_healed(bed: Bed) -> None:
    announce(bed)
    bed.stop()
    event = made(bed, stop_call(bed, "the-drill", **carrying(MARK)))
    invocation, came = bed.invocation(), bed.now
    bed.now += timedelta(seconds=4)

    handle(invocation, event)

    drill = bed.command(command="drill-seen", mark=MARK).drill
    assert drill is not None
    assert drill.seen == came


def test_what_is_found_beside_a_drill_is_told_as_always(bed: Bed) -> None:
    announce(bed)
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    stop_as(bed)

    assert [is_drill(each) for each in bed.alerts] == [False, True, False]
    assert bed.alerts[-1].detection == "drift-found"


def test_between_two_drills_there_are_ten_minutes(bed: Bed) -> None:
    announce(bed)
    bed.now += timedelta(minutes=9)

    refused = announce(bed, mark=OTHER_MARK)

    assert refused.did is Did.REFUSED
    assert refused.why == (
        f"{BOT['arn']} announced a drill a short time ago; the next can be in 1 min"
    )
    bed.now += timedelta(minutes=1)
    assert announce(bed, mark=OTHER_MARK).did is Did.ANNOUNCED_DRILL


@pytest.mark.parametrize("mark", [None, "", "abc", "G" * 32, 7])
def test_a_mark_that_is_none_is_refused(bed: Bed, mark: Any) -> None:
    refused = announce(bed, mark=mark)

    assert (refused.did, refused.why) == (
        Did.REFUSED,
        "a drill needs a mark of 32 hexadecimal digits",
    )
    assert bed.alerts == []


def test_the_settings_can_allow_none(bed: Bed) -> None:
    bed.settings["drills"] = False

    assert announce(bed).why == 'the settings allow no drills: "drills" is false'


def test_a_drill_that_cannot_be_told_is_none(bed: Bed) -> None:
    from tests.deployed_evidence import refused

    bed.alert_error = refused("QueueDoesNotExist")
    assert announce(bed).did is Did.REFUSED

    bed.alert_error = None
    assert not is_drill(stop_as(bed))


def test_the_table_does_not_hold_the_mark(bed: Bed) -> None:
    announce(bed)

    items = bed.account.dynamodb.scan(TableName="trailkeeper-state")["Items"]
    assert MARK not in repr(items)
    assert MARK not in bed.alerts[0].to_json()


def test_a_test_of_the_alerts_says_that_nothing_happened(bed: Bed) -> None:
    answer = bed.command(command="test-alerts", mark=MARK, author=BOT["arn"])

    assert answer.did is Did.TESTED_ALERTS
    (told,) = bed.alerts
    assert (told.detection, told.severity) == ("alerts-tested", Severity.INFO)
    assert told.what.key == "subject.alert_test"
    assert bed.logging()
