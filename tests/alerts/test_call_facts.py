"""What else an author did is asked by whatever name event history knows the author by."""

from __future__ import annotations

from typing import Any

import pytest

from trailkeeper.alerts.alert import Command
from trailkeeper.alerts.call_facts import evidence
from trailkeeper.events.event import Actor, ApiCall

SPAN = {
    "region": "us-east-1",
    "since": "2026-11-20T08:47:40Z",
    "until": "2026-11-20T09:47:40Z",
}
KEY = "AKIAIOSFODNN7EXAMPLE"


@pytest.mark.parametrize(
    ("actor", "verb", "known"),
    [
        ({"name": "alice", "access_key_id": KEY}, "calls-of-user", {"user": "alice"}),
        ({"name": "", "access_key_id": KEY}, "calls-of-key", {"key": KEY}),
        ({"name": "a; id", "access_key_id": KEY}, "calls-of-key", {"key": KEY}),
        ({"name": "a; id", "access_key_id": "b; id"}, "calls-named", {"events": "StopLogging"}),
        ({}, "calls-named", {"events": "StopLogging"}),
    ],
)
def test_by_user_by_key_or_by_the_call(
    actor: dict[str, Any], verb: str, known: dict[str, str]
) -> None:
    call = ApiCall(
        name="StopLogging", time="2026-11-20T09:17:40Z", region="us-east-1", actor=Actor(**actor)
    )

    assert evidence(call) == Command(verb, {**known, **SPAN})


def test_without_a_time_nothing_is_asked() -> None:
    assert evidence(ApiCall(name="StopLogging", region="us-east-1")) is None
