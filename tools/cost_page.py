"""docs/cost.md: what Trailkeeper costs a month, from the dated prices of tools/prices.toml.

`python -m tools.cost_page` prints it, `--write FILE` writes it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stacks import generated
from tools import page
from trailkeeper.evidence import defaults
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.guards import EVIDENCE

PRICES = Path(__file__).with_name("prices.toml")
EVENTS = (300_000, 3_000_000, 30_000_000)

MINUTES_A_MONTH = 730 * 60
# The trail's status; second reads for the delivery role's policies and its boundary; two more for
# policies of the account, which are asked for by three types; who gets alerts, two calls; the list
# of the other trails (and one call more for each of them that records every region).
_OTHER_CALLS = 8
_DEFAULT = Baseline(
    partition="aws",
    region=defaults.HOME_REGION,
    account="111122223333",
    trail_name=defaults.TRAIL_NAME,
    evidence_key_arn="arn:aws:kms:us-east-1:111122223333:key/EVIDENCE",
    log_retention_days=365,
    archive_after_days=90,
    expire_after_days=2557,
)
SWEEP_CALLS = _OTHER_CALLS + sum(
    document.applies(_DEFAULT) for guard in EVIDENCE for document in guard.documents
)

# Sizes of an event: as CloudWatch Logs counts it, and in a compressed log file.
_EVENT_GB = 1.7e-6
_EVENT_FILE_GB = 0.1e-6
_LOGS_COMPRESSION = 0.15
# Log and digest files of the regions of a quiet account, and one more for so many events.
_QUIET_FILES = 36_000
_EVENTS_A_FILE = 200
_MONTHS = 12
_ALARMS, _METRICS, _KEYS = 10, 2, 2
_LOOK_GB_SECONDS, _SWEEP_GB_SECONDS = 0.1, 0.25
# A queue that feeds a function is asked for messages all the time.
_POLLS = 650_000


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the bill: how much of what; `key` names its price."""

    words: str
    key: str
    amount: float


def calls_a_month(look_minutes: int, sweep_minutes: int) -> int:
    """The calls that the schedules make, each of which is an event of the trail."""
    looks, sweeps = MINUTES_A_MONTH // look_minutes, MINUTES_A_MONTH // sweep_minutes
    return looks + sweeps * SWEEP_CALLS


def bill(events: int) -> list[Item]:
    """A month of an account with so many management events, with the default settings."""
    look, sweep = defaults.RECONCILE_MINUTES, defaults.SWEEP_MINUTES
    recorded = events + calls_a_month(look, sweep)
    files = _QUIET_FILES + recorded / _EVENTS_A_FILE
    gigabytes = recorded * _EVENT_GB
    seconds = (
        MINUTES_A_MONTH / look * _LOOK_GB_SECONDS + MINUTES_A_MONTH / sweep * _SWEEP_GB_SECONDS
    )
    return [
        Item("Two keys", "kms_key", _KEYS),
        Item("Requests to the keys", "kms_request", files + MINUTES_A_MONTH / sweep * 4),
        Item("Writing log files", "s3_put", files),
        Item("Keeping a year of log files", "s3_gb", recorded * _EVENT_FILE_GB * _MONTHS),
        Item("Events in the log group", "logs_gb", gigabytes),
        Item(
            "Keeping a year of them",
            "logs_kept_gb",
            gigabytes * _MONTHS * _LOGS_COMPRESSION,
        ),
        Item("Alarms", "alarm", _ALARMS),
        Item("Heartbeats", "metric", _METRICS),
        Item("Functions", "lambda_gb_second", seconds),
        Item("Queues", "sqs_request", _POLLS),
    ]


def cost(item: Item, prices: Mapping[str, Any], *, free: bool) -> float:
    """USD a month, with or without what is free in every account."""
    price = prices[item.key]
    charged = max(0.0, item.amount - (price.get("free", 0) if free else 0))
    return float(charged / price["per"] * price["price"])


def cost_page() -> str:
    """The page as Markdown."""
    prices = tomllib.loads(PRICES.read_text(encoding="utf-8"))
    return "\n".join(_lines(prices)) + "\n"


def _lines(prices: Mapping[str, Any]) -> Iterator[str]:
    copy = prices["trail_copy"]
    yield "# Cost"
    yield ""
    yield (
        f"**A second trail of management events is a paid copy: {copy['price']:.2f} USD for every "
        f"{copy['per']:,} events.** The first copy in a region is free. If the account has a trail "
        "already (Control Tower, an organization trail), Trailkeeper's is the second, and that is "
        "then nearly all that it costs."
    )
    yield ""
    yield (
        f"Otherwise, with the default settings, in USD a month, by list prices of us-east-1 as of "
        f"{prices['as_of']} (`tools/prices.toml`). These are estimates, not a bill; what is free "
        "in every account is taken off in the second sum."
    )
    yield ""
    bills = {events: bill(events) for events in EVENTS}
    yield generated.markdown_table(
        ("", *(f"{events / 1e6:g} million events" for events in EVENTS)),
        (*_items(bills, prices), *_sums(bills, prices)),
    )
    yield ""
    yield "## What else there is to know"
    yield ""
    look, sweep = defaults.RECONCILE_MINUTES, defaults.SWEEP_MINUTES
    yield (
        f"- The schedules make {calls_a_month(look, sweep):,} calls a month, which the trail "
        f"records like any others: one every {look} minutes, {SWEEP_CALLS} every {sweep}. "
        f"With `sweep_minutes` {sweep * 2} they are {calls_a_month(look, sweep * 2):,}; everything "
        f"every {look} minutes would be {calls_a_month(look, look):,}."
    )
    yield (
        "- A key costs 1 USD more a month after its first yearly rotation and 1 USD more after its "
        "second, and no more after that: the two keys cost 2, 4 and from the third year on 6 USD. "
        "With `kms` false there is one key, that of the alerts."
    )
    yield (
        "- Log files under 128 KB never move to S3 Glacier Instant Retrieval, and in a small "
        "account nearly all are smaller. It would be dearer: 128 KB are charged at least."
    )
    yield (
        "- Files are deleted `expire_after_days` after they came, and stay hidden for another "
        "`keep_deleted_days`, which are paid for."
    )
    yield "- `insight_types` are charged by the events analysed; none are on by default."
    yield ""
    yield "## Prices"
    yield ""
    rows = [
        (f"{each['price']:g} USD", f"{each['per']:,} {each['unit']}", each["basis"])
        for name, each in prices.items()
        if name != "as_of"
    ]
    yield generated.markdown_table(("Price", "for", "Known from"), rows)
    yield ""
    yield "This page is generated by `python -m tools.cost_page --write docs/cost.md`."


def _items(bills: Mapping[int, list[Item]], prices: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for number, item in enumerate(bills[EVENTS[0]]):
        costs = (cost(bills[events][number], prices, free=False) for events in EVENTS)
        yield (item.words, *(f"{each:.2f}" for each in costs))


def _sums(bills: Mapping[int, list[Item]], prices: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for words, free in (("**Sum**", False), ("**Sum, without what is free**", True)):
        sums = (sum(cost(each, prices, free=free) for each in bills[events]) for events in EVENTS)
        yield (words, *(f"**{each:.2f}**" for each in sums))
    copy = prices["trail_copy"]
    recorded = (
        events + calls_a_month(defaults.RECONCILE_MINUTES, defaults.SWEEP_MINUTES)
        for events in EVENTS
    )
    copies = (each / copy["per"] * copy["price"] for each in recorded)
    yield ("As a second trail, in addition", *(f"{each:.2f}" for each in copies))


if __name__ == "__main__":
    page.run("Make docs/cost.md.", cost_page)
