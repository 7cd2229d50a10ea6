"""Whatever lies in the queue is read as something, and never as more than it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile import NASTY
from tests.lambdas.alert.conftest import api_call, state_change
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.incoming import Flush, read
from trailkeeper.events.event import ApiCall
from trailkeeper.events.instances import StateChange

FLUSH = Flush("group", "window", 60)


def test_every_kind() -> None:
    assert isinstance(
        read(json.dumps(state_change("i-0123456789abcdef0", "stopped", "e"))), StateChange
    )
    assert isinstance(read(json.dumps(api_call("StopInstances", "i-0123456789abcdef0"))), ApiCall)
    assert read(FLUSH.to_json()) == FLUSH
    assert isinstance(read('{"AlarmName": "x", "NewStateValue": "OK"}'), Alert)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(NASTY[:19]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    "detail",
                    "detail-type",
                    "flush",
                    "dedup_key",
                    "AlarmName",
                    "NewStateValue",
                    "Trigger",
                )
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(json_values)
def test_reading_never_raises(document: object) -> None:
    read(json.dumps(document))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.data())
def test_an_event_without_some_of_its_fields(data: st.DataObject) -> None:
    event = data.draw(
        st.sampled_from(
            (
                state_change("i-0123456789abcdef0", "stopped", "e"),
                api_call("RunInstances", "i-0123456789abcdef0", error="AccessDenied"),
            )
        )
    )
    for place in (event, event["detail"]):
        for key in data.draw(st.lists(st.sampled_from(sorted(place)), max_size=4, unique=True)):
            place[key] = data.draw(json_values)
    read(json.dumps(event))


@pytest.mark.parametrize("text", NASTY, ids=lambda text: ascii(text[:12]))
def test_what_is_read_can_be_written_as_utf_8(text: str) -> None:
    change = read(json.dumps(state_change("i-0123456789abcdef0", text, text)))
    assert isinstance(change, StateChange)
    (change.state + change.event_id).encode()
