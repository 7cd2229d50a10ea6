"""CloudTrail's own event history: whether a call that an event tells of was made, and by whom.

Whoever may invoke the heal function can send it any event; nobody can write into the history.
"""

from __future__ import annotations

import json

from lambdas.heal.invocation import Invocation
from trailkeeper.events.event import ApiCall, MalformedEventError
from trailkeeper.evidence.permission import Permission, everything


def call_of(invocation: Invocation, event_id: str) -> ApiCall | None:
    """The call that the history has under an event's id, None if it has none (yet).

    It takes minutes until it has a call (CloudTrail user guide, "Working with CloudTrail event
    history").

    Raises:
        ClientError, BotoCoreError: AWS refused the call, or could not be reached.
    """
    asked = [{"AttributeKey": "EventId", "AttributeValue": event_id}]
    answer = invocation.patience.persist(
        lambda: invocation.clients.cloudtrail.lookup_events(LookupAttributes=asked, MaxResults=1)
    )
    for event in answer.get("Events", []):
        try:
            call = ApiCall.parse({"detail": json.loads(event["CloudTrailEvent"])})
        except (KeyError, ValueError, MalformedEventError) as error:
            invocation.log.error("unreadable event in the history", reason=str(error))
            continue
        if call.event_id == event_id:
            return call
    return None


PERMISSIONS = (
    Permission(
        ("cloudtrail:LookupEvents",),
        everything,
        "See whether a call that an event tells of was made, and by whom; AWS knows no resource "
        "for this call",
    ),
)
