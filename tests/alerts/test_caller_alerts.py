"""Who is said to have stopped the trail, and of how many stops it is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.deployed_evidence import BASELINE
from trailkeeper.alerts.caller_alerts import StopCaller, of_stops
from trailkeeper.events.event import Actor, ApiCall
from trailkeeper.words.text import Text

NOW = datetime(2026, 11, 20, 9, 17, tzinfo=UTC)


def stop(*accounts: str, minute: int = 0, arn: bool = True) -> StopCaller:
    """A stop by a user kim of each of these accounts."""
    calls = tuple(
        ApiCall(
            name="StopLogging",
            time=NOW.isoformat(),
            actor=Actor(
                kind="IAMUser",
                name="kim",
                account=account,
                principal_arn=f"arn:aws:iam::{account}:user/kim" if arn else "",
            ),
        )
        for account in accounts
    )
    return StopCaller(NOW + timedelta(minutes=minute), calls, ("arn:innocent",))


@pytest.mark.parametrize("arn", [True, False])
def test_one_who_stopped_it_again_is_named_as_one(arn: bool) -> None:
    alert = of_stops([stop("1", arn=arn), stop("1", minute=1, arn=arn)], BASELINE, NOW)

    assert alert.who == Text("actor.short", {"name": "kim"})
    assert [each.text.key for each in alert.steps[:1]] == ["next.ask"]


def test_two_of_the_same_name_are_two() -> None:
    alert = of_stops([stop("1", "2")], BASELINE, NOW)

    assert alert.who == Text("folded.principals", {"count": 2})
    assert alert.steps[0].text == Text("next.callers")


@pytest.mark.parametrize(("stops", "more"), [(1, []), (5, []), (6, [1]), (8, [3])])
def test_five_stops_are_shown_and_the_others_counted(stops: int, more: list[int]) -> None:
    alert = of_stops([stop("1", minute=each) for each in range(stops)], BASELINE, NOW)

    said = [each.value for each in alert.facts if each.label == "label.stopped_by"]
    texts = [each for each in said if isinstance(each, Text)]
    assert [each.key for each in texts].count("callers.stop") == min(stops, 5)
    assert [each.params["count"] for each in texts if each.key == "change.more"] == more
