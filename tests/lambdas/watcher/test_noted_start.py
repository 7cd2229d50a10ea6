"""The watcher's start of the trail is noted before it, so that no end of a run leaves it untold."""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.lambdas.watcher.bed import Bed, Trail, mail
from trailkeeper.alerts.alert import Alert
from trailkeeper.environments.schedule import LOOK, WATCH
from trailkeeper.evidence.names import WATCHER_TABLE
from trailkeeper.reconcile import begun

TABLE_DOWN = ClientError({"Error": {"Code": "InternalServerError"}}, "PutItem")


class CutOff(BaseException):
    """When Lambda ends the process."""


class Stopped(Trail):
    """A trail that somebody stopped; `on_start` runs when it has been started."""

    logs = False

    def __init__(self, on_start: Any = lambda: None) -> None:
        self.on_start = on_start

    def start_logging(self, *, Name: str) -> None:
        super().start_logging(Name=Name)
        self.on_start()


class Table:
    """The watcher's table, whose writes go through `put_item`."""

    def __init__(self, table: Any, put_item: Any) -> None:
        self._table, self.put_item = table, put_item

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)


def cut_off() -> None:
    raise CutOff


def later(bed: Bed, event: Any = WATCH) -> list[str]:
    """What the next run tells, two hours later."""
    before = len(bed.told)
    bed.now += timedelta(hours=2)
    bed.handle(event)
    return [mail(each) for each in bed.told[before:]]


@pytest.mark.parametrize("event", [LOOK, WATCH], ids=["look", "sweep"])
def test_a_start_whose_run_is_cut_off_is_told_once_by_the_next_sweep(bed: Bed, event: Any) -> None:
    bed.account.cloudtrail = Stopped(on_start=cut_off)
    with pytest.raises(CutOff):
        bed.handle(event)
    assert bed.account.cloudtrail.logs
    bed.handle(event)  # as Lambda does, at once
    assert bed.told == []

    (text,) = later(bed)

    assert "Logging of the trail" in text
    assert "a run had begun to put it back and was cut off" in text
    assert later(bed) == []


def test_a_start_that_could_not_be_told_is_told_once_by_the_next_sweep(bed: Bed) -> None:
    bed.account.cloudtrail = Stopped()
    bed.refusals = 1
    with pytest.raises(ClientError):
        bed.handle(WATCH)

    (text,) = later(bed)

    assert "a run had begun to put it back and was cut off" in text
    assert later(bed) == []


def test_of_a_trail_that_was_stopped_again_the_new_start_is_told(bed: Bed) -> None:
    bed.account.cloudtrail = Stopped(on_start=cut_off)
    with pytest.raises(CutOff):
        bed.handle(WATCH)
    bed.account.cloudtrail = Stopped()

    (text,) = later(bed)

    assert "Logging of the trail" in text
    assert "cut off" not in text
    assert later(bed) == []


def test_a_start_that_was_told_is_told_once(bed: Bed) -> None:
    bed.account.cloudtrail = Stopped()

    bed.handle(LOOK)

    (alert,) = bed.told
    assert "Logging of the trail" in mail(alert)
    assert later(bed) == []


def test_the_note_is_there_before_the_trail_is_started(bed: Bed) -> None:
    noted: list[int] = []

    def count() -> None:
        noted.append(bed.account.dynamodb.scan(TableName=WATCHER_TABLE)["Count"])

    bed.account.cloudtrail = Stopped(on_start=count)

    bed.handle(WATCH)

    assert noted == [1]
    # What is left is who has confirmed that he gets alerts.
    left = bed.account.dynamodb.scan(TableName=WATCHER_TABLE)["Items"]
    assert [each["id"]["S"] for each in left] == ["subscribers"]


def test_a_table_that_takes_no_note_keeps_no_trail_stopped(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise TABLE_DOWN

    bed.account.cloudtrail = Stopped()
    monkeypatch.setattr(bed.account, "dynamodb", Table(bed.account.dynamodb, refuse))

    bed.handle(WATCH)

    assert bed.account.cloudtrail.logs
    (alert,) = bed.told
    assert "Logging of the trail" in mail(alert)


def test_a_trail_does_not_wait_for_a_table_that_answers_late(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a note that comes after the start is forgotten like every other."""
    monkeypatch.setattr(begun, "_LONGEST_SECONDS", 0.01)
    told, tell, table = Event(), bed.tell, bed.account.dynamodb

    def put_late(**arguments: Any) -> Any:
        assert told.wait(20), "the trail waits for its note"
        return table.put_item(**arguments)

    def tell_and_say_so(alert: Alert) -> None:
        tell(alert)
        told.set()

    bed.account.cloudtrail = Stopped()
    monkeypatch.setattr(bed, "tell", tell_and_say_so)
    monkeypatch.setattr(bed.account, "dynamodb", Table(table, put_late))

    bed.handle(WATCH)

    (alert,) = bed.told
    assert "Logging of the trail" in mail(alert)
    assert later(bed) == []
