"""Texts about what the account costs."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    "subject.billing.spent": {
        "en": "{spent} USD spent this month, limit {limit} USD",
        "ko": "이번 달 요금 {spent} USD, 한도 {limit} USD 초과",
    },
    "subject.billing.over": {
        "en": "This month's charges are over the limit",
        "ko": "이번 달 요금 한도 초과",
    },
    "subject.billing.forecast": {
        "en": "{spent} USD forecast for this month, limit {limit} USD",
        "ko": "이번 달 예상 요금 {spent} USD, 한도 {limit} USD 초과",
    },
    "subject.billing.silent": {
        "en": "No billing data, the billing alarm is blind",
        "ko": "요금 데이터 없음, 요금 경보 동작 불가",
    },
    "story.billing.spent": {
        "en": "This account has cost {spent} USD since {since}, more than the limit of {limit} USD. {left}",
        "ko": "{since}부터 이 계정의 요금이 {spent} USD로 한도 {limit} USD를 넘었습니다. {left}",
    },
    "story.billing.spent_some_month": {
        "en": "This account has cost {spent} USD in this month, more than the limit of {limit} USD.",
        "ko": "이번 달 이 계정의 요금이 {spent} USD로 한도 {limit} USD를 넘었습니다.",
    },
    "story.billing.over": {
        "en": "The alarm on this month's charges went off; CloudWatch does not say how much was spent.",
        "ko": "이번 달 요금 경보가 발생했습니다. CloudWatch가 사용 금액은 알려 주지 않았습니다.",
    },
    "story.billing.forecast": {
        "en": "AWS forecasts that this account will have cost {spent} USD by the end of the month, more than "
        "the limit of {limit} USD. {left}",
        "ko": "AWS는 이번 달 말까지 이 계정의 요금이 {spent} USD로 한도 {limit} USD를 넘을 것으로 예상합니다. {left}",
    },
    "story.billing.silent": {
        "en": "CloudWatch has had no data about this account's charges since {since}, so the alarm at "
        "{limit} USD a month cannot go off.",
        "ko": "{since}부터 CloudWatch에 이 계정의 요금 데이터가 없어 월 {limit} USD 요금 경보가 동작할 수 없습니다.",
    },
    "billing.left": {
        "en": "{days:day of the month is|days of the month are} left.",
        "ko": "이번 달은 {days}일 남았습니다.",
    },
    "billing.last_day": {
        "en": "It is the month's last day.",
        "ko": "오늘은 이번 달의 마지막 날입니다.",
    },
    "billing.seen": {
        "en": "CloudWatch saw it at {at:time}; AWS adds charges up a few times a day only.",
        "ko": "CloudWatch가 {at:time}에 확인했습니다. AWS는 요금을 하루에 몇 번만 집계합니다.",
    },
    "next.billing.service": {
        "en": "See which service it is: open Cost Explorer below, or run this (AWS charges 0.01 USD for it).",
        "ko": "어떤 서비스의 요금인지 아래 Cost Explorer나 이 명령으로 확인하세요(명령 1회에 0.01 USD가 청구됩니다).",
    },
    "next.billing.service.alone": {
        "en": "See which service it is: open Cost Explorer below.",
        "ko": "어떤 서비스의 요금인지 아래 Cost Explorer에서 확인하세요.",
    },
    "next.billing.unknown": {
        "en": "If nobody knows of it, somebody else may be using the account: look for instances and "
        "access keys that nobody knows, in every region.",
        "ko": "아무도 모르는 요금이면 계정이 도용되었을 수 있습니다. 모든 리전에서 모르는 인스턴스와 액세스 키를 찾으세요.",
    },
    "next.billing.limit_alarm": {
        "en": "If it is expected, raise billing_alarm_usd in cdk.json and deploy.",
        "ko": "예상한 요금이면 cdk.json의 billing_alarm_usd를 올리고 배포하세요.",
    },
    "next.billing.limit_budget": {
        "en": "If it is expected, raise monthly_budget_usd in cdk.json and deploy.",
        "ko": "예상한 요금이면 cdk.json의 monthly_budget_usd를 올리고 배포하세요.",
    },
    "next.billing.preference": {
        "en": 'Turn on "Receive CloudWatch billing alerts" in the billing preferences, as root or with the '
        "right to billing. The first data comes after a quarter of an hour or more.",
        "ko": "루트 또는 결제 권한이 있는 사용자로 결제 기본 설정에서 "
        '"Receive CloudWatch billing alerts"를 켜세요. 첫 데이터는 15분 이상 지나야 나타납니다.',
    },
    "next.billing.payer": {
        "en": "In an organization whose bills are paid together, the account that pays has to turn it on.",
        "ko": "통합 결제를 쓰는 조직이라면 관리(지불) 계정에서 켜야 합니다.",
    },
    "next.billing.partner": {
        "en": "If it cannot be had, set billing_alarm_usd to null and monthly_budget_usd to the limit: a "
        "budget needs no such data.",
        "ko": "켤 수 없다면 billing_alarm_usd를 null로, monthly_budget_usd를 한도로 설정하세요. 예산에는 이 데이터가 "
        "필요하지 않습니다.",
    },
    "label.spent": {"en": "Spent", "ko": "사용 금액"},
    "label.forecast": {"en": "Forecast", "ko": "예상 금액"},
    "label.limit": {"en": "Limit", "ko": "한도"},
    "label.budget": {"en": "Budget", "ko": "예산"},
    "link.costs": {"en": "Costs by service", "ko": "서비스별 비용"},
    "link.billing_preferences": {"en": "Billing preferences", "ko": "결제 기본 설정"},
}
