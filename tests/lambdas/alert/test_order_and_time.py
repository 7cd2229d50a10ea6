"""Who hears first, for how long nothing is told again, and how long windows are."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.lambdas.alert.conftest import Account, state_change
from tests.lambdas.alert.test_delivery import ALERT
from trailkeeper.evidence.names import STATE_TABLE
from trailkeeper.state import alert_items, heal_items, table
from trailkeeper.words.text import Severity

DAY = 86_400


def test_the_loudest_alert_of_a_batch_is_told_first(account: Account) -> None:
    quiet_first = [
        replace(ALERT, severity=severity, dedup_key=severity.name).to_json()
        for severity in (Severity.INFO, Severity.WARNING, Severity.CRITICAL)
    ]

    account.handle(*quiet_first)

    subjects = [subject.partition("]")[0] for subject, _ in account.mails()]
    assert subjects == ["[Critical", "[Warning", "[Info"]


def test_an_alert_that_was_told_is_not_told_again_for_a_day(account: Account) -> None:
    account.handle(ALERT.to_json())

    items = account.clients.dynamodb.scan(TableName=STATE_TABLE)["Items"]
    (kept,) = (each for each in items if each["id"]["S"] == "once")
    assert float(kept["expires"]["N"]) == pytest.approx(time.time() + DAY, abs=60)


def test_what_is_remembered_is_kept_as_long_as_it_is_needed() -> None:
    kept = (
        table.KEPT,
        alert_items.HELD_KEPT,
        alert_items.SEEN_KEPT,
        alert_items.SENT_KEPT,
        alert_items.CAUSE_KEPT,
    )

    assert [each / timedelta(hours=1) for each in kept] == [30 * 24, 14 * 24, 24, 24, 2]
    assert (heal_items.DEFAULT_PAUSE_MINUTES, heal_items.LONGEST_PAUSE_MINUTES) == (30, 240)


@pytest.mark.parametrize(("held", "seconds"), [(1, 60), (18, 60), (19, 60), (20, 120), (21, 120)])
def test_only_a_storm_makes_the_next_window_longer(
    held: int, seconds: int, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first change is told at once, the others are held; twenty held ones are a storm."""
    changes = [
        state_change(account.run_instance(Name="web"), "stopped", f"event-{number}")
        for number in range(held + 1)
    ]
    account.handle(changes[0])
    account.handle(*changes[1:])
    window = account.open_window()
    delays: list[int] = []
    send = account.clients.sqs.send_message

    def noted(**arguments: Any) -> Any:
        delays.append(arguments["DelaySeconds"])
        return send(**arguments)

    monkeypatch.setattr(account.clients.sqs, "send_message", noted)

    account.flush(window)

    assert delays == [seconds]
