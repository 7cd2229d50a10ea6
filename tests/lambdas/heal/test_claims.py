"""Whom events name for a stop that the trail's status shows is counted by that stop."""

from __future__ import annotations

from typing import Any

from tests.deployed_evidence import ACCOUNT
from tests.lambdas.heal.bed import Bed, stop_call


def user(name: str) -> dict[str, Any]:
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    return {"type": "IAMUser", "arn": arn, "accountId": ACCOUNT, "userName": name}


def test_the_run_that_healed_tells_of_the_stop_and_another_of_whom_its_event_names(
    bed: Bed,
) -> None:
    bed.stop()

    bed.handle(stop_call(bed, "made-up", userIdentity=user("innocent")))
    bed.handle(stop_call(bed, "real", userIdentity=user("mallory")))

    healed, named = bed.alerts
    users = f"2026-11-20T03:04:05+00:00/arn:aws:iam::{ACCOUNT}:user"
    assert (healed.verified, healed.group) == (True, f"heals/{users}/innocent")
    assert named.group == f"stops/{users}/mallory"


def test_what_else_was_changed_with_a_stop_is_told_each_time(bed: Bed) -> None:
    bed.stop()
    bed.account.logs.put_retention_policy(logGroupName="/trailkeeper/trail", retentionInDays=1)

    bed.handle(stop_call(bed, "real", userIdentity=user("mallory")))

    assert [(each.verified, each.group) for each in bed.alerts] == [(True, None)] * 2


def test_a_stop_that_nobody_made_is_noise(bed: Bed) -> None:
    bed.handle(stop_call(bed, "made-up", userIdentity=user("innocent")))

    (alert,) = bed.alerts
    assert alert.group == f"calls/trail-stopped:StopLogging/arn:aws:iam::{ACCOUNT}:user/innocent"
