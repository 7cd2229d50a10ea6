"""What a sweep looks at beside the evidence: each look stands on its own."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from lambdas.heal import checks, guarding, reconciling
from lambdas.heal.invocation import Invocation
from tests.guarded import DEPLOYED
from tests.lambdas.heal.bed import Bed, call
from trailkeeper.environments.schedule import SWEEP, WATCH
from trailkeeper.evidence.outcome import Report
from trailkeeper.guards import alert_channels


def broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError("a fault of ours")


def test_a_check_that_breaks_keeps_no_other_from_looking(bed: Bed) -> None:
    looked: list[str] = []

    def look(invocation: Invocation) -> None:
        looked.append(invocation.baseline.trail_name)

    with pytest.raises(RuntimeError, match="a fault of ours"):
        checks.run(bed.invocation(), (broken, look))

    assert looked == ["trailkeeper"]


@pytest.mark.parametrize(
    ("place", "name"), [(reconciling, "reconcile_evidence"), (alert_channels, "troubles")]
)
def test_a_sweep_that_breaks_still_asks_event_history_for_who_was_told_of(
    bed: Bed, monkeypatch: pytest.MonkeyPatch, place: Any, name: str
) -> None:
    bed.stop()
    bed.handle(call(eventTime=f"{bed.now:%Y-%m-%dT%H:%M:%SZ}"))
    bed.now += timedelta(minutes=31)
    bed.alerts.clear()
    monkeypatch.setattr(place, name, broken)

    with pytest.raises(RuntimeError, match="a fault of ours"):
        bed.handle(SWEEP)

    assert "subject.forged" in {alert.what.key for alert in bed.alerts}


class TestWhereThereIsAWatcher:
    """What only people can put right is looked at when the halves compare each other."""

    @pytest.fixture
    def bed(self, bed: Bed, monkeypatch: pytest.MonkeyPatch) -> Bed:
        bed.watched = DEPLOYED.watched["watcher side"]
        in_order = SimpleNamespace(sweep=lambda *_: Report())
        monkeypatch.setattr(guarding, "_watcher", lambda _: in_order)
        return bed

    def test_an_address_that_is_missing_is_told_by_the_comparison(self, bed: Bed) -> None:
        bed.account.sns.create_topic(Name="trailkeeper-alerts")
        bed.settings = {"alert_emails": ("alice@example.com",)}

        bed.handle(SWEEP)
        assert bed.alerts == []
        bed.handle(WATCH)

        assert subjects(bed) == ["subject.subscription.missing"]

    def test_a_pause_that_holds_nothing_off_is_told_by_the_comparison(self, bed: Bed) -> None:
        bed.want_pause(120, "moving the logs")

        bed.handle(SWEEP)
        assert bed.alerts == []
        bed.handle(WATCH)

        assert subjects(bed) == ["subject.paused"]

    def test_a_pause_that_holds_something_off_is_told_at_once(self, bed: Bed) -> None:
        bed.want_pause(120, "moving the logs")
        bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

        bed.handle(SWEEP)

        assert subjects(bed)[0] == "subject.paused"
        assert "PutBucketPolicy" not in bed.account.writes

    def test_a_pause_ends_although_nothing_is_amiss(self, bed: Bed) -> None:
        bed.want_pause(10)
        bed.handle(WATCH)
        bed.alerts.clear()
        bed.now += timedelta(minutes=11)

        bed.handle(SWEEP)

        assert subjects(bed) == ["subject.resumed"]

    def test_a_comparison_that_breaks_keeps_no_look_at_people_away(
        self, bed: Bed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(guarding, "_watcher", lambda _: SimpleNamespace(sweep=broken))
        bed.want_pause(120)

        with pytest.raises(RuntimeError, match="a fault of ours"):
            bed.handle(WATCH)

        assert subjects(bed) == ["subject.paused"]


def subjects(bed: Bed) -> list[str]:
    return [alert.what.key for alert in bed.alerts]
