"""Whether the settings have a call as planned."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from lambdas.heal.invocation import Invocation
from trailkeeper.detections.detection import Detection
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.expected import ExpectedActor, applying
from trailkeeper.guards.guard import AWS_ERRORS
from trailkeeper.reconcile import principal_tags


def entry(invocation: Invocation, call: ApiCall, detection: Detection) -> ExpectedActor | None:
    """The entry of `expected_actors` that plans a call; None, if its author's tags are not known.

    The clock is ours: an event's own time would let an old one count as planned.
    """
    arn = call.actor.principal_arn

    @cache
    def tags() -> Mapping[str, str]:
        try:
            return principal_tags.read(invocation.clients.iam, arn, invocation.baseline)
        except AWS_ERRORS as error:
            invocation.log.error("cannot read who called, so it is loud", reason=str(error))
            return {}

    return applying(
        invocation.environ.expected_actors,
        call=call.name,
        detection=detection.id,
        arn=arn,
        now=invocation.now(),
        tags=tags,
    )
