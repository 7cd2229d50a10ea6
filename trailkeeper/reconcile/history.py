"""CloudTrail's own event history: whether a call that an event tells of was made, and by whom.

Whoever may invoke the heal function can send it any event; nobody can write into the history. Each
region has its own.
"""

from __future__ import annotations

import json

from lambdas.heal.invocation import Invocation
from trailkeeper.detections.regions import iam_sent_from
from trailkeeper.events.event import ApiCall, MalformedEventError
from trailkeeper.evidence.regions import billing_region


def region_of(call: ApiCall, home: str) -> str:
    """The region whose history has a call: home, or the one that sends IAM's calls there.

    An event may say any region: of another than these none can have come.
    """
    beyond = {iam_sent_from(home), billing_region(home)}
    return call.region if call.region in beyond else home


def call_of(invocation: Invocation, event_id: str, region: str) -> ApiCall | None:
    """The call that a region's history has under an event's id, None if it has none (yet).

    It takes minutes until it has a call (CloudTrail user guide, "Working with CloudTrail event
    history").

    Raises:
        ClientError, BotoCoreError: AWS refused the call, or could not be reached.
    """
    asked = [{"AttributeKey": "EventId", "AttributeValue": event_id}]
    history = invocation.clients.cloudtrail_in(region)
    answer = invocation.patience.persist(
        lambda: history.lookup_events(LookupAttributes=asked, MaxResults=1)
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
