"""The sign of life says what the guard did since the last one, and comes whatever is unreadable."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from lambdas.heal.state import State
from tests.deployed_evidence import NOW
from tests.lambdas.heal.bed import Bed
from trailkeeper.environments.schedule import ALIVE, LOOK, SWEEP
from trailkeeper.reconcile.answer import Did
from trailkeeper.state.alert_items import Told
from trailkeeper.state.heal_items import Alive, Ran
from trailkeeper.words.text import Moment, Text

WEEK = timedelta(days=7)


def took(bed: Bed, channel: str, taken: int) -> None:
    item = Told(channel, bed.now, taken=taken).item()
    bed.account.dynamodb.put_item(TableName="trailkeeper-state", Item=item)


def test_it_counts_looks_sweeps_heals_and_alerts_since_the_last(bed: Bed) -> None:
    bed.handle(LOOK)
    took(bed, "sns", 5)
    bed.handle(ALIVE)
    bed.alerts.clear()
    for _ in range(3):
        bed.now += timedelta(minutes=5)
        bed.handle(LOOK)
    bed.now += timedelta(minutes=1)
    bed.handle(SWEEP)
    bed.stop()
    bed.handle(SWEEP)
    took(bed, "sns", 7)
    took(bed, "slack", 1)
    bed.alerts.clear()

    answer = bed.handle(ALIVE)

    assert answer.did is Did.SAID_ALIVE
    (alert,) = bed.alerts
    assert alert.story[0] == Text(
        "story.alive.counts",
        {"since": Moment(NOW.isoformat()), "looks": 3, "sweeps": 2, "heals": 1},
    )
    assert [fact.value for fact in alert.facts] == [
        Text("alive.taken", {"channel": Text("channel.slack"), "count": 1}),
        Text("alive.taken", {"channel": Text("channel.sns"), "count": 2}),
    ]


def test_the_first_says_how_often_it_comes(bed: Bed) -> None:
    bed.settings["alive_days"] = 3

    bed.handle(ALIVE)

    (alert,) = bed.alerts
    assert alert.story == (
        Text("story.alive.heal"),
        Text("story.alive.first", {"days": 3}),
        Text("story.alive.silence", {"days": 3}),
    )


def test_it_comes_although_the_table_cannot_be_read(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> object:
        raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetItem")

    monkeypatch.setattr(State, "_one", refuse)

    bed.handle(ALIVE)

    (alert,) = bed.alerts
    assert alert.story[:2] == (Text("story.alive.heal"), Text("story.alive.unknown"))


def test_a_count_that_began_anew_is_no_less_than_nothing(bed: Bed) -> None:
    state = State(bed.account, lambda: bed.now)
    state.remember_alive(Alive(bed.now - WEEK, 2016, 336, {"sns": 90}))
    state.remember_run(Ran("look", bed.now, 7))
    took(bed, "sns", 2)

    bed.handle(ALIVE)

    (alert,) = bed.alerts
    assert alert.story[0].params["looks"] == 7
    assert alert.facts[0].value == Text("alive.taken", {"channel": Text("channel.sns"), "count": 2})


@pytest.mark.parametrize("at", [NOW + WEEK, NOW + timedelta(days=3650)])
def test_a_message_of_a_time_to_come_is_none(bed: Bed, at: object) -> None:
    state = State(bed.account, lambda: bed.now)
    state.remember_alive(Alive(at, 1, 1, {}))  # type: ignore[arg-type]

    bed.handle(ALIVE)

    alive, strange = bed.alerts
    assert alive.story[1].key == "story.alive.first"
    assert strange.detection == "state-item-strange"
