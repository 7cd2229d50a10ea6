"""The heal function and what calls it."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks import rules
from stacks.functions import Package, handler_function
from stacks.queues import dead_letter_queue
from stacks.rights import heal_rights
from stacks.roles import service_role
from stacks.schedule import Schedule
from trailkeeper.detections.catalogue import IAM_CALLS, RULES, Rule
from trailkeeper.detections.regions import arrives, iam_sent_from
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.names import HEAL_DEAD_QUEUE, HEAL_FUNCTION


def _can_fire(rule: Rule, environ: HealEnviron) -> bool:
    home = environ.baseline.region
    if rule == IAM_CALLS and environ.forward_iam_calls and iam_sent_from(home):
        return True
    return any(arrives(each, home) for each in rule.pattern["detail"]["eventSource"])


class Healing(Construct):
    """Tamper events and the schedule, to the heal function."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        package: Package,
        environ: HealEnviron,
    ) -> None:
        super().__init__(scope, id_)
        baseline = environ.baseline
        self.dead_letters = dead_letter_queue(self, "DeadLetters", name=HEAL_DEAD_QUEUE)
        role = service_role(
            self,
            "Role",
            role_name=baseline.names.heal_role,
            description="Trailkeeper: the heal function",
            principal=iam.ServicePrincipal("lambda.amazonaws.com"),
            rights=heal_rights(environ),
            baseline=baseline,
        )
        self.handler = handler_function(
            self,
            "Function",
            name=HEAL_FUNCTION,
            description="Trailkeeper: restores the CloudTrail evidence to its baseline",
            handler="lambdas.heal.handler.handler",
            package=package,
            role=role,
            environment=environ.to_environ(),
            timeout=Duration.seconds(120),
            dead_letters=self.dead_letters,
            made_for=baseline.evidence_key_arn or "",
        )
        self.rules: list[events.Rule] = [
            rules.to_function(
                self, rule, function=self.handler.live, dead_letters=self.dead_letters
            )
            for rule in RULES
            if rule.target == "heal" and _can_fire(rule, environ)
        ]
        self.reconcile = Schedule(
            self,
            "Reconcile",
            baseline=baseline,
            look_minutes=environ.reconcile_minutes,
            sweep_minutes=environ.sweep_minutes,
            function=self.handler.live,
            dead_letters=self.dead_letters,
        )
