"""What the function answers to the commands of people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.deployed_evidence import (
    NOW,
)
from tests.lambdas.heal.bed import Bed, call
from tests.tampered import Tampered, failing
from trailkeeper.environments.schedule import LOOK, SWEEP
from trailkeeper.reconcile.answer import Did


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ({"command": ["status"]}, "unknown command"),
        ({"command": "explode"}, "'explode'; known are reconcile, status, pause, resume"),
    ],
)
def test_an_impossible_command_says_what_is_allowed(
    bed: Bed, command: dict[str, Any], message: str
) -> None:
    answer = bed.command(**command)

    assert answer.did is Did.REFUSED
    assert message in answer.why


def test_status_tells_what_is_guarded_and_changes_nothing(bed: Bed) -> None:
    bed.handle({})
    bed.stop()
    bed.account.writes.clear()

    status = bed.command(command="status")

    assert bed.account.writes == []
    assert status.status
    assert status.status.guarded[0] == "logging"
    assert status.report
    assert status.report.outcomes[0].document == "status"
    assert status.status.last_reconcile
    assert status.status.last_reconcile.report.found_nothing
    assert not bed.logging()


def test_the_status_tells_who_is_reached_what_was_healed_and_when_somebody_looked(
    bed: Bed,
) -> None:
    bed.settings = {"alert_emails": ("kim@example.com",)}
    topic = bed.account.sns.create_topic(Name="trailkeeper-alerts")["TopicArn"]
    bed.account.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="by-hand@example.com")
    bed.handle(LOOK)
    bed.now += timedelta(minutes=1)
    bed.handle(SWEEP)
    bed.stop()
    bed.handle(call())
    bed.now += timedelta(minutes=1)
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)
    bed.handle({})

    status = bed.command(command="status").status

    assert status
    assert (status.last_look, status.last_sweep) == (NOW, NOW + timedelta(minutes=1))
    assert [(each.what, each.call, each.author) for each in status.heals] == [
        (("log-bucket.policy",), "", ""),
        (("logging.status",), "StopLogging", "user deploy-bot"),
    ]
    assert status.addresses
    assert ("kim@example.com", "missing") in [
        (each.endpoint, each.trouble) for each in status.addresses
    ]
    assert "by-hand@example.com" in [each.endpoint for each in status.addresses]
    assert status.version == "0.1.0"
    assert status.other_trails == ()


def test_a_command_that_finds_what_it_cannot_heal_answers(bed: Bed) -> None:
    bed.clients = Tampered(bed.account, "cloudtrail", "get_trail_status", failing("AccessDenied"))

    answer = bed.command(command="reconcile")

    assert answer.report
    assert answer.report.failed
    assert bed.alerts
