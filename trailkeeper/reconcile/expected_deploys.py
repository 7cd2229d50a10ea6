"""Whose deploys of our own stacks are planned: CDK's deploy role, and whom the settings name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from trailkeeper.detections import stack_events
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.expected import ExpectedActor, applying
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.reconcile import principal_tags
from trailkeeper.reconcile.history import Failed


def permissions(entries: Iterable[ExpectedActor]) -> tuple[Permission, ...]:
    """What telling apart takes: reading tags, if an entry of the settings goes by them."""
    return principal_tags.PERMISSIONS if any(each.tags for each in entries) else ()


@dataclass(frozen=True, slots=True)
class ExpectedDeploys:
    """Tells deploys apart from what somebody else does to our stacks; `iam` is its client."""

    entries: tuple[ExpectedActor, ...]
    baseline: Baseline
    iam: Callable[[], Any]
    now: Callable[[], datetime]
    failed: Failed

    def has(self, call: ApiCall) -> bool:
        """Whether a call is one of a deploy that is planned, going by our clock.

        Whoever's tags cannot be read is nobody who may.
        """
        if call.name not in stack_events.DEPLOYS:
            return False
        if stack_events.is_ordinary(call, self.baseline.account):
            return True
        arn = call.actor.principal_arn

        @cache
        def tags() -> Mapping[str, str]:
            try:
                return principal_tags.read(self.iam(), arn, self.baseline)
            except AWS_ERRORS as error:
                self.failed("the tags of who deploys cannot be read", error)
                return {}

        return (
            applying(
                self.entries,
                call=call.name,
                detection=call.name,
                arn=arn,
                now=self.now(),
                tags=tags,
            )
            is not None
        )
