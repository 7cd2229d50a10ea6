"""Lists and quotes in alerts are no longer than people read; what comes after is counted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.alerts.told.others import CHANGE, DENIED, GONE, WEB, control, record, summary
from tests.deployed_evidence import BASELINE
from tests.insight_events import event
from trailkeeper.alerts import (
    alive_alerts,
    call_facts,
    changes,
    fight_alerts,
    guard_alerts,
    happening_json,
    heal_alerts,
    other_trail_alerts,
)
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.caller_alerts import StopCaller, of_stops
from trailkeeper.alerts.dead_letters import letter_of
from trailkeeper.alerts.deletion_alerts import Deletions
from trailkeeper.alerts.forged_alerts import Forged, forged
from trailkeeper.alerts.incoming import read
from trailkeeper.alerts.insight_alerts import insight_alert
from trailkeeper.events.event import Actor, ApiCall
from trailkeeper.events.insights import Insight
from trailkeeper.events.instances import caused
from trailkeeper.events.principal import short
from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.outcome import Outcome, Report, Result
from trailkeeper.evidence.trails import ListedTrail

NOW = datetime(2026, 11, 20, 9, 17, tzinfo=UTC)
STOP = ApiCall(name="StopLogging", actor=Actor(principal_arn="arn:mallory"))
Names = Sequence[str]


@dataclass(frozen=True)
class Deploy:
    """A deploy of one of our stacks."""

    who: str
    at: datetime = NOW
    stack: str = "TrailkeeperResponse"


@dataclass(frozen=True)
class Kept:
    """A call against the guard that is told with others."""

    call: str = "DeleteRule"
    resource: str = "rule"
    at: datetime = NOW
    who: str = "mallory"
    documents: tuple[str, ...] = ()


def changed(*paths: str, document: str = "settings") -> Outcome:
    found = tuple(Change(path, "a", "b") for path in paths)
    return Outcome("trail", document, Result.HEALED, found)


def left(document: str) -> Outcome:
    return replace(changed("p", document=document), result=Result.TOLD)


def deletions(names: Names, field: str = "key") -> Alert:
    found = Deletions()
    for each in names:
        found.add(replace(GONE, **{field: each}))
    return found.alert("key")


def controlled(names: Names) -> Alert:
    records = [record(each, f"10:{59 - n:02}:00") for n, each in enumerate(names)]
    return control(*records)[0]


def listed(*settings: tuple[str, str]) -> ListedTrail:
    return ListedTrail("theirs", "", "us-east-1", False, False, dict(settings))


def other_trail(names: Names) -> Alert:
    before = listed(*((each, "a") for each in names))
    after = listed(*((each, "b") for each in names))
    return other_trail_alerts.found(BASELINE, NOW, NOW, before=before, after=after)


def insight(names: Names, attribute: str) -> Alert:
    shares = [{"value": each, "average": 50 - n} for n, each in enumerate(names)]
    context = {"attributions": [{"attribute": attribute, "insight": shares}]}
    return insight_alert(Insight.parse(event("Start", insightContext=context)))


def instances(names: Names, **details: Any) -> list[Any]:
    return [
        replace(CHANGE, event_id=each, instance=each, details=replace(WEB, **details))
        for each in names
    ]


def launched(names: Names, **fields: str) -> list[object]:
    items = [{"instanceId": each} for each in names]
    call = ApiCall(
        source="ec2.amazonaws.com",
        name="RunInstances",
        response={"instancesSet": {"items": items}},
        **fields,  # type: ignore[arg-type]
    )
    return list(caused(call))


def dead(body: Any) -> dict[str, Any]:
    return {"Body": json.dumps(body), "Attributes": {"SentTimestamp": "0"}}


# How many are shown, what shows them, and what says that there are more.
LISTS: dict[str, tuple[int, Callable[[Names], object], str]] = {
    "deploys, the latest": (
        10,
        lambda names: alive_alerts.watcher_alive(
            None, 7, BASELINE, NOW, [Deploy(each) for each in reversed(names)]
        ),
        "",
    ),
    "those who fight": (
        5,
        lambda names: fight_alerts.disputed([(each, 1) for each in names], 3, NOW, BASELINE, NOW),
        "",
    ),
    "those whom events name for stops": (
        5,
        lambda names: of_stops([StopCaller(NOW, (STOP,), tuple(names))], BASELINE, NOW).facts,
        "change.more",
    ),
    "calls that nobody made": (
        5,
        lambda names: (
            forged([Forged(NOW, each, "StopLogging", "kim") for each in names], BASELINE, NOW).facts
        ),
        "change.more",
    ),
    "calls that are told together": (
        10,
        lambda names: guard_alerts.more([Kept(call=each) for each in names], BASELINE, NOW),
        "guard_more.others",
    ),
    "resources of such calls": (
        5,
        lambda names: guard_alerts.more([Kept(resource=each) for each in names], BASELINE, NOW),
        "resource.and_more",
    ),
    "outcomes": (
        10,
        lambda names: [
            *changes.changes(Report(tuple(changed("p", document=each) for each in names)))
        ],
        "change.more",
    ),
    "what was left to people": (
        5,
        lambda names: (
            heal_alerts.of_report(
                Report((changed("p"), *(left(document=each) for each in names))), BASELINE, NOW
            )[0].story
        ),
        "change.more",
    ),
    "differences": (40, lambda names: [*changes.differences(Report((changed(*names),)))], ""),
    "calls behind an alarm": (10, lambda names: controlled(names).facts, "control.not_shown"),
    "settings of another trail": (10, other_trail, ""),
    "who had a part in an insight": (5, lambda names: insight(names, "userIdentityArn").facts, ""),
    "with what": (5, lambda names: insight(names, "userAgent"), ""),
    "deleted files": (5, deletions, "deletions.more"),
    "who deleted files": (3, lambda names: deletions(names, "requester").facts, ""),
    "from where": (3, lambda names: deletions(names, "source_ip").facts[1:], "deletions.more"),
    "instances of a denied call": (
        5,
        lambda names: happening_json.dump(replace(DENIED, instances=tuple(names)), ""),
        "",
    ),
    "instances of a link": (20, lambda names: summary(*instances(names))[0].links, ""),
    "instances as examples": (
        3,
        lambda names: [f.value for f in summary(*instances(names))[0].facts],
        "",
    ),
    "types of instances": (
        5,
        lambda names: summary(*(instances([each], type=each)[0] for each in names))[0].story,
        "many.more",
    ),
    "instances of a call": (1000, launched, ""),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_ends_and_says_that_there_is_more(name: str) -> None:
    most, written, more = LISTS[name]
    names = [f"i-{number:08x}" for number in range(most + 1)]

    for count in (most, most + 1):
        said = repr(written(names[:count]))
        assert set(re.findall(r"i-[0-9a-f]{8}", said)) == set(names[:most])
        if more:
            assert (f"'{more}'" in said) is (count > most)
            one_more = re.search(f"'{more}', params={{[^}}]*'count': 1}}", said)
            assert (one_more is not None) is (count > most)


# How long a quote is, and what quotes it.
QUOTES: dict[str, tuple[int, Callable[[str], object]]] = {
    "who is counted": (
        200,
        lambda text: call_facts.folded_under(
            "calls", ApiCall(actor=Actor(principal_arn=text)), "stops", planned=False
        ),
    ),
    "what is dead": (300, lambda text: letter_of(dead({"detail-type": text}))),
    "why it is dead": (
        300,
        lambda text: letter_of(dead({"requestPayload": {}, "requestContext": {"condition": text}})),
    ),
    "what a held call says": (
        256,
        lambda text: happening_json.dump(replace(DENIED, error=text), ""),
    ),
    "what cannot be read": (300, read),
    "with what a launch was made": (
        256,
        lambda text: launched(["i-0123456789abcdef0"], user_agent=text),
    ),
    "from where": (256, lambda text: launched(["i-0123456789abcdef0"], source_ip=text)),
}


@pytest.mark.parametrize("name", QUOTES)
def test_a_quote_ends(name: str) -> None:
    longest, quoting = QUOTES[name]

    assert [repr(quoting("Q" * (longest + more))).count("Q") for more in (0, 1)] == [longest] * 2


@pytest.mark.parametrize(
    ("longest", "quoting"),
    [
        (
            80,
            lambda text: [
                *changes.changes(
                    Report((Outcome("trail", "tags", Result.HEALED, (Change("a", text, "b"),)),))
                )
            ],
        ),
        (40, lambda text: short(Actor(kind="IAMUser", name=text))),
    ],
)
def test_a_quote_within_a_line_shows_that_it_ends(
    longest: int, quoting: Callable[[str], object]
) -> None:
    whole, cut = (repr(quoting("Q" * (longest + more))) for more in (0, 1))

    assert "Q" * longest in whole
    assert "…" not in whole
    assert f"'{'Q' * (longest - 1)}…'" in cut
