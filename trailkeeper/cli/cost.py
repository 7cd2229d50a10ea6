"""`trailkeeper cost`: what a month costs, item by item, as deployed or as a cdk.json says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from trailkeeper.cli.account import Account, explained
from trailkeeper.cli.deployed import DeployedError, deployed, written_settings
from trailkeeper.cli.setting_names import DEFAULTS
from trailkeeper.cli.settings_file import CdkJson, read
from trailkeeper.cost.bill import (
    DELIVERY_METRICS,
    HEARTBEATS,
    Charged,
    Item,
    bill,
    charged_by,
    metrics_of,
    second_trail,
)
from trailkeeper.cost.prices import prices
from trailkeeper.evidence import defaults
from trailkeeper.evidence.controls import ALARM_PREFIX
from trailkeeper.evidence.names import DASHBOARD, PREFIX, Names
from trailkeeper.evidence.regions import billing_region

_MOST_EVENTS = 10**12
_CENTURY = 36_500


@click.command()
@click.option(
    "--events",
    type=click.IntRange(0, _MOST_EVENTS),
    required=True,
    help="Management events of the account in a month, such as 300000.",
)
@click.option(
    "--data-events",
    type=click.IntRange(0, _MOST_EVENTS),
    help="Data events in a month of the buckets and functions that the settings name; otherwise "
    "data_events_a_month of the cdk.json.",
)
@click.option(
    "--settings",
    "settings_file",
    type=CdkJson(),
    help="A cdk.json to take the settings from, instead of the deployed account.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the items as JSON.")
@click.pass_obj
def cost(
    account: Account,
    events: int,
    data_events: int | None,
    settings_file: Path | None,
    as_json: bool,
) -> None:
    """Show what a month costs, item by item, by dated list prices. An estimate, not a bill."""
    second: tuple[str, ...] = ()
    if settings_file is None:
        charged, second = _observed(account)
    else:
        charged = charged_by(_declared(settings_file))
    if data_events is not None:
        charged = replace(charged, data_events=data_events)
    items = bill(events, charged)
    another = second_trail(events, charged)
    if second:
        items = (*items, another)
    if as_json:
        click.echo(json.dumps(_document(events, items, another, second), indent=2))
        return
    for line in _lines(events, items, another, second):
        click.echo(line)


def _declared(file: Path) -> Mapping[str, Any]:
    """All settings of a file, those that nobody wrote by the profile and the defaults."""
    try:
        given = written_settings(read(file))
    except DeployedError as error:
        raise click.ClickException(f"{file}: {error}") from error
    profile = given.get("profile", defaults.PROFILE)
    if not isinstance(profile, str) or profile not in defaults.PROFILES:
        raise click.ClickException(
            f"{file}: profile: given {_shown(profile)}; allowed: {', '.join(defaults.PROFILES)}"
        )
    settings = {**DEFAULTS, **defaults.PROFILES[profile], **given}
    for name, (is_allowed, allowed) in _CHECKED.items():
        if not is_allowed(settings[name]):
            raise click.ClickException(
                f"{file}: {name}: given {_shown(settings[name])}; allowed: {allowed}"
            )
    return settings


def _whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and least <= value <= most


# What the bill reads; the deploy checks every setting.
_CHECKED: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    **{
        name: (lambda value: isinstance(value, bool), "true or false")
        for name in ("kms", "alerts_key", "dashboard", "own_invocations", "count_deliveries")
    },
    **{
        name: (lambda value: isinstance(value, str | list), "a list of names, or *")
        for name in ("s3_data_events", "lambda_data_events")
    },
    "data_events_a_month": (
        lambda value: value is None or _whole(1, _MOST_EVENTS)(value),
        "a number of events, or null",
    ),
    "log_retention_days": (_whole(1, _CENTURY), "days"),
    "expire_after_days": (
        lambda value: value is None or _whole(1, _CENTURY)(value),
        "days, or null",
    ),
    "keep_deleted_days": (_whole(1, _CENTURY), "days"),
    "insight_types": (lambda value: isinstance(value, list), "a list"),
    "cis_alarms": (lambda value: isinstance(value, bool), "true or false"),
    "cis_alarms_off": (
        lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
        "a list of controls",
    ),
    "object_lock": (lambda value: isinstance(value, str), "off, governance or compliance"),
    "tags": (lambda value: isinstance(value, Mapping), "an object"),
    "reconcile_minutes": (_whole(1, 60), "1 to 60"),
    "sweep_minutes": (_whole(1, 720), "1 to 720"),
}


def _observed(account: Account) -> tuple[Charged, tuple[str, ...]]:
    """What is there, and the other trails of all regions that log, which make ours a paid copy."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        heal = deployed(account.client("lambda")).heal
    except DeployedError as error:
        raise click.ClickException(str(error)) from error
    baseline, has_alarm = heal.baseline, heal.billing_alarm_usd is not None
    expire = baseline.expire_after_days
    try:
        beyond = _charges_beyond(baseline.names)
        alarms = (*_alarms(account), *(_alarms(account, beyond) if beyond else ()))
        charged = Charged(
            kms=baseline.evidence_key_arn is not None,
            alerts_key=_has_key(account, baseline.names.alerts_topic_arn),
            key_beyond_home=beyond is not None
            and _has_key(account, baseline.names.billing_topic_arn(beyond)),
            dashboards=_dashboards(account),
            billing_alarm=has_alarm,
            alarms=len(alarms),
            metrics=HEARTBEATS
            + metrics_of(sum(map(_is_of_a_control, alarms)))
            + DELIVERY_METRICS * heal.count_deliveries,
            log_retention_days=baseline.log_retention_days,
            kept_days=None if expire is None else expire + baseline.keep_deleted_days,
            insight_types=len(baseline.insight_types),
            own_invocations=baseline.own_invocations,
            count_deliveries=heal.count_deliveries,
            object_lock=baseline.object_lock != "off",
            tags=bool(baseline.tags),
            look_minutes=heal.reconcile_minutes,
            sweep_minutes=heal.sweep_minutes,
        )
        return charged, _others(account, baseline.names.trail_arn)
    except (ClientError, BotoCoreError) as error:
        raise click.ClickException(explained(error, account.profile)) from error


def _charges_beyond(names: Names) -> str | None:
    """The region beyond home in which charges are watched."""
    region = billing_region(names.region)
    return None if region == names.region else region


def _has_key(account: Account, topic: str) -> bool:
    """Whether a topic is there and encrypted."""
    sns = account.patient_client("sns", topic.split(":")[3])
    try:
        found = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    except sns.exceptions.NotFoundException:
        return False
    return bool(found.get("KmsMasterKeyId"))


def _alarms(account: Account, region: str | None = None) -> tuple[str, ...]:
    pages = account.patient_client("cloudwatch", region).get_paginator("describe_alarms")
    return tuple(
        each["AlarmName"]
        for page in pages.paginate(AlarmNamePrefix=PREFIX)
        for each in page["MetricAlarms"]
    )


def _is_of_a_control(alarm: str) -> bool:
    """Whether an alarm is one of the benchmark's controls."""
    return alarm.startswith(ALARM_PREFIX)


def _dashboards(account: Account) -> int:
    pages = account.patient_client("cloudwatch").get_paginator("list_dashboards")
    return sum(
        each["DashboardName"] == DASHBOARD
        for page in pages.paginate(DashboardNamePrefix=DASHBOARD)
        for each in page["DashboardEntries"]
    )


def _others(account: Account, ours: str) -> tuple[str, ...]:
    trails = account.patient_client("cloudtrail")
    return tuple(
        each["TrailARN"]
        for each in trails.describe_trails()["trailList"]
        if each["TrailARN"] != ours
        and each.get("IsMultiRegionTrail")
        and trails.get_trail_status(Name=each["TrailARN"])["IsLogging"]
    )


def _lines(
    events: int, items: tuple[Item, ...], another: Item, second: tuple[str, ...]
) -> Iterator[str]:
    yield (
        f"{events:,} management events a month, list prices of us-east-1 as of {prices().as_of}:"
    )
    yield f"\n{'':<28}{'amount':>20}{'USD':>9}{'after what is free':>20}"
    for each in items:
        yield f"{each.words:<28}{_amount(each):>20}{each.usd:>9.2f}{each.usd_after_free:>20.2f}"
    sums = [sum(each.usd for each in items), sum(each.usd_after_free for each in items)]
    yield f"{'Sum':<48}{sums[0]:>9.2f}{sums[1]:>20.2f}"
    if second:
        yield (
            f"\n{second[0]} records all regions, too.\n"
            "Management events are free in one trail, so Trailkeeper's is a paid copy."
        )
    else:
        yield (
            f"\nIf the account has another trail of management events, {another.usd:.2f} more:\n"
            "only one copy is free."
        )
    yield "An estimate, not a bill. The last column is without what is free in every account."


def _document(
    events: int, items: tuple[Item, ...], another: Item, second: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "events": events,
        "currency": "USD",
        "prices_as_of": prices().as_of.isoformat(),
        "items": [
            {
                "item": each.words,
                "amount": round(each.amount, 4),
                "unit": each.price.unit,
                "usd": round(each.usd, 4),
                "usd_after_free": round(each.usd_after_free, 4),
            }
            for each in items
        ],
        "usd": round(sum(each.usd for each in items), 2),
        "usd_after_free": round(sum(each.usd_after_free for each in items), 2),
        "as_a_second_trail": {"usd": round(another.usd, 2), "in_the_sum": bool(second)},
        "other_trails": list(second),
    }


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:60]


def _amount(item: Item) -> str:
    """A number of things, or so many of a unit, such as GB-months."""
    if isinstance(item.amount, int):
        return f"{item.amount:,}"
    return f"{item.amount:,.2f} {item.price.unit.split()[0]}"
