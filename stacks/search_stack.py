"""What makes the evidence searchable; it keeps nothing that cannot be made again."""

from __future__ import annotations

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from stacks.athena import TrailTable, WorkGroup
from stacks.dashboard import Dashboard
from stacks.deployment import baseline_of, leave_empty, tag
from stacks.saved_queries import SavedQueries
from stacks.settings import Settings


class SearchStack(Stack):
    """Saved questions, Athena's table and work group, and the dashboard, each with a switch."""

    def __init__(
        self, scope: Construct, id_: str, *, settings: Settings, **stack_options: Any
    ) -> None:
        super().__init__(
            scope,
            id_,
            description="Trailkeeper: makes the CloudTrail evidence searchable",
            **stack_options,
        )
        baseline = baseline_of(self, settings, evidence_key_arn=None)
        if settings.saved_queries:
            SavedQueries(self, "Questions")
        if settings.athena:
            TrailTable(self, "Trail", settings=settings, baseline=baseline)
            WorkGroup(self, "WorkGroup", settings=settings, baseline=baseline)
        if settings.dashboard:
            Dashboard(
                self,
                "Dashboard",
                baseline=baseline,
                region=settings.home_region,
                athena=settings.athena,
                deliveries=settings.count_deliveries,
                limits_usd={
                    "billing alarm": settings.billing_alarm_usd,
                    "monthly budget": settings.monthly_budget_usd,
                },
            )
        if not (settings.saved_queries or settings.athena or settings.dashboard):
            leave_empty(self, "saved_queries, athena and dashboard are")
        tag(self, settings)
