"""The status begins with whether anybody can be reached, and can be read at a glance."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from trailkeeper.cli.reach import Reach
from trailkeeper.cli.status import show_status
from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.outcome import Outcome, Report, Result
from trailkeeper.reconcile.answer import Address, Answer, Did, SeenTrail, Status, Trigger
from trailkeeper.state.alert_items import Told
from trailkeeper.state.heal_items import Deed, LastReconcile, Pause

NOW = datetime(2026, 11, 20, 11, 34, tzinfo=UTC)
LOOKED, SWEPT = NOW - timedelta(minutes=2), NOW - timedelta(minutes=12)
STATUS = Status(
    trail="arn:aws:cloudtrail:us-east-1:111122223333:trail/trailkeeper",
    guarded=("logging", "trail"),
    version="0.1.0",
    addresses=(Address("security@example.com"),),
    told=(Told("sns", LOOKED), Told("slack", LOOKED)),
    last_look=LOOKED,
    look_minutes=5,
    last_sweep=SWEPT,
    sweep_minutes=30,
    last_reconcile=LastReconcile(SWEPT, Report()),
    pause=None,
    heals=(),
    other_trails=(),
)
QUIET = {"trailkeeper-alerts-dead": 0, "trailkeeper-heal-dead": 0}
REACH = Reach(channels=("slack",), dead=QUIET)
POLICY_GONE = Report(
    (
        Outcome(
            "log-bucket",
            "policy",
            Result.DEFERRED,
            (Change("Statement[]", "-", "evil\x1b[31m"),),
            "dry_run",
        ),
    ),
    dry_run=True,
)


def shown(
    status: Status = STATUS, reach: Reach = REACH, report: Report | None = None
) -> tuple[list[str], bool]:
    answer = Answer(Did.SHOWED_STATUS, Trigger.COMMAND, report=report or Report(), status=status)
    found = show_status(answer, reach, NOW)
    assert all(len(line) <= 80 for line in found.lines)
    return list(found.lines), found.calm


def text(*arguments: object, **changes: object) -> str:
    lines, _ = shown(replace(STATUS, **changes), *arguments)  # type: ignore[arg-type]
    return "\n".join(lines)


def test_a_quiet_account_at_a_glance() -> None:
    assert shown() == (
        [
            "Alerts    security@example.com confirmed",
            "          Slack ok",
            "          no dead letters",
            "          last alert 2026-11-20 11:32 UTC (2 min ago)",
            "Account   111122223333, us-east-1, Trailkeeper 0.1.0",
            "Trail     trailkeeper logs",
            "Looked    at the trail's status 2 min ago, next in 3 min (every 5 min)",
            "Swept     at everything 12 min ago, next in 18 min (every 30 min); last",
            "          comparison 12 min ago: all in order",
            "Paused    no",
            "Drift     none: everything is as the baseline says",
            "Healed    nothing in 30 days",
            "Others    no other trail of all regions",
        ],
        True,
    )


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        (
            {"addresses": (Address("kim@example.com", "pending"),)},
            "Alerts    NOBODY CAN BE REACHED: no address is confirmed",
        ),
        ({"addresses": ()}, "Alerts    NOBODY CAN BE REACHED: no address is confirmed"),
        ({"addresses": None}, "Alerts    who is subscribed is NOT known: SNS did not say"),
    ],
)
def test_that_nobody_hears_comes_first(changes: dict[str, object], first: str) -> None:
    lines, calm = shown(replace(STATUS, **changes), Reach(dead=QUIET))  # type: ignore[arg-type]

    assert lines[0] == first
    assert not calm


def test_an_address_that_did_not_confirm_is_told_beside_one_that_did() -> None:
    addresses = (Address("a@example.com"), Address("kim@example.com", "pending"))

    lines, calm = shown(replace(STATUS, addresses=addresses))

    assert lines[0] == "Alerts    a@example.com confirmed"
    assert lines[1].startswith("          kim@example.com NOT CONFIRMED: click the link in AWS's")
    assert not calm


def test_a_channel_that_does_not_take_alerts() -> None:
    told = (Told("sns", LOOKED), Told("slack", NOW, "SlackError: the webhook answered 404"))

    lines, calm = shown(replace(STATUS, told=told))

    assert "did NOT take the last alert: SlackError: the webhook answered 404" in " ".join(
        each.strip() for each in lines
    )
    assert not calm


def test_dead_letters_say_what_to_run() -> None:
    dead = {"trailkeeper-alerts-dead": 3, "trailkeeper-heal-dead": 1}

    lines, calm = shown(reach=Reach(dead=dead))

    assert "          3 alerts NOT DELIVERED: trailkeeper alerts redrive" in lines
    assert "          1 runs of the heal function NOT done: trailkeeper dead-letters" in lines
    assert not calm


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"last_look": NOW - timedelta(minutes=16)},
            "at the trail's status 16 min ago, OVERDUE (every 5 min)",
        ),
        ({"last_sweep": NOW - timedelta(hours=2)}, "at everything 2 h ago, OVERDUE"),
        ({"last_look": None}, "every 5 min; NEVER yet, as far as is known"),
    ],
)
def test_a_schedule_that_does_not_come(changes: dict[str, object], words: str) -> None:
    lines, calm = shown(replace(STATUS, **changes))  # type: ignore[arg-type]

    assert words in "\n".join(lines)
    assert not calm


def test_drift_would_be_restored_and_carries_no_control_characters() -> None:
    lines, calm = shown(report=POLICY_GONE)

    assert "Drift     log bucket policy: would be restored" in lines
    assert "\x1b" not in "".join(lines)
    assert not calm


def test_a_pause_holds_the_drift_off() -> None:
    pause = Pause(NOW, NOW + timedelta(minutes=30), "moving the logs", "alice")

    lines, _ = shown(replace(STATUS, pause=pause), report=POLICY_GONE)

    assert "Paused    until 2026-11-20 12:04 UTC (30 min left) by alice: moving the logs" in lines
    assert "Drift     log bucket policy: would be restored (when the pause is over)" in lines


def test_heals_are_told_with_what_and_whose_call_it_was() -> None:
    heals = (
        Deed("healed", NOW, ("logging.status",), "user bot", "StopLogging"),
        Deed("healed", SWEPT, ("log-bucket.policy", "new.thing")),
    )

    shown_ = text(heals=heals)

    assert "2026-11-20 11:34 UTC  logging" in shown_
    assert "StopLogging by user bot" in shown_
    assert "2026-11-20 11:22 UTC  log bucket policy, new.thing: author unknown" in shown_


def test_other_trails_are_a_second_copy() -> None:
    shown_ = text(other_trails=(SeenTrail("org", "eu-west-1", True),))

    assert "Others    trail org of an organization, home eu-west-1" in shown_
    assert "2 USD per 100,000" in shown_


def test_times_are_in_the_zone_of_the_alerts() -> None:
    assert "last alert 2026-11-20 20:32 KST" in text(Reach(dead=QUIET, zone=ZoneInfo("Asia/Seoul")))


def test_what_could_not_be_seen_is_said() -> None:
    assert "Unknown   what x holds (AccessDenied)" in text(
        Reach(unknown=("what x holds (AccessDenied)",))
    )
