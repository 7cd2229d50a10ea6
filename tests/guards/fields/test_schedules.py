"""Every field by which a schedule or a rule could be kept from coming is seen."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.guarded import NAMES, SIDE
from tests.guards.fields.compared import seen
from tests.recorded import Recorded


@pytest.mark.parametrize(
    ("changed", "differs"),
    [
        ({}, []),
        ({"StartDate": "2030-01-01"}, ["StartDate"]),
        ({"EndDate": "2026-01-01"}, ["EndDate"]),
        ({"KmsKeyArn": "arn:evil"}, ["KmsKeyArn"]),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, ["FlexibleTimeWindow.Mode"]),
        ({"Description": "words"}, []),
    ],
)
def test_a_schedule_differs_in_anything_that_keeps_it_from_coming(
    changed: dict[str, Any], differs: list[str]
) -> None:
    right = {each.name: each.document(NAMES, SIDE.schedule_role_arn) for each in SIDE.schedules}
    right["trailkeeper-sweep"] |= changed
    scheduler = SimpleNamespace(get_schedule=lambda Name: {"Name": Name, **right[Name]})

    found = seen(SimpleNamespace(scheduler=scheduler), "guard-schedules.schedules")

    assert [path for path, _ in found] == [f"trailkeeper-sweep.{each}" for each in differs]


@pytest.mark.parametrize("pattern", [{}, {"EventPattern": ""}])
def test_a_rule_that_somebody_made_a_schedule_is_seen(pattern: dict[str, str]) -> None:
    rule = {"Name": "trailkeeper-trail", "State": "ENABLED", "ScheduleExpression": "rate(1 day)"}
    answers = {
        "ListRules": {"Rules": [{**rule, **pattern}, {"Name": "trailkeeper-of-others"}]},
        "ListTargetsByRule": {"Targets": []},
    }

    found = dict(seen(Recorded(answers), "guard-rules.rules"))

    assert found["trailkeeper-trail.ScheduleExpression"] == "rate(1 day)"
    assert found["trailkeeper-trail.EventPattern"] == "-"
    assert found["trailkeeper-trail.Targets"] == "-"
    assert "trailkeeper-trail.State" not in found
    assert not any(path.startswith("trailkeeper-of-others") for path in found)
    # The others are not there at all.
    assert found["trailkeeper-log-bucket"] == "-"


def test_schedules_that_are_gone_are_seen() -> None:
    clients = Recorded({"GetSchedule": "ResourceNotFoundException"})

    found = seen(clients, "guard-schedules.schedules")

    assert found == [(each.name, "-") for each in sorted(SIDE.schedules, key=lambda s: s.name)]
