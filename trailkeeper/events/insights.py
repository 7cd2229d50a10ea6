"""Typed views of CloudTrail Insights events; a missing or strange field is never an error.

Source: CloudTrail user guide, "CloudTrail record contents for Insights events for trails".
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from trailkeeper.events.event import MalformedEventError

DETAIL_TYPE = "AWS Insight via CloudTrail"
START, END = "Start", "End"
# CloudTrail names up to five of each.
_MOST_SHARES = 5


@dataclass(frozen=True, slots=True)
class Share:
    """Somebody's part in the unusual calls: an identity, a user agent or an error, and its rate."""

    name: str
    rate: float


@dataclass(frozen=True, slots=True)
class Insight:
    """The start or the end of unusual activity of one API; all of it is untrusted text.

    Both have the same `shared_id`. Rates are calls or errors a minute: `usual` over the week before
    the activity, `observed` while it lasted (in a start: at its beginning). They are None where the
    event does not tell. `minutes` is how long it has lasted.
    """

    shared_id: str
    event_id: str
    state: str
    time: str
    region: str
    account: str
    source: str
    call: str
    kind: str
    error: str = ""
    usual: float | None = None
    observed: float | None = None
    minutes: float | None = None
    identities: tuple[Share, ...] = ()
    user_agents: tuple[Share, ...] = ()
    errors: tuple[Share, ...] = ()

    @property
    def began(self) -> str:
        """When it began, as ISO 8601; "" if nobody can tell."""
        if self.state != END:
            return self.time
        if self.minutes is None:
            return ""
        try:
            ended = datetime.fromisoformat(self.time)
            return (ended - timedelta(minutes=self.minutes)).astimezone(UTC).isoformat()
        except (ValueError, OverflowError):
            return ""

    def with_start(self, start: Insight) -> Insight:
        """An end with what only the start told."""
        return replace(
            self,
            usual=start.usual if self.usual is None else self.usual,
            observed=start.observed if self.observed is None else self.observed,
            identities=self.identities or start.identities,
            user_agents=self.user_agents or start.user_agents,
            errors=self.errors or start.errors,
        )

    @classmethod
    def parse(cls, envelope: Any) -> Insight:
        """Read an EventBridge envelope.

        Raises:
            MalformedEventError: it is no Insights event.
        """
        detail = _mapping(_mapping(envelope).get("detail"))
        details = _mapping(detail.get("insightDetails"))
        shared_id = _string(detail.get("sharedEventID"))
        if not shared_id or details.get("state") not in (START, END):
            raise MalformedEventError("expected an Insights event with its id and its state")
        context = _mapping(details.get("insightContext"))
        statistics = _mapping(context.get("statistics"))
        return cls(
            shared_id=shared_id,
            event_id=_string(detail.get("eventID")),
            state=str(details["state"]),
            time=_string(detail.get("eventTime")) or _string(envelope.get("time")),
            region=_string(detail.get("awsRegion")) or _string(envelope.get("region")),
            account=_string(detail.get("recipientAccountId")) or _string(envelope.get("account")),
            source=_string(details.get("eventSource")),
            call=_string(details.get("eventName")),
            kind=_string(details.get("insightType")),
            error=_string(details.get("errorCode")),
            usual=_number(_mapping(statistics.get("baseline")).get("average")),
            observed=_number(_mapping(statistics.get("insight")).get("average")),
            minutes=_number(statistics.get("insightDuration")),
            identities=tuple(_shares(context, "userIdentityArn")),
            user_agents=tuple(_shares(context, "userAgent")),
            errors=tuple(_shares(context, "errorCode")),
        )


def _shares(context: Mapping[str, Any], attribute: str) -> Iterator[Share]:
    """Who had a part in it, the greatest first."""
    found = [
        Share(_string(each.get("value")), _number(each.get("average")) or 0.0)
        for attributed in _list(context.get("attributions"))
        if attributed.get("attribute") == attribute
        for each in _list(attributed.get("insight"))
    ]
    named = (each for each in found if each.name and each.name != "null")
    yield from sorted(named, key=lambda each: -each.rate)[:_MOST_SHARES]


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = float(value)
    return number if math.isfinite(number) and number >= 0 else None


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _string(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
