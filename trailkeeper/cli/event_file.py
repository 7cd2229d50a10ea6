"""Reads events in the forms that people have, and turns each into what the bus delivers."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from trailkeeper.detections.catalogue import API_CALL

Event = Mapping[str, Any]

_FORMS = (
    "an EventBridge event, a CloudTrail record, a file of Records, the output of lookup-events or "
    "filter-log-events, or a CloudWatch alarm; several may follow each other"
)
# CloudTrail's eventType and EventBridge's detail-type for it (EventBridge user guide, "AWS service
# events delivered via AWS CloudTrail"; CloudTrail user guide, "CloudTrail record contents").
_DETAIL_TYPES = {
    "AwsApiCall": API_CALL,
    "AwsServiceEvent": "AWS Service Event via CloudTrail",
    "AwsConsoleAction": "AWS Console Action via CloudTrail",
    "AwsConsoleSignIn": "AWS Console Sign In via CloudTrail",
    "AwsCloudTrailInsight": "AWS Insight via CloudTrail",
    "AwsVpceEvent": "AWS Network Activity Event via CloudTrail",
}
# Messages of the alert function's own queue, and an alarm as SNS carries it.
_OTHER_MESSAGES = ("AlarmName", "control", "dedup_key", "flush", "insight", "silence")
_GZIP = b"\x1f\x8b"
_MOST_SHOWN = 8
_DECODER = json.JSONDecoder()


class EventFileError(ValueError):
    """When a file holds no event; one line: what is missing, what was given."""


def read_json(content: bytes) -> Any:
    """The JSON of a file in any Unicode encoding, compressed or not; of several values the list.

    Raises:
        EventFileError: it is no JSON.
    """
    try:
        plain = gzip.decompress(content) if content.startswith(_GZIP) else content
        text = plain.decode(json.detect_encoding(plain), "surrogatepass").lstrip("\ufeff").strip()
        if not text:
            raise EventFileError("it is no JSON: it is empty")
        first, end = _DECODER.raw_decode(text)
        return first if end == len(text) else [first, *_others(text, end)]
    except EventFileError:
        raise
    except (OSError, EOFError, zlib.error) as error:
        raise EventFileError(f"it begins like a gzip file and is none: {error}") from error
    except RecursionError as error:
        raise EventFileError("it is nested too deeply") from error
    except ValueError as error:
        raise EventFileError(f"it is no JSON: {error}") from error


def _others(text: str, end: int) -> Iterator[Any]:
    """The values after the first, as in JSON Lines or as `aws ... --output text` puts them."""
    while end < len(text):
        begin = len(text) - len(text[end:].lstrip())
        value, end = _DECODER.raw_decode(text, begin)
        yield value


def events_in(document: Any) -> tuple[Event, ...]:
    """The events of a document, in its order, each as EventBridge (or SNS) delivers it.

    Raises:
        EventFileError: there is none, or a part of one is missing.
    """
    found = tuple(_events(document, ""))
    if not found:
        raise EventFileError(f"it holds no event: it is empty; needed: {_FORMS}")
    return found


def _events(document: Any, where: str) -> Iterator[Event]:
    match document:
        case list():
            yield from _of_list(document, where)
        case {"Records": list(records)}:
            yield from _of_list(records, f"{where}Records")
        case {"Events": list(looked_up)}:
            yield from _of_list(looked_up, f"{where}Events")
        case {"events": list(filtered)}:
            yield from _of_list(filtered, f"{where}events")
        case {"CloudTrailEvent": record}:
            yield from _inside("CloudTrailEvent", record, where)
        case {"message": record}:
            yield from _inside("message", record, where)
        case Mapping() if any(name in document for name in _OTHER_MESSAGES):
            yield document
        case {"detail": _} | {"detail-type": _}:
            yield _envelope(document, where)
        case {"eventName": _} | {"eventSource": _}:
            yield _of_record(document, where)
        case _:
            raise EventFileError(f"{_at(where)}no event: {_given(document)}; needed: {_FORMS}")


def _of_list(documents: list[Any], where: str) -> Iterator[Event]:
    for number, each in enumerate(documents):
        yield from _events(each, f"{where}[{number}]")


def _inside(field: str, record: Any, where: str) -> Iterator[Event]:
    """An event of lookup-events or filter-log-events, whose record is JSON in a string."""
    if isinstance(record, str):
        try:
            record = json.loads(record)
        except (ValueError, RecursionError) as error:
            raise EventFileError(f"{_at(where)}{field} is no JSON: {error}") from error
    if not isinstance(record, Mapping):
        raise EventFileError(f"{_at(where)}{field} holds no record: {_given(record)}")
    yield _of_record(record, f"{where}.{field}" if where else field)


def _envelope(event: Event, where: str) -> Event:
    _complain(event, ("source", "detail-type", "region"), where, "an EventBridge event")
    if not isinstance(event.get("detail"), Mapping):
        given = _given(event["detail"]) if "detail" in event else "missing"
        raise EventFileError(f"{_at(where)}detail must be an object: {given}")
    return event


def _of_record(record: Event, where: str) -> Event:
    """A CloudTrail record in the envelope in which EventBridge delivers it."""
    _complain(record, ("eventSource", "eventName", "awsRegion"), where, "a CloudTrail record")
    kind = record.get("eventType", "AwsApiCall")
    service = str(record["eventSource"]).removesuffix(".amazonaws.com")
    return {
        "version": "0",
        "id": record.get("eventID", ""),
        "detail-type": _DETAIL_TYPES.get(str(kind), f"{kind} via CloudTrail"),
        "source": f"aws.{service}",
        "account": record.get("recipientAccountId", ""),
        "time": record.get("eventTime", ""),
        "region": record["awsRegion"],
        "resources": [],
        "detail": record,
    }


def _complain(event: Event, needed: tuple[str, ...], where: str, what: str) -> None:
    missing = [name for name in needed if not isinstance(event.get(name), str) or not event[name]]
    if missing:
        names = ", ".join(missing)
        raise EventFileError(f"{_at(where)}{what} needs {names} (a string each); {_given(event)}")


def _at(where: str) -> str:
    return f"{where}: " if where else ""


def _given(value: Any) -> str:
    if not isinstance(value, Mapping):
        kinds = {list: "a list", str: "a string", type(None): "null", bool: "true or false"}
        return f"given {kinds.get(type(value), 'a number')}"
    names = [str(name)[:40] for name in value][:_MOST_SHOWN]
    more = ", ..." if len(value) > _MOST_SHOWN else ""
    return f"given an object with {', '.join(names)}{more}" if names else "given an empty object"
