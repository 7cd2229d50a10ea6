"""The harness measures nothing that did not happen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.heal.account import BASELINE, Account
from bench.heal.endpoint import Endpoint
from bench.heal.variants import Variant, stop_logging
from bench.measure import BenchError, Spread, in_turns, ratio
from trailkeeper.clients.aws import AwsClients
from trailkeeper.evidence.names import PAUSE_PARAMETER
from trailkeeper.guards import logging
from trailkeeper.guards.evidence import EVIDENCE

SIGNED = """
import json, os, urllib.request

def call(operation, **arguments):
    request = urllib.request.Request(
        os.environ["AWS_ENDPOINT_URL"],
        json.dumps(arguments).encode(),
        {"X-Amz-Target": f"CloudTrail_20131101.{operation}"},
    )
    return urllib.request.urlopen(request, timeout=10).read()
"""
HANDLERS = {
    "heals": "def handler(event, context): call('StartLogging', Name='trailkeeper')",
    "does_nothing": "def handler(event, context): pass",
    "looks_elsewhere": "def handler(event, context): call('StartLogging', Name='another')",
    "asks_for_more": "def handler(event, context): call('GetChannel')",
    "breaks": "def handler(event, context): raise RuntimeError('this is why')",
}


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(Account()) as running:
        yield running


@pytest.fixture
def variant(request: pytest.FixtureRequest, tmp_path: Path) -> Variant:
    name: str = request.param
    package = tmp_path / "package"
    package.mkdir()
    (package / f"{name}.py").write_text(SIGNED + HANDLERS[name], encoding="utf-8")
    return Variant(name, name, "handler", (package,))


def test_the_measured_account_is_one_that_every_guard_finds_in_order(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint.url)
    endpoint.begin("calm")
    clients = AwsClients("trailkeeper-heal", BASELINE.region)

    assert logging.observe(clients, BASELINE).logging
    assert {guard.name: guard.observe(clients, BASELINE) for guard in EVIDENCE} == {
        "evidence-key": (),
        "log-bucket": (),
        "log-group": (),
        "delivery-role": (),
        "trail": (),
    }
    with pytest.raises(clients.ssm.exceptions.ParameterNotFound):
        clients.ssm.get_parameter_history(Name=PAUSE_PARAMETER)
    endpoint.check()


def cold(variant: Variant, endpoint: Endpoint, folder: Path) -> Any:
    return variant.cold(endpoint, folder, "stopped", stop_logging())


@pytest.mark.parametrize("variant", ["heals"], indirect=True)
def test_a_heal_is_measured_cold_and_warm(
    variant: Variant, endpoint: Endpoint, tmp_path: Path
) -> None:
    usage = cold(variant, endpoint, tmp_path)
    spent = variant.warm(endpoint, tmp_path, "stopped", stop_logging(), 3)

    assert 0 < usage.cpu < 30
    assert usage.rss > 1_000_000
    assert len(spent) == 3
    assert [[call.name for call in event.calls] for event in endpoint.events] == [
        ["StartLogging"]
    ] * 3


@pytest.mark.parametrize(
    ("variant", "reason"),
    [
        ("does_nothing", "the trail does not log"),
        ("looks_elsewhere", "HTTP Error 400"),
        ("asks_for_more", "HTTP Error 501"),
        ("breaks", "this is why"),
    ],
    indirect=["variant"],
)
def test_what_did_not_heal_is_no_figure(
    variant: Variant, reason: str, endpoint: Endpoint, tmp_path: Path
) -> None:
    with pytest.raises(BenchError, match=reason):
        cold(variant, endpoint, tmp_path)


def test_variants_take_turns_and_the_first_round_does_not_count() -> None:
    seen: list[str] = []

    def one(name: str) -> int:
        seen.append(name)
        return len(seen)

    results = in_turns(2, {"a": lambda: one("a"), "b": lambda: one("b")})

    assert seen == ["a", "b", "a", "b", "a", "b"]
    assert results == {"a": [3, 5], "b": [4, 6]}


def test_ratios_are_taken_inside_a_round() -> None:
    assert ratio([1.0, 20.0], [2.0, 20.0]) == Spread((0.5, 1.0))
    assert Spread((0.5, 1.0)).shown(1, 10) == "7.5 (5.0-10.0)"
