"""CloudTrail's own event history: whether a call that an event tells of was made, and by whom.

Whoever may invoke a function can send it any event; nobody can write into the history. Each region
has its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from trailkeeper.events.event import ApiCall, MalformedEventError
from trailkeeper.evidence.permission import Permission, everything
from trailkeeper.evidence.regions import billing_region
from trailkeeper.reconcile.patience import Patience

PERMISSIONS = (
    Permission(
        ("cloudtrail:LookupEvents",),
        everything,
        "See whether a call that an event tells of was made, and by whom; AWS knows no resource "
        "for this call",
    ),
)
# The most that one answer holds (CloudTrail API reference, LookupEvents).
_PAGE = 50

Failed = Callable[[str, Exception], None]
"""Hears what could not be done, and why."""


class HistoryClients(Protocol):
    """The service client that event history needs."""

    def cloudtrail_in(self, region: str) -> Any:
        """CloudTrail of a region."""


def region_of(call: ApiCall, home: str) -> str:
    """The region whose history has a call: home, or the one that has IAM's calls and the charges.

    An event may say any region: of another than these none can have come.
    """
    return call.region if call.region == billing_region(home) else home


@dataclass(frozen=True, slots=True)
class History:
    """The event history of the account; it takes minutes until it has a call.

    Source: CloudTrail user guide, "Working with CloudTrail event history". Every method raises
    ClientError or BotoCoreError when AWS refused the call, or could not be reached.
    """

    clients: HistoryClients
    patience: Patience
    failed: Failed

    def call_of(self, event_id: str, region: str) -> ApiCall | None:
        """The call that a region's history has under an event's id, None if it has none (yet)."""
        found = self._looked_up("EventId", event_id, region, MaxResults=1)
        return next((call for call in found if call.event_id == event_id), None)

    def calls_named(
        self, names: Iterable[str], region: str, since: datetime, until: datetime
    ) -> tuple[ApiCall, ...]:
        """The calls of these names that a region's history has in that time, newest first.

        Not by resource, as AWS does not say for which calls the history knows theirs.
        """
        span = {"StartTime": since, "EndTime": until, "MaxResults": _PAGE}
        found = [
            call for name in names for call in self._looked_up("EventName", name, region, **span)
        ]
        return tuple(sorted(found, key=lambda call: call.time, reverse=True))

    def _looked_up(self, key: str, value: str, region: str, **more: Any) -> Iterator[ApiCall]:
        asked = [{"AttributeKey": key, "AttributeValue": value}]
        history = self.clients.cloudtrail_in(region)
        answer = self.patience.persist(
            lambda: history.lookup_events(LookupAttributes=asked, **more)
        )
        for event in answer.get("Events", []):
            try:
                yield ApiCall.parse({"detail": json.loads(event["CloudTrailEvent"])})
            except (KeyError, ValueError, MalformedEventError) as error:
                self.failed("an event of the history cannot be read", error)
