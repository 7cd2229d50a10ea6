"""The second half of the guard: a function that watches over the first, and a second way to people.

It shares nothing with the response stack but the code, so that nobody silences both by one call.
"""

from __future__ import annotations

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks import rules
from stacks.deployment import tag
from stacks.environs import environs_of, told_last
from stacks.functions import Package, handler_function
from stacks.queues import dead_letter_queue
from stacks.roles import own_role
from stacks.schedule import Schedule
from stacks.settings import Settings
from stacks.state import State
from stacks.topics import last_resort_topic
from stacks.watch import Watch
from trailkeeper.evidence import roles
from trailkeeper.evidence.functions import WATCHER
from trailkeeper.evidence.names import (
    EVIDENCE_KEY_PARAMETER,
    LAST_RESORT_TOPIC,
    WATCH_ALIVE_SCHEDULE,
    WATCH_LOOK_SCHEDULE,
    WATCH_SCHEDULE,
)
from trailkeeper.evidence.queues import WATCHER_DEAD
from trailkeeper.guards import side_alarms
from trailkeeper.guards.sides import watch_schedules, watcher_rules, watcher_side
from trailkeeper.rights.roles import watcher_rights

# The ids and descriptions of the schedules, by their names.
_SCHEDULES = {
    WATCH_SCHEDULE: ("Schedule", "Compares the guard with what is deployed, event or not"),
    WATCH_LOOK_SCHEDULE: ("Look", "Starts the trail if it does not log: a second hand"),
    WATCH_ALIVE_SCHEDULE: ("Alive", "Tells people by the second way that the watcher is alive"),
}


class WatcherStack(Stack):
    """The watcher, its schedule and rule, and the topic of last resort."""

    def __init__(
        self, scope: Construct, id_: str, *, settings: Settings, **stack_options: Any
    ) -> None:
        super().__init__(
            scope,
            id_,
            description="Trailkeeper: watches over the guard, and tells people by a second way",
            termination_protection=True,
            **stack_options,
        )
        key_arn = (
            ssm.StringParameter.value_for_string_parameter(self, EVIDENCE_KEY_PARAMETER)
            if settings.kms
            else None
        )
        heal, alert, variables = environs_of(self, settings, evidence_key_arn=key_arn)
        baseline = heal.baseline
        side = watcher_side(heal, alert.language)
        self.topic = last_resort_topic(
            self,
            name=LAST_RESORT_TOPIC,
            policy=side.topic_policy(baseline, LAST_RESORT_TOPIC),
            emails=told_last(settings),
        )
        State(self, "State", record=side.table, policy=side.table_policy(baseline))
        dead_letters = dead_letter_queue(
            self, "DeadLetters", WATCHER_DEAD, side=side, baseline=baseline
        )
        role = own_role(
            self,
            "Role",
            record=roles.WATCHER,
            description="Trailkeeper: the watcher",
            rights=watcher_rights(heal, alert),
            baseline=baseline,
        )
        self.handler = handler_function(
            self,
            "Function",
            record=WATCHER,
            description="Trailkeeper: watches over the heal function and all that calls it",
            package=Package.of(self),
            role=role,
            environment=variables,
            dead_letters=dead_letters,
            made_for=baseline.evidence_key_arn or "",
        )
        for rule in watcher_rules(heal):
            rules.to_function(self, rule, function=self.handler.live, dead_letters=dead_letters)
        schedule = Schedule(
            self,
            "Watch",
            baseline=baseline,
            role=roles.WATCH_SCHEDULE,
            record=WATCHER,
            function=self.handler.live,
            dead_letters=dead_letters,
        )
        for each in watch_schedules(heal):
            schedule.every(*_SCHEDULES[each.name], record=each)
        Watch(
            self,
            "Alarms",
            records={each.name: each for each in side_alarms.of_watcher(heal, alert.language)},
        )
        tag(self, settings)
