"""CloudTrail's event history: what LookupEvents finds, whether or not any trail logs."""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from math import inf
from typing import Any, cast

from embedded.server.api_error import ApiError
from embedded.server.resources import looked_up

KEPT_FOR = timedelta(days=90)
_KEPT_EVENTS = 100_000
_PAGE = 50

Record = Mapping[str, Any]
Event = dict[str, Any]


class History:
    """The management events of the last 90 days, by account and region, newest first."""

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._records: dict[tuple[str, str], deque[tuple[int, Record]]] = {}
        self._count = 0

    def add(self, record: Record) -> None:
        """Keep the record of a management event; others are not part of the history."""
        if not record["managementEvent"]:
            return
        place = (record["recipientAccountId"], record["awsRegion"])
        self._count += 1
        kept = self._records.setdefault(place, deque(maxlen=_KEPT_EVENTS))
        kept.appendleft((self._count, record))

    def lookup(self, account_id: str, region: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Answer LookupEvents.

        Raises ApiError for what the API refuses.
        """
        attributes = _attributes(request)
        start, end = _time(request.get("StartTime")), _time(request.get("EndTime"))
        if start and end and start > end:
            raise ApiError("InvalidTimeRangeException", "The start time is after the end time.")
        size = _page_size(request)
        before = _place(request)
        if request.get("EventCategory"):
            if request["EventCategory"] != "insight":
                raise ApiError(
                    "InvalidEventCategoryException", "Event category can only be insight."
                )
            return {"Events": []}
        found = self._matching((account_id, region), attributes, start, end, before)
        page = list(islice(found, size + 1))
        answer: dict[str, Any] = {"Events": [_event(record) for _, record in page[:size]]}
        if len(page) > size:
            answer["NextToken"] = base64.b64encode(str(page[size - 1][0]).encode()).decode()
        return answer

    def _matching(
        self,
        place: tuple[str, str],
        attributes: Mapping[str, str],
        start: datetime | None,
        end: datetime | None,
        before: float,
    ) -> Iterator[tuple[int, Record]]:
        """What is asked for, newest first, each with its number; found while it is taken."""
        # Times of records are ISO 8601 in UTC without fractions, which sort as they are.
        oldest = _written(max(filter(None, (self._clock() - KEPT_FOR, start))))
        newest = _written(end) if end else None
        for number, record in list(self._records.get(place, ())):
            at = record["eventTime"]
            if number >= before or at < oldest or (newest and at > newest):
                continue
            if all(_has(record, key, value) for key, value in attributes.items()):
                yield number, record


def _written(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _event(record: Record) -> Event:
    event = {
        **{name: read(record) for name, read in _READ.items()},
        "EventTime": int(datetime.fromisoformat(record["eventTime"]).timestamp()),
        "Resources": looked_up(record),
        "CloudTrailEvent": json.dumps(record),
    }
    return {name: value for name, value in event.items() if value is not None}


def _has(record: Record, key: str, value: str) -> bool:
    if key in ("ResourceType", "ResourceName"):
        return any(resource[key] == value for resource in looked_up(record))
    return bool(_READ[key](record) == value)


def _user(record: Record) -> str | None:
    identity = record["userIdentity"]
    if identity["type"] == "Root":
        return "root"
    if identity["type"] == "AssumedRole":
        return str(identity["arn"].rsplit("/", 1)[-1])
    return cast("str | None", identity.get("userName"))


_READ: Mapping[str, Callable[[Record], Any]] = {
    "EventId": lambda record: record["eventID"],
    "EventName": lambda record: record["eventName"],
    "ReadOnly": lambda record: "true" if record["readOnly"] else "false",
    "AccessKeyId": lambda record: record["userIdentity"].get("accessKeyId"),
    "EventSource": lambda record: record["eventSource"],
    "Username": _user,
}
_ATTRIBUTES = (*_READ, "ResourceType", "ResourceName")


def _attributes(request: Mapping[str, Any]) -> dict[str, str]:
    given: Sequence[Mapping[str, str]] = request.get("LookupAttributes") or ()
    if len(given) > 1:
        raise ApiError(
            "InvalidLookupAttributesException",
            f"{len(given)} lookup attributes were given; only one is allowed.",
        )
    for attribute in given:
        if attribute.get("AttributeKey") not in _ATTRIBUTES or not attribute.get("AttributeValue"):
            raise ApiError(
                "InvalidLookupAttributesException",
                f"A lookup attribute has one of the keys {', '.join(_ATTRIBUTES)} and a value.",
            )
    return {attribute["AttributeKey"]: attribute["AttributeValue"] for attribute in given}


def _page_size(request: Mapping[str, Any]) -> int:
    size = request.get("MaxResults", _PAGE)
    if not isinstance(size, int) or not 1 <= size <= _PAGE:
        raise ApiError(
            "InvalidMaxResultsException", f"MaxResults is {size}; it must be from 1 to {_PAGE}."
        )
    return size


def _place(request: Mapping[str, Any]) -> float:
    """The number of the event that the page before ended with: new events do not move pages."""
    token = request.get("NextToken")
    if not token:
        return inf
    try:
        return int(base64.b64decode(token, validate=True))
    except ValueError as error:
        raise ApiError("InvalidNextTokenException", "The token is not one of this API.") from error


def _time(value: Any) -> datetime | None:
    return None if value is None else datetime.fromtimestamp(float(value), UTC)
