"""Counts the records of a log file by service and outcome, and says it as metrics."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trailkeeper.evidence.metrics import NAMESPACE, RECORDS_BY_SOURCE, RECORDS_DELIVERED

Counts = Mapping[tuple[str, str], int]
_THROTTLED = ("throttl", "requestlimit", "toomanyrequests", "slowdown")


def counted(records: Iterable[Mapping[str, Any]]) -> Counts:
    """How many records of each service and outcome; the same event twice counts once."""
    seen: set[str] = set()
    counts: Counter[tuple[str, str]] = Counter()
    for record in records:
        event_id = str(record.get("eventID") or "")
        if event_id and event_id in seen:
            continue
        seen.add(event_id)
        source = str(record.get("eventSource") or "unknown").removesuffix(".amazonaws.com")
        counts[source[:100], outcome(str(record.get("errorCode") or ""))] += 1
    return counts


def outcome(error_code: str) -> str:
    """A few kinds of errors, as each is a metric that is paid for: none, denied, throttled, other.

    Services spell the same refusal differently, so by parts of the code.
    """
    code = error_code.lower()
    if not code:
        return "none"
    if "accessdenied" in code or "unauthorized" in code or "notauthorized" in code:
        return "denied"
    return "throttled" if any(each in code for each in _THROTTLED) else "other"


def metrics(counts: Counts, now: float) -> Iterator[str]:
    """The lines in CloudWatch's embedded metric format that a function writes to its log.

    Source: CloudWatch user guide, "Embedded metric format specification".
    """
    total = RECORDS_DELIVERED
    yield _line(total.name, {total.dimension: total.value}, sum(counts.values()), now)
    for (source, error), count in sorted(counts.items()):
        yield _line(RECORDS_BY_SOURCE, {"Source": source, "Error": error}, count, now)


def _line(name: str, dimensions: Mapping[str, str], count: int, now: float) -> str:
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [list(dimensions)],
        "Metrics": [{"Name": name, "Unit": "Count"}],
    }
    emf = {"Timestamp": int(now * 1000), "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": emf, **dimensions, name: count})
