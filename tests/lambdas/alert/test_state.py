"""The state table takes everything in the end, or says that it did not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lambdas.alert.state import State, StateBusyError
from trailkeeper.events.instances import StateChange
from trailkeeper.state.alert_items import Held

TABLE = "trailkeeper-state"
CHANGE = StateChange("e2", "i-0123456789abcdef0", "stopped", "1", "us-east-1", "2026-11-20")


class Busy:
    """A table that takes and gives one item of a batch at a time, or none."""

    def __init__(self, taken_at_once: int) -> None:
        self.taken_at_once = taken_at_once
        self.written: list[str] = []

    def batch_write_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:
        requests = RequestItems[TABLE]
        assert len(requests) <= 25
        now, later = requests[: self.taken_at_once], requests[self.taken_at_once :]
        self.written += [each["PutRequest"]["Item"]["id"]["S"] for each in now]
        return {"UnprocessedItems": {TABLE: later} if later else {}}

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:
        keys = RequestItems[TABLE]["Keys"]
        assert len(keys) <= 100
        now, later = keys[: self.taken_at_once], keys[self.taken_at_once :]
        left = {TABLE: {"Keys": later}} if later else {}
        return {"Responses": {TABLE: now}, "UnprocessedKeys": left}


def state(table: Busy, waits: list[float]) -> State:
    return State(table, TABLE, clock=lambda: 0.0, sleep=waits.append)


def test_what_was_not_processed_is_asked_for_again() -> None:
    table, waits = Busy(taken_at_once=10), list[float]()
    events = [f"e{number}" for number in range(60)]
    state(table, waits).mark_seen(events)
    assert table.written == [f"seen#{each}" for each in events]
    assert len(waits) == 4
    assert state(Busy(taken_at_once=40), waits).seen(events) == set(events)


def test_an_item_that_somebody_else_wrote_is_passed_over() -> None:
    class Strange:
        def query(self, **_: Any) -> dict[str, Any]:
            good = Held.item("w", CHANGE, "Owner", datetime.now(UTC))
            return {"Items": [{"at": {"S": "e"}, "happening": {"S": "[]"}}, good]}

        def get_item(self, **_: Any) -> dict[str, Any]:
            return {"Item": {"window": {"S": "w"}, "closes": {"S": "never"}}}

        def batch_get_item(self, **_: Any) -> dict[str, Any]:
            return {"Responses": {TABLE: [{"id": {"S": "actor#i"}, "cause": {"S": "?"}}]}}

    table = State(Strange(), TABLE)

    assert [each.happening for each in table.held("w")] == [CHANGE]
    assert table.window("group") is None
    assert table.causes([("i", "StopInstances")]) == {}


def test_a_table_that_takes_nothing_is_not_asked_for_ever() -> None:
    waits = list[float]()
    with pytest.raises(StateBusyError, match="3 requests"):
        state(Busy(taken_at_once=0), waits).mark_seen(["a", "b", "c"])
    with pytest.raises(StateBusyError):
        state(Busy(taken_at_once=0), waits).seen(["a"])
    assert len(waits) == 12
    assert max(waits) <= 1.6
