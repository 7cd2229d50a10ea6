"""However many made-up events come, by however many principals, they are a handful of mails."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from lambdas.alert.folding import Folding
from tests.alerts.told.evidence import BASELINE, NOW, call, outcome
from trailkeeper.alerts import call_alerts, guard_alerts, heal_alerts, other_trail_alerts
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.incoming import FoldEnd
from trailkeeper.detections.catalogue import DETECTIONS
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.outcome import Report
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader
from trailkeeper.state.alert_items import Fold

HOUR = 3600
BY_ID = {each.id: each for each in DETECTIONS}
IN_ORDER = Report()
# At once of one kind, at once of a family of kinds, and the one that counts the others.
OF_A_KIND, OF_A_FAMILY, COUNTED = 3, 5, 1


class Table:
    """The state table as far as folding goes; DynamoDB's own part is tested on moto."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, int], int] = {}
        self.folds: dict[tuple[str, int], dict[str, Any]] = {}
        self.decided: dict[str, bool] = {}

    def count(self, group: str, hour: int) -> Fold:
        self.counts[group, hour] = self.counts.get((group, hour), 0) + 1
        return Fold(self.counts[group, hour])

    def _of(self, group: str, hour: int) -> dict[str, Any]:
        empty = {"more": 0, "told": 0, "ends": False, "principals": set(), "kinds": set()}
        return self.folds.setdefault((group, hour), empty)

    def fold(self, group: str, hour: int) -> Fold:
        kept = self._of(group, hour)
        names = {each: tuple(sorted(kept[each])) for each in ("principals", "kinds")}
        return Fold(0, **{**kept, **names})

    def fold_one(self, group: str, hour: int, principal: str, kind: str) -> Fold:
        kept = self._of(group, hour)
        kept["more"] += 1
        if len(kept["principals"]) < 100:
            kept["principals"].add(principal)
            kept["kinds"].add(kind)
        return self.fold(group, hour)

    def begin_fold(self, group: str, hour: int) -> None:
        self._of(group, hour)["ends"] = True

    def end_fold(self, group: str, hour: int, told: int) -> None:
        self._of(group, hour).update(told=told, ends=False)

    def is_folded(self, digest: str) -> bool | None:
        return self.decided.get(digest)

    def note_folded(self, digest: str, *, folded: bool) -> None:
        self.decided[digest] = folded


class Mailbox:
    """What people get, with the queue's delays passed over by a clock."""

    def __init__(self) -> None:
        self.now = 1_795_167_460.0
        self.mails: list[str] = []
        self.waiting: list[str] = []
        state: Any = Table()
        queue = SimpleNamespace(
            send_message=lambda **sent: self.waiting.append(sent["MessageBody"])
        )
        self.folding = Folding(state, self._tell, queue, "queue", lambda: self.now)

    def _tell(self, alert: Alert) -> None:
        self.mails.append(email.render(alert, Reader()).subject)

    def end_the_hour(self) -> None:
        """Its messages come, and then no others."""
        self.now += HOUR
        waiting, self.waiting = self.waiting, []
        for each in waiting:
            end = FoldEnd.parse(json.loads(each)["fold"])
            assert end is not None
            self.folding.end(end)
        assert self.waiting == []


def by(number: int) -> dict[str, Any]:
    """A principal that nobody has ever seen."""
    name = f"made-up-{number}"
    return {"type": "IAMUser", "arn": f"arn:aws:iam::111122223333:user/{name}", "userName": name}


def made_up(number: int, detection: str, name: str, **detail: Any) -> ApiCall:
    return call(detection, name, eventID=f"e-{number}", userIdentity=by(number), **detail)


def stop_alert(number: int) -> Alert:
    made = made_up(number, "trail-stopped", "StopLogging")
    (alert,) = heal_alerts.of_report(IN_ORDER, BASELINE, NOW, made, BY_ID["trail-stopped"])
    return alert


def harmless(number: int) -> Alert:
    which = ("log-bucket-policy-changed", "PutBucketPolicy"), ("trail-changed", "UpdateTrail")
    detection, name = which[number % 2]
    made = made_up(number, detection, name)
    (alert,) = heal_alerts.of_report(IN_ORDER, BASELINE, NOW, made, BY_ID[detection])
    return alert


def denied(number: int) -> Alert:
    made = made_up(number, "trail-stopped", "StopLogging", errorCode="AccessDenied")
    return call_alerts.attempted(made, BY_ID["trail-stopped"], BASELINE, NOW)


def another_trail(number: int) -> Alert:
    trail = {"name": f"trail-{number}"}
    made = made_up(number, "trail-deleted", "DeleteTrail", requestParameters=trail)
    return other_trail_alerts.called(made, BY_ID["trail-deleted"], BASELINE, trail["name"])


def against_the_guard(number: int) -> Alert:
    name = ("DisableRule", "DeleteRule", "PutTargets", "UpdateAlias20150331")[number % 4]
    parameters = {"name": "trailkeeper-guard-calls-runs"}
    source = "lambda" if name.startswith("Update") else "events"
    made = made_up(
        number,
        "trail-stopped",
        "StopLogging",
        eventName=name,
        eventSource=f"{source}.amazonaws.com",
        requestParameters=parameters,
    )
    return guard_alerts.of_call(IN_ORDER, made, BASELINE, NOW, deploying=False, secret=False)


KINDS: dict[str, tuple[Callable[[int], Alert], int]] = {
    "stops": (stop_alert, OF_A_KIND + COUNTED),
    "denied tries": (denied, OF_A_KIND + COUNTED),
    "harmless calls": (harmless, OF_A_FAMILY + COUNTED),
    "other trails": (another_trail, OF_A_KIND + COUNTED),
    "calls against the guard": (against_the_guard, OF_A_FAMILY + COUNTED),
}
MIXED = (stop_alert, denied, harmless, another_trail, against_the_guard)
# Three families: calls that changed nothing, what nothing but events says, and the guard.
MOST_MIXED = 3 * (OF_A_FAMILY + COUNTED)


@pytest.mark.parametrize("events", [1, 3, 20, 2000])
@pytest.mark.parametrize("kind", KINDS)
def test_made_up_events_of_a_kind_are_a_handful_of_mails(kind: str, events: int) -> None:
    make, most = KINDS[kind]
    box = Mailbox()

    for number in range(events):
        box.folding.take(make(number))
    at_once = len(box.mails)
    box.end_the_hour()

    assert at_once == min(events, most - COUNTED)
    assert len(box.mails) == min(events, most)
    if events > most:
        assert f"] {events - at_once:,} more" in box.mails[-1]


@pytest.mark.parametrize("events", [1, 3, 20, 2000])
def test_made_up_events_of_all_kinds_are_bounded_together(events: int) -> None:
    box = Mailbox()

    for number in range(events):
        box.folding.take(MIXED[number % len(MIXED)](number))
    box.end_the_hour()

    assert len(box.mails) <= min(events, MOST_MIXED)


@pytest.mark.parametrize("principals", [1, 3, 20, 300])
def test_principals_who_come_again_are_no_more(principals: int) -> None:
    """Seven events of each, so that each alone is a flood."""
    box = Mailbox()

    for number in range(principals * 7):
        alert = stop_alert(number % principals)
        box.folding.take(replace(alert, dedup_key=f"{alert.dedup_key}/{number}"))
    box.end_the_hour()

    assert len(box.mails) <= OF_A_KIND + COUNTED


def test_a_stop_that_was_healed_is_told_each_time_whatever_the_noise() -> None:
    box = Mailbox()
    for number in range(200):
        box.folding.take(stop_alert(number))
    box.mails.clear()

    healed = Report((outcome("logging.status"),))
    for number in range(6):
        made = made_up(number, "trail-stopped", "StopLogging")
        for alert in heal_alerts.of_report(healed, BASELINE, NOW, made, BY_ID["trail-stopped"]):
            box.folding.take(alert)

    assert len(box.mails) == 6


def healed(number: int, stop: str) -> Alert:
    """One run's word that the trail was started again after a stop."""
    report = Report((outcome("logging.status"),))
    made = made_up(number, "trail-stopped", "StopLogging")
    (alert,) = heal_alerts.of_report(report, BASELINE, NOW, made, BY_ID["trail-stopped"])
    return replace(alert, group=f"heals/{stop}/arn:aws:iam::111122223333:user/made-up-{number}")


def named(number: int, stop: str) -> Alert:
    """The word of a run that found the trail started again, by the name of its event."""
    who = f"arn:aws:iam::111122223333:user/made-up-{number}"
    return replace(stop_alert(number), group=f"stops/{stop}/{who}")


@pytest.mark.parametrize("each", [named, healed])
def test_two_are_told_as_callers_of_one_stop_and_five_as_those_of_all(
    each: Callable[[int, str], Alert],
) -> None:
    """Whoever makes the others up is not the only one whom people hear of.

    Beside them, of each stop it is told that it was healed.
    """
    box, told = Mailbox(), []

    for minute in range(3):
        stop = f"2026-11-20T03:0{minute}:00+00:00"
        box.folding.take(healed(100 + minute, stop))
        for number in range(10 * minute, 10 * minute + 10):
            box.folding.take(each(number, stop))
        told.append(len(box.mails))
    box.end_the_hour()

    assert told == [1 + 2, 1 + 2 + 1 + 2, 1 + 2 + 1 + 2 + 1 + 1]
    assert len(box.mails) == 8 + COUNTED
    assert "25 more events about stops of the trail" in box.mails[-1]
