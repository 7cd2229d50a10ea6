"""The heal function and what calls it."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import aws_events as events
from constructs import Construct

from stacks import rules
from stacks.functions import Package, handler_function
from stacks.queues import dead_letter_queue
from stacks.roles import own_role
from stacks.schedule import Schedule
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence import roles
from trailkeeper.evidence.functions import HEAL
from trailkeeper.evidence.names import ALIVE_SCHEDULE, GUARD_SCHEDULE
from trailkeeper.evidence.queues import HEAL_DEAD
from trailkeeper.guards.sides import Side, can_fire, heal_rules, heal_schedules
from trailkeeper.rights.roles import heal_rights, heal_watch_rights

# The ids and descriptions of the schedules that the settings ask for, by their names.
_OTHERS = {
    GUARD_SCHEDULE: ("Watch", "Compares the watcher with what is deployed"),
    ALIVE_SCHEDULE: ("Alive", "Tells people that the guard is alive, so that silence is noticed"),
}


class Healing(Construct):
    """Tamper events and the schedule, to the heal function."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        package: Package,
        side: Side,
        environ: HealEnviron,
        variables: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_)
        baseline = environ.baseline
        self.dead_letters = dead_letter_queue(
            self, "DeadLetters", HEAL_DEAD, side=side, baseline=baseline
        )
        role = own_role(
            self,
            "Role",
            record=roles.HEAL,
            description="Trailkeeper: the heal function",
            rights=heal_rights(environ),
            beside=heal_watch_rights(environ),
            baseline=baseline,
        )
        self.handler = handler_function(
            self,
            "Function",
            record=HEAL,
            description="Trailkeeper: restores the CloudTrail evidence to its baseline",
            package=package,
            role=role,
            environment=variables,
            dead_letters=self.dead_letters,
            made_for=baseline.evidence_key_arn or "",
        )
        self.rules: list[events.Rule] = [
            rules.to_function(
                self, rule, function=self.handler.live, dead_letters=self.dead_letters
            )
            for rule in heal_rules(environ)
            if rule.target == "heal" and can_fire(rule, environ)
        ]
        schedule = Schedule(
            self,
            "Reconcile",
            baseline=baseline,
            role=roles.SCHEDULE,
            record=HEAL,
            function=self.handler.live,
            dead_letters=self.dead_letters,
        )
        look, sweep, *others = heal_schedules(environ)
        self.schedules = {
            look.name: schedule.every(
                "Schedule", "Looks whether the trail logs, event or not", record=look
            ),
            sweep.name: schedule.every(
                "Sweep", "Compares the evidence with the baseline, event or not", record=sweep
            ),
        }
        for each in others:
            schedule.every(*_OTHERS[each.name], record=each)
