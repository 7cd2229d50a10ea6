"""The items of the state table as AWS holds them, and what is read from those of others."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from trailkeeper.events.instances import Cause, StateChange
from trailkeeper.evidence.outcome import Report
from trailkeeper.state.alert_items import Caller, DrillTold, Held, Outage, Seen, Window
from trailkeeper.state.heal_items import (
    Begun,
    Contained,
    Drill,
    Heal,
    KnownStop,
    KnownTrails,
    LastReconcile,
    Pause,
    Ran,
    SaidStop,
    Silence,
)
from trailkeeper.state.table import StrangeItemError, believed
from trailkeeper.wire.typed import MalformedError
from trailkeeper.words.text import Text

AT = datetime(2026, 11, 20, 9, 17, 40, tzinfo=UTC)
UNIX = 1795166260
DAY = 86400
CAUSE = Cause("StopInstances", "2026-11-20T09:17:40Z", "e1", Text("actor.user", {"name": "bot"}))
CHANGE = StateChange("e2", "i-0123456789abcdef0", "stopped", "1", "us-east-1", AT.isoformat())


def test_a_pause() -> None:
    pause = Pause(AT, AT + timedelta(minutes=30), "a move", "alice")

    item = pause.item()

    assert (item["id"], item["at"]) == ({"S": "pause"}, {"S": "now"})
    assert json.loads(item["body"]["S"]) == {
        "started": "2026-11-20T09:17:40+00:00",
        "until": "2026-11-20T09:47:40+00:00",
        "reason": "a move",
        "author": "alice",
    }
    assert item["expires"] == {"N": str(UNIX + 30 * 60 + 30 * DAY)}
    assert Pause.parse(item) == pause


def test_a_heal_is_one_item_an_event() -> None:
    heal = Heal(AT, "arn:mallory", "e1")

    item = heal.item()

    assert item == {
        "id": {"S": "heal"},
        "at": {"S": "2026-11-20T09:17:40+00:00#e1"},
        "body": {"S": '{"author": "arn:mallory"}'},
        "expires": {"N": str(UNIX + 30 * DAY)},
    }
    assert Heal.parse(item) == heal


def test_a_drill() -> None:
    drill = Drill(AT, "5f1c", "arn:alice", AT + timedelta(seconds=2), "e1")

    item = drill.item()

    assert (item["id"], item["at"]) == ({"S": "drill"}, {"S": "now"})
    assert item["expires"] == {"N": str(UNIX + 30 * DAY)}
    assert Drill.parse(item) == drill
    assert (drill.end - AT, drill.next - AT) == (timedelta(minutes=15), timedelta(minutes=10))


def test_what_became_of_an_alert_of_a_drill_is_one_item_a_channel() -> None:
    told = DrillTold("5f1c", "stopped", "slack", AT, "SlackError: answered 404")

    item = told.item()

    assert (item["id"], item["at"]) == ({"S": "drill#5f1c"}, {"S": "stopped#slack"})
    assert DrillTold.parse(item) == told


def test_the_last_reconcile() -> None:
    last = LastReconcile(AT, Report())

    item = last.item()

    assert (item["id"], item["at"]) == ({"S": "reconcile"}, {"S": "last"})
    assert item["expires"] == {"N": str(UNIX + 30 * DAY)}
    assert LastReconcile.parse(item) == last


def test_what_the_alert_function_remembers() -> None:
    expires = AT + timedelta(days=1)
    end = {"expires": {"N": str(UNIX + DAY)}}

    seen = Seen("e1").item(expires)
    assert seen == {"id": {"S": "seen#e1"}, "at": {"S": "seen"}, **end}
    assert Seen.parse(seen) == Seen("e1")

    caller = Caller("i-0123456789abcdef0", CAUSE).item(expires)
    assert caller["id"] == {"S": "actor#i-0123456789abcdef0"}
    assert caller["at"] == {"S": "StopInstances"}
    assert Caller.parse(caller) == Caller("i-0123456789abcdef0", CAUSE)

    window = Window("w", 12.5, 60)
    assert window.item("group", expires) == {
        "id": {"S": "window#group"},
        "at": {"S": "window"},
        "window": {"S": "w"},
        "closes": {"N": "12.5"},
        "seconds": {"N": "60"},
        **end,
    }
    assert Window.parse(window.item("group", expires)) == window

    held = Held.item("w", CHANGE, "Owner", expires)
    assert (held["id"], held["at"]) == ({"S": "held#w"}, {"S": "e2"})
    assert Held.parse(held) == Held("e2", CHANGE)


def body(**values: Any) -> dict[str, Any]:
    return {"id": {"S": "x"}, "at": {"S": AT.isoformat()}, "body": {"S": json.dumps(values)}}


@pytest.mark.parametrize(
    ("kind", "item"),
    [
        (Pause, {}),
        (Pause, {"body": {"S": "{"}}),
        (Pause, {"body": {"S": "[]"}}),
        (Pause, {"body": {"N": "1"}}),
        (Pause, body(started="now", until="later", reason="", author="")),
        (Pause, body(started="2026-11-20T09:17:40", until=AT.isoformat(), reason="", author="")),
        (Pause, body(started=AT.isoformat(), until=AT.isoformat(), reason=None, author="")),
        (Heal, {**body(author="x"), "at": {"S": "yesterday#e"}}),
        (Heal, body()),
        (LastReconcile, body(at=AT.isoformat(), in_order=True, outcomes=[])),
        (Caller, {"id": {"S": "actor#i"}, "cause": {"S": "{}"}}),
        (Window, {"window": {"S": "w"}, "closes": {"N": "soon"}, "seconds": {"N": "1"}}),
        (Held, {"at": {"S": "e"}, "happening": {"S": '{"change": {}}'}}),
        (Held, {"at": {"S": "e"}, "happening": {"S": "[]"}}),
        (Seen, {}),
    ],
)
def test_an_item_that_is_not_ours_is_refused(kind: Any, item: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        kind.parse(item)


def test_an_outage_is_read_as_the_alert_function_counts_it() -> None:
    item = {
        "id": {"S": "outage"},
        "at": {"S": "slack"},
        "since": {"S": AT.isoformat()},
        "failures": {"N": "3"},
    }

    assert Outage("slack", AT, 3, told=False).item() == {
        **item,
        "expires": {"N": str(UNIX + 30 * DAY)},
    }
    assert Outage.key_of("slack") == {"id": {"S": "outage"}, "at": {"S": "slack"}}
    assert Outage.parse(item) == Outage("slack", AT, 3, told=False)
    assert Outage.parse({**item, "told": {"BOOL": True}}).told is True
    assert Outage.parse({**item, "told": {"S": "yes"}}).told is False


@pytest.mark.parametrize(
    "change",
    [
        {"since": {"S": "yesterday"}},
        {"since": {"S": "2026-11-20T09:17:40"}},
        {"failures": {"N": "many"}},
        {"failures": {"N": "0"}},
        {"failures": {"N": "-1000000"}},
        {"failures": {"S": "3"}},
    ],
)
def test_an_outage_of_somebody_else_is_none(change: dict[str, Any]) -> None:
    item = {"at": {"S": "slack"}, "since": {"S": AT.isoformat()}, "failures": {"N": "3"}}

    with pytest.raises(MalformedError):
        Outage.parse({**item, **change})


SOON = timedelta(minutes=1, seconds=1)


@pytest.mark.parametrize(
    "item",
    [
        Ran("look", AT + SOON),
        KnownStop(AT + SOON),
        SaidStop(AT + SOON, AT),
        # Lambda ends a run after a quarter of an hour.
        Begun("r", AT, AT + timedelta(minutes=15) + SOON, ()),
        Silence(AT + SOON),
        Drill(AT + SOON, "5f1c", "arn:alice"),
        Drill(AT, "5f1c", "arn:alice", AT + SOON, "e1"),
        Contained(AT + SOON, "arn:mallory"),
        KnownTrails(AT + SOON, ()),
    ],
    ids=lambda each: type(each).__name__,
)
def test_what_cannot_be_yet_is_not_believed(item: Any) -> None:
    with pytest.raises(StrangeItemError, match=r"of a time to come, 2026-11-20T09:18:41"):
        believed(type(item), item.item(), AT)

    later = AT + timedelta(minutes=20)
    assert believed(type(item), item.item(), later) == item
