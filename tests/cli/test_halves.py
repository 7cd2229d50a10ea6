"""What the status says of the guard itself: each half as the other one sees it, and the fix."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from tests.cli.half_reports import (
    BEYOND_HOME_OFF,
    BEYOND_HOME_UNREAD,
    RULES_OFF,
    STRANGER,
)
from tests.cli.test_status import STATUS
from trailkeeper.cli import halves
from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.outcome import Outcome, Report, Result
from trailkeeper.reconcile.answer import Answer, Did, Trigger


class Functions:
    """Lambda, whose watcher answers so, or is not there."""

    def __init__(self, *, report: Report | None = None, error: str = "") -> None:
        self._report, self._error = report, error

    def invoke(self, *, FunctionName: str, **_: Any) -> dict[str, Any]:
        assert FunctionName == "trailkeeper-watcher"
        if self._error:
            raise ClientError({"Error": {"Code": self._error, "Message": "so"}}, "Invoke")
        answer = Answer(Did.SHOWED_STATUS, Trigger.COMMAND, report=self._report)
        return {"Payload": io.BytesIO(json.dumps(answer.to_json()).encode())}


def healing(guard: Report | None) -> Answer:
    return Answer(Did.SHOWED_STATUS, Trigger.COMMAND, status=replace(STATUS, guard=guard))


def test_both_halves_in_order() -> None:
    found = halves.compare(Functions(report=Report()), healing(Report()))

    assert found.in_order
    assert list(found.lines()) == ["both halves are as deployed, each seen by the other"]


def test_what_is_broken_is_said_with_the_fix_on_both_sides() -> None:
    found = halves.compare(Functions(report=Report((RULES_OFF,))), healing(Report((STRANGER,))))

    assert not found.in_order
    assert list(found.lines()) == [
        "the rules that call the functions: NOT as deployed",
        "    trailkeeper-trail.State: DISABLED\ufffd[31m -> ENABLED",
        "    fix: npx cdk deploy TrailkeeperResponse --revert-drift",
        "who gets alerts: NOT for a machine to change",
        "    trailkeeper-last-resort.email eve@example.net: gets all -> -",
        "    fix: each of the settings confirms AWS's mail, or subscribes again; unsubscribe "
        "strangers",
    ]


def test_what_is_wrong_beyond_home_is_said_with_its_region_and_the_stack_there() -> None:
    report = Report((BEYOND_HOME_OFF, BEYOND_HOME_UNREAD))
    found = halves.compare(Functions(report=report), healing(Report()))

    assert not found.in_order
    assert list(found.lines()) == [
        "the rules that send events home (eu-west-1): NOT as deployed",
        "    trailkeeper-instance-calls-sent-home.State: DISABLED -> ENABLED",
        "    fix: npx cdk deploy TrailkeeperSatellite-eu-west-1 --revert-drift",
        "the rules that send events home (ap-northeast-2): NOT readable (AccessDeniedException: "
        "ListRules: not authorized)",
        "    fix: npx cdk deploy TrailkeeperSatellite-ap-northeast-2 --revert-drift",
    ]


def test_a_watcher_that_is_gone_is_seen_by_the_heal_function() -> None:
    gone = Outcome("guard-stack", "protection", Result.TOLD, (Change("Stack", "gone", "there"),))
    found = halves.compare(Functions(error="ResourceNotFoundException"), healing(Report((gone,))))

    assert not found.in_order
    lines = "\n".join(found.lines())
    assert "the side of trailkeeper-heal is NOT known to be in order: there is no function" in lines
    assert "fix: npx cdk deploy TrailkeeperWatcher --revert-drift" in lines


def test_a_heal_function_that_cannot_be_asked_is_seen_by_the_watcher() -> None:
    found = halves.compare(
        Functions(report=Report((RULES_OFF,))), None, "trailkeeper-heal is throttled"
    )

    assert not found.in_order
    lines = "\n".join(found.lines())
    assert "trailkeeper-heal is NOT known to be in order: trailkeeper-heal is throttled" in lines
    assert "the rules that call the functions: NOT as deployed" in lines


def test_one_half_alone_is_said_and_is_no_fault() -> None:
    found = halves.compare(Functions(error="ResourceNotFoundException"), healing(None))

    assert found.in_order
    assert list(found.lines()) == [
        "only one half: nobody watches over the heal function (setting watcher)"
    ]


def test_programs_are_told_what_both_found() -> None:
    answer = healing(Report((STRANGER,)))
    found = halves.told(answer, halves.compare(Functions(report=Report((RULES_OFF,))), answer))

    assert found.status is not None
    assert found.status.guard == Report((RULES_OFF, STRANGER), dry_run=True)
