"""Attacks on the guard itself: each is put right by the other half, and told by its own way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from stage.account import DeployedAccount
from tests.e2e.doctor_faults import TWO_HALVES, found
from tests.e2e.stage import ADMINISTRATOR, Stage, wait_for

RULE = "trailkeeper-trail"
SCHEDULE = "trailkeeper-reconcile"
Act = Callable[[Stage], Any]


@dataclass(frozen=True)
class Attack:
    """What somebody does to a part of the guard, and how that part looks: as before, afterwards."""

    call: str
    act: Act
    look: Act

    def __str__(self) -> str:
        return self.call


def functions(stage: Stage) -> Any:
    return stage.ready.client("lambda")


def target(stage: Stage) -> dict[str, Any]:
    (found,) = stage.ready.client("events").list_targets_by_rule(Rule=RULE)["Targets"]
    return dict(found)


def targets(stage: Stage) -> Any:
    found = stage.ready.client("events").list_targets_by_rule(Rule=RULE)["Targets"]
    return sorted(found, key=lambda each: json.dumps(each, sort_keys=True))


def mapping(stage: Stage) -> dict[str, Any]:
    (found,) = functions(stage).list_event_source_mappings()["EventSourceMappings"]
    kept = ("State", "FilterCriteria", "FunctionArn", "BatchSize")
    return {key: found[key] for key in kept if found.get(key) not in (None, {}, {"Filters": []})}


def schedule(stage: Stage) -> dict[str, Any]:
    found = stage.ready.client("scheduler").get_schedule(Name=SCHEDULE)
    return {key: found[key] for key in ("State", "ScheduleExpression", "Target")}


def answer_with_another(stage: Stage, name: str) -> None:
    """Let the alias run what is newest, whatever that is."""
    functions(stage).update_alias(FunctionName=name, Name="live", FunctionVersion="$LATEST")


ATTACKS = (
    Attack(
        "DisableRule",
        lambda s: s.ready.client("events").disable_rule(Name=RULE),
        lambda s: s.ready.client("events").describe_rule(Name=RULE)["State"],
    ),
    Attack(
        "PutTargets",
        lambda s: s.ready.client("events").put_targets(
            Rule=RULE, Targets=[{**target(s), "Input": '{"trailkeeper": {"command": "status"}}'}]
        ),
        targets,
    ),
    Attack(
        "RemoveTargets",
        lambda s: s.ready.client("events").remove_targets(Rule=RULE, Ids=[target(s)["Id"]]),
        targets,
    ),
    Attack(
        "DeleteSchedule",
        lambda s: s.ready.client("scheduler").delete_schedule(Name=SCHEDULE),
        schedule,
    ),
    Attack(
        "PutFunctionConcurrency",
        lambda s: functions(s).put_function_concurrency(
            FunctionName=s.ready.heal_function, ReservedConcurrentExecutions=0
        ),
        lambda s: (
            functions(s)
            .get_function_concurrency(FunctionName=s.ready.heal_function)
            .get("ReservedConcurrentExecutions")
        ),
    ),
    Attack(
        "UpdateAlias",
        lambda s: answer_with_another(s, s.ready.alert_function),
        lambda s: functions(s).get_alias(FunctionName=s.ready.alert_function, Name="live")[
            "FunctionVersion"
        ],
    ),
    Attack(
        "UpdateEventSourceMapping",
        lambda s: functions(s).update_event_source_mapping(
            UUID=functions(s).list_event_source_mappings()["EventSourceMappings"][0]["UUID"],
            FilterCriteria={"Filters": [{"Pattern": '{"body": {"nothing": ["x"]}}'}]},
        ),
        mapping,
    ),
    Attack(
        "UpdateTerminationProtection",
        lambda s: s.ready.client("cloudformation").update_termination_protection(
            StackName="TrailkeeperResponse", EnableTerminationProtection=False
        ),
        lambda s: s.ready.client("cloudformation").describe_stacks(StackName="TrailkeeperResponse")[
            "Stacks"
        ][0]["EnableTerminationProtection"],
    ),
)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """An account of its own: elsewhere tests change the guard, and nobody is to put that right."""
    settings = {"alert_emails": ["security@example.com"], "watcher": True}
    with DeployedAccount(settings=settings, retry_delays=(0.5, 0.5)) as ready:
        yield Stage(ready)


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_the_watcher_puts_the_heal_side_right_and_tells(stage: Stage, attack: Attack) -> None:
    before = attack.look(stage)
    mails = len(stage.mails())

    attack.act(stage)

    mail = wait_for(
        "the mail of the second way",
        lambda: next((m for m in stage.mails()[mails:] if attack.call in m.subject), None),
    )
    assert attack.look(stage) == before
    assert f"{ADMINISTRATOR} called {attack.call}" in mail.text
    assert "Trailkeeper put it back as deployed and read it back." in mail.text


def test_the_heal_function_puts_the_watcher_right_and_tells(stage: Stage) -> None:
    watcher = {"FunctionName": "trailkeeper-watcher"}
    mails = len(stage.mails())

    functions(stage).put_function_concurrency(**watcher, ReservedConcurrentExecutions=0)

    mail = wait_for(
        "the mail",
        lambda: next(
            (m for m in stage.mails()[mails:] if "PutFunctionConcurrency" in m.subject), None
        ),
    )
    limit = functions(stage).get_function_concurrency(**watcher)
    assert "ReservedConcurrentExecutions" not in limit
    assert "Trailkeeper put it back as deployed and read it back." in mail.text


def test_the_watcher_is_a_second_hand_on_the_switch(stage: Stage) -> None:
    stage.fault(deliver="eventbridge", drop=True, action="StopLogging", times=1)
    stage.stop_logging()
    stage.ready.control.tick("trailkeeper-watch")

    wait_for("the trail to log", stage.logs_events)


def test_what_is_wrong_with_both_halves_and_what_nobody_can_tell_is_found(stage: Stage) -> None:
    """The last thing that is done to this account."""
    stage.look_now(
        "trailkeeper-reconcile", "trailkeeper-sweep", "trailkeeper-watch", "trailkeeper-watch-look"
    )
    stage.remember()

    said = found(stage, TWO_HALVES)

    for finding, _, words in TWO_HALVES.values():
        assert any(words in each for each in said.get(finding, [])), said
