"""What a run notes before it restores something, and what the next makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.deployed_evidence import NOW, refused
from trailkeeper.evidence.drift import Change, Drift
from trailkeeper.evidence.outcome import CUT_OFF, Outcome, Report, Result
from trailkeeper.reconcile import begun
from trailkeeper.reconcile.begun import Notes
from trailkeeper.reconcile.patience import Patience
from trailkeeper.state.heal_items import Begun

CHANGES = (Change("Status", "Suspended", "Enabled"),)
VERSIONING = Drift("log-bucket", "versioning", CHANGES)
TRAIL = Drift("logging", "status", (), gone=True)
RESTORED = Outcome("log-bucket", "versioning", Result.HEALED, CHANGES, CUT_OFF)
STARTED = Outcome("logging", "status", Result.HEALED, (), CUT_OFF, gone=True)


class Table(list[Begun]):
    """The notes of everybody."""

    def begin(self, begun: Begun) -> None:
        self.append(begun)

    def end(self, begun: Begun) -> None:
        self.remove(begun)

    def begun(self, about: str) -> tuple[Begun, ...]:
        return tuple(each for each in self if each.about == about)


class OutOfReach:
    """A table that answers nothing."""

    def __getattr__(self, _: str) -> Any:
        def call(*_: object) -> None:
            raise refused("InternalServerError")

        return call


def notes(table: Any, *about: str, failed: list[Exception] | None = None) -> Notes:
    heard = [] if failed is None else failed
    return Notes(table, Patience(80.0, clock=lambda: 0.0), lambda: NOW, heard.append, *about)


def left_by(restored: Outcome, seconds: float, about: str = "") -> Begun:
    """A note of a run that was over so many seconds ago."""
    over = NOW - timedelta(seconds=seconds)
    return Begun(
        f"run-{restored.key}-{seconds}", over - timedelta(minutes=2), over, (restored,), about
    )


def test_a_note_says_what_is_restored_and_when_the_run_is_over_in_any_case() -> None:
    table = Table()

    notes(table, "TrailkeeperWatcher").announce((VERSIONING, TRAIL))

    (note,) = table
    assert note.drifts == (RESTORED, STARTED)
    assert (note.at, note.over) == (NOW, NOW + timedelta(seconds=80 + 30))
    assert note.about == "TrailkeeperWatcher"


def test_each_note_is_its_own_and_forgotten_once_people_were_told() -> None:
    table = Table()
    mine, other = notes(table), notes(table)
    mine.announce((VERSIONING,))
    mine.announce_start((TRAIL,))
    other.announce((VERSIONING,))
    assert len({each.run for each in table}) == 3

    mine.told()

    assert [each.drifts for each in table] == [(RESTORED,)]


def test_a_stopped_trail_waits_half_a_second_for_its_note(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float | None] = []

    class Slow:
        """Writes the note when nobody waits any more."""

        def __init__(self, *_: Any, **__: Any) -> None:
            pass

        def shutdown(self, *, wait: bool) -> None:
            assert not wait

        def submit(self, call: Any, /, *given: Any, **named: Any) -> Any:
            def result(timeout: float | None = None) -> None:
                waited.append(timeout)
                if timeout is not None:
                    raise TimeoutError
                call(*given, **named)

            return SimpleNamespace(result=result)

    monkeypatch.setattr(begun, "ThreadPoolExecutor", Slow)
    table = Table()
    run = notes(table)

    run.announce_start((TRAIL,))
    assert table == []
    run.told()

    assert waited == [0.5, None]


def test_a_note_is_about_the_evidence_if_nobody_says_about_what() -> None:
    table = Table()

    notes(table).announce((VERSIONING,))

    assert [each.about for each in table] == [""]


def test_a_run_that_may_go_on_is_not_cut_off() -> None:
    over, now, other = (
        left_by(RESTORED, 1),
        left_by(RESTORED, 0),
        left_by(RESTORED, 1, about="TrailkeeperWatcher"),
    )
    table = Table([over, now, left_by(RESTORED, -60), other])

    assert notes(table).of_runs_cut_off() == (over,)
    assert notes(table, "TrailkeeperWatcher").of_runs_cut_off() == (other,)


def test_what_was_restored_is_told_by_the_next_run_unless_that_found_it_otherwise() -> None:
    left = (left_by(RESTORED, 60), left_by(STARTED, 90))
    table = Table(left)
    run = notes(table)
    failed = replace(RESTORED, result=Result.FAILED, reason="")

    assert run.completed(Report((failed,)), left).outcomes == (failed, STARTED)
    assert run.starts_cut_off == (left[1].at,)
    run.told()
    assert table == []


def test_a_dry_run_leaves_it_to_the_next() -> None:
    table = Table([left_by(STARTED, 60)])
    run = notes(table)
    dry = Report((), dry_run=True)

    assert run.completed(dry, tuple(table)) == dry
    assert run.starts_cut_off == ()
    run.told()
    assert len(table) == 1


def test_a_table_out_of_reach_stops_nothing() -> None:
    failed: list[Exception] = []
    run = notes(OutOfReach(), failed=failed)

    run.announce((VERSIONING,))
    assert run.of_runs_cut_off() == ()
    run.told()

    assert len(failed) == 3
