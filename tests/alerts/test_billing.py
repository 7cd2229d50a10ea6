"""What the account costs, as people hear of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from trailkeeper.alerts import billing
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.incoming import read
from trailkeeper.rendering import email, slack
from trailkeeper.rendering.email import Mail
from trailkeeper.rendering.wording import Reader
from trailkeeper.words.text import Severity

ACCOUNT = "111122223333"
KOREAN = Reader.of("ko", "Asia/Seoul", "prod")
REASON = (
    "Threshold Crossed: 1 out of the last 1 datapoints [{value}] was greater than the threshold "
    "(200.0) (minimum 1 datapoint for OK -> ALARM transition)."
)


def went_off(**fields: Any) -> dict[str, Any]:
    """As CloudWatch publishes it (CloudWatch user guide, "Notify users on alarm changes")."""
    return {
        "AlarmName": "trailkeeper-billing",
        "AlarmDescription": "The account has cost more than 200 USD in this month.",
        "AWSAccountId": ACCOUNT,
        "NewStateValue": "ALARM",
        "NewStateReason": REASON.format(value="213.45 (26/11/26 00:00:00)"),
        "StateChangeTime": "2026-11-26T06:02:03.123+0000",
        "Region": "US East (N. Virginia)",
        "AlarmArn": f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:trailkeeper-billing",
        "OldStateValue": "OK",
        "Trigger": {"MetricName": "EstimatedCharges", "Threshold": 200.0},
        **fields,
    }


def budget(**lines: str) -> str:
    """As AWS Budgets publishes it: a published example, with the names of its lines."""
    given = {
        "Budget_Name": "Test Budget",
        "Budget_Type": "Cost",
        "Budgeted_Amount": "$500.00",
        "Alert_Type": "ACTUAL",
        "Alert_Threshold": "> $500.00",
        "ACTUAL_Amount": "$1,510.59",
        **lines,
    }
    shown = "".join(f"{name.replace('_', ' ')}: {value}\n" for name, value in given.items())
    return (
        f"AWS Budget Notification September 30, 2022\nAWS Account {ACCOUNT}\n\n"
        "Dear AWS Customer,\n\nYou requested that we alert you when the ACTUAL Cost associated "
        "with your Test Budget budget is greater than $500.00 for the current month. You can find "
        "additional details below and by accessing the AWS Budgets dashboard [1].\n\n"
        f"{shown}\n[1] https://console.aws.amazon.com/billing/home#/budgets\n"
    )


def alert_of(body: str) -> Alert:
    found = read(body)
    assert isinstance(found, Alert)
    return Alert.from_json(found.to_json())


def mail_of(body: str, reader: Reader | None = None) -> Mail:
    return email.render(alert_of(body), reader or Reader.of("en", "UTC", "prod"))


def story(mail: Mail) -> str:
    return " ".join(mail.body.split("\n\n")[0].split())


def test_the_mail_says_what_was_spent_the_limit_since_when_and_what_is_left() -> None:
    mail = mail_of(json.dumps(went_off()))

    assert mail.subject == (
        f"[Warning] 213.45 USD spent this month, limit 200 USD - prod {ACCOUNT}"
    )
    assert story(mail) == (
        "This account has cost 213.45 USD since 2026-11-01, more than the limit of 200 USD. "
        "4 days of the month are left. CloudWatch saw it at 06:02:03 UTC; AWS adds charges up a "
        "few times a day only."
    )
    assert (
        "aws ce get-cost-and-usage --time-period Start=2026-11-01,End=2026-12-01 "
        "--granularity MONTHLY --metrics UnblendedCost --group-by Type=DIMENSION,Key=SERVICE "
        "--output table"
    ) in mail.body
    assert "Spent: 213.45 USD\nLimit: 200 USD\n" in mail.body
    assert (
        "https://us-east-1.console.aws.amazon.com/costmanagement/home?region=us-east-1"
        "#/cost-explorer?"
    ) in mail.body
    assert "groupBy=%5B%22Service%22%5D" in mail.body


def test_in_korean() -> None:
    mail = mail_of(json.dumps(went_off()), KOREAN)

    assert mail.subject == f"[경고] 이번 달 요금 213.45 USD, 한도 200 USD 초과 | prod {ACCOUNT}"
    assert story(mail).startswith(
        "2026-11-01부터 이 계정의 요금이 213.45 USD로 한도 200 USD를 넘었습니다. "
        "이번 달은 4일 남았습니다."
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("213.45", "213.45 USD"),
        ("1234567.891 (26/11/26 00:00:00)", "1,234,567.89 USD"),
        ("1.5E7 (26/11/26 00:00:00)", "15,000,000 USD"),
        ("300.0 (26/11/26 00:00:00), 250.0 (25/11/26 18:00:00)", "300 USD"),
    ],
)
def test_the_amount_is_that_of_the_latest_datapoint(value: str, shown: str) -> None:
    mail = mail_of(json.dumps(went_off(NewStateReason=REASON.format(value=value))))
    assert mail.subject.startswith(f"[Warning] {shown} spent")


@pytest.mark.parametrize(
    ("changed", "left"),
    [
        ("2026-11-29T23:59:59.000+0000", "1 day of the month is left."),
        ("2026-11-30T23:59:59.000+0000", "It is the month's last day."),
        ("2028-02-28T00:00:00.000+0000", "1 day of the month is left."),
        # AWS bills by UTC, in which it is December already.
        ("2026-11-30T20:00:00.000-0800", "30 days of the month are left."),
    ],
)
def test_the_days_left_are_those_of_the_month_as_aws_bills_it(changed: str, left: str) -> None:
    assert left in story(mail_of(json.dumps(went_off(StateChangeTime=changed))))


@pytest.mark.parametrize(
    "reason",
    ["a first check", "", "Threshold Crossed: [oops (]", "[" + "9" * 40 + "]", "[213.45", None],
)
def test_an_alarm_that_says_no_amount_is_told_without_one(reason: str | None) -> None:
    mail = mail_of(json.dumps(went_off(NewStateReason=reason)))

    assert mail.subject == f"[Warning] This month's charges are over the limit - prod {ACCOUNT}"
    assert "CloudWatch does not say how much was spent." in story(mail)
    assert "Spent" not in mail.body


@pytest.mark.parametrize(
    "fields",
    [
        {"StateChangeTime": "yesterday"},
        {"StateChangeTime": "0001-01-01T00:00:00+14:00"},
        {"StateChangeTime": None, "AlarmArn": None},
        {"Trigger": {"Threshold": "much"}},
        {"Trigger": None},
        {"Trigger": {"Threshold": True}},
        {"AWSAccountId": None},
    ],
)
def test_whatever_a_message_leaves_out_it_is_told(fields: dict[str, Any]) -> None:
    alert = alert_of(json.dumps(went_off(**fields)))
    for reader in (Reader(), KOREAN):
        assert email.render(alert, reader).body
        assert slack.render(alert, reader)
    assert alert.detection == "billing-alarm"


def test_nothing_stands_for_what_a_message_leaves_out() -> None:
    alert = alert_of(json.dumps(went_off(StateChangeTime=None, AWSAccountId=None)))

    assert (alert.account, alert.occurred_at) == ("", None)
    assert [each.key for each in alert.story] == ["story.billing.spent_some_month"]


@pytest.mark.parametrize(
    "trigger",
    [
        None,
        {},
        "Threshold",
        *({"Threshold": each} for each in ("much", None, True, float("nan"), float("inf"))),
    ],
)
def test_an_alarm_that_says_no_limit_is_told_without_one(trigger: Any) -> None:
    mail = mail_of(json.dumps(went_off(Trigger=trigger)))

    assert mail.subject == f"[Warning] This month's charges are over the limit - prod {ACCOUNT}"
    assert "Spent: 213.45 USD\n" in mail.body
    assert "Limit:" not in mail.body


def test_another_alarm_on_charges_is_told_as_any_alarm() -> None:
    assert alert_of(json.dumps(went_off(AlarmName="billing"))).detection == "cloudwatch-alarm"


def test_an_alarm_that_goes_off_again_after_a_gap_in_the_data_is_the_same_alert() -> None:
    def key(**fields: Any) -> str:
        return alert_of(json.dumps(went_off(**fields))).dedup_key

    assert key(StateChangeTime="2026-11-26T18:00:00.000+0000") == key()
    assert key(StateChangeTime="2026-12-26T06:02:03.123+0000") != key()
    assert key(Trigger={"Threshold": 300.0}) != key()


def test_a_budget_tells_of_what_was_spent() -> None:
    mail = mail_of(budget())

    assert mail.subject.startswith("[Warning] 1,510.59 USD spent this month, limit 500 USD")
    assert story(mail) == (
        "This account has cost 1,510.59 USD since 2022-09-01, more than the limit of 500 USD. "
        "It is the month's last day."
    )
    assert "Budget: Test Budget\n" in mail.body
    assert "monthly_budget_usd" in mail.body


def test_a_budget_tells_of_what_is_forecast() -> None:
    body = budget(Alert_Type="FORECASTED", FORECASTED_Amount="$612.30")

    assert mail_of(body).subject.startswith(
        "[Warning] 612.30 USD forecast for this month, limit 500 USD"
    )
    assert story(mail_of(body)).startswith(
        "AWS forecasts that this account will have cost 612.30 USD by the end of the month"
    )
    assert mail_of(body, KOREAN).subject.startswith(
        "[경고] 이번 달 예상 요금 612.30 USD, 한도 500 USD 초과"
    )


def test_what_was_spent_and_what_is_forecast_are_two_alerts() -> None:
    forecast = budget(Alert_Type="FORECASTED", FORECASTED_Amount="$612.30")
    assert alert_of(budget()).dedup_key != alert_of(forecast).dedup_key
    assert alert_of(budget()).dedup_key == alert_of(budget()).dedup_key


@pytest.mark.parametrize(
    "body",
    [
        "AWS Budget Notification ",
        budget(Alert_Type="ANOMALY"),
        budget(ACTUAL_Amount="much"),
        budget(Alert_Threshold="-"),
        budget().replace("September 30, 2022", "30.9.2022"),
        budget().replace(ACCOUNT, "somebody"),
    ],
)
def test_a_budget_that_cannot_be_read_is_told_with_its_beginning(body: str) -> None:
    alert = alert_of(body)
    assert alert.detection == "unreadable-message"
    assert "AWS Budget Notification" in email.render(alert, Reader()).body


def test_the_names_of_others_cannot_break_a_mail() -> None:
    mail = mail_of(budget(Budget_Name="https://evil.example/ \u202e <b>"))
    assert "https://evil.example" not in mail.body


def test_an_alarm_without_data_says_what_to_turn_on() -> None:
    alert = billing.silent_alert(
        datetime(2026, 11, 20, 3, 4, tzinfo=UTC), 49.5, account=ACCOUNT, region="us-east-1"
    )
    mail = email.render(alert, Reader())

    assert mail.subject == (f"[Warning] No billing data, the billing alarm is blind - {ACCOUNT}")
    assert story(mail) == (
        "CloudWatch has had no data about this account's charges since 2026-11-20 03:04:00 UTC, "
        "so the alarm at 49.50 USD a month cannot go off."
    )
    assert 'Turn on "Receive CloudWatch billing alerts"' in mail.body
    assert "#/preferences" in mail.body
    assert alert.severity is Severity.WARNING
