"""A month's bill, item by item: amounts from the settings and the number of management events.

They are estimates; where an amount is not counted but judged, it says from what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trailkeeper.cost.prices import Price, prices
from trailkeeper.detections.satellites import satellites, sent_home
from trailkeeper.evidence import defaults
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.controls import CONTROLS, TRAIL_CHANGES
from trailkeeper.evidence.regions import billing_region
from trailkeeper.guards.evidence import EVIDENCE

MINUTES_A_MONTH = 730 * 60
_DAYS_A_MONTH = 365 / 12
# What is kept grows for a year here; longer, and older files lie in a cheaper class.
_MONTHS = 12
# The trail's status; second reads for the delivery role's policies and its boundary; two more for
# policies of the account, which are asked for by three types (and one call more for each other
# trail that records every region).
_OTHER_CALLS = 5
# The log group's mask and, unless there are some, the insight selectors: as long as the group and
# the trail say of themselves that they have none, nobody asks for them.
_ANSWERED = 1
# Who gets alerts, two calls, and the parameter of a pause; the alarm on charges is one more.
_SELDOM_CALLS = 3
EVENT_GB = 1.7e-6
"""The size of an event as CloudWatch Logs counts it."""
# The same in a compressed log file.
_EVENT_FILE_GB = 0.1e-6
_LOGS_COMPRESSION = 0.15
# Log and digest files of the regions of a quiet account, and one more for so many events.
_QUIET_FILES = 36_000
_EVENTS_A_FILE = 200
# Reads and writes of a sweep that pass by the keys.
_KEY_REQUESTS_A_SWEEP = 4
_LOOK_GB_SECONDS, _SWEEP_GB_SECONDS, _COUNT_GB_SECONDS = 0.1, 0.25, 0.15
# Alarms about Trailkeeper itself, beside those of the benchmark's controls.
_OWN_ALARMS = 8
# That nothing calls the heal function, and that one of the ways to people does not arrive.
_WATCHER_ALARMS = 3
# The calls of two comparisons, one of each half by the other, and the watcher's look at the trail
# before its own; a test counts them.
WATCH_CALLS = 118
# What Lambda counted of three functions, for the watcher's sign of life.
ALIVE_CALLS = 3
# Of what sends a region's events home: the list of its rules, and six about its role; each rule's
# targets come on top, and one call about the stack of any region beyond home.
_REGION_CALLS = 7
# A topic beyond home: itself, the list of its subscriptions, and one of them.
_TOPIC_CALLS = 3
# Its key: which one our stack made, what its alias names, its policy, its rotation.
_KEY_CALLS = 4
WATCH_LOOKS = MINUTES_A_MONTH // defaults.WATCH_LOOK_MINUTES
_WATCH_GB_SECONDS = 0.5
HEARTBEATS = 2
# With count_deliveries: the alarms on its function; all records, and the pairs of service and
# outcome that a small account has most of the time.
DELIVERY_ALARMS = 3
DELIVERY_METRICS = 1 + 15
# A queue that feeds a function is asked for messages all the time.
_POLLS = 650_000


@dataclass(frozen=True, slots=True)
class Charged:
    """What of a deployment costs money.

    `region_calls` are those of a comparison about what stands beyond home.
    `alarms` and `metrics` are counted, `metrics` those that get values all the time or may often.
    `data_events` are those of others in a month: nobody but the user can know.
    """

    kms: bool = True
    alerts_key: bool = True
    dashboards: int = 1
    billing_alarm: bool = True
    key_beyond_home: bool = False
    alarms: int = _OWN_ALARMS + _WATCHER_ALARMS + 2
    metrics: int = HEARTBEATS
    log_retention_days: int = 365
    kept_days: int | None = 2557 + defaults.KEEP_DELETED_DAYS
    insight_types: int = 0
    own_invocations: bool = True
    data_events: int = 0
    count_deliveries: bool = False
    object_lock: bool = False
    tags: bool = False
    look_minutes: int = defaults.RECONCILE_MINUTES
    sweep_minutes: int = defaults.SWEEP_MINUTES
    watcher: bool = True
    watch_minutes: int = defaults.WATCH_MINUTES
    region_calls: int = 0
    alive_days: int = defaults.ALIVE_DAYS

    @property
    def keys(self) -> int:
        return self.kms + self.alerts_key + self.key_beyond_home

    @property
    def sweep_calls(self) -> int:
        """The calls that a sweep makes, each of which is an event of the trail."""
        baseline = Baseline(
            partition="aws",
            region=defaults.HOME_REGION,
            account="111122223333",
            trail_name=defaults.TRAIL_NAME,
            evidence_key_arn="arn:aws:kms:us-east-1:111122223333:key/KEY" if self.kms else None,
            log_retention_days=365,
            archive_after_days=None,
            expire_after_days=None,
            object_lock="governance" if self.object_lock else "off",
            tags=(("key", "value"),) if self.tags else (),
        )
        return (
            _OTHER_CALLS
            - _ANSWERED
            - (not self.insight_types)
            + (0 if self.watcher else self.seldom_calls)
            + sum(
                document.applies(baseline)
                for guard in EVIDENCE
                if guard.applies(baseline)
                for document in guard.documents
            )
        )

    @property
    def seldom_calls(self) -> int:
        """Those that come with a comparison where there is a watcher, or else with a sweep."""
        return _SELDOM_CALLS + self.billing_alarm

    @property
    def own_calls(self) -> int:
        """The calls of all schedules in a month."""
        looks, sweeps = MINUTES_A_MONTH // self.look_minutes, MINUTES_A_MONTH // self.sweep_minutes
        return looks + sweeps * self.sweep_calls + self.guard_calls

    @property
    def guard_calls(self) -> int:
        """Those of them by which each half of the guard watches over the other."""
        if not self.watcher:
            return 0
        compared = WATCH_CALLS + self.seldom_calls + self.region_calls
        return WATCH_LOOKS + self.comparisons * compared + self.signs_of_life * ALIVE_CALLS

    @property
    def signs_of_life(self) -> int:
        """How often in a month the watcher says that it is alive."""
        return MINUTES_A_MONTH // (self.alive_days * 24 * 60) if self.alive_days else 0

    @property
    def comparisons(self) -> int:
        """How often in a month each half compares the other."""
        return MINUTES_A_MONTH // self.watch_minutes


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the bill: how much of what; `key` names its price."""

    words: str
    key: str
    amount: float

    @property
    def price(self) -> Price:
        return prices().by_key[self.key]

    @property
    def usd(self) -> float:
        """As if nothing were free."""
        return self.price.usd(self.amount, after_free=False)

    @property
    def usd_after_free(self) -> float:
        """Where Trailkeeper alone uses what is free in every account."""
        return self.price.usd(self.amount, after_free=True)


def bill(events: int, charged: Charged) -> tuple[Item, ...]:
    """A month of an account with so many management events, after a year of it."""
    looks = MINUTES_A_MONTH // charged.look_minutes
    sweeps = MINUTES_A_MONTH // charged.sweep_minutes
    analysed = events + charged.own_calls
    watches = 2 * charged.comparisons + WATCH_LOOKS if charged.watcher else 0
    runs = looks + sweeps + watches
    data = charged.data_events + (runs if charged.own_invocations else 0)
    recorded = analysed + data
    files = _QUIET_FILES + recorded / _EVENTS_A_FILE
    counted = files if charged.count_deliveries else 0
    gigabytes = recorded * EVENT_GB
    requests = (files + counted if charged.kms else 0) + (sweeps * _KEY_REQUESTS_A_SWEEP)
    items = (
        Item("Keys", "kms_key", charged.keys),
        Item("Requests to the keys", "kms_request", round(requests) if charged.keys else 0),
        Item("Writing log files", "s3_put", round(files)),
        Item(
            "Keeping log files",
            "s3_gb",
            recorded * _EVENT_FILE_GB * _months(charged.kept_days),
        ),
        Item("Events in the log group", "logs_gb", gigabytes),
        Item(
            "Keeping them there",
            "logs_kept_gb",
            gigabytes * _months(charged.log_retention_days) * _LOGS_COMPRESSION,
        ),
        Item("Data events", "data_event", data),
        Item("CloudTrail Insights", "insight", charged.insight_types * analysed),
        Item("Alarms", "alarm", charged.alarms),
        Item("Heartbeats and other metrics", "metric", charged.metrics),
        Item("Dashboard", "dashboard", charged.dashboards),
        Item("Schedules", "schedule", runs),
        Item(
            "Functions",
            "lambda_gb_second",
            looks * _LOOK_GB_SECONDS
            + sweeps * _SWEEP_GB_SECONDS
            + watches * _WATCH_GB_SECONDS
            + counted * _COUNT_GB_SECONDS,
        ),
        Item("Events of delivered files", "opt_in_event", round(counted)),
        Item("Reading delivered files", "s3_get", round(counted)),
        Item("Remembering which", "dynamodb_write", round(counted)),
        Item("Queues", "sqs_request", _POLLS),
    )
    return tuple(each for each in items if each.amount)


def second_trail(events: int, charged: Charged) -> Item:
    """What the trail costs in addition where the account has another of management events."""
    return Item("A second trail", "trail_copy", events + charged.own_calls)


def charged_by(settings: Mapping[str, Any]) -> Charged:
    """What the settings, all of them and valid, deploy that costs money."""
    expire = settings["expire_after_days"]
    wanted = CONTROLS if settings["cis_alarms"] else (TRAIL_CHANGES.id,)
    controls = len(set(wanted) - set(settings["cis_alarms_off"]))
    has_alarm = settings["billing_alarm_usd"] is not None
    charges_elsewhere = settings["home_region"] != billing_region(settings["home_region"])
    records_data = settings["s3_data_events"] or settings["lambda_data_events"]
    counts = settings["count_deliveries"]
    watched = has_alarm or settings["monthly_budget_usd"] is not None
    return Charged(
        kms=settings["kms"],
        alerts_key=settings["alerts_key"],
        dashboards=int(settings["dashboard"]),
        billing_alarm=has_alarm,
        key_beyond_home=watched and charges_elsewhere and settings["alerts_key"],
        alarms=_OWN_ALARMS
        + _WATCHER_ALARMS * settings["watcher"]
        + controls
        + has_alarm
        + DELIVERY_ALARMS * counts,
        metrics=HEARTBEATS + metrics_of(controls) + DELIVERY_METRICS * counts,
        log_retention_days=settings["log_retention_days"],
        kept_days=None if expire is None else expire + settings["keep_deleted_days"],
        insight_types=len(settings["insight_types"]),
        own_invocations=settings["own_invocations"],
        data_events=(settings["data_events_a_month"] or 0) if records_data else 0,
        count_deliveries=counts,
        object_lock=settings["object_lock"] != "off",
        tags=bool(settings["tags"]),
        look_minutes=settings["reconcile_minutes"],
        sweep_minutes=settings["sweep_minutes"],
        watcher=settings["watcher"],
        watch_minutes=settings["watch_minutes"],
        region_calls=_region_calls(settings, charges=watched),
        alive_days=settings["alive_days"],
    )


def _region_calls(settings: Mapping[str, Any], *, charges: bool) -> int:
    found = satellites(
        settings["home_region"],
        ec2_regions=settings["ec2_regions"],
        forward_iam_calls=settings["forward_iam_calls"],
        charges=charges,
        last_resort_region=settings["last_resort_region"],
    )
    alarm, states = settings["billing_alarm_usd"] is not None, settings["ec2_states"]
    rules = (sent_home(each, states=states, alarm=alarm, watcher=True) for each in found)
    sending = sum(_REGION_CALLS + len(each) for each in rules if each)
    topics = sum(each.charges + each.last_resort for each in found)
    keys = settings["alerts_key"] and any(each.charges for each in found)
    return len(found) + sending + topics * _TOPIC_CALLS + keys * _KEY_CALLS


def metrics_of(controls: int) -> int:
    """A control's metric costs in a month in which something matched; trails change rarely."""
    return controls if controls > 1 else 0


def _months(days: int | None) -> float:
    return _MONTHS if days is None else min(_MONTHS, days / _DAYS_A_MONTH)
