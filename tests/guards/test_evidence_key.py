"""When the evidence key is given up, and which key is wanted then."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.account_answers import EVERYTHING, KEY
from tests.recorded import Recorded
from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.outcome import Outcome, Report, Result
from trailkeeper.guards import evidence_key

OTHER = "arn:aws:kms:us-east-1:123456789012:key/other"
THEIRS = "arn:aws:kms:us-east-1:999999999999:key/theirs"
ELSEWHERE = "arn:aws:kms:eu-west-1:123456789012:key/elsewhere"


def trail(key: str | None) -> dict[str, Any]:
    settings = {} if key is None else {"KmsKeyId": key}
    return {"DescribeTrails": {"trailList": [{"Name": "trailkeeper", **settings}]}}


def never() -> Report | None:
    raise AssertionError("nobody has to know")


@pytest.mark.parametrize("swapped", [THEIRS, ELSEWHERE])
@pytest.mark.parametrize(
    ("answers", "kept"),
    [
        (trail(KEY), KEY),
        (trail(OTHER), OTHER),
        # No stranger's key is kept, wherever it was put.
        (trail(THEIRS), None),
        (trail(None), None),
        ({"DescribeTrails": {"trailList": []}}, None),
        ({"DescribeTrails": "AccessDenied"}, None),
    ],
)
def test_a_strangers_key_is_never_used_and_the_trail_keeps_its_own(
    swapped: str, answers: dict[str, Any], kept: str | None
) -> None:
    baseline = replace(EVERYTHING, evidence_key_arn=swapped)
    clients = Recorded(answers)

    loss = evidence_key.loss(clients, baseline, (), before=never)

    assert loss is not None
    assert loss.outcomes == (
        Outcome(
            "evidence-key",
            "use",
            Result.TOLD,
            (Change("KmsKeyId", swapped, "alias/trailkeeper-evidence"),),
            "key_not_ours",
        ),
    )
    assert loss.wanted == replace(baseline, evidence_key_arn=kept)
    ((asked),) = clients.calls
    assert asked.arguments == {
        "trailNameList": ["arn:aws:cloudtrail:us-east-1:123456789012:trail/trailkeeper"]
    }


CHANGE = (Change("KeyState", "PendingDeletion", "Enabled"),)
LOST = Outcome("evidence-key", "state", Result.FAILED, CHANGE)
GONE = Outcome(
    "evidence-key", "policy", Result.UNREADABLE, error="NotFoundException: GetKeyPolicy: no"
)
NOT_LOST = (
    Outcome("evidence-key", "state", Result.HEALED, CHANGE),
    Outcome("evidence-key", "state", Result.TOLD, CHANGE),
    # A repair that was refused before anything was compared.
    Outcome("evidence-key", "state", Result.FAILED),
    Outcome("evidence-key", "policy", Result.UNREADABLE, error="AccessDenied: GetKeyPolicy: no"),
    Outcome("evidence-key", "rotation", Result.FAILED, CHANGE),
)


@pytest.mark.parametrize("now", [LOST, GONE])
@pytest.mark.parametrize("earlier", [LOST, GONE])
def test_a_key_that_two_runs_saw_lost_is_given_up(now: Outcome, earlier: Outcome) -> None:
    loss = evidence_key.loss(
        Recorded(), EVERYTHING, (NOT_LOST[0], now), before=lambda: Report((earlier,))
    )

    assert loss is not None
    (said,) = loss.outcomes
    assert (said.key, said.result, said.reason) == (
        "evidence-key.use",
        Result.TOLD,
        "key_given_up",
    )
    assert loss.wanted == replace(EVERYTHING, evidence_key_arn=None)


@pytest.mark.parametrize("earlier", [None, Report(), *(Report((each,)) for each in NOT_LOST)])
def test_one_run_is_not_enough(earlier: Report | None) -> None:
    assert evidence_key.loss(Recorded(), EVERYTHING, (LOST,), before=lambda: earlier) is None


@pytest.mark.parametrize("now", NOT_LOST)
def test_a_key_that_is_not_seen_to_be_lost_is_kept(now: Outcome) -> None:
    assert evidence_key.loss(Recorded(), EVERYTHING, (now,), before=never) is None


def test_without_a_key_none_is_lost() -> None:
    without = EVERYTHING.without_key()

    assert evidence_key.loss(Recorded(), without, (), before=never) is None
    assert not evidence_key.is_ours(without)
    assert not evidence_key.GUARD.applies(without)
