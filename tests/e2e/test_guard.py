"""Attacks on the guard itself, one of each kind; `make guard` plays every one of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.doctor_faults import TWO_HALVES, found
from tests.e2e.intrusions import Intrusions, attacked
from tests.e2e.play_histories import Histories
from tests.e2e.stage import Stage, wait_for
from trailkeeper.guards.techniques import TECHNIQUES
from trailkeeper.guards.techniques.technique import Half

BY_ID = {each.id: each for each in TECHNIQUES}
# What each half puts right leaves the account as it was, so the next may begin at once.
REPAIRED: tuple[tuple[str, Half], ...] = (
    ("rule-says-something-else", "heal side"),
    ("rule-without-target", "watcher side"),
    ("schedules-deleted", "heal side"),
    ("no-concurrency", "heal side"),
    ("no-concurrency", "watcher side"),
    ("alias-to-latest", "heal side"),
    ("queue-filtered", "heal side"),
    ("nobody-may-publish", "heal side"),
    ("role-denied-everything", "heal side"),
    ("region-rule-disabled", "heal side"),
    ("stack-unprotected", "heal side"),
)
OTHERS: tuple[tuple[str, Half], ...] = (
    ("code-replaced", "heal side"),
    ("one-unsubscribed", "heal side"),
    ("rules-of-both-disabled", "heal side"),
    ("stack-updated-off", "heal side"),
)


@pytest.fixture(scope="module")
def intrusions() -> Iterator[Intrusions]:
    """An account of its own: elsewhere tests change the guard, and nobody is to put that right."""
    with attacked(slack_too=False) as ready:
        yield ready


@pytest.mark.parametrize(("technique", "half"), REPAIRED)
def test_the_other_half_puts_it_right_and_tells(
    intrusions: Intrusions, technique: str, half: Half
) -> None:
    said = intrusions.carry_out(BY_ID[technique], half)

    assert said.startswith("as deployed, told by the ")
    (mail,) = intrusions.mails_about(BY_ID[technique].told_as)[:1]
    assert "User mallory called" in mail.text
    assert "Trailkeeper put it back as deployed and read it back." in mail.text


def test_attacks_and_mishaps_of_all_kinds_end_as_deployed(intrusions: Intrusions) -> None:
    """`make chaos` plays others."""
    steps = (
        *("attack log-bucket-policy-deleted", "lose 1", "guard rule-without-target watcher side"),
        *("throttle cloudtrail StartLogging", "stop", "forge"),
    )

    assert Histories(intrusions).play(steps)


def test_the_watcher_is_a_second_hand_on_the_switch(intrusions: Intrusions) -> None:
    stage = Stage(intrusions.ready)
    stage.fault(deliver="eventbridge", drop=True, action="StopLogging", times=1)
    stage.stop_logging()
    stage.ready.control.tick("trailkeeper-watch")

    wait_for("the trail to log", stage.logs_events)


@pytest.mark.parametrize(("technique", "half"), OTHERS)
def test_it_ends_as_listed_where_nothing_is_put_right_after_its_call(
    intrusions: Intrusions, technique: str, half: Half
) -> None:
    intrusions.go_back()

    intrusions.carry_out(BY_ID[technique], half)


def test_cloudformation_itself_tells_of_an_update_whose_call_raised_no_event(
    intrusions: Intrusions,
) -> None:
    intrusions.go_back()
    stage = Stage(intrusions.ready)
    stage.fault(deliver="eventbridge", drop=True, action="UpdateStack", times=1)

    intrusions.carry_out(BY_ID["stack-updated-off"], "watcher side")

    (mail,) = intrusions.mails_about("UpdateStack")
    assert mail.subject.startswith("[Warning] Stack TrailkeeperWatcher updated")
    assert "User mallory called UpdateStack on TrailkeeperWatcher" in mail.text


def test_what_is_wrong_with_both_halves_and_what_nobody_can_tell_is_found(
    intrusions: Intrusions,
) -> None:
    """The last thing that is done to this account."""
    intrusions.go_back()
    stage = Stage(intrusions.ready)

    said = found(stage, TWO_HALVES)

    for finding, _, words in TWO_HALVES.values():
        assert any(words in each for each in said.get(finding, [])), said
