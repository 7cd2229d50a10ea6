"""The watcher asks event history for the calls that it told of, as the heal function does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.deployed_evidence import refused
from tests.lambdas.watcher.bed import Bed, call, mail
from trailkeeper.environments.schedule import LOOK

INNOCENT = {
    "type": "IAMUser",
    "arn": "arn:aws:iam::111122223333:user/innocent",
    "userName": "innocent",
}


def looks(bed: Bed, minutes: int) -> None:
    """So many minutes, with a look every quarter of an hour."""
    for _ in range(minutes // 15):
        bed.now += timedelta(minutes=15)
        bed.handle(LOOK)


def forge(bed: Bed, event_id: str = "made-up") -> None:
    bed.handle(call(eventID=event_id, userIdentity=INNOCENT))


def second(bed: Bed) -> list[str]:
    return [mail(each) for each in bed.told if each.detection == "call-not-made"]


def test_a_made_up_call_is_told_to_be_none_after_half_an_hour_and_once(bed: Bed) -> None:
    forge(bed)
    looks(bed, 15)
    assert [mail(each).count("User innocent called") for each in bed.told] == [1]

    looks(bed, 60)

    (text,) = second(bed)
    assert 'Trailkeeper told of PutFunctionConcurrency by "user innocent"' in text
    assert "somebody who may invoke the function trailkeeper-watcher sent the event" in text
    assert 'Take back what was done to "user innocent"' in text


def test_a_call_that_the_history_has_is_told_once(bed: Bed) -> None:
    bed.starve()
    event = call()
    bed.handle(event)
    looks(bed, 15)
    bed.account.cloudtrail.history.append(event["detail"])

    looks(bed, 60)

    assert len(bed.told) == 1


def test_a_call_that_somebody_else_made_is_told_with_who(bed: Bed) -> None:
    bed.account.cloudtrail.history.append(call(eventID="real")["detail"])
    forge(bed, "real")

    looks(bed, 15)

    (text,) = second(bed)
    assert 'it was made by "user mallory (PutFunctionConcurrency)"' in text


def test_calls_that_are_told_together_are_looked_up_too(bed: Bed) -> None:
    for number in range(4):
        forge(bed, f"made-up-{number}")

    looks(bed, 60)

    (text,) = second(bed)
    assert "4 calls told before, made by nobody as told" in text


def test_a_look_asks_nothing_while_nothing_was_told(bed: Bed) -> None:
    looks(bed, 60)

    assert bed.account.cloudtrail.asked == 0


def test_a_history_that_cannot_be_asked_keeps_nothing_from_being_done(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    forge(bed)

    def refuse(**_: Any) -> Any:
        raise refused("AccessDeniedException")

    monkeypatch.setattr(bed.account.cloudtrail, "lookup_events", refuse)
    bed.starve()
    bed.now += timedelta(hours=2)
    bed.handle({})
    assert not bed.is_starved()
    monkeypatch.undo()

    looks(bed, 15)

    assert len(second(bed)) == 1
