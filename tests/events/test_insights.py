"""What CloudTrail Insights says, read field by field."""

from __future__ import annotations

from typing import Any

import pytest

from tests.insight_events import event
from trailkeeper.events.event import MalformedEventError
from trailkeeper.events.insights import Insight, Share

MALLORY = Share("arn:aws:iam::123456789012:user/mallory", 40.0)
ALICE = Share("arn:aws:sts::123456789012:assumed-role/Deploy/alice", 1.5)
START = Insight(
    shared_id="shared-1",
    event_id="event-Start",
    state="Start",
    time="2026-11-26T10:00:00Z",
    region="eu-west-1",
    account="123456789012",
    source="ec2.amazonaws.com",
    call="RunInstances",
    kind="ApiCallRateInsight",
    usual=0.0000882145,
    observed=664.0,
    minutes=1.0,
    identities=(MALLORY, ALICE),
    user_agents=(Share("aws-cli/2.31.0 os/macos", 40.0),),
)


def test_a_start_is_read() -> None:
    assert Insight.parse(event("Start")) == START
    assert START.began == "2026-11-26T10:00:00Z"


def test_the_account_is_the_one_whose_trail_it_is() -> None:
    told = event("Start")
    told["account"], told["region"], told["time"] = "999999999999", "x", "y"

    assert Insight.parse(told) == START


def test_an_end_knows_when_it_began_and_the_rest_from_its_start() -> None:
    end = Insight.parse(event("End"))

    assert (end.observed, end.minutes, end.identities, end.user_agents) == (41.5, 7.0, (), ())
    assert end.began == "2026-11-26T10:00:00+00:00"
    whole = end.with_start(START)
    assert (whole.identities, whole.user_agents) == (START.identities, START.user_agents)
    assert (whole.observed, whole.usual) == (41.5, 0.0000882145)


def test_an_end_that_tells_something_itself_keeps_it() -> None:
    told = Insight("s", "e", "End", "t", "r", "a", "s", "c", "k", "e", 1.0, 2.0, 3.0)
    told = told.with_start(START)

    assert (told.usual, told.observed, told.errors) == (1.0, 2.0, ())
    silent = Insight("s", "e", "End", "t", "r", "a", "s", "c", "k", errors=(ALICE,))
    silent = silent.with_start(START)
    assert (silent.usual, silent.observed) == (START.usual, START.observed)
    assert silent.errors == (ALICE,)
    named = Insight("s", "e", "End", "t", "r", "a", "s", "c", "k", identities=(ALICE,))
    assert named.with_start(START).identities == (ALICE,)


@pytest.mark.parametrize("time", ["", "soon", "0001-01-01T00:00:00Z"])
def test_an_end_without_a_time_knows_no_beginning(time: str) -> None:
    changed = event("End")
    changed["detail"]["eventTime"] = time
    changed["time"] = time

    assert Insight.parse(changed).began == ""


@pytest.mark.parametrize(
    ("field", "around", "value"),
    [
        ("eventTime", "time", "2026-11-26T10:00:00Z"),
        ("awsRegion", "region", "eu-west-1"),
        ("recipientAccountId", "account", "123456789012"),
    ],
)
def test_what_the_event_leaves_out_is_taken_from_around_it(
    field: str, around: str, value: str
) -> None:
    changed = event("Start")
    del changed["detail"][field]

    assert getattr(Insight.parse(changed), around) == value


@pytest.mark.parametrize(
    ("number", "read"),
    [(0, 0.0), (7, 7.0), (1.5, 1.5), (-1, None), (True, None), ("7", None), (float("nan"), None)],
)
def test_a_rate_is_a_number_that_can_be_one(number: object, read: float | None) -> None:
    changed = event("Start")
    statistics = changed["detail"]["insightDetails"]["insightContext"]["statistics"]
    statistics["insight"]["average"] = number

    assert Insight.parse(changed).observed == read


def test_five_shares_are_enough_and_those_of_nobody_are_none() -> None:
    changed = event("Start")
    context = changed["detail"]["insightDetails"]["insightContext"]
    shares: list[Any] = [{"value": f"user-{rate}", "average": rate} for rate in range(1, 8)]
    context["attributions"] = [
        {"attribute": "userIdentityArn", "insight": [*shares, {"value": "", "average": 99}]},
        {"attribute": "errorCode", "insight": [{"value": "Throttled"}, {"value": "null"}, 7]},
        "userAgent",
    ]
    insight = Insight.parse(changed)

    assert insight.identities == tuple(Share(f"user-{rate}", rate) for rate in (7, 6, 5, 4, 3))
    assert insight.errors == (Share("Throttled", 0.0),)
    assert insight.user_agents == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"sharedEventID": ""},
        {"insightDetails": {"state": "Middle"}},
        {"insightDetails": None},
    ],
)
def test_what_is_no_insight_is_refused(changed: dict[str, Any]) -> None:
    wrong = event("Start")
    wrong["detail"].update(changed)

    with pytest.raises(MalformedEventError, match="expected an Insights event"):
        Insight.parse(wrong)
    with pytest.raises(MalformedEventError, match="expected an Insights event"):
        Insight.parse(None)
