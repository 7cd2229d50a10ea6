"""The function that counts what is in each delivered log file, and what calls it."""

from __future__ import annotations

from collections.abc import Mapping

from constructs import Construct

from stacks import rules
from stacks.functions import Package, handler_function
from stacks.queues import dead_letter_queue
from stacks.roles import own_role
from trailkeeper.detections.catalogue import delivery_rule
from trailkeeper.evidence import roles
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.functions import DELIVERIES
from trailkeeper.evidence.queues import DELIVERIES_DEAD
from trailkeeper.guards.sides import Side
from trailkeeper.rights.roles import deliveries_rights


class Deliveries(Construct):
    """From the log bucket by EventBridge to a function.

    S3 itself notifies one function for a prefix and wants it to be there before; by EventBridge the
    bucket needs to know nobody.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        baseline: Baseline,
        package: Package,
        side: Side,
        variables: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_)
        self.dead_letters = dead_letter_queue(
            self, "DeadLetters", DELIVERIES_DEAD, side=side, baseline=baseline
        )
        role = own_role(
            self,
            "Role",
            record=roles.DELIVERIES,
            description="Trailkeeper: the deliveries function",
            rights=deliveries_rights(),
            baseline=baseline,
        )
        self.handler = handler_function(
            self,
            "Function",
            record=DELIVERIES,
            description="Trailkeeper: counts the records of each delivered log file",
            package=package,
            role=role,
            environment=variables,
            dead_letters=self.dead_letters,
            made_for=baseline.evidence_key_arn or "",
        )
        rules.to_function(
            self,
            delivery_rule(baseline.names.log_bucket, baseline.account),
            function=self.handler.live,
            dead_letters=self.dead_letters,
        )
