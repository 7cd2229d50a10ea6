"""Who deleted log files is counted by name, and what is beyond a hundred names together."""

from __future__ import annotations

from collections import Counter

from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.deletion_alerts import Deletions
from trailkeeper.events.deletions import Deletion
from trailkeeper.rendering.wording import Reader, phrase
from trailkeeper.words.text import Text

ENGLISH = Reader.of("en", "UTC")


def deleted(number: int, address: str, requester: str = "123456789012") -> Deletion:
    return Deletion(
        event_id=f"e{number}",
        time="2026-11-20T09:17:00Z",
        account="123456789012",
        region="us-east-1",
        bucket="trailkeeper-logs-123456789012-us-east-1",
        key=f"{number:05}.json.gz",
        lost=True,
        requester=requester,
        source_ip=address,
    )


def counted(by_address: Counter[str], requester: str = "123456789012") -> Alert:
    found = Deletions()
    for number, address in enumerate(by_address.elements()):
        found.add(deleted(number, address, requester))
    return found.alert("key")


def facts(alert: Alert, label: str) -> list[str]:
    return [
        phrase(each.value, ENGLISH, str)
        for each in alert.facts
        if each.label == label and isinstance(each.value, Text)
    ]


def test_the_busiest_addresses_are_named_and_the_others_counted() -> None:
    addresses = Counter({"203.0.113.7": 4, "203.0.113.8": 3, "203.0.113.9": 2, "203.0.113.10": 1})

    assert facts(counted(addresses), "label.source_ip") == [
        "203.0.113.7, 4 deletions",
        "203.0.113.8, 3 deletions",
        "203.0.113.9, 2 deletions",
        "1 more",
    ]


def test_no_more_than_a_hundred_addresses_are_remembered() -> None:
    first = Counter({f"198.51.100.{number}": 2 for number in range(100)})
    others = Counter({f"2001:db8::{number}": 1 for number in range(250)})

    told = facts(counted(first + others), "label.source_ip")

    assert told == [
        "..., 250 deletions",
        "198.51.100.0, 2 deletions",
        "198.51.100.1, 2 deletions",
        "98 more",
    ]


def test_one_that_is_known_is_counted_when_there_is_no_room_for_others() -> None:
    first = Counter({f"198.51.100.{number}": 1 for number in range(100)})
    found = Deletions()
    for number, address in enumerate([*first.elements(), "198.51.100.5", "198.51.100.5", "new"]):
        found.add(deleted(number, address))

    assert facts(found.alert("key"), "label.source_ip")[0] == "198.51.100.5, 3 deletions"


def test_nobody_is_counted_where_s3_names_nobody() -> None:
    alert = counted(Counter({"": 3}), requester="")

    assert facts(alert, "label.source_ip") == facts(alert, "label.who") == []
