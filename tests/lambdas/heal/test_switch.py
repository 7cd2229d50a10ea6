"""The hand on the switch: what is there when StartLogging is sent, and after which events it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from lambdas.heal.switch import start_after_stop
from tests.deployed_evidence import BASELINE, patience
from tests.lambdas.heal.bed import Bed, call, stop_call
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.environments.schedule import LOOK, SWEEP
from trailkeeper.evidence.outcome import Result
from trailkeeper.reconcile.start_logging import Started

# All of ours that a cold start loads before it starts a stopped trail: each module more is time in
# which calls are lost. A name that ends in a dot stands for all that is below it.
MAY_BE_THERE = (
    *("lambdas.heal.asked", "lambdas.heal.handler", "lambdas.heal.switch"),
    "trailkeeper.clients.aws",
    # What the function is told, and what must be true.
    *("trailkeeper.environments.heal", "trailkeeper.environments.variable", "trailkeeper.wire."),
    *("trailkeeper.evidence.baseline", "trailkeeper.evidence.defaults"),
    *("trailkeeper.evidence.expected", "trailkeeper.evidence.names"),
    # Which events are stops of the trail; a detection has its words in its file.
    *("trailkeeper.events.", "trailkeeper.detections.", "trailkeeper.words."),
    # Starting it, and what came of that.
    *("trailkeeper.guards.guard", "trailkeeper.guards.logging"),
    *("trailkeeper.evidence.drift", "trailkeeper.evidence.outcome"),
    *("trailkeeper.evidence.permission", "trailkeeper.evidence.regions"),
    *("trailkeeper.reconcile.patience", "trailkeeper.reconcile.start_logging"),
    "trailkeeper.reconcile.stop",
)
CLIENTS = ["cloudtrail"]
CALLS = ["GetTrailStatus", "StartLogging"]

COLD_START = """
import json, os, sys
from botocore.awsrequest import AWSResponse
from botocore.session import Session

clients, calls = [], []
create = Session.create_client

def create_client(session, service, **arguments):
    clients.append(service)
    client = create(session, service, **arguments)
    client.meta.events.register("before-send", answer)
    return client

def answer(request, event_name, **_):
    calls.append(event_name.rpartition(".")[2])
    if calls[-1] != "StartLogging":
        return AWSResponse(request.url, 200, {}, Raw(b'{"IsLogging": false}'))
    print(json.dumps([sorted(sys.modules), clients, calls]), flush=True)
    os._exit(0)

class Raw:
    def __init__(self, body):
        self.body = body
    def stream(self):
        yield self.body

class Context:
    function_version = "1"
    def get_remaining_time_in_millis(self):
        return 120_000

Session.create_client = create_client
from lambdas.heal.handler import handler
handler(json.loads(sys.argv[1]), Context())
"""


@pytest.fixture(scope="module")
def at_start_logging() -> tuple[list[str], list[str], list[str]]:
    """Modules, clients and calls of a fresh process when it sends StartLogging after a stop."""
    environ = HealEnviron(BASELINE, "queue", watcher=True).to_environ()
    shown = subprocess.run(
        [sys.executable, "-c", COLD_START, json.dumps(call())],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        env={
            **{"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            **{"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"},
            **environ,
        },
    ).stdout
    modules, clients, calls = json.loads(shown)
    return modules, clients, calls


def test_only_what_a_start_needs_is_loaded_before_it(at_start_logging: Any) -> None:
    modules, _, _ = at_start_logging
    rooms = {name.rpartition(".")[0] for name in MAY_BE_THERE}
    ours = {each for each in modules if each.partition(".")[0] in {"lambdas", "trailkeeper"}}

    needless = {
        each
        for each in ours
        if not any(each == may or (may[-1] == "." and each.startswith(may)) for may in MAY_BE_THERE)
        and not any(room == each or room.startswith(f"{each}.") for room in rooms)
    }

    assert needless == set()
    assert not {"aws_lambda_powertools", "boto3"} & set(modules)


def test_only_cloudtrail_is_asked_before_it_and_only_for_the_status(at_start_logging: Any) -> None:
    _, clients, calls = at_start_logging

    assert clients == CLIENTS
    assert calls == CALLS


def start(bed: Bed, event: Any) -> Started | None:
    return start_after_stop(event, bed.account, bed.baseline, patience(), lambda: bed.now)


@pytest.mark.parametrize("name", ["StopLogging", "DeleteTrail"])
def test_a_stop_of_the_trail_is_undone_at_once(bed: Bed, name: str) -> None:
    bed.stop()

    started = start(bed, call(name))

    assert started is not None
    assert [each.result for each in started.outcomes] == [Result.HEALED]
    assert bed.logging()


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(LOOK, id="look"),
        pytest.param(SWEEP, id="sweep"),
        pytest.param({}, id="nothing"),
        pytest.param({"trailkeeper": {"command": "status"}}, id="command"),
        pytest.param({**call(), "trailkeeper": {"command": "status"}}, id="command-in-a-call"),
        pytest.param({**call(), "detail": "junk"}, id="unreadable"),
        pytest.param(call(errorCode="AccessDenied"), id="denied"),
        pytest.param(call("UpdateTrail"), id="no-stop"),
        pytest.param(call(eventSource="s3.amazonaws.com"), id="another-service"),
        pytest.param(call(requestParameters={"name": "audit"}), id="another-trail"),
    ],
)
def test_nothing_is_done_at_once_about_any_other_event(bed: Bed, event: Any) -> None:
    bed.stop()

    assert start(bed, event) is None
    assert not bed.logging()


def test_what_was_done_at_once_is_told_once(bed: Bed) -> None:
    bed.stop()
    event = stop_call(bed, "one")
    bed.now += timedelta(seconds=2)

    bed.handle(event, start(bed, event))

    [alert] = bed.alerts
    assert alert.detection == "trail-stopped"
    assert [each.key for each in bed.invocation().state.last_reconcile().report.healed] == [
        "logging.status"
    ]
