"""What the account costs, as alerts: the billing alarm, AWS Budgets, and an alarm without data."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from trailkeeper.alerts.alert import Alert, Command, Fact, Link, Step, known
from trailkeeper.alerts.commands import shown
from trailkeeper.alerts.console import Console
from trailkeeper.evidence.names import BILLING_ALARM
from trailkeeper.words.text import Moment, Severity, Text, Value

ALARM = "billing-alarm"
BUDGET = "billing-budget"
SILENT = "billing-alarm-silent"
CATEGORY = "billing"
# Costs are of no region; AWS has their pages, and budgets, in this one.
_REGION = "us-east-1"
# How AWS Budgets begins what it publishes to a topic.
BUDGET_MESSAGE = "AWS Budget Notification "

# NewStateReason of an alarm that went off: "... 1 datapoint [213.45 (26/11/26 06:00:00)] was
# greater than the threshold (200.0) ...". CloudWatch says nowhere else what the value was.
_VALUE = re.compile(r"\[(\d{1,12}(?:\.\d{1,12})?(?:E\d{1,2})?)(?: \([\d/: ]{1,20}\))?[\],]")
# What AWS Budgets writes, one of these a line; its form is not documented.
_LINE = re.compile(r"^([A-Za-z ]{4,20}): (.{1,120})$", re.MULTILINE)
_ACCOUNT = re.compile(r"^AWS Account (\d{12})$", re.MULTILINE)
_DOLLARS = re.compile(r"\$([\d,]{1,16}(?:\.\d{1,2})?)")
_KINDS = {"ACTUAL": "actual", "FORECASTED": "forecast"}


def alarm_alert(message: Mapping[str, Any], region: str) -> Alert | None:
    """The message of our billing alarm going off; None when it says something else."""
    if message.get("AlarmName") != BILLING_ALARM or message.get("NewStateValue") != "ALARM":
        return None
    when = str(message.get("StateChangeTime") or "")
    limit = _limit(message.get("Trigger"))
    found = _VALUE.search(str(message.get("NewStateReason")))
    spent = _amount(found[1]) if found else ""
    month = _month(_instant(when))
    told = {"spent": spent, "limit": limit}
    # Somebody who sets the alarm off by hand gives another reason, which says no amount.
    known_amount = bool(spent and limit)
    return Alert(
        detection=ALARM,
        category=CATEGORY,
        severity=Severity.WARNING,
        what=Text("subject.billing.spent", told) if known_amount else Text("subject.billing.over"),
        story=(
            _spent(told, month) if known_amount else Text("story.billing.over"),
            *((Text("billing.seen", {"at": Moment(when)}),) if when else ()),
        ),
        # It goes off anew after every gap in the data: one limit of one month is told once a day.
        dedup_key=f"{ALARM}/{message.get('AWSAccountId')}/{month.get('first', when)}/{limit}",
        account=str(message.get("AWSAccountId") or ""),
        region=region,
        steps=tuple(_steps(month, "next.billing.limit_alarm")),
        facts=(
            *_amounts(("label.spent", spent), ("label.limit", limit)),
            Fact("label.alarm", BILLING_ALARM),
        ),
        links=_links(region, Link("link.alarm", Console(region).alarm(BILLING_ALARM))),
        occurred_at=when or None,
    )


def budget_alert(message: str) -> Alert | None:
    """What AWS Budgets publishes as an alert, None when it cannot be read.

    AWS documents no form of it; what is read here is in every published example of 2019 to 2026.
    """
    lines = defaultdict(str, _LINE.findall(message))
    kind = _KINDS.get(lines["Alert Type"])
    account = _ACCOUNT.search(message)
    if not message.startswith(BUDGET_MESSAGE) or kind is None or account is None:
        return None
    amount = _dollars(lines[f"{lines['Alert Type']} Amount"])
    limit = _dollars(lines["Alert Threshold"])
    day = message.removeprefix(BUDGET_MESSAGE).partition("\n")[0]
    month = _month(_day(day))
    if not (amount and limit and month):
        return None
    told = {"spent": amount, "limit": limit}
    name = lines["Budget Name"]
    return Alert(
        detection=BUDGET,
        category=CATEGORY,
        severity=Severity.WARNING,
        what=Text(f"subject.billing.{'spent' if kind == 'actual' else 'forecast'}", told),
        story=(
            _spent(told, month)
            if kind == "actual"
            else Text("story.billing.forecast", {**told, "left": _left(month)}),
        ),
        dedup_key=f"{BUDGET}/{account[1]}/{name}/{kind}/{day}",
        account=account[1],
        region=_REGION,
        steps=tuple(_steps(month, "next.billing.limit_budget")),
        facts=(
            *_amounts(
                ("label.forecast" if kind == "forecast" else "label.spent", amount),
                ("label.limit", limit),
            ),
            Fact("label.budget", name),
        ),
        links=_links(_REGION),
    )


def silent_alert(since: datetime, limit_usd: float, *, account: str, region: str) -> Alert:
    """The alert of a billing alarm that has had no data since a time, so that it cannot go off."""
    at = since.astimezone(UTC).isoformat()
    told: dict[str, Value] = {"limit": _amount(repr(limit_usd)), "since": Moment(at)}
    console = Console(region)
    return Alert(
        detection=SILENT,
        category=CATEGORY,
        severity=Severity.WARNING,
        what=Text("subject.billing.silent"),
        story=(Text("story.billing.silent", told),),
        dedup_key=f"{SILENT}/{account}/{at}",
        account=account,
        region=region,
        steps=(
            Step(Text("next.billing.preference")),
            Step(Text("next.billing.payer")),
            Step(Text("next.billing.partner")),
        ),
        facts=(Fact("label.alarm", BILLING_ALARM),),
        links=known(
            Link("link.billing_preferences", console.billing_preferences()),
            Link("link.alarm", console.alarm(BILLING_ALARM)),
        ),
    )


def _spent(told: Mapping[str, str], month: Mapping[str, str | int]) -> Text:
    if not month:
        return Text("story.billing.spent_some_month", told)
    return Text("story.billing.spent", {**told, "since": month["first"], "left": _left(month)})


def _left(month: Mapping[str, str | int]) -> Text:
    left = month["left"]
    return Text("billing.left", {"days": left}) if left else Text("billing.last_day")


def _steps(month: Mapping[str, str | int], limit: str) -> Iterator[Step]:
    span = {"first": str(month.get("first")), "next": str(month.get("next"))}
    yield Step(Text("next.billing.service"), shown(Command("costs-by-service", span)))
    yield Step(Text("next.billing.unknown"))
    yield Step(Text(limit))


def _amounts(*pairs: tuple[str, str]) -> Iterator[Fact]:
    for label, amount in pairs:
        if amount:
            yield Fact(label, f"{amount} USD")


def _links(region: str, *more: Link) -> tuple[Link, ...]:
    return known(Link("link.costs", Console(region).costs_by_service()), *more)


def _day(text: str) -> datetime | None:
    """A day as AWS Budgets writes it, such as `November 26, 2026`."""
    try:
        return datetime.strptime(text.strip(), "%B %d, %Y").replace(tzinfo=UTC)
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _month(when: datetime | None) -> dict[str, str | int]:
    """The month of a time as AWS bills it, by UTC: its first day, the next one's, the days left."""
    if when is None:
        return {}
    days = monthrange(when.year, when.month)[1]
    year, month = (when.year, when.month + 1) if when.month < 12 else (when.year + 1, 1)
    return {
        "first": f"{when:%Y-%m}-01",
        "next": f"{year:04}-{month:02}-01",
        "left": days - when.day,
    }


def _limit(trigger: Any) -> str:
    threshold = trigger.get("Threshold") if isinstance(trigger, Mapping) else None
    return _amount(str(threshold))


def _dollars(text: str) -> str:
    found = _DOLLARS.search(text)
    return _amount(found[1].replace(",", "")) if found else ""


def _amount(number: str) -> str:
    """US dollars as people write them, cents only where there are some; "" for no number."""
    try:
        amount = Decimal(number).quantize(Decimal("0.01"))
    except InvalidOperation:
        return ""
    if amount.is_nan():
        return ""
    whole = amount == amount.to_integral_value()
    return f"{amount:,.0f}" if whole else f"{amount:,.2f}"
