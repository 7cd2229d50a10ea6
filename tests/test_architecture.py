"""Who may import whom, read from the source."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STANDARD = frozenset(sys.stdlib_module_names)
OUR_ROOMS = frozenset(
    {
        "app",
        "bench",
        "demo",
        "embedded",
        "lambdas",
        "stacks",
        "stage",
        "tests",
        "tools",
        "trailkeeper",
    }
)

# From what stands on nothing to what stands on the others; a room sees itself and those before it.
PURE = (
    *("trailkeeper.wire", "trailkeeper.words", "trailkeeper.evidence", "trailkeeper.events"),
    *("trailkeeper.detections", "trailkeeper.alerts", "trailkeeper.rendering"),
    *("trailkeeper.state", "trailkeeper.environments"),
)
RECONCILING = (*PURE, "trailkeeper.guards", "trailkeeper.reconcile")
FUNCTION = (
    *RECONCILING,
    *("trailkeeper.rights", "trailkeeper.clients"),
    *("aws_lambda_powertools", "boto3", "botocore"),
)
CONTRACTS = (
    *("trailkeeper.evidence", "trailkeeper.detections", "trailkeeper.alerts.console"),
    *(
        "trailkeeper.environments",
        "trailkeeper.policies",
        "trailkeeper.cost",
        "trailkeeper.state",
        "trailkeeper.guards.guard_queue",
        "trailkeeper.guards.side_alarms",
        "trailkeeper.guards.side_documents",
        "trailkeeper.guards.sides",
        "trailkeeper.rights",
    ),
)
# What a room may import besides the standard library. A name allows what is below it, too.
MAY_IMPORT = {
    **{room.replace(".", "/"): PURE[: place + 1] for place, room in enumerate(PURE)},
    "trailkeeper/guards": (*PURE, "trailkeeper.guards", "botocore.exceptions"),
    "trailkeeper/reconcile": (*RECONCILING, "botocore.exceptions"),
    "trailkeeper/clients": ("trailkeeper.evidence", "trailkeeper.clients", "botocore"),
    "trailkeeper/rights": (*RECONCILING, "trailkeeper.rights"),
    "trailkeeper/cost": (*PURE, "trailkeeper.guards", "trailkeeper.cost"),
    "trailkeeper/policies": (*PURE, "trailkeeper.guards", "trailkeeper.policies"),
    "lambdas/heal": ("lambdas.heal", *FUNCTION),
    "lambdas/alert": ("lambdas.alert", *FUNCTION),
    "lambdas/watcher": ("lambdas.watcher", *FUNCTION),
    "lambdas/deliveries": ("lambdas.deliveries", *FUNCTION),
    "trailkeeper/queries": ("trailkeeper.queries",),
    "stacks": ("stacks", "trailkeeper.queries", "aws_cdk", "constructs", "jsii", *CONTRACTS),
    "app.py": ("stacks", "aws_cdk", "trailkeeper.evidence.names"),
}
# These may use any library, but of our rooms only these.
MAY_USE = {
    "trailkeeper/cli": ("trailkeeper",),
    "trailkeeper/search": (
        *("trailkeeper.search", "trailkeeper.queries", "trailkeeper.dialects"),
        "trailkeeper.cost.prices",
    ),
    "trailkeeper/dialects": (),  # relative imports alone: the embedded account has a link to it
    "embedded": ("embedded",),
    "stage": ("stage", "embedded"),
    "bench": (
        "bench",
        "lambdas",
        "trailkeeper",
        "stage",
        "embedded.loopback",
        "stacks.generated",
        "stacks.packaging",
        "tests.chaos",  # the account in memory, whose calls are answered at once
    ),
    "demo": ("demo", "stage", "embedded.loopback", "trailkeeper"),
    "tools": ("tools", "trailkeeper", "stacks"),
}


def sources(room: str) -> list[Path]:
    place = ROOT / room
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


@cache
def imports(path: Path) -> tuple[str, ...]:
    """The modules that a file imports, `from a import b` as both a and a.b."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (each.name for each in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from (f"{module}.{each.name}" for each in names)
            case ast.ImportFrom():
                yield "a relative import"


def is_below(module: str, allowed: tuple[str, ...]) -> bool:
    return any(module == each or module.startswith(f"{each}.") for each in allowed)


@pytest.mark.parametrize("room", [room for room in MAY_IMPORT if (ROOT / room).exists()])
def test_a_room_imports_only_what_it_may(room: str) -> None:
    wrong = {
        f"{path.relative_to(ROOT)} imports {module}"
        for path in sources(room)
        for module in imports(path)
        if module.partition(".")[0] not in STANDARD
        and module != "trailkeeper"
        and not is_below(module, MAY_IMPORT[room])
    }

    assert wrong == set()


@pytest.mark.parametrize("room", MAY_USE)
def test_a_room_uses_only_these_rooms(room: str) -> None:
    wrong = {
        f"{path.relative_to(ROOT)} imports {module}"
        for path in sources(room)
        for module in imports(path)
        if module.partition(".")[0] in OUR_ROOMS and not is_below(module, MAY_USE[room])
    }

    assert wrong == set()


def test_boto3_and_cdk_never_meet() -> None:
    for room in OUR_ROOMS - {"tests", "app"}:
        for path in sources(room):
            packages = {module.partition(".")[0] for module in imports(path)}
            assert not ({"boto3", "botocore"} & packages and "aws_cdk" in packages), path


def test_the_pure_rooms_read_no_clock_no_environment_and_no_network() -> None:
    forbidden = ("os", "socket", "urllib.request", "http", "time", "subprocess", "random")
    wrong = {
        f"{path.relative_to(ROOT)} imports {module}"
        for room in PURE
        for path in sources(room.replace(".", "/"))
        for module in imports(path)
        if is_below(module, forbidden)
    }

    assert wrong == set()


PUBLIC_OF_EMBEDDED = (
    *("embedded.account", "embedded.control", "embedded.fidelity"),
    *("embedded.loopback", "embedded.subscriptions"),
)


def test_the_product_uses_only_what_is_public_of_the_embedded_account() -> None:
    wrong = {
        f"{path.relative_to(ROOT)} imports {module}"
        for room in OUR_ROOMS - {"embedded", "app"}
        for path in sources(room)
        for module in imports(path)
        if is_below(module, ("embedded",))
        and module != "embedded"
        and not is_below(module, PUBLIC_OF_EMBEDDED)
    }

    assert wrong == set()


def test_the_embedded_account_does_not_know_what_it_is_for() -> None:
    knowing = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "embedded").rglob("*")
        if path.suffix in {".md", ".py", ".toml"} and "trailkeeper" in path.read_text().lower()
    }

    assert knowing == set()


def test_only_one_file_touches_the_private_names_of_the_emulator() -> None:
    rooms = {
        path.parent.relative_to(ROOT).as_posix()
        for room in OUR_ROOMS - {"tests", "app"}
        for path in sources(room)
        if any(module.partition(".")[0] == "ministack" for module in imports(path))
    }

    assert rooms <= {"embedded/adapter"}
