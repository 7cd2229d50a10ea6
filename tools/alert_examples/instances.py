"""Instances that run, stop or are gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from tools.alert_examples.sample import ACCOUNT, ATTACKER, NOW, REGION
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.grouping import Summary
from trailkeeper.alerts.instance_alerts import alert_of
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.events.instances import Cause, DeniedCall, Details, StateChange
from trailkeeper.words.text import Text


def examples() -> Iterator[tuple[str, Alert]]:
    """One at a time, a refused call, and many at once."""
    interest = AlertEnviron("", "", "").interest
    call = Cause(
        "StopInstances",
        NOW.isoformat(),
        "e",
        Text("actor.user", {"name": "deploy-bot"}),
        short=Text("actor.short", {"name": "deploy-bot"}),
        source_ip="203.0.113.7",
        user_agent="aws-cli/2.31.0 os/macos",
        user="deploy-bot",
    )
    web = Details(
        name="web-1",
        type="t3.micro",
        zone=f"{REGION}a",
        launched=(NOW - timedelta(days=3)).isoformat(),
        private_address="10.0.1.17",
        public_address="203.0.113.80",
        tags={"Name": "web-1", "Owner": "platform"},
    )
    stopped = StateChange(
        "8a2f0f6e-0000-4000-8000-1b2c3d4e5f60",
        "i-0123456789abcdef0",
        "stopped",
        ACCOUNT,
        REGION,
        (NOW + timedelta(seconds=20)).isoformat(),
        web,
        call,
    )
    yield "An instance that stopped", alert_of(stopped, interest)
    spot = replace(web, lifecycle="spot", name="")
    running = replace(stopped, state="running", details=spot, cause=None)
    yield "An instance that runs, nobody knows yet by whom", alert_of(running, interest)
    gone = replace(stopped, state="terminated", details=Details(unknown=""))
    yield "An instance that is gone", alert_of(gone, interest)
    denied = DeniedCall(
        "5d4c3b2a-0000-4000-8000-a1b2c3d4e5f6",
        "RunInstances",
        ACCOUNT,
        REGION,
        NOW.isoformat(),
        ATTACKER,
        "Client.UnauthorizedOperation",
        "203.0.113.7",
        "aws-cli/2.31.0",
        "p5.48xlarge",
        "ami-0123456789abcdef0",
    )
    yield "A call on instances that was denied", alert_of(denied, interest)
    summary = Summary(interest)
    scaled = replace(web, tags={**web.tags, "aws:autoscaling:groupName": "web"})
    for number in range(240):
        instance = f"i-{number:017x}"
        summary.add(replace(stopped, instance=instance, state="terminated", details=scaled))
    for _ in range(3):
        summary.add(stopped)
    yield "Many at once", summary.alert("example")
