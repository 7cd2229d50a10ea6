"""The engine over guards that no AWS service stands behind: any list of them, any consequence."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

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


def test_no_more_are_read_at_once_than_a_client_has_connections_for() -> None:
    """A ninth would let all go on; whoever waits for one gives up."""
    nine = threading.Barrier(9, timeout=0.3)
    world = World({f"resource-{number}": ENOUGH for number in range(9)})

    def meanwhile() -> None:
        with suppress(threading.BrokenBarrierError):
            nine.wait()

    world.meanwhile = meanwhile

    assert run(world).outcomes == []
    assert nine.broken


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


class Refusing:
    """Refuses a write so often with an error, and takes it then."""

    def __init__(self, world: World, call: str, times: int, code: str, said: str) -> None:
        self.world, self.call, self.left, self.code, self.said = world, call, times, code, said
        self.plain = world.called
        world.called = self.called  # type: ignore[method-assign]

    def called(self, call: str) -> None:
        self.plain(call)
        if call == self.call and self.left:
            self.left -= 1
            response = {"Error": {"Code": self.code, "Message": self.said}}
            raise ClientError(response, "UpdateTrail")  # type: ignore[arg-type]


ROLE, GROUP = "InvalidCloudWatchLogsRoleArnException", "InvalidCloudWatchLogsLogGroupArnException"
DENIED = "Access denied. Verify in IAM that the role has adequate permissions."


class TestNotYetRatherThanNo:
    """What AWS refuses for seconds after what it depends on was written."""

    @pytest.mark.parametrize(
        ("written", "code", "said"),
        [
            ("delivery-role", ROLE, DENIED),
            ("delivery-role", GROUP, DENIED),
            ("log-group", GROUP, DENIED),
            ("evidence-key", "InsufficientEncryptionPolicyException", ""),
            ("log-bucket", "InsufficientEncryptionPolicyException", ""),
            ("log-bucket", "InsufficientS3BucketPolicyException", ""),
        ],
    )
    def test_it_is_outlasted_if_this_run_wrote_what_it_is_about(
        self, written: str, code: str, said: str
    ) -> None:
        world = World({written: "x", "trail": "x"})
        Refusing(world, "write trail", 4, code, said)

        assert ended(run(world)) == [(written, Result.HEALED, ""), ("trail", Result.HEALED, "")]

    @pytest.mark.parametrize(
        ("written", "code", "said"),
        [
            ("evidence-key", ROLE, DENIED),
            ("log-bucket", GROUP, DENIED),
            ("delivery-role", ROLE, "You must specify a role ARN as well as a log group."),
            ("delivery-role", "InsufficientS3BucketPolicyException", ""),
            ("delivery-role", "AccessDenied", DENIED),
        ],
    )
    def test_it_is_a_no_if_this_run_wrote_something_else(
        self, written: str, code: str, said: str
    ) -> None:
        world = World({written: "x", "trail": "x"})
        Refusing(world, "write trail", 1, code, said)

        assert ended(run(world))[1] == ("trail", Result.FAILED, "")
        assert world.calls.count("write trail") == 1

    @pytest.mark.parametrize("code", [ROLE, GROUP, "InsufficientS3BucketPolicyException"])
    def test_it_is_a_no_if_the_write_that_it_is_about_was_refused(self, code: str) -> None:
        world = World({"log-group": "x", "log-bucket": "x", "trail": "x"})
        world.refuses = {"write log-group": "AccessDenied", "write log-bucket": "AccessDenied"}
        Refusing(world, "write trail", 1, code, DENIED)

        assert ended(run(world))[2] == ("trail", Result.FAILED, "")
        assert world.calls.count("write trail") == 1

    @pytest.mark.parametrize(
        "code",
        [
            *("OperationAborted", "OperationAbortedException", "ConcurrentModification"),
            *("ConcurrentModificationException", "ConflictException", "SlowDown"),
            *("DependencyTimeoutException", "Throttling", "RequestLimitExceeded"),
        ],
    )
    def test_what_only_says_later_is_always_outlasted(self, code: str) -> None:
        world = World({"trail": "x"})
        Refusing(world, "write trail", 4, code, "")

        assert ended(run(world)) == [("trail", Result.HEALED, "")]

    def test_it_uses_no_more_than_its_share_of_the_budget(self) -> None:
        world = World({"delivery-role": "x", "trail": "x", "after": "x"})
        Refusing(world, "write trail", 1000, ROLE, DENIED)
        budget = patience(45)

        found = run(world, patience_=budget)

        assert ended(found)[1:] == [("trail", Result.FAILED, ""), ("after", Result.HEALED, "")]
        assert budget.left > 20


class TestAResourceThatIsMadeAgain:
    """What is gone is made, then each of its documents brought to the baseline."""

    def of(self, answers: dict[str, list[str]]) -> list[tuple[str, Result, str, str]]:
        """What became of its parts, where reads and writes are refused so in turn; "" is taken."""
        there: set[str] = set()

        def asked(call: str) -> None:
            left = answers.get(call, [])
            if left and (code := left.pop(0)):
                raise refused(code)

        def read(name: str) -> Any:
            if "resource" not in there:
                raise refused("NotThere")
            asked(f"read {name}")
            return {"is": "right" if name in there else "wrong"}

        def write(name: str) -> None:
            asked(f"write {name}")
            there.add(name)

        documents = tuple(
            Document(
                name,
                lambda _, __, name=name: read(name),
                lambda _: {"is": "right"},
                (),
                lambda _, __, ___, name=name: write(name),
            )
            for name in ("first", "second")
        )
        one = Guard(
            "group",
            documents,
            resource=lambda _: "group",
            why="",
            gone=frozenset({"NotThere"}),
            create=lambda _, __: there.add("resource"),
        )
        clients: Any = None
        found = Reconcile(clients, BASELINE, patience(), (one,))
        found.run()
        return [(e.document, e.result, e.reason, e.error) for e in found.outcomes]

    def test_it_is_one_thing_that_was_put_right(self) -> None:
        assert self.of({}) == [("first", Result.HEALED, "", "")]

    def test_a_write_for_which_it_is_not_there_yet_is_made_again(self) -> None:
        not_yet = ["NotThere", "NotThere", ""]

        assert self.of({"write first": not_yet, "write second": not_yet.copy()}) == [
            ("first", Result.HEALED, "", "")
        ]

    def test_what_cannot_be_read_then_is_not_said_to_be_there(self) -> None:
        ((document, result, reason, error),) = self.of({"read first": ["AccessDenied"] * 1000})

        assert (document, result, reason) == ("first", Result.FAILED, "")
        assert "AccessDenied" in error


def test_a_repair_that_cannot_be_read_back_is_not_said_to_be_done() -> None:
    world = World({"rules": "x"})
    write = world.write

    def write_and_deny(name: str, value: str) -> None:
        write(name, value)
        world.refuses = {"read rules": "AccessDenied"}

    world.write = write_and_deny  # type: ignore[method-assign]

    (outcome,) = run(world).outcomes

    assert (outcome.guard, outcome.result) == ("rules", Result.FAILED)
    assert "AccessDenied" in outcome.error


class TestADocumentThatIsOnlyPartlyForAMachine:
    """What a machine put right and what is left to people are two outcomes."""

    def of(self, world: dict[str, str], document: dict[str, Any], **options: Any) -> Any:
        def write(_: Clients, __: Baseline, drift: Drift) -> None:
            world.update(dict.fromkeys(drift.fields, "right"))

        whole = Document(
            "settings", lambda _, __: dict(world), lambda _: {}, ("x:Get",), write, ("x:Put",)
        )
        wanted = {"ours": "right", "theirs": None}
        whole = replace(whole, desired=lambda _: wanted, **document)
        one = Guard("group", (whole,), resource=lambda _: "group", why="")
        clients: Any = None
        found = Reconcile(clients, BASELINE, patience(), (one,), **options)
        found.run()
        return [
            (each.result, each.reason, sorted(change.path for change in each.changes))
            for each in found.outcomes
        ]

    def test_only_what_was_put_right_is_said_to_be(self) -> None:
        world = {"ours": "wrong", "theirs": "set"}

        assert self.of(world, {"heals": frozenset({"ours"})}) == [
            (Result.HEALED, "", ["ours"]),
            (Result.TOLD, "machine_must_not", ["theirs"]),
        ]
        assert world == {"ours": "right", "theirs": "set"}

    def test_only_what_a_machine_would_put_right_waits(self) -> None:
        world = {"ours": "wrong", "theirs": "set"}
        heals = {"heals": frozenset({"ours"})}

        assert self.of(world, heals, wait=lambda: "paused") == [
            (Result.DEFERRED, "paused", ["ours"]),
            (Result.TOLD, "machine_must_not", ["theirs"]),
        ]

    def test_what_something_else_decides_over_is_not_written(self) -> None:
        world = {"ours": "wrong", "theirs": "set"}
        document = {"heals": frozenset({"ours"}), "decided_by": {"ours": "theirs"}}

        assert self.of(world, document) == [
            (Result.TOLD, "machine_must_not", ["ours", "theirs"]),
        ]
        assert world["ours"] == "wrong"


def test_what_is_to_be_restored_is_announced_once_before_the_first_write() -> None:
    announced: list[tuple[list[str], list[str]]] = []

    def announce(drifts: Sequence[Drift]) -> None:
        written = [each for each in world.calls if each.startswith("write")]
        announced.append(([each.guard for each in drifts], written))

    for world in (
        World({"rules": "x", "functions": "x", "topic": ENOUGH}),
        World({"rules": ENOUGH}),
    ):
        run(world, announce=announce)

    assert announced == [(["rules", "functions"], [])]
