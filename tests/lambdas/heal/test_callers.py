"""Who stopped the trail is said by event history, where events named somebody else for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lambdas.heal.state import State
from tests.deployed_evidence import ACCOUNT
from tests.lambdas.heal.bed import Bed, made, stop_call
from tests.tampered import Tampered, failing
from trailkeeper.alerts.alert import Alert
from trailkeeper.environments.schedule import LOOK, SWEEP
from trailkeeper.words.text import Text


def user(name: str) -> dict[str, Any]:
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    return {"type": "IAMUser", "arn": arn, "accountId": ACCOUNT, "userName": name}


def arn(name: str) -> str:
    return str(user(name)["arn"])


def stop_by(bed: Bed, event_id: str, name: str, **detail: Any) -> dict[str, Any]:
    event = stop_call(bed, event_id, userIdentity=user(name))
    return {**event, "detail": {**event["detail"], **detail}}


def told(bed: Bed) -> list[Alert]:
    return [each for each in bed.alerts if each.detection == "stop-caller"]


def said(alert: Alert, label: str) -> list[str]:
    """The facts of an alert, of a text its values."""
    found = [each.value for each in alert.facts if each.label == label]
    return [_shown(each) for each in found]


def _shown(value: object) -> str:
    if isinstance(value, Text):
        return " ".join(map(_shown, value.params.values()))
    return str(value)


def look(bed: Bed, minutes: int = 5, event: Any = LOOK) -> None:
    bed.now += timedelta(minutes=minutes)
    bed.handle(event)


@pytest.mark.parametrize("schedule", [LOOK, SWEEP], ids=["look", "sweep"])
def test_who_really_called_is_told_once_the_history_has_it(bed: Bed, schedule: Any) -> None:
    bed.stop()
    bed.handle(stop_by(bed, "made-up", "innocent"))
    bed.handle(stop_by(bed, "real", "mallory"))
    real = stop_by(bed, "real", "mallory")
    look(bed, event=schedule)
    assert told(bed) == []
    made(bed, real)

    for _ in range(3):
        look(bed, event=schedule)

    (alert,) = told(bed)
    assert alert.who == Text("actor.short", {"name": "mallory"})
    (stopped_by,) = said(alert, "label.stopped_by")
    assert "StopLogging mallory" in stopped_by
    assert said(alert, "label.claimed") == [arn("innocent")]
    assert alert.what == Text("subject.callers", {"count": 1})


def test_a_stop_whose_own_event_never_came_has_its_caller_all_the_same(bed: Bed) -> None:
    bed.stop()
    made(bed, stop_by(bed, "real", "mallory"))
    bed.handle(stop_by(bed, "made-up", "innocent"))

    look(bed)

    (alert,) = told(bed)
    assert said(alert, "label.claimed") == [arn("innocent")]


def test_nothing_more_is_told_of_a_caller_who_was_named(bed: Bed) -> None:
    bed.stop()
    bed.handle(made(bed, stop_by(bed, "real", "mallory")))

    for _ in range(3):
        look(bed)

    assert told(bed) == []


def test_stops_of_one_look_are_told_together_with_whoever_was_named(bed: Bed) -> None:
    for number, name in enumerate(("mallory", "trudy")):
        bed.stop()
        bed.handle(stop_by(bed, f"made-up-{number}", f"innocent-{number}"))
        bed.handle(made(bed, stop_by(bed, f"real-{number}", name)))
        bed.now += timedelta(minutes=1)

    look(bed)

    (alert,) = told(bed)
    assert alert.what == Text("subject.callers", {"count": 2})
    first, second = said(alert, "label.stopped_by")
    assert "mallory" in first
    assert "trudy" in second
    assert said(alert, "label.claimed") == [arn("innocent-0"), arn("innocent-1")]


@pytest.mark.parametrize(
    "other",
    [
        {"requestParameters": {"name": "another"}},
        {"errorCode": "AccessDenied"},
        {"eventName": "UpdateTrail"},
        {"eventTime": "2026-11-20T03:03:59Z"},
        {"eventTime": "2026-11-20T03:04:11Z"},
    ],
    ids=["another trail", "refused", "no stop", "six seconds before", "six seconds after"],
)
def test_a_call_that_was_not_the_stop_says_nothing(bed: Bed, other: dict[str, Any]) -> None:
    bed.stop()
    bed.handle(stop_by(bed, "made-up", "innocent"))
    made(bed, stop_by(bed, "other", "bystander", **other))

    for _ in range(3):
        look(bed)

    assert told(bed) == []


@pytest.mark.parametrize("late", [40, 100])
def test_who_deleted_the_trail_is_told_as_well(bed: Bed, late: int) -> None:
    """Its status is gone with it: all that is known is the minute in which it was missed."""
    deleted = {"eventName": "DeleteTrail"}
    bed.account.cloudtrail.delete_trail(Name="trailkeeper")
    made(bed, stop_by(bed, "real", "mallory", **deleted))
    bed.now += timedelta(seconds=late)
    bed.handle(stop_by(bed, "made-up", "innocent", **deleted))

    look(bed)

    (alert,) = told(bed)
    assert "DeleteTrail mallory" in said(alert, "label.stopped_by")[0]


def test_an_hour_later_nobody_asks_any_more(bed: Bed) -> None:
    bed.stop()
    bed.handle(stop_by(bed, "made-up", "innocent"))
    real = stop_by(bed, "real", "mallory")
    look(bed, 61)
    made(bed, real)

    look(bed)

    assert told(bed) == []


def test_without_a_stop_in_the_last_hour_not_even_the_table_is_asked(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def attributed(*_: object) -> tuple[()]:
        asked.append("asked")
        return ()

    monkeypatch.setattr(State, "attributed", attributed)
    look(bed)
    look(bed, event=SWEEP)
    assert asked == []
    bed.stop()
    bed.handle(stop_by(bed, "real", "mallory"))
    look(bed)
    assert asked == ["asked"]
    look(bed, 61)
    assert asked == ["asked"]


def test_a_history_that_cannot_be_asked_is_asked_at_the_next_look(bed: Bed) -> None:
    bed.stop()
    made(bed, stop_by(bed, "real", "mallory"))
    bed.handle(stop_by(bed, "made-up", "innocent"))
    bed.clients = Tampered(bed.account, "cloudtrail", "lookup_events", failing("AccessDenied"))
    look(bed)
    assert told(bed) == []
    bed.clients = None

    look(bed)

    assert len(told(bed)) == 1
