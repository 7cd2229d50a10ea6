"""One shape of answer, whoever asks, and what of it counts as a sign of life."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.deployed_evidence import NOW
from trailkeeper.evidence import outcome as outcome_
from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.metrics import LOOK_SUCCEEDED, SWEEP_SUCCEEDED
from trailkeeper.evidence.outcome import Gap, Outcome, Report, Result
from trailkeeper.reconcile.answer import Address, Answer, Did, SeenTrail, Status, Trigger
from trailkeeper.state.alert_items import Told
from trailkeeper.state.heal_items import Deed, LastReconcile, Pause
from trailkeeper.wire.typed import MalformedError

FULL = Report(
    (Outcome("trail", "settings", Result.HEALED, (Change("a", "b", "c"),), "r", "e", gone=True),),
    Gap(None, NOW),
    paused_until=NOW,
)


def outcome(result: Result) -> Report:
    return Report((Outcome("trail", "settings", result),))


@pytest.mark.parametrize(
    ("report", "alive"),
    [
        pytest.param(Report(), True, id="nothing differed"),
        pytest.param(outcome(Result.HEALED), True, id="healed"),
        pytest.param(outcome(Result.TOLD), True, id="for people"),
        pytest.param(outcome(Result.DEFERRED), True, id="waits for a pause"),
        pytest.param(outcome(Result.FAILED), False, id="failed"),
        pytest.param(outcome(Result.UNREADABLE), False, id="unreadable"),
        pytest.param(Report(dry_run=True), False, id="a dry run"),
        pytest.param(None, False, id="no reconcile"),
    ],
)
def test_a_heartbeat_is_a_run_of_a_schedule_in_which_nothing_failed(
    report: Report | None, alive: bool
) -> None:
    beats = {
        did: Answer(did, Trigger.SWEEP, report=report).heartbeat
        for did in (Did.LOOKED, Did.RECONCILED)
    }

    assert set(beats.values()) == ({SWEEP_SUCCEEDED} if alive else {None})


def test_looks_and_sweeps_have_a_heartbeat_each() -> None:
    assert Answer(Did.LOOKED, Trigger.LOOK, report=Report()).heartbeat == LOOK_SUCCEEDED
    assert Answer(Did.RECONCILED, Trigger.LOOK, report=Report()).heartbeat == LOOK_SUCCEEDED
    assert Answer(Did.RECONCILED, Trigger.SWEEP, report=Report()).heartbeat == SWEEP_SUCCEEDED


@pytest.mark.parametrize("trigger", [Trigger.EVENT, Trigger.COMMAND, Trigger.OTHER])
def test_what_anybody_but_a_schedule_invokes_is_no_heartbeat(trigger: Trigger) -> None:
    assert Answer(Did.RECONCILED, trigger, report=Report()).heartbeat is None


@pytest.mark.parametrize("did", [each for each in Did if each not in (Did.LOOKED, Did.RECONCILED)])
def test_what_is_no_run_is_no_heartbeat(did: Did) -> None:
    assert Answer(did, Trigger.SWEEP, report=Report()).heartbeat is None


def test_an_answer_survives_its_way_to_the_command_line() -> None:
    pause = Pause(NOW, NOW + timedelta(minutes=5), "a move", "alice")
    status = Status(
        trail="arn",
        guarded=("logging", "trail"),
        version="0.1.0",
        addresses=(Address("kim@example.com", "pending"),),
        told=(Told("slack", NOW, "404"),),
        last_look=NOW,
        look_minutes=5,
        last_sweep=None,
        sweep_minutes=30,
        last_reconcile=LastReconcile(NOW, FULL),
        pause=pause,
        heals=(Deed("healed", NOW, ("trail.settings",), "mallory", "UpdateTrail"),),
        other_trails=(SeenTrail("theirs", "us-east-1", True),),
    )
    answer = Answer(Did.SHOWED_STATUS, Trigger.COMMAND, "why", FULL, status, pause)

    assert Answer.from_json(json.loads(json.dumps(answer.to_json()))) == answer


def test_an_answer_of_another_version_is_refused() -> None:
    with pytest.raises(MalformedError, match=r"did: given \"danced\"; allowed: ignored, "):
        Answer.from_json({**Answer(Did.PAUSED, Trigger.OTHER).to_json(), "did": "danced"})
    with pytest.raises(MalformedError, match="did: missing"):
        Answer.from_json({"in_order": True, "outcomes": []})


def test_in_order_is_what_is_left_and_not_what_was_found() -> None:
    healed = Outcome("trail", "settings", Result.HEALED)
    told = replace(healed, result=Result.TOLD)

    assert Report((healed,)).in_order
    assert not Report((healed,)).found_nothing
    assert not Report((healed, told)).in_order
    assert Report((healed, told)).left == (told,)


def test_what_the_command_line_of_another_version_is_told() -> None:
    assert [str(each) for each in Did] == [
        *("ignored", "alerted-attempt", "looked", "reconciled", "showed-status", "paused"),
        *("resumed", "announced-drill", "tested-alerts", "showed-drill", "said-alive", "refused"),
    ]
    assert [str(each) for each in Trigger] == ["event", "look", "sweep", "command", "other"]
    assert [str(each) for each in Result] == [
        *("healed", "failed", "told", "deferred", "unreadable"),
    ]


def test_why_a_repair_waits_or_is_for_people() -> None:
    assert (
        *(outcome_.DEPLOYING, outcome_.RESPONSE_TO_COME, outcome_.RESPONSE_FAILED),
        *(outcome_.MACHINE_MUST_NOT, outcome_.CUT_OFF),
    ) == (
        *("deploying", "response_to_come", "response_failed"),
        *("machine_must_not", "cut_off"),
    )


def test_an_answer_says_nothing_that_it_was_not_given() -> None:
    assert Answer(Did.LOOKED, Trigger.LOOK) == Answer(
        Did.LOOKED, Trigger.LOOK, "", None, None, None, None
    )
