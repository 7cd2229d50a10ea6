"""What the schedules look at and tell."""

from __future__ import annotations

from datetime import timedelta

import pytest
from moto.backends import get_backend

from lambdas.heal import guarding
from lambdas.heal.invocation import HealFailedError, Invocation
from tests.deployed_evidence import ACCOUNT, REGION
from tests.lambdas.heal.bed import Bed
from tests.tampered import Tampered, failing
from trailkeeper.environments.schedule import LOOK
from trailkeeper.evidence.metrics import LOOK_SUCCEEDED
from trailkeeper.reconcile.answer import Did, Trigger
from trailkeeper.words.text import Text


def test_what_the_schedule_heals_is_told_as_found_and_remembered(bed: Bed) -> None:
    bed.stop()

    bed.handle({})

    status = bed.command(command="status").status
    assert status
    assert [(each.what, each.author) for each in status.heals] == [(("logging.status",), "")]
    assert bed.alerts[0].what == Text("subject.found_stopped")


def test_a_look_reads_the_status_and_nothing_else(bed: Bed) -> None:
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)
    bed.clients = Tampered(bed.account, "s3", "get_bucket_policy", failing("AccessDenied"))

    answer = bed.handle(LOOK)

    assert (answer.did, answer.trigger) == (Did.LOOKED, Trigger.LOOK)
    assert answer.heartbeat == LOOK_SUCCEEDED
    assert bed.alerts == []


def test_a_look_that_finds_the_trail_stopped_starts_it_and_sweeps(bed: Bed) -> None:
    bed.stop()
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    answer = bed.handle(LOOK)

    assert bed.logging()
    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]
    assert (answer.did, answer.trigger) == (Did.RECONCILED, Trigger.LOOK)
    assert answer.heartbeat == LOOK_SUCCEEDED
    [alert] = bed.alerts
    assert alert.what == Text("subject.found_stopped")


def test_a_look_that_cannot_see_the_status_is_no_heartbeat(bed: Bed) -> None:
    bed.clients = Tampered(bed.account, "cloudtrail", "get_trail_status", failing("AccessDenied"))

    with pytest.raises(HealFailedError):
        bed.handle(LOOK)

    assert bed.alerts


def test_a_look_that_sees_a_delivery_fail_sweeps(bed: Bed) -> None:
    """What takes the logs away shows in the status, also where no event told of it."""
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)
    bed.clients = Tampered(
        bed.account,
        "cloudtrail",
        "get_trail_status",
        lambda *_: {
            "IsLogging": True,
            "StartLoggingTime": bed.now - timedelta(days=1),
            "LatestDeliveryError": "AccessDenied",
            "LatestDeliveryTime": bed.now - timedelta(minutes=10),
        },
    )

    assert bed.handle(LOOK).did is Did.RECONCILED
    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]


@pytest.mark.parametrize(("minutes", "compares"), [(2, True), (6, True), (7, False)])
def test_a_look_that_sees_a_trail_started_since_the_last_one_compares_the_watcher(
    bed: Bed, monkeypatch: pytest.MonkeyPatch, minutes: int, compares: bool
) -> None:
    swept: list[Invocation] = []
    monkeypatch.setattr(guarding, "sweep", swept.append)
    status = get_backend("cloudtrail")[ACCOUNT][REGION].trails["trailkeeper"].status
    status.started = bed.now - timedelta(minutes=minutes)

    bed.handle(LOOK)

    assert bool(swept) is compares
