"""The engine over guards that no AWS service stands behind: any list of them, any consequence."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.deployed_evidence import BASELINE, patience, refused
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Drift
from trailkeeper.evidence.outcome import Outcome, Result
from trailkeeper.guards.guard import Clients, Consequence, Document, Guard, Loss
from trailkeeper.reconcile.engine import Reconcile
from trailkeeper.reconcile.patience import Patience


@dataclass
class World:
    """What is there, by resource, and every call in order; `refuses` fails the calls named."""

    settings: dict[str, str]
    calls: list[str] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    forgetful: bool = False
    meanwhile: Callable[[], object] = lambda: None

    def read(self, name: str) -> dict[str, str]:
        self.called(f"read {name}")
        self.meanwhile()
        return {"bucket": self.settings[name]}

    def write(self, name: str, value: str) -> None:
        self.called(f"write {name}")
        if not self.forgetful:
            self.settings[name] = value

    def called(self, call: str) -> None:
        self.calls.append(call)
        if call in self.refuses:
            raise refused(self.refuses[call])


def guard(world: World, name: str) -> Guard:
    """Wants the resource to name the baseline's bucket."""

    def write(_: Clients, baseline: Baseline, __: Drift) -> None:
        world.write(name, baseline.log_bucket)

    return Guard(
        name=name,
        documents=(
            Document(
                "settings",
                lambda _, __: world.read(name),
                lambda baseline: {"bucket": baseline.log_bucket},
                ("x:Get",),
                write,
                ("x:Put",),
            ),
        ),
        resource=lambda _: name,
        why="",
    )


def run(
    world: World,
    consequences: dict[str, Consequence] | None = None,
    patience_: Patience | None = None,
    **options: Any,
) -> Reconcile:
    guards = tuple(guard(world, name) for name in world.settings)
    clients: Any = None
    found = Reconcile(
        clients, BASELINE, patience_ or patience(), guards, consequences or {}, **options
    )
    found.run()
    return found


ENOUGH = BASELINE.log_bucket


def ended(found: Reconcile) -> list[tuple[str, Result, str]]:
    return [(each.guard, each.result, each.reason) for each in found.outcomes]


def test_guards_are_restored_in_the_order_of_the_list() -> None:
    world = World({"rules": "x", "functions": "x", "topic": ENOUGH})

    found = run(world)

    assert ended(found) == [("rules", Result.HEALED, ""), ("functions", Result.HEALED, "")]
    assert sorted(world.calls[:3]) == ["read functions", "read rules", "read topic"]
    assert world.calls[3:] == [
        *("write rules", "read rules"),
        *("write functions", "read functions"),
    ]


def test_reads_wait_for_each_other_no_more_than_they_must() -> None:
    """Eight at a time: each waits until seven others are being read as well, or gives up."""
    together = threading.Barrier(8, timeout=5)
    world = World({f"resource-{number}": ENOUGH for number in range(16)})
    world.meanwhile = together.wait

    assert run(world).outcomes == []
    assert not together.broken


def test_nothing_is_written_when_nothing_differs() -> None:
    found = run(World({"rules": ENOUGH}))

    assert (found.outcomes, found.wrote) == ([], False)


def test_a_refused_repair_keeps_no_other_guard_from_running() -> None:
    world = World({"rules": "x", "functions": "x"}, refuses={"write rules": "AccessDenied"})

    assert ended(run(world)) == [("rules", Result.FAILED, ""), ("functions", Result.HEALED, "")]


def test_a_repair_is_verified_even_when_no_time_is_left() -> None:
    world = World({"rules": "x"}, forgetful=True)
    late = patience(1)
    clock = late.clock

    out_of_time = replace(late, clock=lambda: clock() + 10.0)

    assert ended(run(world, patience_=out_of_time)) == [
        ("rules", Result.FAILED, "not_seen_after_repair")
    ]


def test_a_lost_resource_changes_what_is_wanted_of_itself_and_of_the_guards_after_it() -> None:
    world = World({"before": ENOUGH, "lost": "x", "after": ENOUGH})
    world.refuses["write lost"] = "BucketAlreadyExists"
    said = Outcome("lost", "owner", Result.FAILED, reason="bucket_taken")

    def loss(_: Clients, baseline: Baseline, found: Sequence[Outcome]) -> Loss | None:
        assert [each.guard for each in found] == ["lost"]
        world.refuses.clear()
        return Loss(baseline.on_fallback(), (said,))

    found = run(world, {"lost": loss})

    fallback = BASELINE.names.fallback_bucket
    assert world.settings == {"before": ENOUGH, "lost": fallback, "after": fallback}
    assert ended(found) == [
        ("lost", Result.FAILED, ""),
        ("lost", Result.FAILED, "bucket_taken"),
        ("lost", Result.HEALED, ""),
        ("after", Result.HEALED, ""),
    ]


def test_a_resource_that_is_not_lost_changes_nothing() -> None:
    world = World({"kept": "x", "after": ENOUGH})

    found = run(world, {"kept": lambda *_: None})

    assert ended(found) == [("kept", Result.HEALED, "")]


def test_why_repairs_wait_is_asked_only_when_there_is_something_to_repair() -> None:
    asked = []

    def wait() -> str:
        asked.append("asked")
        return "paused"

    run(World({"rules": ENOUGH}), wait=wait)
    assert asked == []

    found = run(World({"rules": "x"}), wait=wait)
    assert ended(found) == [("rules", Result.DEFERRED, "paused")]
    assert not found.wrote
